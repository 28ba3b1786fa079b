/**
 * `npm run campaign:memory -- STEPS SEED`: processes on a tree of allocators that allocate, wait, answer, die and move quota at
 * random, 1,000,000 steps from seed 1 where it says nothing, with every invariant checked now and then and nothing left at the end.
 */
import { growTree } from './tree.js';

/** Instructions between two checks. */
const CHECK_EVERY = 1000;
/** Steps between two words about how far it is. */
const TELL_EVERY = 50_000;

function numberOf(text: string | undefined, fallback: number, name: string): number {
  const value = text === undefined ? fallback : Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1e9) return value;
  console.error(`${name} '${text}' is not a whole number from 1 to 1000000000`);
  process.exit(2);
}

const steps = numberOf(process.argv[2], 1_000_000, 'STEPS');
const seed = numberOf(process.argv[3], 1, 'SEED');
let told = 0;
try {
  const grown = growTree(seed, steps, CHECK_EVERY, (done) => {
    if (done < told + TELL_EVERY) return;
    told = done;
    console.error(`${done} steps`);
  });
  const { mostRunning, mostWaiting, died } = grown;
  console.log(
    `${grown.steps} steps, ${died} processes died, at most ${mostRunning} ran and ${mostWaiting} waited; nothing is left`,
  );
  for (const [outcome, count] of [...grown.outcomes].sort()) console.log(`${count} ${outcome}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`again: npm run campaign:memory -- ${steps} ${seed}`);
  process.exit(1);
}
