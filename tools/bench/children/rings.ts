/**
 * What a null call costs out of a ring of 256, as a part of what it costs by a trap of its own: two systems in one process, in
 * turns. Prints one line of JSON: the quotient, and the nanoseconds of both, as medians.
 *
 * Arguments: seconds of warm-up, seconds.
 */
import { performance } from 'node:perf_hooks';
import { BATCH, nullCallSystem } from '../ring-guests.js';

/** Instructions in a turn: some ten milliseconds of either. */
const TURN = { batches: 4000, traps: 100_000 } as const;

const [warmUp, seconds] = process.argv.slice(2).map(Number);
const systems = { batches: nullCallSystem('batches'), traps: nullCallSystem('traps') };

function nanosecondsPerCall(how: 'batches' | 'traps'): number {
  const system = systems[how];
  const { steps } = system;
  const begin = performance.now();
  const outcome = system.run(TURN[how]);
  if (outcome.kind !== 'limit') throw new Error(`the guest ended: ${outcome.kind}`);
  const calls = (system.steps - steps) * (how === 'batches' ? BATCH : 1);
  return ((performance.now() - begin) * 1e6) / calls;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

function measure(forSeconds: number): { quotient: number; batches: number; traps: number } {
  const batches: number[] = [];
  const traps: number[] = [];
  const end = performance.now() + forSeconds * 1000;
  while (performance.now() < end) {
    batches.push(nanosecondsPerCall('batches'));
    traps.push(nanosecondsPerCall('traps'));
  }
  const quotients = batches.map((nanoseconds, i) => nanoseconds / traps[i]);
  return { quotient: median(quotients), batches: median(batches), traps: median(traps) };
}

measure(warmUp);
console.log(JSON.stringify(measure(seconds)));
