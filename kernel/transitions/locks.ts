/** Transitions of locks: who owns one, who lends its priority to whom, and cycles that were found. */
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { COST } from '../limits.js';
import { must } from '../panic.js';
import { enterLenders, leaveLenders, setPriority } from '../state/queues.js';
import { addSource, removeSource } from '../state/sources.js';
import type { MutableState } from '../state/state.js';
import { releaseRow, takeRow } from '../state/table.js';
import { QUEUE } from '../state/tables.js';
import { transition } from '../state/transition.js';
import { charge, uncharge } from './memory.js';

export const lockCreated = transition(
  'lock_created',
  { about: 'A lock was made; nobody owns it.', fields: ['row', 'koid', 'allocator'] },
  (s, row, koid, allocator) => {
    const t = s.locks;
    takeRow(t, row);
    t.koid[row] = koid;
    s.nextKoid = koid + 1;
    t.allocator[row] = allocator;
    t.owner[row] = -1;
    t.nextOfOwner[row] = -1;
    t.previousOfOwner[row] = -1;
    t.highest[row] = -1;
    t.queue[row] = addSource(s, OBJECT_TYPE.lock, row, QUEUE.LOCK);
    charge(s, allocator, COST.lock);
  },
);

function leaveOwner(s: MutableState, row: number): void {
  const t = s.locks;
  const owner = t.owner[row];
  if (owner < 0) return;
  const next = t.nextOfOwner[row];
  const previous = t.previousOfOwner[row];
  if (next >= 0) t.previousOfOwner[next] = previous;
  if (previous >= 0) t.nextOfOwner[previous] = next;
  else s.threads.firstLock[owner] = next;
  t.nextOfOwner[row] = -1;
  t.previousOfOwner[row] = -1;
  t.owner[row] = -1;
}

export const lockOwned = transition(
  'lock_owned',
  {
    about:
      'A lock has another owner: a thread, or nobody (-1). `owner_died`: that the owner before died is still to be told, or a packet tells it. `highest` is the highest priority of those who wait on, `registration` the number of that of the pool through which the owner got it.',
    fields: ['row', 'owner', 'owner_died', 'highest', 'registration'],
  },
  (s, row, owner, ownerDied, highest, registration) => {
    const t = s.locks;
    leaveOwner(s, row);
    t.ownerDied[row] = ownerDied;
    t.highest[row] = highest;
    t.grant[row] = registration;
    if (owner < 0) return;
    const first = s.threads.firstLock[owner];
    t.owner[row] = owner;
    t.nextOfOwner[row] = first;
    if (first >= 0) t.previousOfOwner[first] = row;
    s.threads.firstLock[owner] = row;
  },
);

export const lockHighestSet = transition(
  'lock_highest_set',
  {
    about: 'The highest priority in the queue for a lock is another one; -1: nobody waits.',
    fields: ['row', 'highest'],
  },
  (s, row, highest) => {
    s.locks.highest[row] = highest;
  },
);

export const lockRemoved = transition(
  'lock_removed',
  { about: 'A lock that nobody names went away.', fields: ['row'] },
  (s, row) => {
    const t = s.locks;
    leaveOwner(s, row);
    must(t.claims[row] === 0, 'a lock went away while a pool stood in its queue');
    removeSource(s, t.queue[row]);
    uncharge(s, t.allocator[row], COST.lock);
    releaseRow(t, row);
  },
);

export const claimMade = transition(
  'claim_made',
  {
    about: 'A pool stands in the queue for a lock, for this thread.',
    fields: ['registration', 'lock', 'thread'],
  },
  (s, row, lock, thread) => {
    const r = s.registrations;
    const first = s.threads.firstClaim[thread];
    r.nextClaim[row] = first;
    r.previousClaim[row] = -1;
    if (first >= 0) r.previousClaim[first] = row;
    s.threads.firstClaim[thread] = row;
    s.locks.claims[lock]++;
  },
);

export const claimEnded = transition(
  'claim_ended',
  {
    about: 'A pool stands in the queue for a lock no more: the thread owns the lock, or will not.',
    fields: ['registration', 'lock'],
  },
  (s, row, lock) => {
    const r = s.registrations;
    const next = r.nextClaim[row];
    const previous = r.previousClaim[row];
    if (next >= 0) r.previousClaim[next] = previous;
    if (previous >= 0) r.nextClaim[previous] = next;
    else s.threads.firstClaim[r.subject[row]] = next;
    r.nextClaim[row] = -1;
    r.previousClaim[row] = -1;
    s.locks.claims[lock]--;
  },
);

export const threadLends = transition(
  'thread_lends',
  { about: 'A thread that waits for a futex lends its priority to the owner that it named.', fields: ['row', 'owner'] },
  (s, row, owner) => enterLenders(s, row, owner),
);

export const futexPassed = transition(
  'futex_passed',
  {
    about:
      'Those who wait on for a futex and named one thread as its owner now name another: the first that was woken.',
    fields: ['object', 'key', 'from', 'to'],
    formats: { key: 'hexadecimal' },
  },
  (s, object, key, from, to) => {
    const t = s.threads;
    for (let row = t.firstLender[from]; row >= 0; ) {
      const next = t.nextLender[row];
      if (t.blockedObject[row] === object && t.blockedKey[row] === key) {
        leaveLenders(s, row);
        enterLenders(s, row, to);
        t.blockedOwner[row] = t.koid[to];
      }
      row = next;
    }
  },
);

export const threadPriorityLent = transition(
  'thread_priority_lent',
  { about: 'What others lend a thread gave it another priority.', fields: ['row', 'priority'] },
  (s, row, priority) => {
    setPriority(s, row, priority);
  },
);

export const deadlockFound = transition(
  'deadlock_found',
  {
    about:
      'A wait would have closed a cycle; one record for each member, the caller first. `thread` waits (`on`: BLOCKED_ON) for the lock or the memory object of the futex (all koids), which `holder` owns, or will own before it (`claimed`: through a pool ahead in the queue).',
    fields: ['thread', 'on', 'object', 'key', 'holder', 'claimed'],
    formats: { key: 'hexadecimal' },
  },
  () => {
    // Nothing changes: the wait did not begin.
  },
);
