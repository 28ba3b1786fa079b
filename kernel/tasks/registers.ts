/** Where the registers of a thread are: on the hart while it has it, in its save area otherwise. */
import type { Kernel } from '../kernel.js';
import { frameAddress, frameOffset } from '../memory/frames.js';

/** Length of an ecall, which has no compressed form. */
export const ECALL_BYTES = 4;

/**
 * Physical address of a register in a thread's save area: words 1 to 31 are x1 to x31, word 0 is the pc. The rest of the frame
 * is for the registers that extensions bring.
 */
export function savedRegister(k: Kernel, thread: number, register: number): number {
  return frameAddress(k, k.state.threads.saveArea[thread]) + register * 4;
}

/** The same as an offset in RAM, for hot paths. */
export function savedOffset(k: Kernel, thread: number, register: number): number {
  return frameOffset(k.state.threads.saveArea[thread]) + register * 4;
}

/** Puts the status of a call, and further results, where the thread will find them when it runs again. */
export function deliver(k: Kernel, thread: number, status: number): void {
  if (k.loaded === thread) k.hart.x[10] = status;
  else k.memory.putWord(savedOffset(k, thread, 10), status);
}

/** Moves a thread that waits in a call back to the instruction that made it; its arguments are in their registers still. */
export function returnToCall(k: Kernel, thread: number): void {
  if (k.loaded === thread) k.hart.csr.mepc -= ECALL_BYTES;
  else {
    const at = savedOffset(k, thread, 0);
    k.memory.putWord(at, k.memory.i32[at >> 2] - ECALL_BYTES);
  }
}

/** Puts a result of the call in which a thread waits into its registers; `result` counts from 0, which is a1. */
export function resultOf(k: Kernel, thread: number, result: number, word: number): void {
  if (k.loaded === thread) k.hart.x[11 + result] = word;
  else k.memory.putWord(savedOffset(k, thread, 11 + result), word);
}
