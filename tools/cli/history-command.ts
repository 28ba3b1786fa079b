import type { Command } from 'commander';
import { DERIVED_NAMES, DERIVED_VIEWS } from '../../kernel/index.js';
import type { CommandLine } from './command-line.js';
import { notEmpty, wholeNumber } from './options.js';

export interface HistoryCommandOptions {
  readonly image?: readonly string[];
  readonly most: number;
  readonly json?: boolean;
  readonly cache: boolean;
}

const VIEWS = DERIVED_NAMES.map((name) => `  ${name.padEnd(9)}${DERIVED_VIEWS[name].about}`).join('\n');

const HELP = `
VIEW is one of
${VIEWS}
KOID, the number of an object, follows thread, process, calls (a process) and channel (an endpoint); without it all of them are
shown, threads in one line each.

The views are made of the records of FILE where it has them all (--record-all); otherwise the run is replayed for them. Times are
virtual, in ns. A call that does not wait takes none, so the slowest calls are those that waited longest. A deadlock that can happen
is a cycle in the order in which locks were taken, by threads that nothing kept apart; it need not have happened. Futexes that
are free are taken without the kernel: only lock objects are seen.

The last line says how many answers came from the cache in which views are kept until a record concerns them.

Exit status: 0 printed; 1 the replay is not the recorded run; 2 bad usage, or FILE cannot be read

Examples:
  tocsin history run.tocsin                    all threads, locks, processes, calls and channels
  tocsin history run.tocsin thread 5           what thread 5 did, and who woke it
  tocsin history run.tocsin locks              deadlocks that can happen
  tocsin history --most 5 run.tocsin calls     the five slowest calls
  tocsin history --json run.tocsin process     as one JSON object`;

export function addHistoryCommand(program: Command, { end }: CommandLine): void {
  const images: string[] = [];
  program
    .command('history')
    .summary('what threads, locks, processes, calls and channels did in a recorded run')
    .description('Shows what records come to: the history of threads, the order of locks, totals, latencies.')
    .usage('[options] FILE [VIEW [KOID]]…')
    .argument('<file>', 'a recording')
    .argument('[word...]', 'names of views, each perhaps with a koid')
    .option('--most <rows>', 'rows of a table at most', wholeNumber(1, 1_000_000), 64)
    .option('--image <file>', 'an executable that FILE only names', (path: string) => {
      images.push(notEmpty(path) ?? path);
      return images;
    })
    .option('--no-cache', 'ask the records each time')
    .option('--json', 'print one JSON object instead of tables')
    .addHelpText('after', HELP)
    .action(async (file: string, words: string[], options: HistoryCommandOptions) => {
      const { history } = await import('./history.js');
      end(await history(file, words, options));
    });
}
