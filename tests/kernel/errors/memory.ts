/** Errors of the calls that concern memory. */
import { MAPPINGS_PER_VMAR } from '../../../kernel/limits.js';
import { MAP_OPTIONS, PROTECTION } from '../../../syscalls/calls.js';
import { LIMITS, PAGE_BYTES } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { expectStatus, type Scene } from '../booted.js';
import { makeProcess } from '../compiled.js';
import { allocatorFields } from '../information.js';
import { type Scenarios, useUpQuota } from './scenario.js';

const READ_WRITE = PROTECTION.READ | PROTECTION.WRITE;
const FIXED = READ_WRITE | MAP_OPTIONS.FIXED;
const SOMEWHERE = 0x2000_0000;

function* vmoOf(scene: Scene, pages: number): CallScript<number> {
  const { status, vmo } = yield* sys.vmo_create(scene.allocator, pages * PAGE_BYTES, 0);
  expectStatus(status, 'OK');
  return vmo;
}

/** Three pages at SOMEWHERE. */
function* mapThree(scene: Scene): CallScript<void> {
  expectStatus((yield* sys.vmar_map(scene.vmar, yield* vmoOf(scene, 3), 0, 12_288, FIXED, SOMEWHERE)).status, 'OK');
}

/** The region of a process that has ended. */
export function* regionOfEnded(scene: Scene): CallScript<number> {
  const { process, vmar } = yield* makeProcess(scene);
  expectStatus((yield* sys.task_kill(process)).status, 'OK');
  return vmar;
}

/** Every mapping that a region can have. */
export function* fillRegion(scene: Scene): CallScript<void> {
  yield* mapThree(scene);
  const vmo = yield* vmoOf(scene, 1);
  // The stack and its guard are two, the three pages are one.
  for (let count = 3; count < MAPPINGS_PER_VMAR; count++)
    expectStatus((yield* sys.vmar_map(scene.vmar, vmo, 0, PAGE_BYTES, READ_WRITE, 0)).status, 'OK');
}

/** Leaves no page of the caller's addresses free. */
export function* fillAddresses(scene: Scene): CallScript<void> {
  const vmo = yield* vmoOf(scene, LIMITS.vmoBytes / PAGE_BYTES);
  const guard = scene.stackLow - PAGE_BYTES;
  const ranges = [
    [LIMITS.userBase, LIMITS.userBase + LIMITS.vmoBytes],
    [LIMITS.userBase + LIMITS.vmoBytes, guard],
    [scene.stackHigh, LIMITS.userTop],
  ];
  for (const [from, to] of ranges)
    expectStatus((yield* sys.vmar_map(scene.vmar, vmo, 0, to - from, FIXED, from)).status, 'OK');
}

