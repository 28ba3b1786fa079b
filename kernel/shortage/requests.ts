/**
 * Requests for memory that wait. A thread whose call or page fault finds no memory, and which is to wait for it (MEMORY_WAIT),
 * stands in the queue of the allocator that is short: one FIFO, served strictly from the head. When its request fits, its bytes are
 * charged for it, and it does again what it did: nobody can take them in between. A request is given up at its deadline, or when
 * everybody was asked for memory in vain: the call ends with NO_MEMORY, the fault is one.
 */
import { STATUS } from '../../syscalls/errors.js';
import { BLOCKED_ON, FAULT_DETAIL } from '../../syscalls/layouts.js';
import { raiseFault } from '../faults/phases.js';
import type { Kernel } from '../kernel.js';
import { freeBytes } from '../memory/frames.js';
import { savedPc } from '../tasks/faults.js';
import { repeat, unblock } from '../tasks/waiting.js';
import { memoryGrantEnded, memoryGranted } from '../transitions/shortage.js';
import { threadWaits } from '../transitions/tasks.js';
import { owesMemoryAnswer } from './tokens.js';

/** As the cause of a request: a system call. */
export const BY_CALL = 0;

/** May a thread wait for memory? Who owes an answer to a shortage may not: its answer might be what it waits for. */
export function mayWait(k: Kernel, thread: number): boolean {
  const { threads } = k.state;
  return threads.memoryWait[thread] > 0 && !owesMemoryAnswer(k, threads.process[thread]);
}

/** The running thread waits for what did not fit. `cause`: of its page fault at `address`, or BY_CALL. */
export function waitForMemory(k: Kernel, thread: number, cause: number, address: number): void {
  const { allocator, bytes } = k.shortage;
  const deadline = k.now + k.state.threads.memoryWait[thread];
  const queue = k.state.allocators.waiters[allocator];
  k.journal.commitAt(threadWaits, deadline, thread, BLOCKED_ON.MEMORY, queue, bytes, cause, address);
}

/** The thread at the head of the queue of an allocator, or -1. */
export function firstWaiting(k: Kernel, allocator: number): number {
  const { sources, registrations, allocators } = k.state;
  const head = sources.head[allocators.waiters[allocator]];
  return head < 0 ? -1 : registrations.thread[head];
}

/** Grants what fits, from the head on. */
export function serve(k: Kernel, allocator: number): void {
  const { threads, allocators } = k.state;
  for (let thread = firstWaiting(k, allocator); thread >= 0; thread = firstWaiting(k, allocator)) {
    const bytes = threads.wait0[thread] >>> 0;
    if (bytes > freeBytes(k, allocator) - allocators.reserve[allocator]) return;
    const byCall = threads.wait1[thread] === BY_CALL;
    k.journal.commit(memoryGranted, thread, allocator, bytes);
    repeat(k, thread, byCall);
  }
}

/** Ends the wait of a thread for memory without any. */
export function giveUp(k: Kernel, thread: number): void {
  const { threads } = k.state;
  const cause = threads.wait1[thread];
  if (cause === BY_CALL) unblock(k, thread, STATUS.NO_MEMORY);
  else raiseFault(k, thread, cause, savedPc(k, thread), threads.wait2[thread] >>> 0, FAULT_DETAIL.NO_MEMORY);
}

/** Gives up all requests that wait at an allocator; what fits once those before it are gone is served. */
export function giveUpAll(k: Kernel, allocator: number): void {
  for (let thread = firstWaiting(k, allocator); thread >= 0; thread = firstWaiting(k, allocator)) {
    giveUp(k, thread);
    serve(k, allocator);
  }
}

/** The allocator of the queue goes: nothing is charged to it, or will be. */
export function endQueue(k: Kernel, allocator: number): void {
  for (let thread = firstWaiting(k, allocator); thread >= 0; thread = firstWaiting(k, allocator)) giveUp(k, thread);
}

/** The thread does again what it was granted memory for, or ends: what was kept for it is free for that. */
export function endGrant(k: Kernel, thread: number): void {
  if (k.state.threads.grantOf[thread] !== 0) k.journal.commit(memoryGrantEnded, thread);
}
