/**
 * A pair of compiled processes that deal with each other: over a channel, through interrupts of a device, for a lock. Prints one
 * line of JSON: rounds a second, as the median of short turns.
 *
 * Arguments: which pair, seconds of warm-up, seconds.
 */
import { performance } from 'node:perf_hooks';
import { PAIRS, type PairName, systemWith } from '../pairs.js';

/** Instructions in a turn: a few milliseconds, so that most turns are not interrupted by what else the host does. */
const TURN = 20_000;

const [name, ...times] = process.argv.slice(2);
const [warmUp, seconds] = times.map(Number);
const pair = PAIRS[name as PairName];
const system = systemWith(pair);

function roundsPerSecond(): number {
  const before = pair.rounds(system);
  const begin = performance.now();
  const outcome = system.run(TURN);
  if (outcome.kind !== 'limit') throw new Error(`the guests ended: ${outcome.kind}`);
  return ((pair.rounds(system) - before) / (performance.now() - begin)) * 1000;
}

function median(forSeconds: number): number {
  const rates: number[] = [];
  const end = performance.now() + forSeconds * 1000;
  while (performance.now() < end) rates.push(roundsPerSecond());
  return rates.sort((a, b) => a - b)[rates.length >> 1];
}

median(warmUp);
console.log(JSON.stringify({ roundsPerSecond: median(seconds) }));
