/** Views as text: aligned columns, numbers to the right, a blank where there is nothing. */
import { type Cell, type System, VIEW_NAMES, VIEWS, type ViewName, type ViewRow } from '../../kernel/index.js';

/** What colours the parts of a table; the same text without. */
export interface TableColours {
  bold(text: string): string;
  dim(text: string): string;
}

/** What has views. */
export type Viewed = Pick<System, 'view'>;

/** Tables of several views, a blank line between them. Views without rows are named on one line at the end. */
export function viewTables(system: Viewed, names: readonly ViewName[], colours: TableColours): string {
  const tables = names.map((name) => ({ name, text: viewTable(system, name, colours) }));
  const empty = tables.filter(({ text }) => text === '').map(({ name }) => name);
  const shown = tables.filter(({ text }) => text !== '').map(({ text }) => text);
  if (empty.length > 0) shown.push(`${colours.dim(`none: ${empty.join(', ')}`)}\n`);
  return shown.join('\n');
}

/** One table, or nothing where it has no rows. */
function viewTable(system: Viewed, name: ViewName, colours: TableColours): string {
  const { columns } = VIEWS[name];
  return tableText(
    name,
    columns.map((column) => column.name),
    system.view(name),
    colours,
  );
}

/** Rows with these columns, which are called as programs read them (`heldBy`); nothing where there are no rows. */
export function tableText(
  name: string,
  columns: readonly string[],
  rows: readonly ViewRow[],
  { bold, dim }: TableColours,
): string {
  if (rows.length === 0) return '';
  const cells = rows.map((row) => columns.map((column) => cellText(row[column])));
  const titles = columns.map((column) => column.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
  const widths = titles.map((title, i) => cells.reduce((most, row) => Math.max(most, row[i].length), title.length));
  const isNumber = columns.map((column) => rows.every((row) => typeof row[column] !== 'string'));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, i) => (isNumber[i] ? text.padStart(widths[i]) : text.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  const title = `${bold(name.toUpperCase())} ${dim(`(${rows.length})`)}`;
  return [title, dim(line(titles)), ...cells.map(line), ''].join('\n');
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  return String(cell);
}

/** The rows of views by their names, for JSON. */
export function viewObjects(system: System, names: readonly ViewName[] = VIEW_NAMES): Readonly<Record<string, object>> {
  return Object.fromEntries(names.map((name) => [name, system.view(name)]));
}

/** Is a word the name of a view? */
export function isViewName(word: string): word is ViewName {
  return (VIEW_NAMES as readonly string[]).includes(word);
}
