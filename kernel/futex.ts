/**
 * Futexes: a word in memory on which threads wait. The kernel knows a word only while somebody waits for it, by its physical
 * address; each word has one queue, first in first out, for all processes that share the memory.
 */
import { STATUS } from '../syscalls/errors.js';
import { BLOCKED_ON } from '../syscalls/layouts.js';
import { threadName } from './blocked.js';
import type { Kernel } from './kernel.js';
import { futexBucket } from './state/queues.js';
import { deliver } from './tasks/thread.js';
import { threadUnblocked } from './transitions/tasks.js';

/** Ends a thread's wait with a status. */
export function unblock(k: Kernel, thread: number, status: number): void {
  deliver(k, thread, status);
  k.journal.commit(threadUnblocked, thread, status);
  k.observer?.resumed?.(threadName(k.state, thread), status);
}

/** Wakes at most `count` of those that wait for the word at a physical address; gives how many. */
export function wakeFutex(k: Kernel, key: number, count: number): number {
  const { futexHead, threads } = k.state;
  let woken = 0;
  for (let thread = futexHead[futexBucket(key)]; thread >= 0 && woken < count; ) {
    const next = threads.queueNext[thread];
    if (threads.blockedKey[thread] === (key | 0)) {
      unblock(k, thread, STATUS.OK);
      woken++;
    }
    thread = next;
  }
  return woken;
}

/** The status with which a wait ends whose deadline came. */
export function statusAtDeadline(blockedOn: number): number {
  return blockedOn === BLOCKED_ON.SLEEP ? STATUS.OK : STATUS.TIMED_OUT;
}
