/** What `--fail-allocation every` says: how many allocations failed, how those runs ended, and which did not end cleanly. */
import { quoted } from './failure.js';
import type { RunOptions } from './run-command.js';

/** A run in which allocation n failed. */
export interface FailedRun {
  readonly n: number;
  /** As the kernel says it; 'no memory' for a page fault that found none, 'leak' and 'panic' for bugs in Tocsin. */
  readonly outcome:
    | 'exited'
    | 'halted'
    | 'killed'
    | 'out of memory'
    | 'no memory'
    | 'fault'
    | 'blocked'
    | 'limit'
    | 'leak'
    | 'panic';
  /** What the program ended with, null where it did not end by itself. */
  readonly code: number | null;
  readonly isClean: boolean;
  /** How it ended, in words. */
  readonly lines: readonly string[];
}

export interface Command {
  readonly files: readonly string[];
  readonly guestArguments: readonly string[];
  readonly options: RunOptions;
}

/** So many runs are told of at length; the others by their numbers. */
const TOLD = 10;

export function everyLines(runs: readonly FailedRun[], command: Command): string[] {
  if (runs.length === 0) return ['the program made no allocation that could have failed'];
  const bad = runs.filter(({ isClean }) => !isClean);
  const classes = new Map<string, number>();
  for (const run of runs) classes.set(classOf(run), (classes.get(classOf(run)) ?? 0) + 1);
  const counts = [...classes].sort(([, a], [, b]) => b - a).map(([name, count]) => `${count} ${name}`);
  const all = runs.length === 1 ? '1 allocation failed' : `${runs.length} allocations failed, one in each run`;
  const lines = [`${all}: ${counts.join(', ')}`];
  if (bad.length === 0) return lines;
  lines.push(`${bad.length} of these runs did not end cleanly:`);
  for (const { n, lines: said } of bad.slice(0, TOLD)) {
    const [first = '', ...rest] = said;
    lines.push(`  allocation ${n}: ${first}`, ...rest.map((line) => `    ${line}`));
  }
  if (bad.length > TOLD) lines.push(`  and allocations ${numbers(bad.slice(TOLD))}`);
  lines.push(`reproduce: ${reproduction(bad[0].n, command)}`);
  return lines;
}

/** `ended with status 1` */
function classOf({ outcome, code }: FailedRun): string {
  switch (outcome) {
    case 'exited':
    case 'halted':
      return `ended with status ${(code ?? 0) & 0xff}`;
    case 'killed':
      return 'killed';
    case 'out of memory':
      return 'killed because the machine was out of memory';
    case 'no memory':
      return 'ended by a page fault with NO_MEMORY';
    case 'fault':
      return 'ended by another fault';
    case 'blocked':
      return 'blocked for ever';
    case 'limit':
      return 'still running at the instruction limit';
    case 'leak':
      return 'left something behind';
    case 'panic':
      return 'a panic of the kernel';
  }
}

/** `12-15, 18` */
function numbers(runs: readonly FailedRun[]): string {
  const ranges: [number, number][] = [];
  for (const { n } of runs) {
    const last = ranges.at(-1);
    if (last !== undefined && n === last[1] + 1) last[1] = n;
    else ranges.push([n, n]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}

function reproduction(n: number, { files, guestArguments, options }: Command): string {
  const { seed, quantum, memory, input, maxInstructions, cc, preprocessor = [] } = options;
  const words = ['tocsin', 'run', '--fail-allocation', `${n}`, '--quantum', `${quantum}`, '--memory', `${memory}`];
  if (seed !== undefined) words.push('--seed', `${seed}`);
  if (maxInstructions !== undefined) words.push('--max-instructions', `${maxInstructions}`);
  if (input !== undefined) words.push('--input', input);
  if (cc !== undefined) words.push('--cc', cc);
  words.push(...preprocessor, ...files);
  if (guestArguments.length > 0) words.push('--', ...guestArguments);
  return words.map(quoted).join(' ');
}

/** The same on every machine. */
export function everyReport(runs: readonly FailedRun[], status: number, options: RunOptions): object {
  return {
    outcome: runs.every(({ isClean }) => isClean) ? 'clean' : 'not clean',
    exitCode: status,
    seed: options.seed ?? null,
    allocations: runs.length,
    clean: runs.filter(({ isClean }) => isClean).length,
    runs: runs.map(({ n, outcome, code, isClean, lines }) => ({ allocation: n, outcome, code, clean: isClean, lines })),
  };
}
