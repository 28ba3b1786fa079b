/** Transitions of processes and threads: their making, running, waiting and ending. */
import { BLOCKED_ON, TASK_STATE } from '../../syscalls/layouts.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { SOURCE } from '../../syscalls/options.js';
import { COST } from '../limits.js';
import { must } from '../panic.js';
import { enterDeadline, leaveDeadline, NO_DEADLINE } from '../state/deadline-heap.js';
import { priorityOf } from '../state/priorities.js';
import {
  enterFutexQueue,
  enterReadyQueue,
  enterReadyQueueAtHead,
  isReady,
  leaveFutexQueue,
  leaveLenders,
  leaveReadyQueue,
  setPriority,
} from '../state/queues.js';
import { addSource, blankRegistration, enterSource, leaveSource, removeSource } from '../state/sources.js';
import { type MutableState, PRIORITIES } from '../state/state.js';
import { nextRow, releaseRow, takeRow } from '../state/table.js';
import { REGISTRATION_STATE, ROLE } from '../state/tables.js';
import { timedTransition, transition } from '../state/transition.js';
import { leaveReply } from './channels.js';
import { startClock } from './clocks.js';
import { countProcess, countThread, enterJob, leaveJob } from './jobs.js';
import { charge, uncharge } from './memory.js';

const HIGHEST = PRIORITIES - 1;

export const processCreated = transition(
  'process_created',
  {
    about: 'A process was made. `references` counts the uses of the kernel itself.',
    fields: ['row', 'koid', 'allocator', 'references', 'job'],
  },
  (s, row, koid, allocator, references, job) => {
    const t = s.processes;
    takeRow(t, row);
    t.koid[row] = koid;
    s.nextKoid = koid + 1;
    t.references[row] = references;
    t.state[row] = TASK_STATE.NEW;
    t.allocator[row] = allocator;
    t.vmar[row] = -1;
    t.pageTable[row] = -1;
    t.firstThread[row] = -1;
    t.firstHandle[row] = -1;
    t.firstTableFrame[row] = -1;
    t.faultThread[row] = -1;
    enterJob(s, row, job);
    t.source[row] = addSource(s, OBJECT_TYPE.process, row, SOURCE.LIFECYCLE);
    t.faults[row] = addSource(s, OBJECT_TYPE.process, row, SOURCE.FAULT);
    t.breaks[row] = addSource(s, OBJECT_TYPE.process, row, SOURCE.BREAK);
    charge(s, allocator, COST.process);
  },
);

export const objectNamed = transition(
  'object_named',
  {
    about: 'A process, thread or job got a name: 24 bytes of UTF-8, zeros behind it.',
    fields: ['type', 'row', 'name0', 'name1', 'name2', 'name3', 'name4', 'name5'],
    formats: { name0: 'text', name1: 'text', name2: 'text', name3: 'text', name4: 'text', name5: 'text' },
  },
  (s, type, row, name0, name1, name2, name3, name4, name5) => {
    const t = type === OBJECT_TYPE.process ? s.processes : type === OBJECT_TYPE.thread ? s.threads : s.jobs;
    t.name0[row] = name0;
    t.name1[row] = name1;
    t.name2[row] = name2;
    t.name3[row] = name3;
    t.name4[row] = name4;
    t.name5[row] = name5;
  },
);

export const processStarted = transition(
  'process_started',
  { about: 'A process may run threads.', fields: ['row'] },
  (s, row) => {
    s.processes.state[row] = TASK_STATE.RUNNABLE;
  },
);

