/** Every check of deadlines can fail, of threads, timers and interrupts alike: one number of the state is made wrong. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { System } from '../../kernel/index.js';
import { invariantViolations } from '../../kernel/invariants/all.js';
import { FIRST_INTERRUPT, FIRST_TIMER } from '../../kernel/state/deadline-heap.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { expectStatus, runScript, type Scene, spawn } from './booted.js';
import { type Damage, field, itFindsEach, writable } from './damages.js';
import { makeInterrupt, PoolHandler, raise } from './drivers.js';

/** Timers in the order in which they are made; a row that was never used. */
const TIMER = { SET: 0, IDLE: 1, FREE: 15 } as const;
const SLEEPER = 1;
/** Places in the heap: all three are set in the order of their deadlines. */
const HEAP = { SLEEPER: 0, TIMER: 1, INTERRUPT: 2 } as const;

/** A thread that sleeps, a timer that is set and one that is not, and an interrupt that waits for an answer. */
function* something(scene: Scene): CallScript {
  yield* spawn(scene, 'sleeper', () => sys.thread_sleep(1e8), 20);
  const { timer } = yield* sys.timer_create(scene.allocator);
  expectStatus((yield* sys.timer_set(timer, 2e8, 1e6)).status, 'OK');
  yield* sys.timer_create(scene.allocator);
  const interrupt = yield* makeInterrupt(scene, 20, 0, 3e8);
  yield* PoolHandler.make(scene, interrupt);
  yield* raise(scene, 20);
  for (;;) yield* sys.clock_get(0);
}

let system: System;
beforeAll(() => {
  ({ system } = runScript(something, { maxInstructions: 200 }));
});

const DAMAGES: readonly Damage[] = [
  [/^16: thread row 1 has a deadline and does not wait$/, (s) => [[s.threads.state, SLEEPER, TASK_STATE.RUNNABLE]]],
  [
    /^16: timer row 15 has a deadline and does not wait$/,
    (s) => [[s.deadlineHeap, HEAP.TIMER, FIRST_TIMER + TIMER.FREE]],
  ],
  [
    /^16: interrupt row 15 has a deadline and does not wait$/,
    (s) => [[s.deadlineHeap, HEAP.INTERRUPT, FIRST_INTERRUPT + 15]],
  ],
  [/^16: thread row 1 does not know its place among the deadlines$/, (s) => [[s.threads.deadlineSlot, SLEEPER, 1]]],
  [/^16: timer row 0 does not know its place among the deadlines$/, (s) => [[s.timers.deadlineSlot, TIMER.SET, 2]]],
  [/^16: interrupt row 0 does not know its place among the deadlines$/, (s) => [[s.interrupts.deadlineSlot, 0, 1]]],
  [/^16: deadline of timer row 0 is before that of its parent$/, (s) => [[s.timers.deadline, TIMER.SET, 1]]],
  // An event wins against the end of a wait in the same step.
  [
    /^16: deadline of timer row 0 is before that of its parent$/,
    (s) => [[s.timers.deadline, TIMER.SET, s.threads.deadline[SLEEPER]]],
  ],
  [/^16: a deadline of row 0 is not among the deadlines$/, (s) => [[s.timers.deadlineSlot, TIMER.SET, 3]]],
  [/^16: a deadline of row 0 is not among the deadlines$/, (s) => [[s.timers.deadlineSlot, TIMER.SET, HEAP.SLEEPER]]],
  [/^16: 3 have a deadline, the heap has 2$/, (s) => [field(s, 'deadlineCount', 2)]],
  [/^17: the deadline of timer row 0 has passed$/, (s) => [[s.timers.deadline, TIMER.SET, 1]]],
  [/^timer row 1 has a period and no deadline$/, (s) => [[s.timers.period, TIMER.IDLE, 1e6]]],
];

describe('invariants of deadlines', () => {
  it('all hold of a thread, a timer and an interrupt that have deadlines', () => {
    expect(invariantViolations(system.kernel)).toEqual([]);
    const { deadlineHeap, deadlineCount } = writable(system);
    expect([...deadlineHeap.subarray(0, deadlineCount)]).toEqual([SLEEPER, FIRST_TIMER, FIRST_INTERRUPT]);
  });

  itFindsEach(() => system, DAMAGES);
});
