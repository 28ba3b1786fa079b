import type { Command } from 'commander';
import type { CommandLine } from './command-line.js';
import { addCompilerOptions, type CompilerChoice } from './options.js';

const EXAMPLES = `
Examples:
  tocsin disassemble prog.elf
  tocsin disassemble prog.c | less      compiles it first`;

export function addDisassembleCommand(program: Command, { end }: CommandLine): void {
  const command = program
    .command('disassemble')
    .summary('print the instructions of a program')
    .description('Prints the instructions of a program with its symbols. Sources are compiled first.')
    .argument('<file...>', 'an ELF executable, or the sources of a program')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: CompilerChoice) => {
      const { disassembleProgram } = await import('./disassemble.js');
      end(await disassembleProgram(files, options));
    });
  addCompilerOptions(command);
}
