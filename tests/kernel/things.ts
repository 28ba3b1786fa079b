/** One object of every type and memory of every kind: what good and wrong arguments of calls are made of. */
import { UART_BASE } from '../../machine/index.js';
import { POOL_KIND, PROTECTION } from '../../syscalls/calls.js';
import { statusName } from '../../syscalls/errors.js';
import { FOREVER, PAGE_BYTES } from '../../syscalls/limits.js';
import type { ObjectTypeName } from '../../syscalls/objects.js';
import { SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { createThread, expectStatus, expectSuccess, type Scene, spawn } from './booted.js';

export interface Things {
  readonly handles: Readonly<Partial<Record<ObjectTypeName, number>>>;
  /** A number that was a handle, and is closed. */
  readonly closed: number;
  /** A page of zeros that can be written; the page behind it is not mapped. */
  readonly writable: number;
  /** A page that can only be read, one that only shows code, and a guard. */
  readonly readOnly: number;
  readonly executeOnly: number;
  readonly guard: number;
  /** A page of a device that can be loaded from and stored to. */
  readonly device: number;
}

/** Makes an object: the status of the last call, and its handle. */
type Maker = (scene: Scene) => CallScript<readonly [status: number, handle: number]>;

/** Types of which a program begins with an object are not here. */
const MAKERS: Readonly<Partial<Record<ObjectTypeName, Maker>>> = {
  *thread(scene) {
    return [0, yield* createThread(scene, 'new')];
  },
  *vmo({ allocator }) {
    const { status, vmo } = yield* sys.vmo_create(allocator, 4 * PAGE_BYTES, 0);
    return [status, vmo];
  },
  *pool({ allocator }) {
    const { status, pool } = yield* sys.pool_create(allocator, POOL_KIND.FIXED, 4, 0);
    return [status, pool];
  },
  *ring({ allocator, vmar }) {
    const { pool } = yield* sys.pool_create(allocator, POOL_KIND.FIXED, 4, 0);
    const { status, ring } = yield* sys.ring_create(allocator, 4, pool, vmar);
    return [status, ring];
  },
  *channel({ allocator }) {
    const { status, first } = yield* sys.channel_create(allocator, 64, 0);
    return [status, first];
  },
  *reply(scene) {
    const zeros = scene.stackLow + 512;
    const { status, first, second } = yield* sys.channel_create(scene.allocator, 64, 0);
    if (status !== 0) return [status, 0];
    yield* spawn(scene, 'caller', () => sys.channel_call(second, zeros, zeros, FOREVER), 20);
    const received = yield* sys.channel_receive(first, zeros, 0, FOREVER);
    return [received.status, received.reply];
  },
  *lock({ allocator }) {
    const { status, lock } = yield* sys.lock_create(allocator);
    return [status, lock];
  },
  *timer({ allocator }) {
    const { status, timer } = yield* sys.timer_create(allocator);
    return [status, timer];
  },
  *interrupt({ resource }) {
    const { status, interrupt } = yield* sys.interrupt_create(resource, 20, 0, 0);
    return [status, interrupt];
  },
  *topic({ allocator }) {
    const { status, topic } = yield* sys.topic_create(allocator, 1, 4);
    return [status, topic];
  },
  *job({ allocator, stackLow }) {
    const { status, job } = yield* sys.job_create(0, allocator, stackLow + 512);
    return [status, job];
  },
  *session({ allocator }) {
    const { process } = yield* sys.process_create(0, allocator, 0, 0);
    const { pool } = yield* sys.pool_create(allocator, POOL_KIND.FIXED, 4, 0);
    const { status, session } = yield* sys.debug_attach(process, pool, 0);
    return [status, session];
  },
  *token(scene) {
    const { status, token } = yield* sys.task_suspend(yield* createThread(scene, 'suspended'));
    return [status, token];
  },
};

export function* makeThings(scene: Scene): CallScript<Things> {
  const { process, vmar, allocator, resource } = scene;
  const handles: Partial<Record<ObjectTypeName, number>> = { process, vmar, allocator, resource };
  for (const [type, make] of Object.entries(MAKERS) as [ObjectTypeName, Maker][]) {
    const [status, handle] = yield* make(scene);
    if (statusName(status) === 'NOT_SUPPORTED') continue;
    expectStatus(status, 'OK');
    handles[type] = handle;
  }
  const { vmo } = yield* sys.vmo_create(allocator, 4 * PAGE_BYTES, 0);
  const mapped = function* (protection: number): CallScript<number> {
    const { status, addr } = yield* sys.vmar_map(vmar, vmo, 0, PAGE_BYTES, protection, 0);
    expectStatus(status, 'OK');
    return addr;
  };
  const { copy } = yield* sys.handle_duplicate(vmo, SAME_RIGHTS);
  yield* sys.handle_close(copy);
  const registers = yield* sys.device_create(resource, UART_BASE, PAGE_BYTES);
  const device = yield* sys.vmar_map(vmar, registers.vmo, 0, PAGE_BYTES, PROTECTION.READ | PROTECTION.WRITE, 0);
  expectStatus(device.status, 'OK');
  return {
    handles,
    closed: copy,
    writable: yield* mapped(PROTECTION.READ | PROTECTION.WRITE),
    readOnly: yield* mapped(PROTECTION.READ),
    executeOnly: yield* mapped(PROTECTION.EXECUTE),
    guard: yield* mapped(0),
    device: device.addr,
  };
}

/** The types that have an object here. */
export function typesThere(): ReadonlySet<string> {
  const types: string[] = [];
  expectSuccess(
    function* (scene) {
      types.push(...Object.keys((yield* makeThings(scene)).handles));
      yield* sys.process_exit(0);
    },
    { memoryBytes: 1 << 19 },
  );
  return new Set(types);
}
