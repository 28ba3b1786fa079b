/** Answers to faults: PASS, HANDLED, KILL_THREAD, KILL_PROCESS. What they come to is decided at the end of the step. */
import { STATUS } from '../../syscalls/errors.js';
import type { Kernel } from '../kernel.js';
import { FAULT_OWED } from '../state/owing.js';
import { registrationBucket } from '../state/sources.js';
import { faultAnswerGiven, faultEnded } from '../transitions/faults.js';
import { sourceAsked } from './asked.js';
import { STRENGTH_OF } from './strength.js';

/** Gives the answer with this token, of who listened at that object: OK, NOT_FOUND where nobody owes it, or INVALID_ARGS. */
export function resolveFault(k: Kernel, type: number, object: number, token: number, verdict: number): number {
  const strength = STRENGTH_OF[verdict];
  if (strength === undefined) return STATUS.INVALID_ARGS;
  const row = findOwing(k, type, object, token);
  if (row < 0) return STATUS.NOT_FOUND;
  k.journal.commit(faultAnswerGiven, row, strength);
  return STATUS.OK;
}

/** The registration that owes the answer with this token about a fault of that thread, or below that process or job; or -1. */
function findOwing(k: Kernel, type: number, object: number, token: number): number {
  const { registrations: r, registrationChain, sources } = k.state;
  let row = registrationChain[registrationBucket(token)];
  while (row >= 0 && r.number[row] !== token) row = r.hashNext[row];
  if (row < 0 || r.owes[row] < FAULT_OWED) return -1;
  // A thread that was told has left the source: where it was asked is in the fault.
  const source = sourceAsked(k.state, r.owes[row] - FAULT_OWED);
  return sources.type[source] === type && sources.object[source] === object ? row : -1;
}

/** The listener of a registration owed an answer to a fault and is gone. */
export function faultUnanswered(k: Kernel, registration: number): void {
  k.journal.commit(faultAnswerGiven, registration, 0);
}

/** A thread that is stopped at a fault is killed: no phase follows, and nobody owes an answer any more. */
export function abandonFault(k: Kernel, thread: number): void {
  const { faultPhase, firstOwing } = k.state.threads;
  if (faultPhase[thread] === 0) return;
  while (firstOwing[thread] >= 0) k.journal.commit(faultAnswerGiven, firstOwing[thread], 0);
  k.journal.commit(faultEnded, thread, 0);
}
