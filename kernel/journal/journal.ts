/**
 * The journal: where kernel state changes. `commit` writes a record into a preallocated ring and applies its transition to the
 * live state; nothing else may do either (law 1).
 *
 * Before the oldest records are overwritten a copy of the state covers those that stay, so the live state can always be folded
 * from a copy and the records after it. There are two copies, half a ring apart, so it is half a ring of them at least; the earlier
 * is a cache, which is given up when the machine is out of memory. Reading further back is an error that names the oldest.
 *
 * Hot path: `commit` allocates nothing. Cost in `npm run bench` ("journal").
 */
import { KernelPanic, must } from '../panic.js';
import { seqOfRun } from '../state/sources.js';
import { copyState, MutableState, type State, stateDifference } from '../state/state.js';
import type { Apply, TimedTransition, Transition } from '../state/transition.js';
import { TRANSITIONS } from '../transitions/all.js';
import { called } from '../transitions/steps.js';
import { Digest } from './digest.js';
import { DOUBLE, RECORD_WORDS, type ReadRecord, readRecord, recordLine, WORD } from './record.js';

type Arguments<T> = T extends Transition<infer F> ? { [K in keyof F]: number } : never;

/** How a record of a type changes the state: not at all, by its words, or by a time and its words. */
const FOLD = { NOTHING: 0, PLAIN: 1, TIMED: 2 } as const;
const FOLDED = TRANSITIONS.map(({ apply, time }) => {
  if (apply.length === 0) return FOLD.NOTHING;
  return time === undefined ? FOLD.PLAIN : FOLD.TIMED;
});
const APPLIES: readonly Apply[] = TRANSITIONS.map(({ apply }) => apply as Apply);

/** The digest takes records in blocks of this many, while they are still in the processor's cache. */
const DIGEST_BLOCK = 1024;
/** A remainder costs a division, in every record. */
const BLOCK_MASK = DIGEST_BLOCK - 1;
/** More than any index of a ring's words: with it the host knows that an index and a little more is a small integer still. */
const INDEX_MASK = 0x3fff_ffff;

export interface JournalOptions {
  /** Records that the ring holds; rounded up to a multiple of 2,048. */
  readonly capacity: number;
  /** Without it state still changes by transitions only, but nothing is written: for measuring what the journal costs. */
  readonly enabled: boolean;
  /**
   * Takes the digest as records are written. Without it nothing is read back from the ring while the system runs, and the hash
   * can only be had while the ring still holds every record.
   */
  readonly hashed: boolean;
}

/** Is told of each record that comes from outside of the kernel: an input or a choice. */
export interface OutsideListener {
  /** The next record, which has this index, is one. */
  before(index: number): void;
  /** It is written. */
  after(index: number): void;
}

/** Reads records before they can be overwritten. */
export interface BlockReader {
  /** Another block of records is in the ring, before any of it can be overwritten; in the middle of a step. */
  takeBlock(): void;
  /** The journal went to where this many records come before the next. `takeBlock` was called just before. */
  goneTo(count: number): void;
}

/** Where a journal stood between two steps, with the state that it had made. Never changes. */
export interface JournalPlace {
  readonly count: number;
  readonly state: State;
  readonly hadEarlier: boolean;
  readonly digest: Int32Array;
  readonly digested: number;
}

export class Journal {
  readonly state: State;
  /** Records written since boot. */
  count = 0;
  readonly capacity: number;
  readonly enabled: boolean;
  private readonly hashed: boolean;
  /** Called after each record; for traces. */
  onRecord: ((record: ReadRecord) => void) | undefined;

  /** For recorders. */
  outside: OutsideListener | undefined;
  /** Called when another block of records is in the ring, before any of it can be overwritten; in the middle of a step. */
  onBlock: (() => void) | undefined;
  /** As `onBlock`, for any number: subscriptions, derived views. */
  private readonly readers: BlockReader[] = [];

  private readonly live: MutableState;
  /** The ring, as 32-bit words and as doubles: record `index` begins at word `index % capacity * RECORD_WORDS`. To be read only. */
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  /** Where the next record goes, in words. */
  private at = 0;
  /** What the running step's records carry. */
  private seq = 0;
  private time = 0;
  private cause = 0;
  private actor = 0;

  private readonly digest = new Digest();
  private digested = 0;
  /** Records before this one may be of another run: the journal went to where this one is the next. */
  private lost = 0;
  /** State before record `earlierFrom`, undefined once it was given up; and before record `laterFrom`, half a ring later. */
  private earlier: MutableState | undefined;
  private earlierFrom = 0;
  private later: MutableState;
  private laterFrom = 0;
  /** The count at which the next copy is made. */
  private copyAt: number;

