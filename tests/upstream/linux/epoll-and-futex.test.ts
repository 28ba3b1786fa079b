/**
 * What the selftests of Linux and the Linux Test Project assert of epoll and of futexes, told of pools of pools and of ours. A name
 * begins with the names of the tests that it tells.
 */
import { describe, expect, it } from 'vitest';
import { LISTEN, PROTECTION, SEEN_NOW, SOURCE } from '../../../syscalls/calls.js';
import { FOREVER, LIMITS, PAGE_BYTES } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from '../../kernel/booted.js';
import { makeProcess } from '../../kernel/compiled.js';
import { listen, makePool, post, scratch, takeAll } from '../../kernel/packets.js';

/** Pools in a row, each listening to the one before. */
function* row(scene: Scene, length: number): CallScript<number[]> {
  const pools = [yield* makePool(scene)];
  for (let i = 1; i < length; i++) {
    pools.push(yield* makePool(scene));
    yield* listen(pools[i - 1], SOURCE.RECEIVED, pools[i], i, LISTEN.PERSISTENT);
  }
  return pools;
}

/** Looks whether a pool holds packets, and leaves them there: level. */
function* holds(scene: Scene, pool: number): CallScript<boolean> {
  return (yield* sys.event_wait(pool, SOURCE.RECEIVED, SEEN_NOW, 0, scratch(scene, 90))).status === 0;
}

/** Two threads above the test's priority that wait at a pool, and how many were woken. */
function* two(
  scene: Scene,
  wait: (at: number) => CallScript<{ readonly status: number }>,
): CallScript<{ woken: number }> {
  const count = { woken: 0 };
  for (const page of [1, 2]) {
    yield* spawn(
      scene,
      `waiter ${page}`,
      function* () {
        if ((yield* wait(scratch(scene, page))).status === 0) count.woken++;
      },
      20,
    );
  }
  return count;
}

describe('tests of epoll, as ours', () => {
  it('epoll1: level: what is ready answers every wait', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      expect(yield* holds(scene, pool)).toBe(false);
      yield* post(pool, scratch(scene), 1);
      for (let i = 0; i < 2; i++) expect(yield* holds(scene, pool)).toBe(true);
      yield* takeAll(pool, scratch(scene));
      expect(yield* holds(scene, pool)).toBe(false);
    });
  });

  it('epoll2: edge: what becomes ready answers one wait', () => {
    expectSuccess(function* (scene) {
      const [pool, listener] = yield* row(scene, 2);
      for (let i = 0; i < 3; i++) yield* post(pool, scratch(scene), i);
      expect(yield* takeAll(listener, scratch(scene))).toHaveLength(1);
      expect(yield* takeAll(listener, scratch(scene))).toEqual([]);
      yield* takeAll(pool, scratch(scene));
      yield* post(pool, scratch(scene), 9);
      expect(yield* takeAll(listener, scratch(scene))).toHaveLength(1);
    });
  });

  it('epoll4: edge: of two that become ready each answers once', () => {
    expectSuccess(function* (scene) {
      const [one, other, listener] = [yield* makePool(scene), yield* makePool(scene), yield* makePool(scene)];
      yield* listen(one, SOURCE.RECEIVED, listener, 1, LISTEN.PERSISTENT);
      yield* listen(other, SOURCE.RECEIVED, listener, 2, LISTEN.PERSISTENT);
      for (const pool of [one, other]) yield* post(pool, scratch(scene), 0);
      expect((yield* takeAll(listener, scratch(scene))).map(({ key }) => key)).toEqual([1, 2]);
      expect(yield* takeAll(listener, scratch(scene))).toEqual([]);
    });
  });

  it('epoll9: level: two that wait are both woken', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const count = yield* two(scene, (at) => sys.event_wait(pool, SOURCE.RECEIVED, 0, FOREVER, at));
      yield* post(pool, scratch(scene), 1);
      expect(count.woken).toBe(2);
    });
  });

  it('epoll10: edge: of two that wait one is woken', () => {
    expectSuccess(function* (scene) {
      const [pool, listener] = yield* row(scene, 2);
      const count = yield* two(scene, (at) => sys.pool_take(listener, FOREVER, at, 0, 0));
      yield* post(pool, scratch(scene), 1);
      expect(count.woken).toBe(1);
      yield* takeAll(pool, scratch(scene));
      yield* post(pool, scratch(scene), 2);
      expect(count.woken).toBe(2);
    });
  });

  it('epoll17, epoll20: who looks at the outermost sees what is ready in the innermost; who takes it sees it once', () => {
    expectSuccess(function* (scene) {
      const pools = yield* row(scene, 3);
      yield* post(pools[0], scratch(scene), 1);
      for (let i = 0; i < 2; i++) expect(yield* holds(scene, pools[2])).toBe(true);
      expect(yield* takeAll(pools[2], scratch(scene))).toHaveLength(1);
      expect(yield* holds(scene, pools[2])).toBe(false);
    });
  });

  it('epoll25, epoll28: of two that wait at the outermost both are woken who look, and one of those who take', () => {
    for (const [taking, woken] of [
      [false, 2],
      [true, 1],
    ] as const) {
      expectSuccess(function* (scene) {
        const pools = yield* row(scene, 3);
        const count = yield* two(scene, (at) =>
          taking
            ? sys.pool_take(pools[2], FOREVER, at, 0, 0)
            : sys.event_wait(pools[2], SOURCE.RECEIVED, 0, FOREVER, at),
        );
        yield* post(pools[0], scratch(scene), 1);
        expect(count.woken).toBe(woken);
        yield* sys.process_exit(0);
      });
    }
  });

  it('epoll_ctl04: a row that is too long is refused', () => {
    expectSuccess(function* (scene) {
      const pools = yield* row(scene, LIMITS.poolDepth);
      const last = pools[pools.length - 1];
      expectStatus((yield* sys.event_listen(last, SOURCE.RECEIVED, yield* makePool(scene), 0, 0)).status, 'LOOP');
    });
  });

  it('epoll_ctl05: a circle is refused', () => {
    expectSuccess(function* (scene) {
      const pools = yield* row(scene, LIMITS.poolDepth - 1);
      const last = pools[pools.length - 1];
      for (const pool of [last, pools[0]])
        expectStatus((yield* sys.event_listen(pool, SOURCE.RECEIVED, pools[0], 0, 0)).status, 'LOOP');
    });
  });
});

