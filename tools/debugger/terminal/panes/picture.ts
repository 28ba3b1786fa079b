/** The whole view as lines: a pure function of what is to be shown and the size of the terminal. */
import type { LayoutName, PaneName } from '../host.js';
import { arrangement, type Box } from './arrangement.js';
import { type CodeView, codePane } from './code-pane.js';
import { consolePane, type TypedLine } from './console-pane.js';
import { beside, filled, type Line, titleBar } from './line.js';
import { type RegisterView, registersPane } from './registers-pane.js';
import { type ThreadView, threadsPane } from './threads-pane.js';

/** What there is to show. */
export interface Scene {
  readonly source: CodeView & { readonly title: string };
  readonly assembly: CodeView & { readonly title: string };
  readonly registers: readonly RegisterView[];
  readonly control: readonly string[];
  readonly threads: readonly ThreadView[];
  /** Of the bar above the command line: who is spoken of, and where that is. */
  readonly status: string;
}

export interface Arranged {
  readonly layout: LayoutName;
  readonly focus: PaneName;
  /** Lines by which a pane is scrolled; of the command line, back from its end. */
  readonly offsets: Readonly<Record<PaneName, number>>;
}

export interface Picture {
  readonly lines: readonly Line[];
  readonly cursor: { readonly row: number; readonly column: number } | undefined;
}

export function picture(
  scene: Scene,
  arranged: Arranged,
  said: readonly string[],
  typed: TypedLine,
  width: number,
  height: number,
): Picture {
  const boxes = arrangement(arranged.layout, width, height);
  const rows: Line[][] = [];
  let cursor: Picture['cursor'];
  let lines: Line[] = [];
  for (const box of boxes) {
    if (box.pane === 'cmd') {
      const shown = consolePane(said, typed, arranged.offsets.cmd, width, Math.max(1, box.height - 1));
      const title = box.height > 1 ? [titleBar(scene.status, width, arranged.focus === 'cmd')] : [];
      rows.push([...title, ...shown.lines].slice(0, box.height));
      if (shown.cursor !== undefined) {
        cursor = { row: box.row + title.length + shown.cursor.row, column: shown.cursor.column };
      }
    } else if (box.column === 0) {
      lines = paneLines(scene, arranged, box);
      rows.push(lines);
    } else {
      rows[rows.length - 1] = beside(lines, paneLines(scene, arranged, box));
    }
  }
  return { lines: filled(rows.flat(), width, height), cursor };
}

function paneLines(scene: Scene, { focus, offsets }: Arranged, { pane, width, height }: Box): Line[] {
  const title = titleBar(titleOf(scene, pane), width, focus === pane);
  return [title, ...content(scene, pane, offsets[pane], width, height - 1)];
}

function titleOf({ source, assembly, threads }: Scene, pane: PaneName): string {
  switch (pane) {
    case 'src':
      return source.title;
    case 'asm':
      return assembly.title;
    case 'regs':
      return 'registers';
    default:
      return `threads (${threads.length})`;
  }
}

function content(scene: Scene, pane: PaneName, offset: number, width: number, height: number): Line[] {
  switch (pane) {
    case 'src':
      return codePane(scene.source, offset, width, height);
    case 'asm':
      return codePane(scene.assembly, offset, width, height);
    case 'regs':
      return registersPane(scene.registers, scene.control, offset, width, height);
    default:
      return threadsPane(scene.threads, offset, width, height);
  }
}
