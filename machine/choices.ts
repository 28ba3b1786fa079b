/**
 * What a board leaves open, and who decides it. Whatever could go more than one way asks one function; a run depends on it,
 * and on what comes from outside, and on nothing else.
 *
 * Without that function harts take equal turns, which is a policy and no choice, and only what has to be random is drawn: from
 * a generator that always begins in the same way.
 */
import { MachineError } from './errors.js';

/** What is chosen. Numbers may stand in records: append, never reorder. */
export const BOARD_CHOICE = {
  /** Which of the harts that have something to do has the next slice, counted from the one whose turn it is. */
  HART: 0,
  /** The power of two from which on the slice is long: its instructions are 2^picked and what SLICE_REST adds. */
  SLICE_SCALE: 1,
  /** How many instructions more, less than 2^picked. */
  SLICE_REST: 2,
  /** The next byte of an entropy device. */
  ENTROPY: 3,
} as const;

export type BoardChoice = (typeof BOARD_CHOICE)[keyof typeof BOARD_CHOICE];

/**
 * Picks one of `count` ways (at least 2): a whole number from 0 to count - 1. `asked` is how many questions there were before.
 * Snapshots keep that number, so a function of these three alone goes on from one as it did the first time.
 */
export type Choose = (kind: BoardChoice, count: number, asked: number) => number;

/** What a board's parts ask. */
export class Choices {
  private asked = 0;

  constructor(private readonly source: Choose | undefined) {}

  /** Whether somebody decides. If not, there is nobody to ask where a policy will do. */
  get areMade(): boolean {
    return this.source !== undefined;
  }

  /** Throws RangeError if the answer is none of the ways. Where there is one way only, nobody is asked. */
  choose(kind: BoardChoice, count: number): number {
    if (count < 2) return 0;
    const picked = (this.source ?? ALWAYS_ALIKE)(kind, count, this.asked);
    if (!Number.isInteger(picked) || picked < 0 || picked >= count) {
      throw new RangeError(`a choice of ${count} ways got ${picked}`);
    }
    this.asked++;
    return picked;
  }

  /** How many questions there were, for `restore`. */
  snapshot(): number {
    return this.asked;
  }

  /** Takes back what `snapshot` gave. Throws MachineError if it cannot have been that. */
  restore(asked: number): void {
    if (!Number.isSafeInteger(asked) || asked < 0) throw new MachineError('the number of choices is damaged');
    this.asked = asked;
  }
}

/** Picks evenly, as the seed (0 to 2^32 - 1) says; the same seed gives the same picks. */
export function chooseBySeed(seed: number): Choose {
  return (_kind, count, asked) => seededPick(seed, asked, count);
}

/** One of `count` ways, for a question before which there were `asked` others. */
export function seededPick(seed: number, asked: number, count: number): number {
  // A Weyl sequence through a 32-bit finaliser: every seed is as good as every other, 0 too.
  const state = (seed + Math.imul(asked + 1, 0x9e3779b9)) | 0;
  let x = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  x = (x ^ (x >>> 15)) >>> 0;
  return Math.floor((x / 0x1_0000_0000) * count);
}

const ALWAYS_ALIKE = chooseBySeed(0);
