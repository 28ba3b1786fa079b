/**
 * Step 3: the monitor, a thread that was named at boot and waits in root_oom_wait. It is pinned: before it waits every page that
 * its process has mapped has a frame and its entry in the page table, so running it needs no memory. While it decides nobody
 * else runs and nothing is charged, not to itself either; it may close handles and kill.
 */
import { BLOCKED_ON, LAYOUTS, layoutBytes, TASK_STATE } from '../../syscalls/layouts.js';
import type { Kernel } from '../kernel.js';
import { MONITOR_INSTRUCTIONS } from '../limits.js';
import { isAccessible, physicalAddress } from '../memory/user-memory.js';
import { WRITABLE } from '../memory/vmar.js';
import { ROOT_PATH } from '../state/state.js';
import { isLive } from '../state/table.js';
import { resultOf } from '../tasks/registers.js';
import { endWait } from '../tasks/waiting.js';
import { monitorAsked } from '../transitions/root-oom.js';
import { ANYBODY, framesReached } from './use.js';
import { isProcessLeft, rankOf } from './victim.js';
import { framesFor, waitsAtRoot } from './wanted.js';

/** Bytes of what the monitor is told of a process. */
export const TASK_BYTES = layoutBytes(LAYOUTS.oom_task);

/** Does the monitor wait to be asked, and may it be for this thread's sake? Its own process's requests it cannot wait for. */
export function canAskMonitor(k: Kernel, thread: number): boolean {
  const { monitor, threads } = k.state;
  if (monitor < 0 || threads.blockedOn[monitor] !== BLOCKED_ON.ROOT_OOM || threads.suspensions[monitor] > 0)
    return false;
  if (thread < 0) return true;
  const canWait = k.state.current === thread || waitsAtRoot(k, thread);
  return canWait && threads.process[thread] !== threads.process[monitor];
}

/** Wakes the monitor: from now on it decides. */
export function askMonitor(k: Kernel): void {
  const { monitor, rootWanted, rootThread } = k.state;
  k.journal.commitAt(monitorAsked, k.now + MONITOR_INSTRUCTIONS);
  resultOf(k, monitor, 0, rootWanted);
  resultOf(k, monitor, 1, framesFor(k, rootThread));
  resultOf(k, monitor, 2, tellOfProcesses(k));
  endWait(k, monitor, 0);
}

/** Can the monitor still answer? Where it waits for anything, is suspended or gone, it cannot. */
export function isMonitorRunning(k: Kernel): boolean {
  const { monitor, threads } = k.state;
  return monitor >= 0 && threads.state[monitor] === TASK_STATE.RUNNABLE && threads.suspensions[monitor] === 0;
}

/** Is an answer awaited? */
export function isDeciding(k: Kernel): boolean {
  return k.state.rootPath === ROOT_PATH.DECIDING;
}

/** Writes of every process, as many as fit, where the monitor wants it; gives how many there are. */
function tellOfProcesses(k: Kernel): number {
  const { monitor, threads, processes, jobs } = k.state;
  const own = threads.process[monitor];
  const address = threads.wait0[monitor] >>> 0;
  const length = threads.wait1[monitor] >>> 0;
  // It may have unmapped its buffer by another thread.
  const room = isAccessible(k, own, address, length, WRITABLE) ? Math.floor(length / TASK_BYTES) : 0;
  let count = 0;
  for (let row = 0; row < processes.used; row++) {
    if (!isProcessLeft(k, row) || row === own) continue;
    if (count < room) {
      const at = address + count * TASK_BYTES;
      putWord(k, own, at, processes.koid[row]);
      putWord(k, own, at + 4, jobs.koid[processes.job[row]]);
      putWord(k, own, at + 8, rankOf(k, row));
      putWord(k, own, at + 12, framesReached(k, row, ANYBODY));
      putWord(k, own, at + 16, processes.name0[row]);
      putWord(k, own, at + 20, processes.name1[row]);
      putWord(k, own, at + 24, processes.name2[row]);
      putWord(k, own, at + 28, processes.name3[row]);
      putWord(k, own, at + 32, processes.name4[row]);
      putWord(k, own, at + 36, processes.name5[row]);
    }
    count++;
  }
  return count;
}

/** Words do not straddle pages: the buffer is aligned. A page without a frame was mapped after the wait began: it stays zeros. */
function putWord(k: Kernel, process: number, address: number, word: number): void {
  const physical = physicalAddress(k, process, address, false);
  if (physical >= 0) k.memory.writeWord(physical, word);
}

/** The row of the job with a koid that was not killed, or -1. */
export function jobWithKoid(k: Kernel, koid: number): number {
  const { jobs } = k.state;
  for (let row = 0; row < jobs.used; row++)
    if (isLive(jobs, row) && jobs.koid[row] === koid && jobs.killed[row] === 0) return row;
  return -1;
}

/** The row of the process with a koid that has not ended, or -1. */
export function processWithKoid(k: Kernel, koid: number): number {
  const { processes } = k.state;
  for (let row = 0; row < processes.used; row++) if (isProcessLeft(k, row) && processes.koid[row] === koid) return row;
  return -1;
}
