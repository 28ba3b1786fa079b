/**
 * Answers to interrupts. Every handler that was told owes one: by event_resolve, or by its death, the end of its registration or
 * of its time, which count as HANDLED. With the last answer the line opens; what it asks for then comes at once.
 */
import { STATUS } from '../../syscalls/errors.js';
import { fire } from '../events/broadcast.js';
import type { Kernel } from '../kernel.js';
import { registrationBucket } from '../state/sources.js';
import { ANSWER, answerGiven, interruptFinished } from '../transitions/interrupts.js';
import { WORK } from '../work.js';
import { completeLine } from './controller.js';

/** An answer to an interrupt, a VERDICT: OK, or NOT_FOUND where nobody owes it. */
export function resolveInterrupt(k: Kernel, interrupt: number, token: number, verdict: number): number {
  const row = findOwing(k, interrupt, token);
  if (row < 0) return STATUS.NOT_FOUND;
  answer(k, row, verdict);
  return STATUS.OK;
}

/** The registration that owes the answer with this token, or -1. */
function findOwing(k: Kernel, interrupt: number, token: number): number {
  const { registrations: r, registrationChain } = k.state;
  let row = registrationChain[registrationBucket(token)];
  while (row >= 0 && r.number[row] !== token) row = r.hashNext[row];
  return row >= 0 && r.owes[row] === interrupt + 1 ? row : -1;
}

/** The listener of a registration owed an answer and is gone: that counts as one. */
export function interruptAnswered(k: Kernel, registration: number): void {
  answer(k, registration, ANSWER.NONE);
}

/** The handlers of an interrupt have had their time. */
export function expireInterrupt(k: Kernel, row: number): void {
  const { firstOwing } = k.state.interrupts;
  while (firstOwing[row] >= 0) k.journal.commit(answerGiven, firstOwing[row], ANSWER.NONE);
  finish(k, row);
}

function answer(k: Kernel, registration: number, answered: number): void {
  const row = k.state.registrations.owes[registration] - 1;
  k.journal.commit(answerGiven, registration, answered);
  if (k.state.interrupts.owed[row] === 0) finish(k, row);
}

/** Every handler has answered. */
function finish(k: Kernel, row: number): void {
  const { interrupts } = k.state;
  const wasClaimed = interrupts.claimed[row] !== 0;
  const line = interrupts.line[row];
  k.journal.commit(interruptFinished, row);
  if (interrupts.stuck[row] !== 0) {
    fire(k, interrupts.observers[row], STATUS.BAD_STATE, 0, line);
    return;
  }
  // The controller looks at the line again, and interrupts at once where it is high, or had an edge.
  if (wasClaimed) completeLine(k, line);
  if (interrupts.latched[row] !== 0) k.work.add(WORK.INTERRUPT, row);
}
