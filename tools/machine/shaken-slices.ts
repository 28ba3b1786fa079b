/** `--seed`: harts take turns as the seed says; each seed is another order, and the same one again. */
import type { ChooseSlice } from '../../machine/index.js';

/** Short slices find races between two instructions, long ones let work get done: lengths are spread over powers of two. */
const LONGEST_SHIFT = 12;

export function shakenSlices(seed: number): ChooseSlice {
  return ({ ready, turn }) => {
    const bits = scramble(scramble(seed) + turn);
    const length = 1 << (scramble(bits) % (LONGEST_SHIFT + 1));
    return { hart: ready[bits % ready.length], instructions: length + (bits % length) };
  };
}

/** The finaliser of MurmurHash3: every bit of the word changes half of the bits of the result, which is unsigned. */
function scramble(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
