/**
 * A table of kernel state: rows of numbers, stored as one typed array a column, so that a row is an index, copying the state
 * is copying arrays, and comparing two states is comparing arrays.
 *
 * Rows are given out lowest first until the table's end, then from a free list. A row that is free holds zeros. Tables grow by
 * doubling up to their limit; how far a table has grown is not state.
 */
import { KernelPanic, must } from '../panic.js';

type Column = Int32Array | Float64Array;

/**
 * What is known of a table's rows. To the host all of these are of one shape, and every table, with its columns, is of another: so
 * taking and releasing rows, which all tables have in common, looks here, or each of its accesses would be a search.
 */
class Rows {
  used = 0;
  freeHead = 0;
  live = 0;
  link = new Int32Array(0);
  /** All columns but `link`: those of words, and those of doubles. */
  words: Int32Array[] = [];
  doubles: Float64Array[] = [];

  constructor(readonly limit: number) {}
}

interface ReadonlyRows {
  readonly used: number;
  readonly freeHead: number;
  readonly live: number;
  readonly limit: number;
  readonly link: ReadonlyColumn;
}

/** A table of whatever columns. */
export interface AnyTable {
  readonly rows: ReadonlyRows;
}

export class TableRows {
  readonly rows: Rows;

  constructor(
    limit: number,
    readonly wordColumns: readonly string[],
    readonly doubleColumns: readonly string[],
  ) {
    this.rows = new Rows(limit);
  }

  /** Rows below this were given out at least once. */
  get used(): number {
    return this.rows.used;
  }

  /** Head of the free list, plus one; 0: none. */
  get freeHead(): number {
    return this.rows.freeHead;
  }

  /** Rows that are in use now. */
  get live(): number {
    return this.rows.live;
  }

  /** The most rows that there can be. */
  get limit(): number {
    return this.rows.limit;
  }

  /** For a free row: the next free row, plus one. For a row in use: -1. */
  get link(): Int32Array {
    return this.rows.link;
  }
}

export type Table<W extends string, D extends string = never> = TableRows &
  Record<W, Int32Array> &
  Record<D, Float64Array>;

/** A column that may only be looked at. */
export interface ReadonlyColumn {
  readonly length: number;
  readonly [row: number]: number;
}

export type ReadonlyTable<T> = {
  readonly [K in keyof T]: K extends 'rows'
    ? ReadonlyRows
    : T[K] extends Int32Array | Float64Array
      ? ReadonlyColumn
      : T[K];
};

const FIRST_ROWS = 16;

/** Makes an empty table with columns of 32-bit words and columns of doubles. */
export function createTable<W extends string, D extends string = never>(
  limit: number,
  words: readonly W[],
  doubles: readonly D[] = [],
): Table<W, D> {
  const table = new TableRows(limit, words, doubles) as Table<W, D>;
  for (const name of [...words, ...doubles]) {
    must(!(name in table), `a column cannot be called ${name}`);
    // Defined, not stored under a computed name: after a dozen such stores V8 makes a dictionary of the object, and each
    // access to a column of the table becomes a look-up. And with an array from the first, so that V8 knows of the property that
    // nothing else was ever in it, and does not look again at each access.
    const value = words.includes(name as W) ? new Int32Array(0) : new Float64Array(0);
    Object.defineProperty(table, name, { value, writable: true, enumerable: true, configurable: true });
  }
  resize(table, Math.min(FIRST_ROWS, limit));
  return table;
}

function resize(table: TableRows, length: number): void {
  const columns = table as unknown as Record<string, Column>;
  const { rows } = table;
  const link = new Int32Array(length);
  link.set(rows.link);
  rows.link = link;
  rows.words = table.wordColumns.map((name) => {
    const grown = new Int32Array(length);
    grown.set(columns[name]);
    columns[name] = grown;
    return grown;
  });
  rows.doubles = table.doubleColumns.map((name) => {
    const grown = new Float64Array(length);
    grown.set(columns[name]);
    columns[name] = grown;
    return grown;
  });
}

/** The row that the next `takeRow` has to name, or -1 when the table is full. */
export function nextRow({ rows }: AnyTable): number {
  if (rows.freeHead !== 0) return rows.freeHead - 1;
  return rows.used < rows.limit ? rows.used : -1;
}

/** How many rows can still be taken. */
export function freeRows({ rows }: AnyTable): number {
  return rows.limit - rows.live;
}

