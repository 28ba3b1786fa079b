/** The end of a process by a fault of one of its threads, and where that thread was. */
import { CSR } from '../../machine/index.js';
import { EXIT_REASON } from '../../syscalls/layouts.js';
import { threadName } from '../blocked.js';
import type { Kernel } from '../kernel.js';
import { endProcess } from './process.js';
import { savedRegister } from './registers.js';

/** Where a thread goes on: the pc that its trap saved, unsigned; 0 of a script. */
export function savedPc(k: Kernel, thread: number): number {
  if (k.scripts?.has(thread)) return 0;
  if (k.loaded === thread) return k.hart.csrRead(CSR.mepc);
  return k.memory.i32[(savedRegister(k, thread, 0) - k.memory.base) >> 2] >>> 0;
}

/** A thread's fault cannot be satisfied: its process ends, with the fault in its exit record. `detail`: FAULT_DETAIL. */
export function killByFault(
  k: Kernel,
  thread: number,
  cause: number,
  pc: number,
  address: number,
  detail: number,
): void {
  k.observer?.fault?.(threadName(k.state, thread), cause, pc, address);
  endProcess(k, k.state.threads.process[thread], {
    reason: EXIT_REASON.FAULT,
    code: detail,
    cause,
    pc,
    address,
    thread: k.state.threads.koid[thread],
  });
}
