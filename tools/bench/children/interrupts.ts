/**
 * Interrupts of a device that go to a compiled driver and back to the thread that they came upon. Prints one line of JSON:
 * interrupts a second, as the median of short turns.
 *
 * Arguments: seconds of warm-up, seconds.
 */
import { performance } from 'node:perf_hooks';
import { interruptSystem, interruptsOf } from '../interrupt-guests.js';

/** Instructions in a turn: a few milliseconds, so that most turns are not interrupted by what else the host does. */
const TURN = 20_000;

const [warmUp, seconds] = process.argv.slice(2).map(Number);
// As `tocsin run` has the journal without --stats and --json.
const system = interruptSystem({ enabled: true, hashed: false });
// The first process sets up.
system.run(10_000);

function interruptsPerSecond(): number {
  const before = interruptsOf(system);
  const begin = performance.now();
  const outcome = system.run(TURN);
  if (outcome.kind !== 'limit') throw new Error(`the guests ended: ${outcome.kind}`);
  return ((interruptsOf(system) - before) / (performance.now() - begin)) * 1000;
}

function median(forSeconds: number): number {
  const rates: number[] = [];
  const end = performance.now() + forSeconds * 1000;
  while (performance.now() < end) rates.push(interruptsPerSecond());
  return rates.sort((a, b) => a - b)[rates.length >> 1];
}

median(warmUp);
console.log(JSON.stringify({ interruptsPerSecond: median(seconds) }));
