/** Every check of jobs can fail: one number of the state is made wrong, and the right sentence comes. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { System } from '../../kernel/index.js';
import { invariantViolations } from '../../kernel/invariants/all.js';
import { FOREVER } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { expectStatus, runScript, type Scene } from './booted.js';
import { type Damage, field, itFindsEach, writable } from './damages.js';
import { makeJob } from './errors/time.js';

/** Jobs and processes in the order in which they are made. */
const OUTER = 1;
const INNER = 2;
const NOT_THERE = 15;
const FIRST = 1;
/** The thread of the first process. */
const THREAD = 1;

/** Under the first job one that limits everything; under that one another, with two processes that sleep. */
function* something(scene: Scene): CallScript {
  const outer = yield* makeJob(scene, 0, 8, 8, 20, 1 << 3);
  const inner = yield* makeJob(scene, outer);
  for (let i = 0; i < 2; i++) {
    const { process } = yield* sys.process_create(inner, scene.allocator, 0, 0);
    const { status, thread } = yield* sys.thread_create(process, 10, 0, 0);
    expectStatus(status, 'OK');
    const sleep = scene.system.enter(() => sys.thread_sleep(FOREVER));
    expectStatus((yield* sys.process_start(process, thread, sleep, 0, 0)).status, 'OK');
  }
  for (;;) yield* sys.clock_get(0);
}

let system: System;
beforeAll(() => {
  ({ system } = runScript(something, { maxInstructions: 200 }));
});

const DAMAGES: readonly Damage[] = [
  [/^process row 1 is in a job that is not there$/, (s) => [[s.processes.job, FIRST, NOT_THERE]]],
  [/^process row 1 is not in the list of job row 2$/, (s) => [[s.jobs.firstProcess, INNER, -1]]],
  [/^process row 1 runs in job row 2, which was killed$/, (s) => [[s.jobs.killed, INNER, 1]]],
  [/^job row 2 counts its processes wrong$/, (s) => [[s.jobs.processes, INNER, 1]]],
  [/^job row 1 counts its processes wrong$/, (s) => [[s.jobs.processes, OUTER, 3]]],
  [/^job row 2 counts its threads wrong$/, (s) => [[s.jobs.threads, INNER, 3]]],
  [/^job row 0 counts its threads wrong$/, (s) => [[s.jobs.threads, 0, 2]]],
  [/^job row 2 has more than it may$/, (s) => [[s.jobs.maxProcesses, INNER, 1]]],
  [/^job row 1 has more than it may$/, (s) => [[s.jobs.maxThreads, OUTER, 1]]],
  [/^job row 2 is under a job that is not there$/, (s) => [[s.jobs.parent, INNER, NOT_THERE]]],
  [/^job row 2 allows calls that job row 1 denies$/, (s) => [[s.jobs.denied, INNER, 0]]],
  [/^job row 2 allows priorities that job row 1 does not$/, (s) => [[s.jobs.maxPriority, INNER, 0]]],
  [/^job row 2 allows priorities that job row 1 does not$/, (s) => [[s.jobs.maxPriority, INNER, 31]]],
  [/^job row 2 is not among those under job row 1$/, (s) => [[s.jobs.firstChild, OUTER, -1]]],
  [/^2 jobs deny calls, not 1$/, (s) => [field(s, 'denyingJobs', 1)]],
  [/^thread row 1 has a priority that its job does not allow$/, (s) => [[s.threads.basePriority, THREAD, 31]]],
];

describe('invariants of jobs', () => {
  it('all hold of a tree of jobs with limits and processes', () => {
    expect(invariantViolations(system.kernel)).toEqual([]);
    const { jobs } = writable(system);
    expect([...jobs.processes.subarray(0, 3)]).toEqual([3, 2, 2]);
    expect([...jobs.threads.subarray(0, 3)]).toEqual([3, 2, 2]);
  });

  itFindsEach(() => system, DAMAGES);
});
