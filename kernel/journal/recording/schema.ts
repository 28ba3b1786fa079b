/**
 * The schema of a recording: what its records are, and how their fields are printed. It stands in the file, so that a reader needs
 * nothing else, and an older or newer build than the one that wrote it can print it and see whether it can replay it.
 */
import { CALLS } from '../../../syscalls/calls.js';
import { STATUS, statusName } from '../../../syscalls/errors.js';
import type { FieldFormat, RecordClass } from '../../state/transition.js';
import { PAYLOAD_WORDS } from '../../state/transition.js';
import { TRANSITIONS } from '../../transitions/all.js';
import type { RecordWords } from '../record.js';
import { RecordingError } from './error.js';

export interface RecordType {
  readonly name: string;
  readonly class: RecordClass;
  readonly about: string;
  /** The name of the time, null where there is none. */
  readonly time: string | null;
  readonly fields: readonly string[];
  /** How fields are printed that are no signed decimal numbers. */
  readonly formats: Readonly<Record<string, FieldFormat>>;
}

export interface Schema {
  /** A type's place is its number in records. */
  readonly types: readonly RecordType[];
  /** Names of system calls by their numbers, and of statuses by theirs. */
  readonly calls: Readonly<Record<string, string>>;
  readonly statuses: Readonly<Record<string, string>>;
}

/** More types, or longer names, no build has. */
const MOST_TYPES = 4096;

export function ownSchema(): Schema {
  return {
    types: TRANSITIONS.map((transition) => ({
      name: transition.name,
      class: transition.class,
      about: transition.about,
      time: transition.time ?? null,
      fields: transition.fields,
      formats: transition.formats as Readonly<Record<string, FieldFormat>>,
    })),
    calls: Object.fromEntries(CALLS.map(({ number, name }) => [number, name])),
    statuses: Object.fromEntries(Object.values(STATUS).map((status) => [status, statusName(status)])),
  };
}

/** Throws RecordingError where it is none. */
export function parseSchema(bytes: Uint8Array): Schema {
  const schema = parseObject(bytes, 'schema') as Partial<Record<keyof Schema, unknown>>;
  const { types, calls, statuses } = schema;
  if (
    !Array.isArray(types) ||
    types.length > MOST_TYPES ||
    !types.every(isType) ||
    !isTexts(calls) ||
    !isTexts(statuses)
  )
    throw new RecordingError('its schema is none');
  return { types, calls, statuses };
}

/** The object that is written in a block as JSON. Throws RecordingError. */
export function parseObject(bytes: Uint8Array, what: string): object {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below.
  }
  throw new RecordingError(`its ${what} cannot be read`);
}

function isType(value: unknown): value is RecordType {
  if (typeof value !== 'object' || value === null) return false;
  const { name, class: kind, about, time, fields, formats } = value as Partial<Record<keyof RecordType, unknown>>;
  return (
    typeof name === 'string' &&
    (kind === 'state' || kind === 'choice' || kind === 'input') &&
    typeof about === 'string' &&
    (time === null || typeof time === 'string') &&
    Array.isArray(fields) &&
    fields.length <= PAYLOAD_WORDS - (time === null ? 0 : 2) &&
    fields.every((field) => typeof field === 'string') &&
    isTexts(formats)
  );
}

function isTexts(value: unknown): value is Readonly<Record<string, never>> {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
}

/** What the words of its records are called, as the file says it. */
export function wordsOf({ types, calls, statuses }: Schema): RecordWords {
  const formats = new Map(types.map((type) => [type.name, type.formats]));
  return {
    formats: (type) => formats.get(type) ?? {},
    call: (number) => calls[number],
    status: (value) => statuses[value] ?? String(value),
  };
}

/** Why records of this schema cannot be what this build would write; undefined where they can. */
export function schemaDifference({ types }: Schema): string | undefined {
  for (let i = 0; i < types.length; i++) {
    const theirs = types[i];
    const ours = TRANSITIONS[i];
    if (ours === undefined) return `this Tocsin has no record type ${theirs.name}`;
    const shape = (one: Pick<RecordType, 'name' | 'fields' | 'class'> & { time?: string | null | undefined }): string =>
      [one.name, one.class, one.time ?? '', ...one.fields].join(' ');
    if (theirs.name !== ours.name) return `record type ${i} is ${theirs.name} there and ${ours.name} here`;
    if (shape(theirs) !== shape(ours)) return `record type ${ours.name} has other fields there`;
  }
  return undefined;
}
