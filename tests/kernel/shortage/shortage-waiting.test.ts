/** Requests for memory that wait: in which order they are served, and how each of them ends. */
import { describe, expect, it } from 'vitest';
import { CAUSE, encode } from '../../../machine/index.js';
import { MAP_OPTIONS, SOURCE } from '../../../syscalls/calls.js';
import { STATUS } from '../../../syscalls/errors.js';
import { EXIT_REASON, FAULT_DETAIL } from '../../../syscalls/layouts.js';
import { FOREVER, PAGE_BYTES } from '../../../syscalls/limits.js';
import { SAME_RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from '../booted.js';
import { A0, A1, CODE, callOf, li, makeProcess, mapCode, S0 } from '../compiled.js';
import { processFields } from '../information.js';
import { desk, makeChannel, moved } from '../messages.js';
import { makePool, scratch } from '../packets.js';
import { NULL_CALL, TestRing } from '../ring-memory.js';
import {
  type Asker,
  ask,
  fields,
  free,
  Listener,
  makeAllocator,
  setAnswerTime,
  setWait,
  takePages,
} from './shortages.js';

const LONG = 1_000_000_000;
const OPTIONS = MAP_OPTIONS.READ | MAP_OPTIONS.WRITE | MAP_OPTIONS.FIXED;
const SOMEWHERE = 0x2000_0000;

/** A listener that is asked and takes its time: what waits goes on waiting. */
function* patient(scene: Scene, allocator: number): CallScript<Listener> {
  yield* setAnswerTime(scene, allocator, 0);
  return yield* Listener.make(scene, allocator);
}

const names = (done: readonly Asker[]): string[] => done.map(({ name }) => name);

describe('requests that wait', () => {
  it('39: they are served strictly from the head: a small one behind a large one waits, and gets its turn', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 8);
      yield* patient(scene, allocator);
      const held = [yield* takePages(allocator, 3), yield* takePages(allocator, 2), yield* takePages(allocator, 3)];
      const done: Asker[] = [];
      for (const pages of [5, 2, 1]) yield* ask(scene, allocator, pages, LONG, done);
      yield* sys.handle_close(held[0]);
      yield* sys.thread_yield();
      expect(names(done)).toEqual([]);
      yield* sys.handle_close(held[1]);
      expect(names(done)).toEqual(['5']);
      yield* sys.handle_close(held[2]);
      expect(names(done)).toEqual(['5', '2', '1']);
      expect(done.map(({ status }) => status)).toEqual([0, 0, 0]);
    });
  });

  it('a request that waits for nothing fails at once', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 1);
      yield* patient(scene, allocator);
      const asker = yield* ask(scene, allocator, 3, 0);
      expectStatus(asker.status ?? 1, 'NO_MEMORY');
    });
  });

  it('39: the wait ends with NO_MEMORY at its deadline, and those behind are served if they fit then', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 4);
      yield* patient(scene, allocator);
      const held = yield* takePages(allocator, 4);
      const large = yield* ask(scene, allocator, 100, 50_000);
      const small = yield* ask(scene, allocator, 2, LONG);
      const begun = scene.system.time;
      yield* sys.handle_close(held);
      yield* sys.thread_sleep(begun + 40_000);
      expect([large.status, small.status]).toEqual([undefined, undefined]);
      yield* sys.thread_sleep(begun + 60_000);
      expectStatus(large.status ?? 1, 'NO_MEMORY');
      expectStatus(small.status ?? 1, 'OK');
      expect(large.at).toBeLessThanOrEqual(begun + 50_100);
    });
  });

  it('39: a waiting thread that is killed makes way, one that is suspended keeps its place and what it is served', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 4);
      yield* patient(scene, allocator);
      const held = yield* takePages(allocator, 4);
      const done: Asker[] = [];
      const killed = yield* ask(scene, allocator, 50, LONG, done, 'killed');
      const still = yield* ask(scene, allocator, 2, LONG, done, 'still');
      yield* ask(scene, allocator, 1, LONG, done, 'last');
      const { status, token } = yield* sys.task_suspend(still.thread);
      expectStatus(status, 'OK');
      yield* sys.handle_close(held);
      yield* sys.task_kill(killed.process);
      yield* sys.thread_yield();
      expect(names(done)).toEqual(['last']);
      // Two pages for the one who cannot take them yet, one for the last; the fifth is room for their tables.
      expect(yield* free(scene, allocator)).toBeLessThan(2 * PAGE_BYTES + 64);
      expectStatus((yield* sys.allocator_create(allocator, 2 * PAGE_BYTES)).status, 'NO_MEMORY');
      yield* sys.handle_close(token);
      expect(names(done)).toEqual(['last', 'still']);
    });
  });

  it('37: what was granted to a thread that is killed before it repeats its request comes back', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 4);
      yield* patient(scene, allocator);
      const { used } = yield* fields(scene, allocator);
      const held = yield* takePages(allocator, 4);
      const asker = yield* ask(scene, allocator, 3, LONG);
      const { token } = yield* sys.task_suspend(asker.thread);
      yield* sys.handle_close(held);
      expect((yield* fields(scene, allocator)).used).toBe(3 * PAGE_BYTES + 64);
      yield* sys.task_kill(asker.process);
      yield* sys.handle_close(token);
      expect((yield* fields(scene, allocator)).used).toBe(used);
    });
  });

  it('an allocator that goes away while threads wait there ends their waits', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 2);
      yield* patient(scene, allocator);
      // The asker gives its own handle away by closing it: another of its threads would.
      const { process, thread, vmar } = yield* makeProcess(scene, scene.allocator, 20);
      yield* setWait(scene, thread, LONG);
      const statuses: number[] = [];
      const { thread: second } = yield* sys.thread_create(process, 20, 0, 0);
      const main = scene.system.enter(function* (_argument, given) {
        const closer = scene.system.enter(function* () {
          yield* sys.thread_yield();
          yield* sys.handle_close(given);
          yield* sys.thread_sleep(FOREVER);
        });
        closers.push(closer);
        statuses.push((yield* sys.allocator_create(given, 9 * PAGE_BYTES)).status);
        yield* sys.thread_sleep(FOREVER);
      });
      const closers: number[] = [];
      expectStatus((yield* sys.process_start(process, thread, main, 0, 0, allocator)).status, 'OK');
      expect(statuses).toEqual([]);
      expectStatus((yield* sys.thread_start(second, closers[0], 0, 0)).status, 'OK');
      yield* sys.thread_yield();
      yield* sys.thread_yield();
      expect(statuses).toEqual([STATUS.NO_MEMORY]);
      expect(scene.system.state.allocators.live).toBe(1);
      yield* sys.handle_close(vmar);
    });
  });

  it('39: what a registration was charged serves who waits when it goes', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 2);
      yield* patient(scene, allocator);
      const { pool } = yield* sys.pool_create(allocator, 0, 4, 0);
      const { registration } = yield* sys.event_listen(scene.process, SOURCE.LIFECYCLE, pool, 0, 0);
      const left = yield* free(scene, allocator);
      // Everything but what the registration costs.
      for (let bytes = left; bytes >= 64; bytes -= 64) expectStatus((yield* sys.vmo_create(allocator, 1)).status, 'OK');
      const { process, thread } = yield* makeProcess(scene, scene.allocator, 20);
      yield* setWait(scene, thread, LONG);
      const statuses: number[] = [];
      const entry = scene.system.enter(function* (_argument, given) {
        statuses.push((yield* sys.vmo_create(given, 1)).status);
        yield* sys.thread_sleep(FOREVER);
      });
      const { copy } = yield* sys.handle_duplicate(allocator, SAME_RIGHTS);
      yield* sys.process_start(process, thread, entry, 0, 0, copy);
      expect(statuses).toEqual([]);
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'OK');
      expect(statuses).toEqual([0]);
    });
  });
});

