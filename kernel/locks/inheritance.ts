/**
 * Priority inheritance: whoever owns what others wait for runs with at least their priority, and so does whom the owner waits
 * for. What is lent is kept up to date here, one record for each thread of a chain whose priority changes; `state/priorities.ts`
 * says what it has to be (invariant 25).
 *
 * A chain never closes: a wait that would close it is refused (`deadlock.ts`) or lends nothing. So every walk here ends after as
 * many threads as there are at the most.
 */
import { BLOCKED_ON } from '../../syscalls/layouts.js';
import type { Kernel } from '../kernel.js';
import { highestInQueue, priorityOf } from '../state/priorities.js';
import type { State } from '../state/state.js';
import { lockHighestSet, threadPriorityLent } from '../transitions/locks.js';
import { threadPrioritySet } from '../transitions/tasks.js';

/** The lock that a thread waits for, or -1. */
export function lockAwaited(s: State, thread: number): number {
  const { blockedOn, waiter } = s.threads;
  return blockedOn[thread] === BLOCKED_ON.LOCK ? s.sources.object[s.registrations.source[waiter[thread]]] : -1;
}

/** An entry with this priority came into the queue for a lock, or rose to it. */
export function queueRose(k: Kernel, lock: number, priority: number): void {
  const { locks } = k.state;
  if (priority <= locks.highest[lock]) return;
  k.journal.commit(lockHighestSet, lock, priority);
  raise(k, locks.owner[lock], priority);
}

/** An entry with this priority left the queue for a lock, or fell from it. `leaving` still stands there, but counts no more. */
export function queueFell(k: Kernel, lock: number, priority: number, leaving = -1): void {
  const { locks } = k.state;
  if (priority < locks.highest[lock]) return;
  const highest = highestInQueue(k.state, lock, priority, leaving);
  if (highest === locks.highest[lock]) return;
  k.journal.commit(lockHighestSet, lock, highest);
  settle(k, locks.owner[lock]);
}

/** Somebody lends a thread this priority from now on. -1 for no thread. */
export function raise(k: Kernel, thread: number, priority: number): void {
  const { threads, locks } = k.state;
  for (let at = thread; at >= 0 && priority > threads.priority[at]; ) {
    k.journal.commit(threadPriorityLent, at, priority);
    const lock = lockAwaited(k.state, at);
    if (lock < 0) at = threads.lendsTo[at];
    else {
      if (priority <= locks.highest[lock]) return;
      k.journal.commit(lockHighestSet, lock, priority);
      at = locks.owner[lock];
    }
  }
}

/** What is lent to a thread has become less, if anything: it gets the priority that is left. -1 for no thread. */
export function settle(k: Kernel, thread: number): void {
  const { threads, locks } = k.state;
  for (let at = thread; at >= 0; ) {
    const before = threads.priority[at];
    const priority = priorityOf(k.state, at, before);
    if (priority === before) return;
    k.journal.commit(threadPriorityLent, at, priority);
    const lock = lockAwaited(k.state, at);
    if (lock < 0) at = threads.lendsTo[at];
    else {
      if (before < locks.highest[lock]) return;
      const highest = highestInQueue(k.state, lock, before);
      if (highest === before) return;
      k.journal.commit(lockHighestSet, lock, highest);
      at = locks.owner[lock];
    }
  }
}

/** Gives a thread another priority of its own; what it lends follows. */
export function setBasePriority(k: Kernel, thread: number, priority: number): void {
  const { threads, locks, registrations, sources } = k.state;
  const base = threads.basePriority[thread];
  const before = threads.priority[thread];
  k.journal.commit(threadPrioritySet, thread, priority);
  const after = threads.priority[thread];
  const lock = lockAwaited(k.state, thread);
  if (after > before) {
    if (lock >= 0) queueRose(k, lock, after);
    else raise(k, threads.lendsTo[thread], after);
  } else if (after < before) {
    if (lock >= 0) queueFell(k, lock, before);
    else settle(k, threads.lendsTo[thread]);
  }
  for (let row = threads.firstClaim[thread]; row >= 0; row = registrations.nextClaim[row]) {
    const claimed = sources.object[registrations.source[row]];
    if (priority > base) queueRose(k, claimed, priority);
    else if (locks.highest[claimed] === base) queueFell(k, claimed, base);
  }
}
