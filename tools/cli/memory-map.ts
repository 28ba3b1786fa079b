/** Physical memory as a picture: a character for each frame, or for several, says whose it is; a legend says what it means. */
import type { FrameRun } from '../../kernel/index.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { sizeText } from './size-text.js';
import type { TableColours } from './view-tables.js';
import { LINE_WIDTH, shortened, wrapParts } from './wrap.js';

/** Characters of a line, and lines at most. */
const ROW = 64;
const MOST_ROWS = 8;
/** Of a process in the legend. */
const NAME_WIDTH = 24;

const FREE = '.';
const SYMBOLS = {
  '=': 'shared by several processes',
  '%': 'pools and rings',
  '@': 'messages',
  '?': 'memory objects that nobody maps',
  '+': 'other processes',
  [FREE]: 'free',
} as const;

export interface NamedProcess {
  readonly koid: number;
  readonly name: string;
}

export interface MapColours extends TableColours {
  /** Colours that tell processes apart. */
  readonly owners: readonly ((text: string) => string)[];
}

/** `base` is the address of the first frame; `processes` are in the order in which they get letters. */
export function mapPicture(
  base: number,
  runs: readonly FrameRun[],
  processes: readonly NamedProcess[],
  colours: MapColours,
): string {
  const { bold, dim } = colours;
  const letters = lettersOf(processes.filter(({ koid }) => runs.some((run) => run.process === koid)));
  const symbolOf = (run: FrameRun): string => symbol(run, letters);
  const last = runs.at(-1);
  const frames = last === undefined ? 0 : last.first + last.count;
  const beyond = last?.holds === 'nothing' ? last.first : frames;
  const free = runs.reduce((sum, { holds, count }) => (holds === 'nothing' ? sum + count : sum), 0);
  const each = framesOfCharacter(beyond);
  const paint = painter(letters, colours);
  const usage = `(${grouped(frames)} of ${sizeText(PAGE_BYTES)}, ${grouped(frames - free)} in use)`;
  const out = [`${bold('FRAMES')} ${dim(usage)}`];
  const cells = cellsOf(runs, Math.ceil(beyond / each), each, symbolOf);
  for (let at = 0; at < cells.length; at += ROW) {
    out.push(`${dim(addressText(base, at * each))}  ${paint(cells.slice(at, at + ROW))}`);
  }
  const rest = Math.ceil(beyond / each) * each;
  if (rest < frames)
    out.push(`${dim(addressText(base, rest))}  ${dim(`free to the end: ${sizeText((frames - rest) * PAGE_BYTES)}`)}`);
  out.push(...legend(runs, processes, letters, symbolOf, each).map((line) => dim(line)));
  return `${out.join('\n')}\n`;
}

/** So many that all that is in use has room, a power of two: lines begin at round addresses. */
function framesOfCharacter(frames: number): number {
  let each = 1;
  while (frames > each * ROW * MOST_ROWS) each *= 2;
  return each;
}

/** Each process has a letter: of its name if that is not taken. */
function lettersOf(processes: readonly NamedProcess[]): ReadonlyMap<number, string> {
  const letters = new Map<number, string>();
  const taken = new Set<string>();
  for (const { koid, name } of processes) {
    const letter = [...name.toLowerCase(), ...'abcdefghijklmnopqrstuvwxyz'].find(
      (one) => /[a-z]/.test(one) && !taken.has(one),
    );
    if (letter === undefined) break;
    taken.add(letter);
    letters.set(koid, letter);
  }
  return letters;
}

function symbol({ holds, process, isShared }: FrameRun, letters: ReadonlyMap<number, string>): string {
  if (holds === 'nothing') return FREE;
  if (holds === 'pool') return '%';
  if (holds === 'message') return '@';
  if (isShared) return '=';
  if (process === null) return '?';
  const letter = letters.get(process) ?? '+';
  return holds === 'page' ? letter : letter.toUpperCase();
}

/** Of several frames the character says what most of those in use hold; free are only those of which none is in use. */
function cellsOf(
  runs: readonly FrameRun[],
  cells: number,
  each: number,
  symbolOf: (run: FrameRun) => string,
): string[] {
  const counts = Array.from({ length: cells }, () => new Map<string, number>());
  for (const run of runs) {
    if (run.holds === 'nothing') continue;
    const text = symbolOf(run);
    for (let frame = run.first; frame < run.first + run.count; ) {
      const cell = Math.floor(frame / each);
      const end = Math.min(run.first + run.count, (cell + 1) * each);
      counts[cell].set(text, (counts[cell].get(text) ?? 0) + end - frame);
      frame = end;
    }
  }
  return counts.map((cell) => [...cell].reduce((most, one) => (one[1] > most[1] ? one : most), [FREE, 0])[0]);
}

function legend(
  runs: readonly FrameRun[],
  processes: readonly NamedProcess[],
  letters: ReadonlyMap<number, string>,
  symbolOf: (run: FrameRun) => string,
  each: number,
): string[] {
  const bytes = new Map<string, number>();
  for (const run of runs) bytes.set(symbolOf(run), (bytes.get(symbolOf(run)) ?? 0) + run.count * PAGE_BYTES);
  const parts: string[] = [];
  const sizeOf = (text: string): string => sizeText(bytes.get(text) ?? 0);
  for (const { koid, name } of processes) {
    const letter = letters.get(koid);
    if (letter === undefined) continue;
    const capital = letter.toUpperCase();
    const sizes = `${sizeOf(letter)}+${sizeOf(capital)}`;
    parts.push(`${letter}${capital} ${shortened(name, NAME_WIDTH)} #${koid} ${sizes}`);
  }
  for (const [text, what] of Object.entries(SYMBOLS))
    if (bytes.has(text)) parts.push(`${text} ${what} ${sizeOf(text)}`);
  const lines = [...wrapParts(parts, LINE_WIDTH)];
  if (letters.size > 0) lines.push('small: pages that only this process maps; capital: its page tables, save areas');
  if (each > 1)
    lines.push(`a character is ${each} frames (${sizeText(each * PAGE_BYTES)}): what most of those in use hold`);
  return lines;
}

/** Colours a line of characters, neighbours that are the same together. */
function painter(
  letters: ReadonlyMap<number, string>,
  { dim, owners }: MapColours,
): (cells: readonly string[]) => string {
  const order = [...letters.values()];
  const paint = (text: string): string => {
    if (text[0] === FREE) return dim(text);
    const owner = order.indexOf(text[0].toLowerCase());
    return owner < 0 || owners.length === 0 ? text : owners[owner % owners.length](text);
  };
  return (cells) => cells.join('').replace(/(.)\1*/gu, paint);
}

function addressText(base: number, frame: number): string {
  return (base + frame * PAGE_BYTES).toString(16).padStart(8, '0');
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