/** A page of an allocator that lets one go: mapped in a process, and nothing behind it yet. */
function* shortPage(scene: Scene, wait: number, allocatorPages = 0) {
  const allocator = yield* makeAllocator(scene, allocatorPages);
  const listener = yield* patient(scene, allocator);
  const { vmo } = yield* sys.vmo_create(allocator, 2 * PAGE_BYTES);
  const { process, thread, vmar } = yield* makeProcess(scene, scene.allocator, 20);
  expectStatus((yield* sys.vmar_map(vmar, vmo, 0, 2 * PAGE_BYTES, OPTIONS, SOMEWHERE)).status, 'OK');
  yield* setWait(scene, thread, wait);
  return { allocator, listener, vmo, process, thread, vmar };
}

describe('who waits repeats what it did', () => {
  it('39: a store of a script that found no memory is made again once there is some', () => {
    expectSuccess(function* (scene) {
      const { allocator, process, thread, vmo } = yield* shortPage(scene, LONG);
      const seen: number[] = [];
      const entry = scene.system.enter(function* () {
        yield* store(SOMEWHERE + 8, Uint8Array.of(42));
        seen.push((yield* load(SOMEWHERE + 8, 1))[0]);
        yield* sys.thread_sleep(FOREVER);
      });
      yield* sys.process_start(process, thread, entry, 0, 0, 0);
      expect(seen).toEqual([]);
      expectStatus((yield* sys.allocator_transfer(scene.allocator, allocator, PAGE_BYTES)).status, 'OK');
      expect(seen).toEqual([42]);
      expectStatus((yield* sys.vmo_read(vmo, 8, scratch(scene), 1)).status, 'OK');
      expect((yield* load(scratch(scene), 1))[0]).toBe(42);
    });
  });

  it('39: a store of compiled code, too: the instruction runs once, and the next one after it', () => {
    expectSuccess(function* (scene) {
      const { allocator, process, thread, vmar, vmo } = yield* shortPage(scene, LONG);
      yield* mapCode(scene, vmar, [
        ...li(S0, SOMEWHERE),
        ...li(A0, 41),
        encode('sw', { rs1: S0, rs2: A0, imm: 4 }),
        encode('lw', { rd: A1, rs1: S0, imm: 4 }),
        encode('addi', { rd: A1, rs1: A1, imm: 1 }),
        encode('sw', { rs1: S0, rs2: A1, imm: 8 }),
        ...callOf('process_exit', 3),
      ]);
      yield* sys.process_start(process, thread, CODE, 0, 0, 0);
      yield* sys.thread_sleep(scene.system.time + 1000);
      expectStatus((yield* sys.allocator_transfer(scene.allocator, allocator, PAGE_BYTES)).status, 'OK');
      yield* sys.thread_sleep(scene.system.time + 1000);
      expect(yield* processFields(process, scratch(scene, 1))).toMatchObject({
        exit_reason: EXIT_REASON.EXITED,
        exit_code: 3,
      });
      yield* sys.vmo_read(vmo, 0, scratch(scene), 12);
      expect([...(yield* load(scratch(scene) + 4, 8))]).toEqual([41, 0, 0, 0, 42, 0, 0, 0]);
    });
  });

  it.each([
    ['of a script', false],
    ['of compiled code', true],
  ])('39: a store %s that waits in vain kills its process, with NO_MEMORY in the exit record', (_name, isCompiled) => {
    expectSuccess(function* (scene) {
      const { process, thread, vmar } = yield* shortPage(scene, 10_000);
      let entry = CODE;
      if (isCompiled) yield* mapCode(scene, vmar, [...li(S0, SOMEWHERE), encode('sw', { rs1: S0, rs2: S0, imm: 4 })]);
      else
        entry = scene.system.enter(function* () {
          yield* store(SOMEWHERE + 4, Uint8Array.of(1));
        });
      yield* sys.process_start(process, thread, entry, 0, 0, 0);
      yield* sys.thread_sleep(scene.system.time + 5000);
      expect((yield* processFields(process, scratch(scene, 1))).exit_reason).toBe(0);
      yield* sys.thread_sleep(scene.system.time + 10_000);
      expect(yield* processFields(process, scratch(scene, 1))).toMatchObject({
        exit_reason: EXIT_REASON.FAULT,
        exit_code: FAULT_DETAIL.NO_MEMORY,
        fault_cause: CAUSE.STORE_PAGE_FAULT,
        fault_address: SOMEWHERE + 4,
        fault_pc: isCompiled ? CODE + 8 : 0,
      });
    });
  });

  it('39: a call of compiled code is made again with the same arguments, and its results are in place', () => {
    expectSuccess(function* (scene) {
      const { allocator, process, thread, vmar, vmo } = yield* shortPage(scene, LONG, 1);
      const held = yield* takePages(allocator, 1);
      yield* mapCode(scene, vmar, [
        // The handle that it was given lies in a1.
        encode('addi', { rd: A0, rs1: A1, imm: 0 }),
        ...li(A1, PAGE_BYTES),
        ...li(12, 0),
        ...li(13, 0),
        ...li(17, 0x70),
        encode('ecall'),
        ...li(S0, SOMEWHERE),
        encode('sw', { rs1: S0, rs2: A0, imm: 0 }),
        encode('sw', { rs1: S0, rs2: A1, imm: 4 }),
        ...callOf('process_exit', 7),
      ]);
      const { copy } = yield* sys.handle_duplicate(allocator, SAME_RIGHTS);
      yield* sys.process_start(process, thread, CODE, 0, 0, copy);
      yield* sys.thread_sleep(scene.system.time + 1000);
      expect((yield* processFields(process, scratch(scene, 1))).exit_reason).toBe(0);
      yield* sys.handle_close(held);
      expectStatus((yield* sys.allocator_transfer(scene.allocator, allocator, 2 * PAGE_BYTES)).status, 'OK');
      yield* sys.thread_sleep(scene.system.time + 1000);
      expect((yield* processFields(process, scratch(scene, 1))).exit_code).toBe(7);
      yield* sys.vmo_read(vmo, 0, scratch(scene), 8);
      const words = new Int32Array((yield* load(scratch(scene), 8)).slice().buffer);
      expect(words[0]).toBe(0);
      expect(words[1]).toBeGreaterThan(0);
    });
  });

  it('21: a send with handles that waits for memory has them still, and the receiver gets them once', () => {
    expectSuccess(function* (scene) {
      yield* setWait(scene, scene.thread, LONG);
      const { first, second } = yield* makeChannel(scene);
      const sent = yield* makePool(scene);
      yield* desk(scene, 1).message('x');
      yield* desk(scene, 2).buffer();
      // Everything of the scene's own quota is taken, and given back by another thread later.
      yield* patient(scene, scene.allocator);
      const letters: string[] = [];
      const held: number[] = [];
      yield* spawn(
        scene,
        'giver',
        function* () {
          yield* sys.thread_sleep(scene.system.time + 50_000);
          yield* sys.handle_close(held[0]);
          const letter = yield* desk(scene, 2).receive(second);
          letters.push(letter.text, String(letter.handles.length));
          yield* sys.thread_sleep(FOREVER);
        },
        20,
      );
      yield* free(scene, scene.allocator); // what it is asked with has its page
      const left = yield* free(scene, scene.allocator);
      held.push(yield* takePages(scene.allocator, Math.floor((left - 96) / PAGE_BYTES)));
      for (;;) {
        if ((yield* free(scene, scene.allocator)) < 64) break;
        yield* sys.handle_duplicate(scene.allocator, SAME_RIGHTS);
      }
      const begun = scene.system.time;
      expectStatus(yield* desk(scene, 1).send(first, 'x', [moved(sent)]), 'OK');
      expect(scene.system.time).toBeGreaterThan(begun + 10_000);
      yield* sys.thread_yield();
      expect(letters).toEqual(['x', '1']);
      expectStatus((yield* sys.handle_close(sent)).status, 'BAD_HANDLE');
      yield* sys.process_exit(0);
    });
  });

  it('calls in rings never wait', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 1);
      yield* patient(scene, allocator);
      yield* setWait(scene, scene.thread, LONG);
      const ring = yield* TestRing.make(scene, 4);
      yield* ring.submit({ number: 0x70, words: [allocator, 16 * PAGE_BYTES, 0, 0] }, NULL_CALL);
      const begun = scene.system.time;
      yield* ring.enter(2);
      expect(scene.system.time).toBeLessThan(begun + 1000);
      expect(scene.system.state.allocators.state[1]).toBe(2);
    });
  });

  it('36: a wait for several sources whose page and entries fit one by one and not together fails, and charges nothing beyond the quota', () => {
    expectSuccess(function* (scene) {
      const at = scene.stackLow + 150 * PAGE_BYTES;
      yield* store(scratch(scene), new Uint8Array(Int32Array.of(scene.process, SOURCE.LIFECYCLE, 0).buffer));
      yield* free(scene, scene.allocator); // what it is asked with has its page
      const left = yield* free(scene, scene.allocator);
      yield* takePages(scene.allocator, Math.floor((left - PAGE_BYTES - 96) / PAGE_BYTES));
      for (;;) {
        if ((yield* free(scene, scene.allocator)) < PAGE_BYTES + 32) break;
        yield* sys.handle_duplicate(scene.allocator, SAME_RIGHTS);
      }
      const { status } = yield* sys.event_wait_many(scratch(scene), 1, FOREVER, at);
      expectStatus(status, 'NO_MEMORY');
    });
  });
});