export const processEnded = transition(
  'process_ended',
  {
    about: 'A process ended; this is its exit record.',
    fields: ['row', 'reason', 'code', 'cause', 'pc', 'address', 'thread_koid'],
    formats: { cause: 'hexadecimal', pc: 'hexadecimal', address: 'hexadecimal' },
  },
  (s, row, reason, code, cause, pc, address, thread) => {
    const t = s.processes;
    t.state[row] = TASK_STATE.ENDED;
    // What stood still by its clock and is not its own goes on.
    if (t.clockStops[row] !== 0) startClock(s, row);
    countProcess(s, row, -1);
    t.exitReason[row] = reason;
    t.exitCode[row] = code;
    t.faultCause[row] = cause;
    t.faultPc[row] = pc;
    t.faultAddress[row] = address;
    t.faultThread[row] = thread;
  },
);

export const processRemoved = transition(
  'process_removed',
  { about: 'An ended process that nobody names went away.', fields: ['row'] },
  (s, row) => {
    const t = s.processes;
    must(
      t.firstThread[row] < 0 && t.firstHandle[row] < 0 && t.firstTableFrame[row] < 0,
      'a process in use was removed',
    );
    leaveJob(s, row);
    removeSource(s, t.source[row]);
    removeSource(s, t.faults[row]);
    removeSource(s, t.breaks[row]);
    uncharge(s, t.allocator[row], COST.process);
    releaseRow(t, row);
  },
);

export const threadCreated = transition(
  'thread_created',
  { about: 'A thread of a process was made.', fields: ['row', 'koid', 'process', 'priority'] },
  (s, row, koid, process, priority) => {
    const t = s.threads;
    takeRow(t, row);
    t.koid[row] = koid;
    s.nextKoid = koid + 1;
    t.state[row] = TASK_STATE.NEW;
    t.process[row] = process;
    t.priority[row] = priority;
    t.saveArea[row] = -1;
    t.queueNext[row] = -1;
    t.queuePrevious[row] = -1;
    t.deadlineSlot[row] = -1;
    t.basePriority[row] = priority;
    t.firstWait[row] = -1;
    t.firstLock[row] = -1;
    t.firstClaim[row] = -1;
    t.lendsTo[row] = -1;
    t.firstLender[row] = -1;
    t.nextLender[row] = -1;
    t.previousLender[row] = -1;
    t.suspensions[row] = s.processes.suspensions[process];
    t.held[row] = s.processes.held[process];
    t.reply[row] = -1;
    t.waiter[row] = nextRow(s.registrations);
    blankRegistration(s, t.waiter[row], ROLE.WAIT);
    s.registrations.thread[t.waiter[row]] = row;
    t.source[row] = addSource(s, OBJECT_TYPE.thread, row, SOURCE.LIFECYCLE);
    t.faults[row] = addSource(s, OBJECT_TYPE.thread, row, SOURCE.FAULT);
    t.breaks[row] = addSource(s, OBJECT_TYPE.thread, row, SOURCE.BREAK);
    t.firstOwing[row] = -1;
    t.nextFaulted[row] = -1;
    t.previousFaulted[row] = -1;
    const first = s.processes.firstThread[process];
    t.nextInProcess[row] = first;
    t.previousInProcess[row] = -1;
    if (first >= 0) t.previousInProcess[first] = row;
    s.processes.firstThread[process] = row;
    s.processes.liveThreads[process]++;
    countThread(s, process, 1);
    charge(s, s.processes.allocator[process], COST.thread);
  },
);

function makeReady(s: MutableState, row: number): void {
  s.threads.state[row] = TASK_STATE.RUNNABLE;
  s.threads.unblockedBy[row] = s.seq;
  if (s.threads.suspensions[row] === 0) enterReadyQueue(s, row);
}

/** The running thread has the hart no more. */
export function leaveHart(s: MutableState, row: number): void {
  s.threads.timeUsed[row] += s.time - s.currentSince;
  s.current = -1;
}

export const threadStarted = transition(
  'thread_started',
  { about: 'A thread may run for the first time.', fields: ['row'] },
  (s, row) => {
    makeReady(s, row);
    s.processes.startedThreads[s.threads.process[row]]++;
  },
);

