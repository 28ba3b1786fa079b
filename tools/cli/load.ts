/** Files on the command line become one executable: read as it is, or compiled and linked. */
import { ElfError, type ElfImage, parseElf } from '../../machine/elf.js';
import { findCompiler } from '../toolchain/find-compiler.js';
import { type Input, readInput } from '../toolchain/input.js';
import type { CompileOptions } from '../toolchain/object.js';
import { buildProgram, compileObjects } from '../toolchain/program.js';
import { Refusal } from './failure.js';
import type { CompilerChoice, OptimizationChoice } from './options.js';

type Choice = CompilerChoice & OptimizationChoice;

/** The bytes of an executable. Warnings of the compiler go to standard error. Throws ToolchainError, Refusal. */
export async function loadProgram(files: readonly string[], choice: Choice): Promise<Uint8Array> {
  return linkedProgram(files.map(readInput), choice);
}

/** As `loadProgram`, of files that have been read. */
export async function linkedProgram(inputs: readonly Input[], choice: Choice): Promise<Uint8Array> {
  const executable = inputs.find(({ kind }) => kind === 'executable');
  if (executable !== undefined) return onlyOne(executable, inputs).bytes;
  const { bytes, messages } = await buildProgram(inputs, findCompiler(choice.cc), compileOptions(choice));
  process.stderr.write(messages);
  return bytes;
}

/** An object for each file. Needs no compiler where all are objects already. Throws ToolchainError. */
export async function loadObjects(inputs: readonly Input[], choice: Choice): Promise<readonly Input[]> {
  if (inputs.every(({ kind }) => kind === 'object')) return inputs;
  const { objects, messages } = await compileObjects(inputs, findCompiler(choice.cc), compileOptions(choice));
  process.stderr.write(messages);
  return objects;
}

function compileOptions({ optimize, debug, preprocessor }: Choice): CompileOptions {
  return { optimization: optimize, debug: debug ?? false, preprocessor: preprocessor ?? [] };
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