  constructor(frames: number, options: JournalOptions) {
    this.live = new MutableState(frames);
    this.state = this.live;
    this.enabled = options.enabled;
    this.hashed = options.hashed;
    this.capacity = Math.ceil(options.capacity / (2 * DIGEST_BLOCK)) * 2 * DIGEST_BLOCK;
    const buffer = new ArrayBuffer((this.enabled ? this.capacity : 0) * RECORD_WORDS * 4);
    this.words = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.copyAt = this.capacity >> 1;
    this.earlier = new MutableState(frames);
    this.later = new MutableState(frames);
  }

  /** Begins a step: its records carry this time, actor (koid, 0 for none) and cause (seq). */
  beginStep(time: number, actor: number, cause: number): void {
    this.seq = this.live.seq + 1;
    this.time = time;
    this.actor = actor;
    this.cause = cause;
  }

  /** Commits a transition: a record, and the change of state. Every argument is taken as a signed 32-bit word. */
  readonly commit = this.write as <T extends Transition>(
    transition: T & (T extends TimedTransition ? never : unknown),
    ...fields: Arguments<T>
  ) => void;

  /** Commits a transition that has a time. */
  readonly commitAt = this.writeAt as <T extends TimedTransition>(
    transition: T,
    time: number,
    ...fields: Arguments<T>
  ) => void;

  /** Commits a transition that comes from outside of the kernel: an input or a choice. */
  readonly commitOutside = this.writeOutside as <T extends Transition>(
    transition: T & (T extends TimedTransition ? never : unknown),
    ...fields: Arguments<T>
  ) => void;

  private writeOutside(transition: Transition, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0): void {
    const { count, outside } = this;
    if (outside !== undefined) outside.before(count);
    this.write(transition, a, b, c, d, e, f, g, h);
    if (outside !== undefined) outside.after(count);
  }

  private write(transition: Transition, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0): void {
    const { live } = this;
    live.seq = this.seq;
    live.time = this.time;
    // As words once, for the record and the change alike.
    const wa = a | 0;
    const wb = b | 0;
    const wc = c | 0;
    const wd = d | 0;
    const we = e | 0;
    const wf = f | 0;
    const wg = g | 0;
    const wh = h | 0;
    if (this.enabled) {
      const { words } = this;
      const p = (this.at & INDEX_MASK) + WORD.PAYLOAD;
      words[p] = wa;
      words[p + 1] = wb;
      words[p + 2] = wc;
      words[p + 3] = wd;
      words[p + 4] = we;
      words[p + 5] = wf;
      words[p + 6] = wg;
      words[p + 7] = wh;
      this.finish(transition.number);
    }
    transition.apply(live, wa, wb, wc, wd, we, wf, wg, wh);
    if (this.count === this.copyAt) this.copyLive();
    if (this.onRecord) this.report();
  }

  private writeAt(transition: Transition, time: number, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0): void {
    const { live } = this;
    live.seq = this.seq;
    live.time = this.time;
    if (this.enabled) {
      const { words, at } = this;
      const p = at + WORD.PAYLOAD;
      words[p] = a;
      words[p + 1] = b;
      words[p + 2] = c;
      words[p + 3] = d;
      words[p + 4] = e;
      words[p + 5] = f;
      this.doubles[(at >> 1) + DOUBLE.TIME_FIELD] = time;
      this.finish(transition.number);
    }
    (transition.apply as (s: MutableState, time: number, ...words: number[]) => void)(
      live,
      time,
      a | 0,
      b | 0,
      c | 0,
      d | 0,
      e | 0,
      f | 0,
    );
    if (this.count === this.copyAt) this.copyLive();
    if (this.onRecord) this.report();
  }

