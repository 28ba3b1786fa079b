import { type Command, Option } from 'commander';
import type { CommandLine } from './command-line.js';
import { listOf, notEmpty, wholeNumber } from './options.js';

export interface JournalOptions {
  readonly type?: string;
  readonly object?: number;
  readonly thread?: number;
  readonly process?: number;
  readonly from?: number;
  readonly to?: number;
  readonly cause?: number;
  readonly class?: ReadonlySet<'state' | 'input' | 'choice'>;
  readonly export?: 'jsonl' | 'csv' | 'perfetto' | 'otlp';
  readonly follow?: true;
  /** `-`: standard input has it. */
  readonly sql?: string;
  readonly sqlSchema?: true;
  readonly json?: true;
  /** Executables that the recording only names. */
  readonly image?: readonly string[];
  readonly output?: string;
}

const HELP = `
A line is: step, @time in ns, #koid of the thread that made the step, type of the record, its fields. Nothing but FILE is needed:
types and names stand in it. With several options all must hold. A koid is the number of an object, as \`tocsin ps\` shows it;
an object is in a record where the record names it, or its row in the kernel's table. Without --record-all FILE has inputs and
choices only.

--export jsonl prints an object a line: index, seq, time, cause, actor, type, class, fields, and instructions where FILE has them.
--export csv prints the same as columns; fields is a column of its own, as JSON.
--export perfetto prints a file for ui.perfetto.dev: tracks of threads, channels and allocators, arrows from cause to effect.
--export otlp prints OpenTelemetry traces, OTLP as JSON: a call through a channel and all that it leads to is one trace.
--follow prints also what a run that is not over still records, until it is over; of a run that was killed until Ctrl-C.
--sql asks a question in the SQL of SQLite; --sql-schema prints the tables and twenty questions. FILE is not changed by it.
For --sql, perfetto and otlp a recording without --record-all is run again in memory first.

Exit status: 0 printed; 2 bad usage, FILE cannot be read, or the query not answered; 130 Ctrl-C. What is left of a damaged recording
is printed, and the damage said.

Examples:
  tocsin journal run.tocsin
  tocsin journal --type call,trap --from 10 --to 20 run.tocsin
  tocsin journal --thread 12 run.tocsin
  tocsin journal --object 7 run.tocsin                 everything about object 7
  tocsin journal --cause 57 run.tocsin                 what step 57 caused
  tocsin journal --follow --type call run.tocsin       the calls of a run that goes on
  tocsin journal --export csv run.tocsin > run.csv
  tocsin journal --export perfetto --output run.json run.tocsin
  tocsin journal --sql 'SELECT * FROM wakes' run.tocsin
  tocsin journal --json --sql - run.tocsin < question.sql
  tocsin journal --sql-schema`;

export function addJournalCommand(program: Command, { end, takeInterrupts }: CommandLine): void {
  const images: string[] = [];
  const koid = wholeNumber(1, 2 ** 31 - 1);
  const seq = wholeNumber(0, Number.MAX_SAFE_INTEGER);
  program
    .command('journal')
    .summary('print, search and export the records of a recording')
    .description(
      'Prints the records of a recording, or those that one looks for; answers questions about it; exports it.',
    )
    .usage('[options] FILE')
    .argument('[file]', 'a recording')
    .option('--type <list>', 'records of these types', notEmpty)
    .option('--class <list>', 'records of these classes: state, input, choice', listOf(['state', 'input', 'choice']))
    .option('--object <koid>', 'records that name this object', koid)
    .option('--thread <koid>', 'records of steps of this thread', koid)
    .option('--process <koid>', 'records of steps of threads of this process', koid)
    .option('--from <seq>', 'from this step on', seq)
    .option('--to <seq>', 'up to this step', seq)
    .option('--cause <seq>', 'records of steps that this step caused', seq)
    .addOption(new Option('--export <format>', 'another form than lines').choices(['jsonl', 'csv', 'perfetto', 'otlp']))
    .option('--follow', 'go on while the run still records')
    .option('--sql <query>', 'ask a question; -: standard input has it', notEmpty)
    .option('--sql-schema', 'print what a query can ask for')
    .option('--json', 'the answer as JSON: an array of objects')
    .option('--image <file>', 'an executable that the recording only names', (path: string) => {
      images.push(notEmpty(path) ?? path);
      return images;
    })
    .option('--output <file>', 'write it there, whole or not at all', notEmpty)
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, options: JournalOptions) => {
      const { journal } = await import('./journal.js');
      end(await journal(file, options, takeInterrupts));
    });
}
