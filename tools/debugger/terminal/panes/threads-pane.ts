/** Threads: who, in which state, and what each waits for. */
import { filled, type Line, plain, type Style, scrolled } from './line.js';

export interface ThreadView {
  readonly title: string;
  readonly state: string;
  /** What it waits for, or where it is. */
  readonly doing: string;
  readonly isSelected: boolean;
}

export function threadsPane(threads: readonly ThreadView[], offset: number, width: number, height: number): Line[] {
  if (threads.length === 0) return filled([plain(' [ no threads ]', 'dim')], width, height);
  const selected = threads.findIndex(({ isSelected }) => isSelected);
  const first = scrolled(Math.max(0, selected), threads.length, height, offset);
  const lines = threads.slice(first, first + height).map(({ title, state, doing, isSelected }): Line => {
    const style: Style = isSelected ? 'bold' : 'plain';
    const said = doing === '' ? state : state === 'blocked' ? doing : `${state} ${doing}`;
    return [
      { text: `${isSelected ? '*' : ' '}${title} `, style },
      { text: said, style: state === 'blocked' ? 'dim' : 'plain' },
    ];
  });
  return filled(lines, width, height);
}
