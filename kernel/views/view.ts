/** A view: one table of what there is at a stop, with columns that are described once, for text and for JSON. */
import type { State } from '../state/state.js';
import type { ReadonlyColumn } from '../state/table.js';
import { type AnyTable, isLive } from '../state/table.js';

/** What a cell holds. Text is what people read; `null`: there is none. */
export type Cell = number | string | boolean | null;

/** A column of a view whose rows are rows of a table, or something that was computed of them. */
export interface Column<Row = number> {
  /** As a program reads it: `heldBy`. */
  readonly name: string;
  /** `bytes`, `ns`, `koid`; nothing for text and plain numbers. */
  readonly unit: string;
  readonly about: string;
  /** A method, so that views of all kinds of rows can stand in one list. It is only called with a row of its view. */
  of(s: State, row: Row): Cell;
}

export interface View<Row = number> {
  readonly name: string;
  readonly about: string;
  readonly columns: readonly Column<Row>[];
  /** The rows that are shown, in order. */
  readonly rows: (s: State) => readonly Row[];
}

/** A row as a plain object, by the names of the columns. */
export type ViewRow = Readonly<Record<string, Cell>>;

export function column<Row = number>(
  name: string,
  unit: string,
  about: string,
  of: (s: State, row: Row) => Cell,
): Column<Row> {
  return { name, unit, about, of };
}

interface Objects extends AnyTable {
  readonly koid: ReadonlyColumn;
}

/** The rows in use of a table, by koid: objects in the order in which they were made. */
export function inOrder(table: Objects): number[] {
  const rows: number[] = [];
  for (let row = 0; row < table.rows.used; row++) if (isLive(table, row)) rows.push(row);
  return rows.sort((a, b) => table.koid[a] - table.koid[b]);
}

/** Every view of objects begins with the koid; most say who pays. */
export function koidColumn(koids: (s: State) => ReadonlyColumn): Column {
  return column('koid', 'koid', 'which object; never reused', (s, row) => koids(s)[row]);
}

export function payerColumn(payers: (s: State) => ReadonlyColumn): Column {
  return column('payer', 'koid', 'the allocator that pays', (s, row) => s.allocators.koid[payers(s)[row]]);
}

/** How many handles name an object. Uses by the kernel itself count, too. */
export function referencesColumn(references: (s: State) => ReadonlyColumn): Column {
  return column('references', '', 'handles, and uses by the kernel', (s, row) => references(s)[row]);
}

/** The name of a number of the ABI, in small letters. */
export function nameOf(names: Readonly<Record<string, number>>, value: number): string {
  const found = Object.entries(names).find(([, one]) => one === value);
  return found === undefined ? String(value) : found[0].toLowerCase().replaceAll('_', ' ');
}
