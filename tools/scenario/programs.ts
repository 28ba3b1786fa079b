/** Compiled programs of scenarios: an ELF file as it is, or sources that the toolchain makes one of. */
import { basename, extname, resolve, sep } from 'node:path';
import { ElfError, type ElfImage, parseElf } from '../../machine/index.js';
import { consoleDriver } from '../toolchain/console-driver.js';
import { ToolchainError } from '../toolchain/failure.js';
import { findCompiler } from '../toolchain/find-compiler.js';
import { type Input, readInput } from '../toolchain/input.js';
import { buildProgram } from '../toolchain/program.js';
import { type Place, ScenarioMistake } from './mistake.js';

export interface LoadedProgram {
  /** Its file's, without folder and ending. */
  readonly name: string;
  readonly image: ElfImage;
}

/** Files are looked for from `folder`. What is wrong with them is a mistake at `place`. */
export async function loadProgram(
  files: readonly string[],
  folder: string,
  place: Place | undefined,
): Promise<LoadedProgram> {
  if (files.length === 0) throw new ScenarioMistake('a guest needs a file: an ELF executable, or sources', place);
  try {
    const inputs = files.map((file) => readInput(resolve(folder, file)));
    return { name: basename(files[0], extname(files[0])), image: parseElf(await linked(inputs)) };
  } catch (error) {
    if (error instanceof ToolchainError) {
      // Files are called as the scenario calls them.
      const said = `${error.output}${error.message}`.replaceAll(`${resolve(folder)}${sep}`, '');
      throw new ScenarioMistake(said, place);
    }
    if (error instanceof ElfError) throw new ScenarioMistake(`${files.join(' ')}: ${error.message}`, place);
    throw error;
  }
}

async function linked(inputs: readonly Input[]): Promise<Uint8Array> {
  const executable = inputs.find(({ kind }) => kind === 'executable');
  if (executable === undefined) {
    const { bytes } = await buildProgram(inputs, findCompiler(undefined), {
      optimization: '2',
      debug: false,
      preprocessor: [],
    });
    return bytes;
  }
  if (inputs.length > 1) throw new ToolchainError(`${executable.path}: is linked already; it is a program by itself`);
  return executable.bytes;
}

/** The console driver. That there is none is a mistake at `place`. */
export async function loadDriver(place: Place | undefined): Promise<ElfImage> {
  const bytes = await consoleDriver(undefined);
  if (bytes !== undefined) return parseElf(bytes);
  throw new ScenarioMistake(
    'there is no console driver: the package was built without one, and there is no compiler',
    place,
  );
}
