/**
 * What LR has reserved, on all harts (unprivileged manual, 14.2): one word each.
 *
 * A reservation ends with SC, with a trap and with a store to a device of its own hart, and with anything that stores to the
 * word from elsewhere. Harts take turns, so the stores that matter are those of the hart that executes now: the frames that
 * the others have words of are watched while it does. A board with one hart never pays for that.
 */
import { MachineError } from '../errors.js';
import { FRAME_BYTES, FRAME_SHIFT } from '../memory/layout.js';
import { type PhysicalMemory, WATCH } from '../memory/physical-memory.js';
import type { Tlb } from './tlb.js';

const NONE = -1;
const NOBODY = -1;
const WORD_BYTES = 4;

export class Reservations {
  /** By hart: offset in RAM of the word, or NONE. */
  private readonly words: Int32Array;
  private executing = NOBODY;
  private readonly watchedFrames: number[] = [];

  constructor(
    harts: number,
    private readonly memory: PhysicalMemory,
    /** Byte offset of RAM in the board's memory. */
    private readonly ramStart: number,
  ) {
    this.words = new Int32Array(harts).fill(NONE);
    memory.beforeReservedWrite = (offset, length) => this.beforeWrite(offset, length);
  }

  /** The hart reserves the word at `offset` of RAM. */
  reserve(hart: number, offset: number): void {
    this.words[hart] = offset;
  }

  /** Whether the hart has the word at `offset` of RAM reserved. */
  holds(hart: number, offset: number): boolean {
    return this.words[hart] === offset;
  }

  /** The word that the hart has reserved, as an offset in RAM, or -1. */
  of(hart: number): number {
    return this.words[hart];
  }

  drop(hart: number): void {
    this.words[hart] = NONE;
  }

  /** From now on the hart with this TLB executes, on a board with several. */
  enter(hart: number, tlb: Tlb): void {
    if (hart === this.executing) return;
    this.executing = hart;
    const { words, memory, watchedFrames } = this;
    for (const frame of watchedFrames) memory.watched[frame] &= ~WATCH.RESERVED;
    watchedFrames.length = 0;
    for (let other = 0; other < words.length; other++) {
      if (other === hart || words[other] === NONE) continue;
      const frame = words[other] >>> FRAME_SHIFT;
      memory.watched[frame] |= WATCH.RESERVED;
      watchedFrames.push(frame);
      tlb.guardFrame(this.ramStart + frame * FRAME_BYTES);
    }
  }

  /** The word of RAM, or -1, that each hart has reserved. */
  snapshot(): number[] {
    return [...this.words];
  }

  /**
   * Takes back what `snapshot` gave; no TLB may let a hart store anywhere by itself. Throws MachineError if it cannot have
   * been that.
   */
  restore(words: readonly number[]): void {
    const inRam = (word: number) => word >= 0 && word < this.memory.bytes && word % WORD_BYTES === 0;
    if (words.length !== this.words.length || !words.every((word) => word === NONE || inRam(word))) {
      throw new MachineError('the reservations of the harts are damaged');
    }
    this.words.set(words);
    this.executing = NOBODY;
  }

  private beforeWrite(offset: number, length: number): void {
    const { words, executing } = this;
    for (let hart = 0; hart < words.length; hart++) {
      const hit = words[hart] < offset + length && words[hart] + WORD_BYTES > offset;
      if (hit && hart !== executing) words[hart] = NONE;
    }
  }
}
