import type { Command } from 'commander';
import type { CommandLine } from './command-line.js';
import { addStopOptions, type StopOptions } from './stop-options.js';

const HELP = `
FILE is a source (.c .S .s .cc .cpp .zig), an object (.o) or an executable (.elf); several sources make one program.
The program runs to its end, until every thread is blocked, for so many instructions, or until Ctrl-C. What follows -- goes to it;
what it prints is not shown, and nothing is typed into it.

The tree shows for each allocator who uses it, how much of its quota is used and lent to those below it, and what the use consists
of. The map shows each frame of physical memory, or several of them, as a letter of the process that has it.

Exit status: 0 the program was stopped and looked at, however it ended; 2 bad usage or input; 130 Ctrl-C stopped it

Examples:
  tocsin memory --until 100000 threads.c        in the middle of a run
  tocsin memory philosophers.c                  when every thread is blocked
  tocsin memory --memory 4M cache.c -- 100      with an argument
  tocsin memory --json --until 5000 server.elf`;

export function addMemoryCommand(program: Command, { guestArguments, end, takeInterrupts }: CommandLine): void {
  const command = program
    .command('memory')
    .summary('run a program to a stop, and show who has which memory')
    .description('Runs a program to a stop and draws the tree of allocators and the map of physical memory.')
    .usage('[options] FILE… [-- ARG…]')
    .argument('<file...>', 'sources and objects of one program, or an executable')
    .addHelpText('after', HELP)
    .action(async (files: string[], options: StopOptions) => {
      const { memory } = await import('./memory.js');
      end(await memory(files, guestArguments, options, takeInterrupts));
    });
  addStopOptions(command, 'the picture');
}
