/**
 * A process of its own that runs an ELF through the library, with the journal on or off (no option of `tocsin run` turns it
 * off), and prints one line of JSON: how many instructions, steps and records it did in how many seconds.
 *
 * Arguments: ELF, `on`, `hashed` or `off`, seconds of warm-up, seconds.
 */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { LIBRARY } from '../build.js';

/** Instructions between looks at the clock: some ten milliseconds. */
const SLICE = 1_000_000;

const [elf, journal, warmUp, seconds] = process.argv.slice(2);
const { System, parseElf } = (await import(pathToFileURL(LIBRARY).href)) as typeof import('../../library.js');

const system = System.boot({
  image: parseElf(readFileSync(elf)),
  name: 'null-calls',
  arguments: ['null-calls'],
  memoryBytes: 64 << 20,
  // As `tocsin run` does without --stats and --json.
  journal: { enabled: journal !== 'off', hashed: journal === 'hashed' },
  onOutput: () => {},
});

function runFor(seconds: number): number {
  const begin = performance.now();
  let elapsed = 0;
  while (elapsed < seconds) {
    const outcome = system.run(SLICE);
    if (outcome.kind !== 'limit') throw new Error(`the guest ended: ${outcome.kind}`);
    elapsed = (performance.now() - begin) / 1000;
  }
  return elapsed;
}

runFor(Number(warmUp));
const before = { instructions: system.instructions, steps: system.steps, records: system.records };
const elapsed = runFor(Number(seconds));
console.log(
  JSON.stringify({
    seconds: elapsed,
    instructions: system.instructions - before.instructions,
    steps: system.steps - before.steps,
    records: system.records - before.records,
  }),
);
