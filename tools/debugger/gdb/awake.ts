/**
 * Keeps the host awake for a moment after a packet: gdb sends thousands one after the other, each when it has the answer to the one
 * before, and a process that went to sleep in between takes longer to wake up than to answer.
 */
import { performance } from 'node:perf_hooks';

/** How long after the last packet, ms. */
const MOMENT = 2;

export class Awake {
  private until = 0;
  private isAwake = false;

  /** A packet came: another one may follow at once. */
  stay(): void {
    this.until = performance.now() + MOMENT;
    if (this.isAwake) return;
    this.isAwake = true;
    this.turn();
  }

  private turn(): void {
    this.isAwake = performance.now() < this.until;
    if (this.isAwake) setImmediate(() => this.turn());
  }
}
