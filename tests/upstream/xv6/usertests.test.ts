/** What xv6's usertests assert, told of processes of scripts: whatever a program passes or touches hurts nobody but itself. */
import { describe, expect, it } from 'vitest';
import { INFO, PROTECTION, SOURCE } from '../../../syscalls/calls.js';
import { EXIT_REASON, FAULT_DETAIL } from '../../../syscalls/layouts.js';
import { FOREVER, LIMITS, PAGE_BYTES } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from '../../kernel/booted.js';
import { type MadeProcess, makeProcess } from '../../kernel/compiled.js';
import { allocatorFields, processFields } from '../../kernel/information.js';
import { desk, expectText, makeChannel } from '../../kernel/messages.js';
import { packetAt, scratch } from '../../kernel/packets.js';

const BAD = [0, 0x1000, LIMITS.userTop, LIMITS.userTop + PAGE_BYTES, 0xffff_f000, 0xffff_ffff, 0x2000_0000];

/** Runs a script in a process of its own, above the test's priority. */
function* fork(scene: Scene, script: () => CallScript<unknown>, allocator = scene.allocator): CallScript<MadeProcess> {
  const made = yield* makeProcess(scene, allocator, 20);
  const entry = scene.system.enter(script as never);
  expectStatus((yield* sys.process_start(made.process, made.thread, entry, 0, 0)).status, 'OK');
  return made;
}

function* closeAll({ process, vmar, thread }: MadeProcess): CallScript<void> {
  for (const handle of [thread, vmar, process]) expectStatus((yield* sys.handle_close(handle)).status, 'OK');
}

function* used({ allocator, stackLow }: Scene): CallScript<number> {
  return (yield* allocatorFields(allocator, stackLow)).used;
}

