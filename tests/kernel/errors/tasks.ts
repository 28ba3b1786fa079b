/** Errors of the calls that concern handles, processes, threads and futexes. */
import { INFO, POOL_KIND, PROPERTY } from '../../../syscalls/calls.js';
import { FOREVER, PAGE_BYTES } from '../../../syscalls/limits.js';
import { SAME_RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { store } from '../../../userland/script/script.js';
import { createThread, expectStatus } from '../booted.js';
import { makeProcess } from '../compiled.js';
import { allocatorFields } from '../information.js';
import { type Scenarios, useUpQuota } from './scenario.js';

export const TASK_ERRORS: Scenarios = {
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
    return (yield* sys.object_info(scene.process, INFO.HANDLE, scene.stackLow + PAGE_BYTES, 64)).status;
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
  *'process_start NO_MEMORY'(scene, remember) {
    const { allocator, stackLow } = scene;
    const { child } = yield* sys.allocator_create(allocator, 4 * PAGE_BYTES);
    const made = yield* makeProcess(scene, child);
    const { copy } = yield* sys.handle_duplicate(allocator, SAME_RIGHTS);
    for (;;) {
      const { quota, used } = yield* allocatorFields(child, stackLow);
      if (quota - used < 32) break;
      // Pages for as long as they fit, then objects.
      if ((yield* sys.pool_create(child, POOL_KIND.FIXED, 1, 0)).status === 0) continue;
      if ((yield* sys.vmo_create(child, 1, 0)).status === 0) continue;
      expectStatus((yield* sys.channel_create(child, 0, 0)).status, 'NO_MEMORY');
      expectStatus((yield* sys.lock_create(child)).status, 'NO_MEMORY');
      break;
    }
    remember();
    return (yield* sys.process_start(made.process, made.thread, 0x10000, 0, 0, copy)).status;
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
