/** What liburing's tests assert of submissions and completions, told of rings. A name begins with the name of the test that it tells. */
import { describe, expect, it } from 'vitest';
import { CALL_NUMBER } from '../../../syscalls/calls.js';
import { statusName } from '../../../syscalls/errors.js';
import { FOREVER } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene } from '../../kernel/booted.js';
import { type Packet, scratch, take, takeAll } from '../../kernel/packets.js';
import { NULL_CALL, type Submission, TestRing } from '../../kernel/ring-memory.js';

const nulls = (count: number, from = 0): Submission[] =>
  Array.from({ length: count }, (_, i) => ({ ...NULL_CALL, key: from + i }));

function* reap(scene: Scene, { pool }: TestRing): CallScript<Packet[]> {
  return yield* takeAll(pool, scratch(scene));
}

/** Are so many completions there, and no more? */
function* expectReady(ring: TestRing, count: number): CallScript<void> {
  if (count > 0) expectStatus((yield* ring.enter(0, count, 0)).status, 'OK');
  expectStatus((yield* ring.enter(0, count + 1, 0)).status, 'TIMED_OUT');
}

describe('rings of liburing, as ours: submissions', () => {
  it('nop test_single_nop: each submission completes once, with the number that it was given', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8);
      for (let key = 1; key < 50; key++)
        expect((yield* ring.run({ ...NULL_CALL, key })).map((packet) => [packet.key, packet.status])).toEqual([
          [key, 0],
        ]);
    });
  });

  it('nop test_barrier_nop: eight at once complete, each with its number, in their order', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8);
      const packets = yield* ring.run(...nulls(8, 1000));
      expect(packets.map(({ key }) => key)).toEqual(Array.from({ length: 8 }, (_, i) => 1000 + i));
    });
  });

  it('nop-all-sizes: rings of every size are filled twice before anybody takes, and all completes', () => {
    expectSuccess(
      function* (scene) {
        for (let entries = 1; entries <= 512; entries *= 2) {
          const ring = yield* TestRing.make(scene, entries, undefined, 2 * entries);
          for (let turn = 0; turn < 2; turn++) {
            yield* ring.submit(...nulls(entries));
            expect(yield* ring.enter(entries)).toEqual({ status: 0, taken: entries });
          }
          expect(yield* reap(scene, ring)).toHaveLength(2 * entries);
          yield* sys.handle_close(ring.ring);
          yield* sys.handle_close(ring.pool);
        }
      },
      { checked: false },
    );
  });

  it('sq-full: a ring takes as many as it has places, and not one more', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8);
      expect(yield* ring.run(...nulls(8))).toHaveLength(8);
      yield* ring.submit(...nulls(9));
      expectStatus((yield* ring.enter(9)).status, 'IO_DATA_INTEGRITY');
    });
  });

  it('sq-space_left test_sync: one that is none completes with an error', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 32);
      const packets = yield* ring.run(...nulls(8), { key: 8, number: 0xfe }, ...nulls(8, 9));
      expect(packets.map(({ key }) => key)).toEqual(Array.from({ length: 17 }, (_, i) => i));
      // Theirs stops behind it, and the rest is submitted by the next call.
      const failed = packets.filter(({ status }) => status !== 0);
      expect(failed.map(({ key, status }) => [key, statusName(status)])).toEqual([[8, 'BAD_CALL']]);
    });
  });

  it('io_uring_enter: handles that are none or no ring, nothing to submit, all of a full ring, a number that cannot be', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 64, undefined, 128);
      expectStatus((yield* sys.ring_enter(0, 0, 0, 0)).status, 'BAD_HANDLE');
      expectStatus((yield* sys.ring_enter(scene.vmar, 0, 0, 0)).status, 'WRONG_TYPE');
      expect(yield* ring.enter(0)).toEqual({ status: 0, taken: 0 });
      yield* ring.submit(...nulls(64));
      expect(yield* ring.enter(100, 64)).toEqual({ status: 0, taken: 64 });
      yield* expectReady(ring, 64);
      yield* reap(scene, ring);
      yield* ring.setTail(64 + 65);
      expectStatus((yield* ring.enter(1)).status, 'IO_DATA_INTEGRITY');
    });
  });
});

