/**
 * One call while it is made: the registers, what the checks found, and the results. There is one frame, used again for every
 * call, so that a call allocates nothing.
 */
import { LAST_DEADLINE } from '../limits.js';

/** Registers that a call can use for results: a1 to a4. */
const RESULTS = 4;

/** The high word of a deadline that never comes. */
const NEVER_HIGH = LAST_DEADLINE / 0x1_0000_0000;

export class CallFrame {
  thread = -1;
  process = -1;
  number = 0;
  /** a0 to a5, signed. */
  readonly words = new Int32Array(6);
  /** For each register that holds a handle: the row of the handle, and of the object that it names; -1 where it is 0. */
  readonly handles = new Int32Array(6);
  readonly objects = new Int32Array(6);
  /** a1 and up. */
  readonly results = new Int32Array(RESULTS);
  resultCount = 0;
  /** ns for which the clock of the process has stood still so far: its time is that much less than the machine's. */
  clockHeld = 0;
  /** The call stands in a ring: nothing waits there. */
  inRing = false;

  /** A register as an unsigned number. */
  unsigned(register: number): number {
    return this.words[register] >>> 0;
  }

  /** The deadline of a wait, in two registers, by the machine's clock; in a ring it has always passed. */
  time(register: number): number {
    return this.inRing ? Number.NEGATIVE_INFINITY : this.instant(register) + this.clockHeld;
  }

  /**
   * A duration, or a time by the clock of the process that nobody waits for in this call, in two registers, in ns; infinity from
   * 2^51 on, negative numbers as they are.
   */
  instant(register: number): number {
    const high = this.words[register + 1];
    if (high >= NEVER_HIGH) return Number.POSITIVE_INFINITY;
    return high * 0x1_0000_0000 + (this.words[register] >>> 0);
  }

  result(word: number): void {
    this.results[this.resultCount++] = word;
  }

  resultTime(time: number): void {
    // `|` takes the low 32 bits of any number; `%` of doubles would be slow.
    this.result(time | 0);
    this.result(Math.floor(time / 0x1_0000_0000));
  }
}
