/** Transitions of faults: a thread stops at one, those who listen are asked in phases, the strongest answer is what happens. */
import { BLOCKED_ON, TASK_STATE } from '../../syscalls/layouts.js';
import { must } from '../panic.js';
import { enterOwing, FAULT_OWED, leaveOwing } from '../state/owing.js';
import { isReady, leaveReadyQueue } from '../state/queues.js';
import { transition } from '../state/transition.js';
import { leaveHart, leaveWait } from './tasks.js';

export const threadFaulted = transition(
  'thread_faulted',
  {
    about: 'A thread stopped at a fault that somebody may handle; it waits until that is decided.',
    fields: ['thread', 'cause', 'pc', 'address', 'detail'],
    formats: { cause: 'hexadecimal', pc: 'hexadecimal', address: 'hexadecimal' },
  },
  (s, row, cause, pc, address, detail) => {
    const t = s.threads;
    if (s.current === row) leaveHart(s, row);
    else if (isReady(s, row)) leaveReadyQueue(s, row);
    else if (t.state[row] === TASK_STATE.BLOCKED) leaveWait(s, row);
    t.state[row] = TASK_STATE.BLOCKED;
    t.blockedOn[row] = BLOCKED_ON.FAULT;
    t.faultCause[row] = cause;
    t.faultPc[row] = pc;
    t.faultAddress[row] = address;
    t.faultDetail[row] = detail;
    t.nextFaulted[row] = -1;
    t.previousFaulted[row] = s.lastFaulted;
    if (s.lastFaulted >= 0) t.nextFaulted[s.lastFaulted] = row;
    else s.firstFaulted = row;
    s.lastFaulted = row;
  },
);

export const faultAsked = transition(
  'fault_asked',
  {
    about:
      'A phase of a fault began: who listens at the thread (2), its process (3) or a job above it (5; `job` is its row plus one) is told; 1 and 4: debug sessions.',
    fields: ['thread', 'phase', 'job'],
  },
  (s, row, phase, job) => {
    s.threads.faultPhase[row] = phase;
    s.threads.faultJob[row] = job;
    s.threads.verdict[row] = 0;
    s.threads.faultDeferred[row] = 0;
  },
);

export const faultDeferred = transition(
  'fault_deferred',
  {
    about:
      'Somebody who has to be asked about a fault owes the answer to another one: the phase begins when it is given.',
    fields: ['thread'],
  },
  (s, row) => {
    s.threads.faultDeferred[row] = 1;
  },
);

export const faultAnswerOwed = transition(
  'fault_answer_owed',
  {
    about:
      'A listener was told of the fault of a thread and owes an answer. A registration of a thread gets a number as its token.',
    fields: ['registration', 'thread'],
  },
  (s, row, thread) => {
    enterOwing(s, s.threads, thread, row, FAULT_OWED + thread);
  },
);

export const faultAnswerGiven = transition(
  'fault_answer_given',
  {
    about:
      'A listener answered: pass (0), handled (1), kill the thread (2), kill the process (3). One that is gone, or cannot run, passes.',
    fields: ['registration', 'verdict'],
  },
  (s, row, verdict) => {
    const thread = s.registrations.owes[row] - FAULT_OWED;
    must(thread >= 0, 'an answer to a fault was given that nobody owes');
    const { verdict: strongest } = s.threads;
    if (verdict > strongest[thread]) strongest[thread] = verdict;
    leaveOwing(s, s.threads, thread, row);
  },
);

export const faultEnded = transition(
  'fault_ended',
  {
    about: 'What happens to a thread that faulted is decided, or it is killed meanwhile. What does happen follows.',
    fields: ['thread', 'verdict'],
  },
  (s, row) => {
    const t = s.threads;
    must(t.owed[row] === 0, 'a fault ended while answers were owed');
    const next = t.nextFaulted[row];
    const previous = t.previousFaulted[row];
    if (next >= 0) t.previousFaulted[next] = previous;
    else s.lastFaulted = previous;
    if (previous >= 0) t.nextFaulted[previous] = next;
    else s.firstFaulted = next;
    t.nextFaulted[row] = -1;
    t.previousFaulted[row] = -1;
    t.faultPhase[row] = 0;
    t.faultJob[row] = 0;
    t.faultCause[row] = 0;
    t.faultPc[row] = 0;
    t.faultAddress[row] = 0;
    t.faultDetail[row] = 0;
    t.verdict[row] = 0;
    t.faultDeferred[row] = 0;
    // Sessions that have not answered need not any more: the thread was killed.
    t.told[row] = 0;
  },
);
