/** Errors of the calls that wait for events and let pools listen to them. */
import { TABLE_LIMIT } from '../../../kernel/limits.js';
import { POOL_KIND, SOURCE } from '../../../syscalls/calls.js';
import { FOREVER, LIMITS, PAGE_BYTES } from '../../../syscalls/limits.js';
import { VERDICT } from '../../../syscalls/options.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../../userland/script/script.js';
import { expectStatus, type Scene, spawn } from '../booted.js';
import { makePool, post, scratch } from '../packets.js';
import { Listener, makeAllocator } from '../shortage/shortages.js';
import { type Scenarios, untilItFails, useUpQuota } from './scenario.js';

/** Writes items for event_wait_many: pairs of handle and source, none seen. */
function* items(at: number, ...pairs: readonly (readonly [handle: number, source: number])[]): CallScript<void> {
  const words = Int32Array.from(pairs.flatMap(([handle, source]) => [handle, source, 0]));
  yield* store(at, new Uint8Array(words.buffer));
}

/** A mapped pool whose program wrote nonsense, and the kernel knows. */
export function* corruptPool(scene: Scene): CallScript<number> {
  const pool = yield* makePool(scene, 4);
  const { status, addr } = yield* sys.pool_map(pool, scene.vmar);
  expectStatus(status, 'OK');
  yield* store(addr, Uint8Array.of(1, 2, 3, 4));
  expectStatus(yield* post(pool, scratch(scene, 9), 0), 'IO_DATA_INTEGRITY');
  return pool;
}

/** A status with which a thread's wait ends when somebody closes the pool that it waits for. */
function* closedMeanwhile(scene: Scene, wait: (pool: number) => CallScript<{ status: number }>): CallScript<number> {
  const pool = yield* makePool(scene);
  const ended: number[] = [];
  yield* spawn(
    scene,
    'waiter',
    function* () {
      ended.push((yield* wait(pool)).status);
    },
    20,
  );
  expectStatus((yield* sys.handle_close(pool)).status, 'OK');
  return ended[0];
}

