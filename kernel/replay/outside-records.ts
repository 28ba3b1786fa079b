/**
 * What came from outside in a recorded run, in order: inputs and choices. A replay takes them one after the other; the first one
 * that it does not ask for, or asks for otherwise, is a divergence.
 */
import { DOUBLE, WORD } from '../journal/record.js';
import type { RecordReader } from '../journal/recording/record-coder.js';
import type { RecordedRecord, Recording } from '../journal/recording/recording.js';

/** Where a replay and its recording went different ways. */
export interface Divergence {
  /** What the recording says, and what the replay did: one line. */
  readonly text: string;
  /** The step in which it was seen. */
  readonly seq: number;
}

export class OutsideRecords {
  private readonly reader: RecordReader;
  private readonly blocks: Generator<number>;
  private readonly isState: readonly boolean[];
  private block = 0;
  private hasNext = false;
  /** The first divergence that was seen. */
  divergence: Divergence | undefined;

  constructor(private readonly recording: Recording) {
    this.reader = recording.reader();
    this.blocks = recording.read(this.reader);
    this.isState = recording.schema.types.map((type) => type.class === 'state');
    this.advance();
  }

  /** Is there another? */
  get isAtEnd(): boolean {
    return !this.hasNext;
  }

  /** The type's number of the next, -1 at the end. */
  get type(): number {
    return this.hasNext ? this.reader.words[WORD.TYPE] : -1;
  }

  get seq(): number {
    return this.reader.doubles[DOUBLE.SEQ];
  }

  get time(): number {
    return this.reader.doubles[DOUBLE.TIME];
  }

  /** Instructions that had been executed before it. */
  get instructions(): number {
    return this.reader.instructions;
  }

  /** A word of its payload. */
  field(i: number): number {
    return this.reader.words[WORD.PAYLOAD + i];
  }

  /** The next, with names. */
  get record(): RecordedRecord | undefined {
    return this.hasNext ? this.recording.named(this.reader, 0, this.block) : undefined;
  }

  /** It was taken. */
  advance(): void {
    for (;;) {
      const next = this.blocks.next();
      this.hasNext = next.done !== true;
      if (next.done === true) return;
      this.block = next.value;
      if (!this.isState[this.reader.words[WORD.TYPE]]) return;
    }
  }

  diverge(seq: number, text: string): void {
    this.divergence ??= { seq, text };
  }
}
