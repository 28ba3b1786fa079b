/** mcycle and minstret: 64-bit counters that can be written and stopped (privileged manual, 3.1.10 and 3.1.12). */
import { type StateReader, wideWords } from '../devices/device-state.js';

const WORD = 0xffff_ffffn;

export class Counter {
  /** Value less `now`, while it counts; the value itself, while it is stopped. */
  private offset = 0n;
  private stopped = false;

  /** `now` is what it counts: a whole number that only grows. */
  read(now: number): bigint {
    return BigInt.asUintN(64, this.stopped ? this.offset : this.offset + BigInt(now));
  }

  /** The low or high word, unsigned. */
  readWord(now: number, high: boolean): number {
    // Nearly every counter has never been written: no need for big integers then.
    if (this.offset === 0n && !this.stopped) return high ? Math.floor(now / 2 ** 32) : now >>> 0;
    const value = this.read(now);
    return Number(high ? value >> 32n : value & WORD);
  }

  /**
   * Replaces the low or high word. `now` is the count for the instruction that writes, `then` for the one behind it: what was
   * counted in between is lost, for the other word too (Zicsr 7.1).
   */
  writeWord(now: number, then: number, high: boolean, word: number): void {
    const old = this.read(now);
    const bits = BigInt(word >>> 0);
    const value = high ? (bits << 32n) | (old & WORD) : ((old >> 32n) << 32n) | bits;
    this.offset = this.stopped ? value : value - BigInt(then);
  }

  /** Words for `restore`. */
  snapshot(): number[] {
    return [...wideWords(this.offset), Number(this.stopped)];
  }

  restore(reader: StateReader): void {
    this.offset = reader.wide();
    this.stopped = reader.flag();
  }

  stop(now: number, stopped: boolean): void {
    if (stopped === this.stopped) return;
    const value = this.read(now);
    this.offset = stopped ? value : value - BigInt(now);
    this.stopped = stopped;
  }
}
