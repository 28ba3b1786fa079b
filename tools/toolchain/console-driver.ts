/**
 * The console driver, which `tocsin run` boots beside every program: as it was built with the package (`npm run build`), else
 * compiled now, as the C library is.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Compiler } from './compiler.js';
import { ToolchainError } from './failure.js';
import { findCompiler } from './find-compiler.js';
import { findGuestFiles } from './guest-files.js';
import { readInput } from './input.js';
import { buildProgram } from './program.js';

/** Seen from the folder of the package. */
export const BUILT_DRIVER = join('dist', 'console.elf');
const SOURCE = join('servers', 'console.c');

/** The bytes of its executable; undefined where none was built and there is no compiler. Throws ToolchainError. */
export async function consoleDriver(wantedCompiler: string | undefined): Promise<Uint8Array | undefined> {
  const built = join(findGuestFiles().folder, '..', BUILT_DRIVER);
  if (existsSync(built)) return readFileSync(built);
  let compiler: Compiler;
  try {
    compiler = findCompiler(wantedCompiler);
  } catch (error) {
    if (error instanceof ToolchainError) return undefined;
    throw error;
  }
  return compileConsoleDriver(compiler);
}

/** Throws ToolchainError. */
export async function compileConsoleDriver(compiler: Compiler): Promise<Uint8Array> {
  const source = readInput(join(findGuestFiles().folder, SOURCE));
  const options = { optimization: '2', debug: false, preprocessor: [] } as const;
  return (await buildProgram([source], compiler, options)).bytes;
}
