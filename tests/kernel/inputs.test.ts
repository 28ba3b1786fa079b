/** Input: what comes from outside goes in before the next instruction, is recorded then, and wakes whoever drives the device. */
import { describe, expect, it } from 'vitest';
import { type Script, System, type SystemOptions } from '../../kernel/index.js';
import { TRANSITIONS } from '../../kernel/transitions/all.js';
import { encode, UART_BASE } from '../../machine/index.js';
import { MAP_OPTIONS, PROTECTION } from '../../syscalls/calls.js';
import { FOREVER, PAGE_BYTES } from '../../syscalls/limits.js';
import { LISTEN, SOURCE } from '../../syscalls/options.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { expectStatus, type Scene } from './booted.js';
import { A0, BOOT_HANDLE, CODE, callOf, imageOf, li, makeProcess, mapCode, S0, SPIN } from './compiled.js';
import {
  answer,
  DEVICE,
  IER,
  LINE,
  LSR_READY,
  MSR_CARRIER,
  makeInterrupt,
  mapDevice,
  readByte,
  UART,
  UART_LINE,
  waitForInterrupt,
  writeByte,
} from './drivers.js';
import { listen, makePool, packetAt, scratch } from './packets.js';
import { recordsOf, recordsOfType } from './records.js';

/** Boots a script that knows its system. */
function boot(script: (scene: Scene) => Script, options: Partial<SystemOptions> = {}): System {
  const box: { system?: System } = {};
  const booted = System.boot({
    name: 'test',
    memoryBytes: 4 << 20,
    checked: true,
    ...options,
    script: (startup) =>
      script({
        ...startup,
        get system() {
          if (box.system === undefined) throw new Error('no system has been booted');
          return box.system;
        },
      }),
  });
  box.system = booted;
  return booted;
}

const classOf = (type: string) => TRANSITIONS.find(({ name }) => name === type)?.class;

const text = (string: string): Uint8Array => new TextEncoder().encode(string);

/** Reads what is typed until the carrier is lost, and then exits with the number of bytes. */
function* reader(scene: Scene, read: number[]): CallScript<void> {
  yield* mapDevice(scene);
  const interrupt = yield* makeInterrupt(scene, UART_LINE);
  const pool = yield* makePool(scene, 4);
  yield* listen(interrupt, SOURCE.INTERRUPT, pool, 0, LISTEN.PERSISTENT);
  yield* writeByte(UART.FCR, 1);
  yield* writeByte(UART.IER, IER.RECEIVED | IER.MODEM);
  for (;;) {
    expectStatus((yield* sys.pool_take(pool, FOREVER, scratch(scene), 0, 0)).status, 'OK');
    while ((yield* readByte(UART.LSR)) & LSR_READY) read.push(yield* readByte(UART.DATA));
    const carrier = (yield* readByte(UART.MSR)) & MSR_CARRIER;
    yield* answer(interrupt, (yield* packetAt(scratch(scene))).data[0]);
    if (carrier === 0) yield* sys.process_exit(read.length);
  }
}

/** The bytes that records say went in. */
function typedIn(system: System): number[] {
  return recordsOfType(system, 'bytes_typed').flatMap(({ fields }) => {
    const words = Int32Array.from([0, 4, 8, 12, 16, 20, 24], (at) => fields[`bytes${at}`]);
    return [...new Uint8Array(words.buffer).subarray(0, fields.count)];
  });
}

