/**
 * `npm run campaign:walks -- MOVES SEED`: random walks through all runs of walks.ts and boards with several harts, 10,000 moves from
 * seed 1 where it says nothing; shows how far it is, and how often a moment was seen that had been seen before.
 */
import { chooseBySeed } from '../../../machine/index.js';
import { walkBoard } from '../../machine/board-walk.js';
import { BY_LR_SC, BY_SWAP, LOCKED_COUNTER, randomSlices } from '../../machine/spinning.js';
import { WALKED, walkThrough } from './walks.js';

function numberOf(text: string | undefined, fallback: number, name: string): number {
  const value = text === undefined ? fallback : Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1e9) return value;
  console.error(`${name} '${text}' is not a whole number from 1 to 1000000000`);
  process.exit(2);
}

/** Moves of one walk; the next have the next seed. */
const CHUNK = 250;

const moves = numberOf(process.argv[2], 10_000, 'MOVES');
const seed = numberOf(process.argv[3], 1, 'SEED');

const boards = [LOCKED_COUNTER, BY_SWAP, BY_LR_SC].flatMap((lines) => [2, 3, 4].map((harts) => ({ lines, harts })));
const kinds = [
  ...WALKED.flatMap((walked) =>
    [false, true].map((isDebugged) => ({
      name: `${walked.path}${walked.seed === undefined ? '' : `, schedule ${walked.seed}`}${isDebugged ? ', debugged' : ''}`,
      walk: (from: number, count: number) => walkThrough(walked, from, count, isDebugged),
    })),
  ),
  ...boards.map(({ lines, harts }, i) => ({
    name: `board ${i + 1} with ${harts} harts`,
    walk: async (from: number, count: number) => {
      const choose = from % 2 === 0 ? chooseBySeed(from) : randomSlices(from, 1 + (from % 50));
      return walkBoard({ lines, harts, choose }, from, count);
    },
  })),
];

let again = 0;
for (let done = 0, from = seed; done < moves; from++) {
  for (const { name, walk } of kinds) {
    if (done >= moves) break;
    const count = Math.min(CHUNK, moves - done);
    try {
      again += await walk(from, count);
    } catch (error) {
      console.error(`${name}, seed ${from}: ${error instanceof Error ? error.message : error}`);
      process.exit(1);
    }
    done += count;
    console.log(`${done} moves: ${name}`);
  }
}
console.log(`moments were seen again ${again} times, and were the same`);
