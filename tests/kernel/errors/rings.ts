/** Errors of the calls that make and enter rings. */
import { CALL_NUMBER, POOL_KIND } from '../../../syscalls/calls.js';
import { FOREVER, LIMITS, PAGE_BYTES } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import { expectStatus, spawn } from '../booted.js';
import { makePool } from '../packets.js';
import { TestRing } from '../ring-memory.js';
import { fillAddresses, fillRegion, regionOfEnded } from './memory.js';
import { type Scenarios, useUpQuota } from './scenario.js';

export const RING_ERRORS: Scenarios = {
  *'ring_create NO_MEMORY'(scene, remember) {
    const pool = yield* makePool(scene);
    yield* useUpQuota(scene, 0);
    remember();
    return (yield* sys.ring_create(scene.allocator, 4, pool, scene.vmar)).status;
  },
  *'ring_create NO_RESOURCES'(scene, remember) {
    const pool = yield* makePool(scene);
    yield* fillRegion(scene);
    remember();
    return (yield* sys.ring_create(scene.allocator, 4, pool, scene.vmar)).status;
  },
  *'ring_create NOT_SUPPORTED'(scene, remember) {
    const pool = yield* makePool(scene, PAGE_BYTES, POOL_KIND.VARIABLE);
    remember();
    return (yield* sys.ring_create(scene.allocator, 4, pool, scene.vmar)).status;
  },
  *'ring_create BAD_STATE'(scene, remember) {
    const pool = yield* makePool(scene);
    const vmar = yield* regionOfEnded(scene);
    remember();
    return (yield* sys.ring_create(scene.allocator, 4, pool, vmar)).status;
  },
  *'ring_create NO_SPACE'(scene, remember) {
    const pool = yield* makePool(scene);
    yield* fillAddresses(scene);
    remember();
    return (yield* sys.ring_create(scene.allocator, 4, pool, scene.vmar)).status;
  },
  *'ring_create OUT_OF_RANGE'(scene, remember) {
    const pool = yield* makePool(scene);
    remember();
    return (yield* sys.ring_create(scene.allocator, LIMITS.ringEntries + 1, pool, scene.vmar)).status;
  },
  *'ring_enter TIMED_OUT'(scene, remember) {
    const ring = yield* TestRing.make(scene, 4);
    remember();
    return (yield* ring.enter(1, 1, 0)).status;
  },
  *'ring_enter OUT_OF_RANGE'(scene, remember) {
    const ring = yield* TestRing.make(scene, 4);
    yield* ring.submit({ number: CALL_NUMBER.clock_get });
    remember();
    return (yield* ring.enter(1, 5)).status;
  },
  *'ring_enter IO_DATA_INTEGRITY'(scene, remember) {
    const ring = yield* TestRing.make(scene, 4);
    yield* ring.setTail(5);
    expectStatus((yield* ring.enter(1)).status, 'IO_DATA_INTEGRITY');
    remember();
    return (yield* ring.enter(1)).status;
  },
  *'ring_enter CANCELED'(scene) {
    const ring = yield* TestRing.make(scene, 4);
    const ended: number[] = [];
    yield* spawn(
      scene,
      'waiter',
      function* () {
        ended.push((yield* ring.enter(0, 1, FOREVER)).status);
      },
      20,
    );
    expectStatus((yield* sys.handle_close(ring.ring)).status, 'OK');
    return ended[0];
  },
};