describe('what is typed', () => {
  it('comes to the driver in order, all of it, also what is more than a UART holds, and is recorded as it goes in', () => {
    const read: number[] = [];
    const bytes = Uint8Array.from({ length: 1500 }, (_, i) => (i * 7) & 0xff);
    const system = boot((scene) => reader(scene, read), { checked: false });
    expect(system.run().kind).toBe('blocked');
    system.input(bytes.subarray(0, 1));
    system.input(bytes.subarray(1));
    expect(system.inputWaiting).toBe(1500);
    expect(system.run().kind).toBe('blocked');
    expect(system.inputWaiting).toBe(0);
    expect(read).toEqual([...bytes]);
    expect(typedIn(system)).toEqual([...bytes]);
  });

  it('waits in the system while the driver reads nothing, and does not go in', () => {
    const system = boot(function* (scene) {
      yield* mapDevice(scene);
      yield* makeInterrupt(scene, UART_LINE);
      yield* sys.thread_sleep(FOREVER);
    });
    system.input(new Uint8Array(10_000));
    system.endInput();
    expect(system.run().kind).toBe('blocked');
    expect(system.inputWaiting).toBeGreaterThan(9000);
    expect(recordsOfType(system, 'input_ended')).toEqual([]);
  });

  it("is the caller's to change afterwards", () => {
    const read: number[] = [];
    const system = boot((scene) => reader(scene, read));
    const bytes = text('kept');
    system.input(bytes);
    bytes.fill(0);
    system.run();
    expect(read).toEqual([...text('kept')]);
  });

  it('comes before the next instruction of a program that runs: its record, an input, has the count of instructions', () => {
    const read: number[] = [];
    const system = boot(function* (scene) {
      const made = yield* makeProcess(scene, scene.allocator, 10);
      yield* mapCode(scene, made.vmar, [SPIN]);
      yield* sys.process_start(made.process, made.thread, CODE, 0, 0);
      yield* reader(scene, read);
    });
    system.run(5000);
    system.input(text('x'));
    system.raiseInterrupt(LINE);
    system.endInput();
    system.run(1000);
    expect(read).toEqual([...text('x')]);
    const inputs = recordsOf(system).filter(({ type }) => classOf(type) === 'input');
    expect(inputs.map(({ type, time }) => [type, time > 5000 ? 'later' : time])).toEqual([
      ['booted', 0],
      ['bytes_typed', 5000],
      ['line_set', 5000],
      ['input_ended', 'later'],
    ]);
  });

  it('is kept from a driver that is not ready yet, and would lose it with its FIFO', () => {
    const read: number[] = [];
    const system = boot((scene) => reader(scene, read));
    system.input(text('early'));
    system.run();
    expect(read).toEqual([...text('early')]);
  });

  it('comes to a driver that only polls, too, as often as it has emptied the UART', () => {
    const total = 1000;
    // Counts bytes down in s1 until it has read all; never makes a call, so nothing but input itself can stop it.
    const code = [
      ...callOf('device_create', BOOT_HANDLE.ALLOCATOR + 1, UART_BASE, PAGE_BYTES),
      encode('addi', { rd: S0, rs1: A0 + 1, imm: 0 }),
      ...li(A0, BOOT_HANDLE.VMAR),
      encode('addi', { rd: A0 + 1, rs1: S0, imm: 0 }),
      ...li(A0 + 2, 0),
      ...li(A0 + 3, PAGE_BYTES),
      ...li(A0 + 4, PROTECTION.READ | PROTECTION.WRITE | MAP_OPTIONS.FIXED),
      ...li(A0 + 5, DEVICE),
      ...li(17, 0x75),
      encode('ecall'),
      ...li(S0, DEVICE),
      ...li(9, total),
      encode('lbu', { rd: 5, rs1: S0, imm: UART.LSR }),
      encode('andi', { rd: 5, rs1: 5, imm: LSR_READY }),
      encode('beq', { rs1: 5, rs2: 0, imm: -8 }),
      encode('lbu', { rd: 5, rs1: S0, imm: UART.DATA }),
      encode('addi', { rd: 9, rs1: 9, imm: -1 }),
      encode('bne', { rs1: 9, rs2: 0, imm: -20 }),
      ...callOf('process_exit', 5),
    ];
    const system = System.boot({ name: 'poll', memoryBytes: 1 << 20, image: imageOf(code) });
    system.input(new Uint8Array(total));
    expect(system.run(1_000_000)).toEqual({ kind: 'exited', code: 5 });
  });

  it('makes the same journal where it comes at the same instructions, however the run is cut; and another where not', () => {
    const hashOf = (pieces: readonly number[], bytes: Uint8Array): string | undefined => {
      const system = boot(
        function* (scene) {
          const made = yield* makeProcess(scene, scene.allocator, 10);
          yield* mapCode(scene, made.vmar, [SPIN]);
          yield* sys.process_start(made.process, made.thread, CODE, 0, 0);
          yield* reader(scene, []);
        },
        { checked: false },
      );
      let done = 0;
      for (const piece of pieces) {
        expect(system.run(piece)).toEqual({ kind: 'limit' });
        done += piece;
        if (done === 5000) system.input(bytes);
      }
      expect(system.instructions).toBe(200_000);
      return system.journalHash();
    };
    const once = hashOf([5000, 195_000], text('same'));
    expect(once).toBeDefined();
    expect(hashOf([1, 4998, 1, 77, 65_459, 100_000, 29_464], text('same'))).toBe(once);
    expect(hashOf([5000, 195_000], text('sane'))).not.toBe(once);
  });
});

