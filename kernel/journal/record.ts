/**
 * A record: 64 bytes, sixteen 32-bit words, little-endian.
 *
 * words 0-1 seq (double) · 2-3 virtual time in ns (double) · 4-5 cause: the seq of the step that led to this one (double) ·
 * 6 the transition's number · 7 actor: the koid of the thread whose step it is, 0 for none · 8-15 payload: the fields in
 * order; a timed transition has its fields in words 8-13 and its time (double) in words 14-15.
 */
import { callByNumber } from '../../syscalls/calls.js';
import { statusName } from '../../syscalls/errors.js';
import type { FieldFormat } from '../state/transition.js';
import { TRANSITIONS } from '../transitions/all.js';
import { CALL_REPEATS, CALL_WAITS, NO_RETURN } from '../transitions/steps.js';

export const RECORD_WORDS = 16;
export const WORD = { TYPE: 6, ACTOR: 7, PAYLOAD: 8, TIME_FIELD: 14 } as const;
/** Places of the doubles, in units of eight bytes. */
export const DOUBLE = { SEQ: 0, TIME: 1, CAUSE: 2, TIME_FIELD: 7 } as const;

/** A record with names, for people and queries; never on a hot path. */
export interface ReadRecord {
  /** Place in the journal, counted from 0 at boot. */
  readonly index: number;
  readonly seq: number;
  /** Virtual time, ns. */
  readonly time: number;
  readonly cause: number;
  /** Koid of the thread, 0 for none. */
  readonly actor: number;
  readonly type: string;
  readonly fields: Readonly<Record<string, number>>;
}

/** Reads the record that begins at word `at`. */
export function readRecord(words: Int32Array, doubles: Float64Array, at: number, index: number): ReadRecord {
  const transition = TRANSITIONS[words[at + WORD.TYPE]];
  const fields: Record<string, number> = {};
  transition.fields.forEach((name, i) => {
    fields[name] = words[at + WORD.PAYLOAD + i];
  });
  const half = at >> 1;
  if (transition.time !== undefined) fields[transition.time] = doubles[half + DOUBLE.TIME_FIELD];
  return {
    index,
    seq: doubles[half + DOUBLE.SEQ],
    time: doubles[half + DOUBLE.TIME],
    cause: doubles[half + DOUBLE.CAUSE],
    actor: words[at + WORD.ACTOR],
    type: transition.name,
    fields,
  };
}

/** What the words of records are called. */
export interface RecordWords {
  formats(type: string): Readonly<Partial<Record<string, FieldFormat>>>;
  call(number: number): string | undefined;
  status(value: number): string;
}

/** One line: `12 @3400 #5 call futex_wake=OK a0=0x12010 …`. */
export function recordLine(record: ReadRecord): string {
  return recordLineIn(record, OWN_WORDS);
}

/** As `recordLine`, of a record that others may have written. */
export function recordLineIn(record: ReadRecord, words: RecordWords): string {
  const formats = words.formats(record.type);
  const fields = Object.entries(record.fields).map(
    ([name, value]) => ` ${fieldText(name, value, formats[name], words)}`,
  );
  const actor = record.actor === 0 ? '' : ` #${record.actor}`;
  return `${record.seq} @${record.time}${actor} ${record.type}${fields.join('')}`;
}

const formatsOf = new Map(TRANSITIONS.map(({ name, formats }) => [name, formats]));

const OWN_WORDS: RecordWords = {
  formats: (type) => formatsOf.get(type) ?? {},
  call: (number) => callByNumber(number)?.name,
  status: statusName,
};

function fieldText(name: string, value: number, format: FieldFormat | undefined, words: RecordWords): string {
  switch (format) {
    case undefined:
      return `${name}=${value}`;
    case 'hexadecimal':
      return `${name}=0x${(value >>> 0).toString(16)}`;
    case 'status':
      return `${name}=${words.status(value)}`;
    case 'text':
      return `${name}=${JSON.stringify(bytesText(value))}`;
    case 'call': {
      const number = value & 0xffff;
      return `${words.call(number) ?? `0x${number.toString(16)}`}=${callEndText(value >> 16, words)}`;
    }
  }
}

function callEndText(status: number, words: RecordWords): string {
  if (status === CALL_WAITS) return 'waits';
  if (status === CALL_REPEATS) return 'again later';
  return status === NO_RETURN ? 'no return' : words.status(status);
}

/** The bytes of a word up to a zero; what is not printable ASCII shows as "?". */
function bytesText(word: number): string {
  const bytes = [word, word >>> 8, word >>> 16, word >>> 24].map((byte) => byte & 0xff);
  const end = bytes.indexOf(0);
  const shown = end < 0 ? bytes : bytes.slice(0, end);
  return shown.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '?')).join('');
}
