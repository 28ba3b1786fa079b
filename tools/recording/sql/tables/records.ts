/**
 * The records themselves. They lie in one table of numbers, `record`, as they lie in the journal: loading a million of them must not
 * take long. `records` is a view of it for people, and each type of record has a view of its own with the names of its fields.
 */
import type { Recording } from '../../../../kernel/index.js';
import { CALL_REPEATS, CALL_WAITS, NO_RETURN } from '../../../../kernel/index.js';
import { DOUBLE, type ReadRecord, WORD } from '../../../../kernel/journal/record.js';
import type { RecordType } from '../../../../kernel/journal/recording/schema.js';
import { finite, integer, type NamedQuery, orNull, text, type Value } from '../table.js';

/** Words of a payload. */
const WORDS = 8;
const WORD_COLUMNS = Array.from({ length: WORDS }, (_, i) => `w${i}`);
const ALL_COLUMNS = ['idx', 'seq', 'time', 'cause', 'actor', 'type', ...WORD_COLUMNS, 'until'];

export const RAW_TABLE = `CREATE TEMP TABLE record(idx INTEGER PRIMARY KEY, ${ALL_COLUMNS.slice(1).join(' INT, ')} INT);
CREATE TEMP TABLE record_types(number INTEGER PRIMARY KEY, name TEXT, class TEXT, fields TEXT, about TEXT);`;

export const RECORD_TYPES = {
  name: 'record_types',
  about: 'what records there are',
  columns: [
    integer('number', 'as it stands in records'),
    text('name', 'of the type; of the view of these records, too'),
    text('class', 'state, input or choice'),
    text('fields', 'the names of its fields, with commas between them'),
    text('about', 'what such a record says'),
  ],
} as const;

const COMMON = [
  integer('idx', 'its place in the journal, from 0 on'),
  integer('seq', 'the step'),
  integer('time', 'virtual time, ns'),
  integer('cause', 'the step that led to this one; NULL: none'),
  integer('actor', 'koid of the thread whose step it is; NULL: none'),
] as const;

export const RECORDS: NamedQuery = {
  name: 'records',
  about: 'every record of the journal',
  columns: [
    ...COMMON,
    text('type', 'its type: call, thread_blocked, …'),
    text('class', 'state, input or choice'),
    text('fields', "its fields by name, as JSON: `fields ->> 'row'`"),
    text('line', 'the record as `tocsin journal` prints it'),
  ],
  sql: `SELECT r.idx, r.seq, r.time, r.cause, r.actor, t.name AS type, t.class,
  record_fields(${ALL_COLUMNS.map((name) => `r.${name}`).join(', ')}) AS fields,
  record_line(${ALL_COLUMNS.map((name) => `r.${name}`).join(', ')}) AS line
FROM record r JOIN record_types t ON t.number = r.type`,
};

/** Names that the view of a type has for each record, which a field of that name gives way to: `cause_field`. */
const TAKEN: ReadonlySet<string> = new Set(COMMON.map(({ name }) => name));

/** The fields of a type as the columns of its view, and what is selected for each. */
export function fieldColumns({
  fields,
  formats,
  time,
}: Pick<RecordType, 'fields' | 'formats' | 'time'>): readonly (readonly [name: string, expression: string])[] {
  const named = (name: string): string => (TAKEN.has(name) ? `${name}_field` : name);
  const columns = fields.flatMap((name, i): [string, string][] => {
    const word = `w${i}`;
    switch (formats[name]) {
      case 'hexadecimal':
        return [[named(name), `${word} & 4294967295`]];
      case 'status':
        return [[named(name), `status_name(${word})`]];
      case 'call':
        return [
          ['name', `call_name(${word})`],
          ['status', `call_status(${word})`],
        ];
      default:
        return [[named(name), word]];
    }
  });
  return time === null ? columns : [...columns, [named(time), 'until']];
}

