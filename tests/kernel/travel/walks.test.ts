/** Arriving at a moment by any way gives the same machine, kernel and journal. `npm run campaign:walks` goes farther. */
import { describe, expect, it } from 'vitest';
import { hasCompiler } from './guests.js';
import { WALKED, walkThrough } from './walks.js';

const MOVES = 20;

describe.skipIf(!hasCompiler)('a random walk comes to the same places by any way', () => {
  it.each(WALKED.map((walked) => [`${walked.path} ${walked.seed ?? ''}`, walked] as const))('%s', async (_, walked) => {
    expect(await walkThrough(walked, 1, MOVES, false)).toBeGreaterThan(MOVES / 10);
    expect(await walkThrough(walked, 2, MOVES, true)).toBeGreaterThan(MOVES / 10);
  });
});
