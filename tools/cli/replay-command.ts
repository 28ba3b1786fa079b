import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { CommandLine } from './command-line.js';
import { listOf, notEmpty } from './options.js';
import { TRACES, type Trace } from './run-command.js';

export interface ReplayCommandOptions {
  readonly verify?: boolean;
  readonly until?: Until;
  /** Executables that the recording only names. */
  readonly image?: readonly string[];
  readonly trace?: ReadonlySet<Trace>;
  readonly stats?: boolean;
  readonly ps?: boolean;
  readonly json?: boolean;
}

/** Where a replay is to stop. */
export interface Until {
  readonly what: 'step' | 'instruction';
  readonly number: number;
}

const HELP = `
FILE was written by \`tocsin run --record\`. The program is run again from it: the same input goes in at the same instructions, the
same choices are made. What it prints is printed again, and standard input is not read. That the journal is the same is checked by
its hash, wherever the recording has one; with --verify what the program prints is left out, and where the recording has every
record (--record-all) each is compared. The first difference is reported.

A recording that was cut off, because the run was killed or the disk was full, is replayed up to its last whole block.

Exit status:
  as of the recorded run; 0 where it was cut off or --until stopped it; 1 the replay is not the recorded run
  with --verify: 0 it is the recorded run, 1 it is not, or the recording is damaged
  2 bad usage, or FILE cannot be replayed, 130 Ctrl-C

Examples:
  tocsin replay run.tocsin
  tocsin replay --verify run.tocsin
  tocsin replay --until 100000 --ps run.tocsin      what there was after so many instructions
  tocsin replay --until step:57 --ps run.tocsin     and after step 57
  tocsin replay --image prog.elf named.tocsin       a recording with --record-names`;

export function addReplayCommand(program: Command, { end, takeInterrupts }: CommandLine): void {
  const images: string[] = [];
  program
    .command('replay')
    .summary('run again what was recorded')
    .description('Runs again what `tocsin run --record` recorded, and checks that it is the same run.')
    .usage('[options] FILE')
    .argument('<file>', 'a recording')
    .option('--verify', 'only check that it is the same run, record by record where they are there')
    .option('--until <n>', 'stop after so many instructions; step:N: after step N', until)
    .option('--image <file>', 'an executable that the recording only names', (path: string) => {
      images.push(notEmpty(path) ?? path);
      return images;
    })
    .option('--trace <list>', `print what happens: some of ${TRACES.join(',')}`, listOf(TRACES))
    .option('--stats', 'print figures at the end')
    .option('--ps', 'print what there is at the end: threads, handles, channels, …, as tables')
    .option('--json', 'print one JSON object on the last line of standard error')
    .addHelpText('after', HELP)
    .action(async (file: string, options: ReplayCommandOptions) => {
      const { replay } = await import('./replay.js');
      end(await replay(file, options, takeInterrupts));
    });
}

function until(text: string): Until {
  const [, step, digits] = /^(step:)?(\d+(?:_\d+)*)$/.exec(text) ?? [];
  const number = Number((digits ?? 'none').replaceAll('_', ''));
  if (!(number >= 1 && number <= Number.MAX_SAFE_INTEGER))
    throw new InvalidArgumentError('Expected a number of instructions, or step: and the number of a step.');
  return { what: step === undefined ? 'instruction' : 'step', number };
}
