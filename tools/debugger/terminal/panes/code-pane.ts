/** Source or instructions: lines with the current one marked, and those with breakpoints. */
import { filled, type Line, plain, scrolled } from './line.js';

export interface CodeView {
  /** Text of each line, and what stands before it: a line number, an address. */
  readonly lines: readonly { readonly label: string; readonly text: string; readonly isBreakpoint: boolean }[];
  /** The line that is executed next, from 0; undefined where none of them is. */
  readonly current: number | undefined;
  /** Around which it is shown where there is no current one. */
  readonly around: number;
}

/** `offset`: so many lines further down than by itself. */
export function codePane({ lines, current, around }: CodeView, offset: number, width: number, height: number): Line[] {
  if (lines.length === 0) return filled([plain('  [ nothing to show here ]', 'dim')], width, height);
  const first = scrolled(current ?? around, lines.length, height, offset);
  const labels = Math.max(...lines.slice(first, first + height).map(({ label }) => label.length), 0);
  const shown = lines.slice(first, first + height).map(({ label, text, isBreakpoint }, i): Line => {
    const isCurrent = first + i === current;
    const style = isCurrent ? 'current' : 'plain';
    return [
      { text: isBreakpoint ? 'B' : ' ', style: 'mark' },
      { text: isCurrent ? '>' : ' ', style: isCurrent ? 'current' : 'plain' },
      { text: `${label.padStart(labels)} `, style: isCurrent ? 'current' : 'dim' },
      { text, style },
    ];
  });
  return filled(shown, width, height);
}
