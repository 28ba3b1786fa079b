/**
 * Records as few bytes: what can be foretold from the records before is left out. FORMAT.md has it byte by byte.
 *
 * Both sides keep the same memory, which begins empty with each block, so that a block can be read by itself:
 * - of the last record: seq, time, actor, type, instructions;
 * - which type came after a record of the same type with the same first field;
 * - which cause an actor's last record had;
 * - which first field the last record of the same type and actor had;
 * - the payload of the last record of the same type and actor with the same first field.
 * Records that share a place in such a memory share what is remembered there: that costs bytes and nothing else.
 *
 * Hot path: `RecordWriter.write` is called for each record of a run that records all, and allocates nothing but room for bytes.
 */
import { DOUBLE, RECORD_WORDS, WORD } from '../record.js';
import { type ByteReader, LARGEST_DIFFERENCE, putDifference, putNumber } from './bytes.js';
import { RecordingError } from './error.js';
import type { RecordType } from './schema.js';

/** The first byte of a record: what follows it, in this order. */
export const FLAG = {
  /** The seq is the last one and 1; nothing follows. */
  NEXT: 1,
  /** How much more the seq is than the last (number). */
  SEQ: 2,
  /** How much later it is than the last record (difference). */
  TIME: 4,
  ACTOR: 8,
  /** How much less than the seq the cause is (difference). */
  CAUSE: 16,
  TYPE: 32,
  FIELDS: 64,
  /** How many instructions more had been executed than at the last record that says so (difference). */
  INSTRUCTIONS: 128,
} as const;

/** Places for what is remembered; powers of two. */
const ACTORS = 256;
const FOLLOWERS = 4096;
const FIRSTS = 1024;
const PAYLOADS = 4096;
/** In the mask of fields: the time of the payload, which takes the place of its last words. */
const TIME_BIT = 6;
const PAYLOAD = 8;
/** The longest record: its first byte, six numbers, the mask, and eight words or six and a time. */
const MAX_RECORD_BYTES = 1 + 6 * 8 + 1 + 8 * 5 + 9;

/** Where a block's records begin. */
export interface Base {
  readonly seq: number;
  readonly time: number;
  readonly instructions: number;
}

/** What both sides remember. */
class Memory {
  seq = 0;
  time = 0;
  actor = 0;
  /** Where the type is remembered that comes after the last record. */
  follower = 0;
  instructions = 0;
  readonly after = new Uint16Array(FOLLOWERS);
  readonly firsts = new Int32Array(FIRSTS);
  readonly causes = new Float64Array(ACTORS);
  /** Eight words a place; and how much later than its record a payload's time was. */
  readonly payloads = new Int32Array(PAYLOADS * PAYLOAD);
  readonly delays = new Float64Array(PAYLOADS);

  begin({ seq, time, instructions }: Base): void {
    this.seq = seq;
    this.time = time;
    this.instructions = instructions;
    this.actor = 0;
    this.follower = 0;
    this.after.fill(0);
    this.firsts.fill(0);
    this.causes.fill(0);
    this.payloads.fill(0);
    this.delays.fill(0);
  }
}

function followerOf(type: number, first: number): number {
  return (Math.imul(type, 61) + Math.imul(first, 7)) & (FOLLOWERS - 1);
}

function firstOf(type: number, actor: number): number {
  return (Math.imul(type, 37) + Math.imul(actor, 11)) & (FIRSTS - 1);
}

function payloadOf(type: number, actor: number, first: number): number {
  return (Math.imul(type, 37) + Math.imul(actor, 11) + Math.imul(first, 509) + (first >>> 16)) & (PAYLOADS - 1);
}

export class RecordWriter {
  private buffer = new Uint8Array(1 << 16);
  /** Bytes of the records since the block began. */
  length = 0;
  private readonly memory = new Memory();
  private readonly counts: Uint8Array;
  private readonly timed: Uint8Array;
  private readonly double = new DataView(new ArrayBuffer(8));

  constructor(types: readonly RecordType[]) {
    this.counts = Uint8Array.from(types, ({ fields }) => fields.length);
    this.timed = Uint8Array.from(types, ({ time }) => (time === null ? 0 : 1));
  }

  /** Begins a block. */
  begin(base: Base): void {
    this.length = 0;
    this.memory.begin(base);
  }

