/** Transitions of shortages of memory: how an allocator is, who was asked, who owes an answer, who was granted what. */
import { MEMORY_STATE } from '../../syscalls/options.js';
import { must } from '../panic.js';
import { enterDeadline, FIRST_ALLOCATOR, leaveDeadline } from '../state/deadline-heap.js';
import { enterOwing, leaveOwing } from '../state/owing.js';
import type { MutableState } from '../state/state.js';
import { timedTransition, transition } from '../state/transition.js';
import { charge, uncharge } from './memory.js';

/** A change of what is in use, or may be, that may mean something to somebody. */
function changed(s: MutableState, row: number): void {
  if (s.allocators.watched[row] !== 0) s.memoryChanges++;
}

export const quotaMoved = transition(
  'quota_moved',
  {
    about:
      'Quota was moved from one allocator to another. What lies on the way down the tree, `above` being the lowest that has both under it or is one of them, changes with it.',
    fields: ['from', 'to', 'above', 'bytes'],
  },
  (s, from, to, above, bytes) => {
    const { quota, childrenQuota, parent } = s.allocators;
    for (let row = from; row !== above; row = parent[row]) {
      quota[row] -= bytes;
      childrenQuota[parent[row]] -= bytes;
      changed(s, row);
    }
    for (let row = to; row !== above; row = parent[row]) {
      quota[row] += bytes;
      childrenQuota[parent[row]] += bytes;
      changed(s, row);
    }
    changed(s, above);
  },
);

export const memoryStateSet = transition(
  'memory_state_set',
  {
    about:
      'An allocator is short of memory, under pressure, or well (MEMORY_STATE); `wanted` bytes were asked for last.',
    fields: ['row', 'state', 'wanted'],
  },
  (s, row, state, wanted) => {
    const t = s.allocators;
    t.state[row] = state;
    t.wanted[row] = wanted;
    t.watched[row] = state !== MEMORY_STATE.NORMAL || t.softMark[row] > 0 ? 1 : 0;
  },
);

export const shortageAsked = transition(
  'shortage_asked',
  {
    about:
      'The listeners of `asked`, the allocator itself or one above it, are asked for so many bytes (`kind`: MEMORY_STATE). Round 1 opens the shortage.',
    fields: ['row', 'asked', 'kind', 'round', 'bytes'],
  },
  (s, row, asked, kind, round, bytes) => {
    const t = s.allocators;
    t.asked[row] = asked + 1;
    t.kind[row] = kind;
    t.rounds[row] = round;
    t.sought[row] = bytes;
    t.relieved[row] = 0;
    t.freeBefore[row] = t.quota[row] - t.charged[row] - t.childrenQuota[row];
    setDeferred(s, row, 0);
  },
);

export const shortageDeferred = transition(
  'shortage_deferred',
  {
    about: 'All who could answer owe an answer to another shortage: they are asked when they gave it.',
    fields: ['row'],
  },
  (s, row) => setDeferred(s, row, 1),
);

function setDeferred(s: MutableState, row: number, deferred: number): void {
  const t = s.allocators;
  s.deferredShortages += deferred - t.deferred[row];
  t.deferred[row] = deferred;
}

export const answerTimeBegun = transition(
  'answer_time_begun',
  { about: 'All listeners of a shortage were told; the time for their answers began.', fields: ['row'] },
  (s, row) => {
    const t = s.allocators;
    if (t.answerTime[row] > 0) enterDeadline(s, FIRST_ALLOCATOR + row, s.time + t.answerTime[row]);
  },
);

export const answerTimeEnded = transition(
  'answer_time_ended',
  { about: 'All answers to a shortage were given, or their time is over.', fields: ['row'] },
  (s, row) => {
    if (s.allocators.deadlineSlot[row] >= 0) leaveDeadline(s, FIRST_ALLOCATOR + row);
  },
);

export const shortageClosed = transition(
  'shortage_closed',
  { about: 'A shortage is over: it was relieved, or everybody was asked.', fields: ['row'] },
  (s, row) => {
    const t = s.allocators;
    must(t.owed[row] === 0 && t.deadlineSlot[row] < 0, 'a shortage was closed while answers were owed');
    t.asked[row] = 0;
    t.kind[row] = 0;
    t.rounds[row] = 0;
    t.sought[row] = 0;
    t.relieved[row] = 0;
    t.freeBefore[row] = 0;
    setDeferred(s, row, 0);
    s.memoryChanges++;
  },
);

export const answererNamed = transition(
  'answerer_named',
  {
    about:
      'Who began to listen to MEMORY, FAULT or BREAK may answer, and will have to. `process`: the koid of the process that listens.',
    fields: ['registration', 'process'],
  },
  (s, row, process) => {
    s.registrations.answers[row] = process;
  },
);

export const memoryAnswerOwed = transition(
  'memory_answer_owed',
  {
    about:
      'A listener was told of the shortage of an allocator and owes an answer. A registration of a thread gets a number as its token.',
    fields: ['registration', 'allocator'],
  },
  (s, row, allocator) => {
    enterOwing(s, s.allocators, allocator, row, -(allocator + 1));
    s.memoryAnswersOwed++;
  },
);

export const memoryAnswerGiven = transition(
  'memory_answer_given',
  {
    about: 'A listener answered (VERDICT), or is gone or out of time: CANNOT. `bytes` is what it said.',
    fields: ['registration', 'verdict', 'bytes', 'relieves'],
  },
  (s, row, _verdict, _bytes, relieves) => {
    const allocator = -s.registrations.owes[row] - 1;
    must(allocator >= 0, 'an answer was given that nobody owes');
    if (relieves !== 0) s.allocators.relieved[allocator] = 1;
    s.memoryAnswersOwed--;
    leaveOwing(s, s.allocators, allocator, row);
    // The last answer decides; and who was busy with this one can be asked about another.
    if (s.allocators.owed[allocator] === 0 || s.deferredShortages > 0) s.memoryChanges++;
  },
);

export const answerTimeSet = timedTransition(
  'answer_time_set',
  {
    about: 'The time in ns that listeners have for an answer to the shortage of an allocator; 0 is for ever.',
    time: 'answer_time',
    fields: ['row'],
  },
  (s, time, row) => {
    s.allocators.answerTime[row] = time;
  },
);

export const memoryWaitSet = timedTransition(
  'memory_wait_set',
  {
    about: "How long in ns a thread's requests for memory may wait; 0: not at all.",
    time: 'memory_wait',
    fields: ['thread'],
  },
  (s, time, thread) => {
    s.threads.memoryWait[thread] = time;
  },
);

export const memoryGranted = transition(
  'memory_granted',
  {
    about: 'The oldest request for memory of an allocator fits now: its bytes are charged until the thread repeats it.',
    fields: ['thread', 'allocator', 'bytes'],
  },
  (s, thread, allocator, bytes) => {
    const t = s.threads;
    must(t.grantOf[thread] === 0, 'a thread was granted memory twice');
    charge(s, allocator, bytes);
    t.grant[thread] = bytes;
    t.grantOf[thread] = allocator + 1;
  },
);

export const memoryGrantEnded = transition(
  'memory_grant_ended',
  {
    about: 'A thread repeats its request, or never will: what was charged for it is free, to be charged as it is used.',
    fields: ['thread'],
  },
  (s, thread) => {
    const t = s.threads;
    uncharge(s, t.grantOf[thread] - 1, t.grant[thread]);
    t.grant[thread] = 0;
    t.grantOf[thread] = 0;
  },
);
