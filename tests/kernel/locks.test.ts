import { describe, expect, it } from 'vitest';
import { EVENT } from '../../syscalls/calls.js';
import { FOREVER } from '../../syscalls/limits.js';
import { RIGHTS, SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from './booted.js';
import { acquire, holder, makeLock, others, ownerOf, release, threadRow } from './lock-scene.js';
import { expectFlags, makePool, scratch, take, takeAll } from './packets.js';
import { recordsOfType } from './records.js';

describe('locks', () => {
  it('a free lock is taken at once, and is free again after its release', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      expect(ownerOf(scene)).toBeUndefined();
      yield* acquire(lock);
      expect(ownerOf(scene)).toBe('main');
      yield* release(lock);
      expect(ownerOf(scene)).toBeUndefined();
    });
  });

  it('a free lock is taken even by a call whose deadline has passed', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      yield* acquire(lock, 0);
    });
  });

  it('taking a lock that one owns is BAD_STATE', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      yield* acquire(lock);
      expectStatus((yield* sys.lock_acquire(lock, FOREVER)).status, 'BAD_STATE');
      expectStatus((yield* sys.lock_acquire(lock, 0)).status, 'BAD_STATE');
    });
  });

  it("releasing another's lock is ACCESS_DENIED, and a free one BAD_STATE", () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      expectStatus((yield* sys.lock_release(lock)).status, 'BAD_STATE');
      yield* holder(scene, 'owner', [lock]);
      yield* others();
      expectStatus((yield* sys.lock_release(lock)).status, 'ACCESS_DENIED');
      expect(ownerOf(scene)).toBe('owner');
      yield* sys.process_exit(0);
    });
  });

  it('release hands over to the head of the queue in the same step: nobody takes the lock in between', () => {
    const order: string[] = [];
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      yield* acquire(lock);
      for (const name of ['one', 'two']) {
        yield* spawn(scene, name, function* () {
          yield* acquire(lock);
          order.push(name);
          yield* release(lock);
        });
        yield* others();
      }
      yield* release(lock);
      // The waiter has not run yet, and owns it.
      expect(ownerOf(scene)).toBe('one');
      expectStatus((yield* sys.lock_acquire(lock, 0)).status, 'TIMED_OUT');
      yield* acquire(lock);
      expect(order).toEqual(['one', 'two']);
    });
  });

  it('12: the queue is one FIFO, and priority does not reorder it', () => {
    const order: string[] = [];
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      yield* acquire(lock);
      for (const [name, priority] of [
        ['low', 17],
        ['high', 30],
        ['middle', 20],
      ] as const) {
        yield* spawn(
          scene,
          name,
          function* () {
            yield* acquire(lock);
            order.push(name);
            yield* release(lock);
          },
          priority,
        );
        yield* others();
      }
      yield* release(lock);
      yield* others();
      expect(order).toEqual(['low', 'high', 'middle']);
    });
  });

  it('17: a deadline in the past polls; 16: after TIMED_OUT the waiter is in no queue', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      yield* holder(scene, 'owner', [lock]);
      yield* others();
      expectStatus((yield* sys.lock_acquire(lock, 0)).status, 'TIMED_OUT');
      expectStatus((yield* sys.lock_acquire(lock, -1)).status, 'TIMED_OUT');
      expectStatus((yield* sys.lock_acquire(lock, 1_000_000)).status, 'TIMED_OUT');
      expect((yield* sys.clock_get(0)).time).toBeGreaterThanOrEqual(1_000_000);
      expect(scene.system.state.sources.length[scene.system.state.locks.queue[0]]).toBe(0);
      yield* sys.process_exit(0);
    });
  });

  it('an owner that dies leaves the lock to the head of the queue, who is told, once', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      const told: string[] = [];
      const owner = yield* holder(scene, 'owner', [lock]);
      yield* others();
      for (const name of ['first', 'second']) {
        yield* spawn(scene, name, function* () {
          const { status } = yield* sys.lock_acquire(lock, FOREVER);
          told.push(`${name} ${status}`);
          yield* release(lock);
        });
        yield* others();
      }
      expectStatus((yield* sys.task_kill(owner)).status, 'OK');
      expect(ownerOf(scene)).toBe('first');
      yield* others();
      expect(told).toEqual(['first 1', 'second 0']);
    });
  });

  it('the death of the owner of a lock that nobody waits for is told to the next owner, whenever it comes', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      yield* spawn(scene, 'owner', () => acquire(lock));
      yield* others();
      expect(ownerOf(scene)).toBeUndefined();
      expectStatus((yield* sys.lock_acquire(lock, FOREVER)).status, 'OWNER_DIED');
      yield* release(lock);
      expectStatus((yield* sys.lock_acquire(lock, FOREVER)).status, 'OK');
    });
  });

  it('a heir that dies before it runs leaves the news to the next', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      const owner = yield* holder(scene, 'owner', [lock]);
      yield* others();
      const heir = yield* holder(scene, 'heir', [lock]);
      yield* others();
      yield* sys.task_kill(owner);
      expect(ownerOf(scene)).toBe('heir');
      yield* sys.task_kill(heir);
      expectStatus((yield* sys.lock_acquire(lock, FOREVER)).status, 'OWNER_DIED');
    });
  });

  it('a process that ends leaves all its locks; 18: its waiters go, and the others keep their order', () => {
    const order: string[] = [];
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      yield* acquire(lock);
      const threads: number[] = [];
      for (const name of ['one', 'two', 'three']) {
        threads.push(
          yield* spawn(scene, name, function* () {
            yield* acquire(lock);
            order.push(name);
            yield* release(lock);
          }),
        );
        yield* others();
      }
      yield* sys.task_kill(threads[1]);
      yield* release(lock);
      yield* others();
      expect(order).toEqual(['one', 'three']);
    });
  });

  it('a lock that goes away while somebody waits ends the waits with CANCELED', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      yield* acquire(lock);
      let status = 1;
      yield* spawn(scene, 'waiter', function* () {
        ({ status } = yield* sys.lock_acquire(lock, FOREVER));
      });
      yield* others();
      yield* sys.handle_close(lock);
      yield* others();
      expectStatus(status, 'CANCELED');
      expect(scene.system.state.locks.live).toBe(0);
      expect(scene.system.state.threads.firstLock[threadRow(scene, 'main')]).toBe(-1);
    });
  });

  it('a lock is charged to its payer, and the charge comes back when its last handle is closed', () => {
    expectSuccess(function* (scene) {
      const { allocators } = scene.system.state;
      const { 0: before } = allocators.charged;
      const lock = yield* makeLock(scene);
      expect(allocators.charged[0]).toBe(before + 64 + 32);
      const { copy } = yield* sys.handle_duplicate(lock, SAME_RIGHTS);
      yield* sys.handle_close(lock);
      yield* acquire(copy);
      yield* sys.handle_close(copy);
      expect(allocators.charged[0]).toBe(before);
    });
  });

  it('without the right to write a lock it can neither be taken nor released', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      const { copy } = yield* sys.handle_duplicate(lock, RIGHTS.INSPECT);
      expectStatus((yield* sys.lock_acquire(copy, FOREVER)).status, 'ACCESS_DENIED');
      expectStatus((yield* sys.lock_release(copy)).status, 'ACCESS_DENIED');
    });
  });
});