/** The view of a type, by its name. */
export function typeView(type: RecordType, number: number): string {
  const columns = fieldColumns(type).map(([name, expression]) => `, ${expression} AS "${name}"`);
  return `CREATE TEMP VIEW "${type.name}" AS SELECT idx, seq, time, cause, actor${columns.join('')} FROM record WHERE type = ${number};`;
}

/** What fills `record`, as it does for each of a million: a statement for each type, that gives what such a record has. */
export interface RawRow {
  /** The number of its type. */
  type: number;
  /** In an array that is used again: what the statement of the type wants. */
  values: Value[];
}

/** The statement that inserts records of a type; their places count from that of the first, which is 0, by themselves. */
export function insertStatement({ fields, time }: RecordType, number: number): string {
  const columns = [...COMMON_WORDS, ...fields.map((_, i) => `w${i}`), ...(time === null ? [] : ['until'])];
  return `INSERT INTO record(type, ${columns.join(', ')}) VALUES (${number}, ${columns.map(() => '?').join(', ')})`;
}

const COMMON_WORDS = ['seq', 'time', 'cause', 'actor'] as const;

/** Rows of `record`, one after the other, in one object that is used again. */
export function* rawRows(recording: Recording): Generator<RawRow> {
  const reader = recording.reader();
  const { words, doubles } = reader;
  const shapes = recording.schema.types.map(({ fields, time }) => ({
    count: fields.length,
    isTimed: time !== null,
    values: Array<Value>(COMMON_WORDS.length + fields.length + (time === null ? 0 : 1)).fill(null),
  }));
  const row: RawRow = { type: 0, values: [] };
  for (const _ of recording.read(reader)) {
    const type = words[WORD.TYPE];
    const { count, isTimed, values } = shapes[type];
    values[0] = doubles[DOUBLE.SEQ];
    values[1] = doubles[DOUBLE.TIME];
    values[2] = orNull(doubles[DOUBLE.CAUSE]);
    values[3] = orNull(words[WORD.ACTOR]);
    for (let i = 0; i < count; i++) values[4 + i] = words[WORD.PAYLOAD + i];
    if (isTimed) values[4 + count] = finite(doubles[DOUBLE.TIME_FIELD]);
    row.type = type;
    row.values = values;
    yield row;
  }
}

type Cells = readonly (number | null)[];

/** What the views call: names of what is a number in records. */
export function functionsOf(
  recording: Recording,
): Readonly<Record<string, { count: number; work: (...cells: Cells) => Value }>> {
  const { types, calls, statuses } = recording.schema;
  const status = (value: number): string => statuses[value] ?? String(value);
  const read = (cells: Cells): ReadRecord => {
    const [index, seq, time, cause, actor, number] = cells.map((cell) => cell ?? 0);
    const type = types[number];
    const fields: Record<string, number> = {};
    type.fields.forEach((name, i) => {
      fields[name] = cells[6 + i] ?? 0;
    });
    if (type.time !== null) fields[type.time] = cells[6 + WORDS] ?? Number.POSITIVE_INFINITY;
    return { index, seq, time, cause, actor, type: type.name, fields };
  };
  return {
    status_name: { count: 1, work: (value) => (value === null ? null : status(value)) },
    call_name: {
      count: 1,
      work: (word) => (word === null ? null : (calls[word & 0xffff] ?? `0x${(word & 0xffff).toString(16)}`)),
    },
    call_status: { count: 1, work: (word) => (word === null ? null : callEnd(word >> 16, status)) },
    record_line: { count: ALL_COLUMNS.length, work: (...cells) => recording.line(read(cells)) },
    record_fields: { count: ALL_COLUMNS.length, work: (...cells) => JSON.stringify(read(cells).fields) },
  };
}

function callEnd(end: number, status: (value: number) => string): string {
  if (end === CALL_WAITS) return 'waits';
  if (end === CALL_REPEATS) return 'again later';
  return end === NO_RETURN ? 'no return' : status(end);
}
