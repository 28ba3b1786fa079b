/** Options of the commands that run a program to a stop and then look at it: `ps` and `memory`. */
import { type Command, Option } from 'commander';
import { QUANTUM } from '../../kernel/index.js';
import { addCompilerOptions, type CompilerChoice, memorySize, wholeNumber } from './options.js';

export interface StopOptions extends CompilerChoice {
  /** Instructions after which to stop. */
  readonly maxInstructions?: number;
  readonly seed?: number;
  /** In bytes. */
  readonly memory: number;
  /** In instructions. */
  readonly quantum: number;
  readonly json?: boolean;
}

/** `pictured` is what `--json` prints an object instead of. */
export function addStopOptions(command: Command, pictured: string): void {
  command
    .option(
      '--until, --max-instructions <n>',
      'instructions after which to stop',
      wholeNumber(1, Number.MAX_SAFE_INTEGER),
    )
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
    .option('--json', `print one JSON object instead of ${pictured}`);
  addCompilerOptions(command);
}