describe('the end of input', () => {
  it('is the loss of the carrier, after everything that was typed was read', () => {
    const read: number[] = [];
    const system = boot((scene) => reader(scene, read));
    system.input(text('last words'));
    system.endInput();
    system.endInput();
    expect(system.run()).toEqual({ kind: 'exited', code: 10 });
    expect(recordsOfType(system, 'input_ended')).toHaveLength(1);
  });

  it('can come at once, and nothing can be typed behind it', () => {
    const system = boot((scene) => reader(scene, []));
    system.endInput();
    expect(() => system.input(text('x'))).toThrow(new RangeError('input was typed after its end'));
    expect(system.run()).toEqual({ kind: 'exited', code: 0 });
  });
});

describe('a run in which every thread waits', () => {
  it("ends with 'input' where somebody may type and a driver listens, and goes on when somebody has", () => {
    const read: number[] = [];
    const system = boot((scene) => reader(scene, read), { interactive: true });
    expect(system.run()).toEqual({ kind: 'input' });
    expect(system.run().kind).toBe('input');
    system.input(text('a'));
    expect(system.run().kind).toBe('input');
    expect(read).toEqual([97]);
    system.endInput();
    expect(system.run()).toEqual({ kind: 'exited', code: 1 });
  });

  it("ends with 'blocked' where nobody types, or nobody listens", () => {
    expect(boot((scene) => reader(scene, [])).run().kind).toBe('blocked');
    const deaf = boot(() => sys.thread_sleep(FOREVER), { interactive: true });
    expect(deaf.run().kind).toBe('blocked');
  });

  it("ends with 'blocked' once input has ended", () => {
    const system = boot(
      function* (scene) {
        const made = yield* makeProcess(scene);
        yield* mapCode(scene, made.vmar, callOf('futex_wait', 0, 0, 0, 0, 0));
        yield* makeInterrupt(scene, UART_LINE);
        yield* sys.thread_sleep(FOREVER);
      },
      { interactive: true },
    );
    system.endInput();
    expect(system.run().kind).toBe('blocked');
  });

  it('goes on when a wire is raised, however it ended', () => {
    for (const interactive of [true, false]) {
      const system = boot(
        function* (scene) {
          const interrupt = yield* makeInterrupt(scene);
          yield* answer(interrupt, yield* waitForInterrupt(scene, interrupt));
          yield* sys.process_exit(4);
        },
        { interactive },
      );
      expect(system.run().kind).toBe('blocked');
      system.raiseInterrupt(LINE);
      system.lowerInterrupt(LINE);
      expect(system.run()).toEqual({ kind: 'exited', code: 4 });
    }
  });
});

describe('a wire', () => {
  it.each([
    [0, 'there is no interrupt line 0: lines are 1 to 95'],
    [96, 'there is no interrupt line 96: lines are 1 to 95'],
    [1.5, 'there is no interrupt line 1.5: lines are 1 to 95'],
    [UART_LINE, 'interrupt line 10 is the wire of the uart'],
  ])('%d cannot be set from outside', (line, message) => {
    const system = System.boot({ name: 'spin', memoryBytes: 1 << 20, image: imageOf([SPIN]) });
    expect(() => system.raiseInterrupt(line)).toThrow(new RangeError(message));
    expect(() => system.lowerInterrupt(line)).toThrow(new RangeError(message));
  });

  it('interrupts compiled code at the very instruction, and a driver of a higher priority runs at once', () => {
    const times: number[] = [];
    const system = boot(function* (scene) {
      const made = yield* makeProcess(scene, scene.allocator, 10);
      yield* mapCode(scene, made.vmar, [SPIN]);
      yield* sys.process_start(made.process, made.thread, CODE, 0, 0);
      const interrupt = yield* makeInterrupt(scene);
      for (;;) {
        const token = yield* waitForInterrupt(scene, interrupt);
        times.push((yield* sys.clock_get(0)).time);
        yield* answer(interrupt, token);
      }
    });
    for (const piece of [10_000, 777]) {
      expect(system.run(piece).kind).toBe('limit');
      const now = system.time;
      system.raiseInterrupt(LINE);
      system.lowerInterrupt(LINE);
      system.run(100);
      const [trap] = recordsOfType(system, 'trap')
        .filter(({ fields }) => fields.cause === (0x8000_000b | 0))
        .slice(-1);
      expect([trap.time, trap.fields.pc, trap.fields.value]).toEqual([now, CODE, LINE]);
      // Two operations: the load of the packet, and reading the clock.
      expect(times.at(-1)).toBe(now + 2);
    }
  });
});
