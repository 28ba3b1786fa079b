import type { Command } from 'commander';
import type { CommandLine } from './command-line.js';
import { addCompilerOptions, type CompilerChoice, notEmpty, type OptimizationChoice, optimization } from './options.js';

export interface BuildOptions extends CompilerChoice, OptimizationChoice {
  readonly output: string;
}

const EXAMPLES = `
Examples:
  tocsin build prog.c -o prog.elf
  tocsin build -g -O0 main.c queue.c start.S -o prog.elf
  tocsin build --cc gcc prog.c -o prog.elf`;

export function addBuildCommand(program: Command, { end }: CommandLine): void {
  const command = program
    .command('build')
    .summary('compile and link a program')
    .description('Compiles and links sources (.c .S .s .cc .cpp .zig) and objects (.o) as one program.')
    .argument('<file...>', 'sources and objects')
    .requiredOption('-o, --output <file>', 'the ELF executable to write', notEmpty)
    .option('-g, --debug', 'with debug information')
    .option('-O, --optimize <level>', 'as the compiler knows it: 0, 1, 2, 3, s, z or g', optimization, '2')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: BuildOptions) => {
      const { build } = await import('./build.js');
      end(await build(files, options));
    });
  addCompilerOptions(command);
}
