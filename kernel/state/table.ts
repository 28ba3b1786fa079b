/**
 * A table of kernel state: rows of numbers, stored as one typed array a column, so that a row is an index, copying the state
 * is copying arrays, and comparing two states is comparing arrays.
 *
 * Rows are given out lowest first until the table's end, then from a free list. A row that is free holds zeros. Tables grow by
 * doubling up to their limit; how far a table has grown is not state.
 */
import { KernelPanic, must } from '../panic.js';

type Column = Int32Array | Float64Array;

export class TableRows {
  /** Rows below this were given out at least once. */
  used = 0;
  /** Head of the free list, plus one; 0: none. */
  freeHead = 0;
  /** Rows that are in use now. */
  live = 0;
  /** For a free row: the next free row, plus one. For a row in use: -1. */
  link = new Int32Array(0);
  /** All columns but `link`. */
  columns: Column[] = [];

  constructor(
    readonly limit: number,
    readonly wordColumns: readonly string[],
    readonly doubleColumns: readonly string[],
  ) {}
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
  readonly [K in Exclude<keyof T, 'columns'>]: T[K] extends Int32Array | Float64Array ? ReadonlyColumn : T[K];
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
    // access to a column of the table becomes a look-up.
    Object.defineProperty(table, name, { value: undefined, writable: true, enumerable: true, configurable: true });
  }
  resize(table, Math.min(FIRST_ROWS, limit));
  return table;
}

function resize(table: TableRows, rows: number): void {
  const columns = table as unknown as Record<string, Column>;
  const link = new Int32Array(rows);
  link.set(table.link);
  table.link = link;
  for (const name of table.wordColumns) {
    const grown = new Int32Array(rows);
    if (columns[name]) grown.set(columns[name]);
    columns[name] = grown;
  }
  for (const name of table.doubleColumns) {
    const grown = new Float64Array(rows);
    if (columns[name]) grown.set(columns[name]);
    columns[name] = grown;
  }
  table.columns = [...table.wordColumns, ...table.doubleColumns].map((name) => columns[name]);
}

/** The row that the next `takeRow` has to name, or -1 when the table is full. */
export function nextRow(table: Readonly<Pick<TableRows, 'used' | 'freeHead' | 'limit'>>): number {
  if (table.freeHead !== 0) return table.freeHead - 1;
  return table.used < table.limit ? table.used : -1;
}

/** How many rows can still be taken. */
export function freeRows(table: Readonly<Pick<TableRows, 'live' | 'limit'>>): number {
  return table.limit - table.live;
}

/** Takes a row; only transitions do. */
export function takeRow(table: TableRows, row: number): void {
  if (table.freeHead !== 0) {
    if (row !== table.freeHead - 1) throw new KernelPanic(`row ${row} is not the next free row`);
    table.freeHead = table.link[row];
  } else {
    if (row !== table.used) throw new KernelPanic(`row ${row} is not the next new row`);
    if (row >= table.link.length) resize(table, Math.min(table.link.length * 2, table.limit));
    table.used++;
  }
  table.link[row] = -1;
  table.live++;
}

/** Gives a row back and clears it; only transitions do. */
export function releaseRow(table: TableRows, row: number): void {
  if (!isLive(table, row)) throw new KernelPanic(`row ${row} is free already`);
  const { columns } = table;
  for (let i = 0; i < columns.length; i++) columns[i][row] = 0;
  table.link[row] = table.freeHead;
  table.freeHead = row + 1;
  table.live--;
}

export function isLive(table: { readonly used: number; readonly link: ReadonlyColumn }, row: number): boolean {
  return row >= 0 && row < table.used && table.link[row] === -1;
}

/** Rows up to which a column is copied number by number: a view of the host's would be garbage afterwards. */
const SHORT = 256;

/** Makes `to` equal to `from`; both were made from the same columns. Copies of short tables allocate nothing. */
export function copyTable(from: TableRows, to: TableRows): void {
  if (to.link.length < from.used) resize(to, from.link.length);
  const rows = Math.max(from.used, to.used);
  copyColumn(from.link, to.link, from.used, rows);
  for (let i = 0; i < from.columns.length; i++) copyColumn(from.columns[i], to.columns[i], from.used, rows);
  to.used = from.used;
  to.freeHead = from.freeHead;
  to.live = from.live;
}

/** Copies `used` numbers, and clears those behind them up to `rows`. */
function copyColumn(from: Column, to: Column, used: number, rows: number): void {
  if (used > SHORT) to.set(from.subarray(0, used) as never);
  else for (let row = 0; row < used; row++) to[row] = from[row];
  to.fill(0, used, rows);
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
