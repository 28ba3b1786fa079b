/** What the selftests of Linux assert of epoll and of futexes, told of pools of pools and of ours. */
import { describe, expect, it } from 'vitest';
import { LISTEN, PROTECTION, SOURCE } from '../../../syscalls/calls.js';
import { FOREVER, LIMITS, PAGE_BYTES } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from '../../kernel/booted.js';
import { makeProcess } from '../../kernel/compiled.js';
import { Bell, listen, makePool, packetAt, post, scratch, take, takeAll } from '../../kernel/packets.js';

/** Pools in a row, each listening to the one before. */
function* row(scene: Scene, length: number): CallScript<number[]> {
  const pools = [yield* makePool(scene)];
  for (let i = 1; i < length; i++) {
    pools.push(yield* makePool(scene));
    yield* listen(pools[i - 1], SOURCE.RECEIVED, pools[i], i, LISTEN.PERSISTENT);
  }
  return pools;
}

describe('selftests of epoll, as ours', () => {
  it('level: what is ready answers every wait until it was read', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      yield* post(pool, scratch(scene), 1);
      for (let i = 0; i < 3; i++)
        expectStatus((yield* sys.event_wait(pool, SOURCE.RECEIVED, 0, 0, scratch(scene, 1))).status, 'OK');
      yield* take(pool, scratch(scene));
      expectStatus((yield* sys.event_wait(pool, SOURCE.RECEIVED, 1, 0, scratch(scene, 1))).status, 'TIMED_OUT');
    });
  });

  it('edge: a listener is told when something becomes ready, and not again while it stays so', () => {
    expectSuccess(function* (scene) {
      const [pool, listener] = yield* row(scene, 2);
      for (let i = 0; i < 3; i++) yield* post(pool, scratch(scene), i);
      expect(yield* takeAll(listener, scratch(scene))).toHaveLength(1);
      yield* takeAll(pool, scratch(scene));
      yield* post(pool, scratch(scene), 9);
      expect(yield* takeAll(listener, scratch(scene))).toHaveLength(1);
    });
  });

  it('oneshot: told once, and then only when asked anew', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene);
      for (let i = 0; i < 2; i++) {
        yield* bell.listen(pool, i);
        yield* bell.ring(2);
        expect((yield* takeAll(pool, scratch(scene))).map(({ key, count }) => [key, count])).toEqual([[i, 1]]);
      }
    });
  });

  it('nested: whoever waits for the outermost is woken by what happens in the innermost', () => {
    expectSuccess(function* (scene) {
      const pools = yield* row(scene, 3);
      const keys: number[] = [];
      yield* spawn(
        scene,
        'waiter',
        function* () {
          expectStatus((yield* sys.pool_take(pools[2], FOREVER, scratch(scene, 1), 0, 0)).status, 'OK');
          keys.push((yield* packetAt(scratch(scene, 1))).key);
        },
        20,
      );
      yield* post(pools[0], scratch(scene), 1);
      expect(keys).toEqual([2]);
    });
  });

  it('two that wait: one packet wakes one of them', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      let woken = 0;
      for (const page of [1, 2]) {
        yield* spawn(
          scene,
          `waiter ${page}`,
          function* () {
            if ((yield* sys.pool_take(pool, FOREVER, scratch(scene, page), 0, 0)).status === 0) woken++;
          },
          20,
        );
      }
      yield* post(pool, scratch(scene), 1);
      expect(woken).toBe(1);
      yield* post(pool, scratch(scene), 2);
      expect(woken).toBe(2);
    });
  });

  it('loops are refused, and rows that are too long', () => {
    expectSuccess(function* (scene) {
      const pools = yield* row(scene, LIMITS.poolDepth);
      const [first] = pools;
      const last = pools[pools.length - 1];
      expectStatus((yield* sys.event_listen(last, SOURCE.RECEIVED, first, 0, 0)).status, 'LOOP');
      expectStatus((yield* sys.event_listen(first, SOURCE.RECEIVED, first, 0, 0)).status, 'LOOP');
      const next = yield* makePool(scene);
      expectStatus((yield* sys.event_listen(last, SOURCE.RECEIVED, next, 0, 0)).status, 'LOOP');
    });
  });
});

describe('selftests of futexes, as ours', () => {
  it('futex_wait: processes that share the memory share the word, wherever they have it', () => {
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

  it('futex_wait_uninitialized_heap: a word in a page that nobody touched is 0 and can be waited for', () => {
    expectSuccess(function* (scene) {
      const word = scratch(scene, 77);
      expectStatus((yield* sys.futex_wait(word, 1, 0, FOREVER)).status, 'SHOULD_WAIT');
      expectStatus((yield* sys.futex_wait(word, 0, 0, 0)).status, 'TIMED_OUT');
    });
  });

  it('futex_wait_timeout: a deadline in the past ends the wait at once', () => {
    expectSuccess(function* (scene) {
      const steps = scene.system.steps;
      expectStatus((yield* sys.futex_wait(scratch(scene, 78), 0, 0, -5)).status, 'TIMED_OUT');
      expect(scene.system.steps).toBe(steps + 1);
    });
  });
});
