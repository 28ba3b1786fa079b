/** Errors of the calls for locks, futexes with owners, and suspensions. */
import { TABLE_LIMIT } from '../../../kernel/limits.js';
import { FOREVER } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { expectStatus, type Scene, spawn } from '../booted.js';
import { acquire, makeLock, others } from '../lock-scene.js';
import { makePool, scratch } from '../packets.js';
import { type Scenario, type Scenarios, untilItFails, useUpQuota } from './scenario.js';

/** A time at which the scenarios are over, ns. */
const LATER = 1_000_000;

export const LOCK_ERRORS: Scenarios = {
  *'futex_wait DEADLOCK'(scene, remember) {
    const other = yield* spawn(scene, 'other', () => sys.futex_wait(scratch(scene, 1), 0, scene.thread, LATER));
    yield* others();
    remember();
    return (yield* sys.futex_wait(scratch(scene, 2), 0, other, FOREVER)).status;
  },
  *'lock_create NO_MEMORY'(scene, remember) {
    yield* useUpQuota(scene, 64);
    remember();
    return (yield* sys.lock_create(scene.allocator)).status;
  },
  *'lock_acquire OWNER_DIED'(scene) {
    const lock = yield* makeLock(scene);
    yield* spawn(scene, 'dies', () => acquire(lock));
    yield* others();
    return (yield* sys.lock_acquire(lock, FOREVER)).status;
  },
  *'lock_acquire BAD_STATE'(scene, remember) {
    const lock = yield* makeLock(scene);
    yield* acquire(lock);
    remember();
    return (yield* sys.lock_acquire(lock, FOREVER)).status;
  },
  *'lock_acquire TIMED_OUT'(scene, remember) {
    const lock = yield* makeLock(scene);
    yield* ownerOf(scene, lock);
    remember();
    return (yield* sys.lock_acquire(lock, 0)).status;
  },
  *'lock_acquire DEADLOCK'(scene, remember) {
    const [a, b] = [yield* makeLock(scene), yield* makeLock(scene)];
    yield* acquire(a);
    yield* spawn(scene, 'other', function* () {
      yield* acquire(b);
      yield* sys.lock_acquire(a, FOREVER);
    });
    yield* others();
    remember();
    return (yield* sys.lock_acquire(b, FOREVER)).status;
  },
  *'lock_acquire CANCELED'(scene) {
    const lock = yield* makeLock(scene);
    yield* spawn(scene, 'owner', function* () {
      yield* acquire(lock);
      yield* others();
      yield* sys.handle_close(lock);
    });
    yield* sys.thread_yield();
    return (yield* sys.lock_acquire(lock, FOREVER)).status;
  },
  *'lock_acquire_async BAD_STATE'(scene, remember) {
    const lock = yield* makeLock(scene);
    const pool = yield* makePool(scene);
    yield* acquire(lock);
    remember();
    return (yield* sys.lock_acquire_async(lock, scene.thread, pool, 0)).status;
  },
  *'lock_acquire_async NO_RESOURCES'(scene, remember) {
    const [lock, other] = [yield* makeLock(scene), yield* makeLock(scene)];
    const pool = yield* makePool(scene, 1);
    expectStatus((yield* sys.lock_acquire_async(other, scene.thread, pool, 0)).status, 'OK');
    remember();
    return (yield* sys.lock_acquire_async(lock, scene.thread, pool, 0)).status;
  },
  *'lock_acquire_async NO_MEMORY'(scene, remember) {
    const lock = yield* makeLock(scene);
    const pool = yield* makePool(scene);
    yield* useUpQuota(scene, 32);
    remember();
    return (yield* sys.lock_acquire_async(lock, scene.thread, pool, 0)).status;
  },
  *'lock_release BAD_STATE'(scene, remember) {
    const lock = yield* makeLock(scene);
    remember();
    return (yield* sys.lock_release(lock)).status;
  },
  *'lock_release ACCESS_DENIED'(scene, remember) {
    const lock = yield* makeLock(scene);
    yield* ownerOf(scene, lock);
    remember();
    return (yield* sys.lock_release(lock)).status;
  },
  *'task_suspend NO_MEMORY'(scene, remember) {
    yield* useUpQuota(scene, 32);
    remember();
    return (yield* sys.task_suspend(scene.thread)).status;
  },
  *'task_suspend BAD_STATE'(scene, remember) {
    const ended = yield* spawn(scene, 'ended', () => sys.thread_yield());
    yield* others();
    remember();
    return (yield* sys.task_suspend(ended)).status;
  },
  *'thread_read_state BAD_STATE'(scene, remember) {
    remember();
    return (yield* sys.thread_read_state(scene.thread, 0, scratch(scene), 128)).status;
  },
  *'thread_read_state BUFFER_TOO_SMALL'(scene, remember) {
    const thread = yield* suspended(scene);
    remember();
    return (yield* sys.thread_read_state(thread, 0, scratch(scene), 124)).status;
  },
  *'thread_read_state NO_MEMORY'(scene, remember) {
    const thread = yield* suspended(scene);
    yield* useUpQuota(scene, 0);
    remember();
    return (yield* sys.thread_read_state(thread, 0, scratch(scene, 9), 128)).status;
  },
  *'thread_write_state BAD_STATE'(scene, remember) {
    remember();
    return (yield* sys.thread_write_state(scene.thread, 0, scratch(scene), 128)).status;
  },
};

/** Tables that a program can fill. */
export const FULL_LOCKS: Readonly<Record<string, readonly [memoryBytes: number, scenario: Scenario]>> = {
  'lock_create NO_RESOURCES': [
    16 << 20,
    ({ allocator }) =>
      untilItFails(function* () {
        return (yield* sys.lock_create(allocator)).status;
      }, TABLE_LIMIT.locks - 10),
  ],
  'task_suspend NO_RESOURCES': [
    16 << 20,
    function* (scene) {
      const { thread } = yield* sys.thread_create(scene.process, 3, 0, 0);
      return yield* untilItFails(function* () {
        return (yield* sys.task_suspend(thread)).status;
      }, TABLE_LIMIT.tokens - 10);
    },
  ],
};

/** A thread that owns a lock for a while. */
function* ownerOf(scene: Scene, lock: number): CallScript {
  yield* spawn(scene, 'owner', function* () {
    yield* acquire(lock);
    yield* sys.thread_sleep(LATER);
  });
  yield* others();
}

/** A thread that was started and is suspended, for a while. */
function* suspended(scene: Scene): CallScript<number> {
  const thread = yield* spawn(scene, 'suspended', () => sys.thread_yield());
  const { token } = yield* sys.task_suspend(thread);
  yield* spawn(scene, 'resumes', function* () {
    yield* sys.thread_sleep(LATER);
    yield* sys.handle_close(token);
  });
  yield* others();
  return thread;
}
