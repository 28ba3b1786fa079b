import { type Command, Option } from 'commander';
import { QUANTUM } from '../../kernel/index.js';
import type { CommandLine } from './command-line.js';
import { addCompilerOptions, memorySize, notEmpty, wholeNumber } from './options.js';
import { addProveOptions, PROVE_HELP, type ProveOptions } from './prove-options.js';

export function addDebugCommand(program: Command, { guestArguments, takeInterrupts, end }: CommandLine): void {
  const command = program
    .command('debug')
    .summary('show that a program cannot tell whether it is debugged')
    .description('Runs a guest program with and without a debugger.')
    .usage('[options] FILE… [-- ARG…]')
    .argument('<file...>', 'sources and objects of one program, or an executable')
    .option('--input <file>', 'type this file into the guest', notEmpty)
    .option('--seed <n>', 'another schedule', wholeNumber(0, 2 ** 32 - 1))
    .addOption(
      new Option('--memory <size>', 'RAM of the machine, 1M to 1G')
        .argParser(memorySize(1, 1024))
        .default(64 * 2 ** 20, '64M'),
    )
    .addOption(
      new Option('--overcommit <size>', 'bytes that quotas may promise beyond RAM, 0 to 1G')
        .argParser(memorySize(0, 1024))
        .default(0, '0'),
    )
    .option('--monitor <file>', 'a guest that chooses what to do when RAM is used up (root_oom_wait)', notEmpty)
    .option(
      '--quantum <n>',
      'instructions that a thread runs before the next of its priority',
      wholeNumber(QUANTUM.leastCompiled, QUANTUM.most),
      QUANTUM.fallback,
    )
    .addHelpText('after', PROVE_HELP)
    .action(async (files: string[], options: ProveOptions) => {
      const { prove } = await import('./prove.js');
      end(await prove(files, guestArguments, options, takeInterrupts));
    });
  addProveOptions(command);
  addCompilerOptions(command);
}