  /**
   * Commits `called`, whose six words are `registers`. Most records are calls, and this is their own short way: the record is written
   * from its beginning to its end, and without another call, which together saves a third.
   */
  commitCall(numberAndStatus: number, registers: Int32Array): void {
    const { live } = this;
    live.seq = this.seq;
    live.time = this.time;
    if (!this.enabled) return;
    const { words, doubles } = this;
    const at = this.at & INDEX_MASK;
    const half = at >> 1;
    doubles[half + DOUBLE.SEQ] = this.seq;
    doubles[half + DOUBLE.TIME] = this.time;
    doubles[half + DOUBLE.CAUSE] = this.cause;
    words[at + WORD.TYPE] = called.number;
    words[at + WORD.ACTOR] = this.actor;
    words[at + WORD.PAYLOAD] = numberAndStatus;
    words[at + 9] = registers[0];
    words[at + 10] = registers[1];
    words[at + 11] = registers[2];
    words[at + 12] = registers[3];
    words[at + 13] = registers[4];
    words[at + 14] = registers[5];
    words[at + 15] = 0;
    this.at = at + RECORD_WORDS;
    if ((++this.count & BLOCK_MASK) === 0) {
      this.endBlock();
      // Half a ring is so many blocks: copies are made where one ends.
      if (this.count === this.copyAt) this.copyLive();
    }
    if (this.onRecord) this.report();
  }

  /** Writes the header of the record at `at`, and moves on. */
  private finish(type: number): void {
    const { words, doubles, at } = this;
    const half = at >> 1;
    doubles[half + DOUBLE.SEQ] = this.seq;
    doubles[half + DOUBLE.TIME] = this.time;
    doubles[half + DOUBLE.CAUSE] = this.cause;
    words[at + WORD.TYPE] = type;
    words[at + WORD.ACTOR] = this.actor;
    this.at = at + RECORD_WORDS;
    if ((++this.count & BLOCK_MASK) === 0) this.endBlock();
  }

  /** Calls `reader` after each block of records. Gives what ends that; between two records only. */
  readBlocks(reader: BlockReader): () => void {
    this.readers.push(reader);
    return () => {
      const at = this.readers.indexOf(reader);
      if (at >= 0) this.readers.splice(at, 1);
    };
  }

  /** After each block: the digest, and the ring's wrap. Runs between a record and its change of state. */
  private endBlock(): void {
    if (this.onBlock !== undefined) this.onBlock();
    for (let i = 0; i < this.readers.length; i++) this.readers[i].takeBlock();
    if (this.hashed) this.digestUpTo(this.count);
    if (this.at === this.words.length) this.at = 0;
  }

  /**
   * Copies the state: of two copies over the earlier one, half a ring after the later, which then covers every record that is kept.
   * A single copy is made anew when the ring has gone round since.
   */
  private copyLive(): void {
    const spare = this.earlier ?? this.later;
    if (this.earlier !== undefined) this.earlier = this.later;
    this.earlierFrom = this.laterFrom;
    copyState(this.live, spare);
    this.later = spare;
    this.laterFrom = this.count;
    this.copyAt = this.count + (this.earlier === undefined ? this.capacity : this.capacity >> 1);
  }

  /** Gives the earlier copy up: the host may have its memory. Allocates nothing. */
  giveUpEarlier(): void {
    this.earlier = undefined;
    this.copyAt = this.laterFrom + this.capacity;
  }

  /** Where it stands, for `goTo`. */
  place(): JournalPlace {
    if (this.enabled && this.hashed) this.digestUpTo(this.count);
    const state = new MutableState(this.live.frameCount);
    copyState(this.live, state);
    const { count, digest, digested } = this;
    return { count, state, hadEarlier: this.earlier !== undefined, digest: digest.place(), digested };
  }

  /**
   * Goes back, or forward again, to where it stood: what is committed then follows there. What is in the ring from before may be of
   * another run, and is not read any more.
   */
  goTo({ count, state, hadEarlier, digest, digested }: JournalPlace): void {
    for (const reader of this.readers) reader.takeBlock();
    this.lost = count;
    copyState(state, this.live);
    this.count = count;
    this.at = (count % this.capacity) * RECORD_WORDS;
    this.digest.goTo(digest);
    this.digested = digested;
    this.laterFrom = count;
    this.earlierFrom = count;
    copyState(state, this.later);
    if (hadEarlier) {
      this.earlier ??= new MutableState(this.live.frameCount);
      copyState(state, this.earlier);
    } else this.earlier = undefined;
    // Copies are made where a block ends.
    const ahead = hadEarlier ? this.capacity >> 1 : this.capacity;
    this.copyAt = count + ahead - ((count + ahead) % DIGEST_BLOCK);
    for (const reader of this.readers) reader.goneTo(count);
  }

  private digestUpTo(count: number): void {
    while (this.digested < count) {
      const from = this.digested % this.capacity;
      const records = Math.min(count - this.digested, this.capacity - from);
      this.digest.takeRecords(this.words, from * RECORD_WORDS, (from + records) * RECORD_WORDS);
      this.digested += records;
    }
  }

