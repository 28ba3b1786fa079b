/**
 * A block of records: where it begins, where it ends, what the journal's hash was there, and the records between. The end is what a
 * replay can be compared with though the records of state are not in the file; FORMAT.md has it byte by byte.
 */
import { ByteReader, ByteWriter } from './bytes.js';
import { RecordingError } from './error.js';
import type { Base, RecordReader } from './record-coder.js';

/** Where a run is: after this step, when so many instructions have been executed and so many records written. */
export interface Mark {
  readonly seq: number;
  readonly time: number;
  readonly instructions: number;
  readonly records: number;
  /** The digest of all records so far, 32 hexadecimal digits; undefined where it was not taken just there. */
  readonly hash: string | undefined;
}

export interface RecordsHead {
  /** Records in the block. */
  readonly count: number;
  readonly base: Base;
  readonly end: Mark;
}

const HASH_BYTES = 16;

export function recordsBlock({ count, base, end }: RecordsHead, records: Uint8Array): Uint8Array {
  const bytes = new ByteWriter(128 + records.length);
  for (const value of [count, base.seq, base.time, base.instructions]) bytes.number(value);
  for (const value of [end.seq, end.time, end.instructions, end.records]) bytes.number(value);
  bytes.number(end.hash === undefined ? 0 : 1);
  if (end.hash !== undefined) bytes.append(bytesOf(end.hash));
  bytes.append(records);
  return bytes.finish();
}

/** Throws RecordingError where it is none. */
export function readRecordsHead(bytes: ByteReader): RecordsHead {
  const number = (): number => bytes.number();
  const count = number();
  const base = { seq: number(), time: number(), instructions: number() };
  const end = { seq: number(), time: number(), instructions: number(), records: number() };
  const isHashed = number() === 1;
  const hash = isHashed
    ? Array.from(bytes.take(HASH_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('')
    : undefined;
  return { count, base, end: { ...end, hash } };
}

/** Lets `reader` read each record of a block; each is there after a step of the generator. Throws RecordingError. */
export function* readRecords(contents: Uint8Array, reader: RecordReader): Generator<undefined, RecordsHead> {
  const bytes = new ByteReader(contents);
  const head = readRecordsHead(bytes);
  reader.begin(head.base);
  for (let i = 0; i < head.count; i++) {
    reader.read(bytes);
    yield;
  }
  if (!bytes.isAtEnd) throw new RecordingError('more bytes follow its last record');
  return head;
}

function bytesOf(hash: string): Uint8Array {
  return Uint8Array.from({ length: hash.length / 2 }, (_, i) => Number.parseInt(hash.slice(2 * i, 2 * i + 2), 16));
}
