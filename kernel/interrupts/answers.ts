/** Answers to interrupts. */
import { STATUS } from '../../syscalls/errors.js';
import type { Kernel } from '../kernel.js';
import { KernelPanic } from '../panic.js';

/** The listener of a registration owed an answer and is gone: that counts as one. */
export function interruptAnswered(_k: Kernel, registration: number): void {
  throw new KernelPanic(`registration ${registration} cannot owe an answer yet`);
}

/** An answer to an interrupt: OK, or NOT_FOUND where nobody owes it. */
export function resolveInterrupt(_k: Kernel, _interrupt: number, _token: number, _verdict: number): number {
  return STATUS.NOT_FOUND;
}
