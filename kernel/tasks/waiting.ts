/** How a thread's wait ends: with a status, and results where it will find them when it runs again. */
import { STATUS } from '../../syscalls/errors.js';
import { BLOCKED_ON } from '../../syscalls/layouts.js';
import { threadName } from '../blocked.js';
import type { Kernel } from '../kernel.js';
import { threadUnblocked } from '../transitions/tasks.js';
import { deliver } from './registers.js';

/** Ends a thread's wait with a status. Results go in first, by `resultOf`. */
export function unblock(k: Kernel, thread: number, status: number): void {
  deliver(k, thread, status);
  k.journal.commit(threadUnblocked, thread, status);
  k.observer?.resumed?.(threadName(k.state, thread), status);
}

/** The status with which a wait ends whose deadline came. */
export function statusAtDeadline(blockedOn: number): number {
  return blockedOn === BLOCKED_ON.SLEEP ? STATUS.OK : STATUS.TIMED_OUT;
}
