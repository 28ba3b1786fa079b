/**
 * `npm run campaign:model -- SEQUENCES SEED`: plays so many random sequences on the kernel and on the model (100,000 from seed 1
 * where it says nothing), shows how far it is, and ends with 1 and the shortest sequence at the first difference.
 */
import { search } from './search.js';

/** Sequences of one seed; the next ones have the next seed. */
const CHUNK = 1000;

function numberOf(text: string | undefined, fallback: number, name: string): number {
  const value = text === undefined ? fallback : Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1e9) return value;
  console.error(`${name} '${text}' is not a whole number from 1 to 1000000000`);
  process.exit(2);
}

const count = numberOf(process.argv[2], 100_000, 'SEQUENCES');
const seed = numberOf(process.argv[3], 1, 'SEED');
const outcomes = new Map<string, number>();
for (let done = 0; done < count; done += CHUNK) {
  const found = search({ sequences: Math.min(CHUNK, count - done), seed: seed + done / CHUNK });
  if (found.disagreement !== undefined) {
    console.error(`\n${found.disagreement}`);
    process.exit(1);
  }
  for (const [outcome, times] of found.outcomes) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + times);
  if (process.stdout.isTTY || (done / CHUNK) % 10 === 9)
    process.stdout.write(
      `${process.stdout.isTTY ? '\r' : ''}${done + CHUNK} sequences agree${process.stdout.isTTY ? '' : '\n'}`,
    );
}
const sorted = [...outcomes].sort(([a], [b]) => (a < b ? -1 : 1));
console.log(`\n${count} sequences, kernel and model agree; how calls came back:`);
for (const [outcome, times] of sorted) console.log(`${String(times).padStart(9)}  ${outcome}`);
