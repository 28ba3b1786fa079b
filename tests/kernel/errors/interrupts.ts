/** Errors of interrupts, of device memory, and of waiting for what has to be answered. */
import { SOURCE, VERDICT } from '../../../syscalls/calls.js';
import { FOREVER, LIMITS, PAGE_BYTES } from '../../../syscalls/limits.js';
import { SAME_RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../../userland/script/script.js';
import { expectStatus, type Scene } from '../booted.js';
import { DEVICE, LINE, makeInterrupt, mapDevice, OTHER_LINE, waitForInterrupt } from '../drivers.js';
import { handleFields } from '../information.js';
import { scratch } from '../packets.js';
import { type Scenarios, untilItFails, useUpQuota } from './scenario.js';

/** The caller owes the answer to an interrupt. */
function* owes(scene: Scene): CallScript<number> {
  const interrupt = yield* makeInterrupt(scene);
  yield* sys.interrupt_trigger(interrupt);
  yield* waitForInterrupt(scene, interrupt);
  return interrupt;
}

export const INTERRUPT_ERRORS: Scenarios = {
  *'interrupt_create ALREADY_BOUND'(scene, remember) {
    yield* makeInterrupt(scene);
    remember();
    return (yield* sys.interrupt_create(scene.resource, LINE, 0, 0)).status;
  },
  *'interrupt_create OUT_OF_RANGE'(scene, remember) {
    remember();
    expectStatus((yield* sys.interrupt_create(scene.resource, LINE, 0, -1)).status, 'OUT_OF_RANGE');
    return (yield* sys.interrupt_create(scene.resource, LIMITS.interruptLines + 1, 0, 0)).status;
  },
  *'interrupt_create NO_MEMORY'(scene, remember) {
    yield* useUpQuota(scene, 32);
    remember();
    return (yield* sys.interrupt_create(scene.resource, LINE, 0, 0)).status;
  },
  *'event_resolve NOT_FOUND'(scene, remember) {
    const interrupt = yield* owes(scene);
    const other = yield* makeInterrupt(scene, OTHER_LINE);
    remember();
    expectStatus((yield* sys.event_resolve(interrupt, 0, VERDICT.HANDLED)).status, 'NOT_FOUND');
    return (yield* sys.event_resolve(other, 1, VERDICT.HANDLED)).status;
  },
  *'event_wait BAD_STATE'(scene, remember) {
    const interrupt = yield* owes(scene);
    remember();
    return (yield* sys.event_wait(interrupt, SOURCE.INTERRUPT, 0, FOREVER, scratch(scene))).status;
  },
  *'event_wait_many BAD_STATE'(scene, remember) {
    const items = Int32Array.of(scene.process, SOURCE.LIFECYCLE, 0, yield* owes(scene), SOURCE.INTERRUPT, 0);
    yield* store(scratch(scene), new Uint8Array(items.buffer));
    remember();
    return (yield* sys.event_wait_many(scratch(scene), 2, FOREVER, scratch(scene))).status;
  },
  *'device_create OUT_OF_RANGE'(scene, remember) {
    remember();
    return (yield* sys.device_create(scene.resource, 0x8000_0000, PAGE_BYTES)).status;
  },
  *'device_create NO_MEMORY'(scene, remember) {
    yield* useUpQuota(scene, 32);
    remember();
    return (yield* sys.device_create(scene.resource, 0x1000_0000, PAGE_BYTES)).status;
  },
  *'vmo_read NOT_SUPPORTED'(scene, remember) {
    const device = yield* mapDevice(scene);
    remember();
    return (yield* sys.vmo_read(device, 0, scratch(scene), 4)).status;
  },
  *'vmo_write NOT_SUPPORTED'(scene, remember) {
    const device = yield* mapDevice(scene, undefined, DEVICE);
    remember();
    return (yield* sys.vmo_write(device, 0, scratch(scene), 4)).status;
  },
};

/** No handle is left for what would be made. */
function withoutHandles(make: (scene: Scene) => CallScript<{ status: number }>) {
  return [
    16 << 20,
    function* (scene: Scene): CallScript<number> {
      yield* untilItFails(function* () {
        return (yield* sys.handle_duplicate(scene.allocator, SAME_RIGHTS)).status;
      }, 100_000);
      return (yield* make(scene)).status;
    },
  ] as const;
}

export const FULL_HANDLES = {
  'interrupt_create NO_RESOURCES': withoutHandles(({ resource }) => sys.interrupt_create(resource, LINE, 0, 0)),
  'task_open NO_RESOURCES': withoutHandles(function* ({ process, thread, stackLow }) {
    const { koid } = yield* handleFields(thread, stackLow);
    return yield* sys.task_open(process, koid);
  }),
  'device_create NO_RESOURCES': withoutHandles(({ resource }) => sys.device_create(resource, 0x1000_0000, PAGE_BYTES)),
};