export const threadDispatched = timedTransition(
  'thread_dispatched',
  {
    about: 'A thread got the hart, until its quantum is over at the latest if others wait.',
    time: 'quantum_end',
    fields: ['row'],
  },
  (s, quantumEnd, row) => {
    must(s.current < 0, 'a thread was dispatched while another has the hart');
    leaveReadyQueue(s, row);
    s.current = row;
    s.currentSince = s.time;
    s.quantumEnd = quantumEnd;
  },
);

export const threadRequeued = transition(
  'thread_requeued',
  {
    about: 'The running thread gave up the hart: it yielded or its quantum was over. It went to the tail of its level.',
    fields: ['row'],
  },
  (s, row) => {
    must(s.current === row, 'a thread was requeued that was not running');
    leaveHart(s, row);
    enterReadyQueue(s, row);
  },
);

export const threadPreempted = transition(
  'thread_preempted',
  {
    about: 'A thread of higher priority pushed the running one off the hart. It went to the head of its level.',
    fields: ['row'],
  },
  (s, row) => {
    must(s.current === row, 'a thread was preempted that was not running');
    leaveHart(s, row);
    enterReadyQueueAtHead(s, row);
  },
);

export const threadPrioritySet = transition(
  'thread_priority_set',
  {
    about:
      'A thread was given another priority of its own. The one that counts is that, or a higher one that others lend it.',
    fields: ['row', 'priority'],
  },
  (s, row, priority) => {
    s.threads.basePriority[row] = priority;
    setPriority(s, row, priorityOf(s, row, HIGHEST));
  },
);

export const threadBlocked = timedTransition(
  'thread_blocked',
  {
    about:
      'The running thread began to wait, at most until the deadline. A futex is known by its memory object (a koid) and the offset of its word there (`key`); `owner` is the koid of the thread that holds it, 0 for none.',
    time: 'deadline',
    fields: ['row', 'on', 'address', 'object', 'key', 'owner'],
    formats: { address: 'hexadecimal', key: 'hexadecimal' },
  },
  (s, deadline, row, on, address, object, key, owner) => {
    must(s.current === row, 'a thread began to wait that was not running');
    const t = s.threads;
    leaveHart(s, row);
    t.state[row] = TASK_STATE.BLOCKED;
    t.blockedOn[row] = on;
    t.blockedAddress[row] = address;
    t.blockedObject[row] = object;
    t.blockedKey[row] = key;
    t.blockedOwner[row] = owner;
    if (on === BLOCKED_ON.FUTEX) enterFutexQueue(s, row);
    if (deadline !== Number.POSITIVE_INFINITY) enterDeadline(s, row, deadline);
  },
);

export const threadWaits = timedTransition(
  'thread_waits',
  {
    about:
      'The running thread began to wait at a source, at most until the deadline; with source -1 at those that were added before, or for something that has none. `a`, `b` and `c` are what the end of the wait needs: addresses, options.',
    time: 'deadline',
    fields: ['row', 'on', 'source', 'a', 'b', 'c'],
    formats: { a: 'hexadecimal', b: 'hexadecimal', c: 'hexadecimal' },
  },
  (s, deadline, row, on, source, a, b, c) => {
    must(s.current === row, 'a thread began to wait that was not running');
    const t = s.threads;
    leaveHart(s, row);
    t.state[row] = TASK_STATE.BLOCKED;
    t.blockedOn[row] = on;
    t.wait0[row] = a;
    t.wait1[row] = b;
    t.wait2[row] = c;
    if (source >= 0) enterSource(s, t.waiter[row], source);
    if (deadline !== Number.POSITIVE_INFINITY) enterDeadline(s, row, deadline);
  },
);

