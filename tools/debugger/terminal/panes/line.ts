/** Lines of the full-screen view: pieces of text with a style, which only `screen.ts` turns into what a terminal wants. */
import { columns, fitted } from '../text.js';

export type Style = 'plain' | 'title' | 'focus' | 'current' | 'dim' | 'changed' | 'mark' | 'bold';

export interface Span {
  readonly text: string;
  readonly style: Style;
}

export type Line = readonly Span[];

export function plain(text: string, style: Style = 'plain'): Line {
  return [{ text, style }];
}

/** Cut or filled up with blanks of its last style to exactly this width. */
export function exactly(line: Line, width: number): Line {
  const spans: Span[] = [];
  let left = width;
  for (const { text, style } of line) {
    const shown = fitted(text, left, false);
    spans.push({ text: shown, style });
    left -= columns(shown);
    if (left <= 0) break;
  }
  if (left > 0) spans.push({ text: ' '.repeat(left), style: spans.at(-1)?.style === 'current' ? 'current' : 'plain' });
  return spans;
}

/** Exactly so many lines, each exactly so wide. */
export function filled(lines: readonly Line[], width: number, height: number): Line[] {
  return Array.from({ length: height }, (_, i) => exactly(lines[i] ?? [], width));
}

/** The bar above a pane: its name, and what it shows. */
export function titleBar(title: string, width: number, isFocused: boolean): Line {
  const shown = fitted(` ${title} `, width, false);
  return [{ text: shown + '─'.repeat(Math.max(0, width - columns(shown))), style: isFocused ? 'focus' : 'title' }];
}

/** Two panes of the same height beside each other. */
export function beside(left: readonly Line[], right: readonly Line[]): Line[] {
  return left.map((line, i) => [...line, ...(right[i] ?? [])]);
}

/** The first of `count` lines of which `height` are shown, so that line `at` (from 0) is among them, in the middle if it can be. */
export function scrolled(at: number, count: number, height: number, offset: number): number {
  const centred = at - Math.floor(height / 2) + offset;
  return Math.max(0, Math.min(centred, count - height));
}
