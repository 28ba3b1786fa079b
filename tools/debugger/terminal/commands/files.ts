/** Commands that show sources and code. */
import type { SourceFile } from '../../symbols/index.js';
import type { Command } from '../command.js';
import { CommandError } from '../command-error.js';
import type { Debugging } from '../debugging.js';
import { instructionAt, instructionLine } from '../instructions.js';
import { placesOf } from '../location.js';
import { hex } from '../text.js';

export const FILES: readonly Command[] = [
  {
    name: 'list',
    aliases: ['l'],
    group: 'files',
    parameters: '[LOCATION | FIRST,LAST | -]',
    summary: 'source lines: around a place, of a range, or those that follow; with -, those before',
    completing: 'location',
    repeat: 'without arguments',
    run: ({ d }, { text }) => list(d, text),
  },
  {
    name: 'disassemble',
    aliases: ['disas'],
    group: 'files',
    parameters: '[/s|/r] [LOCATION | START,END | START,+LENGTH]',
    hasFormat: true,
    summary: 'the instructions of a function or of a range; /s: with source lines, /r: with their bits',
    completing: 'location',
    run: ({ d }, { text, format }) => {
      if (!/^[smr]*$/.test(format)) throw new CommandError(`Invalid modifier "${format}"; s and r are there.`);
      disassembly(d, text, format);
    },
  },
  {
    name: 'directory',
    aliases: ['dir'],
    group: 'files',
    parameters: '[FOLDER]',
    summary: 'looks for sources in a folder, too; without one, says in which',
    completing: 'file',
    repeat: 'never',
    run: ({ d }, { text }) => {
      if (text !== '') d.sources = d.sources.with(text);
      d.print(`Source directories searched: ${d.sources.places.folders.join(':')}`);
    },
  },
];

const MAX_LISTED = 100_000;
/** Of one listing; a mistake in an address would be gigabytes otherwise. */
const MAX_INSTRUCTIONS = 100_000;

function list(d: Debugging, text: string): void {
  const size = Math.max(1, d.settings.number('listsize'));
  const { listed } = d;
  const range = /^([^,]*),([^,]*)$/.exec(text);
  if (text === '' && listed !== undefined) {
    show(d, listed.path, listed.last + 1, listed.last + size);
  } else if (text === '-' && listed !== undefined) {
    if (listed.first <= 1) throw new CommandError(`Already at the start of ${listed.path}.`);
    show(d, listed.path, Math.max(1, listed.first - size), listed.first - 1);
  } else if (range !== null) listRange(d, range[1].trim(), range[2].trim(), size);
  else {
    const { path, line } = lineOf(d, text === '-' ? '' : text);
    const first = Math.max(1, line - Math.floor(size / 2));
    show(d, path, first, first + size - 1);
  }
}

function listRange(d: Debugging, from: string, to: string, size: number): void {
  const begin = from === '' ? undefined : lineOf(d, from);
  const end = to === '' ? undefined : lineOf(d, to, begin?.path);
  const first = begin?.line ?? Math.max(1, (end?.line ?? 1) - size + 1);
  show(d, begin?.path ?? end?.path ?? lineOf(d, '').path, first, end?.line ?? first + size - 1);
}

function lineOf(d: Debugging, text: string, path?: string): { readonly path: string; readonly line: number } {
  const ofFile = /^(?:(.+):)?(\d+)$/.exec(text);
  if (ofFile !== null && path !== undefined) return { path, line: Number(ofFile[2]) };
  if (ofFile !== null) {
    // A line without code can be listed, too.
    const file = ofFile[1] === undefined ? d.where().file : d.symbols().sourceFilesNamed(ofFile[1])[0];
    if (file === undefined)
      throw new CommandError(
        ofFile[1] === undefined ? 'No source file is selected: say FILE:LINE.' : `No source file named ${ofFile[1]}.`,
      );
    return { path: file.path, line: Number(ofFile[2]) };
  }
  const where = d.where();
  const isNowhere = text === '' && d.symbols().placeAt(where.pc ?? 0) === undefined;
  const [{ place, address }] = placesOf(isNowhere ? 'main' : text, where);
  const found = text === '' && !isNowhere ? (d.frameIfAny()?.place ?? place) : place;
  if (found === undefined) throw new CommandError(`There is no source for ${hex(address)}.`);
  return { path: found.file.path, line: found.line };
}

function show(d: Debugging, path: string, first: number, last: number): void {
  const file: SourceFile | undefined = d.symbols().sourceFilesNamed(path)[0];
  const lines = file === undefined ? undefined : d.sources.linesOf(file);
  if (lines === undefined) throw new CommandError(`${path}: No such file or directory.`);
  const end = Math.min(last, lines.length, first + MAX_LISTED);
  if (first > lines.length) {
    throw new CommandError(`Line number ${first} out of range; "${path}" has ${lines.length} lines.`);
  }
  for (let line = first; line <= end; line++) d.print(`${line}\t${lines[line - 1]}`);
  d.listed = { path, first, last: Math.max(first, end) };
}

function disassembly(d: Debugging, text: string, format: string): void {
  const range = /^([^,]+),\s*(\+?)(.+)$/.exec(text);
  if (range !== null) {
    const start = addressAt(d, range[1].trim());
    const end = range[2] === '+' ? start + d.addressOf(range[3]) : addressAt(d, range[3].trim());
    d.print(`Dump of assembler code from ${hex(start)} to ${hex(end)}:`);
    showInstructions(d, [{ start, end }], format);
  } else {
    const address = text === '' ? d.frame().codeAddress : addressAt(d, text);
    const found = d.symbols().functionAt(address);
    if (found === undefined) throw new CommandError('No function contains this address; say START,END.');
    d.print(`Dump of assembler code for function ${found.name}:`);
    showInstructions(d, found.ranges, format);
  }
  d.print('End of assembler dump.');
}

/** A location or an expression. */
function addressAt(d: Debugging, text: string): number {
  const found = d.symbols().functionsNamed(text)[0];
  if (found !== undefined) return found.entry;
  if (/:\d+$/.test(text)) return placesOf(text, d.where())[0].address;
  return d.addressOf(text.replace(/^\*/, ''));
}

function showInstructions(
  d: Debugging,
  ranges: readonly { readonly start: number; readonly end: number }[],
  format: string,
): void {
  const pc = d.frameIfAny()?.pc;
  let count = 0;
  let shown = '';
  for (const { start, end } of ranges) {
    for (let address = start; address < end; ) {
      const instruction = instructionAt(d, address);
      if (instruction === undefined) throw new CommandError(`Cannot access memory at address ${hex(address)}`);
      if (++count > MAX_INSTRUCTIONS)
        throw new CommandError(`More than ${MAX_INSTRUCTIONS} instructions are not shown at once.`);
      const place = d.symbols().placeAt(address);
      if (/[sm]/.test(format) && place !== undefined && place.line > 0) {
        const line = `${place.file.path}:${place.line}`;
        if (line !== shown)
          d.print(`${place.line}\t${d.sources.line(place.file, place.line) ?? `in ${place.file.path}`}`);
        shown = line;
      }
      d.print(instructionLine(d, address, address === pc, format.includes('r')));
      address += instruction.bytes;
    }
  }
}
