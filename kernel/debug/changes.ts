/** What a debugger outside the machine can change in a program; done when it asks, and again when its run is gone through again. */
import { TASK_STATE } from '../../syscalls/layouts.js';
import type { Kernel } from '../kernel.js';
import { isLive } from '../state/table.js';
import { endProcess, KILLED } from '../tasks/process.js';
import { savedRegister } from '../tasks/registers.js';
import { DebugHost } from './host.js';
import { writeMemory } from './memory.js';

/** pc, and x1 to x31. */
export const GENERAL_WORDS = 32;

/** Sets the general registers of a thread, wherever they are. */
export function setRegisters(k: Kernel, thread: number, words: Int32Array): void {
  if (k.loaded === thread) {
    for (let i = 1; i < GENERAL_WORDS; i++) k.hart.x[i] = words[i];
    k.hart.pc = words[0] >>> 0;
    return;
  }
  const at = savedRegister(k, thread, 0);
  for (let i = 0; i < GENERAL_WORDS; i++) k.memory.writeWord(at + i * 4, words[i]);
}

export function kill(k: Kernel, process: number): void {
  endProcess(k, process, KILLED);
  // The thread that had the hart may be gone.
  k.debug ??= new DebugHost();
  k.debug.owesSchedule = true;
}

/** Writes into the memory of the process with this koid again. */
export function repeatMemory(k: Kernel, koid: number, address: number, bytes: Uint8Array): void {
  const { processes } = k.state;
  for (let row = 0; row < processes.used; row++)
    if (isLive(processes, row) && processes.koid[row] === koid) writeMemory(k, row, address >>> 0, bytes);
}

/** Sets the registers of the thread with this koid again. */
export function repeatRegisters(k: Kernel, koid: number, bytes: Uint8Array): void {
  const { threads } = k.state;
  for (let row = 0; row < threads.used; row++)
    if (isLive(threads, row) && threads.koid[row] === koid) setRegisters(k, row, new Int32Array(bytes.buffer));
}

/** Kills the process with this koid again. */
export function repeatKill(k: Kernel, koid: number): void {
  const { processes } = k.state;
  for (let row = 0; row < processes.used; row++)
    if (isLive(processes, row) && processes.koid[row] === koid && processes.state[row] !== TASK_STATE.ENDED)
      kill(k, row);
}
