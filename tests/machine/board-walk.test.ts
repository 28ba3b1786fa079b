/** Several harts: a time is the same by whatever way one comes to it. `npm run campaign:walks` goes farther. */
import { describe, expect, it } from 'vitest';
import { chooseBySeed } from '../../machine/index.js';
import { walkBoard } from './board-walk.js';
import { BY_LR_SC, BY_SWAP, LOCKED_COUNTER, randomSlices } from './spinning.js';

const PROGRAMS = { LOCKED_COUNTER, BY_SWAP, BY_LR_SC };
const MOVES = 60;

describe.each([2, 3, 4])('a random walk of a board with %i harts comes to the same times by any way', (harts) => {
  it.each(Object.entries(PROGRAMS))('%s', (_name, lines) => {
    for (const seed of [1, 2]) {
      const short = { lines, harts, choose: randomSlices(seed, 7) };
      expect(walkBoard(short, seed, MOVES)).toBeGreaterThan(MOVES / 4);
      expect(walkBoard({ lines, harts, choose: chooseBySeed(seed) }, seed + 10, MOVES)).toBeGreaterThan(MOVES / 4);
    }
  });
});
