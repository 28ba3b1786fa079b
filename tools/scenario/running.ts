/**
 * Running a scenario's system up to a point. A condition is looked at after every instruction and every call, so a scenario stops
 * exactly where it becomes true; where it cannot become true any more, that is a mistake of the scenario, and says where all are.
 */
import type { System } from '../../kernel/index.js';
import { ScenarioMistake } from './mistake.js';
import { threadRows, threadText } from './waits.js';

/**
 * `blocked`: nothing can run any more, and no deadline is to come. `ended`: all threads have ended. Or a function that says
 * whether the point is reached.
 */
export type Until = 'blocked' | 'ended' | (() => boolean);

export interface RunOptions {
  /** Instructions after which to give up, 1 to 10^12; an operation of a script counts as one. 10 million where it says nothing. */
  readonly within?: number;
  /** Steps after which to give up, 1 to 10^9. 20,000 where it says nothing: each is checked, which takes about a millisecond. */
  readonly steps?: number;
}

const WITHIN = { fallback: 10_000_000, most: 1e12 } as const;
const STEPS = { fallback: 20_000, most: 1e9 } as const;

/** What is run, and how to say of its threads where they are; those of the scenario's text, without the stagehand. */
export interface Runnable {
  readonly system: System;
  isCast(koid: number): boolean;
}

/** Runs to the point. */
export function runUntil(runnable: Runnable, until: Until, options: RunOptions): void {
  const { within = WITHIN.fallback, steps = STEPS.fallback } = options;
  checkInstructions('within', within);
  if (!Number.isInteger(steps) || steps < 1 || steps > STEPS.most)
    throw new ScenarioMistake(`steps ${steps} is not a whole number of steps from 1 to 10^9`);
  const limits = { within, steps };
  if (typeof until === 'function') runToCondition(runnable, until, limits);
  else if (until === 'blocked' || until === 'ended') runToEnd(runnable, until, limits);
  else throw new ScenarioMistake(`run until ${String(until)}: there is 'blocked', 'ended', or a function`);
}

type Limits = Required<RunOptions>;

function runToEnd(runnable: Runnable, until: 'blocked' | 'ended', { within, steps }: Limits): void {
  const { system } = runnable;
  const last = system.steps + steps;
  const outcome = system.runUntil(() => system.steps >= last, within);
  const threads = threadLines(runnable);
  const what = until === 'blocked' ? 'threads still run' : 'it had not ended';
  if (outcome === undefined) throw new ScenarioMistake(`${what} after ${steps} steps:${threads}`);
  if (outcome.kind === 'limit') throw new ScenarioMistake(`${what} after ${within} instructions:${threads}`);
  if (until === 'ended' && outcome.kind === 'blocked' && threads !== '')
    throw new ScenarioMistake(`not all threads can end:${threads}`);
}

function runToCondition(runnable: Runnable, holds: () => boolean, { within, steps }: Limits): void {
  const { system } = runnable;
  const last = system.steps + steps;
  // Each turn is an instruction, or a step while the machine is idle.
  for (let left = within; ; left--) {
    if (isTrue(holds)) return;
    const late = 'the condition did not come true within';
    if (left === 0) throw new ScenarioMistake(`${late} ${within} instructions:${threadLines(runnable)}`);
    if (system.steps >= last) throw new ScenarioMistake(`${late} ${steps} steps:${threadLines(runnable)}`);
    const outcome = system.runUntil(() => isTrue(holds), 1);
    if (outcome === undefined) return;
    if (outcome.kind === 'limit') continue;
    if (isTrue(holds)) return;
    const threads = threadLines(runnable) || ' all threads have ended';
    throw new ScenarioMistake(`the condition cannot come true any more:${threads}`);
  }
}

function isTrue(holds: () => boolean): boolean {
  const answer: unknown = holds();
  if (typeof answer === 'boolean') return answer;
  throw new ScenarioMistake(`a condition gives true or false, and this one gave ${String(answer)}`);
}

export function checkInstructions(what: string, value: number): void {
  if (!Number.isInteger(value) || value < 1 || value > WITHIN.most)
    throw new ScenarioMistake(`${what} ${value} is not a whole number of instructions from 1 to 10^12`);
}

/** A line for each thread that has not ended. */
function threadLines(runnable: Runnable): string {
  return threadRows(runnable.system.kernel)
    .filter(({ koid }) => runnable.isCast(koid))
    .map((thread) => `\n  ${threadText(thread)} ${thread.sentence}`)
    .join('');
}