export const MEMORY_ERRORS: Scenarios = {
  *'allocator_create NO_MEMORY'({ allocator, stackLow }, remember) {
    const { quota } = yield* allocatorFields(allocator, stackLow);
    remember();
    return (yield* sys.allocator_create(allocator, quota)).status;
  },
  *'allocator_transfer NO_MEMORY'({ allocator, stackLow }, remember) {
    const { quota } = yield* allocatorFields(allocator, stackLow);
    const { child } = yield* sys.allocator_create(allocator, PAGE_BYTES);
    remember();
    return (yield* sys.allocator_transfer(allocator, child, quota)).status;
  },
  *'allocator_transfer OUT_OF_RANGE'({ allocator }, remember) {
    remember();
    return (yield* sys.allocator_transfer(allocator, allocator, LIMITS.vmoBytes + PAGE_BYTES)).status;
  },
  *'allocator_create NO_RESOURCES'(scene, remember) {
    let { allocator } = scene;
    for (let depth = 1; depth < 16; depth++) {
      const made = yield* sys.allocator_create(allocator, (20 - depth) * PAGE_BYTES);
      expectStatus(made.status, 'OK');
      allocator = made.child;
    }
    remember();
    return (yield* sys.allocator_create(allocator, PAGE_BYTES)).status;
  },
  *'allocator_create OUT_OF_RANGE'({ allocator }, remember) {
    remember();
    return (yield* sys.allocator_create(allocator, LIMITS.vmoBytes + PAGE_BYTES)).status;
  },
  *'vmo_create OUT_OF_RANGE'({ allocator }, remember) {
    remember();
    return (yield* sys.vmo_create(allocator, LIMITS.vmoBytes + 1, 0)).status;
  },
  *'vmo_create NO_MEMORY'(scene, remember) {
    yield* useUpQuota(scene, 64);
    remember();
    return (yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0)).status;
  },
  *'vmo_read OUT_OF_RANGE'(scene, remember) {
    const vmo = yield* vmoOf(scene, 1);
    expectStatus((yield* sys.vmo_read(vmo, 0xffff_ffff, scene.stackLow, 4)).status, 'OUT_OF_RANGE');
    expectStatus((yield* sys.vmo_read(vmo, PAGE_BYTES, scene.stackLow, 0)).status, 'OK');
    remember();
    return (yield* sys.vmo_read(vmo, PAGE_BYTES - 3, scene.stackLow, 4)).status;
  },
  *'vmo_read NO_MEMORY'(scene, remember) {
    const vmo = yield* vmoOf(scene, 1);
    yield* useUpQuota(scene, 0);
    remember();
    return (yield* sys.vmo_read(vmo, 0, scene.stackLow + PAGE_BYTES, 4)).status;
  },
  *'vmo_write OUT_OF_RANGE'(scene, remember) {
    const vmo = yield* vmoOf(scene, 1);
    expectStatus((yield* sys.vmo_write(vmo, 0xffff_ffff, scene.stackLow, 4)).status, 'OUT_OF_RANGE');
    remember();
    return (yield* sys.vmo_write(vmo, PAGE_BYTES - 3, scene.stackLow, 4)).status;
  },
  *'vmo_write NO_MEMORY'(scene, remember) {
    const { child } = yield* sys.allocator_create(scene.allocator, 2 * PAGE_BYTES);
    const { vmo } = yield* sys.vmo_create(child, 4 * PAGE_BYTES, 0);
    remember();
    return (yield* sys.vmo_write(vmo, 0, scene.stackLow, PAGE_BYTES + 1)).status;
  },
  *'vmar_map OUT_OF_RANGE'(scene, remember) {
    const vmo = yield* vmoOf(scene, 4);
    const map = (offset: number, length: number, options: number, hint: number) =>
      sys.vmar_map(scene.vmar, vmo, offset, length, options, hint);
    expectStatus((yield* map(PAGE_BYTES, 4 * PAGE_BYTES, READ_WRITE, 0)).status, 'OUT_OF_RANGE');
    expectStatus((yield* map(0xffff_f000, 0xffff_f000, READ_WRITE, 0)).status, 'OUT_OF_RANGE');
    expectStatus((yield* map(0, PAGE_BYTES, FIXED, LIMITS.userBase - PAGE_BYTES)).status, 'OUT_OF_RANGE');
    expectStatus((yield* map(0, PAGE_BYTES, FIXED, 0)).status, 'OUT_OF_RANGE');
    remember();
    return (yield* map(0, 2 * PAGE_BYTES, FIXED, LIMITS.userTop - PAGE_BYTES)).status;
  },
  *'vmar_map ALREADY_EXISTS'(scene, remember) {
    yield* mapThree(scene);
    const vmo = yield* vmoOf(scene, 2);
    remember();
    return (yield* sys.vmar_map(scene.vmar, vmo, 0, 2 * PAGE_BYTES, FIXED, SOMEWHERE - PAGE_BYTES)).status;
  },
  *'vmar_map NO_SPACE'(scene, remember) {
    const vmo = yield* vmoOf(scene, LIMITS.vmoBytes / PAGE_BYTES);
    remember();
    // The stack ends at 2 GiB: 1 GiB and the two pages beside it fit neither below nor above.
    return (yield* sys.vmar_map(scene.vmar, vmo, 0, LIMITS.vmoBytes, READ_WRITE, 0)).status;
  },
  *'vmar_map BAD_STATE'(scene, remember) {
    const vmar = yield* regionOfEnded(scene);
    const vmo = yield* vmoOf(scene, 1);
    remember();
    return (yield* sys.vmar_map(vmar, vmo, 0, PAGE_BYTES, READ_WRITE, 0)).status;
  },
  *'vmar_map NO_RESOURCES'(scene, remember) {
    yield* fillRegion(scene);
    const vmo = yield* vmoOf(scene, 1);
    remember();
    return (yield* sys.vmar_map(scene.vmar, vmo, 0, PAGE_BYTES, READ_WRITE, 0)).status;
  },
  *'vmar_map NO_MEMORY'(scene, remember) {
    const vmo = yield* vmoOf(scene, 1);
    yield* useUpQuota(scene, 32);
    remember();
    return (yield* sys.vmar_map(scene.vmar, vmo, 0, PAGE_BYTES, READ_WRITE, 0)).status;
  },
  ...rangeErrors('vmar_unmap', ({ vmar }, address, length) => sys.vmar_unmap(vmar, address, length)),
  ...rangeErrors('vmar_protect', ({ vmar }, address, length) => sys.vmar_protect(vmar, address, length, 0)),
};

/** What vmar_unmap and vmar_protect have in common. */
function rangeErrors(
  name: string,
  change: (scene: Scene, address: number, length: number) => CallScript<{ readonly status: number }>,
): Scenarios {
  const inTheMiddle = SOMEWHERE + PAGE_BYTES;
  return {
    *[`${name} NOT_FOUND`](scene, remember) {
      yield* mapThree(scene);
      remember();
      return (yield* change(scene, SOMEWHERE + 3 * PAGE_BYTES, PAGE_BYTES)).status;
    },
    *[`${name} OUT_OF_RANGE`](scene, remember) {
      for (const [address, length] of [
        [0, PAGE_BYTES],
        [0xffff_f000, 0xffff_f000],
        [LIMITS.userBase, LIMITS.userTop],
      ])
        expectStatus((yield* change(scene, address, length)).status, 'OUT_OF_RANGE');
      remember();
      return (yield* change(scene, LIMITS.userTop - PAGE_BYTES, 2 * PAGE_BYTES)).status;
    },
    *[`${name} BAD_STATE`](scene, remember) {
      const vmar = yield* regionOfEnded(scene);
      remember();
      return (yield* change({ ...scene, vmar }, SOMEWHERE, PAGE_BYTES)).status;
    },
    *[`${name} NO_RESOURCES`](scene, remember) {
      yield* fillRegion(scene);
      remember();
      return (yield* change(scene, inTheMiddle, PAGE_BYTES)).status;
    },
    *[`${name} NO_MEMORY`](scene, remember) {
      yield* mapThree(scene);
      yield* useUpQuota(scene, 32);
      remember();
      return (yield* change(scene, inTheMiddle, PAGE_BYTES)).status;
    },
  };
}
