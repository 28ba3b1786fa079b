/**
 * The queues that threads stand in: one run queue a priority level, and futex queues. A thread is in one queue at the most, so
 * all share the same two link columns. First in, first out. And for every thread those who lend it their priority because it
 * owns the futex that they wait for. Only transitions write them.
 */
import { TASK_STATE } from '../../syscalls/layouts.js';
import { FUTEX_BUCKETS, type MutableState, type State } from './state.js';

function append(s: MutableState, head: Int32Array, tail: Int32Array, queue: number, row: number): void {
  const { queueNext, queuePrevious } = s.threads;
  const last = tail[queue];
  queueNext[row] = -1;
  queuePrevious[row] = last;
  if (last >= 0) queueNext[last] = row;
  else head[queue] = row;
  tail[queue] = row;
}

function remove(s: MutableState, head: Int32Array, tail: Int32Array, queue: number, row: number): void {
  const { queueNext, queuePrevious } = s.threads;
  const next = queueNext[row];
  const previous = queuePrevious[row];
  if (next >= 0) queuePrevious[next] = previous;
  else tail[queue] = previous;
  if (previous >= 0) queueNext[previous] = next;
  else head[queue] = next;
  queueNext[row] = -1;
  queuePrevious[row] = -1;
}

export function enterReadyQueue(s: MutableState, row: number): void {
  const level = s.threads.priority[row];
  append(s, s.readyHead, s.readyTail, level, row);
  s.readyLevels |= 1 << level;
}

/** For a thread that a higher priority pushed off the hart: it keeps its turn. */
export function enterReadyQueueAtHead(s: MutableState, row: number): void {
  const level = s.threads.priority[row];
  const first = s.readyHead[level];
  s.threads.queueNext[row] = first;
  s.threads.queuePrevious[row] = -1;
  if (first >= 0) s.threads.queuePrevious[first] = row;
  else s.readyTail[level] = row;
  s.readyHead[level] = row;
  s.readyLevels |= 1 << level;
}

export function leaveReadyQueue(s: MutableState, row: number): void {
  const level = s.threads.priority[row];
  remove(s, s.readyHead, s.readyTail, level, row);
  if (s.readyHead[level] < 0) s.readyLevels &= ~(1 << level);
}

/** Does a thread stand in a run queue? It could run, has not the hart, and nothing keeps it from running. */
export function isReady(s: State, row: number): boolean {
  const { state, suspensions } = s.threads;
  return state[row] === TASK_STATE.RUNNABLE && suspensions[row] === 0 && s.current !== row && s.heldThread !== row;
}

/** Gives a thread another priority; where it stands in a run queue it goes to the tail of its new level. */
export function setPriority(s: MutableState, row: number, priority: number): void {
  const ready = isReady(s, row);
  if (ready) leaveReadyQueue(s, row);
  s.threads.priority[row] = priority;
  if (ready) enterReadyQueue(s, row);
}

/** The chain of futex queues that holds the waiters for a word, by the koid of its memory object and its offset there. */
export function futexBucket(object: number, key: number): number {
  return (Math.imul((key >>> 2) + Math.imul(object, 0x85ebca6b), 0x9e3779b1) >>> 16) & (FUTEX_BUCKETS - 1);
}

function bucketOf(s: MutableState, row: number): number {
  return futexBucket(s.threads.blockedObject[row], s.threads.blockedKey[row]);
}

export function enterFutexQueue(s: MutableState, row: number): void {
  append(s, s.futexHead, s.futexTail, bucketOf(s, row), row);
}

export function leaveFutexQueue(s: MutableState, row: number): void {
  remove(s, s.futexHead, s.futexTail, bucketOf(s, row), row);
}

/** A thread that waits for a futex lends its priority to the owner. */
export function enterLenders(s: MutableState, row: number, owner: number): void {
  const t = s.threads;
  const first = t.firstLender[owner];
  t.lendsTo[row] = owner;
  t.nextLender[row] = first;
  t.previousLender[row] = -1;
  if (first >= 0) t.previousLender[first] = row;
  t.firstLender[owner] = row;
}

/** What a thread lent to the owner of a futex ends. */
export function leaveLenders(s: MutableState, row: number): void {
  const t = s.threads;
  const next = t.nextLender[row];
  const previous = t.previousLender[row];
  if (next >= 0) t.previousLender[next] = previous;
  if (previous >= 0) t.nextLender[previous] = next;
  else t.firstLender[t.lendsTo[row]] = next;
  t.lendsTo[row] = -1;
  t.nextLender[row] = -1;
  t.previousLender[row] = -1;
}
