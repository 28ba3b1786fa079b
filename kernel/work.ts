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
  /** A pool was parked for want of memory. */
  PARKED: 4,
  /** An allocator had no memory for what was delivered to a thread. */
  SHORT: 5,
} as const;

export type WorkHandler = (k: Kernel, row: number) => void;

export class WorkList {
  /** Kind and row of each entry, in turns; grows by doubling, and never shrinks: filling it again allocates nothing. */
  private words = new Int32Array(256);
  private length = 0;
  private next = 0;

  /** Puts work at the end. */
  add(kind: number, row: number): void {
    if (this.length === this.words.length) this.words = grown(this.words);
    this.words[this.length] = kind;
    this.words[this.length + 1] = row;
    this.length += 2;
  }

  get isEmpty(): boolean {
    return this.next === this.length;
  }

  /** Runs everything, also what is added meanwhile. */
  run(k: Kernel, handlers: readonly WorkHandler[]): void {
    while (this.next < this.length) {
      const at = this.next;
      this.next += 2;
      handlers[this.words[at]](k, this.words[at + 1]);
    }
    this.length = 0;
    this.next = 0;
  }
}

/** The same words with as much room again. */
export function grown(words: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const more = new Int32Array(words.length * 2);
  more.set(words);
  return more;
}
