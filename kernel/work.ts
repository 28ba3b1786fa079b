/**
 * The work list of a step (law 2): what a delivery causes beyond itself is put here and run in order before the step ends, so
 * that nothing recurses. Every kind has its handler in one table.
 */
import type { Kernel } from './kernel.js';

/** Kinds of work; each concerns one row. */
export const WORK = {
  /** A pool that was empty has packets. */
  RECEIVED: 0,
  /** An endpoint may have a sender and a receiver that can meet. */
  MEET: 1,
  /** Somebody listens to an interrupt that may be pending. */
  INTERRUPT: 2,
  /** An object that listeners want to hear of at once: its source. */
  LATE_LISTENER: 3,
} as const;

export type WorkHandler = (k: Kernel, row: number) => void;

export class WorkList {
  private readonly kinds: number[] = [];
  private readonly rows: number[] = [];
  private next = 0;

  /** Puts work at the end. */
  add(kind: number, row: number): void {
    this.kinds.push(kind);
    this.rows.push(row);
  }

  get isEmpty(): boolean {
    return this.next === this.kinds.length;
  }

  /** Runs everything, also what is added meanwhile. */
  run(k: Kernel, handlers: readonly WorkHandler[]): void {
    while (this.next < this.kinds.length) {
      const at = this.next++;
      handlers[this.kinds[at]](k, this.rows[at]);
    }
    this.kinds.length = 0;
    this.rows.length = 0;
    this.next = 0;
  }
}
