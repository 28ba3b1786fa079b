/**
 * A subscription: records of some types, from now on, in a buffer that was made with it. Nobody is called for a record; the ring is
 * read when a block of it is full, and when the subscriber reads. What does not fit is left out and counted, at the place where
 * it is missing. A system without subscriptions does nothing for them.
 */
import { TRANSITIONS } from '../transitions/all.js';
import type { BlockReader, Journal } from './journal.js';
import { RECORD_WORDS, type ReadRecord, readRecord, WORD } from './record.js';

/** Records that a buffer holds where nothing is said, and the bounds of that: 64 bytes each. */
export const SUBSCRIPTION_RECORDS = { fallback: 4096, least: 1, most: 1 << 22 } as const;

export interface SubscriptionOptions {
  /** The names of the types of records; all where it says nothing. */
  readonly types?: readonly string[];
  /** Records that the buffer holds; 1 to 2^22, 4,096 where it says nothing. */
  readonly capacity?: number;
}

/** What a subscriber reads at once. */
export interface Batch {
  readonly records: readonly ReadRecord[];
  /** Records that did not fit: behind the last of these, before the first of the next batch. */
  readonly lost: number;
}

export class Subscription implements BlockReader {
  /** Records that did not fit, since the beginning. */
  lost = 0;
  private readonly types: Uint8Array;
  private readonly words: Int32Array;
  private readonly doubles: Float64Array;
  /** Of each record in the buffer: its index, and how many are missing behind it. */
  private readonly indexes: Float64Array;
  private readonly lostBehind: Float64Array;
  private readonly capacity: number;
  private first = 0;
  private length = 0;
  /** The record up to which the ring was read. */
  private upTo: number;
  private stop: (() => void) | undefined;

  /** Begins with the next record. Throws RangeError for a type that there is not, a capacity out of range, a journal that is off. */
  constructor(
    private readonly journal: Journal,
    options: SubscriptionOptions = {},
  ) {
    const { fallback, least, most } = SUBSCRIPTION_RECORDS;
    const { capacity = fallback } = options;
    if (!Number.isInteger(capacity) || capacity < least || capacity > most)
      throw new RangeError(`a subscription's capacity is from ${least} to ${most} records, not ${capacity}`);
    if (!journal.enabled) throw new RangeError('a system whose journal is off has no records to subscribe to');
    this.types = wanted(options.types);
    this.capacity = capacity;
    const buffer = new ArrayBuffer(capacity * RECORD_WORDS * 4);
    this.words = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.indexes = new Float64Array(capacity);
    this.lostBehind = new Float64Array(capacity);
    this.upTo = journal.count;
    this.stop = journal.readBlocks(this);
  }

  /** Takes what has come since from the ring, which still has it: it is read at least once a block. */
  takeBlock(): void {
    const { journal, types } = this;
    const { words, capacity, count } = journal;
    for (let index = this.upTo; index < count; index++) {
      const at = (index % capacity) * RECORD_WORDS;
      if (types[words[at + WORD.TYPE]] !== 0) this.keep(index, at);
    }
    this.upTo = count;
  }

  /** A system that went to a snapshot goes on from there: what follows has the indexes that it has there. */
  goneTo(count: number): void {
    this.upTo = count;
  }

  private keep(index: number, at: number): void {
    const { capacity } = this;
    if (this.length === capacity) {
      this.lostBehind[(this.first + capacity - 1) % capacity]++;
      this.lost++;
      return;
    }
    const slot = (this.first + this.length++) % capacity;
    this.words.set(this.journal.words.subarray(at, at + RECORD_WORDS), slot * RECORD_WORDS);
    this.indexes[slot] = index;
    this.lostBehind[slot] = 0;
  }

  /**
   * The oldest records, at most `most`, which go out of the buffer. A batch ends where records are missing, so `lost` says exactly
   * where that is. Between two steps: `run` has returned, or where `runUntil` asks. After `end` what is left can be read.
   */
  read(most = Number.POSITIVE_INFINITY): Batch {
    if (this.stop !== undefined) this.takeBlock();
    const records: ReadRecord[] = [];
    let lost = 0;
    while (lost === 0 && this.length > 0 && records.length < most) {
      const { first } = this;
      records.push(readRecord(this.words, this.doubles, first * RECORD_WORDS, this.indexes[first]));
      lost = this.lostBehind[first];
      this.first = (first + 1) % this.capacity;
      this.length--;
    }
    return { records, lost };
  }

  /** Records that can be read. */
  get waiting(): number {
    if (this.stop !== undefined) this.takeBlock();
    return this.length;
  }

  /** Nothing more comes. May be called more than once. */
  end(): void {
    if (this.stop === undefined) return;
    this.takeBlock();
    this.stop();
    this.stop = undefined;
  }
}

/** A byte for each type: is it wanted? */
function wanted(names: readonly string[] | undefined): Uint8Array {
  const types = new Uint8Array(TRANSITIONS.length);
  if (names === undefined) return types.fill(1);
  for (const name of names) {
    const number = TRANSITIONS.findIndex((transition) => transition.name === name);
    if (number < 0) throw new RangeError(`there is no record type ${JSON.stringify(name)}`);
    types[number] = 1;
  }
  return types;
}
