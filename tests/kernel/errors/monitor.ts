/** Errors of root_oom_wait: only the monitor can come to them, so these scenarios are its thread. */
import type { Startup } from '../../../kernel/index.js';
import { MAP_OPTIONS, PROTECTION, ROOT_OOM_ANSWER } from '../../../syscalls/calls.js';
import { PAGE_BYTES } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { expectStatus } from '../booted.js';
import { FOOD, oomWait } from '../hungry.js';
import { allocatorFields } from '../information.js';

const { NONE, FREED, KILL } = ROOT_OOM_ANSWER;
const OPTIONS = PROTECTION.READ | PROTECTION.WRITE | MAP_OPTIONS.FIXED;

/** Leads to an error, as in `scenario.ts`; the monitor goes on afterwards. */
export type MonitorScenario = (startup: Startup, remember: () => void) => CallScript<number>;

/** root_oom_wait as it is called by the scenarios; what it is told goes nowhere. */
function* answer(value: number, koid = 0): CallScript<number> {
  return (yield* sys.root_oom_wait(value, koid, 0, 0)).status;
}

/** Maps a new object of so many pages. */
function* map({ allocator, vmar }: Startup, pages: number, at = FOOD): CallScript<number> {
  const { vmo, status } = yield* sys.vmo_create(allocator, pages * PAGE_BYTES, 0);
  expectStatus(status, 'OK');
  expectStatus((yield* sys.vmar_map(vmar, vmo, 0, pages * PAGE_BYTES, OPTIONS, at)).status, 'OK');
  return vmo;
}

export const MONITOR_ERRORS: Readonly<Record<string, MonitorScenario>> = {
  'root_oom_wait BAD_STATE': function* (_startup, remember) {
    remember();
    return yield* answer(FREED);
  },
  'root_oom_wait NOT_FOUND': function* (startup, remember) {
    expectStatus((yield* oomWait(startup, NONE)).status, 'OK');
    remember();
    return yield* answer(KILL, 999_999);
  },
  'root_oom_wait NO_MEMORY': function* (startup, remember) {
    // Some of its pages would fit.
    yield* map(startup, 256);
    remember();
    return yield* answer(NONE);
  },
};

/** The same error by other ways: some of what is missing would fit. */
export const MORE_MONITOR_ERRORS: Readonly<Record<string, MonitorScenario>> = {
  'root_oom_wait NO_MEMORY where an answer is awaited': function* (startup, remember) {
    const vmo = yield* map(startup, 1, FOOD);
    expectStatus((yield* oomWait(startup, NONE)).status, 'OK');
    // The page is gone: while the machine is out of frames there is no other.
    expectStatus((yield* sys.vmo_release(vmo, 0, PAGE_BYTES)).status, 'OK');
    remember();
    return yield* answer(FREED);
  },
  'root_oom_wait NO_MEMORY for copies of pages': function* (startup, remember) {
    const { allocator, vmar } = startup;
    const { quota, used } = yield* allocatorFields(allocator, startup.stackLow);
    const pages = Math.floor((quota - used) / PAGE_BYTES / 2) + 8;
    const vmo = yield* map(startup, pages);
    for (let page = 0; page < pages; page++)
      expectStatus((yield* sys.vmo_write(vmo, page * PAGE_BYTES, startup.stackLow, PAGE_BYTES)).status, 'OK');
    const { vmo: child } = yield* sys.vmo_child(allocator, vmo, 0, pages * PAGE_BYTES);
    expectStatus((yield* sys.vmar_map(vmar, child, 0, pages * PAGE_BYTES, OPTIONS, FOOD + (8 << 20))).status, 'OK');
    remember();
    return yield* answer(NONE);
  },
};
