/** GCC for RISC-V: `riscv64-unknown-elf-gcc` serves 32 bits too. Its builtins are in libgcc. */
import { basename } from 'node:path';
import {
  type CompileJob,
  type Compiler,
  commonCompileArguments,
  commonLinkArguments,
  type LinkJob,
} from './compiler.js';
import { fileIdentity } from './executables.js';
import { ToolchainError } from './failure.js';
import { runTool } from './tool-process.js';

export const GCC_NAMES = ['riscv32-unknown-elf-gcc', 'riscv64-unknown-elf-gcc'];

const TARGET = ['-march=rv32imac', '-mabi=ilp32'];

export function gccCompiler(program: string): Compiler {
  const ask = async (question: string): Promise<string> => {
    const { succeeded, stdout } = await runTool({ program, arguments: [...TARGET, question] }, process.cwd());
    const answer = stdout.trim();
    if (!succeeded || answer === '')
      throw new ToolchainError(`${program} does not answer ${question}: not a GCC for RISC-V?`);
    return answer;
  };
  return {
    family: 'gcc',
    title: basename(program),
    identity: `gcc ${fileIdentity(program)}`,
    languages: ['c', 'c++', 'assembly', 'preprocessed assembly'],
    compile: (job) => ({ program, arguments: compileArguments(job) }),
    archive: async (output, objects) => ({
      program: await ask('-print-prog-name=ar'),
      arguments: ['rcsD', output, ...objects],
    }),
    builtins: async () => undefined,
    link: async (job: LinkJob) => {
      const archives = [...job.archives, await ask('-print-libgcc-file-name')];
      return { program: await ask('-print-prog-name=ld'), arguments: commonLinkArguments({ ...job, archives }) };
    },
  };
}

function compileArguments(job: CompileJob): string[] {
  return [
    ...TARGET,
    // Before the other prefixes: of several that fit, GCC takes the last.
    `-fdebug-prefix-map=${job.folder}=.`,
    // It warns of this in C++, where it is so anyway.
    ...commonCompileArguments(job).filter((word) => job.language !== 'c++' || word !== '-fhosted'),
    // Names that GCC would make at random (anonymous namespaces) come from this.
    '-frandom-seed=tocsin',
  ];
}
