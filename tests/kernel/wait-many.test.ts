/** event_wait_many: the first event of several sources. */
import { describe, expect, it } from 'vitest';
import { COST } from '../../kernel/limits.js';
import { SEEN_NOW, SOURCE } from '../../syscalls/calls.js';
import { FOREVER, LIMITS, PAGE_BYTES } from '../../syscalls/limits.js';
import { RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../userland/script/script.js';
import { createThread, expectStatus, expectSuccess, type Scene, spawn } from './booted.js';
import { allocatorFields, handleFields } from './information.js';
import { Bell, packetAt, scratch } from './packets.js';

type Item = readonly [handle: number, source: number, seen?: number];

interface Ended {
  readonly status: number;
  readonly index: number;
  readonly generation: number;
}

/** Waits for the first of several items; the event goes to the end of the scratch page. */
function* waitMany(at: number, items: readonly Item[], deadline = FOREVER): CallScript<Ended> {
  const words = Uint32Array.from(items.flatMap(([handle, source, seen = 0]) => [handle, source, seen]));
  yield* store(at, new Uint8Array(words.buffer));
  return yield* sys.event_wait_many(at, items.length, deadline, at + 2048);
}

const bellItem = (bell: Bell, seen = 0): Item => [bell.pool, SOURCE.RECEIVED, seen];

/** A thread above the test's priority that waits, and what its waits ended with. */
function* waiter(scene: Scene, page: number, items: readonly Item[], ended: Ended[]): CallScript<number> {
  return yield* spawn(
    scene,
    `waiter ${page}`,
    function* () {
      ended.push(yield* waitMany(scratch(scene, page), items));
    },
    20,
  );
}

describe('a wait for several sources', () => {
  it('ends with the first event of any of them, and says which it was', () => {
    expectSuccess(function* (scene) {
      const bells = [yield* Bell.make(scene, 200), yield* Bell.make(scene, 201), yield* Bell.make(scene, 202)];
      for (const [i, bell] of bells.entries()) {
        const ended: Ended[] = [];
        const items = bells.map((each) => bellItem(each, SEEN_NOW));
        yield* waiter(scene, i + 1, items, ended);
        yield* bell.ring();
        expect(ended.map(({ status, index }) => [status, index])).toEqual([[0, i]]);
        const { koid } = yield* handleFields(bell.pool, scratch(scene));
        expect((yield* packetAt(scratch(scene, i + 1) + 2048)).source).toBe(koid);
      }
    });
  });

  it('takes the first in the list of those that have an event already, and leaves the rest as they were', () => {
    expectSuccess(function* (scene) {
      const [first, second, third] = [
        yield* Bell.make(scene, 200),
        yield* Bell.make(scene, 201),
        yield* Bell.make(scene, 202),
      ];
      yield* third.ring(5);
      yield* second.ring(2);
      const at = scratch(scene, 1);
      const taken = yield* waitMany(at, [bellItem(first), bellItem(second), bellItem(third)]);
      expect([taken.index, taken.generation, (yield* packetAt(at + 2048)).count]).toEqual([1, 2, 2]);
      const next = yield* waitMany(at, [bellItem(first), bellItem(second, 2), bellItem(third)]);
      expect([next.index, next.generation, (yield* packetAt(at + 2048)).count]).toEqual([2, 5, 5]);
      expectStatus((yield* waitMany(at, [bellItem(first), bellItem(second, 2)], 0)).status, 'TIMED_OUT');
    });
  });

  it('8: wakes several who wait for overlapping lists in the order in which they began', () => {
    expectSuccess(function* (scene) {
      const [left, right] = [yield* Bell.make(scene, 200), yield* Bell.make(scene, 201)];
      const order: string[] = [];
      for (const [i, items] of [[left, right], [right], [right, left]].entries()) {
        yield* spawn(
          scene,
          `waiter ${i}`,
          function* () {
            const { index } = yield* waitMany(
              scratch(scene, i + 1),
              items.map((bell) => bellItem(bell)),
            );
            order.push(`${i} by ${index}`);
          },
          20,
        );
      }
      yield* right.ring();
      expect(order).toEqual(['0 by 1', '1 by 0', '2 by 0']);
    });
  });

  it('that names one source twice is told once, by the first of the two', () => {
    expectSuccess(function* (scene) {
      const [bell, other] = [yield* Bell.make(scene, 200), yield* Bell.make(scene, 201)];
      const [twice, after]: Ended[][] = [[], []];
      yield* waiter(scene, 1, [bellItem(other), bellItem(bell), bellItem(bell), bellItem(bell)], twice);
      yield* waiter(scene, 2, [bellItem(bell)], after);
      yield* bell.ring();
      expect(twice.map(({ index }) => index)).toEqual([1]);
      expect(after.map(({ index }) => index)).toEqual([0]);
    });
  });

  it('can be for 64 items', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const ended: Ended[] = [];
      const items: Item[] = Array.from({ length: LIMITS.waitItems - 1 }, () => [scene.process, SOURCE.LIFECYCLE]);
      yield* waiter(scene, 1, [...items, bellItem(bell)], ended);
      yield* bell.ring();
      expect(ended.map(({ index }) => index)).toEqual([LIMITS.waitItems - 1]);
    });
  });

  it('is charged while it lasts, and not longer: by event, deadline and death', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const used = function* (): CallScript<number> {
        return (yield* allocatorFields(scene.allocator, scratch(scene))).used;
      };
      const items: Item[] = Array.from({ length: 10 }, () => bellItem(bell, SEEN_NOW));
      const at = scratch(scene, 1);
      yield* waitMany(at, items, 0);
      yield* bell.ring();
      yield* used(); // its page has a frame from now on
      const before = yield* used();
      yield* waitMany(at, items, scene.system.time + 100);
      expect(yield* used()).toBe(before);
      const killed = yield* spawn(scene, 'killed', () => waitMany(at, items), 20);
      const waiting = yield* used();
      yield* sys.task_kill(killed);
      yield* bell.ring();
      // The thread that was killed gave back its registrations, and its save area beside.
      expect(waiting - (yield* used())).toBe(10 * COST.registration + PAGE_BYTES);
    });
  });

  it('ends with CANCELED when one of the objects goes away', () => {
    expectSuccess(function* (scene) {
      const [bell, other] = [yield* Bell.make(scene, 200), yield* Bell.make(scene, 201)];
      const ended: Ended[] = [];
      yield* waiter(scene, 1, [bellItem(other), bellItem(bell)], ended);
      yield* sys.handle_close(bell.pool);
      expectStatus(ended[0].status, 'CANCELED');
      yield* other.ring();
      expect(ended).toHaveLength(1);
    });
  });

  it('looks at all handles first, then at all rights, then whether there are such sources', () => {
    expectSuccess(function* (scene) {
      const at = scratch(scene, 1);
      const thread = yield* createThread(scene, 'new');
      const { copy } = yield* sys.handle_duplicate(thread, RIGHTS.INSPECT);
      const right: Item = [thread, SOURCE.LIFECYCLE];
      const denied: Item = [copy, SOURCE.LIFECYCLE];
      const none: Item = [9999, SOURCE.LIFECYCLE];
      const missing: Item = [thread, SOURCE.TIMER];
      expectStatus((yield* waitMany(at, [missing, denied, none])).status, 'BAD_HANDLE');
      expectStatus((yield* waitMany(at, [missing, right, denied])).status, 'ACCESS_DENIED');
      expectStatus((yield* waitMany(at, [right, missing])).status, 'NOT_FOUND');
    });
  });
});
