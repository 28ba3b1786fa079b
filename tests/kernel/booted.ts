/** Boots systems for kernel tests: a script as the first thread, every invariant and the fold checked after each step. */
import { afterEach, expect } from 'vitest';
import { type Outcome, type Script, type Startup, System, type SystemOptions } from '../../kernel/index.js';
import { Tape } from '../../kernel/replay/tape.js';
import { PROPERTY } from '../../syscalls/calls.js';
import { type StatusName, statusName } from '../../syscalls/errors.js';
import { object_set, thread_create, thread_start } from '../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../userland/script/script.js';
import { type Played, playAgain } from './failing-allocations.js';
import { endingOf, isReplaying, isTapeable, replayScripts, type Taped, taping } from './replayed-scripts.js';

export interface Ran {
  readonly system: System;
  readonly outcome: Outcome;
  readonly output: string;
}

export interface Scene extends Startup {
  /** The system, once it has been booted; a script only runs afterwards. */
  readonly system: System;
}

export interface RunOptions extends Partial<SystemOptions> {
  readonly maxInstructions?: number;
  /** Why the script is not played again with allocations that fail. */
  readonly playedOnce?: string;
}

/** The scripts of the test that runs; afterwards they run again, with allocations that fail, or from a tape of what came from outside. */
const played: Played[] = [];
const taped: Taped[] = [];
afterEach(({ task }) => {
  const scripts = played.splice(0);
  if (isReplaying) replayScripts(taped.splice(0));
  else playAgain(scripts, task.name);
});

/** Runs a script to its end. What it throws (a failed expectation) fails the test. */
export function runScript(script: (scene: Scene) => Script, options: RunOptions = {}): Ran {
  const chunks: Uint8Array[] = [];
  const box: { system?: System } = {};
  const booted = (): System => {
    if (box.system === undefined) throw new Error('no system has been booted');
    return box.system;
  };
  const again = (startup: Startup, system: () => System): Script =>
    script({
      ...startup,
      get system() {
        return system();
      },
    });
  const { maxInstructions = 10_000_000 } = options;
  const tape =
    isReplaying && isTapeable(options) ? { script: again, options, maxInstructions, tape: new Tape() } : undefined;
  box.system = System.boot({
    name: 'test',
    memoryBytes: 4 << 20,
    checked: true,
    onOutput: (bytes) => chunks.push(bytes),
    ...(tape === undefined ? options : taping(tape.tape, options)),
    script: (startup) => again(startup, booted),
  });
  if (options.playedOnce === undefined) played.push({ script: again, options });
  const outcome = box.system.run(maxInstructions);
  if (tape !== undefined) taped.push({ ...tape, ended: endingOf(box.system, outcome) });
  box.system.check();
  return { system: box.system, outcome, output: Buffer.concat(chunks).toString() };
}

/** Runs a script that has to end with code 0. */
export function expectSuccess(script: (scene: Scene) => Script, options: RunOptions = {}): Ran {
  const ran = runScript(script, options);
  expect(ran.outcome).toEqual({ kind: 'exited', code: 0 });
  return ran;
}

/** Expects a status by name, so that a failure reads well. */
export function expectStatus(status: number, name: StatusName): void {
  expect(statusName(status)).toBe(name);
}

/** Makes a thread of the test's process that is not started yet. */
export function* createThread(scene: Scene, name: string, priority = 16): CallScript<number> {
  yield* store(scene.stackLow, new TextEncoder().encode(name));
  const { status, thread } = yield* thread_create(scene.process, priority, scene.stackLow, name.length);
  expectStatus(status, 'OK');
  return thread;
}

/** Starts a thread that a script executes; gives its handle. */
export function* spawn(scene: Scene, name: string, script: () => Script, priority = 16): CallScript<number> {
  const thread = yield* createThread(scene, name, priority);
  expectStatus((yield* thread_start(thread, scene.system.enter(script), 0, 0)).status, 'OK');
  return thread;
}

/** Sets the priority of a thread; several threads may do so at once. */
export function* setPriority({ stackLow }: Scene, thread: number, priority: number): CallScript<void> {
  // Each value has a word of its own: a thread that is preempted before its call finds there what it stored.
  const at = stackLow + 1024 + 4 * priority;
  yield* store(at, Uint8Array.of(priority, 0, 0, 0));
  expectStatus((yield* object_set(thread, PROPERTY.PRIORITY, at, 4)).status, 'OK');
}
