/** `tocsin debug --prove`: its options, for the command whose part it is. */
import type { Command } from 'commander';
import type { CompilerChoice } from './options.js';
import { wholeNumber } from './options.js';

export interface ProveOptions extends CompilerChoice {
  /** Another schedule. */
  readonly seed?: number;
  /** In bytes. */
  readonly memory: number;
  /** Bytes by which quotas may exceed RAM. */
  readonly overcommit: number;
  readonly monitor?: string;
  /** In instructions. */
  readonly quantum: number;
  /** A file that is typed into the guest. */
  readonly input?: string;
  readonly stops: number;
  readonly places: number;
  readonly maxInstructions: number;
  readonly json?: boolean;
}

/** Said in the help of the command. */
export const PROVE_HELP = `
With --prove nobody debugs: the program runs by itself, and beside that with a debugger that breaks, watches, steps, catches calls and
events, interrupts, attaches and detaches at --stops random places, and reads registers and memory there. All that a program can
observe is compared: output with its times, every record of the journal that is not the debugger's, registers, counters, time, all
memory, and how it ends. What it prints is dropped; --input is typed into each run. It is compiled as 'tocsin run' compiles.
Printed is "equal" with what was done, or the first difference.

Exit status with --prove: 0 equal, 1 different, 2 bad usage or input, 130 Ctrl-C

Examples:
  tocsin debug --prove philosophers.c
  tocsin debug --prove --seed 7 --stops 20000 race.c -- one two
  tocsin debug --prove --places 3 --json prog.elf          other places than before`;

const MOST_STOPS = 10_000_000;
const LONGEST = 10_000_000_000;

export function addProveOptions(command: Command): void {
  command
    .option('--prove', 'show that the program cannot tell whether it is debugged')
    .option('--stops <n>', 'with --prove: how often it is stopped, about', wholeNumber(0, MOST_STOPS), 2000)
    .option('--places <n>', 'with --prove: other random places', wholeNumber(0, 2 ** 32 - 1), 0)
    .option(
      '--max-instructions <n>',
      'with --prove: where a program that does not end is compared for the last time',
      wholeNumber(1, LONGEST),
      LONGEST,
    )
    .option('--json', 'with --prove: print one JSON object');
}
