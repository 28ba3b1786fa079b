/** Every error that a row of the call table names can happen, and happens as the row says. */
import { describe, expect, it } from 'vitest';
import { MAPPINGS_PER_VMAR, TABLE_LIMIT } from '../../kernel/limits.js';
import { CALLS, INFO, MAP_OPTIONS, PROPERTY, PROTECTION } from '../../syscalls/calls.js';
import { statusName } from '../../syscalls/errors.js';
import { FOREVER, LIMITS, PAGE_BYTES } from '../../syscalls/limits.js';
import { SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../userland/script/script.js';
import { createThread, expectStatus, expectSuccess, type Scene } from './booted.js';
import { makeProcess } from './compiled.js';
import { allocatorFields } from './information.js';
import { Remembered } from './untouched.js';

const READ_WRITE = PROTECTION.READ | PROTECTION.WRITE;
const FIXED = READ_WRITE | MAP_OPTIONS.FIXED;
const SOMEWHERE = 0x2000_0000;

/** Leads to an error, and returns the status of the last call; `remember` comes right before it. */
type Scenario = (scene: Scene, remember: () => void) => CallScript<number>;

/** Gives all but a few bytes of the caller's quota to an allocator that nobody uses. */
function* useUpQuota({ allocator, stackLow }: Scene, leave: number): CallScript<void> {
  yield* store(stackLow, Uint8Array.of(0)); // the page that descriptions go to has its frame
  const { quota, used } = yield* allocatorFields(allocator, stackLow);
  const pages = Math.floor((quota - used - leave - 96) / PAGE_BYTES);
  expectStatus((yield* sys.allocator_create(allocator, pages * PAGE_BYTES)).status, 'OK');
  // What is left of the last page goes to handles.
  for (;;) {
    const now = yield* allocatorFields(allocator, stackLow);
    if (now.quota - now.used - now.children < leave + 32) return;
    expectStatus((yield* sys.handle_duplicate(allocator, SAME_RIGHTS)).status, 'OK');
  }
}

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
function* regionOfEnded(scene: Scene): CallScript<number> {
  const { process, vmar } = yield* makeProcess(scene);
  expectStatus((yield* sys.task_kill(process)).status, 'OK');
  return vmar;
}

/** Every mapping that a region can have. */
function* fillRegion(scene: Scene): CallScript<void> {
  yield* mapThree(scene);
  const vmo = yield* vmoOf(scene, 1);
  // The stack and its guard are two, the three pages are one.
  for (let count = 3; count < MAPPINGS_PER_VMAR; count++)
    expectStatus((yield* sys.vmar_map(scene.vmar, vmo, 0, PAGE_BYTES, READ_WRITE, 0)).status, 'OK');
}

/** Repeats a call until it fails. */
function* untilItFails(attempt: () => CallScript<number>, least: number): CallScript<number> {
  for (let made = 0; ; made++) {
    const status = yield* attempt();
    if (status === 0) continue;
    expect(made).toBeGreaterThan(least);
    return status;
  }
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  *'handle_duplicate NO_MEMORY'(scene, remember) {
    yield* useUpQuota(scene, 0);
    remember();
    return (yield* sys.handle_duplicate(scene.allocator, SAME_RIGHTS)).status;
  },
  *'handle_replace NO_RESOURCES'(scene, remember) {
    // Nobody waits for two thousand million calls: the state is set, beside the journal, to what they would lead to.
    const { lastHandleValue } = scene.system.state.processes as unknown as Record<string, Int32Array>;
    lastHandleValue[0] = 0x7fff_fffe;
    const { replacement } = yield* sys.handle_replace(scene.allocator, SAME_RIGHTS);
    remember();
    return (yield* sys.handle_replace(replacement, SAME_RIGHTS)).status;
  },
  *'object_info BUFFER_TOO_SMALL'({ process, stackLow }, remember) {
    remember();
    return (yield* sys.object_info(process, INFO.PROCESS, stackLow, 55)).status;
  },
  *'object_info NO_MEMORY'(scene, remember) {
    yield* useUpQuota(scene, 0);
    remember();
    return (yield* sys.object_info(scene.process, INFO.HANDLE, scene.stackLow + PAGE_BYTES, 12)).status;
  },
  *'object_set OUT_OF_RANGE'({ thread, stackLow }, remember) {
    expectStatus((yield* sys.object_set(thread, PROPERTY.NAME, stackLow, 25)).status, 'OUT_OF_RANGE');
    yield* store(stackLow, Uint8Array.of(32, 0, 0, 0));
    remember();
    return (yield* sys.object_set(thread, PROPERTY.PRIORITY, stackLow, 4)).status;
  },
  *'futex_wait SHOULD_WAIT'({ stackHigh }, remember) {
    yield* store(stackHigh - 4, Uint8Array.of(0, 0, 0, 0));
    remember();
    return (yield* sys.futex_wait(stackHigh - 4, 1, 0, FOREVER)).status;
  },
  *'futex_wait TIMED_OUT'({ stackLow }, remember) {
    yield* store(stackLow, Uint8Array.of(0, 0, 0, 0));
    remember();
    return (yield* sys.futex_wait(stackLow, 0, 0, 0)).status;
  },
  *'futex_wait BAD_STATE'({ stackLow, thread }, remember) {
    remember();
    return (yield* sys.futex_wait(stackLow, 0, thread, FOREVER)).status;
  },
  *'allocator_create NO_MEMORY'({ allocator, stackLow }, remember) {
    const { quota } = yield* allocatorFields(allocator, stackLow);
    remember();
    return (yield* sys.allocator_create(allocator, quota)).status;
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
  *'process_create NO_MEMORY'(scene, remember) {
    const { child } = yield* sys.allocator_create(scene.allocator, PAGE_BYTES);
    remember();
    return (yield* sys.process_create(0, child, 0, 0)).status;
  },
  *'process_create OUT_OF_RANGE'({ allocator, stackLow }, remember) {
    remember();
    return (yield* sys.process_create(0, allocator, stackLow, 25)).status;
  },
  *'process_start BAD_STATE'(scene, remember) {
    const [one, two] = [yield* makeProcess(scene), yield* makeProcess(scene)];
    expectStatus((yield* sys.process_start(one.process, two.thread, 0x10000, 0, 0)).status, 'BAD_STATE');
    expectStatus((yield* sys.process_start(scene.process, scene.thread, 0x10000, 0, 0)).status, 'BAD_STATE');
    expectStatus((yield* sys.task_kill(one.process)).status, 'OK');
    remember();
    return (yield* sys.process_start(one.process, one.thread, 0x10000, 0, 0)).status;
  },
  *'thread_create NO_MEMORY'(scene, remember) {
    yield* useUpQuota(scene, PAGE_BYTES + 256);
    remember();
    return (yield* sys.thread_create(scene.process, 16, 0, 0)).status;
  },
  *'thread_create BAD_STATE'(scene, remember) {
    const { process } = yield* makeProcess(scene);
    expectStatus((yield* sys.task_kill(process)).status, 'OK');
    remember();
    return (yield* sys.thread_create(process, 16, 0, 0)).status;
  },
  *'thread_create OUT_OF_RANGE'({ process, stackLow }, remember) {
    expectStatus((yield* sys.thread_create(process, 16, stackLow, 25)).status, 'OUT_OF_RANGE');
    remember();
    return (yield* sys.thread_create(process, 32, 0, 0)).status;
  },
  *'thread_start BAD_STATE'(scene, remember) {
    const { thread } = yield* makeProcess(scene);
    expectStatus((yield* sys.thread_start(thread, 0x10000, 0, 0)).status, 'BAD_STATE');
    remember();
    return (yield* sys.thread_start(scene.thread, 0x10000, 0, 0)).status;
  },
  *'task_kill BAD_STATE'(scene, remember) {
    const thread = yield* createThread(scene, 'new');
    expectStatus((yield* sys.task_kill(thread)).status, 'OK');
    remember();
    return (yield* sys.task_kill(thread)).status;
  },
};

/** What vmar_unmap and vmar_protect have in common. */
function rangeErrors(
  name: string,
  change: (scene: Scene, address: number, length: number) => CallScript<{ readonly status: number }>,
): Readonly<Record<string, Scenario>> {
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

/** Tables that a program can fill: bounds of the whole machine, so these want much memory and many calls. */
const FULL_TABLES: Readonly<Record<string, readonly [memoryBytes: number, scenario: Scenario]>> = {
  'handle_duplicate NO_RESOURCES': [
    16 << 20,
    ({ allocator }) =>
      untilItFails(function* () {
        return (yield* sys.handle_duplicate(allocator, SAME_RIGHTS)).status;
      }, TABLE_LIMIT.handles - 10),
  ],
  'vmo_create NO_RESOURCES': [
    16 << 20,
    ({ allocator }) =>
      untilItFails(function* () {
        return (yield* sys.vmo_create(allocator, 1, 0)).status;
      }, TABLE_LIMIT.vmos - 10),
  ],
  'process_create NO_RESOURCES': [
    32 << 20,
    ({ allocator }) =>
      untilItFails(function* () {
        return (yield* sys.process_create(0, allocator, 0, 0)).status;
      }, TABLE_LIMIT.processes - 10),
  ],
  'thread_create NO_RESOURCES': [
    96 << 20,
    ({ process }) =>
      untilItFails(function* () {
        return (yield* sys.thread_create(process, 16, 0, 0)).status;
      }, TABLE_LIMIT.threads - 10),
  ],
};

describe('errors that the call table names', () => {
  it.each(Object.entries(SCENARIOS))('46: %s, and nothing changes', (name, scenario) => {
    expectSuccess(
      function* (scene) {
        const remembered = new Remembered(scene.system);
        const status = yield* scenario(scene, () => remembered.remember());
        expect(`${name.split(' ')[0]} ${statusName(status)}`).toBe(name);
        expect(remembered.difference()).toBeUndefined();
      },
      { memoryBytes: 1 << 20, checked: false },
    );
  });

  it.each(Object.entries(FULL_TABLES))('%s', (name, [memoryBytes, scenario]) => {
    expectSuccess(
      function* (scene) {
        const status = yield* scenario(scene, () => {});
        expect(`${name.split(' ')[0]} ${statusName(status)}`).toBe(name);
      },
      { memoryBytes, checked: false },
    );
  });

  it('no error of the table is without its scenario', () => {
    const named = CALLS.flatMap((row) => Object.keys(row.errors).map((error) => `${row.name} ${error}`));
    expect([...Object.keys(SCENARIOS), ...Object.keys(FULL_TABLES)].sort()).toEqual(named.sort());
  });
});