  /** The digest of all records so far, 32 hexadecimal digits; undefined where it was not taken and the ring has begun anew. */
  hash(): string | undefined {
    if (!this.hashed && (this.count > this.capacity || this.lost > this.digested)) return undefined;
    if (this.enabled) this.digestUpTo(this.count);
    return this.digest.text();
  }

  /**
   * The digest of the first `count` records; undefined where it goes further already. With `hashed`, `onBlock` can ask for any
   * count of its block, and between two runs that of all records is to be had.
   */
  hashAt(count: number): string | undefined {
    if (count < this.digested || count > this.count || this.digested < this.count - this.capacity) return undefined;
    this.digestUpTo(count);
    return this.digest.text();
  }

  /** The index of the oldest record that can still be folded to the live state. */
  get oldest(): number {
    return this.earlier === undefined ? this.laterFrom : this.earlierFrom;
  }

  /** The index of the oldest record that can be read. */
  get firstHeld(): number {
    return Math.max(0, this.count - this.capacity, this.lost);
  }

  /** The record with this index. Throws RangeError where it is not (or no longer) here; the message names the oldest. */
  read(index: number): ReadRecord {
    if (!this.enabled || index < this.firstHeld || index >= this.count) {
      throw new RangeError(`the journal holds records ${this.firstHeld} to ${this.count - 1}`);
    }
    return readRecord(this.words, this.doubles, (index % this.capacity) * RECORD_WORDS, index);
  }

  /** The last records, oldest first, one line each. */
  tail(records: number): string[] {
    const lines: string[] = [];
    const first = this.enabled ? Math.max(this.firstHeld, this.count - records) : this.count;
    for (let index = first; index < this.count; index++) lines.push(recordLine(this.read(index)));
    return lines;
  }

  /** Folds the records after the oldest copy of the state, and gives the first difference from the live state, or undefined. */
  foldDifference(): string | undefined {
    if (!this.enabled) return undefined;
    const folded = new MutableState(this.live.frameCount);
    copyState(this.earlier ?? this.later, folded);
    this.foldInto(folded, this.oldest, this.count);
    return stateDifference(this.live, folded);
  }

  /**
   * The state after a step, counted as in the run, folded from an earlier place of this journal; undefined where the ring has no
   * longer all records between them. The step was taken.
   */
  stateAfter({ count, state }: JournalPlace, seq: number): State | undefined {
    if (!this.enabled || count < this.firstHeld || count > this.count) return undefined;
    const folded = new MutableState(this.live.frameCount);
    copyState(state, folded);
    // Steps that no program can notice are beside those; mostly there are none.
    for (let from = count; seqOfRun(folded) < seq && from < this.count; ) {
      const to = this.firstAfter(seq + folded.outsideSteps, from);
      this.foldInto(folded, from, to);
      from = to;
    }
    return folded;
  }

  /** The index of the first record, from `low` on, that is of a later step than this one. */
  private firstAfter(seq: number, low: number): number {
    let high = this.count;
    while (low < high) {
      const middle = low + Math.floor((high - low) / 2);
      const half = ((middle % this.capacity) * RECORD_WORDS) >> 1;
      if (this.doubles[half + DOUBLE.SEQ] <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Applies the records from `from` to `to`, which the ring holds, to a state. */
  foldInto(state: MutableState, from: number, to: number): void {
    const { words, doubles } = this;
    const end = words.length;
    let at = (from % this.capacity) * RECORD_WORDS;
    for (let left = to - from; left > 0; left--) {
      const half = at >> 1;
      state.seq = doubles[half + DOUBLE.SEQ];
      state.time = doubles[half + DOUBLE.TIME];
      const type = words[at + WORD.TYPE];
      const how = FOLDED[type];
      if (how !== FOLD.NOTHING) {
        if (how === undefined) throw new KernelPanic(`record ${to - left} has no type`);
        const p = at + WORD.PAYLOAD;
        const apply = APPLIES[type];
        const a = words[p];
        const b = words[p + 1];
        const c = words[p + 2];
        const d = words[p + 3];
        const e = words[p + 4];
        const f = words[p + 5];
        if (how === FOLD.PLAIN) apply(state, a, b, c, d, e, f, words[p + 6], words[p + 7]);
        else apply(state, doubles[half + DOUBLE.TIME_FIELD], a, b, c, d, e, f, 0);
      }
      at += RECORD_WORDS;
      if (at === end) at = 0;
    }
  }

  private report(): void {
    must(this.enabled, 'records can only be traced while the journal is on');
    this.onRecord?.(this.read(this.count - 1));
  }
}
