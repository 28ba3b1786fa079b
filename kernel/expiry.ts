/** Deadlines of objects: timers fire, handlers of interrupts have had their time. */
import type { Kernel } from './kernel.js';
import { KernelPanic } from './panic.js';
import { FIRST_INTERRUPT, FIRST_TIMER } from './state/deadline-heap.js';

/** What has a deadline that came; it has another one, or none, afterwards. `code` as in the deadline heap. */
export function expireObject(_k: Kernel, code: number): void {
  const what = code < FIRST_INTERRUPT ? `timer row ${code - FIRST_TIMER}` : `interrupt row ${code - FIRST_INTERRUPT}`;
  throw new KernelPanic(`${what} cannot have a deadline yet`);
}
