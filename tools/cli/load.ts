/** Files on the command line become one executable: read as it is, or compiled and linked. */
import { ElfError, type ElfImage, parseElf } from '../../machine/elf.js';
import { findCompiler } from '../toolchain/find-compiler.js';
import { type Input, readInput } from '../toolchain/input.js';
import { buildProgram } from '../toolchain/program.js';
import { Refusal } from './failure.js';
import type { CompilerChoice, OptimizationChoice } from './options.js';

/** The bytes of an executable. Warnings of the compiler go to standard error. Throws ToolchainError, Refusal. */
export async function loadProgram(
  files: readonly string[],
  choice: CompilerChoice & OptimizationChoice,
): Promise<Uint8Array> {
  const inputs = files.map(readInput);
  const executable = inputs.find(({ kind }) => kind === 'executable');
  if (executable !== undefined) return onlyOne(executable, inputs).bytes;
  const { bytes, messages } = await buildProgram(inputs, findCompiler(choice.cc), {
    optimization: choice.optimize,
    debug: choice.debug ?? false,
    preprocessor: choice.preprocessor ?? [],
  });
  process.stderr.write(messages);
  return bytes;
}

/** Throws Refusal with the file's name. */
export function parseProgram(bytes: Uint8Array, files: readonly string[]): ElfImage {
  try {
    return parseElf(bytes);
  } catch (error) {
    if (error instanceof ElfError) throw new Refusal(`${files.join(' ')}: ${error.message}`);
    throw error;
  }
}

function onlyOne(executable: Input, inputs: readonly Input[]): Input {
  const other = inputs.find((input) => input !== executable);
  if (other === undefined) return executable;
  throw new Refusal(`${executable.path}: is linked already; it cannot be one program with ${other.path}`);
}
