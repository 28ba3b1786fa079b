/**
 * A process of its own that appends records to a journal: a step and one record in it, as a null call makes them, and nothing
 * else of the kernel. Prints one line of JSON: the nanoseconds that a record takes.
 */
import { performance } from 'node:perf_hooks';
import { Journal } from '../../../kernel/journal/journal.js';
import { JOURNAL_RECORDS } from '../../../kernel/limits.js';
import { called } from '../../../kernel/transitions/steps.js';

const WARM_UP = 1_000_000;
const RECORDS = 4_000_000;
/** Frames of a machine with 64 MiB: the state that is copied now and then has a row for each. */
const FRAMES = 16_384;

const journal = new Journal(FRAMES, { capacity: JOURNAL_RECORDS.fallback, enabled: true, hashed: true });

function append(records: number): void {
  for (let i = 0; i < records; i++) {
    journal.beginStep(i * 4, 3, 0);
    journal.commit(called, 0x56, 0, i, 0, 0, 0, 0);
  }
}

append(WARM_UP);
const begin = performance.now();
append(RECORDS);
console.log(JSON.stringify({ nanosecondsPerRecord: ((performance.now() - begin) * 1e6) / RECORDS }));
