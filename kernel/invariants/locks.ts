/** 23 to 25: owners, queues, and what is lent: recomputed from nothing but who waits for whom. */
import { BLOCKED_ON, TASK_STATE } from '../../syscalls/layouts.js';
import type { Kernel } from '../kernel.js';
import { REGISTRATION_STATE, ROLE } from '../state/tables.js';
import { type Report, rows } from './report.js';

/** 23, 24: waiters imply an owner, owners list their locks, claims stand in the queue and in the list of their thread. */
export function checkLocks(k: Kernel, report: Report): void {
  const { locks, threads, sources, registrations: r } = k.state;
  const owned = new Map<number, number>();
  const claimed = new Map<number, number>();
  for (const thread of rows(threads)) {
    for (let lock = threads.firstLock[thread], previous = -1; lock >= 0; lock = locks.nextOfOwner[lock]) {
      report(!owned.has(lock), () => `23: lock row ${lock} has two owners`);
      if (owned.has(lock)) break;
      owned.set(lock, thread);
      report(locks.previousOfOwner[lock] === previous, () => `23: lock row ${lock} is not linked both ways`);
      previous = lock;
    }
    for (let row = threads.firstClaim[thread]; row >= 0; row = r.nextClaim[row]) {
      report(!claimed.has(row), () => `23: registration row ${row} claims a lock for two threads`);
      if (claimed.has(row)) break;
      claimed.set(row, thread);
    }
    report(
      threads.state[thread] !== TASK_STATE.ENDED || (threads.firstLock[thread] < 0 && threads.firstClaim[thread] < 0),
      () => `23: thread row ${thread} has ended and owns a lock, or will`,
    );
  }
  for (const lock of rows(locks)) {
    const owner = locks.owner[lock];
    report(owner === (owned.get(lock) ?? -1), () => `23: the owner of lock row ${lock} does not list it`);
    report(
      owner >= 0 || sources.head[locks.queue[lock]] < 0,
      () => `24: lock row ${lock} is free, and somebody waits for it`,
    );
    let claims = 0;
    for (let row = sources.head[locks.queue[lock]]; row >= 0; row = r.next[row]) if (r.pool[row] >= 0) claims++;
    report(locks.claims[lock] === claims, () => `23: lock row ${lock} counts the pools in its queue wrong`);
  }
  for (const row of rows(r)) {
    const isClaim = r.role[row] === ROLE.LOCK && r.state[row] === REGISTRATION_STATE.LISTENING;
    report(
      (claimed.get(row) ?? -1) === (isClaim ? r.subject[row] : -1),
      () => `23: registration row ${row} is not in the list of the thread for which it claims a lock`,
    );
  }
}

/** 25: priorities as they are kept are those that follow from who waits for whom. */
export function checkInheritance(k: Kernel, report: Report): void {
  const { locks, threads, sources, registrations: r } = k.state;
  const priority = new Map<number, number>();
  const lenders: (readonly [from: number, to: number])[] = [];
  for (const thread of rows(threads)) {
    priority.set(thread, threads.basePriority[thread]);
    const on = threads.blockedOn[thread];
    const to =
      on === BLOCKED_ON.LOCK
        ? locks.owner[sources.object[r.source[threads.waiter[thread]]]]
        : on === BLOCKED_ON.FUTEX
          ? threads.lendsTo[thread]
          : -1;
    if (to >= 0) lenders.push([thread, to]);
    report(
      on === BLOCKED_ON.FUTEX || threads.lendsTo[thread] < 0,
      () => `25: thread row ${thread} lends to the owner of a futex and waits for none`,
    );
  }
  for (const row of rows(r)) {
    if (r.role[row] !== ROLE.LOCK || r.state[row] !== REGISTRATION_STATE.LISTENING) continue;
    const owner = locks.owner[sources.object[r.source[row]]];
    priority.set(owner, Math.max(priority.get(owner) ?? 0, threads.basePriority[r.subject[row]]));
  }
  // As often as there are threads: longer no chain can be.
  for (let changed = true, round = 0; changed && round <= threads.live; round++) {
    changed = false;
    for (const [from, to] of lenders) {
      const lent = priority.get(from) ?? 0;
      if (lent <= (priority.get(to) ?? 0)) continue;
      priority.set(to, lent);
      changed = true;
    }
  }
  for (const [thread, expected] of priority) {
    report(
      threads.state[thread] === TASK_STATE.ENDED || threads.priority[thread] === expected,
      () => `25: thread row ${thread} has priority ${threads.priority[thread]}, it follows ${expected}`,
    );
  }
  for (const lock of rows(locks)) {
    let highest = -1;
    for (let row = sources.head[locks.queue[lock]]; row >= 0; row = r.next[row])
      highest = Math.max(
        highest,
        r.thread[row] >= 0 ? threads.priority[r.thread[row]] : threads.basePriority[r.subject[row]],
      );
    report(
      locks.highest[lock] === highest,
      () => `25: the highest priority in the queue of lock row ${lock} is ${highest}, not ${locks.highest[lock]}`,
    );
  }
  for (const thread of rows(threads)) {
    for (let lender = threads.firstLender[thread]; lender >= 0; lender = threads.nextLender[lender])
      report(
        threads.lendsTo[lender] === thread,
        () => `25: thread row ${lender} is among those who lend to row ${thread}`,
      );
  }
}
