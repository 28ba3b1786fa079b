/** What somebody wrote wrong in a scenario: one clear message, and the line of theirs where it stands. Never a stack of ours. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Place {
  /** The whole path of the file. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export class ScenarioMistake extends Error {
  override readonly name = 'ScenarioMistake';

  constructor(
    message: string,
    /** Where the scenario's text says it; taken from the stack where nothing is given. */
    readonly place: Place | undefined = callerPlace(),
  ) {
    super(message);
  }
}

/** The line of the user's that is being executed, or undefined where there is none on the stack. */
export function callerPlace(): Place | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  const { stack } = new Error();
  Error.stackTraceLimit = limit;
  return userPlaces(stack)[0];
}

/** The lines of the user's on a stack, innermost first. */
export function userPlaces(stack: string | undefined): Place[] {
  const places: Place[] = [];
  for (const line of (stack ?? '').split('\n')) {
    const place = placeOfFrame(line);
    if (place !== undefined && isUsers(place.file)) places.push(place);
  }
  return places;
}

/** Whether an error comes out of our own code: the innermost line of its stack is there. */
export function isFromInside(stack: string | undefined): boolean {
  for (const line of (stack ?? '').split('\n')) {
    const place = placeOfFrame(line);
    if (place !== undefined) return !isUsers(place.file) && OURS.some((folder) => place.file.startsWith(folder));
  }
  return false;
}

/** `    at name (file:///folder/file.ts:3:14)`, with or without the name, the parentheses, the scheme. */
function placeOfFrame(line: string): Place | undefined {
  const [, where, row, column] = /^\s+at (?:.*\()?(.+?):(\d+):(\d+)\)?$/.exec(line) ?? [];
  if (where === undefined) return undefined;
  // A module that is loaded anew has a query behind its name.
  const path = where.replace(/^async /, '').replace(/\?.*$/, '');
  if (path.startsWith('file:')) return { file: fileURLToPath(path), line: Number(row), column: Number(column) };
  return path.includes(sep) ? { file: path, line: Number(row), column: Number(column) } : undefined;
}

const OURS = ourFolders();

/** Neither Node's own files nor libraries nor ours; whatever is called a scenario is the user's, wherever it lies. */
function isUsers(file: string): boolean {
  if (/\.scenario\.[cm]?[jt]s$/.test(file)) return true;
  if (file.startsWith('node:') || file.includes(`${sep}node_modules${sep}`)) return false;
  return !OURS.some((folder) => file.startsWith(folder));
}

/** The bundles of an installed package; or the layers of the source tree. */
function ourFolders(): readonly string[] {
  const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
  let root = here;
  while (!existsSync(join(root, 'userland')) && dirname(root) !== root) root = dirname(root);
  return ['dist', 'kernel', 'machine', 'syscalls', 'tools', 'userland'].map((folder) => join(root, folder) + sep);
}
