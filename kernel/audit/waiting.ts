/** Threads that wait for records: each makes its call again in the step after which there is one for it. */
import { BLOCKED_ON, LAYOUTS, layoutBytes, TASK_STATE } from '../../syscalls/layouts.js';
import { LIMITS } from '../../syscalls/limits.js';
import type { Kernel } from '../kernel.js';
import { isAccessible, readUser } from '../memory/user-memory.js';
import { READABLE } from '../memory/vmar.js';
import { isLive } from '../state/table.js';
import { repeat } from '../tasks/waiting.js';
import { type AuditWindow, type Reader, WINDOW_RECORDS } from './window.js';

const FILTER_BYTES = layoutBytes(LAYOUTS.journal_filter);
/** A deadline, and then the types. */
const TYPES = 2;

/** What a call looks for, as its program wrote it; used again for each call. */
export const FILTER = new Int32Array(FILTER_BYTES / 4);
const BYTES = new Uint8Array(FILTER.buffer);

export function readFilter(k: Kernel, process: number, address: number): void {
  readUser(k, process, address, BYTES);
}

/** Does the filter that was read last ask for a type? */
export function isWanted(type: number): boolean {
  return ((FILTER[TYPES + (type >> 5)] >>> (type & 31)) & 1) !== 0;
}

/** Before the hart goes to whoever should have it: wakes those for whom something has come. In the order of their rows. */
export function settleAudit(k: Kernel, window: AuditWindow): void {
  window.takeBlock();
  const { waiting } = window;
  if (waiting.length > 0 && (window.asked < window.count || hasEnded(k, waiting))) {
    waiting.sort((a, b) => a - b);
    let kept = 0;
    for (let i = 0; i < waiting.length; i++) {
      const thread = waiting[i];
      if (!isWaiting(k, thread)) continue;
      if (mayGoOn(k, window, thread)) repeat(k, thread, true);
      else waiting[kept++] = thread;
    }
    waiting.length = kept;
  }
  window.asked = window.count;
}

function isWaiting(k: Kernel, thread: number): boolean {
  const { threads } = k.state;
  return (
    isLive(threads, thread) &&
    threads.state[thread] === TASK_STATE.BLOCKED &&
    threads.blockedOn[thread] === BLOCKED_ON.JOURNAL
  );
}

/** Has a process ended that one of them waits for? */
function hasEnded(k: Kernel, waiting: readonly number[]): boolean {
  for (let i = 0; i < waiting.length; i++)
    if (isWaiting(k, waiting[i]) && isOver(k, k.state.threads.wait1[waiting[i]])) return true;
  return false;
}

/** By koid, 0 for none: nothing will come of this process any more. */
export function isOver(k: Kernel, process: number): boolean {
  if (process === 0) return false;
  const { processes } = k.state;
  for (let row = 0; row < processes.used; row++)
    if (isLive(processes, row) && processes.koid[row] === process) return processes.state[row] === TASK_STATE.ENDED;
  return true;
}

function mayGoOn(k: Kernel, window: AuditWindow, thread: number): boolean {
  const { threads, processes } = k.state;
  const process = threads.process[thread];
  const address = threads.wait0[thread] >>> 0;
  const reader: Reader = {
    process: processes.koid[process],
    ofProcess: threads.wait1[thread],
    ofJob: threads.wait2[thread],
  };
  if (isOver(k, reader.ofProcess)) return true;
  // Whoever has unmapped it is told so by the call.
  if (address < LIMITS.userBase || !isAccessible(k, process, address, FILTER_BYTES, READABLE)) return true;
  readFilter(k, process, address);
  for (let number = Math.max(window.asked, window.count - WINDOW_RECORDS); number < window.count; number++)
    if (isWanted(window.typeOf(number)) && window.isFor(reader, number)) return true;
  return false;
}
