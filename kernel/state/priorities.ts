/**
 * Priorities with what is lent: who waits for a thread lends it its own, through chains of any length.
 *
 * - Who waits for a lock lends to its owner. A pool in the queue lends the priority that was set for the thread it names: that
 *   thread runs on, so what others lend it goes no further.
 * - Who waits for a futex lends to the owner that it named.
 *
 * Every lock keeps the highest priority in its queue, so that nothing here depends on the length of a queue unless its highest
 * has left.
 */
import type { State } from './state.js';

/** What an entry of a lock's queue lends. */
export function lentByEntry(s: State, registration: number): number {
  const { thread, subject } = s.registrations;
  const waiter = thread[registration];
  return waiter >= 0 ? s.threads.priority[waiter] : s.threads.basePriority[subject[registration]];
}

/** The highest priority in a lock's queue without one entry, -1 for none; the search ends where it finds `most`. */
export function highestInQueue(s: State, lock: number, most: number, without = -1): number {
  const { next } = s.registrations;
  let highest = -1;
  for (let row = s.sources.head[s.locks.queue[lock]]; row >= 0 && highest < most; row = next[row]) {
    if (row !== without) highest = Math.max(highest, lentByEntry(s, row));
  }
  return highest;
}

/** The priority of a thread with all that is lent to it; the search ends where it finds `most`. */
export function priorityOf(s: State, thread: number, most: number): number {
  const { threads, locks } = s;
  let highest = threads.basePriority[thread];
  for (let lock = threads.firstLock[thread]; lock >= 0 && highest < most; lock = locks.nextOfOwner[lock])
    highest = Math.max(highest, locks.highest[lock]);
  for (let lender = threads.firstLender[thread]; lender >= 0 && highest < most; lender = threads.nextLender[lender])
    highest = Math.max(highest, threads.priority[lender]);
  return highest;
}
