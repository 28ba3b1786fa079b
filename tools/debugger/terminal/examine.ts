/** `x/FMT ADDRESS`: memory in a format. */
import { CommandError } from './command-error.js';
import type { Debugging } from './debugging.js';
import { numberOf } from './expression/quantity.js';
import { instructionAt, instructionLine } from './instructions.js';
import { hex } from './text.js';
import { escaped, FORMATS, formatted } from './value-text.js';

/** `4xw`: how many, in which format, of which size. */
export interface Layout {
  readonly count: number;
  readonly format: string;
  readonly size: number;
}

const SIZES: Readonly<Record<string, number>> = { b: 1, h: 2, w: 4, g: 8 };
const MAX_COUNT = 65_536;
/** Bytes of one line. */
const LINE_BYTES = 16;

/** Throws CommandError. `last` has what is not said. */
export function layoutOf(text: string, last: Layout): Layout {
  const parts = /^(-?\d+)?([a-z]*)$/.exec(text);
  if (parts === null) throw new CommandError(`Undefined format "${text}".`);
  const [, digits, letters] = parts;
  let { format, size } = last;
  let isSized = false;
  for (const letter of letters) {
    if (SIZES[letter] !== undefined) {
      size = SIZES[letter];
      isSized = true;
    } else if (FORMATS.includes(letter)) format = letter;
    else throw new CommandError(`Undefined output format "${letter}".`);
  }
  const count = digits === undefined ? 1 : Number(digits);
  if (count < 1 || count > MAX_COUNT) throw new CommandError(`the number of units is from 1 to ${MAX_COUNT}`);
  if (!isSized && format === 'a') size = 4;
  if (!isSized && format === 'c') size = 1;
  return { count, format, size };
}

export const FIRST_LAYOUT: Layout = { count: 1, format: 'x', size: 4 };

/** Lines, and the address behind what they show. Throws CommandError where nothing can be read. */
export function examine(
  d: Debugging,
  text: string,
  address: number,
  last = FIRST_LAYOUT,
): { readonly lines: readonly string[]; readonly next: number; readonly layout: Layout } {
  const layout = layoutOf(text, last);
  if (layout.format === 'i') return { ...instructions(d, address, layout.count), layout };
  if (layout.format === 's') return { ...texts(d, address, layout.count), layout };
  return { ...units(d, address, layout), layout };
}

function instructions(d: Debugging, from: number, count: number) {
  const lines: string[] = [];
  let address = from >>> 0;
  const pc = d.frameIfAny()?.pc;
  for (let i = 0; i < count; i++) {
    const found = instructionAt(d, address);
    if (found === undefined) throw cannotRead(address, lines, d);
    lines.push(instructionLine(d, address, address === pc));
    address = (address + found.bytes) >>> 0;
  }
  return { lines, next: address };
}

function texts(d: Debugging, from: number, count: number) {
  const lines: string[] = [];
  const longest = d.settings.number('print elements') || MAX_COUNT;
  let address = from >>> 0;
  for (let i = 0; i < count; i++) {
    const bytes = d.target.debuggee.readMemory(d.process, address, longest + 1);
    if (bytes.length === 0) throw cannotRead(address, lines, d);
    const end = bytes.indexOf(0);
    const shown = bytes.subarray(0, end < 0 ? Math.min(bytes.length, longest) : end);
    const text = [...shown].map((code) => escaped(code, '"')).join('');
    lines.push(`${d.addressText(address)}:\t"${text}"${end < 0 ? '...' : ''}`);
    address = (address + shown.length + (end < 0 ? 0 : 1)) >>> 0;
  }
  return { lines, next: address };
}

function units(d: Debugging, from: number, { count, format, size }: Layout) {
  const lines: string[] = [];
  const perLine = format === 'c' ? 8 : format === 'a' ? 2 : format === 't' ? Math.max(1, 8 / size) : LINE_BYTES / size;
  let address = from >>> 0;
  for (let left = count; left > 0; ) {
    const wanted = Math.min(left, perLine);
    const bytes = d.target.debuggee.readMemory(d.process, address, wanted * size);
    const there = Math.floor(bytes.length / size);
    if (there === 0) throw cannotRead(address, lines, d);
    const shown = Array.from({ length: there }, (_, i) => {
      const number = numberOf(bytes.subarray(i * size, (i + 1) * size));
      const text =
        format === 'x' ? formatted(number, size, 'z') : formatted(number, size, format, (at) => d.addressText(at));
      return format === 't' ? text.padStart(size * 8, '0') : text;
    });
    const symbol = d.symbolText(address);
    lines.push(`${hex(address)}${symbol === undefined ? '' : ` <${symbol}>`}:\t${shown.join('\t')}`);
    address = (address + there * size) >>> 0;
    left -= there;
    if (there < wanted) throw cannotRead(address, lines, d);
  }
  return { lines, next: address };
}

/** What could be read is shown before it is said what could not. */
function cannotRead(address: number, lines: readonly string[], d: Debugging): CommandError {
  for (const line of lines) d.print(line);
  return new CommandError(`Cannot access memory at address ${hex(address)}`);
}