/** Takes a waiting thread out of every queue that it is in. */
export function leaveWait(s: MutableState, row: number): void {
  const t = s.threads;
  const r = s.registrations;
  const waiter = t.waiter[row];
  if (r.state[waiter] === REGISTRATION_STATE.LISTENING) {
    leaveSource(s, waiter);
    r.state[waiter] = REGISTRATION_STATE.IDLE;
    r.source[waiter] = -1;
    r.answers[waiter] = 0;
  }
  while (t.firstWait[row] >= 0) {
    const item = t.firstWait[row];
    t.firstWait[row] = r.nextOfListener[item];
    leaveSource(s, item);
    releaseRow(r, item);
    uncharge(s, s.processes.allocator[t.process[row]], COST.registration);
  }
  t.wait0[row] = 0;
  t.wait1[row] = 0;
  t.wait2[row] = 0;
  leaveReply(s, row);
  if (t.blockedOn[row] === BLOCKED_ON.FUTEX) leaveFutexQueue(s, row);
  // Who stood behind it may be served now.
  if (t.blockedOn[row] === BLOCKED_ON.MEMORY) s.memoryChanges++;
  if (t.lendsTo[row] >= 0) leaveLenders(s, row);
  if (t.deadlineSlot[row] !== NO_DEADLINE) leaveDeadline(s, row);
  t.blockedOn[row] = BLOCKED_ON.NOTHING;
  t.blockedAddress[row] = 0;
  t.blockedObject[row] = 0;
  t.blockedKey[row] = 0;
  t.blockedOwner[row] = 0;
}

export const threadUnblocked = transition(
  'thread_unblocked',
  {
    about: "A thread's wait ended, with this status; it went to the tail of its level.",
    fields: ['row', 'status'],
    formats: { status: 'status' },
  },
  (s, row) => {
    must(s.threads.state[row] === TASK_STATE.BLOCKED, 'a thread was unblocked that was not blocked');
    leaveWait(s, row);
    makeReady(s, row);
  },
);

export const threadEnded = transition(
  'thread_ended',
  { about: 'A thread ended.', fields: ['row', 'reason'] },
  (s, row, reason) => {
    const t = s.threads;
    must(t.state[row] !== TASK_STATE.ENDED, 'a thread ended twice');
    if (s.current === row) leaveHart(s, row);
    else if (s.heldThread === row) s.heldThread = -1;
    else if (isReady(s, row)) leaveReadyQueue(s, row);
    else if (t.state[row] === TASK_STATE.BLOCKED) leaveWait(s, row);
    if (t.state[row] !== TASK_STATE.NEW) s.processes.startedThreads[t.process[row]]--;
    while (t.firstLender[row] >= 0) leaveLenders(s, t.firstLender[row]);
    if (s.monitor === row) s.monitor = -1;
    t.state[row] = TASK_STATE.ENDED;
    t.exitReason[row] = reason;
    s.processes.liveThreads[t.process[row]]--;
    countThread(s, t.process[row], -1);
  },
);

export const threadRemoved = transition(
  'thread_removed',
  { about: 'A thread that nobody names went away.', fields: ['row'] },
  (s, row) => {
    const t = s.threads;
    const process = t.process[row];
    must(t.saveArea[row] < 0 && s.current !== row, 'a thread in use was removed');
    must(t.firstLock[row] < 0 && t.firstClaim[row] < 0, 'a thread was removed that owns a lock, or will');
    while (t.firstLender[row] >= 0) leaveLenders(s, t.firstLender[row]);
    const next = t.nextInProcess[row];
    const previous = t.previousInProcess[row];
    if (next >= 0) t.previousInProcess[next] = previous;
    if (previous >= 0) t.nextInProcess[previous] = next;
    else s.processes.firstThread[process] = next;
    if (t.state[row] !== TASK_STATE.ENDED) {
      s.processes.liveThreads[process]--;
      countThread(s, process, -1);
    }
    releaseRow(s.registrations, t.waiter[row]);
    removeSource(s, t.source[row]);
    removeSource(s, t.faults[row]);
    removeSource(s, t.breaks[row]);
    uncharge(s, s.processes.allocator[process], COST.thread);
    releaseRow(t, row);
  },
);
