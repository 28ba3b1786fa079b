/** What was said, by the debugger and by the program, and below it the line that is being typed. */
import { columns, fitted, untabbed } from '../text.js';
import { filled, type Line, plain } from './line.js';

/** Lines that are kept to be scrolled back to, and the longest of them. */
const MAX_LINES = 5000;
const MAX_COLUMNS = 2000;

/** Text as it came, in lines; the last may still grow. */
export class ConsoleText {
  private readonly lines: string[] = [''];

  add(text: string): void {
    const [first, ...rest] = text.split('\n');
    this.lines[this.lines.length - 1] = untabbed(this.lines[this.lines.length - 1] + first).slice(0, MAX_COLUMNS);
    for (const line of rest) this.lines.push(untabbed(line).slice(0, MAX_COLUMNS));
    if (this.lines.length > MAX_LINES) this.lines.splice(0, this.lines.length - MAX_LINES);
  }

  /** The next text begins a line of its own. */
  endLine(): void {
    if (this.lines.at(-1) !== '') this.lines.push('');
  }

  all(): readonly string[] {
    return this.lines;
  }
}

export interface TypedLine {
  /** Prompt and what was typed. */
  readonly text: string;
  /** Characters before the cursor. */
  readonly cursor: number;
}

export interface ConsoleView {
  readonly lines: Line[];
  /** Where the cursor stands in the pane, from 0; undefined where it is scrolled away. */
  readonly cursor: { readonly row: number; readonly column: number } | undefined;
}

/** `offset` lines back from the end. */
export function consolePane(
  said: readonly string[],
  typed: TypedLine,
  offset: number,
  width: number,
  height: number,
): ConsoleView {
  // What is wrapped is as long as the pane can show of it at most: only the end is looked at.
  const open = said.at(-1) ?? '';
  const recent = said.slice(0, -1).slice(-(height + offset));
  const wrapped = recent.flatMap((line) => wrap(line, width));
  const last = wrap(open + typed.text, width);
  const before = columns(open + typed.text.slice(0, typed.cursor));
  const all = [...wrapped, ...last];
  const cursorRow = wrapped.length + Math.floor(before / width);
  // A cursor behind the last column of a full line is on a line of its own.
  while (all.length <= cursorRow) all.push('');
  const first = Math.max(0, all.length - height - offset);
  const row = cursorRow - first;
  return {
    lines: filled(
      all.slice(first, first + height).map((text) => plain(text)),
      width,
      height,
    ),
    cursor: row >= 0 && row < height ? { row, column: before % width } : undefined,
  };
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (let rest = text; ; ) {
    const line = fitted(rest, width, false);
    lines.push(line);
    rest = rest.slice(line.length);
    if (rest === '' || line === '') return lines;
  }
}
