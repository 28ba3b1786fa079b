import type { Command } from 'commander';
import { VIEW_NAMES } from '../../kernel/index.js';
import type { CommandLine } from './command-line.js';
import { addStopOptions, type StopOptions } from './stop-options.js';

const HELP = `
FILE is a source (.c .S .s .cc .cpp .zig), an object (.o) or an executable (.elf); several sources make one program.
VIEW is one of ${VIEW_NAMES.join(' ')}; without any, all of them.
A file that is called like a view is ./threads.
The program runs to its end, until every thread is blocked, for so many instructions, or until Ctrl-C. What follows -- goes to it;
what it prints is not shown, and nothing is typed into it: 'tocsin run --ps' shows the same at the end of a run.

Exit status: 0 the program was stopped and looked at, however it ended; 2 bad usage or input; 130 Ctrl-C stopped it

Examples:
  tocsin ps --until 100000 philosophers.c
  tocsin ps deadlock.elf threads locks          who waits for whom
  tocsin ps --json --until 5000 server.c handles`;

export function addPsCommand(program: Command, { guestArguments, end, takeInterrupts }: CommandLine): void {
  const command = program
    .command('ps')
    .summary('run a program to a stop, and show what there is then')
    .description(
      'Runs a program to a stop and prints tables of its threads, handles, channels, locks and all other objects.',
    )
    .usage('[options] FILE… [VIEW…] [-- ARG…]')
    .argument('[word...]', 'files of one program, and names of views')
    .addHelpText('after', HELP)
    .action(async (words: string[], options: StopOptions) => {
      const { ps } = await import('./ps.js');
      end(await ps(words, guestArguments, options, takeInterrupts));
    });
  addStopOptions(command, 'tables');
}
