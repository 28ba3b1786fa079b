/** A record where it lies in a ring, read without an object for each: a million of them are looked at in one go. */
import type { Transition } from '../../state/transition.js';
import { DOUBLE, RECORD_WORDS, WORD } from '../record.js';

/** Where records are: the ring of a journal, or a copy of a recording's. Record `index` begins at word `index % capacity * 16`. */
export interface RecordSource {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly capacity: number;
  /** Records so far. */
  readonly count: number;
}

export class RecordAt {
  private words: Int32Array;
  private doubles: Float64Array;
  private at = 0;

  constructor(private readonly source: RecordSource) {
    this.words = source.words;
    this.doubles = source.doubles;
  }

  /** Goes to a record that the source has. */
  go(index: number): this {
    const { words, doubles, capacity } = this.source;
    this.words = words;
    this.doubles = doubles;
    this.at = (index % capacity) * RECORD_WORDS;
    return this;
  }

  get seq(): number {
    return this.doubles[(this.at >> 1) + DOUBLE.SEQ];
  }

  /** Virtual time, ns. */
  get time(): number {
    return this.doubles[(this.at >> 1) + DOUBLE.TIME];
  }

  get type(): number {
    return this.words[this.at + WORD.TYPE];
  }

  /** Koid of the thread, 0 for none. */
  get actor(): number {
    return this.words[this.at + WORD.ACTOR];
  }

  /** The word of payload at this place. */
  word(place: number): number {
    return this.words[this.at + WORD.PAYLOAD + place];
  }
}

/** Reads a field of a type of record. */
export function field<T extends Transition>({ fields }: T, name: T['fields'][number]): (record: RecordAt) => number {
  const place = fields.indexOf(name);
  return (record) => record.word(place);
}
