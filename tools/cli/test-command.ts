import type { Command } from 'commander';
import type { CommandLine } from './command-line.js';
import { allocation, notEmpty, wholeNumber } from './options.js';

export interface TestOptions {
  /** Only scenarios whose names contain it. */
  readonly filter?: string;
  /** For every scenario, before its own. */
  readonly seed?: number;
  /** The allocation of the kernel that fails in every scenario, or each in turn. */
  readonly failAllocation?: number | 'every';
  readonly json?: boolean;
}

const HELP = `
A FILE is a module in TypeScript (.ts .mts) or JavaScript (.js .mjs) that declares scenarios; of a folder, and where none is
given, all *.scenario.ts and *.scenario.js under it. A scenario is a dozen lines:

  import { expect, scenario } from 'tocsin/scenario';
  import { futex_wait } from 'tocsin/script';

  scenario('a wait ends at its deadline', (s) => {
    const word = s.memory(4);
    const waiter = s.thread('waiter', function* () {
      return (yield* futex_wait(word, 0, 0, 1000)).status;
    });
    s.run('ended');
    expect(waiter.result).toBeStatus('TIMED_OUT');
  });

With --fail-allocation N the n-th allocation of the kernel fails in each scenario, whose expectations are to hold all the same.
With every, a scenario that passes is played again for each of its allocations. What it expects need not be so then; but no
invariant of the kernel may break, and nothing may be left when all of its processes have been killed.

Exit status:
  0 all passed, 1 some failed, 2 bad usage or input (also: no scenario was found), 74 standard output cannot be written,
  130 Ctrl-C, 141 the reader of standard output went away

Examples:
  tocsin test                                   every scenario under this folder
  tocsin test wake.scenario.ts
  tocsin test --filter 'a wait' --seed 7        some of them, in another schedule
  tocsin test --fail-allocation every           each allocation of each scenario fails once
  tocsin test --json locks/`;

export function addTestCommand(program: Command, { takeInterrupts, end }: CommandLine): void {
  program
    .command('test')
    .summary('run scenarios: tests about the kernel')
    .description('Runs scenarios, each on a system of its own.')
    .argument('[file...]', 'modules with scenarios, or folders')
    .option('--filter <text>', 'only scenarios whose names contain this', notEmpty)
    .option('--seed <n>', 'shake the schedule of every scenario', wholeNumber(0, 2 ** 32 - 1))
    .option(
      '--fail-allocation <n>',
      'let the n-th allocation of the kernel fail; every: play once more for each',
      allocation,
    )
    .option('--json', 'print one JSON object on the last line of standard error')
    .addHelpText('after', HELP)
    .action(async (files: string[], options: TestOptions) => {
      const { test } = await import('./test.js');
      // A scenario runs without a pause: a handler would not be called, and the signal itself ends us.
      takeInterrupts();
      end(await test(files, options));
    });
}
