import type { Command } from 'commander';
import type { CommandLine } from './command-line.js';

export interface DiffOptions {
  readonly json?: boolean;
}

const HELP = `
Compared is what was run, and then record by record: all of them where both recordings have all (--record-all), else the inputs and
choices. The first difference is printed, with the records that both have before it.

Exit status: 0 they are the same, 1 they are not, 2 bad usage, or one of them cannot be read

Examples:
  tocsin diff good.tocsin bad.tocsin
  tocsin diff --json a.tocsin b.tocsin`;

export function addDiffCommand(program: Command, { end }: CommandLine): void {
  program
    .command('diff')
    .summary('find where two recordings part')
    .description('Finds the first difference of two recordings.')
    .usage('[options] FILE FILE')
    .argument('<a>', 'a recording')
    .argument('<b>', 'another')
    .option('--json', 'print one JSON object instead of lines')
    .addHelpText('after', HELP)
    .action(async (a: string, b: string, options: DiffOptions) => {
      const { diff } = await import('./diff.js');
      end(diff(a, b, options));
    });
}
