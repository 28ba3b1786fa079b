/** Records that are kept for good: all of a recording, or all that a replay makes. 64 bytes each, in one growing array. */
import type { Journal } from '../journal.js';
import { RECORD_WORDS } from '../record.js';
import type { RecordSource } from './record-at.js';

/** More are not kept: 1 GiB. */
export const MOST_KEPT = 1 << 24;

export class KeptRecords implements RecordSource {
  words = new Int32Array(1024 * RECORD_WORDS);
  doubles = new Float64Array(this.words.buffer);
  /** Never wraps. */
  readonly capacity = 2 ** 31;
  count = 0;

  /** Keeps the records that lie at these words, up to `to`. Throws RangeError where there are too many. */
  append(words: Int32Array, from: number, to: number): void {
    const end = this.count * RECORD_WORDS + to - from;
    if (end > MOST_KEPT * RECORD_WORDS) throw new RangeError(`there are more than ${MOST_KEPT} records`);
    if (end > this.words.length) {
      const grown = new Int32Array(Math.max(end, Math.min(this.words.length * 2, MOST_KEPT * RECORD_WORDS)));
      grown.set(this.words);
      this.words = grown;
      this.doubles = new Float64Array(grown.buffer);
    }
    this.words.set(words.subarray(from, to), this.count * RECORD_WORDS);
    this.count = end / RECORD_WORDS;
  }

  /**
   * Keeps all records of a system that has just been booted, as they come. Gives what takes those that have come since the last block;
   * to be called between two runs. Throws RangeError where the ring does not hold the first any more.
   */
  follow(journal: Journal): () => void {
    if (journal.count > journal.capacity) throw new RangeError('the first records are no longer in the ring');
    const takeBlock = (): void => {
      while (this.count < journal.count) {
        const from = this.count % journal.capacity;
        const records = Math.min(journal.count - this.count, journal.capacity - from);
        this.append(journal.words, from * RECORD_WORDS, (from + records) * RECORD_WORDS);
      }
    };
    const goneTo = (count: number): void => {
      // What came before that place is the same; what comes after it may be another run.
      if (count > this.count) throw new RangeError('the journal went to where it has never been');
      this.count = count;
    };
    journal.readBlocks({ takeBlock, goneTo });
    return takeBlock;
  }
}