describe('usertests of xv6, as ours', () => {
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

  it('copyinstr2: names that are too long are refused', () => {
    expectSuccess(function* (scene) {
      const { status } = yield* sys.process_create(0, scene.allocator, scratch(scene), LIMITS.nameBytes + 1);
      expectStatus(status, 'OUT_OF_RANGE');
    });
  });

  it('copyinstr3: a name whose last byte lies beyond the last page is refused', () => {
    expectSuccess(function* (scene) {
      const { status } = yield* sys.process_create(0, scene.allocator, scene.stackHigh - 7, 8);
      expectStatus(status, 'INVALID_ARGS');
    });
  });

  it('rwsbrk: memory that was given back is no buffer any more', () => {
    expectSuccess(function* (scene) {
      const { vmo } = yield* sys.vmo_create(scene.allocator, 2 * PAGE_BYTES, 0);
      const protection = PROTECTION.READ | PROTECTION.WRITE;
      const { addr } = yield* sys.vmar_map(scene.vmar, vmo, 0, 2 * PAGE_BYTES, protection, 0);
      yield* sys.vmar_unmap(scene.vmar, addr + PAGE_BYTES, PAGE_BYTES);
      expectStatus((yield* sys.vmo_read(vmo, 0, addr + PAGE_BYTES, 16)).status, 'INVALID_ARGS');
      expectStatus((yield* sys.vmo_read(vmo, 0, addr + PAGE_BYTES - 8, 16)).status, 'INVALID_ARGS');
      expectStatus((yield* sys.vmo_read(vmo, 0, addr, 16)).status, 'OK');
    });
  });

  it('kernmem, MAXVAplus: a process that reads or writes beyond its addresses ends by a fault, alone', () => {
    expectSuccess(function* (scene) {
      for (const address of [0, 0x8000_0000, LIMITS.userTop, 0xffff_f000]) {
        for (const touch of [() => load(address, 1), () => store(address, Uint8Array.of(10))]) {
          const made = yield* fork(scene, touch as never);
          const { exit_reason, fault_address } = yield* processFields(made.process, scratch(scene));
          expect([exit_reason, fault_address]).toEqual([EXIT_REASON.FAULT, address]);
          yield* closeAll(made);
        }
      }
    });
  });

  it('nowrite: what can only be read or executed cannot be written', () => {
    expectSuccess(function* (scene) {
      for (const protection of [PROTECTION.READ, PROTECTION.READ | PROTECTION.EXECUTE]) {
        const made = yield* makeProcess(scene, scene.allocator, 20);
        const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
        const { addr } = yield* sys.vmar_map(made.vmar, vmo, 0, PAGE_BYTES, protection, 0);
        const entry = scene.system.enter(() => store(addr, Uint8Array.of(10)) as never);
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
      const entry = scene.system.enter(() => store(addr + 4092, Uint8Array.of(1)) as never);
      yield* sys.process_start(made.process, made.thread, entry, 0, 0);
      const { exit_reason, exit_code } = yield* processFields(made.process, scratch(scene));
      expect([exit_reason, exit_code]).toEqual([EXIT_REASON.FAULT, FAULT_DETAIL.GUARD]);
    });
  });

  it('killstatus: who was killed says so', () => {
    expectSuccess(function* (scene) {
      for (let i = 0; i < 20; i++) {
        const made = yield* fork(scene, () => sys.thread_sleep(FOREVER));
        yield* sys.task_kill(made.process);
        const { exit_reason } = yield* processFields(made.process, scratch(scene));
        expect(exit_reason).toBe(EXIT_REASON.KILLED);
        yield* closeAll(made);
      }
    });
  });

  it('exitwait: who waits gets the code that the process ended with', () => {
    expectSuccess(function* (scene) {
      for (let code = 0; code < 20; code++) {
        const made = yield* fork(scene, () => sys.process_exit(code));
        yield* sys.event_wait(made.process, SOURCE.LIFECYCLE, 0, FOREVER, scratch(scene));
        expect((yield* packetAt(scratch(scene))).data.slice(0, 2)).toEqual([EXIT_REASON.EXITED, code]);
        yield* closeAll(made);
      }
    });
  });

  it('twochildren, forkfork: processes come and go in any number, and nothing is left', () => {
    expectSuccess(function* (scene) {
      yield* used(scene);
      const before = yield* used(scene);
      for (let i = 0; i < 20; i++) {
        const two = [yield* fork(scene, () => sys.thread_yield()), yield* fork(scene, () => sys.thread_yield())];
        for (const made of two) yield* closeAll(made);
      }
      expect(yield* used(scene)).toBe(before);
    });
  });

  it('mem: memory can be used up in steps, is refused then, and can be used again when it was given back', () => {
    expectSuccess(function* (scene) {
      yield* used(scene);
      for (let round = 0; round < 2; round++) {
        const { child } = yield* sys.allocator_create(scene.allocator, 32 * PAGE_BYTES);
        const vmos: number[] = [];
        for (;;) {
          const { status, vmo } = yield* sys.vmo_create(child, PAGE_BYTES, 0);
          if (status !== 0) break;
          vmos.push(vmo);
          if ((yield* sys.vmo_write(vmo, 0, scratch(scene), 4)).status !== 0) break;
        }
        expect(vmos.length).toBeGreaterThan(28);
        for (const vmo of vmos) yield* sys.handle_close(vmo);
        expect((yield* allocatorFields(child, scratch(scene))).used).toBe(0);
        yield* sys.handle_close(child);
      }
    });
  });

  it('sbrkfail, countfree: a process that ends for want of memory gives every page back', () => {
    expectSuccess(function* (scene) {
      yield* used(scene);
      const before = yield* used(scene);
      const { child } = yield* sys.allocator_create(scene.allocator, 24 * PAGE_BYTES);
      const made = yield* makeProcess(scene, child, 20);
      const { vmo } = yield* sys.vmo_create(child, 64 * PAGE_BYTES, 0);
      const protection = PROTECTION.READ | PROTECTION.WRITE;
      const { addr } = yield* sys.vmar_map(made.vmar, vmo, 0, 64 * PAGE_BYTES, protection, 0);
      const entry = scene.system.enter(function* () {
        for (let page = 0; page < 64; page++) yield* store(addr + page * PAGE_BYTES, Uint8Array.of(1));
      });
      yield* sys.process_start(made.process, made.thread, entry, 0, 0);
      const { exit_reason, exit_code } = yield* processFields(made.process, scratch(scene));
      expect([exit_reason, exit_code]).toEqual([EXIT_REASON.FAULT, FAULT_DETAIL.NO_MEMORY]);
      for (const handle of [vmo, child]) yield* sys.handle_close(handle);
      yield* closeAll(made);
      expect(yield* used(scene)).toBe(before);
    });
  });

  it('preempt: threads that never wait cannot keep others from running, and can be killed', () => {
    expectSuccess(
      function* (scene) {
        const spin = function* (): CallScript<void> {
          for (;;) yield* sys.clock_get(0);
        };
        const spinning = [yield* spawn(scene, 'one', spin as never), yield* spawn(scene, 'two', spin as never)];
        for (let i = 0; i < 5; i++) yield* sys.thread_sleep(scene.system.time + 200);
        for (const thread of spinning) expectStatus((yield* sys.task_kill(thread)).status, 'OK');
      },
      { quantum: 10 },
    );
  });

  it('reparent: a process outlives who made it, and needs nobody to collect it', () => {
    expectSuccess(function* (scene) {
      yield* used(scene);
      const before = yield* used(scene);
      const made = yield* fork(scene, () => sys.thread_sleep(scene.system.time + 5000));
      yield* closeAll(made);
      expect(yield* used(scene)).toBeGreaterThan(before);
      yield* sys.thread_sleep(scene.system.time + 10_000);
      expect(yield* used(scene)).toBe(before);
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
      });
      for (const piece of pieces) expectText(yield* desk(scene).receive(second), piece);
    });
  });
});
