/** Rings: events.md "Rings". */
import { describe, expect, it } from 'vitest';
import { CALL_NUMBER, CALLS, SOURCE } from '../../syscalls/calls.js';
import { statusName } from '../../syscalls/errors.js';
import { SHARED_STATE } from '../../syscalls/layouts.js';
import { FOREVER, LIMITS } from '../../syscalls/limits.js';
import { EVENT, LISTEN, SEEN_NOW } from '../../syscalls/options.js';
import { RIGHTS, SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { load, store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, runScript, spawn } from './booted.js';
import { makeProcess } from './compiled.js';
import { answer, makeInterrupt, waitForInterrupt } from './drivers.js';
import { handleFields } from './information.js';
import { listen, makePool, post, scratch, take, takeAll } from './packets.js';
import { recordsOfType } from './records.js';
import { NULL_CALL, type Submission, TestRing } from './ring-memory.js';

const N = CALL_NUMBER;

describe('rings', () => {
  it('a submission is a system call: its completion has the key, the status and the results', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8);
      const packets = yield* ring.run(
        { key: 1, number: N.timer_create, words: [scene.allocator] },
        { key: 2, number: N.handle_close, words: [0x7777] },
        { key: 3, number: N.handle_duplicate, words: [scene.vmar, SAME_RIGHTS] },
      );
      expect(packets.map(({ key, status }) => [key, statusName(status)])).toEqual([
        [1, 'OK'],
        [2, 'BAD_HANDLE'],
        [3, 'OK'],
      ]);
      const { koid } = yield* handleFields(ring.ring, scratch(scene));
      for (const { type, source, count, flags } of packets)
        expect({ type, source, count, flags }).toEqual({ type: EVENT.COMPLETION, source: koid, count: 1, flags: 0 });
      const timer = packets[0].data[0];
      expectStatus((yield* sys.timer_set(timer, 0, 0)).status, 'OK');
      expectStatus((yield* sys.handle_close(packets[2].data[0])).status, 'OK');
      expect(packets[1].data).toEqual([0, 0, 0, 0, 0]);
    });
  });

  it('results of up to four words come in data0 to data3', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 2);
      yield* sys.thread_sleep(2 ** 33 + 5);
      const [packet] = yield* ring.run({ number: N.clock_get, words: [0] });
      expect(packet.data[0] + packet.data[1] * 2 ** 32).toBeGreaterThan(2 ** 33);
      expect(packet.data.slice(2)).toEqual([0, 0, 0]);
    });
  });

  it('one trap does a thousand calls, each with its record in the journal', () => {
    const { system } = expectSuccess(
      function* (scene) {
        const ring = yield* TestRing.make(scene, 1024);
        yield* ring.submit(...Array.from({ length: 1000 }, (_, key): Submission => ({ ...NULL_CALL, key })));
        const steps = scene.system.steps;
        expect(yield* ring.enter(1000)).toEqual({ status: 0, taken: 1000 });
        expect(scene.system.steps).toBe(steps + 1);
        const packets = yield* takeAll(ring.pool, scratch(scene));
        expect(packets.map(({ key }) => key)).toEqual(Array.from({ length: 1000 }, (_, key) => key));
      },
      { checked: false },
    );
    const calls = recordsOfType(system, 'call').filter(({ fields }) => (fields.number_status & 0xffff) === N.clock_get);
    expect(calls).toHaveLength(1000);
  });

  it('submissions that straddle pages, and numbers that wrap round the ring, are read whole', () => {
    expectSuccess(
      function* (scene) {
        const ring = yield* TestRing.make(scene, 256);
        for (let turn = 0; turn < 5; turn++) {
          const all = Array.from(
            { length: 200 },
            (_, i): Submission => ({ key: turn * 1000 + i, number: N.handle_close, words: [-1 - i] }),
          );
          const packets = yield* ring.run(...all);
          expect(packets.map(({ key }) => key)).toEqual(all.map(({ key }) => key));
          expect(new Set(packets.map(({ status }) => statusName(status)))).toEqual(new Set(['BAD_HANDLE']));
        }
        expect(yield* ring.header()).toEqual({ head: 1000, tail: 1000, entries: 256, state: SHARED_STATE.GOOD });
      },
      { checked: false },
    );
  });

  it('a submission is taken only with a slot for its completion; ring_enter says how many it took', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 16, undefined, 4);
      expectStatus(yield* post(ring.pool, scratch(scene, 1), 99), 'OK');
      yield* ring.submit(...Array.from({ length: 10 }, (_, key): Submission => ({ ...NULL_CALL, key })));
      expect(yield* ring.enter(10)).toEqual({ status: 0, taken: 3 });
      expect(yield* ring.enter(10)).toEqual({ status: 0, taken: 0 });
      expect((yield* takeAll(ring.pool, scratch(scene))).map(({ key }) => key)).toEqual([99, 0, 1, 2]);
      expect(yield* ring.enter(2)).toEqual({ status: 0, taken: 2 });
      expect(yield* ring.enter(10)).toEqual({ status: 0, taken: 2 });
      expect((yield* ring.header()).head).toBe(7);
    });
  });

  it('slots that registrations own are not taken for completions, nor those of completions by what the calls do', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene, 4);
      const ring = yield* TestRing.make(scene, 8, pool);
      yield* listen(scene.process, SOURCE.LIFECYCLE, pool, 0, 2 << 8);
      const at = scratch(scene, 1);
      yield* store(at, new Uint8Array(64));
      // Posting to the pool that is full of promises has to wait; the completion that says so has its slot.
      yield* ring.submit(...Array.from({ length: 4 }, (): Submission => ({ number: N.pool_post, words: [pool, at] })));
      expect((yield* ring.enter(4)).taken).toBe(2);
      const packets = yield* takeAll(pool, scratch(scene));
      expect(packets.map(({ status }) => statusName(status))).toEqual(['SHOULD_WAIT', 'SHOULD_WAIT']);
    });
  });

  it('a bad submission completes with an error: unknown numbers, wrong arguments, a reserved word', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8);
      const packets = yield* ring.run(
        { number: -1 },
        { number: 0x7fff_ffff },
        { number: 0xaf },
        { number: N.debug_write, words: [4, 4] },
        { ...NULL_CALL, reserved: 1 },
        NULL_CALL,
      );
      expect(packets.map(({ status }) => statusName(status))).toEqual([
        'BAD_CALL',
        'BAD_CALL',
        'NOT_SUPPORTED',
        'INVALID_ARGS',
        'INVALID_ARGS',
        'OK',
      ]);
    });
  });

  it('thread_exit, process_exit, thread_yield and ring_enter are NOT_SUPPORTED in a ring', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8);
      const packets = yield* ring.run(
        { number: N.thread_exit },
        { number: N.process_exit, words: [3] },
        { number: N.thread_yield },
        { number: N.ring_enter, words: [ring.ring, 1] },
      );
      expect(packets.map(({ status }) => statusName(status))).toEqual(Array(4).fill('NOT_SUPPORTED'));
    });
  });

  it('every deadline counts as passed: no call of the table waits in a ring, whatever it is given', () => {
    expectSuccess(function* (scene) {
      const { allocator, process, thread, vmar } = scene;
      const pool = yield* makePool(scene);
      const { first, second } = yield* sys.channel_create(allocator, 64, 0);
      const { lock } = yield* sys.lock_create(allocator);
      const { timer } = yield* sys.timer_create(allocator);
      const at = scratch(scene, 1);
      yield* store(at, new Uint8Array(512));
      yield* spawn(
        scene,
        'owner',
        function* () {
          expectStatus((yield* sys.lock_acquire(lock, FOREVER)).status, 'OK');
          yield* sys.thread_sleep(1e9);
        },
        20,
      );
      const never = [-1, 0x7fff_ffff];
      const ring = yield* TestRing.make(scene, 16);
      const packets = yield* ring.run(
        { number: N.thread_sleep, words: never },
        { number: N.event_wait, words: [process, SOURCE.LIFECYCLE, 0, ...never, at] },
        { number: N.pool_take, words: [pool, ...never, at, 0, 0] },
        { number: N.channel_receive, words: [first, at + 256, 0, ...never] },
        { number: N.channel_send, words: [second, at + 256, ...never] },
        { number: N.channel_call, words: [second, at + 256, at + 256, ...never] },
        { number: N.lock_acquire, words: [lock, ...never] },
        { number: N.futex_wait, words: [at, 0, 0, ...never] },
      );
      expect(packets.map(({ status }) => statusName(status))).toEqual(['OK', ...Array(7).fill('TIMED_OUT')]);
      // A time that nobody waits for is no such deadline.
      yield* ring.run({ number: N.timer_set, words: [timer, 0, 1, 0, 0] });
      expect(scene.system.state.timers.deadline[0]).toBe(2 ** 32);
      // Whatever the arguments are: the caller would never come back.
      const handles = [allocator, process, thread, vmar, pool, first, lock, timer];
      for (const { number } of CALLS) {
        if (number === N.task_kill || number === N.system_halt || number === N.handle_close) continue;
        const each = (...after: readonly number[]): Submission[] =>
          handles.map((handle) => ({ number, words: [handle, ...after] }));
        yield* ring.run(...each(at, ...never, at, 0));
        yield* ring.run(...each(0, 0, ...never, at));
      }
    });
  });

  it('also not for an interrupt that is pending: it stays so, for a handler that waits', () => {
    expectSuccess(function* (scene) {
      const interrupt = yield* makeInterrupt(scene);
      const ring = yield* TestRing.make(scene, 8);
      const at = scratch(scene, 1);
      expectStatus((yield* sys.interrupt_trigger(interrupt)).status, 'OK');
      yield* store(at + 128, new Uint8Array(Int32Array.of(interrupt, SOURCE.INTERRUPT, SEEN_NOW).buffer));
      const packets = yield* ring.run(
        { number: N.event_wait, words: [interrupt, SOURCE.INTERRUPT, SEEN_NOW, -1, 0x7fff_ffff, at] },
        { number: N.event_wait_many, words: [at + 128, 1, -1, 0x7fff_ffff, at] },
      );
      expect(packets.map(({ status }) => statusName(status))).toEqual(['TIMED_OUT', 'TIMED_OUT']);
      yield* answer(interrupt, yield* waitForInterrupt(scene, interrupt));
    });
  });

  it('who begins to listen to a pool that a call before has filled hears of it once', () => {
    expectSuccess(function* (scene) {
      const [filled, told] = [yield* makePool(scene), yield* makePool(scene)];
      const ring = yield* TestRing.make(scene, 8);
      yield* store(scratch(scene, 1), new Uint8Array(64));
      yield* ring.run(
        { number: N.pool_post, words: [filled, scratch(scene, 1)] },
        { number: N.event_listen, words: [filled, SOURCE.RECEIVED, told, 0, 0, LISTEN.PERSISTENT | (4 << 8)] },
      );
      expect((yield* takeAll(told, scratch(scene))).map(({ count }) => count)).toEqual([1]);
    });
  });

  it('a tail that cannot be makes the ring corrupt, for ever, and nothing else', () => {
    for (const tail of [9, -1, 0x8000_0000, 0x7fff_ffff]) {
      expectSuccess(function* (scene) {
        const ring = yield* TestRing.make(scene, 8);
        const other = yield* TestRing.make(scene, 8, ring.pool);
        yield* ring.setTail(tail);
        expectStatus((yield* ring.enter(1)).status, 'IO_DATA_INTEGRITY');
        expect((yield* ring.header()).state).toBe(SHARED_STATE.CORRUPT);
        yield* ring.setTail(0);
        expectStatus((yield* ring.enter(1)).status, 'IO_DATA_INTEGRITY');
        expect(yield* other.run(NULL_CALL)).toHaveLength(1);
      });
    }
  });

  it('head and entries in the memory are for the program to read: what it writes there is not believed', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8);
      for (const nonsense of [-1, 0, 4096, 0x7fff_ffff]) {
        yield* ring.setHead(nonsense);
        yield* ring.setEntries(nonsense);
        expect(yield* ring.run(NULL_CALL, NULL_CALL)).toHaveLength(2);
      }
      expect((yield* ring.header()).head).toBe(8);
    });
  });

  it('a pool that is corrupt refuses the ring, and whoever waits for its packets is told', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8);
      const { addr } = yield* sys.pool_map(ring.pool, scene.vmar);
      const ends: string[] = [];
      yield* spawn(
        scene,
        'waiter',
        function* () {
          ends.push(statusName((yield* ring.enter(0, 3)).status));
        },
        20,
      );
      yield* store(addr, Uint8Array.of(7));
      yield* ring.submit(NULL_CALL);
      expectStatus((yield* ring.enter(1)).status, 'IO_DATA_INTEGRITY');
      yield* sys.thread_sleep(scene.system.time + 100);
      expect(ends).toEqual(['IO_DATA_INTEGRITY']);
    });
  });

  it('ring_enter waits until the pool holds so many packets, wherever they come from', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8);
      const order: string[] = [];
      yield* ring.submit(NULL_CALL);
      yield* spawn(
        scene,
        'waiter',
        function* () {
          const { status, taken } = yield* ring.enter(8, 3);
          expectStatus(status, 'OK');
          expect(taken).toBe(1);
          order.push(`woken with ${(yield* takeAll(ring.pool, scratch(scene, 2))).length}`);
        },
        20,
      );
      order.push('post');
      expectStatus(yield* post(ring.pool, scratch(scene, 1), 1), 'OK');
      order.push('post');
      expectStatus(yield* post(ring.pool, scratch(scene, 1), 2), 'OK');
      yield* sys.thread_yield();
      expect(order).toEqual(['post', 'post', 'woken with 3']);
    });
  });

  it('a wait for completions ends at its deadline with what was taken; a past one polls', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8);
      yield* ring.submit(NULL_CALL, NULL_CALL, NULL_CALL);
      expect(yield* ring.enter(1, 2, 0)).toEqual({ status: -16, taken: 1 });
      expect(yield* ring.enter(1, 4, scene.system.time + 1000)).toEqual({ status: -16, taken: 1 });
      expect(yield* ring.enter(1, 3, 0)).toEqual({ status: 0, taken: 1 });
      expectStatus((yield* ring.enter(0, 9)).status, 'OUT_OF_RANGE');
    });
  });

  it('a wait for completions is CANCELED when the ring goes', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8);
      const ends: string[] = [];
      yield* spawn(
        scene,
        'waiter',
        function* () {
          ends.push(statusName((yield* ring.enter(0, 1)).status));
        },
        20,
      );
      yield* sys.handle_close(ring.ring);
      yield* sys.thread_yield();
      expect(ends).toEqual(['CANCELED']);
      expect(scene.system.state.rings.live).toBe(0);
    });
  });

  it('a ring keeps its pool; what it was charged goes back when both are gone', () => {
    expectSuccess(function* (scene) {
      const { rings, pools, allocators } = scene.system.state;
      const before = allocators.charged[0];
      const ring = yield* TestRing.make(scene, 64);
      yield* sys.handle_close(ring.pool);
      expect([rings.live, pools.live]).toEqual([1, 1]);
      yield* ring.submit(NULL_CALL);
      expect((yield* ring.enter(1)).taken).toBe(1);
      yield* sys.handle_close(ring.ring);
      expect([rings.live, pools.live]).toEqual([0, 0]);
      // The memory stays while it is mapped.
      expect(allocators.charged[0]).toBeGreaterThan(before);
      expectStatus((yield* sys.vmar_unmap(scene.vmar, ring.address, 4096)).status, 'OK');
      expect(allocators.charged[0]).toBe(before);
    });
  });

  it('a ring may be closed, its pool too, and its memory unmapped by its own submissions', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8);
      const { copy } = yield* sys.handle_duplicate(ring.pool, SAME_RIGHTS);
      yield* ring.submit(
        { number: N.vmar_unmap, words: [scene.vmar, ring.address, 4096] },
        { number: N.handle_close, words: [ring.ring] },
        { number: N.handle_close, words: [ring.pool] },
        NULL_CALL,
      );
      expect((yield* ring.enter(4)).taken).toBe(4);
      const packets = yield* takeAll(copy, scratch(scene));
      expect(packets.map(({ status }) => statusName(status))).toEqual(Array(4).fill('OK'));
      expect(scene.system.state.rings.live).toBe(0);
    });
  });

  it.each(['thread', 'process', 'job'] as const)(
    'a ring whose submission kills its own %s takes nothing more',
    (what) => {
      const { system } = runScript(function* (scene) {
        const ring = yield* TestRing.make(scene, 8);
        const self = scene[what];
        if (what === 'thread') yield* spawn(scene, 'other', () => sys.thread_sleep(1e6) as never);
        yield* ring.submit(NULL_CALL, { number: N.task_kill, words: [self] }, NULL_CALL, NULL_CALL);
        yield* ring.enter(4);
        expect('this').toBe('not reached');
      });
      const completed = recordsOfType(system, 'submissions_completed');
      expect(completed.map(({ fields: { taken, slots } }) => [taken, slots])).toEqual([[2, 4]]);
    },
  );

  it('completions go straight to threads that wait for packets, and tell who listens to RECEIVED', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8);
      const listener = yield* makePool(scene);
      yield* listen(ring.pool, SOURCE.RECEIVED, listener);
      const keys: number[] = [];
      yield* spawn(
        scene,
        'taker',
        function* () {
          const at = scratch(scene, 2);
          expectStatus((yield* sys.pool_take(ring.pool, FOREVER, at, 0, 0)).status, 'OK');
          keys.push((yield* load(at, 1))[0]);
        },
        20,
      );
      yield* ring.submit({ ...NULL_CALL, key: 1 });
      yield* ring.enter(1);
      yield* sys.thread_yield();
      expect(keys).toEqual([1]);
      expect(yield* takeAll(listener, scratch(scene))).toEqual([]);
      yield* ring.submit({ ...NULL_CALL, key: 2 });
      yield* ring.enter(1);
      expect((yield* take(listener, scratch(scene))).type).toBe(EVENT.RECEIVED);
      expect((yield* takeAll(ring.pool, scratch(scene))).map(({ key }) => key)).toEqual([2]);
    });
  });

  it('calls have the handles of whoever enters, not of whoever made the ring', () => {
    expectSuccess(function* (scene) {
      const made = yield* makeProcess(scene);
      const pool = yield* makePool(scene);
      const { status, ring } = yield* sys.ring_create(scene.allocator, 4, pool, made.vmar);
      expectStatus(status, 'OK');
      expectStatus((yield* sys.ring_enter(ring, 1, 0, 0)).status, 'OK');
      const { copy } = yield* sys.handle_duplicate(ring, RIGHTS.INSPECT);
      expectStatus((yield* sys.ring_enter(copy, 1, 0, 0)).status, 'ACCESS_DENIED');
    });
  });

  it('calls that copy much end the step: what is left is taken by the next entering', () => {
    expectSuccess(
      function* (scene) {
        const ring = yield* TestRing.make(scene, 16);
        const { vmo } = yield* sys.vmo_create(scene.allocator, 1 << 20, 0);
        const read: Submission = { number: N.vmo_read, words: [vmo, 0, scene.stackLow, LIMITS.copyBytes / 2] };
        yield* ring.submit(read, read, read, read, read);
        expect((yield* ring.enter(16)).taken).toBe(2);
        expect((yield* ring.enter(16)).taken).toBe(2);
        expect((yield* ring.enter(16)).taken).toBe(1);
      },
      { checked: false, memoryBytes: 8 << 20 },
    );
  });

  it('the largest ring there may be is entered in one step', () => {
    expectSuccess(
      function* (scene) {
        const ring = yield* TestRing.make(scene, LIMITS.ringEntries);
        yield* ring.setTail(LIMITS.ringEntries);
        expect((yield* ring.enter(0xffff_ffff)).taken).toBe(LIMITS.ringEntries);
        // Empty submissions are the call with number 0, handle_close of no handle.
        const packet = yield* take(ring.pool, scratch(scene));
        expect(statusName(packet.status)).toBe('BAD_HANDLE');
      },
      { checked: false },
    );
  });
});
