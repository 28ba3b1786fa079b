/** Errors of the calls that make, fill, empty and map pools. */
import { POOL_KIND } from '../../../syscalls/calls.js';
import { FOREVER, LIMITS, PAGE_BYTES } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import { store } from '../../../userland/script/script.js';
import { expectStatus } from '../booted.js';
import { makePool, post, scratch } from '../packets.js';
import { corruptPool } from './events.js';
import { fillAddresses, fillRegion, regionOfEnded } from './memory.js';
import { type Scenarios, useUpQuota } from './scenario.js';

export const POOL_ERRORS: Scenarios = {
  *'pool_create NO_MEMORY'(scene, remember) {
    const { child } = yield* sys.allocator_create(scene.allocator, 2 * PAGE_BYTES);
    remember();
    // The header's page, a page of packets, and what the kernel keeps of it.
    return (yield* sys.pool_create(child, POOL_KIND.FIXED, 1, 0)).status;
  },
  *'pool_create OUT_OF_RANGE'(scene, remember) {
    const { allocator } = scene;
    const { VARIABLE, FIXED } = POOL_KIND;
    expectStatus((yield* sys.pool_create(allocator, VARIABLE, LIMITS.poolBytes + 1, 0)).status, 'OUT_OF_RANGE');
    remember();
    return (yield* sys.pool_create(allocator, FIXED, LIMITS.poolPackets + 1, 0)).status;
  },
  *'pool_take TIMED_OUT'(scene, remember) {
    const pool = yield* makePool(scene);
    remember();
    return (yield* sys.pool_take(pool, 0, scratch(scene), 0, 0)).status;
  },
  *'pool_take NO_MEMORY'(scene, remember) {
    const pool = yield* makePool(scene);
    expectStatus(yield* post(pool, scratch(scene), 1), 'OK');
    yield* useUpQuota(scene, 0);
    remember();
    return (yield* sys.pool_take(pool, FOREVER, scratch(scene, 1), 0, 0)).status;
  },
  *'pool_take IO_DATA_INTEGRITY'(scene, remember) {
    const pool = yield* corruptPool(scene);
    remember();
    return (yield* sys.pool_take(pool, FOREVER, scratch(scene), 0, 0)).status;
  },
  *'pool_post SHOULD_WAIT'(scene, remember) {
    const pool = yield* makePool(scene, 1);
    expectStatus(yield* post(pool, scratch(scene), 1), 'OK');
    remember();
    return (yield* sys.pool_post(pool, scratch(scene))).status;
  },
  *'pool_post IO_DATA_INTEGRITY'(scene, remember) {
    const pool = yield* corruptPool(scene);
    remember();
    return (yield* sys.pool_post(pool, scratch(scene))).status;
  },
  *'pool_map NOT_SUPPORTED'(scene, remember) {
    const pool = yield* makePool(scene, PAGE_BYTES, POOL_KIND.VARIABLE);
    remember();
    return (yield* sys.pool_map(pool, scene.vmar)).status;
  },
  *'pool_map ALREADY_BOUND'(scene, remember) {
    const pool = yield* makePool(scene);
    expectStatus((yield* sys.pool_map(pool, scene.vmar)).status, 'OK');
    remember();
    return (yield* sys.pool_map(pool, scene.vmar)).status;
  },
  *'pool_map IO_DATA_INTEGRITY'(scene, remember) {
    const pool = yield* makePool(scene, 4);
    const { addr } = yield* sys.pool_map(pool, scene.vmar);
    yield* store(addr, Uint8Array.of(1, 2, 3, 4));
    expectStatus(yield* post(pool, scratch(scene), 0), 'IO_DATA_INTEGRITY');
    expectStatus((yield* sys.vmar_unmap(scene.vmar, addr, 2 * PAGE_BYTES)).status, 'OK');
    remember();
    return (yield* sys.pool_map(pool, scene.vmar)).status;
  },
  *'pool_map BAD_STATE'(scene, remember) {
    const vmar = yield* regionOfEnded(scene);
    const pool = yield* makePool(scene);
    remember();
    return (yield* sys.pool_map(pool, vmar)).status;
  },
  *'pool_map NO_SPACE'(scene, remember) {
    const pool = yield* makePool(scene);
    yield* fillAddresses(scene);
    remember();
    return (yield* sys.pool_map(pool, scene.vmar)).status;
  },
  *'pool_map NO_RESOURCES'(scene, remember) {
    const pool = yield* makePool(scene);
    yield* fillRegion(scene);
    remember();
    return (yield* sys.pool_map(pool, scene.vmar)).status;
  },
  *'pool_map NO_MEMORY'(scene, remember) {
    const pool = yield* makePool(scene);
    yield* useUpQuota(scene, 32);
    remember();
    return (yield* sys.pool_map(pool, scene.vmar)).status;
  },
};
