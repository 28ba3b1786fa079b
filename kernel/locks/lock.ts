/**
 * Locks: an owner or none, and one queue of threads and pools. A queue that is not empty implies an owner: release hands over
 * to its head in the same step, so that nobody can take the lock in between. Where the owner died, the next one is told, once.
 */
import { STATUS } from '../../syscalls/errors.js';
import { EVENT, PACKET } from '../../syscalls/options.js';
import { deliverToPool } from '../events/deliver.js';
import { Event } from '../events/event.js';
import type { Kernel } from '../kernel.js';
import { highestInQueue } from '../state/priorities.js';
import { freeRows, isLive, nextRow } from '../state/table.js';
import { QUEUE, REGISTRATION_STATE } from '../state/tables.js';
import { endWait, unblock } from '../tasks/waiting.js';
import { claimEnded, claimMade, lockCreated, lockOwned, lockRemoved } from '../transitions/locks.js';
import { queueFell, queueRose, raise, settle } from './inheritance.js';

const event = new Event();

/** Makes a lock; its row, or a negative status. The payer has room for it. */
export function createLock(k: Kernel, allocator: number): number {
  const row = nextRow(k.state.locks);
  if (row < 0 || freeRows(k.state.sources) < 1) return STATUS.NO_RESOURCES;
  k.journal.commit(lockCreated, row, k.state.nextKoid, allocator);
  return row;
}

/** Gives a free lock to a thread: OK, or OWNER_DIED. */
export function take(k: Kernel, lock: number, thread: number): number {
  const status = statusOfGrant(k, lock);
  k.journal.commit(lockOwned, lock, thread, 0, -1, 0);
  return status;
}

function statusOfGrant(k: Kernel, lock: number): number {
  return k.state.locks.ownerDied[lock] === 0 ? STATUS.OK : STATUS.OWNER_DIED;
}

/** The owner has a lock no more: the head of the queue does, or nobody. */
export function passOn(k: Kernel, lock: number, ownerDied: boolean): void {
  const { locks, sources, registrations: r } = k.state;
  const before = locks.owner[lock];
  const head = sources.head[locks.queue[lock]];
  if (head < 0) {
    k.journal.commit(lockOwned, lock, -1, ownerDied ? 1 : 0, -1, 0);
    return;
  }
  const isNews = ownerDied || (before < 0 && locks.ownerDied[lock] !== 0);
  const status = isNews ? STATUS.OWNER_DIED : STATUS.OK;
  const highest = highestInQueue(k.state, lock, locks.highest[lock], head);
  const waiter = r.thread[head];
  if (waiter >= 0) {
    k.journal.commit(lockOwned, lock, waiter, 0, highest, 0);
    endWait(k, waiter, status);
    raise(k, waiter, highest);
  } else {
    const thread = r.subject[head];
    k.journal.commit(claimEnded, head, lock);
    k.journal.commit(lockOwned, lock, thread, isNews ? 1 : 0, highest, r.number[head]);
    event.set(EVENT.LOCK, status, k.state.threads.koid[thread]);
    deliverToPool(k, head, event, false);
    raise(k, thread, highest);
  }
  settle(k, before);
}

/** A pool stands in the queue now, for a thread: it gets the lock at once where that is free. */
export function claim(k: Kernel, lock: number, registration: number, thread: number): void {
  k.journal.commit(claimMade, registration, lock, thread);
  if (k.state.locks.owner[lock] < 0) passOn(k, lock, false);
  else queueRose(k, lock, k.state.threads.basePriority[thread]);
}

/**
 * The registration of a pool in a lock's queue goes, by cancel or with its pool. Where the lock was granted through it and nobody
 * has read that, the grant is undone.
 */
export function dischargeClaim(k: Kernel, registration: number, poolGoes: boolean): void {
  const { locks, sources, registrations: r } = k.state;
  const source = r.source[registration];
  if (!isLive(sources, source) || sources.name[source] !== QUEUE.LOCK) return;
  const lock = sources.object[source];
  if (r.state[registration] === REGISTRATION_STATE.LISTENING) {
    const lent = k.state.threads.basePriority[r.subject[registration]];
    k.journal.commit(claimEnded, registration, lock);
    queueFell(k, lock, lent, registration);
  } else if (locks.grant[lock] === r.number[registration]) passOn(k, lock, poolGoes || locks.ownerDied[lock] !== 0);
}

/** A thread ends, or goes without having run: what it owns goes on, and nothing is kept for it. */
export function leaveLocks(k: Kernel, thread: number): void {
  const { threads, sources, registrations: r } = k.state;
  for (let row = threads.firstClaim[thread]; row >= 0; row = threads.firstClaim[thread])
    endClaim(k, row, sources.object[r.source[row]]);
  for (let lock = threads.firstLock[thread]; lock >= 0; lock = threads.firstLock[thread]) passOn(k, lock, true);
}

/** Nothing will come of a claim: a last packet says so. */
function endClaim(k: Kernel, registration: number, lock: number): void {
  const { threads, registrations } = k.state;
  const thread = registrations.subject[registration];
  const lent = threads.basePriority[thread];
  k.journal.commit(claimEnded, registration, lock);
  event.set(EVENT.LOCK, STATUS.CANCELED, threads.koid[thread]);
  deliverToPool(k, registration, event, false, PACKET.LAST | PACKET.ERROR);
  queueFell(k, lock, lent);
}

/** A lock that nobody names goes away: who waits for it hears CANCELED. */
export function removeLock(k: Kernel, lock: number): void {
  const { locks, sources, registrations: r } = k.state;
  const queue = locks.queue[lock];
  const owner = locks.owner[lock];
  const allocator = locks.allocator[lock];
  for (let row = sources.head[queue]; row >= 0; row = sources.head[queue]) {
    if (r.thread[row] >= 0) unblock(k, r.thread[row], STATUS.CANCELED);
    else endClaim(k, row, lock);
  }
  k.journal.commit(lockRemoved, lock);
  settle(k, owner);
  k.mayBeUnused('allocator', allocator);
}
