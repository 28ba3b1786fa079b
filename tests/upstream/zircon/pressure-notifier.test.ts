/**
 * What the tests of Fuchsia's notifier of memory pressure assert: one message a change, and the next one after the answer. Told of
 * listeners to an allocator. A name begins with the names of the tests that it tells.
 */
import { describe, expect, it } from 'vitest';
import { PAGE_BYTES } from '../../../syscalls/limits.js';
import { MEMORY_STATE } from '../../../syscalls/options.js';
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { expectStatus, type Scene } from '../../kernel/booted.js';
import { fields, Listener, makeAllocator, setAnswerTime } from '../../kernel/shortage/shortages.js';
import { expectNothingLost } from '../countfree.js';

const { NORMAL, OOM } = MEMORY_STATE;

/** An allocator whose listeners may take their time, and so many of them. */
function* watched(
  scene: Scene,
  count: number,
): CallScript<readonly [allocator: number, watchers: readonly Listener[]]> {
  const allocator = yield* makeAllocator(scene, 4);
  yield* setAnswerTime(scene, allocator, 0);
  const watchers: Listener[] = [];
  for (let i = 0; i < count; i++) watchers.push(yield* Listener.make(scene, allocator));
  return [allocator, watchers];
}

/** A request that cannot be met. */
function* fallShort(allocator: number): CallScript<void> {
  expectStatus((yield* sys.allocator_create(allocator, 8 * PAGE_BYTES)).status, 'NO_MEMORY');
}

/** How often each has been told since the last time. */
function* told(watchers: readonly Listener[]): CallScript<number[]> {
  const counts: number[] = [];
  for (const watcher of watchers) counts.push((yield* watcher.heard()).filter(({ state }) => state === OOM).length);
  return counts;
}

describe('the notifier of memory pressure of Fuchsia, as ours', () => {
  it('Watcher: who listens is told of a change, and who does not listen any more is not', () => {
    expectNothingLost(function* (scene) {
      const [allocator, [watcher]] = yield* watched(scene, 1);
      // Theirs is told the state when it registers. Ours can be asked for.
      expect(yield* told([watcher])).toEqual([0]);
      expect((yield* fields(scene, allocator)).state).toBe(NORMAL);
      yield* fallShort(allocator);
      expect(yield* told([watcher])).toEqual([1]);
      yield* watcher.cannot();
      expectStatus((yield* sys.event_cancel(watcher.pool, watcher.registration)).status, 'OK');
      yield* fallShort(allocator);
      expect(yield* told([watcher])).toEqual([0]);
    });
  });

  it('NoResponse, MultipleWatchersNoResponse: who has not answered is not told again', () => {
    expectNothingLost(function* (scene) {
      for (const count of [1, 2]) {
        const [allocator, watchers] = yield* watched(scene, count);
        yield* fallShort(allocator);
        expect(yield* told(watchers)).toEqual(Array(count).fill(1));
        for (let again = 0; again < 3; again++) yield* fallShort(allocator);
        expect(yield* told(watchers)).toEqual(Array(count).fill(0));
      }
    });
  });

  it('DelayedResponse, MultipleWatchersDelayedResponse: after the answers the next one is told', () => {
    expectNothingLost(function* (scene) {
      for (const count of [1, 2]) {
        const [allocator, watchers] = yield* watched(scene, count);
        yield* fallShort(allocator);
        yield* fallShort(allocator);
        expect(yield* told(watchers)).toEqual(Array(count).fill(1));
        for (const watcher of watchers) yield* watcher.cannot();
        expect((yield* fields(scene, allocator)).owed).toBe(0);
        yield* fallShort(allocator);
        expect(yield* told(watchers)).toEqual(Array(count).fill(1));
      }
    });
  });

  it('MultipleWatchers: both are told of each', () => {
    expectNothingLost(function* (scene) {
      const [allocator, watchers] = yield* watched(scene, 2);
      for (let change = 0; change < 3; change++) {
        yield* fallShort(allocator);
        expect(yield* told(watchers)).toEqual([1, 1]);
        for (const watcher of watchers) yield* watcher.cannot();
      }
    });
  });

  it('MultipleWatchersMixedResponse: one that does not answer holds the other up, but not beyond the time for answers', () => {
    expectNothingLost(function* (scene) {
      const [allocator, watchers] = yield* watched(scene, 2);
      yield* setAnswerTime(scene, allocator, 20_000);
      yield* fallShort(allocator);
      expect(yield* told(watchers)).toEqual([1, 1]);
      yield* watchers[0].cannot();
      yield* fallShort(allocator);
      expect(yield* told(watchers)).toEqual([0, 0]);
      yield* sys.thread_sleep(scene.system.time + 30_000);
      yield* fallShort(allocator);
      expect(yield* told(watchers)).toEqual([1, 1]);
      for (const watcher of watchers) yield* watcher.cannot();
    });
  });

  it('ReleaseWatcherNoPendingCallback: who owes nothing can go at any time, and nothing of it stays', () => {
    expectNothingLost(function* (scene) {
      const before = scene.system.state.registrations.live;
      const [allocator, watchers] = yield* watched(scene, 2);
      yield* fallShort(allocator);
      for (const watcher of watchers) yield* watcher.cannot();
      for (const { pool } of watchers) expectStatus((yield* sys.handle_close(pool)).status, 'OK');
      expect(scene.system.state.registrations.live).toBe(before);
      yield* fallShort(allocator);
      expect((yield* fields(scene, allocator)).owed).toBe(0);
    });
  });
});
