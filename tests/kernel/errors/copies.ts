/** Errors of the calls that concern copies of memory objects, and objects that give frames back. */
import { TABLE_LIMIT } from '../../../kernel/limits.js';
import { UART_BASE } from '../../../machine/index.js';
import { MAP_OPTIONS, PROTECTION, VMO_OPTIONS } from '../../../syscalls/calls.js';
import { LIMITS, PAGE_BYTES } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../../userland/script/script.js';
import { expectStatus, type Scene } from '../booted.js';
import { type Scenario, type Scenarios, untilItFails, useUpQuota } from './scenario.js';

const WRITABLE = PROTECTION.READ | PROTECTION.WRITE | MAP_OPTIONS.FIXED;
const SOMEWHERE = 0x2000_0000;

/** An object all of whose pages have frames. */
function* written({ allocator, stackLow }: Scene, pages: number): CallScript<number> {
  const { status, vmo } = yield* sys.vmo_create(allocator, pages * PAGE_BYTES, 0);
  expectStatus(status, 'OK');
  for (let page = 0; page < pages; page++)
    expectStatus((yield* sys.vmo_write(vmo, page * PAGE_BYTES, stackLow, 4)).status, 'OK');
  return vmo;
}

function* discardable({ allocator }: Scene): CallScript<number> {
  const { status, vmo } = yield* sys.vmo_create(allocator, PAGE_BYTES, VMO_OPTIONS.DISCARDABLE);
  expectStatus(status, 'OK');
  return vmo;
}

function* device({ resource }: Scene): CallScript<number> {
  const { status, vmo } = yield* sys.device_create(resource, UART_BASE, PAGE_BYTES);
  expectStatus(status, 'OK');
  return vmo;
}

export const COPY_ERRORS: Scenarios = {
  *'vmo_child OUT_OF_RANGE'(scene, remember) {
    const vmo = yield* written(scene, 2);
    const child = (offset: number, length: number) => sys.vmo_child(scene.allocator, vmo, offset, length);
    expectStatus((yield* child(0xffff_f000, 2 * PAGE_BYTES)).status, 'OUT_OF_RANGE');
    expectStatus((yield* child(2 * PAGE_BYTES, PAGE_BYTES)).status, 'OUT_OF_RANGE');
    remember();
    return (yield* child(PAGE_BYTES, 2 * PAGE_BYTES)).status;
  },
  *'vmo_child NOT_SUPPORTED'(scene, remember) {
    const cache = yield* discardable(scene);
    expectStatus((yield* sys.vmo_child(scene.allocator, cache, 0, PAGE_BYTES)).status, 'NOT_SUPPORTED');
    const registers = yield* device(scene);
    remember();
    return (yield* sys.vmo_child(scene.allocator, registers, 0, PAGE_BYTES)).status;
  },
  *'vmo_child NO_MEMORY'(scene, remember) {
    const vmo = yield* written(scene, 4);
    // The object, three of the four shares that it wants, and its handle.
    yield* useUpQuota(scene, 64 + 3 * 32 + 32);
    remember();
    return (yield* sys.vmo_child(scene.allocator, vmo, 0, 4 * PAGE_BYTES)).status;
  },
  *'vmo_release OUT_OF_RANGE'(scene, remember) {
    const vmo = yield* written(scene, 2);
    expectStatus((yield* sys.vmo_release(vmo, 0xffff_f000, 0xffff_f000)).status, 'OUT_OF_RANGE');
    remember();
    return (yield* sys.vmo_release(vmo, PAGE_BYTES, 2 * PAGE_BYTES)).status;
  },
  *'vmo_release NOT_SUPPORTED'(scene, remember) {
    const registers = yield* device(scene);
    remember();
    return (yield* sys.vmo_release(registers, 0, PAGE_BYTES)).status;
  },
  *'vmo_pin NOT_SUPPORTED'(scene, remember) {
    const vmo = yield* written(scene, 1);
    remember();
    return (yield* sys.vmo_pin(vmo)).status;
  },
  *'vmo_pin NO_RESOURCES'(scene, remember) {
    const cache = yield* discardable(scene);
    for (let pins = 0; pins < LIMITS.vmoPins; pins++) expectStatus((yield* sys.vmo_pin(cache)).status, 'OK');
    remember();
    return (yield* sys.vmo_pin(cache)).status;
  },
  *'vmo_unpin NOT_SUPPORTED'(scene, remember) {
    const vmo = yield* written(scene, 1);
    remember();
    return (yield* sys.vmo_unpin(vmo)).status;
  },
  *'vmo_unpin BAD_STATE'(scene, remember) {
    const cache = yield* discardable(scene);
    expectStatus((yield* sys.vmo_pin(cache)).status, 'OK');
    expectStatus((yield* sys.vmo_unpin(cache)).status, 'OK');
    remember();
    return (yield* sys.vmo_unpin(cache)).status;
  },
  *'thread_exit NO_MEMORY'(scene, remember) {
    const vmo = yield* written(scene, 1);
    expectStatus((yield* sys.vmar_map(scene.vmar, vmo, 0, PAGE_BYTES, WRITABLE, SOMEWHERE)).status, 'OK');
    yield* store(SOMEWHERE, Uint8Array.of(1, 0, 0, 0));
    expectStatus((yield* sys.vmo_child(scene.allocator, vmo, 0, PAGE_BYTES)).status, 'OK');
    yield* useUpQuota(scene, 0);
    remember();
    return (yield* sys.thread_exit(SOMEWHERE)).status;
  },
};

/** Many copies of one object, until as many of their pages are shared as the table holds. */
export const FULL_SHARES: Readonly<Record<string, readonly [memoryBytes: number, scenario: Scenario]>> = {
  'vmo_child NO_RESOURCES': [
    16 << 20,
    function* (scene) {
      const pages = 64;
      const vmo = yield* written(scene, pages);
      return yield* untilItFails(
        function* () {
          return (yield* sys.vmo_child(scene.allocator, vmo, 0, pages * PAGE_BYTES)).status;
        },
        TABLE_LIMIT.shares / pages - 1,
      );
    },
  ],
};
