/**
 * Who is told of a fault. One that has the right RESOLVE owes an answer; one that cannot run is passed over: a thread is never its
 * own handler, nor is a process all of whose threads are stopped.
 */
import { CAUSE } from '../../machine/index.js';
import { STATUS } from '../../syscalls/errors.js';
import { BLOCKED_ON, TASK_STATE } from '../../syscalls/layouts.js';
import { SOURCE } from '../../syscalls/options.js';
import { eachListener } from '../events/broadcast.js';
import { deliverToPool, wakeWithEvent } from '../events/deliver.js';
import { Event } from '../events/event.js';
import { isPersistent } from '../events/listen.js';
import type { Kernel } from '../kernel.js';
import { isLive } from '../state/table.js';
import { sourceFired } from '../transitions/events.js';
import { faultAnswerGiven, faultAnswerOwed } from '../transitions/faults.js';

const event = new Event();

/** Tells all who listen at a source of the fault of a thread. */
export function tellListeners(k: Kernel, source: number, faulting: number): void {
  const { koid, faultCause, faultPc, faultAddress, faultDetail } = k.state.threads;
  const status = faultDetail[faulting];
  const cause = faultCause[faulting];
  const pc = faultPc[faulting];
  const address = faultAddress[faulting];
  k.journal.commit(sourceFired, source, status, 0, koid[faulting], cause, pc, address);
  eachListener(k, source, tellListener, faulting);
}

function tellListener(k: Kernel, registration: number, faulting: number): void {
  if (isStopped(k, registration)) return;
  const { registrations: r, threads } = k.state;
  const thread = r.thread[registration];
  const answers = thread < 0 ? r.answers[registration] !== 0 : mayAnswer(k, registration);
  const owing = thread < 0 ? registration : threads.waiter[thread];
  const owes = answers && r.owes[owing] === 0;
  const token = !owes ? 0 : thread < 0 ? r.number[registration] : k.state.nextRegistration;
  const cause = threads.faultCause[faulting];
  event.set(
    cause === CAUSE.BREAKPOINT ? SOURCE.BREAK : SOURCE.FAULT,
    threads.faultDetail[faulting],
    token,
    threads.koid[faulting],
    cause,
    threads.faultPc[faulting],
    threads.faultAddress[faulting],
  );
  if (thread >= 0) {
    if (wakeWithEvent(k, registration, event) === STATUS.OK && owes) k.journal.commit(faultAnswerOwed, owing, faulting);
    return;
  }
  // It owes before it is told: one that listens for one event alone ends with it, and is kept for its answer.
  if (owes) k.journal.commit(faultAnswerOwed, registration, faulting);
  deliverToPool(k, registration, event, isPersistent(r.options[registration]));
}

/** May a thread answer that waits here? By any of its entries at this source, which stand together. */
function mayAnswer(k: Kernel, registration: number): boolean {
  const { answers, thread, next } = k.state.registrations;
  for (let at = registration; at >= 0 && thread[at] === thread[registration]; at = next[at])
    if (answers[at] !== 0) return true;
  return false;
}

/** Does one of those who have to be asked owe the answer to another fault? */
export function isSomebodyBusy(k: Kernel, source: number): boolean {
  const { sources, registrations: r } = k.state;
  for (let row = sources.head[source]; row >= 0; row = r.next[row]) {
    if (r.pool[row] < 0 || r.answers[row] === 0 || r.owes[row] === 0 || isStopped(k, row)) continue;
    return true;
  }
  return false;
}

/** Answers that are owed by who cannot run any more are void. Whether there were any. */
export function passForStopped(k: Kernel, faulting: number): boolean {
  const { threads, registrations: r } = k.state;
  let passed = false;
  for (let row = threads.firstOwing[faulting]; row >= 0; ) {
    const next = r.nextOwing[row];
    if (isOwingStopped(k, row)) {
      k.journal.commit(faultAnswerGiven, row, 0);
      passed = true;
    }
    row = next;
  }
  return passed;
}

/** The thread that was woken with a token is stopped itself; or the process of a pool is. */
function isOwingStopped(k: Kernel, registration: number): boolean {
  const { thread } = k.state.registrations;
  return thread[registration] >= 0 ? isThreadStopped(k, thread[registration]) : isStopped(k, registration);
}

/** Can the listener of a registration not run: is the thread suspended, or is every thread of the process? */
function isStopped(k: Kernel, registration: number): boolean {
  const { thread, answers } = k.state.registrations;
  if (thread[registration] >= 0) return isThreadStopped(k, thread[registration]);
  return answers[registration] !== 0 && isProcessStopped(k, answers[registration]);
}

/** A debug session that stops a thread does not count: nobody can tell that it does. */
function isThreadStopped(k: Kernel, thread: number): boolean {
  const { state, blockedOn, suspensions, held } = k.state.threads;
  if (state[thread] === TASK_STATE.ENDED) return true;
  return blockedOn[thread] === BLOCKED_ON.FAULT || suspensions[thread] > bits(held[thread]);
}

function bits(mask: number): number {
  let count = 0;
  for (let left = mask; left !== 0; left &= left - 1) count++;
  return count;
}

/** By koid: is there no thread of the process left that could run, now or when its wait ends? */
function isProcessStopped(k: Kernel, koid: number): boolean {
  const { processes, threads } = k.state;
  for (let row = 0; row < processes.used; row++) {
    if (!isLive(processes, row) || processes.koid[row] !== koid) continue;
    for (let thread = processes.firstThread[row]; thread >= 0; thread = threads.nextInProcess[thread])
      if (threads.state[thread] !== TASK_STATE.NEW && !isThreadStopped(k, thread)) return false;
    return true;
  }
  return true;
}
