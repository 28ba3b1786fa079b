/**
 * `npm run campaign:calls -- CALLS SEED`: random calls of several processes, 2,000,000 from seed 1 where it says nothing, with
 * every invariant checked now and then and nothing left at the end; shows how far it is, and at last how the calls came back.
 */
import { makeMeaningfulCalls } from './calls.js';
import { Outcomes } from './outcomes.js';

/** Calls of one seed; the next ones have the next seed. */
const CHUNK = 100_000;
/** Instructions between two checks. */
const CHECK_EVERY = 2000;

function numberOf(text: string | undefined, fallback: number, name: string): number {
  const value = text === undefined ? fallback : Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1e9) return value;
  console.error(`${name} '${text}' is not a whole number from 1 to 1000000000`);
  process.exit(2);
}

const count = numberOf(process.argv[2], 2_000_000, 'CALLS');
const seed = numberOf(process.argv[3], 1, 'SEED');
const outcomes = new Outcomes();
for (let done = 0; done < count; done += CHUNK) {
  try {
    outcomes.add(makeMeaningfulCalls(seed + done / CHUNK, Math.min(CHUNK, count - done), CHECK_EVERY).outcomes);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(`again: npm run campaign:calls -- ${Math.min(CHUNK, count - done)} ${seed + done / CHUNK}`);
    process.exit(1);
  }
  console.log(`${Math.min(done + CHUNK, count)} calls`);
}
for (const line of outcomes.table()) console.log(line);
console.log(`and ${outcomes.submitted} calls that stood in rings`);
