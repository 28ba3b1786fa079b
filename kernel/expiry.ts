/** Deadlines of objects: timers fire, handlers of interrupts and listeners of shortages have had their time. */
import { expireInterrupt } from './interrupts/answers.js';
import type { Kernel } from './kernel.js';
import { expireShortage } from './shortage/shortage.js';
import { FIRST_ALLOCATOR, FIRST_INTERRUPT, FIRST_TIMER } from './state/deadline-heap.js';
import { expireTimer } from './timers.js';

/** What has a deadline that came; it has another one, or none, afterwards. `code` as in the deadline heap. */
export function expireObject(k: Kernel, code: number): void {
  if (code < FIRST_INTERRUPT) expireTimer(k, code - FIRST_TIMER);
  else if (code < FIRST_ALLOCATOR) expireInterrupt(k, code - FIRST_INTERRUPT);
  else expireShortage(k, code - FIRST_ALLOCATOR);
}