  /** A copy of the records since the block began. */
  bytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  /** Writes the record at word `at`. `instructions`: executed before it, or -1 where it is not to say so. */
  write(words: Int32Array, doubles: Float64Array, at: number, instructions: number): void {
    if (this.length + MAX_RECORD_BYTES > this.buffer.length) this.grow();
    const { buffer, memory: m } = this;
    const half = at >> 1;
    const seq = doubles[half + DOUBLE.SEQ];
    const time = doubles[half + DOUBLE.TIME];
    const cause = doubles[half + DOUBLE.CAUSE];
    const type = words[at + WORD.TYPE];
    const actor = words[at + WORD.ACTOR];
    const start = this.length;
    let to = start + 1;
    let flags = 0;
    if (seq === m.seq + 1) flags = FLAG.NEXT;
    else if (seq !== m.seq) {
      flags = FLAG.SEQ;
      to = putNumber(buffer, to, seq - m.seq);
    }
    if (time !== m.time) {
      flags |= FLAG.TIME;
      to = putDifference(buffer, to, time - m.time);
    }
    if (actor !== m.actor) {
      flags |= FLAG.ACTOR;
      to = putNumber(buffer, to, actor >>> 0);
    }
    const causePlace = actor & (ACTORS - 1);
    if (cause !== m.causes[causePlace]) {
      flags |= FLAG.CAUSE;
      to = putDifference(buffer, to, seq - cause);
      m.causes[causePlace] = cause;
    }
    const { follower } = m;
    if (type !== m.after[follower]) {
      flags |= FLAG.TYPE;
      to = putNumber(buffer, to, type);
      m.after[follower] = type;
    }
    m.seq = seq;
    m.time = time;
    m.actor = actor;
    m.follower = followerOf(type, words[at + WORD.PAYLOAD]);
    const fieldsAt = to;
    to = this.writeFields(words, doubles, at, to);
    if (to !== fieldsAt) flags |= FLAG.FIELDS;
    if (instructions >= 0) {
      flags |= FLAG.INSTRUCTIONS;
      to = putDifference(buffer, to, instructions - m.instructions);
      m.instructions = instructions;
    }
    buffer[start] = flags;
    this.length = to;
  }

  /** Writes the mask and the fields that were not foretold, if there are any; gives where they end. */
  private writeFields(words: Int32Array, doubles: Float64Array, at: number, start: number): number {
    const { buffer, memory: m } = this;
    const { payloads } = m;
    const type = words[at + WORD.TYPE];
    const actor = words[at + WORD.ACTOR];
    const from = at + WORD.PAYLOAD;
    const first = words[from];
    const firstPlace = firstOf(type, actor);
    const place = payloadOf(type, actor, first);
    const last = place * PAYLOAD;
    const count = this.counts[type];
    let mask = 0;
    let to = start + 1;
    const foretold = m.firsts[firstPlace];
    if (first !== foretold) {
      mask = 1;
      to = putWord(buffer, to, first, foretold);
      m.firsts[firstPlace] = first;
    }
    for (let i = 1; i < count; i++) {
      const word = words[from + i];
      const before = payloads[last + i];
      if (word === before) continue;
      mask |= 1 << i;
      to = putWord(buffer, to, word, before);
      payloads[last + i] = word;
    }
    if (this.timed[type] !== 0) {
      const half = at >> 1;
      const time = doubles[half + DOUBLE.TIME];
      const payloadTime = doubles[half + DOUBLE.TIME_FIELD];
      const delay = payloadTime - time;
      // What is rounded is written itself.
      const isExact = time + delay === payloadTime;
      if (delay !== m.delays[place] || !isExact) {
        mask |= 1 << TIME_BIT;
        m.delays[place] = delay;
        to = this.writeTime(to, isExact ? delay : Number.POSITIVE_INFINITY, payloadTime);
      }
    }
    if (mask === 0) return start;
    buffer[start] = mask;
    return to;
  }

  /** A time as how much later it is, a number from 1 on; or 0 and its double where that is no whole number or too large. */
  private writeTime(to: number, delay: number, time: number): number {
    const { buffer, double } = this;
    if (Number.isInteger(delay) && Math.abs(delay) < LARGEST_DIFFERENCE)
      return putNumber(buffer, to, (delay < 0 ? -2 * delay - 1 : 2 * delay) + 1);
    buffer[to] = 0;
    double.setFloat64(0, time, true);
    for (let i = 0; i < 8; i++) buffer[to + 1 + i] = double.getUint8(i);
    return to + 9;
  }