export const EVENT_ERRORS: Scenarios = {
  *'event_wait NOT_FOUND'(scene, remember) {
    remember();
    return (yield* sys.event_wait(scene.process, SOURCE.TIMER, 0, FOREVER, scratch(scene))).status;
  },
  *'event_wait TIMED_OUT'(scene, remember) {
    remember();
    return (yield* sys.event_wait(scene.process, SOURCE.LIFECYCLE, 0, 0, scratch(scene))).status;
  },
  *'event_wait CANCELED'(scene) {
    return yield* closedMeanwhile(scene, (pool) =>
      sys.event_wait(pool, SOURCE.RECEIVED, 0, FOREVER, scratch(scene, 1)),
    );
  },
  *'event_wait NO_MEMORY'(scene, remember) {
    yield* useUpQuota(scene, 0);
    remember();
    return (yield* sys.event_wait(scene.process, SOURCE.LIFECYCLE, 0, FOREVER, scratch(scene, 1))).status;
  },
  *'event_wait_many NOT_FOUND'(scene, remember) {
    yield* items(scratch(scene), [scene.process, SOURCE.LIFECYCLE], [scene.thread, SOURCE.TOPIC]);
    remember();
    return (yield* sys.event_wait_many(scratch(scene), 2, FOREVER, scratch(scene))).status;
  },
  *'event_wait_many OUT_OF_RANGE'(scene, remember) {
    remember();
    return (yield* sys.event_wait_many(scratch(scene), LIMITS.waitItems + 1, FOREVER, scratch(scene))).status;
  },
  *'event_wait_many TIMED_OUT'(scene, remember) {
    yield* items(scratch(scene), [scene.process, SOURCE.LIFECYCLE]);
    remember();
    return (yield* sys.event_wait_many(scratch(scene), 1, 0, scratch(scene))).status;
  },
  *'event_wait_many CANCELED'(scene) {
    return yield* closedMeanwhile(scene, function* (pool) {
      yield* items(scratch(scene, 1), [scene.process, SOURCE.LIFECYCLE], [pool, SOURCE.RECEIVED]);
      return yield* sys.event_wait_many(scratch(scene, 1), 2, FOREVER, scratch(scene, 1));
    });
  },
  *'event_wait_many NO_MEMORY'(scene, remember) {
    yield* items(scratch(scene), [scene.process, SOURCE.LIFECYCLE], [scene.thread, SOURCE.LIFECYCLE]);
    yield* useUpQuota(scene, 32);
    yield* items(scratch(scene), [scene.process, SOURCE.LIFECYCLE], [scene.thread, SOURCE.LIFECYCLE]);
    remember();
    return (yield* sys.event_wait_many(scratch(scene), 2, FOREVER, scratch(scene))).status;
  },
  *'event_listen NOT_FOUND'(scene, remember) {
    const pool = yield* makePool(scene);
    remember();
    return (yield* sys.event_listen(scene.process, SOURCE.RECEIVED, pool, 0, 0)).status;
  },
  *'event_listen NO_RESOURCES'(scene, remember) {
    const pool = yield* makePool(scene, 4);
    expectStatus((yield* sys.event_listen(scene.process, SOURCE.LIFECYCLE, pool, 0, 3 << 8)).status, 'OK');
    remember();
    return (yield* sys.event_listen(scene.process, SOURCE.LIFECYCLE, pool, 0, 2 << 8)).status;
  },
  *'event_listen NO_MEMORY'(scene, remember) {
    const pool = yield* makePool(scene, 4);
    yield* useUpQuota(scene, 32);
    remember();
    return (yield* sys.event_listen(scene.process, SOURCE.LIFECYCLE, pool, 0, 0)).status;
  },
  *'event_listen LOOP'(scene, remember) {
    const pool = yield* makePool(scene, 4);
    remember();
    return (yield* sys.event_listen(pool, SOURCE.RECEIVED, pool, 0, 0)).status;
  },
  *'event_listen BAD_STATE'(scene, remember) {
    const pool = yield* corruptPool(scene);
    remember();
    return (yield* sys.event_listen(scene.process, SOURCE.LIFECYCLE, pool, 0, 0)).status;
  },
  *'event_resolve NO_MEMORY'(scene, remember) {
    const short = yield* makeAllocator(scene, 1);
    const listener = yield* Listener.make(scene, short);
    expectStatus((yield* sys.allocator_create(short, 8 * PAGE_BYTES)).status, 'NO_MEMORY');
    remember();
    return yield* listener.answer(VERDICT.GRANTED, 1024, scene.allocator);
  },
  *'event_resolve OUT_OF_RANGE'(scene, remember) {
    const short = yield* makeAllocator(scene, 1);
    const listener = yield* Listener.make(scene, short);
    expectStatus((yield* sys.allocator_create(short, 8 * PAGE_BYTES)).status, 'NO_MEMORY');
    remember();
    return yield* listener.answer(VERDICT.RELEASED, LIMITS.vmoBytes / PAGE_BYTES + 1);
  },
  *'event_cancel NOT_FOUND'(scene, remember) {
    const [pool, other] = [yield* makePool(scene), yield* makePool(scene)];
    const { registration } = yield* sys.event_listen(scene.process, SOURCE.LIFECYCLE, other, 0, 0);
    for (const number of [0, registration + 1, 0xffff_ffff])
      expectStatus((yield* sys.event_cancel(other, number)).status, 'NOT_FOUND');
    remember();
    return (yield* sys.event_cancel(pool, registration)).status;
  },
};

/** A full table of registrations: four pools whose slots are all given away. */
export function* fillRegistrations(scene: Scene): CallScript<number> {
  let pool = 0;
  let made = 0;
  return yield* untilItFails(function* () {
    if (made++ % LIMITS.poolPackets === 0) pool = yield* makePool(scene, LIMITS.poolPackets, POOL_KIND.FIXED);
    return (yield* sys.event_listen(scene.process, SOURCE.LIFECYCLE, pool, 0, 0)).status;
  }, TABLE_LIMIT.registrations - 10);
}

export const FULL_REGISTRATIONS = {
  'event_wait_many NO_RESOURCES': [
    64 << 20,
    function* (scene: Scene): CallScript<number> {
      expectStatus(yield* fillRegistrations(scene), 'NO_RESOURCES');
      yield* items(scratch(scene), [scene.process, SOURCE.LIFECYCLE]);
      expectStatus((yield* sys.event_wait_many(scratch(scene), 1, 0, scratch(scene))).status, 'TIMED_OUT');
      return (yield* sys.event_wait_many(scratch(scene), 1, FOREVER, scratch(scene))).status;
    },
  ],
} as const;
