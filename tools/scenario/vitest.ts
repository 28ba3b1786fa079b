/** Scenarios as tests of vitest, which is there where it runs us, and only there. */
import { relative } from 'node:path';
import { MOST_ALLOCATIONS } from '../../kernel/index.js';
import { quoted } from '../cli/failure.js';
import type { Failure } from './failure.js';
import { type Place, ScenarioMistake } from './mistake.js';
import type { Given, Scenario } from './scenario.js';

/** Its workers have this global; its environment variables go to every process that a test starts. */
const isUnderVitest = '__vitest_worker__' in globalThis;
const vitest = isUnderVitest ? await import('vitest') : undefined;

/** As long as `tocsin test` waits: scenarios are bounded by instructions and steps, and not by the host's time. */
const MAX_MILLISECONDS = 60_000;

export function runUnderVitest({ name, place, play, rehearse }: Scenario): void {
  if (vitest === undefined) throw new ScenarioMistake('scenarios are run by vitest, or by: tocsin test FILE', place);
  const test = async (): Promise<void> => {
    const given = givenByEnvironment();
    const which = allocationFromEnvironment();
    const failure =
      (await play(typeof which === 'number' ? { ...given, failAllocation: which } : given)) ??
      (which === 'every' ? (await rehearse(given)).failure : undefined);
    if (failure !== undefined) throw asError(failure, reproduction(name, place, failure));
  };
  vitest.test(name, test, MAX_MILLISECONDS);
}

/** The line that repeats a failure names a seed in this variable: vitest has no option for it. */
function givenByEnvironment(): Given {
  const text = process.env.TOCSIN_SEED;
  if (text === undefined || text === '') return {};
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed <= 0xffff_ffff) return { seed };
  throw new ScenarioMistake(`TOCSIN_SEED is ${text}, not a whole number from 0 to 4294967295`);
}

/** And in this one the allocation that fails; `every` plays each scenario, and then once for each allocation. */
function allocationFromEnvironment(): number | 'every' | undefined {
  const text = process.env.TOCSIN_FAIL_ALLOCATION;
  if (text === undefined || text === '') return undefined;
  const n = Number(text);
  if (text === 'every') return text;
  if (Number.isInteger(n) && n >= 1 && n <= MOST_ALLOCATIONS) return n;
  throw new ScenarioMistake(`TOCSIN_FAIL_ALLOCATION is ${text}, neither a whole number from 1 on nor every`);
}

function reproduction(name: string, place: Place | undefined, { seed, failAllocation }: Failure): string {
  const file = place === undefined ? '' : ` ${quoted(relative('.', place.file))}`;
  return `${seed === undefined ? '' : `TOCSIN_SEED=${seed} `}${failAllocation === undefined ? '' : `TOCSIN_FAIL_ALLOCATION=${failAllocation} `}npx vitest run${file} -t ${quoted(name)}`;
}

/** An error as vitest shows it: the difference of an assertion, the lines of the user's, nothing of ours. */
function asError({ message, place, about, records, cause }: Failure, line: string): Error {
  const parts = [message];
  if (records.length > 0)
    parts.push(`last records about ${about.join(', ')}:`, ...records.map((record) => `  ${record}`));
  const error = new Error([...parts, `reproduce: ${line}`].join('\n'));
  const { actual, expected, showDiff } = (cause ?? {}) as { actual?: unknown; expected?: unknown; showDiff?: unknown };
  if (showDiff !== false && (actual !== undefined || expected !== undefined))
    Object.assign(error, { actual, expected, showDiff: true });
  error.name = cause instanceof Error ? cause.name : 'Error';
  const at = place === undefined ? '' : `\n    at ${place.file}:${place.line}:${place.column}`;
  error.stack = `${error.name}: ${error.message}${at}`;
  return error;
}
