/**
 * Which thread has the hart: fixed priorities, the head of the highest level that is not empty, a quantum in instructions.
 *
 * - A woken thread goes to the tail of its level. One whose quantum is over goes to the tail, if others of its level wait.
 * - A thread of a higher priority takes the hart at the end of the step that made it ready; the other goes to the head of its
 *   level, and has a new quantum when its turn comes.
 * - The timer is armed only when somebody waits: for a deadline, or for the hart.
 */

import { CSR } from '../machine/index.js';
import { threadName } from './blocked.js';
import { CHOICE, OFFERED_THREADS } from './choices.js';
import type { Kernel } from './kernel.js';
import { satpOf } from './memory/page-tables.js';
import { earliestDeadline } from './state/deadline-heap.js';
import { ROOT_PATH } from './state/state.js';
import { savedOffset } from './tasks/registers.js';
import { threadDispatched, threadPreempted, threadRequeued } from './transitions/tasks.js';

/** mstatus.MPP: the privilege mode that mret returns to (privileged specification, 3.1.6.1). */
const MSTATUS_MPP = 3 << 11;

function highestReady(readyLevels: number): number {
  return 31 - Math.clz32(readyLevels);
}

/** Ends a step: whoever should have the hart gets it. */
export function schedule(k: Kernel): void {
  const { state } = k;
  if (state.rootPath === ROOT_PATH.DECIDING) dispatchMonitor(k);
  else if (state.current >= 0 && state.readyLevels !== 0) {
    const level = highestReady(state.readyLevels);
    const own = state.threads.priority[state.current];
    if (level > own) k.journal.commit(threadPreempted, state.current);
    else if (level === own && state.time >= state.quantumEnd) k.journal.commit(threadRequeued, state.current);
  }
  if (state.current < 0 && state.readyLevels !== 0) dispatch(k);
  if (state.current !== k.loaded) switchTo(k, state.current);
  armTimer(k);
}

/** The world is stopped and programs debug: the thread of theirs that runs has the hart, without any timer. */
export function runStopped(k: Kernel): void {
  const { state } = k;
  if (state.current !== k.loaded) switchTo(k, state.current);
  if (k.timerAt === Number.POSITIVE_INFINITY) return;
  k.board.clint.setTimecmp(Number.POSITIVE_INFINITY);
  k.timerAt = Number.POSITIVE_INFINITY;
}

/** The machine is out of frames: the monitor has the hart, whatever else could run, until its time is over. */
function dispatchMonitor(k: Kernel): void {
  const { state } = k;
  const { monitor } = state;
  if (state.current === monitor) return;
  if (state.current >= 0) k.journal.commit(threadPreempted, state.current);
  k.journal.commitAt(threadDispatched, state.rootDeadline, monitor);
  k.observer?.dispatched?.(threadName(state, monitor));
}

/** The running thread gives the rest of its quantum away. */
export function yieldHart(k: Kernel): void {
  const { state } = k;
  if (state.readyHead[state.threads.priority[state.current]] >= 0) k.journal.commit(threadRequeued, state.current);
}

function dispatch(k: Kernel): void {
  const { state } = k;
  const level = highestReady(state.readyLevels);
  let thread = state.readyHead[level];
  let quantum = k.quantum;
  if (k.choices !== undefined) {
    let ready = 0;
    for (let at = thread; at >= 0 && ready < OFFERED_THREADS; at = state.threads.queueNext[at]) ready++;
    for (let skip = k.choose(CHOICE.THREAD, ready); skip > 0; skip--) thread = state.threads.queueNext[thread];
    quantum = 1 + k.choose(CHOICE.QUANTUM, 2 * k.quantum - 1);
  }
  k.journal.commitAt(threadDispatched, state.time + quantum, thread);
  k.observer?.dispatched?.(threadName(state, thread));
}

/** Saves the registers of the thread that had the hart, and loads those of the one that has it now (-1: none). */
function switchTo(k: Kernel, thread: number): void {
  const { hart, memory } = k;
  if (k.loaded >= 0) {
    const area = savedOffset(k, k.loaded, 0);
    memory.writeWords(area, hart.x);
    memory.putWord(area, hart.csr.mepc);
  }
  k.loaded = -1;
  if (thread < 0 || k.scripts?.has(thread)) return;
  const from = savedOffset(k, thread, 0) >> 2;
  const { x, csr } = hart;
  const { i32 } = memory;
  // As a write of mepc: its bit 0 is always 0.
  csr.mepc = i32[from] & ~1;
  for (let i = 1; i < 32; i++) x[i] = i32[from + i];
  if ((csr.mstatus & MSTATUS_MPP) !== 0) hart.csrWrite(CSR.mstatus, csr.mstatus & ~MSTATUS_MPP);
  const process = k.state.threads.process[thread];
  if (process !== k.loadedSpace) {
    hart.csrWrite(CSR.satp, satpOf(k, process));
    hart.sfenceVma();
    k.loadedSpace = process;
  }
  k.loaded = thread;
}

/** Sets the timer to whatever comes first. */
function armTimer(k: Kernel): void {
  const { state } = k;
  let at = earliestDeadline(state);
  // Most often nobody is ready, and then it does not matter at which priority.
  if (
    state.readyLevels !== 0 &&
    state.current >= 0 &&
    state.quantumEnd < at &&
    state.readyHead[state.threads.priority[state.current]] >= 0
  )
    at = state.quantumEnd;
  if (state.rootPath === ROOT_PATH.DECIDING) at = state.rootDeadline;
  if (at === k.timerAt) return;
  k.board.clint.setTimecmp(at);
  k.timerAt = at;
}