describe('selftests of futexes, as ours', () => {
  it('futex_wait: a word is known by its memory, whoever has it wherever', () => {
    expectSuccess(function* (scene) {
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      const protection = PROTECTION.READ | PROTECTION.WRITE;
      const other = yield* makeProcess(scene, scene.allocator, 20);
      const mine = yield* sys.vmar_map(scene.vmar, vmo, 0, PAGE_BYTES, protection, 0x2000_0000);
      const theirs = yield* sys.vmar_map(other.vmar, vmo, 0, PAGE_BYTES, protection, 0x3000_0000);
      let woken = false;
      const entry = scene.system.enter(function* () {
        expectStatus((yield* sys.futex_wait(theirs.addr + 8, 0, 0, FOREVER)).status, 'OK');
        woken = true;
      });
      yield* sys.process_start(other.process, other.thread, entry, 0, 0);
      expect(mine.addr).not.toBe(theirs.addr);
      expect((yield* sys.futex_wake(mine.addr + 8, 1)).woken).toBe(1);
      expect(woken).toBe(true);
    });
  });

  it('futex_wait_uninitialized_heap: a word in a page that nobody has touched is 0, and who expects 1 does not wait', () => {
    expectSuccess(function* (scene) {
      const word = scratch(scene, 77);
      expectStatus((yield* sys.futex_wait(word, 1, 0, FOREVER)).status, 'SHOULD_WAIT');
      expectStatus((yield* sys.futex_wait(word, 0, 0, 0)).status, 'TIMED_OUT');
    });
  });

  it('futex_wait_timeout: a wait that nobody ends ends at its deadline', () => {
    expectSuccess(function* (scene) {
      const deadline = scene.system.time + 100_000;
      expectStatus((yield* sys.futex_wait(scratch(scene, 78), 0, 0, deadline)).status, 'TIMED_OUT');
      expect(scene.system.time).toBeGreaterThanOrEqual(deadline);
    });
  });
});
