/** `info os`: kernel objects as tables, the same that `tocsin ps` shows. */
import { type Cell, VIEW_NAMES, VIEWS, type ViewName } from '../../../kernel/index.js';
import type { DebugTarget } from './target.js';
import { xmlDocument, xmlText } from './xml.js';

const DOCTYPE = 'osdata SYSTEM "osdata.dtd"';

/** The table of that name, or of all tables for no name; undefined where there is none. */
export function osDataDocument(target: DebugTarget, name: string): string | undefined {
  if (name === '' || name === 'types') return types();
  if (!isView(name)) return undefined;
  const { columns } = VIEWS[name];
  const rows = target
    .view(name)
    .map((row) => item(columns.map((column) => [title(column.name), text(row[column.name])])));
  return xmlDocument(DOCTYPE, [`<osdata type="${name}">`, ...rows, '</osdata>']);
}

function types(): string {
  const rows = VIEW_NAMES.map((name) =>
    item([
      ['Type', name],
      ['Description', VIEWS[name].about],
      ['Title', capital(name)],
    ]),
  );
  return xmlDocument(DOCTYPE, ['<osdata type="types">', ...rows, '</osdata>']);
}

function item(columns: readonly (readonly [name: string, text: string])[]): string {
  const cells = columns.map(([name, value]) => `<column name="${xmlText(name)}">${xmlText(value)}</column>`);
  return `<item>${cells.join('')}</item>`;
}

function isView(name: string): name is ViewName {
  return (VIEW_NAMES as readonly string[]).includes(name);
}

/** `blockedOn` is Blocked on. */
function title(name: string): string {
  return capital(name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
}

function capital(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

function text(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  return String(cell);
}
