import type { Command } from 'commander';
import type { CommandLine } from './command-line.js';
import { addCompilerOptions, type CompilerChoice } from './options.js';

const EXAMPLES = `
Examples:
  tocsin disassemble prog.elf
  tocsin disassemble prog.c | less      compiles it first
  tocsin disassemble part.o             by its sections`;

export function addDisassembleCommand(program: Command, { end }: CommandLine): void {
  const command = program
    .command('disassemble')
    .summary('print the instructions of a program')
    .description(
      'Prints the instructions of a program with its symbols. Sources are compiled first. An object, and a source without main, is listed section by section, with what the linker would fill in.',
    )
    .argument('<file...>', 'an ELF executable, objects, or sources')
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: CompilerChoice) => {
      const { disassembleProgram } = await import('./disassemble.js');
      end(await disassembleProgram(files, options));
    });
  addCompilerOptions(command);
}
