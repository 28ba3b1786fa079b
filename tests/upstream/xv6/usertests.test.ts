/**
 * What xv6's usertests assert, told of processes of scripts: whatever a program passes or touches hurts nobody but itself. A name
 * begins with the names of the tests that it tells.
 */
import { describe, expect, it } from 'vitest';
import { INFO, PROTECTION, SOURCE } from '../../../syscalls/calls.js';
import { EXIT_REASON, FAULT_DETAIL } from '../../../syscalls/layouts.js';
import { FOREVER, LIMITS, PAGE_BYTES } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, spawn } from '../../kernel/booted.js';
import { CODE, makeProcess, mapCode, SPIN } from '../../kernel/compiled.js';
import { processFields } from '../../kernel/information.js';
import { desk, expectText, makeChannel } from '../../kernel/messages.js';
import { packetAt, scratch } from '../../kernel/packets.js';
import { closeAll, fork, used } from './processes.js';

const BAD = [0, 0x1000, 0x8000_0000, LIMITS.userTop, LIMITS.userTop + PAGE_BYTES, 0xffff_f000, 0xffff_ffff];
const { READ, WRITE, EXECUTE } = PROTECTION;

describe('usertests of xv6, as ours: what calls are given', () => {
  it('copyin: what a call reads from addresses that are none is refused', () => {
    expectSuccess(function* (scene) {
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      for (const address of BAD) {
        expectStatus((yield* sys.debug_write(address, 8192)).status, 'INVALID_ARGS');
        expectStatus((yield* sys.vmo_write(vmo, 0, address, 16)).status, 'INVALID_ARGS');
      }
    });
  });

  it('copyout: what a call writes to addresses that are none is refused', () => {
    expectSuccess(function* (scene) {
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      for (const address of BAD) {
        expectStatus((yield* sys.vmo_read(vmo, 0, address, 16)).status, 'INVALID_ARGS');
        expectStatus((yield* sys.object_info(scene.process, INFO.PROCESS, address, 64)).status, 'INVALID_ARGS');
      }
    });
  });

  it('copyinstr1: names at addresses that are none are refused', () => {
    expectSuccess(function* ({ allocator, process }) {
      for (const address of BAD) {
        expectStatus((yield* sys.process_create(0, allocator, address, 8)).status, 'INVALID_ARGS');
        expectStatus((yield* sys.thread_create(process, 16, address, 8)).status, 'INVALID_ARGS');
      }
    });
  });

  it('copyinstr2: a name as long as the kernel takes is taken, one that is longer by a byte is refused', () => {
    expectSuccess(function* (scene) {
      yield* store(scratch(scene), new Uint8Array(LIMITS.nameBytes + 1).fill(0x78));
      const make = function* (length: number): CallScript<number> {
        return (yield* sys.process_create(0, scene.allocator, scratch(scene), length)).status;
      };
      expectStatus(yield* make(LIMITS.nameBytes), 'OK');
      expectStatus(yield* make(LIMITS.nameBytes + 1), 'OUT_OF_RANGE');
    });
  });

  it('copyinstr3: a name whose last byte lies beyond the last page is refused', () => {
    expectSuccess(function* (scene) {
      const { status } = yield* sys.process_create(0, scene.allocator, scene.stackHigh - 7, 8);
      expectStatus(status, 'INVALID_ARGS');
    });
  });

  it('validatetest: a name at any page of the lowest megabyte, where nothing is, is refused', () => {
    expectSuccess(function* ({ allocator }) {
      for (let address = 0; address <= 1100 * 1024; address += PAGE_BYTES)
        expectStatus((yield* sys.process_create(0, allocator, address, 1)).status, 'INVALID_ARGS');
    });
  });

  it('argptest: a length that wraps is refused, even where the first byte is there', () => {
    expectSuccess(function* (scene) {
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      for (const length of [0xffff_ffff, 0x8000_0000])
        expect((yield* sys.vmo_read(vmo, 0, scene.stackHigh - 1, length)).status).toBeLessThan(0);
    });
  });

  it('rwsbrk: memory that was given back is no buffer any more', () => {
    expectSuccess(function* (scene) {
      const { vmo } = yield* sys.vmo_create(scene.allocator, 2 * PAGE_BYTES, 0);
      const { addr } = yield* sys.vmar_map(scene.vmar, vmo, 0, 2 * PAGE_BYTES, READ | WRITE, 0);
      yield* sys.vmar_unmap(scene.vmar, addr + PAGE_BYTES, PAGE_BYTES);
      for (const given of [addr + PAGE_BYTES, addr + PAGE_BYTES - 8]) {
        expectStatus((yield* sys.vmo_read(vmo, 0, given, 16)).status, 'INVALID_ARGS');
        expectStatus((yield* sys.vmo_write(vmo, 0, given, 16)).status, 'INVALID_ARGS');
      }
      expectStatus((yield* sys.vmo_read(vmo, 0, addr, 16)).status, 'OK');
    });
  });

  it('sbrkarg: memory that nobody has touched yet is a buffer, to read from and to write to', () => {
    expectSuccess(function* (scene) {
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      expectStatus((yield* sys.vmo_write(vmo, 0, scratch(scene, 120), PAGE_BYTES)).status, 'OK');
      expectStatus((yield* sys.vmo_read(vmo, 0, scratch(scene, 121), PAGE_BYTES)).status, 'OK');
    });
  });
});