describe('rings of liburing, as ours: completions', () => {
  it('cq-size: room for completions is what was asked for, at the least; none is refused', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 64, undefined, 64);
      expect(yield* ring.run(...nulls(64))).toHaveLength(64);
      expectStatus((yield* sys.pool_create(scene.allocator, 0, 0, 0)).status, 'INVALID_ARGS');
    });
  });

  it('cq-full: what is submitted without room for its completions is not lost', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 4, undefined, 8);
      for (const taken of [4, 4, 0]) {
        yield* ring.submit(...nulls(4));
        expect(yield* ring.enter(4)).toEqual({ status: 0, taken });
      }
      expect(yield* reap(scene, ring)).toHaveLength(8);
      expect((yield* ring.enter(4)).taken).toBe(4);
      expect(yield* reap(scene, ring)).toHaveLength(4);
    });
  });

  it('cq-overflow test_overflow: completions come in the order of the submissions', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 16, undefined, 8);
      yield* ring.submit(...nulls(16));
      const keys: number[] = [];
      for (const taken of [8, 8]) {
        expect((yield* ring.enter(16)).taken).toBe(taken);
        keys.push(...(yield* reap(scene, ring)).map(({ key }) => key));
      }
      expect(keys).toEqual(Array.from({ length: 16 }, (_, i) => i));
    });
  });

  it('cq-overflow test_overflow_handling: with too little room for all, each has its turn', () => {
    expectSuccess(
      function* (scene) {
        const ring = yield* TestRing.make(scene, 8, undefined, 2);
        const completed = Array<number>(8).fill(0);
        yield* ring.submit(...nulls(8));
        for (let turn = 0; turn < 128; turn++) {
          yield* ring.enter(8);
          const { key } = yield* take(ring.pool, scratch(scene));
          completed[key]++;
          yield* ring.submit({ ...NULL_CALL, key });
        }
        expect(completed).toEqual(Array(8).fill(16));
      },
      { checked: false },
    );
  });

  it('cq-ready: completions that are there are counted, and fewer as they are taken', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 4, undefined, 8);
      yield* expectReady(ring, 0);
      for (const advances of [[4], [1, 2, 1]]) {
        yield* ring.submit(...nulls(4));
        yield* ring.enter(4);
        let left = 4;
        yield* expectReady(ring, left);
        for (const count of advances) {
          for (let i = 0; i < count; i++) yield* take(ring.pool, scratch(scene));
          left -= count;
          yield* expectReady(ring, left);
        }
      }
    });
  });
});

describe('rings of liburing, as ours: waits', () => {
  it('submit-and-wait: a wait for more completions than come ends at its deadline, and what was taken is told', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8);
      const deadline = scene.system.time + 5000;
      yield* ring.submit(...nulls(1));
      const { status, taken } = yield* ring.enter(1, 2, deadline);
      expect([statusName(status), taken]).toEqual(['TIMED_OUT', 1]);
      // It waited once.
      expect(scene.system.time).toBeLessThan(deadline + 1000);
    });
  });

  it('wait-timeout: a wait until now or before does not wait; one until later does, and not longer', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8);
      for (const offset of [0, -1000, 20_000]) {
        const begun = scene.system.time;
        expectStatus((yield* ring.enter(0, 1, begun + offset)).status, 'TIMED_OUT');
        expect(scene.system.time - begun).toBeGreaterThanOrEqual(Math.max(0, offset));
        expect(scene.system.time - begun).toBeLessThan(Math.max(0, offset) + 1000);
      }
    });
  });

  it('timeout test_single_timeout_wait: two come in time; a third that does not is waited for until the deadline', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8);
      const deadline = scene.system.time + 10_000;
      yield* ring.submit(...nulls(2));
      expect(yield* ring.enter(2, 2, deadline)).toEqual({ status: 0, taken: 2 });
      expect(scene.system.time).toBeLessThan(deadline);
      expect(yield* reap(scene, ring)).toHaveLength(2);
      expectStatus((yield* ring.enter(0, 1, deadline)).status, 'TIMED_OUT');
      expect(scene.system.time).toBeGreaterThanOrEqual(deadline);
    });
  });

  it('socket-rw-eagain: one that would wait completes, and does not hold up those behind it', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 4);
      const words = [0xffff_ffff, 0x7fff_ffff];
      yield* ring.submit({ key: 1, number: CALL_NUMBER.thread_sleep, words }, { ...NULL_CALL, key: 2 });
      expect((yield* ring.enter(2, 2, FOREVER)).taken).toBe(2);
      expect((yield* reap(scene, ring)).map(({ key }) => key)).toEqual([1, 2]);
    });
  });
});
