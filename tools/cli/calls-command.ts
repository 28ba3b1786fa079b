import type { Command } from 'commander';
import type { CommandLine } from './command-line.js';

const EXAMPLES = `
Examples:
  tocsin calls                 the table
  tocsin calls vmar_map        one reference page`;

export function addCallsCommand(program: Command, { end }: CommandLine): void {
  program
    .command('calls')
    .summary('print the table of system calls, or a reference page')
    .description('Prints the table of system calls, or the reference page of one.')
    .argument('[name]', 'a call, or the number of one')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string | undefined) => {
      const { calls } = await import('./calls.js');
      end(calls(name));
    });
}
