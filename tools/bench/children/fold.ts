/**
 * A million records of a guest: what they take in memory, with the copies of the state, and how long folding them takes, all and a
 * hundred. Prints one line of JSON: megabytes, seconds, microseconds for a hundred (the median over pieces of the run).
 *
 * Argument: the ELF of a guest that makes records for long enough, or `channels`: the pair that calls and replies.
 */
import { readFileSync } from 'node:fs';
import { System, type SystemOptions } from '../../../kernel/index.js';
import type { JournalPlace } from '../../../kernel/journal/journal.js';
import { copyState, MutableState } from '../../../kernel/state/state.js';
import { parseElf } from '../../../machine/index.js';
import { PAIRS } from '../pairs.js';
import { processorSeconds } from '../statistics.js';

const MILLION = 1_000_000;
const HUNDRED = 100;
/** Frames of a machine with 64 MiB. */
const MEMORY_BYTES = 64 << 20;

const [, , guest] = process.argv;
const program: Partial<SystemOptions> =
  guest === 'channels'
    ? { script: (startup) => PAIRS.channels.script(startup) }
    : { image: parseElf(readFileSync(guest)) };

function used(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function boot(capacity: number): System {
  return System.boot({
    ...program,
    name: 'guest',
    memoryBytes: MEMORY_BYTES,
    journal: { capacity, hashed: false },
    onOutput: () => {},
  });
}

function copyOf({ state }: JournalPlace): MutableState {
  const copy = new MutableState(state.frameCount);
  copyState(state, copy);
  return copy;
}

const before = used();
const system = boot(MILLION);
const { journal } = system.kernel;
const place = journal.place();
while (journal.count - place.count < MILLION - 20_000) {
  const { kind } = system.run(5000);
  if (kind !== 'limit') throw new Error(`the guest ended after ${journal.count} records: ${kind}`);
}
// The ring, the live state and its two copies; also all else of the kernel, and the copy that `place` is. RAM is not on this heap.
const megabytes = (used() - before) / 1e6;

const records = journal.count - place.count;
const seconds: number[] = [];
for (let i = 0; i < 5; i++) {
  const state = copyOf(place);
  const begin = processorSeconds();
  journal.foldInto(state, place.count, journal.count);
  seconds.push((processorSeconds() - begin) * (MILLION / records));
}

const state = copyOf(place);
const hundreds: number[] = [];
for (let from = place.count; from + HUNDRED * 100 <= journal.count; from += HUNDRED * 100) {
  const begin = processorSeconds();
  journal.foldInto(state, from, from + HUNDRED * 100);
  hundreds.push((processorSeconds() - begin) * 10_000);
}
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];
console.log(
  JSON.stringify({
    megabytes,
    seconds: median(seconds),
    microseconds: median(hundreds),
    records,
  }),
);
