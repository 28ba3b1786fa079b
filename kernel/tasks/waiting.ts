/** How a thread's wait ends: with a status, and results where it will find them when it runs again. */
import { STATUS } from '../../syscalls/errors.js';
import { BLOCKED_ON } from '../../syscalls/layouts.js';
import { threadName } from '../blocked.js';
import { withdraw } from '../channels/replies.js';
import { tellReturnedLate, tellWoken } from '../debug/notices.js';
import type { Kernel } from '../kernel.js';
import { lockAwaited, queueFell, settle } from '../locks/inheritance.js';
import { threadUnblocked } from '../transitions/tasks.js';
import { deliver, returnToCall } from './registers.js';

/** Ends a thread's wait with a status. Results go in first, by `resultOf`. What it lent to others ends with the wait. */
export function unblock(k: Kernel, thread: number, status: number): void {
  leaveChannels(k, thread);
  const lock = lockAwaited(k.state, thread);
  const owner = k.state.threads.lendsTo[thread];
  endWait(k, thread, status);
  if (lock >= 0) queueFell(k, lock, k.state.threads.priority[thread]);
  else if (owner >= 0) settle(k, owner);
}

/** The same where it has been seen to already that nothing more is lent. */
export function endWait(k: Kernel, thread: number, status: number): void {
  deliver(k, thread, status);
  k.journal.commit(threadUnblocked, thread, status);
  k.observer?.resumed?.(threadName(k.state, thread), status);
  if (k.state.callCatches > 0) tellReturnedLate(k, thread, status);
  if (k.state.eventCatches > 0) tellWoken(k, thread, status);
}

/** Ends the wait of a thread so that it does again what led to it: its call (`byCall`), or the instruction that faulted. */
export function repeat(k: Kernel, thread: number, byCall: boolean): void {
  if (k.scripts?.has(thread)) k.scripts.repeat(thread);
  else if (byCall) returnToCall(k, thread);
  k.journal.commit(threadUnblocked, thread, STATUS.OK);
  k.observer?.resumed?.(threadName(k.state, thread), STATUS.OK);
}

/** Before a thread's wait ends: what it was sending, or was to be answered, goes with it. */
export function leaveChannels(k: Kernel, thread: number): void {
  const on = k.state.threads.blockedOn[thread];
  if (on === BLOCKED_ON.SEND || on === BLOCKED_ON.REPLY) withdraw(k, thread);
}

/** The status with which a wait ends whose deadline came. */
export function statusAtDeadline(blockedOn: number): number {
  return blockedOn === BLOCKED_ON.SLEEP ? STATUS.OK : STATUS.TIMED_OUT;
}
