/** Clang with LLVM's linker. It has no builtins for bare 32-bit RISC-V of its own on most systems: GCC's serve where they are. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import {
  type CompileJob,
  type Compiler,
  commonCompileArguments,
  commonLinkArguments,
  type LinkJob,
} from './compiler.js';
import { fileIdentity, findExecutable } from './executables.js';
import { ToolchainError } from './failure.js';
import { GCC_NAMES } from './gcc.js';
import { runTool } from './tool-process.js';

const TARGET = ['--target=riscv32-unknown-elf', '-march=rv32imac', '-mabi=ilp32'];

/** Assembly is compiled with the same options as C, as far as it goes. */
const QUIET = ['-Wno-unused-command-line-argument'];

export function clangCompiler(program: string): Compiler {
  const ask = async (asked: string, ...question: string[]): Promise<string> => {
    const { succeeded, stdout } = await runTool({ program: asked, arguments: question }, process.cwd());
    return succeeded ? stdout.trim() : '';
  };
  const tool = async (name: string): Promise<string> => {
    const answer = await ask(program, `-print-prog-name=${name}`);
    const path = existsSync(answer) ? answer : findExecutable(name);
    if (path === undefined)
      throw new ToolchainError(`${program} needs ${name}, which is not installed (packages lld and llvm)`);
    return path;
  };
  const builtins = async (): Promise<string[]> => {
    const own = await ask(program, ...TARGET, '-rtlib=compiler-rt', '-print-libgcc-file-name');
    if (existsSync(own)) return [own];
    const gcc = GCC_NAMES.map((name) => findExecutable(name)).find((path) => path !== undefined);
    const borrowed = gcc && (await ask(gcc, '-march=rv32imac', '-mabi=ilp32', '-print-libgcc-file-name'));
    return borrowed ? [borrowed] : [];
  };
  return {
    family: 'clang',
    title: basename(program),
    identity: `clang ${fileIdentity(program)}`,
    languages: ['c', 'c++', 'assembly', 'preprocessed assembly'],
    compile: (job) => ({ program, arguments: compileArguments(job) }),
    archive: async (output, objects) => ({ program: await tool('llvm-ar'), arguments: ['rcsD', output, ...objects] }),
    builtins: async () => undefined,
    link: async (job: LinkJob) => {
      const archives = [...job.archives, ...(await builtins())];
      return { program: await tool('ld.lld'), arguments: commonLinkArguments({ ...job, archives }) };
    },
  };
}

function compileArguments(job: CompileJob): string[] {
  return [...TARGET, ...commonCompileArguments(job), ...QUIET, '-fdebug-compilation-dir=.'];
}
