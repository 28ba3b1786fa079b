/** `main`, `hello.c:12`, `12`, `+2`, `*0x10094`, and nothing: where commands are told to go. */
import type { CodePlace, ProgramSymbols, SourceFile } from '../symbols/index.js';
import { CommandError } from './command-error.js';
import { hex } from './text.js';

export interface LocationContext {
  readonly symbols: ProgramSymbols;
  /** Where the selected frame is: lines without a file are of its file, `+2` is relative to its line. */
  readonly file: SourceFile | undefined;
  readonly line: number | undefined;
  /** The address for nothing at all. */
  readonly pc: number | undefined;
  /** The number that an expression comes to. Throws CommandError. */
  readonly address: (expression: string) => number;
}

/** Every place that is meant: several where a function was inlined, or a name is not of one alone. Throws CommandError. */
export function placesOf(text: string, context: LocationContext): readonly CodePlace[] {
  const { symbols } = context;
  if (text === '') {
    if (context.pc === undefined) throw new CommandError('no frame is selected: say where');
    return [placeAt(symbols, context.pc)];
  }
  if (text.startsWith('*')) return [placeAt(symbols, context.address(text.slice(1)) & ~1)];
  const ofFile = /^(.*):(\d+)$/.exec(text);
  if (ofFile !== null) return ofLine(symbols, ofFile[1], Number(ofFile[2]));
  const relative = /^([+-]?)(\d+)$/.exec(text);
  if (relative !== null) return ofOwnFile(context, relative[1], Number(relative[2]));
  const inFile = /^([^:]+\.[^:]+):([A-Za-z_]\w*)$/.exec(text);
  const places = symbols.addressesOfFunction(inFile?.[2] ?? text);
  const wanted = inFile === null ? places : places.filter(({ place }) => isNamed(place?.file.path, inFile[1]));
  if (wanted.length > 0) return wanted;
  const address = symbols.symbolAddress(text);
  if (address !== undefined && symbols.functionAt(address) !== undefined) return [placeAt(symbols, address)];
  throw new CommandError(`Function "${text}" not defined.`);
}

function ofOwnFile({ symbols, file, line }: LocationContext, sign: string, number: number): readonly CodePlace[] {
  if (file === undefined) throw new CommandError('No source file is selected: say FILE:LINE.');
  const wanted = sign === '' ? number : (line ?? 1) + (sign === '-' ? -number : number);
  return ofLine(symbols, file.path, wanted);
}

function ofLine(symbols: ProgramSymbols, name: string, line: number): readonly CodePlace[] {
  const files = symbols.sourceFilesNamed(name);
  if (files.length === 0) throw new CommandError(`No source file named ${name}.`);
  const places = files.flatMap(({ path }) => symbols.addressesOfLine(path, line));
  if (places.length === 0) throw new CommandError(`No line ${line} in file "${name}".`);
  return places;
}

function isNamed(path: string | undefined, name: string): boolean {
  return path !== undefined && (path === name || path.endsWith(`/${name}`));
}

function placeAt(symbols: ProgramSymbols, address: number): CodePlace {
  const at = address >>> 0;
  return {
    address: at,
    functionName: symbols.inlineCallsAt(at)[0]?.name ?? symbols.functionAt(at)?.name,
    place: symbols.placeAt(at),
  };
}

/** `0x10094: file hello.c, line 5.` */
export function placeText({ address, place }: CodePlace): string {
  return place === undefined ? hex(address) : `${hex(address)}: file ${place.file.path}, line ${place.line}.`;
}
