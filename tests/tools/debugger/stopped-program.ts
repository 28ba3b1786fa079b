/** A compiled program that stands at an address: what a debugger would see of it, without a debugger. */
import { readFileSync } from 'node:fs';
import { System } from '../../../kernel/index.js';
import { type ElfImage, parseElf } from '../../../machine/index.js';
import type { MemoryReader } from '../../../tools/debugger/symbols/index.js';
import { byteAt } from '../../../tools/machine/virtual-memory.js';
import type { Optimization } from '../../../tools/toolchain/compiler.js';
import { findCompiler } from '../../../tools/toolchain/find-compiler.js';
import { readInput } from '../../../tools/toolchain/input.js';
import { buildProgram } from '../../../tools/toolchain/program.js';

const PROGRAMS = 'tests/tools/debugger/programs';

export type CompilerName = 'zig' | 'gcc' | 'clang';

export interface HowToCompile {
  readonly optimization: Optimization;
  readonly compiler?: CompilerName;
  /** With debug information, unless it says otherwise. */
  readonly debug?: boolean;
}

/** The bytes of an executable, made of a source in `programs/`. */
export async function compiled(
  source: string,
  { optimization, compiler = 'zig', debug = true }: HowToCompile,
): Promise<Uint8Array> {
  const input = readInput(`${PROGRAMS}/${source}`);
  const { bytes } = await buildProgram([input], findCompiler(compiler), { optimization, debug, preprocessor: [] });
  return bytes;
}

/** The number of the one line of a source in `programs/` that has this in it. */
export function lineWith(source: string, text: string): number {
  const lines = readFileSync(`${PROGRAMS}/${source}`, 'utf8').split('\n');
  const found = lines.flatMap((line, index) => (line.includes(text) ? [index + 1] : []));
  if (found.length !== 1) throw new Error(`${found.length} lines of ${source} have ${text}`);
  return found[0];
}

export interface StoppedProgram {
  readonly registers: Int32Array;
  readonly memory: MemoryReader;
}

/** Most programs here are over after some ten thousand. */
const MAX_INSTRUCTIONS = 1_000_000;

/** Runs until the next instruction is the one at `address` for the `times`-th time. Throws if it never is. */
export function stoppedAt(elf: Uint8Array, address: number, times = 1): StoppedProgram {
  const image = parseElf(elf);
  const system = System.boot({ name: 'program', image, memoryBytes: 8 << 20 });
  const { kernel } = system;
  const { hart, board } = kernel;
  let left = times;
  for (let count = 0; count < MAX_INSTRUCTIONS; count++) {
    if (kernel.loaded >= 0 && hart.pc === address && --left === 0) {
      const registers = Int32Array.from(hart.x);
      registers[0] = hart.pc;
      // Pages that nobody has touched are not mapped yet: what is in the file will be there.
      const byte = (at: number) => byteAt(board, hart, at) ?? byteOfFile(image, at);
      return { registers, memory: (from, length) => readable(from, length, byte) };
    }
    if (system.run(1).kind !== 'limit') break;
  }
  throw new Error(`the program never comes to 0x${address.toString(16)} ${times} times`);
}

function byteOfFile({ segments }: ElfImage, address: number): number | undefined {
  const home = segments.find(
    (segment) => address >= segment.address && address < segment.address + segment.memoryBytes,
  );
  return home === undefined ? undefined : (home.fileBytes[address - home.address] ?? 0);
}

function readable(from: number, length: number, byte: (address: number) => number | undefined): Uint8Array {
  const bytes: number[] = [];
  while (bytes.length < length) {
    const next = byte(from + bytes.length);
    if (next === undefined) break;
    bytes.push(next);
  }
  return Uint8Array.from(bytes);
}
