/**
 * A process of its own that appends records to a journal, each a step and one change of state, and nothing else of the kernel; and
 * that makes the same change without any journal. Prints one line of JSON: the nanoseconds of a call's record, of a record with a
 * change, of the change by `commit` with the journal off, and of the change alone.
 */
import { Journal } from '../../../kernel/journal/journal.js';
import { JOURNAL_RECORDS } from '../../../kernel/limits.js';
import type { MutableState } from '../../../kernel/state/state.js';
import { lockCreated, lockHighestSet } from '../../../kernel/transitions/locks.js';
import { allocatorCreated } from '../../../kernel/transitions/memory.js';
import { called } from '../../../kernel/transitions/steps.js';
import { processorSeconds } from '../statistics.js';

const WARM_UP = 1_000_000;
const RECORDS = 4_000_000;
/** Frames of a machine with 64 MiB: the state that is copied now and then has a row for each. */
const FRAMES = 16_384;
const LOCKS = 64;

function journalOf(enabled: boolean): Journal {
  const journal = new Journal(FRAMES, { capacity: JOURNAL_RECORDS.fallback, enabled, hashed: enabled });
  journal.beginStep(0, 0, 0);
  journal.commit(allocatorCreated, 0, 1, -1, 1 << 20, 0, 0);
  for (let row = 0; row < LOCKS; row++) journal.commit(lockCreated, row, 2 + row, 0);
  return journal;
}

function nanoseconds(work: (times: number) => void): number {
  work(WARM_UP);
  const begin = processorSeconds();
  work(RECORDS);
  return ((processorSeconds() - begin) * 1e9) / RECORDS;
}

const [on, off] = [journalOf(true), journalOf(false)];
const change =
  (journal: Journal) =>
  (times: number): void => {
    for (let i = 0; i < times; i++) {
      journal.beginStep(i * 4, 3, 0);
      journal.commit(lockHighestSet, i & (LOCKS - 1), i & 31);
    }
  };
const live = off.state as MutableState;

console.log(
  JSON.stringify({
    nanosecondsPerRecord: nanoseconds((times) => {
      for (let i = 0; i < times; i++) {
        on.beginStep(i * 4, 3, 0);
        on.commit(called, 0x56, 0, i, 0, 0, 0, 0);
      }
    }),
    change: nanoseconds(change(on)),
    changeWithout: nanoseconds(change(off)),
    direct: nanoseconds((times) => {
      for (let i = 0; i < times; i++) {
        live.seq = i;
        live.time = i * 4;
        live.locks.highest[i & (LOCKS - 1)] = i & 31;
      }
    }),
  }),
);
