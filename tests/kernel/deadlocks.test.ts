/** Cycles of waits, found at the call that would close them. */
import { describe, expect, it } from 'vitest';
import { FUTEX_OPTIONS } from '../../syscalls/calls.js';
import { BLOCKED_ON } from '../../syscalls/layouts.js';
import { FOREVER } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from './booted.js';
import { acquire, expectCycle, makeLock, others, ownerOf, release } from './lock-scene.js';
import { makePool } from './packets.js';
import { recordsOfType } from './records.js';

/** Several locks. */
function* makeLocks(scene: Scene, count: number): CallScript<number[]> {
  const locks: number[] = [];
  for (let i = 0; i < count; i++) locks.push(yield* makeLock(scene));
  return locks;
}

/** A thread that owns one lock and waits for another. */
function* link(scene: Scene, name: string, owned: number, awaited: number): CallScript<number> {
  return yield* spawn(scene, name, function* () {
    yield* acquire(owned);
    yield* acquire(awaited);
    yield* release(awaited);
    yield* release(owned);
  });
}

describe('deadlocks', () => {
  it('two threads and two locks: DEADLOCK at the call that closes the cycle, which leaves everything as it was', () => {
    expectSuccess(function* (scene) {
      const [a, b] = yield* makeLocks(scene, 2);
      yield* acquire(a);
      yield* link(scene, 'other', b, a);
      yield* others();
      expectStatus((yield* sys.lock_acquire(b, FOREVER)).status, 'DEADLOCK');
      expectCycle(scene, ['main', 'other']);
      expect([ownerOf(scene, 0), ownerOf(scene, 1)]).toEqual(['main', 'other']);
      // What was refused can be put right.
      yield* release(a);
      yield* acquire(b);
    });
  });

  it('a cycle of many is found, and every member is in the journal, the caller first', () => {
    expectSuccess(function* (scene) {
      const locks = yield* makeLocks(scene, 8);
      yield* acquire(locks[0]);
      for (let i = 7; i > 0; i--) {
        yield* link(scene, `t${i}`, locks[i], locks[(i + 1) % 8]);
        yield* others();
      }
      expectStatus((yield* sys.lock_acquire(locks[1], FOREVER)).status, 'DEADLOCK');
      expectCycle(scene, ['main', 't1', 't2', 't3', 't4', 't5', 't6', 't7']);
      const records = recordsOfType(scene.system, 'deadlock_found');
      expect(records.map(({ fields }) => [fields.on, fields.claimed])).toEqual(records.map(() => [BLOCKED_ON.LOCK, 0]));
      yield* release(locks[0]);
    });
  });

  it('a chain that does not lead back is no deadlock', () => {
    expectSuccess(function* (scene) {
      const [a, b, c] = yield* makeLocks(scene, 3);
      yield* acquire(a);
      yield* link(scene, 'one', b, a);
      yield* others();
      yield* link(scene, 'two', c, b);
      yield* others();
      yield* release(a);
      yield* acquire(c);
      expect(recordsOfType(scene.system, 'deadlock_found')).toEqual([]);
    });
  });

  it('a deadline that has passed polls: it is no deadlock', () => {
    expectSuccess(function* (scene) {
      const [a, b] = yield* makeLocks(scene, 2);
      yield* acquire(a);
      yield* link(scene, 'other', b, a);
      yield* others();
      expectStatus((yield* sys.lock_acquire(b, 0)).status, 'TIMED_OUT');
      yield* release(a);
    });
  });

  it('a cycle over a futex with an owner and a lock is found from either end', () => {
    for (const isLockLast of [true, false]) {
      expectSuccess(function* (scene) {
        const lock = yield* makeLock(scene);
        const word = scene.stackLow + 4096;
        if (isLockLast) {
          yield* spawn(scene, 'other', function* () {
            yield* acquire(lock);
            yield* sys.futex_wait(word, 0, scene.thread, FOREVER);
            yield* release(lock);
          });
          yield* others();
          expectStatus((yield* sys.lock_acquire(lock, FOREVER)).status, 'DEADLOCK');
          yield* sys.futex_wake(word, 1);
        } else {
          yield* acquire(lock);
          const other = yield* spawn(scene, 'other', () => acquire(lock));
          yield* others();
          expectStatus((yield* sys.futex_wait(word, 0, other, FOREVER)).status, 'DEADLOCK');
          yield* release(lock);
        }
        expectCycle(scene, ['main', 'other']);
      });
    }
  });

  it('a futex wait that says REGARDLESS begins; the cycle is in the journal, and in the report at the end', () => {
    const ran = expectSuccess(function* (scene) {
      const [a, b] = [scene.stackLow + 4096, scene.stackLow + 8192];
      const other = yield* spawn(scene, 'other', () => sys.futex_wait(a, 0, scene.thread, FOREVER));
      yield* others();
      const { status } = yield* sys.futex_wait(b, 0, other, 1_000_000, FUTEX_OPTIONS.REGARDLESS);
      expectStatus(status, 'TIMED_OUT');
      expectCycle(scene, ['main', 'other']);
      yield* sys.futex_wake(a, 1);
    });
    expect(recordsOfType(ran.system, 'thread_lends')).toHaveLength(1);
  });

  it('a pool ahead in the queue counts: who stands behind it waits for the thread that it names', () => {
    expectSuccess(function* (scene) {
      const [a, b] = yield* makeLocks(scene, 2);
      const pool = yield* makePool(scene);
      const owner = yield* spawn(scene, 'owner', function* () {
        yield* acquire(a);
        yield* sys.thread_sleep(FOREVER);
      });
      yield* others();
      // a: owner, then main by its pool, then other, who owns b.
      expectStatus((yield* sys.lock_acquire_async(a, scene.thread, pool, 0)).status, 'OK');
      yield* spawn(scene, 'other', function* () {
        yield* acquire(b);
        expectStatus((yield* sys.lock_acquire(a, FOREVER)).status, 'OWNER_DIED');
        yield* release(b);
      });
      yield* others();
      expectStatus((yield* sys.lock_acquire(b, FOREVER)).status, 'DEADLOCK');
      expectCycle(scene, ['main', 'other']);
      expect(recordsOfType(scene.system, 'deadlock_found').map(({ fields }) => fields.claimed)).toEqual([0, 1]);
      yield* sys.handle_close(pool);
      yield* sys.task_kill(owner);
      yield* acquire(b);
    });
  });

  it('who stands before a pool does not wait for the thread that it names', () => {
    expectSuccess(function* (scene) {
      const [a, b] = yield* makeLocks(scene, 2);
      const pool = yield* makePool(scene);
      yield* spawn(scene, 'owner', function* () {
        yield* acquire(a);
        yield* sys.thread_sleep(1_000_000);
        yield* release(a);
      });
      yield* others();
      yield* link(scene, 'other', b, a);
      yield* others();
      expectStatus((yield* sys.lock_acquire_async(a, scene.thread, pool, 0)).status, 'OK');
      yield* acquire(b);
      expect(ownerOf(scene, 0)).toBe('main');
    });
  });

  it('waiting behind a pool that names oneself is a deadlock', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      const pool = yield* makePool(scene);
      yield* spawn(scene, 'owner', function* () {
        yield* acquire(lock);
        yield* sys.thread_sleep(1_000_000);
      });
      yield* others();
      expectStatus((yield* sys.lock_acquire_async(lock, scene.thread, pool, 0)).status, 'OK');
      expectStatus((yield* sys.lock_acquire(lock, FOREVER)).status, 'DEADLOCK');
      expectCycle(scene, ['main']);
    });
  });

  it('a thread for which a pool waits does not wait itself: it may release what it owns', () => {
    expectSuccess(function* (scene) {
      const [a, b] = yield* makeLocks(scene, 2);
      const pool = yield* makePool(scene);
      yield* acquire(a);
      yield* link(scene, 'other', b, a);
      yield* others();
      expectStatus((yield* sys.lock_acquire_async(b, scene.thread, pool, 0)).status, 'OK');
      yield* release(a);
      yield* others();
      expect(ownerOf(scene, 1)).toBe('main');
    });
  });

  it('a wait that ended closes no cycle any more', () => {
    expectSuccess(function* (scene) {
      const [a, b] = yield* makeLocks(scene, 2);
      yield* acquire(a);
      yield* spawn(scene, 'other', function* () {
        yield* acquire(b);
        expectStatus((yield* sys.lock_acquire(a, 1_000_000)).status, 'TIMED_OUT');
        yield* release(b);
      });
      yield* sys.thread_sleep(2_000_000);
      yield* acquire(b);
    });
  });
});
