/**
 * Where a function's prologue is over, so that its parameters are where debug information says: where the compiler says so
 * (`prologue_end`), else where gdb assumes it, at the second line of the function.
 */
import type { AddressRange } from './function.js';
import type { LineTable } from './line-table.js';

/** The entry itself where no line is known. */
export function afterPrologue(range: AddressRange, lines: LineTable): number {
  const rows = lines.rowsIn(range);
  const told = rows.find(({ isPrologueEnd }) => isPrologueEnd);
  if (told !== undefined) return told.address;

  const first = rows.find(({ address }) => address === range.start);
  if (first === undefined) return range.start;
  // Two rows at the entry: the compiler begins the body there, there is nothing to skip.
  const second = rows.find((row) => row !== first);
  if (second?.address === range.start) return range.start;

  let line = lines.rowRange(range.start);
  while (line !== undefined && line.end < range.end) {
    const before = lines.placeAt(line.start);
    const next = lines.placeAt(line.end);
    if (before === undefined || next === undefined) break;
    // A smaller line is code that was moved into the prologue.
    if (next.line >= before.line || next.file !== before.file) return line.end;
    line = lines.rowRange(line.end);
  }
  return line !== undefined && line.end < range.end ? line.end : range.start;
}
