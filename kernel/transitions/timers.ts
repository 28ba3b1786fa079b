/** Transitions of timers. */
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { SOURCE } from '../../syscalls/options.js';
import { COST } from '../limits.js';
import { enterDeadline, FIRST_TIMER, leaveDeadline, NO_DEADLINE } from '../state/deadline-heap.js';
import { addSource, removeSource } from '../state/sources.js';
import type { MutableState } from '../state/state.js';
import { releaseRow, takeRow } from '../state/table.js';
import { timedTransition, transition } from '../state/transition.js';
import { charge, uncharge } from './memory.js';

const WORD = 0x1_0000_0000;

export const timerCreated = transition(
  'timer_created',
  { about: 'A timer was made; it is not set.', fields: ['row', 'koid', 'allocator'] },
  (s, row, koid, allocator) => {
    const t = s.timers;
    takeRow(t, row);
    t.koid[row] = koid;
    s.nextKoid = koid + 1;
    t.allocator[row] = allocator;
    t.deadlineSlot[row] = -1;
    t.source[row] = addSource(s, OBJECT_TYPE.timer, row, SOURCE.TIMER);
    charge(s, allocator, COST.timer);
  },
);

function leaveOldDeadline(s: MutableState, row: number): void {
  if (s.timers.deadlineSlot[row] !== NO_DEADLINE) leaveDeadline(s, FIRST_TIMER + row);
}

export const timerSet = timedTransition(
  'timer_set',
  {
    about:
      'A timer got a deadline, never for none, and the time between this one and the next in two words, 0 for no next one. `clock` is the koid of the process by whose clock it goes.',
    time: 'deadline',
    fields: ['row', 'period_low', 'period_high', 'clock'],
  },
  (s, deadline, row, periodLow, periodHigh, clock) => {
    leaveOldDeadline(s, row);
    s.timers.clock[row] = clock;
    s.timers.period[row] = periodHigh * WORD + (periodLow >>> 0);
    if (deadline !== Number.POSITIVE_INFINITY) enterDeadline(s, FIRST_TIMER + row, deadline);
  },
);

export const timerPassed = timedTransition(
  'timer_passed',
  {
    about: 'The deadline of a timer came; its next one is this, never for none. The event follows.',
    time: 'next',
    fields: ['row'],
  },
  (s, next, row) => {
    leaveOldDeadline(s, row);
    if (next !== Number.POSITIVE_INFINITY) enterDeadline(s, FIRST_TIMER + row, next);
    else s.timers.period[row] = 0;
  },
);

export const timerRemoved = transition(
  'timer_removed',
  { about: 'A timer that nobody names went away.', fields: ['row'] },
  (s, row) => {
    const t = s.timers;
    leaveOldDeadline(s, row);
    removeSource(s, t.source[row]);
    uncharge(s, t.allocator[row], COST.timer);
    releaseRow(t, row);
  },
);
