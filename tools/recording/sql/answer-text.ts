/** Answers as text: a table for people, or an array of objects for programs. Both come in portions, as rows do. */
import type { Answer, Cell } from './database.js';

/** So many rows say how wide columns are; what comes later and is wider moves what follows it. */
const MEASURED = 1000;
/** A column of text is not made wider than this. */
const WIDEST = 100;

export function* tableText({ columns, rows }: Answer): Generator<string> {
  let waiting: string[][] = [];
  let widths: number[] | undefined;
  const isNumber = columns.map(() => true);
  let count = 0;
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, i) => {
      const width = widths?.[i] ?? 0;
      return isNumber[i] ? cell.padStart(width) : cell.padEnd(width);
    });
    return `${padded.join('  ').trimEnd()}\n`;
  };
  const measured = (): string => {
    const all = [columns, ...waiting];
    widths = columns.map((_, i) => Math.min(WIDEST, Math.max(...all.map((cells) => cells[i].length))));
    const rule = widths.map((width) => '-'.repeat(width)).join('  ');
    return `${line(columns)}${rule}\n${waiting.map(line).join('')}`;
  };
  for (const row of rows) {
    count++;
    const cells = row.map(cellText);
    if (widths !== undefined) {
      yield line(cells);
      continue;
    }
    row.forEach((cell, i) => {
      if (typeof cell === 'string') isNumber[i] = false;
    });
    waiting.push(cells);
    if (waiting.length < MEASURED) continue;
    yield measured();
    waiting = [];
  }
  if (widths === undefined) yield measured();
  yield count === 1 ? '(1 row)\n' : `(${count} rows)\n`;
}

/** RFC 8259: an array, an object a line. A second column of a name is called `name_2`. */
export function* jsonText({ columns, rows }: Answer): Generator<string> {
  const names: string[] = [];
  for (const column of columns) {
    let name = column;
    for (let n = 2; names.includes(name); n++) name = `${column}_${n}`;
    names.push(name);
  }
  let before = '[\n';
  for (const row of rows) {
    const members = row.map((cell, i) => `${JSON.stringify(names[i])}:${JSON.stringify(jsonCell(cell))}`);
    yield `${before}{${members.join(',')}}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  // A cell is a line's part: what would break the line, or the terminal, shows as "?".
  return cell instanceof Uint8Array ? hexadecimal(cell) : String(cell).replace(/\p{Cc}/gu, '?');
}

function jsonCell(cell: Cell): Cell {
  if (cell instanceof Uint8Array) return hexadecimal(cell);
  // JSON has no infinity.
  return typeof cell === 'number' && !Number.isFinite(cell) ? null : cell;
}
