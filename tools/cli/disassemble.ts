/** `tocsin disassemble`: instructions as the machine's own table prints them, function by function. */
import { type ElfImage, type ElfSegment, type ElfSymbol, findSymbol } from '../../machine/elf.js';
import { decode, disassemble } from '../../machine/index.js';
import { outputColours } from './colours.js';
import { EXIT } from './exit-status.js';
import { Refusal } from './failure.js';
import { loadProgram, parseProgram } from './load.js';
import type { CompilerChoice } from './options.js';
import { symbolText } from './outcome.js';
import { print } from './standard-streams.js';

export async function disassembleProgram(files: readonly string[], options: CompilerChoice): Promise<number> {
  const image = parseProgram(await loadProgram(files, { ...options, optimize: '2' }), files);
  const code = image.segments.filter(({ executable }) => executable);
  if (code.every(({ fileBytes }) => fileBytes.length === 0))
    throw new Refusal(`${files.join(' ')}: has no instructions`);
  for (const segment of code) printSegment(segment, image);
  return EXIT.OK;
}

/** Lines are written in portions: a program of a megabyte is a listing of ten. */
const PORTION_LINES = 4096;

function printSegment(segment: ElfSegment, image: ElfImage): void {
  const { bold, dim } = outputColours();
  const labels = labelsOf(image);
  const symbolOf = (address: number): string | undefined => {
    const symbol = findSymbol(image.symbols, address);
    return symbol && symbolText(symbol);
  };
  const far = new FarTargets();
  let lines: string[] = [];
  for (let offset = 0; offset < segment.fileBytes.length; ) {
    const address = segment.address + offset;
    for (const name of labels.get(address) ?? []) lines.push('', bold(`${name}:`));
    const word = wordAt(segment.fileBytes, offset);
    const { text, bytes } = disassemble(word, address, symbolOf);
    const shown = Math.min(bytes, segment.fileBytes.length - offset);
    const code = ((shown === 2 ? word & 0xffff : word) >>> 0).toString(16).padStart(shown * 2, '0');
    const target = far.next(word, address);
    const symbol = target === undefined ? undefined : symbolOf(target);
    const comment = symbol === undefined ? '' : ` # ${symbol}`;
    lines.push(`  ${dim(address.toString(16).padStart(8, '0'))}  ${dim(code.padEnd(8))}  ${text}${comment}`);
    offset += shown;
    if (lines.length >= PORTION_LINES) {
      print(`${lines.join('\n')}\n`);
      lines = [];
    }
  }
  if (lines.length > 0) print(`${lines.join('\n')}\n`);
}

/** The word at an offset; past the end of the bytes it is zero. */
function wordAt(bytes: Uint8Array, offset: number): number {
  const byte = (index: number): number => bytes[offset + index] ?? 0;
  return byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24);
}

function labelsOf(image: ElfImage): ReadonlyMap<number, readonly string[]> {
  const functions = image.symbols.filter((symbol: ElfSymbol) => symbol.kind === 'function');
  const labels = new Map<number, string[]>();
  for (const { name, address } of functions) labels.set(address, [...(labels.get(address) ?? []), name]);
  return labels;
}

/** Calls over more than a megabyte take two instructions: `auipc` puts the upper part into a register, `jalr` adds the rest. */
class FarTargets {
  #register = 0;
  #upper = 0;

  /** Where the instruction jumps to, if it is the second of such a pair. */
  next(word: number, address: number): number | undefined {
    const decoded = decode(word);
    const isSecond = decoded?.instruction.name === 'jalr' && decoded.rs1 === this.#register && this.#register !== 0;
    const target = isSecond ? (this.#upper + decoded.imm) >>> 0 : undefined;
    this.#register = decoded?.instruction.name === 'auipc' ? decoded.rd : 0;
    this.#upper = address + (decoded?.imm ?? 0);
    return target;
  }
}
