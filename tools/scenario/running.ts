/**
 * Running a scenario's system up to a point. A condition is looked at after every instruction and every call, so a scenario stops
 * exactly where it becomes true; where it cannot become true any more, that is a mistake of the scenario, and says where all are.
 */
import { type Outcome, type System, type Whereabouts, whereabouts } from '../../kernel/index.js';
import { ScenarioMistake } from './mistake.js';
import { runWatched, takeOverdueExpiry } from './stops.js';
import { nameOf, waitSentence } from './tasks.js';

/**
 * `blocked`: nothing can run any more, and no deadline is to come. `ended`: all threads have ended. Or a function that says
 * whether the point is reached.
 */
export type Until = 'blocked' | 'ended' | (() => boolean);

export interface RunOptions {
  /** Instructions after which to give up, 1 to 10^12; an operation of a script counts as one. 10 million where it says nothing. */
  readonly within?: number;
}

export const WITHIN = { fallback: 10_000_000, most: 1e12 } as const;

/** Runs to the point. `others` says whether a thread belongs to the scenario's text (not the stagehand). */
export function runUntil(
  system: System,
  until: Until,
  { within = WITHIN.fallback }: RunOptions,
  others: (koid: number) => boolean,
): void {
  checkInstructions('within', within);
  const threads = (): string => threadLines(system, others);
  if (typeof until === 'function') {
    runToCondition(system, until, within, threads);
    return;
  }
  if (until !== 'blocked' && until !== 'ended')
    throw new ScenarioMistake(`run until ${String(until)}: there is 'blocked', 'ended', or a function`);
  takeOverdueExpiry(system);
  const { kind } = system.run(within);
  if (kind === 'limit') {
    const what = until === 'blocked' ? 'threads still run' : 'it had not ended';
    throw new ScenarioMistake(`${what} after ${within} instructions:${threads()}`);
  }
  if (until === 'ended' && kind === 'blocked' && threads() !== '')
    throw new ScenarioMistake(`not all threads can end:${threads()}`);
}

function runToCondition(system: System, holds: () => boolean, within: number, threads: () => string): void {
  const end = system.instructions + within;
  for (;;) {
    if (isTrue(holds)) return;
    if (system.instructions >= end)
      throw new ScenarioMistake(`the condition did not come true within ${within} instructions:${threads()}`);
    let outcome: Outcome | undefined;
    const stopped = runWatched(
      system,
      () => isTrue(holds),
      () => {
        outcome = system.run(1);
      },
    );
    if (stopped) return;
    if (outcome?.kind === 'limit') continue;
    if (isTrue(holds)) return;
    throw new ScenarioMistake(`the condition cannot come true any more:${threads() || ' all threads have ended'}`);
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
function threadLines(system: System, others: (koid: number) => boolean): string {
  return whereabouts(system.kernel)
    .filter(({ koid }) => others(koid))
    .map((thread) => `\n  ${nameOf(thread)} ${sentence(thread)}`)
    .join('');
}

function sentence(thread: Whereabouts): string {
  if (thread.state === 'blocked') return waitSentence(thread);
  if (thread.state === 'new') return 'is not started yet';
  const at = thread.pc === undefined ? '' : ` at pc 0x${thread.pc.toString(16)}`;
  return `is ${thread.state === 'ready' ? 'ready to run' : 'running'}${at}`;
}