describe('usertests of xv6, as ours: what programs touch', () => {
  it('kernmem, MAXVAplus: a process that reads or writes what is not its own ends by a fault, alone', () => {
    expectSuccess(function* (scene) {
      for (const address of [0x8000_0000, 0x8001_0000, LIMITS.userTop, 0xe000_0000, 0xffff_f000]) {
        for (const touch of [() => load(address, 1), () => store(address, Uint8Array.of(99))]) {
          const made = yield* fork(scene, touch);
          const { exit_reason, fault_address } = yield* processFields(made.process, scratch(scene));
          expect([exit_reason, fault_address]).toEqual([EXIT_REASON.FAULT, address]);
          yield* closeAll(made);
        }
      }
    });
  });

  it('nowrite, textwrite: what can only be read or executed cannot be written', () => {
    expectSuccess(function* (scene) {
      for (const protection of [READ, READ | EXECUTE]) {
        const made = yield* makeProcess(scene, scene.allocator, 20);
        const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
        const { addr } = yield* sys.vmar_map(made.vmar, vmo, 0, PAGE_BYTES, protection, 0);
        const entry = scene.system.enter(() => store(addr, Uint8Array.of(10)));
        yield* sys.process_start(made.process, made.thread, entry, 0, 0);
        const { exit_reason, exit_code } = yield* processFields(made.process, scratch(scene));
        expect([exit_reason, exit_code]).toEqual([EXIT_REASON.FAULT, FAULT_DETAIL.DENIED]);
      }
    });
  });

  it('stacktest: a guard page below the stack ends who runs into it', () => {
    expectSuccess(function* (scene) {
      const made = yield* makeProcess(scene, scene.allocator, 20);
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      const { addr } = yield* sys.vmar_map(made.vmar, vmo, 0, PAGE_BYTES, 0, 0);
      const entry = scene.system.enter(() => load(addr + 4092, 1));
      yield* sys.process_start(made.process, made.thread, entry, 0, 0);
      const { exit_reason, exit_code } = yield* processFields(made.process, scratch(scene));
      expect([exit_reason, exit_code]).toEqual([EXIT_REASON.FAULT, FAULT_DETAIL.GUARD]);
    });
  });

  it('bsstest: memory that nobody has written is zeros', () => {
    expectSuccess(function* (scene) {
      const { vmo } = yield* sys.vmo_create(scene.allocator, 3 * PAGE_BYTES, 0);
      const { addr } = yield* sys.vmar_map(scene.vmar, vmo, 0, 3 * PAGE_BYTES, READ | WRITE, 0);
      for (let page = 0; page < 3; page++) {
        const bytes = yield* load(addr + page * PAGE_BYTES, PAGE_BYTES);
        expect(bytes.every((byte) => byte === 0)).toBe(true);
      }
    });
  });
});