  private grow(): void {
    const larger = new Uint8Array(2 * this.buffer.length);
    larger.set(this.buffer);
    this.buffer = larger;
  }
}

/** A word as how much more it is than another, of either sign. */
function putWord(buffer: Uint8Array, at: number, word: number, foretold: number): number {
  const difference = (word - foretold) | 0;
  let rest = ((difference << 1) ^ (difference >> 31)) >>> 0;
  let to = at;
  while (rest > 0x7f) {
    buffer[to++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[to++] = rest;
  return to;
}

export class RecordReader {
  /** The record that was read last, as the journal has it: sixteen words, and the same as doubles. */
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  /** What the last record says of instructions, -1 where it says nothing. */
  instructions = -1;
  private readonly memory = new Memory();
  private readonly double = new DataView(new ArrayBuffer(8));

  constructor(private readonly types: readonly RecordType[]) {
    const buffer = new ArrayBuffer(RECORD_WORDS * 4);
    this.words = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
  }

  /** Begins a block. */
  begin(base: Base): void {
    this.memory.begin(base);
  }

  /** Reads a record. Throws RecordingError where there is none. */
  read(bytes: ByteReader): void {
    const { memory: m, words, doubles } = this;
    const flags = bytes.byte();
    if (flags & FLAG.NEXT) m.seq++;
    else if (flags & FLAG.SEQ) m.seq += bytes.number();
    if (flags & FLAG.TIME) m.time += bytes.difference();
    if (flags & FLAG.ACTOR) m.actor = bytes.number() | 0;
    const causePlace = m.actor & (ACTORS - 1);
    if (flags & FLAG.CAUSE) m.causes[causePlace] = m.seq - bytes.difference();
    const type: number = flags & FLAG.TYPE ? bytes.number() : m.after[m.follower];
    if (type >= this.types.length) throw new RecordingError(`there is no record type ${type}`);
    m.after[m.follower] = type;
    words.fill(0);
    doubles[DOUBLE.SEQ] = m.seq;
    doubles[DOUBLE.TIME] = m.time;
    doubles[DOUBLE.CAUSE] = m.causes[causePlace];
    words[WORD.TYPE] = type;
    words[WORD.ACTOR] = m.actor;
    this.readFields(bytes, type, (flags & FLAG.FIELDS) === 0 ? 0 : bytes.byte());
    m.follower = followerOf(type, words[WORD.PAYLOAD]);
    if (flags & FLAG.INSTRUCTIONS) m.instructions += bytes.difference();
    this.instructions = flags & FLAG.INSTRUCTIONS ? m.instructions : -1;
    for (const value of [m.seq, m.time, m.instructions, doubles[DOUBLE.CAUSE]])
      if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) throw new RecordingError('a number in it is too large');
  }

  private readFields(bytes: ByteReader, number: number, mask: number): void {
    const { memory: m, words, doubles } = this;
    const type = this.types[number];
    const count = type.fields.length;
    const firstPlace = firstOf(number, m.actor);
    if (mask & 1) m.firsts[firstPlace] += readWord(bytes);
    const first = m.firsts[firstPlace];
    const place = payloadOf(number, m.actor, first);
    const last = place * PAYLOAD;
    words[WORD.PAYLOAD] = first;
    for (let i = 1; i < count; i++) {
      if (mask & (1 << i)) m.payloads[last + i] += readWord(bytes);
      words[WORD.PAYLOAD + i] = m.payloads[last + i];
    }
    if (type.time === null) return;
    if (mask & (1 << TIME_BIT)) {
      const code = bytes.number();
      if (code === 0) {
        bytes.take(8).forEach((byte, i) => {
          this.double.setUint8(i, byte);
        });
        const time = this.double.getFloat64(0, true);
        m.delays[place] = time - m.time;
        doubles[DOUBLE.TIME_FIELD] = time;
        return;
      }
      m.delays[place] = code % 2 === 1 ? (code - 1) / 2 : -code / 2;
    }
    doubles[DOUBLE.TIME_FIELD] = m.time + m.delays[place];
  }
}

function readWord(bytes: ByteReader): number {
  const code = bytes.number();
  if (code > 0xffff_ffff) throw new RecordingError('a field in it is too large');
  return (code >>> 1) ^ -(code & 1);
}
