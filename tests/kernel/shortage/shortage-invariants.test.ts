/** Every check on shortages, and on what is granted, can fail: a number of the state is made wrong beside the transitions. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { System } from '../../../kernel/index.js';
import { invariantViolations } from '../../../kernel/invariants/all.js';
import type { MutableState } from '../../../kernel/state/state.js';
import { TASK_STATE } from '../../../syscalls/layouts.js';
import { FOREVER } from '../../../syscalls/limits.js';
import { MEMORY_STATE } from '../../../syscalls/options.js';
import * as sys from '../../../userland/script/calls.js';
import { runScript } from '../booted.js';
import { type Damage, field, itFindsEach, writable } from '../damages.js';
import { ask, Listener, makeAllocator, takePages } from './shortages.js';

let system: System;
/** Rows of the allocators that the script makes, in their order. */
const ROW = { SHORT: 1, MARKED: 2, IDLE: 3, GIVING: 4, FAILED: 5 } as const;

/**
 * One is short: two owe answers, two threads wait. One is under pressure, one has nothing to say, one gave to a thread that is
 * suspended, one failed somebody and has nobody to ask.
 */
beforeAll(() => {
  ({ system } = runScript(
    function* (scene) {
      const short = yield* makeAllocator(scene, 1);
      const marked = yield* makeAllocator(scene, 4, { softMark: 2 });
      yield* makeAllocator(scene, 1);
      const giving = yield* makeAllocator(scene, 4);
      const failed = yield* makeAllocator(scene, 1, { reserve: 1 });
      for (let i = 0; i < 2; i++) yield* Listener.make(scene, short);
      const answering = yield* Listener.make(scene, giving);
      yield* takePages(marked, 3);
      const held = yield* takePages(giving, 4);
      yield* ask(scene, short, 8, FOREVER);
      yield* ask(scene, short, 9, FOREVER);
      const { thread } = yield* ask(scene, giving, 2, FOREVER);
      yield* sys.task_suspend(thread);
      yield* sys.handle_close(held);
      yield* answering.released();
      yield* ask(scene, failed, 8, 0);
      for (;;) yield* sys.clock_get(0);
    },
    { maxInstructions: 600 },
  ));
});

const owing = (s: MutableState): number => s.allocators.firstOwing[ROW.SHORT];
const secondOwing = (s: MutableState): number => s.registrations.nextOwing[owing(s)];
const rowOf = (s: MutableState, holds: (row: number) => boolean): number => {
  for (let row = 0; row < s.threads.used; row++) if (holds(row)) return row;
  throw new Error('there is no such thread');
};
const granted = (s: MutableState): number => rowOf(s, (row) => s.threads.grantOf[row] !== 0);
const waiting = (s: MutableState): number => s.registrations.thread[s.sources.head[s.allocators.waiters[ROW.SHORT]]];

const DAMAGES: readonly Damage[] = [
  [/^39: 0 shortages wait for their listeners$/, (s) => [field(s, 'deferredShortages', 1)]],
  [/^39: 2 answers to shortages are owed$/, (s) => [field(s, 'memoryAnswersOwed', 3)]],
  [/^39: memory changed, and nobody looked$/, (s) => [field(s, 'memoryChanges', s.memoryChanges + 1)]],
  [/^39: registration row \d+ owes an answer to no shortage$/, (s) => [[s.allocators.firstOwing, ROW.SHORT, -1]]],
  [
    /^39: registration row \d+ owes an answer, and its thread has ended$/,
    (s) => [
      [s.registrations.thread, owing(s), waiting(s)],
      [s.threads.state, waiting(s), TASK_STATE.ENDED],
    ],
  ],
  [
    /^39: thread row \d+ waits for memory in no queue, or stands in one$/,
    (s) => [[s.threads.blockedOn, waiting(s), 1]],
  ],
  [
    /^39: thread row \d+ was granted memory and does not go on$/,
    (s) => [[s.threads.state, granted(s), TASK_STATE.BLOCKED]],
  ],
  [
    /^39: thread row \d+ was granted memory and does not go on$/,
    (s) => [[s.threads.grantOf, granted(s), s.allocators.used + 5]],
  ],
  [/^39: allocator row 2 is not watched$/, (s) => [[s.allocators.watched, ROW.MARKED, 0]]],
  [/^39: allocator row 3 is watched$/, (s) => [[s.allocators.watched, ROW.IDLE, 1]]],
  [
    /^39: 2 threads wait for memory of allocator row 1, and nobody is asked for it$/,
    (s) => [[s.allocators.kind, ROW.SHORT, MEMORY_STATE.PRESSURE]],
  ],
  [/^39: the shortage of allocator row 1 is closed with 2 answers owed$/, (s) => [[s.allocators.asked, ROW.SHORT, 0]]],
  [/^39: the shortage of allocator row 3 is open with 0 answers owed$/, (s) => [[s.allocators.asked, ROW.IDLE, 1]]],
  [/^39: the shortage of allocator row 1 has an end$/, (s) => [[s.allocators.answerTime, ROW.SHORT, 0]]],
  [/^39: the shortage of allocator row 1 has no end$/, (s) => [[s.allocators.deadlineSlot, ROW.SHORT, -1]]],
  [/^39: allocator row 2 is under no pressure$/, (s) => [[s.allocators.softMark, ROW.MARKED, 1 << 20]]],
  [
    /^39: allocator row 3 is under pressure$/,
    (s) => [
      [s.allocators.softMark, ROW.IDLE, 1],
      [s.allocators.childrenQuota, ROW.IDLE, 4096],
    ],
  ],
  [/^39: allocator row 5 has what is wanted, and says it has not$/, (s) => [[s.allocators.wanted, ROW.FAILED, 4096]]],
  [/^39: the oldest request of allocator row 1 fits, and waits$/, (s) => [[s.threads.wait0, waiting(s), 64]]],
  [
    /^39: registration row \d+ does not owe an answer to allocator row 1$/,
    (s) => [[s.registrations.owes, owing(s), -(ROW.IDLE + 1)]],
  ],
  [
    /^39: registration row \d+ does not owe an answer to allocator row 1$/,
    (s) => [[s.registrations.nextOwing, secondOwing(s), owing(s)]],
  ],
  [
    /^39: those who owe are not linked both ways at row \d+$/,
    (s) => [[s.registrations.previousOwing, secondOwing(s), -1]],
  ],
  [/^39: 2 answers are owed to allocator row 1, not 1$/, (s) => [[s.allocators.owed, ROW.SHORT, 1]]],
  // What was granted is charged until it is used.
  [/^36: allocator row 4 has \d+ charged, the sum is \d+$/, (s) => [[s.threads.grant, granted(s), 64]]],
  [/^36: allocator row 4 has \d+ charged, the sum is \d+$/, (s) => [[s.threads.grantOf, granted(s), ROW.IDLE + 1]]],
];

describe('invariants of shortages', () => {
  it('all hold of a system that has a bit of everything', () => {
    expect(invariantViolations(system.kernel)).toEqual([]);
    const { allocators } = writable(system);
    expect([...allocators.state.subarray(1, 6)]).toEqual([2, 1, 0, 0, 2]);
    expect(allocators.owed[ROW.SHORT]).toBe(2);
  });

  itFindsEach(() => system, DAMAGES);
});
