/** What liburing's tests assert of completions, told of rings and of registrations that go on. */
import { describe, expect, it } from 'vitest';
import { CALL_NUMBER, LISTEN } from '../../../syscalls/calls.js';
import { FOREVER } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import { expectStatus, expectSuccess } from '../../kernel/booted.js';
import { Bell, flagsText, makePool, scratch, takeAll } from '../../kernel/packets.js';
import { NULL_CALL, TestRing } from '../../kernel/ring-memory.js';

const nulls = (count: number, from = 0) => Array.from({ length: count }, (_, i) => ({ ...NULL_CALL, key: from + i }));

describe('tests of liburing, as ours', () => {
  it('nop: each submission completes once, with the number that it was given', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8);
      const packets = yield* ring.run(...nulls(8, 1000));
      expect(packets.map(({ key }) => key)).toEqual(Array.from({ length: 8 }, (_, i) => 1000 + i));
    });
  });

  it('nop-all-sizes: rings of every size fill and empty, and go round', () => {
    expectSuccess(
      function* (scene) {
        for (const entries of [1, 2, 4, 8, 16, 32]) {
          const ring = yield* TestRing.make(scene, entries);
          for (let turn = 0; turn < 3; turn++) expect(yield* ring.run(...nulls(entries))).toHaveLength(entries);
        }
      },
      { checked: false },
    );
  });

  it('cq-overflow: no completion is lost where more is submitted than completions have room', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8, undefined, 2);
      yield* ring.submit(...nulls(8));
      const keys: number[] = [];
      for (let turn = 0; turn < 4; turn++) {
        expect(yield* ring.enter(8)).toMatchObject({ taken: 2 });
        keys.push(...(yield* takeAll(ring.pool, scratch(scene))).map(({ key }) => key));
      }
      expect(keys).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    });
  });

  it('cq-full: with no room for a completion nothing is taken, and nothing is lost', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 4, undefined, 4);
      yield* ring.submit(...nulls(4));
      expect((yield* ring.enter(4)).taken).toBe(4);
      yield* ring.submit(...nulls(1, 50));
      expect((yield* ring.enter(1)).taken).toBe(0);
      yield* takeAll(ring.pool, scratch(scene));
      expect((yield* ring.enter(1)).taken).toBe(1);
    });
  });

  it('io_uring_enter: more is asked for than there is: what there is is taken', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 8);
      yield* ring.submit(...nulls(3));
      expect(yield* ring.enter(100)).toEqual({ status: 0, taken: 3 });
      expect(yield* ring.enter(100)).toEqual({ status: 0, taken: 0 });
    });
  });

  it('an operation that there is not completes with an error, and those behind it are done', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 4);
      const packets = yield* ring.run(
        { ...NULL_CALL, key: 1 },
        { key: 2, number: 0x7777, words: [] },
        { ...NULL_CALL, key: 3 },
      );
      expect(packets.map(({ key }) => key)).toEqual([1, 2, 3]);
      expectStatus(packets[0].status, 'OK');
      expectStatus(packets[1].status, 'BAD_CALL');
      expectStatus(packets[2].status, 'OK');
    });
  });

  it('a wait for more completions than come ends at its deadline, and what was taken is told', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 4);
      yield* ring.submit(...nulls(2));
      const { status, taken } = yield* ring.enter(2, 3, scene.system.time + 5000);
      expectStatus(status, 'TIMED_OUT');
      expect(taken).toBe(2);
    });
  });

  it('a wait for as many completions as there are returns at once', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 4);
      yield* ring.submit(...nulls(3));
      expect(yield* ring.enter(3, 3, FOREVER)).toEqual({ status: 0, taken: 3 });
    });
  });

  it('an operation that would wait does not hold up those behind it', () => {
    expectSuccess(function* (scene) {
      const ring = yield* TestRing.make(scene, 4);
      const words = [0xffff_ffff, 0x7fff_ffff];
      const packets = yield* ring.run({ key: 1, number: CALL_NUMBER.thread_sleep, words }, { ...NULL_CALL, key: 2 });
      expect(packets.map(({ key }) => key)).toEqual([1, 2]);
    });
  });

  it('poll-many: one that goes on says so with each completion', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene, 8);
      yield* bell.listen(pool, 1, LISTEN.PERSISTENT | (4 << 8));
      yield* bell.ring(4);
      const packets = yield* takeAll(pool, scratch(scene));
      expect(packets.map(({ flags }) => flagsText(flags))).toEqual(['MORE', 'MORE', 'MORE', 'MORE']);
    });
  });

  it('recv-multishot: one that is at its end says that too, and nothing comes after it', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene, 8);
      yield* bell.listen(pool, 1, LISTEN.PERSISTENT | LISTEN.END_WHEN_FULL | (2 << 8));
      yield* bell.ring(9);
      const packets = yield* takeAll(pool, scratch(scene));
      expect(packets.map(({ flags }) => flagsText(flags))).toEqual(['MORE', 'COALESCED|LAST']);
    });
  });

  it('poll-cancel: one that was cancelled completes no more, and cancelling it again finds nothing', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene, 2);
      const registration = yield* bell.listen(pool, 1, LISTEN.PERSISTENT);
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'OK');
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'NOT_FOUND');
      yield* bell.ring();
      expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
    });
  });
});
