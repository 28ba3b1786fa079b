/**
 * Transitions of interrupts, and of the right to hardware. Whoever owes an answer to an interrupt stands in its list of those
 * that do, whatever becomes of the registration meanwhile.
 */
import { LIMITS } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { SOURCE } from '../../syscalls/options.js';
import { COST } from '../limits.js';
import { must } from '../panic.js';
import { enterDeadline, FIRST_INTERRUPT, leaveDeadline } from '../state/deadline-heap.js';
import { enterOwing, leaveOwing } from '../state/owing.js';
import { addSource, removeSource } from '../state/sources.js';
import { releaseRow, takeRow } from '../state/table.js';
import { timedTransition, transition } from '../state/transition.js';
import { charge, uncharge } from './memory.js';

/** Answers as records have them: VERDICT, and that none will come. */
export const ANSWER = { HANDLED: 0, NOT_MINE: 1, NONE: 2 } as const;

export const resourceCreated = transition(
  'resource_created',
  { about: 'The right to hardware came to be, at boot.', fields: ['row', 'koid'] },
  (s, row, koid) => {
    takeRow(s.resources, row);
    s.resources.koid[row] = koid;
    s.nextKoid = koid + 1;
  },
);

export const interruptCreated = timedTransition(
  'interrupt_created',
  {
    about: 'An interrupt line got its object. `answer_time`: ns that handlers have for their answers, 0 for no end.',
    time: 'answer_time',
    fields: ['row', 'koid', 'allocator', 'line', 'edge'],
  },
  (s, answerTime, row, koid, allocator, line, edge) => {
    const t = s.interrupts;
    takeRow(t, row);
    t.koid[row] = koid;
    s.nextKoid = koid + 1;
    t.allocator[row] = allocator;
    t.line[row] = line;
    t.edge[row] = edge;
    t.answerTime[row] = answerTime;
    t.firstOwing[row] = -1;
    t.deadlineSlot[row] = -1;
    t.source[row] = addSource(s, OBJECT_TYPE.interrupt, row, SOURCE.INTERRUPT);
    t.observers[row] = addSource(s, OBJECT_TYPE.interrupt, row, SOURCE.INTERRUPT_OBSERVED);
    s.lineInterrupt[line] = row;
    charge(s, allocator, COST.interrupt);
  },
);

export const interruptRemoved = transition(
  'interrupt_removed',
  { about: 'The object of an interrupt line went away; the line is closed.', fields: ['row'] },
  (s, row) => {
    const t = s.interrupts;
    must(t.owed[row] === 0, 'an interrupt was removed while answers were owed');
    if (t.deadlineSlot[row] >= 0) leaveDeadline(s, FIRST_INTERRUPT + row);
    removeSource(s, t.source[row]);
    removeSource(s, t.observers[row]);
    s.lineInterrupt[t.line[row]] = -1;
    uncharge(s, t.allocator[row], COST.interrupt);
    releaseRow(t, row);
  },
);

export const interruptClaimed = transition(
  'interrupt_claimed',
  { about: 'The kernel took an interrupt from the interrupt controller, which masks its line.', fields: ['row'] },
  (s, row) => {
    must(s.interrupts.claimed[row] === 0, 'an interrupt came from a masked line');
    s.interrupts.claimed[row] = 1;
  },
);

export const interruptPended = transition(
  'interrupt_pended',
  {
    about: 'An interrupt is remembered: its line was masked, or nobody was there to handle it.',
    fields: ['row'],
  },
  (s, row) => {
    s.interrupts.latched[row] = 1;
  },
);

export const answerOwed = transition(
  'answer_owed',
  {
    about:
      'A handler was told of an interrupt and owes an answer. A registration of a thread gets a number as its token.',
    fields: ['registration', 'interrupt'],
  },
  (s, row, interrupt) => {
    enterOwing(s, s.interrupts, interrupt, row, interrupt + 1);
  },
);

export const interruptDelivered = transition(
  'interrupt_delivered',
  { about: 'All handlers of an interrupt were told; the time for their answers began.', fields: ['row'] },
  (s, row) => {
    const t = s.interrupts;
    must(t.owed[row] > 0, 'an interrupt was delivered and nobody told');
    t.latched[row] = 0;
    if (t.answerTime[row] > 0) enterDeadline(s, FIRST_INTERRUPT + row, s.time + t.answerTime[row]);
  },
);

export const answerGiven = transition(
  'answer_given',
  {
    about: 'A handler answered: HANDLED (0), NOT_MINE (1); or it is gone or out of time (2).',
    fields: ['registration', 'answer'],
  },
  (s, row, answer) => {
    const interrupt = s.registrations.owes[row] - 1;
    must(interrupt >= 0, 'an answer was given that nobody owes');
    if (answer !== ANSWER.NOT_MINE) s.interrupts.handled[interrupt] = 1;
    leaveOwing(s, s.interrupts, interrupt, row);
  },
);

export const interruptFinished = transition(
  'interrupt_finished',
  {
    about:
      "Every handler that was told of an interrupt has answered. Its line opens, unless the interrupt was nobody's too often.",
    fields: ['row'],
  },
  (s, row) => {
    const t = s.interrupts;
    must(t.owed[row] === 0, 'an interrupt was finished while answers were owed');
    if (t.deadlineSlot[row] >= 0) leaveDeadline(s, FIRST_INTERRUPT + row);
    t.unclaimed[row] = t.handled[row] !== 0 ? 0 : t.unclaimed[row] + 1;
    t.handled[row] = 0;
    if (t.unclaimed[row] >= LIMITS.unclaimedInterrupts) t.stuck[row] = 1;
    else t.claimed[row] = 0;
  },
);
