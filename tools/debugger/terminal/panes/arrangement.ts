/** Which panes a terminal of some size has room for, and where. */
import type { LayoutName, PaneName } from '../host.js';

export interface Box {
  readonly pane: PaneName;
  readonly row: number;
  readonly column: number;
  readonly width: number;
  /** With its title. */
  readonly height: number;
}

/** Rows of a pane with a title and one line. */
const LEAST = 2;
/** Registers in four columns, and their title. */
const REGISTERS_HEIGHT = 9;
const REGISTERS_WIDTH = 56;
const THREADS_WIDTH = 24;

/** From the top; the command line is the last, and has the full width. What there is no room for is left out. */
export function arrangement(layout: LayoutName, width: number, height: number): Box[] {
  const command = height < 8 ? height : Math.max(5, Math.floor(height / 3));
  let left = height - command;
  const boxes: Box[] = [];
  const strip = stripHeight(layout, left);
  const code = left - strip;
  const panes: PaneName[] = layout === 'split' ? ['src', 'asm'] : layout === 'asm' ? ['asm'] : ['src'];
  if (code >= LEAST) {
    const shown = code >= LEAST * panes.length ? panes : panes.slice(0, 1);
    let row = 0;
    for (const [i, pane] of shown.entries()) {
      const share = i === shown.length - 1 ? code - row : Math.floor(code / shown.length);
      boxes.push({ pane, row, column: 0, width, height: share });
      row += share;
    }
    left -= row;
  }
  const row = height - command - left;
  if (strip >= LEAST) boxes.push(...stripBoxes(layout, width, row, left));
  const used = boxes.length === 0 ? 0 : height - command;
  boxes.push({ pane: 'cmd', row: used, column: 0, width, height: height - used });
  return boxes;
}

function stripHeight(layout: LayoutName, room: number): number {
  if (layout === 'regs')
    return room >= REGISTERS_HEIGHT + LEAST ? Math.max(REGISTERS_HEIGHT, Math.floor(room / 2.5)) : 0;
  return room >= 9 ? Math.max(3, Math.floor(room / 4)) : 0;
}

function stripBoxes(layout: LayoutName, width: number, row: number, height: number): Box[] {
  if (layout !== 'regs') return [{ pane: 'threads', row, column: 0, width, height }];
  if (width < REGISTERS_WIDTH + THREADS_WIDTH) return [{ pane: 'regs', row, column: 0, width, height }];
  const registers = Math.max(REGISTERS_WIDTH, Math.floor(width / 2));
  return [
    { pane: 'regs', row, column: 0, width: registers, height },
    { pane: 'threads', row, column: registers, width: width - registers, height },
  ];
}
