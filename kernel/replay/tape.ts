/**
 * What came from outside in a run, in order: inputs and choices. With images and options it determines the run. It grows while a run
 * goes on, or is read whole from a recording. A record costs 64 bytes.
 */
import { DOUBLE, WORD } from '../journal/record.js';
import type { Recording } from '../journal/recording/recording.js';

/** Of the payload. */
const FIELDS = 8;
const WORDS = 1 + FIELDS;
const DOUBLES = 3;
const FIRST_RECORDS = 64;

export class Tape {
  length = 0;
  private words = new Int32Array(FIRST_RECORDS * WORDS);
  private doubles = new Float64Array(FIRST_RECORDS * DOUBLES);

  /** All that came from outside in a recorded run. Throws RecordingError where it cannot be read. */
  static of(recording: Recording): Tape {
    const tape = new Tape();
    const reader = recording.reader();
    const isState = recording.schema.types.map((type) => type.class === 'state');
    const { words, doubles } = reader;
    for (const _block of recording.read(reader)) {
      const type = words[WORD.TYPE];
      if (!isState[type])
        tape.append(type, doubles[DOUBLE.SEQ], doubles[DOUBLE.TIME], reader.instructions, words, WORD.PAYLOAD);
    }
    return tape;
  }

  /** Appends a record, whose payload begins at word `at`. */
  append(type: number, seq: number, time: number, instructions: number, words: Int32Array, at: number): void {
    if (this.length * WORDS === this.words.length) this.grow();
    const w = this.length * WORDS;
    this.words[w] = type;
    for (let i = 0; i < FIELDS; i++) this.words[w + 1 + i] = words[at + i];
    const d = this.length * DOUBLES;
    this.doubles[d] = seq;
    this.doubles[d + 1] = time;
    this.doubles[d + 2] = instructions;
    this.length++;
  }

  /** Another tape that begins with the first `length` records of this one. */
  beginning(length: number): Tape {
    const tape = new Tape();
    tape.words = this.words.slice(0, Math.max(length, FIRST_RECORDS) * WORDS);
    tape.doubles = this.doubles.slice(0, Math.max(length, FIRST_RECORDS) * DOUBLES);
    tape.length = length;
    return tape;
  }

  /** The number of its type. */
  type(index: number): number {
    return this.words[index * WORDS];
  }

  /** A word of its payload. */
  field(index: number, i: number): number {
    return this.words[index * WORDS + 1 + i];
  }

  /** The number of its step, not counting those of debuggers outside of the machine. */
  seq(index: number): number {
    return this.doubles[index * DOUBLES];
  }

  /** Virtual time, ns. */
  time(index: number): number {
    return this.doubles[index * DOUBLES + 1];
  }

  /** Instructions that had been executed before it. */
  instructions(index: number): number {
    return this.doubles[index * DOUBLES + 2];
  }

  /** Bytes that it takes. */
  get bytes(): number {
    return this.words.byteLength + this.doubles.byteLength;
  }

  private grow(): void {
    const words = new Int32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    const doubles = new Float64Array(this.doubles.length * 2);
    doubles.set(this.doubles);
    this.doubles = doubles;
  }
}
