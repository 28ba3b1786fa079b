import { describe, expect, it } from 'vitest';
import { CAUSE, encode } from '../../machine/index.js';
import { CLOCK, LISTEN, MAP_OPTIONS, PROTECTION, SOURCE } from '../../syscalls/calls.js';
import { FAULT_DETAIL } from '../../syscalls/layouts.js';
import { FOREVER, LIMITS, PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../userland/script/script.js';
import { createThread, expectStatus, expectSuccess, runScript, type Scene } from './booted.js';
import { CODE, callOf, li, makeProcess, mapCode } from './compiled.js';
import { processFields } from './information.js';
import { listen, makePool } from './packets.js';

const SOMEWHERE = 0x2000_0000;

function* mapPage({ allocator, vmar }: Scene, protection: number): CallScript<void> {
  const { vmo } = yield* sys.vmo_create(allocator, PAGE_BYTES, 0);
  const { status } = yield* sys.vmar_map(vmar, vmo, 0, PAGE_BYTES, protection | MAP_OPTIONS.FIXED, SOMEWHERE);
  expectStatus(status, 'OK');
}

describe('scripted threads', () => {
  it.each([
    ['a load where nothing is mapped', undefined, load(SOMEWHERE, 4), CAUSE.LOAD_PAGE_FAULT, FAULT_DETAIL.DENIED],
    [
      'a store where nothing is mapped',
      undefined,
      store(SOMEWHERE, Uint8Array.of(1)),
      CAUSE.STORE_PAGE_FAULT,
      FAULT_DETAIL.DENIED,
    ],
    [
      'a store to a page that can only be read',
      PROTECTION.READ,
      store(SOMEWHERE, Uint8Array.of(1)),
      CAUSE.STORE_PAGE_FAULT,
      FAULT_DETAIL.DENIED,
    ],
    [
      'a load from a page that can only be executed',
      PROTECTION.EXECUTE,
      load(SOMEWHERE, 1),
      CAUSE.LOAD_PAGE_FAULT,
      FAULT_DETAIL.DENIED,
    ],
    ['a load from a guard', 0, load(SOMEWHERE, 1), CAUSE.LOAD_PAGE_FAULT, FAULT_DETAIL.GUARD],
  ])('%s ends the process as it would end compiled code', (_name, protection, access, cause, detail) => {
    const { outcome } = runScript(function* (scene) {
      if (protection !== undefined) yield* mapPage(scene, protection);
      yield* access;
      throw new Error('it went on');
    });
    expect(outcome).toMatchObject({ kind: 'fault', cause, address: SOMEWHERE, pc: 0, detail });
    expect(outcome).toMatchObject({ thread: { name: 'main', process: 'test' } });
  });

  it('a store that leaves the end of a mapping changes nothing before it faults', () => {
    expectSuccess(function* (scene) {
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      const made = yield* makeProcess(scene);
      const options = PROTECTION.READ | PROTECTION.WRITE | MAP_OPTIONS.FIXED;
      yield* sys.vmar_map(made.vmar, vmo, 0, PAGE_BYTES, options, SOMEWHERE);
      const entry = scene.system.enter(() => store(SOMEWHERE + PAGE_BYTES - 2, Uint8Array.of(1, 2, 3)));
      yield* sys.process_start(made.process, made.thread, entry, 0, 0);
      yield* sys.thread_sleep(1000);
      expect((yield* processFields(made.process, scene.stackLow)).fault_cause).toBe(CAUSE.STORE_PAGE_FAULT);
      yield* sys.vmo_read(vmo, PAGE_BYTES - 2, scene.stackLow, 2);
      expect([...(yield* load(scene.stackLow, 2))]).toEqual([0, 0]);
    });
  });

  it('one that needs memory which is not there ends its process with NO_MEMORY', () => {
    const { outcome } = runScript(
      function* ({ stackLow }) {
        for (let page = 0; ; page++) yield* store(stackLow + page * PAGE_BYTES, Uint8Array.of(1));
      },
      { memoryBytes: 1 << 17 },
    );
    expect(outcome).toMatchObject({ kind: 'fault', detail: FAULT_DETAIL.NO_MEMORY, cause: CAUSE.STORE_PAGE_FAULT });
  });

  it('one that never stops is stopped by the limit of instructions', () => {
    const { outcome, system } = runScript(
      function* () {
        for (;;) yield* sys.thread_yield();
      },
      { maxInstructions: 1234 },
    );
    expect(outcome).toEqual({ kind: 'limit' });
    expect(system.instructions).toBe(1234);
  });

  it('each of its operations is one instruction', () => {
    const { system } = expectSuccess(function* ({ stackLow }) {
      yield* store(stackLow, new Uint8Array(5000));
      yield* load(stackLow, 5000);
      expect((yield* sys.clock_get(CLOCK.MONOTONIC)).time).toBe(3);
    });
    // The end of the script is a thread_exit, and one more.
    expect(system.instructions).toBe(4);
  });

  it('a script and a compiled thread of one process see the same memory and wake each other', () => {
    expectSuccess(function* (scene) {
      yield* mapPage(scene, PROTECTION.READ | PROTECTION.WRITE);
      yield* mapCode(scene, scene.vmar, [
        ...li(8, SOMEWHERE),
        encode('lw', { rd: 9, rs1: 8, imm: 0 }),
        encode('addi', { rd: 9, rs1: 9, imm: 1 }),
        encode('sw', { rs1: 8, rs2: 9, imm: 4 }),
        ...callOf('futex_wake', SOMEWHERE + 4, 1),
        ...callOf('futex_wait', SOMEWHERE + 8, 0, 0, -1, 0x7fff_ffff),
        ...callOf('process_exit', 0),
      ]);
      yield* store(SOMEWHERE, Uint8Array.of(41, 0, 0, 0));
      const thread = yield* createThread(scene, 'compiled');
      yield* sys.thread_start(thread, CODE, 0, 0);
      expectStatus((yield* sys.futex_wait(SOMEWHERE + 4, 0, 0, FOREVER)).status, 'OK');
      expect([...(yield* load(SOMEWHERE + 4, 4))]).toEqual([42, 0, 0, 0]);
      expect((yield* sys.futex_wake(SOMEWHERE + 8, 1)).woken).toBe(1);
      yield* sys.thread_sleep(FOREVER);
    });
  });

  it('a compiled thread that starts where scripts begin, and none is, faults there', () => {
    const { outcome } = runScript(function* (scene) {
      const thread = yield* createThread(scene, 'lost');
      yield* sys.thread_start(thread, 0xf000_1000, 0, 0);
      yield* sys.thread_sleep(FOREVER);
    });
    expect(outcome).toMatchObject({ kind: 'fault', cause: CAUSE.INSTRUCTION_PAGE_FAULT, pc: 0xf000_1000 });
  });

  it('its argument is what thread_start was given', () => {
    const got: number[] = [];
    expectSuccess(function* (scene) {
      const entry = scene.system.enter(function* (argument) {
        got.push(argument);
        yield* sys.thread_yield();
      });
      for (const argument of [0, 7, -1]) {
        const thread = yield* createThread(scene, 'worker');
        yield* sys.thread_start(thread, entry, 0, argument);
      }
    });
    expect(got).toEqual([0, 7, -1]);
  });

  it('a store that takes a page is told to who listens for memory, before the thread does anything else', () => {
    expectSuccess(function* (scene) {
      const { child } = yield* sys.allocator_create(scene.allocator, 16 * PAGE_BYTES, 0, PAGE_BYTES);
      yield* mapPage({ ...scene, allocator: child }, PROTECTION.READ | PROTECTION.WRITE);
      const pool = yield* makePool(scene);
      yield* listen(child, SOURCE.MEMORY, pool, 0, LISTEN.PERSISTENT);
      const { packets } = scene.system.state;
      expect(packets.live).toBe(0);
      yield* store(SOMEWHERE, Uint8Array.of(1));
      expect(packets.live).toBe(1);
    });
  });

  it('a load or store of more than a call could copy is refused to its author', () => {
    for (const access of [load(LIMITS.userBase, LIMITS.copyBytes + 1), load(0, -1), load(0, 0.5)]) {
      expect(() =>
        runScript(function* () {
          yield* access;
        }),
      ).toThrow(RangeError);
    }
  });
});
