/** Threads by name and number. */
import type { Debugging } from './debugging.js';

/** `main #5`; `#5` for one without a name, or that has gone. */
export function threadName(d: Debugging, koid: number): string {
  const name = d.nameOfThread(koid);
  return name === '' ? `#${koid}` : `${name} #${koid}`;
}