/** Takes a row; only transitions do. */
export function takeRow(table: TableRows, row: number): void {
  const { rows } = table;
  if (rows.freeHead !== 0) {
    if (row !== rows.freeHead - 1) throw new KernelPanic(`row ${row} is not the next free row`);
    rows.freeHead = rows.link[row];
  } else {
    if (row !== rows.used) throw new KernelPanic(`row ${row} is not the next new row`);
    if (row >= rows.link.length) resize(table, Math.min(rows.link.length * 2, rows.limit));
    rows.used++;
  }
  rows.link[row] = -1;
  rows.live++;
}

/** Takes any free row, also one that is not the next; only transitions do, of short tables. */
export function takeThisRow(table: TableRows, row: number): void {
  const { rows } = table;
  must(row >= 0 && row < rows.limit && !isLive(table, row), 'a row was taken that is not free');
  while (rows.used <= row) {
    if (rows.used >= rows.link.length) resize(table, Math.min(rows.link.length * 2, rows.limit));
    rows.link[rows.used] = rows.freeHead;
    rows.freeHead = ++rows.used;
  }
  if (rows.freeHead === row + 1) rows.freeHead = rows.link[row];
  else {
    let before = rows.freeHead - 1;
    while (rows.link[before] !== row + 1) before = rows.link[before] - 1;
    rows.link[before] = rows.link[row];
  }
  rows.link[row] = -1;
  rows.live++;
}

/** Gives a row back and clears it; only transitions do. */
export function releaseRow(table: TableRows, row: number): void {
  const { rows } = table;
  if (!isLiveRow(rows, row)) throw new KernelPanic(`row ${row} is free already`);
  const { words, doubles } = rows;
  for (let i = 0; i < words.length; i++) words[i][row] = 0;
  for (let i = 0; i < doubles.length; i++) doubles[i][row] = 0;
  rows.link[row] = rows.freeHead;
  rows.freeHead = row + 1;
  rows.live--;
}

export function isLive({ rows }: AnyTable, row: number): boolean {
  return isLiveRow(rows, row);
}

function isLiveRow(rows: ReadonlyRows, row: number): boolean {
  return row >= 0 && row < rows.used && rows.link[row] === -1;
}

/** Rows up to which a column is copied number by number: a view of the host's would be garbage afterwards. */
const SHORT = 256;

/** Makes `to` equal to `from`; both were made from the same columns. Copies of short tables allocate nothing. */
export function copyTable(from: TableRows, to: TableRows): void {
  const source = from.rows;
  const target = to.rows;
  if (target.link.length < source.used) resize(to, source.link.length);
  const rows = Math.max(source.used, target.used);
  copyColumn(source.link, target.link, source.used, rows);
  for (let i = 0; i < source.words.length; i++) copyColumn(source.words[i], target.words[i], source.used, rows);
  for (let i = 0; i < source.doubles.length; i++) copyColumn(source.doubles[i], target.doubles[i], source.used, rows);
  target.used = source.used;
  target.freeHead = source.freeHead;
  target.live = source.live;
}

/** Copies `used` numbers, and clears those behind them up to `rows`. */
function copyColumn(from: Column, to: Column, used: number, rows: number): void {
  if (used > SHORT) to.set(from.subarray(0, used) as never);
  else for (let row = 0; row < used; row++) to[row] = from[row];
  // Most often there is nothing to clear, and even so the call costs the host as much as copying a short column.
  if (used < rows) to.fill(0, used, rows);
}

/** The first difference between two tables in words, or undefined. */
export function tableDifference(a: TableRows, b: TableRows): string | undefined {
  if (a.used !== b.used) return `used: ${a.used}, ${b.used}`;
  if (a.freeHead !== b.freeHead) return `freeHead: ${a.freeHead}, ${b.freeHead}`;
  if (a.live !== b.live) return `live: ${a.live}, ${b.live}`;
  const left = a as unknown as Record<string, Column>;
  const right = b as unknown as Record<string, Column>;
  for (const name of ['link', ...a.wordColumns, ...a.doubleColumns]) {
    for (let row = 0; row < a.used; row++) {
      if (!Object.is(left[name][row], right[name][row]))
        return `[${row}].${name}: ${left[name][row]}, ${right[name][row]}`;
    }
  }
  return undefined;
}
