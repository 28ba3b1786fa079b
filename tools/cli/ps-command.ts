import { type Command, Option } from 'commander';
import { QUANTUM, VIEW_NAMES } from '../../kernel/index.js';
import type { CommandLine } from './command-line.js';
import { addCompilerOptions, type CompilerChoice, memorySize, wholeNumber } from './options.js';

export interface PsOptions extends CompilerChoice {
  /** Instructions after which to stop. */
  readonly until?: number;
  readonly seed?: number;
  /** In bytes. */
  readonly memory: number;
  /** In instructions. */
  readonly quantum: number;
  readonly json?: boolean;
}

const HELP = `
FILE is a source (.c .S .s .cc .cpp .zig), an object (.o) or an executable (.elf); several sources make one program.
VIEW is one of ${VIEW_NAMES.join(' ')}; without any, all of them.
A file that is called like a view is ./threads.
The program runs to its end, until every thread is blocked, or for so many instructions. What it prints is not shown, and nothing
is typed into it: 'tocsin run --ps' shows the same at the end of a run.

Exit status: 0 the program was stopped and looked at, however it ended; 2 bad usage or input

Examples:
  tocsin ps --until 100000 philosophers.c
  tocsin ps deadlock.elf threads locks          who waits for whom
  tocsin ps --json --until 5000 server.c handles`;

export function addPsCommand(program: Command, { end, takeInterrupts }: CommandLine): void {
  const command = program
    .command('ps')
    .summary('run a program to a stop, and show what there is then')
    .description(
      'Runs a program to a stop and prints tables of its threads, handles, channels, locks and all other objects.',
    )
    .usage('[options] FILE… [VIEW…]')
    .argument('[word...]', 'files of one program, and names of views')
    .option('--until <n>', 'instructions after which to stop', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--seed <n>', 'another schedule', wholeNumber(0, 2 ** 32 - 1))
    .addOption(
      new Option('--memory <size>', 'RAM of the machine, 1M to 1G')
        .argParser(memorySize(1, 1024))
        .default(64 * 2 ** 20, '64M'),
    )
    .option(
      '--quantum <n>',
      'instructions that a thread runs before the next of its priority',
      wholeNumber(QUANTUM.leastCompiled, QUANTUM.most),
      QUANTUM.fallback,
    )
    .option('--json', 'print one JSON object instead of tables')
    .addHelpText('after', HELP)
    .action(async (words: string[], options: PsOptions) => {
      const { ps } = await import('./ps.js');
      end(await ps(words, options, takeInterrupts));
    });
  addCompilerOptions(command);
}
