/**
 * Suspensions. A token keeps a task from running until its last handle is closed; several tokens of one task count. A thread that
 * waits goes on waiting: its place in a queue, its deadline and what it lends stay as they are, and where its wait ends it has
 * the result, but runs only when it goes on (events.md, "Cancel, time, death").
 */
import { STATUS } from '../syscalls/errors.js';
import { BLOCKED_ON, TASK_STATE } from '../syscalls/layouts.js';
import { OBJECT_TYPE } from '../syscalls/objects.js';
import { mayRun } from './debug/world.js';
import type { Kernel } from './kernel.js';
import { isLive, nextRow } from './state/table.js';
import { savedRegister } from './tasks/registers.js';
import { taskResumed, taskSuspended } from './transitions/suspension.js';

/** Registers of the set GENERAL: the pc, and x1 to x31. */
export const GENERAL_WORDS = 32;

/** Has a process or thread ended? */
export function hasEnded(k: Kernel, type: number, task: number): boolean {
  const { processes, threads } = k.state;
  const table = type === OBJECT_TYPE.thread ? threads : processes;
  return table.state[task] === TASK_STATE.ENDED;
}

/** Suspends a process or thread that has not ended: the row of the token, or a negative status. The payer has room for it. */
export function suspend(k: Kernel, allocator: number, type: number, task: number): number {
  const row = nextRow(k.state.tokens);
  if (row < 0) return STATUS.NO_RESOURCES;
  k.journal.commit(taskSuspended, row, k.state.nextKoid, allocator, type, task);
  return row;
}

/** A token that nobody names lets its task go on. */
export function removeTokenIfUnused(k: Kernel, row: number): void {
  const { tokens } = k.state;
  if (!isLive(tokens, row) || tokens.references[row] > 0) return;
  const type = tokens.type[row];
  const task = tokens.task[row];
  const allocator = tokens.allocator[row];
  k.journal.commit(taskResumed, row);
  k.mayBeUnused(type === OBJECT_TYPE.thread ? 'thread' : 'process', task);
  k.mayBeUnused('allocator', allocator);
}

/**
 * Can the registers of a thread be read and written? It was started, has not ended, and is suspended, stopped at a fault, or
 * stopped with the world.
 */
export function hasStillRegisters(k: Kernel, thread: number): boolean {
  const { state, suspensions, blockedOn } = k.state.threads;
  const started = state[thread] === TASK_STATE.RUNNABLE || state[thread] === TASK_STATE.BLOCKED;
  if (!started) return false;
  if (suspensions[thread] > 0 || blockedOn[thread] === BLOCKED_ON.FAULT) return true;
  return k.state.isWorldHeld !== 0 && !mayRun(k, thread);
}

/** The pc and x1 to x31 of a thread that is suspended: it has not the hart, so they lie in its save area. */
export function readRegisters(k: Kernel, thread: number): Uint8Array {
  const words = new Int32Array(GENERAL_WORDS);
  const from = (savedRegister(k, thread, 0) - k.memory.base) >> 2;
  for (let i = 0; i < GENERAL_WORDS; i++) words[i] = k.memory.i32[from + i];
  return new Uint8Array(words.buffer);
}

export function writeRegisters(k: Kernel, thread: number, words: Int32Array): void {
  const at = savedRegister(k, thread, 0);
  for (let i = 0; i < GENERAL_WORDS; i++) k.memory.writeWord(at + i * 4, words[i]);
}
