/**
 * What xv6's usertests do around each of their tests: it runs in a process of its own, and when that has ended there are as many
 * free frames as before. Scenarios about the end of memory all run so.
 */
import { expect } from 'vitest';
import type { Script, System } from '../../kernel/index.js';
import { MAP_OPTIONS, SOURCE } from '../../syscalls/calls.js';
import { EXIT_REASON } from '../../syscalls/layouts.js';
import { FOREVER, PAGE_BYTES } from '../../syscalls/limits.js';
import { ALL_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, type Ran, type RunOptions, type Scene } from '../kernel/booted.js';
import { makeProcess } from '../kernel/compiled.js';
import { processFields } from '../kernel/information.js';
import { give } from '../kernel/messages.js';
import { scratch } from '../kernel/packets.js';

const STACK_OPTIONS = MAP_OPTIONS.READ | MAP_OPTIONS.WRITE | MAP_OPTIONS.FIXED;

/** Frames that are in use, but for those of the journal, and what is in the tables that programs fill. */
function whatIsThere({ state }: System): Record<string, number> {
  const { frames, allocators, processes, threads, handles, vmos, registrations, pools, packets } = state;
  const tables = { allocators, processes, threads, handles, vmos, registrations, pools, packets };
  const live = Object.entries(tables).map(([name, { live }]) => [name, live]);
  return {
    frames: frames.live - state.journalFrames,
    ...Object.fromEntries(live),
    used: allocators.charged[0] - state.journalFrames * PAGE_BYTES,
    children: allocators.childrenQuota[0],
  };
}

/** Runs a script in a process of its own, with handles to itself and to the allocator of all memory, until it has ended. */
function* runApart(scene: Scene, script: (scene: Scene) => Script): CallScript<void> {
  const { system, allocator, stackLow, stackHigh } = scene;
  const made = yield* makeProcess(scene);
  const { vmo } = yield* sys.vmo_create(allocator, stackHigh - stackLow);
  const stack = yield* sys.vmar_map(made.vmar, vmo, 0, stackHigh - stackLow, STACK_OPTIONS, stackLow);
  expectStatus(stack.status, 'OK');
  const toGive = (handle: number): number => give(system, handle, made.process, ALL_RIGHTS);
  const apart: Scene = {
    ...scene,
    system,
    process: toGive(made.process),
    thread: toGive(made.thread),
    vmar: toGive(made.vmar),
    allocator: toGive(allocator),
  };
  let isDone = false;
  const entry = system.enter(function* () {
    yield* script(apart);
    isDone = true;
    yield* sys.process_exit(0);
  });
  yield* sys.process_start(made.process, made.thread, entry, 0, 0);
  yield* sys.event_wait(made.process, SOURCE.LIFECYCLE, 0, FOREVER, scratch(scene));
  const { exit_reason, exit_code } = yield* processFields(made.process, scratch(scene));
  expect({ isDone, exit_reason, exit_code }).toEqual({ isDone: true, exit_reason: EXIT_REASON.EXITED, exit_code: 0 });
  for (const handle of [vmo, made.thread, made.vmar, made.process]) yield* sys.handle_close(handle);
}

/** Runs a scenario as `expectSuccess` does, and expects that nothing is lost by it. */
export function expectNothingLost(script: (scene: Scene) => Script, options: RunOptions = {}): Ran {
  return expectSuccess(function* (scene) {
    // The first time touches the pages that running it needs here.
    yield* runApart(scene, function* () {});
    const before = whatIsThere(scene.system);
    yield* runApart(scene, script);
    expect(whatIsThere(scene.system)).toEqual(before);
  }, options);
}
