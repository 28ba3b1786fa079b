/**
 * What accounting adds to a guest's work, in one process: three systems run the same guest, by the bundles that are given (the kernel,
 * the same once more, the kernel without accounting), in short turns by sixes, so that what drifts cancels. Prints one line of JSON:
 * `percent` of time that accounting adds, and `again`, by which the two that are the same differ; medians over the sixes.
 *
 * Arguments: three bundles, `pages` or `calls`, seconds of warm-up, seconds.
 */
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import type { MemoryWork } from '../memory-guests.js';

/** Instructions in a turn: some ten milliseconds. */
const TURN: Readonly<Record<MemoryWork, number>> = { calls: 100_000, pages: 200_000, batch: 7_000, faults: 60_000 };

const [on, again, off, work, warmUp, seconds] = process.argv.slice(2);

async function boot(bundle: string) {
  const guests = (await import(pathToFileURL(bundle).href)) as typeof import('../memory-guests.js');
  return guests.memorySystem(work as MemoryWork);
}

const systems = [await boot(on), await boot(again), await boot(off)];
const [one, same, without] = systems;

/** By the time that this process had the processor: what others on the host do would be more than what is looked for. */
function microsecondsPerStep(system: (typeof systems)[number]): number {
  const { steps } = system;
  const begin = process.cpuUsage();
  const outcome = system.run(TURN[work as MemoryWork]);
  if (outcome.kind !== 'limit') throw new Error(`the guest ended: ${outcome.kind}`);
  return process.cpuUsage(begin).user / (system.steps - steps);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

function measure(forSeconds: number): Record<string, number> {
  const percent: number[] = [];
  const noise: number[] = [];
  const end = performance.now() + forSeconds * 1000;
  while (performance.now() < end) {
    const [a, b, c, d, e, f] = [one, same, without, without, same, one].map(microsecondsPerStep);
    percent.push(((a + b + e + f) / 2 / (c + d) - 1) * 100);
    noise.push(((b + e) / (a + f) - 1) * 100);
  }
  return { percent: median(percent), again: median(noise) };
}

measure(Number(warmUp));
const charged = [one, same, without].map(({ state }) => state.allocators.charged[0] > 0);
if (charged.join() !== 'true,true,false') throw new Error('error: the bundles are not what they should be');
console.log(JSON.stringify(measure(Number(seconds))));
