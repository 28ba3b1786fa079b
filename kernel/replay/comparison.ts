/**
 * The comparison of a replay with its recording, while it runs: each record where the file has all of them, and the hash of the
 * journal wherever the file says what it was. It reads the ring in portions, before it is overwritten.
 */
import type { Journal } from '../journal/journal.js';
import { RECORD_WORDS, recordLine } from '../journal/record.js';
import type { RecordReader } from '../journal/recording/record-coder.js';
import type { Recording } from '../journal/recording/recording.js';
import type { Mark } from '../journal/recording/records-block.js';

export class Comparison {
  /** Records that were compared one by one; hashes that were compared. */
  records = 0;
  hashes = 0;
  /** The first difference: lines for people. */
  difference: readonly string[] | undefined;
  private readonly reader: RecordReader | undefined;
  private readonly read: Generator<number>;
  private readonly marks: Generator<Mark>;
  private nextMark: Mark | undefined;
  private lastEqual = 0;

  constructor(
    private readonly recording: Recording,
    private readonly journal: Journal,
    byRecord: boolean,
  ) {
    const reader = recording.reader();
    this.reader = byRecord && recording.description.content === 'all' ? reader : undefined;
    this.read = recording.read(reader);
    this.marks = recording.marks();
    this.nextMark = this.marks.next().value as Mark | undefined;
    journal.onBlock = () => this.catchUp();
  }

  /** Compares what has been committed since the last time. */
  catchUp(): void {
    if (this.difference !== undefined) return;
    if (this.reader !== undefined) this.compareRecords(this.reader);
    while (this.nextMark !== undefined && this.nextMark.records <= this.journal.count) {
      this.compareHash(this.nextMark);
      this.nextMark = this.marks.next().value as Mark | undefined;
    }
  }

  private compareRecords(reader: RecordReader): void {
    const { journal } = this;
    const { words, capacity } = journal;
    for (; this.records < journal.count; this.records++) {
      const next = this.read.next();
      // The recording was cut off; the replay stops at the next step.
      if (next.done === true) return;
      const at = (this.records % capacity) * RECORD_WORDS;
      for (let i = 0; i < RECORD_WORDS; i++) {
        if (words[at + i] === reader.words[i]) continue;
        this.difference = [
          `the first difference is record ${this.records}:`,
          `  recorded: ${this.recording.line(this.recording.named(reader, this.records, next.value))}`,
          `  replayed: ${recordLine(journal.read(this.records))}`,
        ];
        return;
      }
    }
  }

  private compareHash({ records, seq, hash }: Mark): void {
    if (hash === undefined) return;
    const own = this.journal.hashAt(records);
    if (own === undefined) return;
    if (own === hash) {
      this.hashes++;
      this.lastEqual = records;
      return;
    }
    this.difference ??= [
      `the journals differ between record ${this.lastEqual} and record ${records}, which is at step ${seq}: the hash of the recorded one is ${hash} there, of the replayed one ${own}`,
    ];
  }
}
