/**
 * Answers to a shortage: RELEASED (memory was given back), GRANTED (quota comes with the answer), CANNOT. A listener that dies, or
 * whose registration or time ends, said CANNOT. At the end of the step waiting requests are served; with the last answer the
 * shortage goes on, or is over (`settleMemory`). Not at once: giving up may end whoever owes the answer to another shortage.
 */
import { STATUS } from '../../syscalls/errors.js';
import { VERDICT } from '../../syscalls/options.js';
import type { Kernel } from '../kernel.js';
import { registrationBucket } from '../state/sources.js';
import { memoryAnswerGiven } from '../transitions/shortage.js';
import { moveQuota } from './quota.js';

/** Gives the answer with this token: OK, NOT_FOUND where nobody owes it, or what stands against the grant. `from`: -1 for none. */
export function resolveShortage(
  k: Kernel,
  allocator: number,
  token: number,
  verdict: number,
  bytes: number,
  from: number,
): number {
  if (verdict !== VERDICT.RELEASED && verdict !== VERDICT.GRANTED && verdict !== VERDICT.CANNOT)
    return STATUS.INVALID_ARGS;
  if (verdict === VERDICT.GRANTED && (from < 0 || bytes === 0)) return STATUS.INVALID_ARGS;
  const row = findOwing(k, allocator, token);
  if (row < 0) return STATUS.NOT_FOUND;
  // The answerer may listen above the allocator that is short; the quota goes to that one.
  const short = -k.state.registrations.owes[row] - 1;
  if (verdict === VERDICT.GRANTED) {
    const status = moveQuota(k, from, short, bytes);
    if (status !== STATUS.OK) return status;
  }
  answer(k, row, verdict, bytes);
  return STATUS.OK;
}

/** The registration that listened to an allocator, heard of a shortage there or below it, and owes the answer with this token; or -1. */
function findOwing(k: Kernel, allocator: number, token: number): number {
  const { registrations: r, registrationChain, allocators } = k.state;
  let row = registrationChain[registrationBucket(token)];
  while (row >= 0 && r.number[row] !== token) row = r.hashNext[row];
  if (row < 0 || r.owes[row] >= 0) return -1;
  return allocators.asked[-r.owes[row] - 1] - 1 === allocator ? row : -1;
}

/** The listener of a registration owed an answer and is gone. */
export function shortageUnanswered(k: Kernel, registration: number): void {
  answer(k, registration, VERDICT.CANNOT, 0);
}

function answer(k: Kernel, registration: number, verdict: number, bytes: number): void {
  k.journal.commit(memoryAnswerGiven, registration, verdict, bytes, verdict === VERDICT.CANNOT ? 0 : 1);
}
