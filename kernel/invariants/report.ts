/** What the checks of invariants have in common: how they say what is wrong, and how they go through a table. */
import { type AnyTable, isLive } from '../state/table.js';

/** Reports a violation where `holds` is false. The sentence begins with the invariant's number where it has one. */
export type Report = (holds: boolean, sentence: () => string) => void;

/** The rows that are in use. */
export function* rows(table: AnyTable): Generator<number> {
  for (let row = 0; row < table.rows.used; row++) if (isLive(table, row)) yield row;
}
