/**
 * Calls and replies between two compiled processes over a channel. Prints one line of JSON: round trips a second, as the median
 * of short turns.
 *
 * Arguments: seconds of warm-up, seconds.
 */
import { performance } from 'node:perf_hooks';
import { channelSystem } from '../channel-guests.js';

/** Instructions in a turn, and steps of a round trip: call, reply, receive. */
const TURN = 300_000;
const STEPS = 3;

const [warmUp, seconds] = process.argv.slice(2).map(Number);
// As `tocsin run` has the journal without --stats and --json.
const system = channelSystem({ enabled: true, hashed: false });

function roundTripsPerSecond(): number {
  const { steps } = system;
  const begin = performance.now();
  const outcome = system.run(TURN);
  if (outcome.kind !== 'limit') throw new Error(`the guests ended: ${outcome.kind}`);
  return ((system.steps - steps) / STEPS / (performance.now() - begin)) * 1000;
}

function median(forSeconds: number): number {
  const rates: number[] = [];
  const end = performance.now() + forSeconds * 1000;
  while (performance.now() < end) rates.push(roundTripsPerSecond());
  return rates.sort((a, b) => a - b)[rates.length >> 1];
}

median(warmUp);
console.log(JSON.stringify({ roundTripsPerSecond: median(seconds) }));
