/**
 * `npm run bench`: speed, beside QEMU's on the same source in the same run, and beside what is wanted.
 * The table, or the object of `--json`, goes to standard output; everything else to standard error.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { accountingFigure } from './accounting.js';
import { DEBUG_MEASURES } from './debug-figures.js';
import { qemuVersion } from './engines.js';
import { EVENT_MEASURES } from './event-figures.js';
import { type Figure, guestFigure, helloFigure, journalFigure, type Plan } from './figures.js';
import { GDB_MEASURES } from './gdb-figures.js';
import { GUESTS } from './guests.js';
import { JOURNAL_MEASURES } from './journal-figures.js';
import { MACHINE_MEASURES } from './machine-figures.js';
import { PAIR_MEASURES } from './pair-figures.js';
import { RECORDING_MEASURES } from './recording-figures.js';
import { figureLines, heading } from './report.js';
import { TRAVEL_MEASURES } from './travel-figures.js';

type Measure = (plan: Plan) => Figure | Promise<Figure>;

const FIGURES: ReadonlyMap<string, Measure> = new Map<string, Measure>([
  ...GUESTS.map((guest): [string, Measure] => [guest.name, (plan) => guestFigure(guest, plan)]),
  ['journal', journalFigure],
  ...JOURNAL_MEASURES,
  ...RECORDING_MEASURES,
  ...TRAVEL_MEASURES,
  ['hello', helloFigure],
  ...PAIR_MEASURES,
  ...EVENT_MEASURES,
  ...GDB_MEASURES,
  ['accounting', accountingFigure],
  ...DEBUG_MEASURES,
  ...MACHINE_MEASURES,
]);

interface Options {
  readonly only?: readonly string[];
  readonly repeats: number;
  readonly seconds: number;
  readonly json?: true;
}

function between(least: number, most: number, whole: boolean): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
    throw new InvalidArgumentError(`Not a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`);
  };
}

const program = new Command('npm run bench --')
  .description(
    'Measures Tocsin, beside qemu-system-riscv32 running the same source bare-metal where that is installed.',
  )
  .addOption(new Option('--only <name...>', 'measure these alone').choices([...FIGURES.keys()]))
  .option('--repeats <n>', 'measure each this often; the engines take turns', between(1, 100, true), 5)
  .option(
    '--seconds <s>',
    'watch a guest for so long each time, after half a second of warm-up',
    between(0.1, 60, false),
    1,
  )
  .option('--json', 'print one object instead of the table')
  .addHelpText(
    'after',
    '\nExamples:\n  npm run bench\n  npm run bench -- --only integer --repeats 3\n  npm run --silent bench -- --json',
  )
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse();

const options = program.opts<Options>();
const version = qemuVersion();
const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const plan: Plan = {
  folder,
  repeats: options.repeats,
  window: { warmUp: 0.5, seconds: options.seconds },
  qemu: version !== undefined,
};
const names = options.only ?? [...FIGURES.keys()];
const environment = { node: process.version, processor: cpus()[0]?.model ?? 'unknown', qemu: version ?? null };

console.error(`Node ${environment.node} on ${environment.processor}`);
console.error(version ?? 'qemu-system-riscv32 is not installed: no ratios');
if (!options.json) console.log(heading());

const figures: Figure[] = [];
for (const [name, measure] of FIGURES) {
  if (!names.includes(name)) continue;
  const figure = await measure(plan);
  figures.push(figure);
  if (!options.json) console.log(figureLines(figure).join('\n'));
}
if (options.json)
  console.log(JSON.stringify({ ...environment, repeats: plan.repeats, seconds: options.seconds, figures }));
// A figure that could not be had is a failure; one that misses what is wanted is a result.
if (figures.some(({ problem }) => problem !== undefined)) process.exitCode = 1;
