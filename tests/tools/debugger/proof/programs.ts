/** Programs whose runs are compared with and without a debugger: those that look for one, all demos, all tests of the C library. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type ElfImage, parseElf } from '../../../../machine/index.js';
import type { ProofOptions } from '../../../../tools/debugger/proof/proof.js';
import { consoleDriver } from '../../../../tools/toolchain/console-driver.js';
import { findCompiler } from '../../../../tools/toolchain/find-compiler.js';
import { readInput } from '../../../../tools/toolchain/input.js';
import { buildProgram } from '../../../../tools/toolchain/program.js';

const DETECTORS = 'tests/tools/debugger/proof/programs';
const FOLDERS = [DETECTORS, 'userland/demos', 'tests/userland/programs'];

/** Servers that a program finds by more than its own image: they are started by a test of their own. */
const NOT_ALONE = new Set(['weather-publisher', 'weather-subscriber']);

export interface Program {
  readonly name: string;
  readonly path: string;
  readonly macros: readonly string[];
}

/** With other memory than 4 MiB, or other macros than none, where the point of a program is there. */
const MACROS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'guest-debugger': [[], ['-DOPTIONS=1']],
  'full-tables': [['-DFILL=1500']],
};
const MEMORY: Readonly<Record<string, number>> = { 'out-of-memory': 16 << 20, heap: 16 << 20 };

/** What is typed into all of them: those that read nothing never see it. */
const LINES = ['5', '50', '25', 'hello world', '', '17 4', 'x'.repeat(90)].map((line) => Buffer.from(`${line}\n`));

/** All of them, those that look for a debugger first. */
export function programs(): Program[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => /\.(c|cpp)$/.test(file) && !NOT_ALONE.has(basename(file, '.c')))
      .sort()
      .flatMap((file) => {
        const name = basename(file, '.c');
        const variants = MACROS[name] ?? [[]];
        return variants.map((macros) => ({ name: [name, ...macros].join(' '), path: join(folder, file), macros }));
      }),
  );
}

/** Those that were written to find out whether they are debugged. */
export function detectors(): Program[] {
  return programs().filter(({ path }) => path.startsWith(DETECTORS));
}

export async function compile({ path, macros }: Program): Promise<ElfImage> {
  const options = { optimization: '2', debug: false, preprocessor: macros } as const;
  return parseElf((await buildProgram([readInput(path)], findCompiler(undefined), options)).bytes);
}

export async function loadDriver(): Promise<ElfImage | undefined> {
  const bytes = await consoleDriver(undefined);
  return bytes === undefined ? undefined : parseElf(bytes);
}

export interface Trial {
  readonly seed?: number | undefined;
  readonly places: number;
  readonly stops: number;
  readonly maxInstructions: number;
}

export function proofOf(
  program: Program,
  image: ElfImage,
  driver: ElfImage | undefined,
  { seed, ...how }: Trial,
): ProofOptions {
  const name = basename(program.path).replace(/\.\w+$/, '');
  return {
    options: {
      name,
      image,
      ...(driver !== undefined && { console: driver }),
      memoryBytes: MEMORY[name] ?? 4 << 20,
      journal: { hashed: false },
    },
    ...(seed !== undefined && { seed }),
    lines: LINES,
    ...how,
  };
}
