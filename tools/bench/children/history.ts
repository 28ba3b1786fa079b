/**
 * Reading derived views of a live system: from the cache, and without it. Prints one line of JSON: nanoseconds of a cached read, and
 * of reading a column of the live state, which is what the kernel itself decides with; microseconds of an answer that is derived.
 *
 * Argument: ELF of a guest with several threads.
 */
import { readFileSync } from 'node:fs';
import { History, System } from '../../../kernel/index.js';
import { parseElf } from '../../../machine/index.js';
import { processorSeconds } from '../statistics.js';

const READS = 20_000_000;
const DERIVED = 50;

const image = parseElf(readFileSync(process.argv[2]));
const system = System.boot({ image, name: 'guest', memoryBytes: 64 << 20, onOutput: () => {} });
system.run(2_000_000);
const { journal, state } = system.kernel;
const cached = History.ofJournal(journal);
const plain = History.ofJournal(journal, { cacheBytes: 0 });
const keys = cached.keys('thread');

const histories = cached.view('thread');

function read(times: number): number {
  let sum = 0;
  for (let i = 0, key = 0; i < times; i++) {
    sum += histories.get(keys[key]).length;
    if (++key === keys.length) key = 0;
  }
  return sum;
}

function readState(times: number): number {
  let sum = 0;
  for (let i = 0, row = 0; i < times; i++) {
    sum += state.threads.priority[row];
    if (++row === state.threads.used) row = 0;
  }
  return sum;
}

function nanoseconds(work: (times: number) => number): number {
  work(READS / 10);
  const begin = processorSeconds();
  work(READS);
  return ((processorSeconds() - begin) * 1e9) / READS;
}

const figures = { cached: nanoseconds(read), state: nanoseconds(readState) };
const begin = processorSeconds();
for (let i = 0; i < DERIVED; i++) plain.get('thread', keys[i % keys.length]);
const derived = ((processorSeconds() - begin) * 1e6) / DERIVED;
console.log(JSON.stringify({ ...figures, derived, records: journal.count, threads: keys.length }));
