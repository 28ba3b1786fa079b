/**
 * What the journal adds to null calls, in one process: two systems run the same guest with and without it, in short turns by
 * fours (with, without, without, with), so that both have the same compiled code, and what drifts cancels. Prints one line of
 * JSON: the percentage of time that the journal adds, as the median over the fours.
 *
 * Arguments: ELF, `on` or `hashed`, seconds of warm-up, seconds.
 */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { LIBRARY } from '../build.js';

/** Instructions in a turn: some ten milliseconds. */
const TURN = 500_000;

const [elf, journal, warmUp, seconds] = process.argv.slice(2);
const { System, parseElf } = (await import(pathToFileURL(LIBRARY).href)) as typeof import('../../library.js');
const image = parseElf(readFileSync(elf));

function boot(enabled: boolean) {
  return System.boot({
    image,
    name: 'null-calls',
    arguments: ['null-calls'],
    memoryBytes: 64 << 20,
    // As `tocsin run` does without --stats and --json.
    journal: { enabled, hashed: enabled && journal === 'hashed' },
    onOutput: () => {},
  });
}

const withJournal = boot(true);
const without = boot(false);

function secondsPerStep(system: typeof without): number {
  const steps = system.steps;
  const begin = performance.now();
  const outcome = system.run(TURN);
  if (outcome.kind !== 'limit') throw new Error(`the guest ended: ${outcome.kind}`);
  return (performance.now() - begin) / 1000 / (system.steps - steps);
}

/** The median of what four turns with and without gave, as a percentage. */
function percentMore(seconds: number): number {
  const more: number[] = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const [on1, off1, off2, on2] = [withJournal, without, without, withJournal].map(secondsPerStep);
    more.push(((on1 + on2) / (off1 + off2) - 1) * 100);
  }
  return more.sort((a, b) => a - b)[more.length >> 1];
}

percentMore(Number(warmUp));
console.log(JSON.stringify({ percent: percentMore(Number(seconds)) }));