/** Lets a pool stand in the queue for a lock. */
function* claim(lock: number, thread: number, pool: number, key = 7): CallScript<number> {
  const { status, registration } = yield* sys.lock_acquire_async(lock, thread, pool, key);
  expectStatus(status, 'OK');
  return registration;
}

describe('pools in the queue for a lock', () => {
  it('a free lock is granted at once: the named thread owns it, and the packet says so', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      const pool = yield* makePool(scene);
      yield* claim(lock, scene.thread, pool, 99);
      expect(ownerOf(scene)).toBe('main');
      const packet = yield* take(pool, scratch(scene));
      const { locks, threads } = scene.system.state;
      expect(packet).toMatchObject({ key: 99, type: EVENT.LOCK, status: 0, source: locks.koid[0], count: 1 });
      expect(packet.data[0]).toBe(threads.koid[threadRow(scene, 'main')]);
      expectFlags(packet, '');
      yield* release(lock);
    });
  });

  it('12: threads and pools stand in one queue, in the order in which they came', () => {
    const order: (string | undefined)[] = [];
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      const pool = yield* makePool(scene);
      const owner = yield* holder(scene, 'owner', [lock]);
      yield* others();
      const waiter = (name: string): CallScript<number> =>
        spawn(scene, name, function* () {
          yield* sys.lock_acquire(lock, FOREVER);
          order.push(name);
          yield* release(lock);
        });
      yield* waiter('one');
      yield* others();
      yield* claim(lock, scene.thread, pool);
      yield* waiter('three');
      yield* others();
      yield* sys.task_kill(owner);
      yield* others();
      order.push(ownerOf(scene));
      expectStatus((yield* take(pool, scratch(scene))).status, 'OK');
      yield* release(lock);
      yield* others();
      expect(order).toEqual(['one', 'main', 'three']);
    });
  });

  it('a thread that owns the lock, or has ended, cannot be named: BAD_STATE', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      const pool = yield* makePool(scene);
      yield* acquire(lock);
      expectStatus((yield* sys.lock_acquire_async(lock, scene.thread, pool, 0)).status, 'BAD_STATE');
      const ended = yield* spawn(scene, 'ended', () => sys.thread_yield());
      yield* others();
      expectStatus((yield* sys.lock_acquire_async(lock, ended, pool, 0)).status, 'BAD_STATE');
    });
  });

  it('a pool without a free slot is NO_RESOURCES', () => {
    expectSuccess(function* (scene) {
      const [lock, other] = [yield* makeLock(scene), yield* makeLock(scene)];
      const pool = yield* makePool(scene, 1);
      yield* claim(lock, scene.thread, pool);
      expectStatus((yield* sys.lock_acquire_async(other, scene.thread, pool, 0)).status, 'NO_RESOURCES');
      expect(ownerOf(scene, 1)).toBeUndefined();
    });
  });

  it('15: a cancelled registration gets nothing, and its place in the queue is gone', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      const pool = yield* makePool(scene);
      yield* holder(scene, 'owner', [lock]);
      yield* others();
      const registration = yield* claim(lock, scene.thread, pool);
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'OK');
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'NOT_FOUND');
      expect(scene.system.state.locks.claims[0]).toBe(0);
      yield* sys.process_exit(0);
    });
  });

  it('cancelling a grant that nobody has read gives the lock to the next, with what was to be told', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      const pool = yield* makePool(scene);
      yield* spawn(scene, 'dies', () => acquire(lock));
      yield* others();
      const registration = yield* claim(lock, scene.thread, pool);
      let status = 0;
      yield* spawn(scene, 'next', function* () {
        ({ status } = yield* sys.lock_acquire(lock, FOREVER));
      });
      yield* others();
      expect(ownerOf(scene)).toBe('main');
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'OK');
      expect(ownerOf(scene)).toBe('next');
      yield* others();
      expectStatus(status, 'OWNER_DIED');
      expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
    });
  });

  it('a grant that was used though nobody read it is not undone', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      const pool = yield* makePool(scene);
      const registration = yield* claim(lock, scene.thread, pool);
      yield* release(lock);
      yield* acquire(lock);
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'OK');
      expect(ownerOf(scene)).toBe('main');
    });
  });

  it('closing a pool with a grant that nobody has read gives the lock to the next, with OWNER_DIED', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      const [pool, second] = [yield* makePool(scene), yield* makePool(scene)];
      const owner = yield* holder(scene, 'owner', [lock]);
      yield* others();
      yield* claim(lock, scene.thread, pool);
      yield* claim(lock, scene.thread, second);
      yield* sys.task_kill(owner);
      expect(scene.system.state.pools.packets[0]).toBe(1);
      yield* sys.handle_close(pool);
      expectStatus((yield* take(second, scratch(scene))).status, 'OWNER_DIED');
      expect(ownerOf(scene)).toBe('main');
    });
  });

  it('the named thread ends: a last packet says that nothing will come', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      const pool = yield* makePool(scene);
      yield* acquire(lock);
      const named = yield* spawn(scene, 'named', () => sys.thread_sleep(FOREVER));
      yield* claim(lock, named, pool);
      yield* sys.task_kill(named);
      const packet = yield* take(pool, scratch(scene));
      expectStatus(packet.status, 'CANCELED');
      expectFlags(packet, 'ERROR|LAST');
      yield* release(lock);
      expect(ownerOf(scene)).toBeUndefined();
    });
  });

  it('a new thread can be named; where it goes without having run, its locks go on', () => {
    expectSuccess(function* (scene) {
      const [lock, other] = [yield* makeLock(scene), yield* makeLock(scene)];
      const pool = yield* makePool(scene);
      const { thread } = yield* sys.thread_create(scene.process, 3, 0, 0);
      yield* acquire(other);
      yield* claim(lock, thread, pool);
      yield* claim(other, thread, pool);
      yield* sys.handle_close(thread);
      expectStatus((yield* sys.lock_acquire(lock, FOREVER)).status, 'OWNER_DIED');
      const packets = yield* takeAll(pool, scratch(scene));
      expect(packets.map(({ status }) => status)).toEqual([0, -17]);
    });
  });

  it('the lock goes away: a last packet says CANCELED', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      const pool = yield* makePool(scene);
      yield* holder(scene, 'owner', [lock]);
      yield* others();
      yield* claim(lock, scene.thread, pool, 3);
      yield* sys.handle_close(lock);
      const packet = yield* take(pool, scratch(scene));
      expect(packet).toMatchObject({ key: 3, type: EVENT.LOCK, status: -17 });
      expectFlags(packet, 'ERROR|LAST');
      yield* sys.process_exit(0);
    });
  });

  it('a thread that waits elsewhere can become an owner meanwhile', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      const pool = yield* makePool(scene);
      const sleeper = yield* spawn(scene, 'sleeper', function* () {
        yield* sys.thread_sleep(1_000_000);
        yield* release(lock);
      });
      yield* others();
      yield* claim(lock, sleeper, pool);
      expect(ownerOf(scene)).toBe('sleeper');
      yield* acquire(lock);
    });
  });
});

describe('the journal of locks', () => {
  it('says every change of owner', () => {
    const { system } = expectSuccess(function* (scene: Scene) {
      const lock = yield* makeLock(scene);
      yield* acquire(lock);
      yield* spawn(scene, 'other', function* () {
        yield* acquire(lock);
        yield* release(lock);
      });
      yield* others();
      yield* release(lock);
      yield* others();
    });
    expect(recordsOfType(system, 'lock_owned').map(({ fields }) => fields.owner)).toEqual([0, 1, -1]);
  });
});
