/** Instructions as the machine's own table prints them, function by function. */
import { type ElfSymbol, findSymbol } from '../../machine/elf.js';
import { decode, disassemble } from '../../machine/index.js';
import { outputColours } from './colours.js';
import { symbolText } from './outcome.js';
import { print } from './standard-streams.js';

export interface Listing {
  readonly bytes: Uint8Array;
  /** Of the first byte. */
  readonly address: number;
  /** By ascending address. */
  readonly symbols: readonly ElfSymbol[];
  /** Of an object, by offset: what the linker will put into an instruction. */
  readonly references?: ReadonlyMap<number, string>;
}

/** Lines are written in portions: a program of a megabyte is a listing of ten. */
const PORTION_LINES = 4096;

export function printListing({ bytes: code, address: base, symbols, references }: Listing): void {
  const { bold, dim } = outputColours();
  const labels = labelsOf(symbols);
  const symbolOf = (address: number): string | undefined => {
    const symbol = findSymbol(symbols, address);
    return symbol && symbolText(symbol);
  };
  const far = new FarTargets();
  let lines: string[] = [];
  for (let offset = 0; offset < code.length; ) {
    const address = base + offset;
    for (const name of labels.get(address) ?? []) lines.push('', bold(`${name}:`));
    const word = wordAt(code, offset);
    const reference = references?.get(offset);
    // What the linker will fill in is not in the instruction yet: a name for the number there would mislead.
    const { text, bytes } = disassemble(word, address, reference === undefined ? symbolOf : undefined);
    const shown = Math.min(bytes, code.length - offset);
    const encoding = ((shown === 2 ? word & 0xffff : word) >>> 0).toString(16).padStart(shown * 2, '0');
    const target = references === undefined ? far.next(word, address) : undefined;
    const symbol = reference ?? (target === undefined ? undefined : symbolOf(target));
    const comment = symbol === undefined ? '' : ` # ${symbol}`;
    lines.push(`  ${dim(address.toString(16).padStart(8, '0'))}  ${dim(encoding.padEnd(8))}  ${text}${comment}`);
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

function labelsOf(symbols: readonly ElfSymbol[]): ReadonlyMap<number, readonly string[]> {
  const functions = symbols.filter(({ kind }) => kind === 'function');
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
