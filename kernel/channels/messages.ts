/** Messages that nobody has received yet. */
import type { Kernel } from '../kernel.js';
import { KernelPanic } from '../panic.js';

/** A message will not be received: what it holds is closed. */
export function dropMessage(_k: Kernel, message: number): void {
  throw new KernelPanic(`message ${message} cannot be there yet`);
}