describe('usertests of xv6, as ours: processes', () => {
  it('killstatus: who was killed says so', () => {
    expectSuccess(
      function* (scene) {
        for (let i = 0; i < 10; i++) {
          const made = yield* fork(
            scene,
            function* () {
              for (;;) yield* sys.clock_get(0);
            },
            16,
          );
          yield* sys.thread_sleep(scene.system.time + 60);
          yield* sys.task_kill(made.process);
          const { exit_reason } = yield* processFields(made.process, scratch(scene));
          expect(exit_reason).toBe(EXIT_REASON.KILLED);
          yield* closeAll(made);
        }
      },
      { quantum: 10 },
    );
  });

  it('preempt: programs that never give way cannot keep others from running, and can be killed', () => {
    expectSuccess(
      function* (scene) {
        const { first, second } = yield* makeChannel(scene);
        const spinning: number[] = [];
        for (let i = 0; i < 2; i++) {
          const made = yield* makeProcess(scene);
          yield* mapCode(scene, made.vmar, [SPIN]);
          expectStatus((yield* sys.process_start(made.process, made.thread, CODE, 0, 0)).status, 'OK');
          spinning.push(made.process);
        }
        const third = yield* spawn(scene, 'third', function* () {
          expectStatus(yield* desk(scene, 1).send(first, 'x'), 'OK');
          for (;;) yield* sys.clock_get(0);
        });
        expectText(yield* desk(scene).receive(second), 'x');
        for (const process of spinning) {
          expectStatus((yield* sys.task_kill(process)).status, 'OK');
          const { exit_reason } = yield* processFields(process, scratch(scene));
          expect(exit_reason).toBe(EXIT_REASON.KILLED);
        }
        expectStatus((yield* sys.task_kill(third)).status, 'OK');
      },
      { quantum: 50 },
    );
  });

  it('exitwait: who waits gets the code that the process ended with', () => {
    expectSuccess(function* (scene) {
      for (let code = 0; code < 20; code++) {
        const made = yield* fork(scene, () => sys.process_exit(code), 10);
        yield* sys.event_wait(made.process, SOURCE.LIFECYCLE, 0, FOREVER, scratch(scene));
        expect((yield* packetAt(scratch(scene))).data.slice(0, 2)).toEqual([EXIT_REASON.EXITED, code]);
        yield* closeAll(made);
      }
    });
  });

  it('twochildren: two processes that end at once are both seen to, and nothing is left', () => {
    expectSuccess(
      function* (scene) {
        yield* used(scene);
        const before = yield* used(scene);
        for (let i = 0; i < 20; i++) {
          const two = [];
          for (let n = 0; n < 2; n++) two.push(yield* fork(scene, () => sys.thread_yield(), 16));
          for (const made of two) {
            expectStatus(
              (yield* sys.event_wait(made.process, SOURCE.LIFECYCLE, 0, FOREVER, scratch(scene))).status,
              'OK',
            );
            yield* closeAll(made);
          }
        }
        expect(yield* used(scene)).toBe(before);
      },
      { quantum: 7 },
    );
  });

  it('forkfork: two threads that make processes all the time do not disturb each other', () => {
    expectSuccess(
      function* (scene) {
        yield* used(scene);
        const before = yield* used(scene);
        let done = 0;
        for (let i = 0; i < 2; i++) {
          const thread = yield* spawn(scene, `maker ${i}`, function* () {
            for (let j = 0; j < 20; j++) yield* closeAll(yield* fork(scene, () => sys.thread_yield(), 20));
            done++;
          });
          yield* sys.handle_close(thread);
        }
        while (done < 2) yield* sys.thread_yield();
        yield* sys.thread_yield();
        expect(yield* used(scene)).toBe(before);
      },
      { quantum: 7 },
    );
  });

  it('reparent: a process outlives who made it, and needs nobody to collect it', () => {
    expectSuccess(function* (scene) {
      yield* used(scene);
      const before = yield* used(scene);
      for (let i = 0; i < 10; i++) {
        const made = yield* fork(scene, () => sys.thread_sleep(scene.system.time + 5000));
        yield* closeAll(made);
        expect(yield* used(scene)).toBeGreaterThan(before);
        yield* sys.thread_sleep(scene.system.time + 10_000);
        expect(yield* used(scene)).toBe(before);
      }
    });
  });

  it('pipe1: a stream of bytes arrives whole and in order, in whatever pieces', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pieces = Array.from({ length: 20 }, (_, i) =>
        'x'.repeat(i * 7).replace(/x/g, (_x, at) => String((i + at) % 10)),
      );
      yield* spawn(scene, 'writer', function* () {
        for (const piece of pieces) expectStatus(yield* desk(scene, 1).send(first, piece), 'OK');
        yield* sys.handle_close(first);
      });
      for (const piece of pieces) expectText(yield* desk(scene).receive(second), piece);
      expectStatus((yield* desk(scene).receive(second)).status, 'PEER_CLOSED');
    });
  });
});
