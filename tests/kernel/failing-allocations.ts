/**
 * After a test has run a script, the script runs again with one allocation that fails, as often as it makes allocations: what the
 * test expects is no longer true then, and nobody asks for it. But the kernel must not panic, every invariant must hold after the
 * step in which the allocation failed and at the end, and when all processes have been killed nothing may be left.
 *
 * `npm test` does so with one of four tests, and lets a few allocations of each script fail. `TOCSIN_FAIL_ALLOCATION` says which: a number, or `every` (what
 * `npm run campaign:allocations` does).
 */
import {
  KernelPanic,
  leaked,
  MOST_ALLOCATIONS,
  type Script,
  type Startup,
  System,
  type SystemOptions,
} from '../../kernel/index.js';

export interface Played {
  readonly script: (startup: Startup, system: () => System) => Script;
  readonly options: Partial<SystemOptions>;
}

/** A failed allocation may leave somebody in a loop that waits for what never comes. */
const MOST_INSTRUCTIONS = 200_000;
/**
 * Of each script so many allocations fail, evenly spread where it makes more; and so many scripts of each test are taken, of which
 * property tests have thousands.
 */
const ONE_OF = 4;
const SAMPLES = { some: 2, every: 200 } as const;
const SCRIPTS = { some: 1, every: 20 } as const;

/** The script itself gave up: what it expected is not so. */
class GaveUp extends Error {}

/** Plays scripts of one test again. `salt` chooses which allocations are taken where only some are. */
export function playAgain(played: readonly Played[], salt: string): void {
  const { TOCSIN_FAIL_ALLOCATION: wanted = 'some' } = process.env;
  if (wanted === 'some' && hashOf(salt) % ONE_OF !== 0) return;
  played.slice(0, SCRIPTS[wanted === 'some' ? wanted : 'every']).forEach((one, index) => {
    const count = failing(one, MOST_ALLOCATIONS, index);
    for (const n of chosen(wanted, count, `${salt} ${index}`)) failing(one, n, index);
  });
}

function chosen(wanted: string, count: number, salt: string): number[] {
  if (wanted === 'some' || wanted === 'every') return sample(count, SAMPLES[wanted], salt);
  const n = Number(wanted);
  if (Number.isInteger(n) && n >= 1) return [n];
  throw new Error(`TOCSIN_FAIL_ALLOCATION=${wanted}: a number from 1 on, or every`);
}

/** So many numbers from 1 to `count`, all of them if it is no more, else far from each other; others for another test. */
function sample(count: number, most: number, salt: string): number[] {
  const few = Math.min(most, count);
  const hash = hashOf(salt);
  return Array.from({ length: few }, (_, i) => 1 + ((hash + Math.floor((i * count) / few)) % count));
}

function hashOf(text: string): number {
  let hash = 7;
  for (const letter of text) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  return hash;
}

/** Lets allocation n fail; gives how many there were. Throws where something is wrong. */
function failing({ script, options }: Played, n: number, index: number): number {
  let system: System | undefined;
  const { monitor } = options;
  try {
    const booted = (): System => system as System;
    system = System.boot({
      name: 'test',
      memoryBytes: 4 << 20,
      ...options,
      checked: 'at failures',
      failAllocation: n,
      ...(typeof monitor === 'function' && { monitor: (startup: Startup) => givingUp(monitor(startup)) }),
      script: (startup) => givingUp(script(startup, booted)),
    });
    const enter = system.enter.bind(system);
    system.enter = (made) => enter((...given) => givingUp(made(...given)));
    run(system);
    return system.allocationsMade.count;
  } catch (error) {
    throw new Error(
      `script ${index} of the test, with allocation ${n} failing: ${messageOf(error)}\nreproduce: TOCSIN_FAIL_ALLOCATION=${n}`,
      { cause: error },
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function run(system: System): void {
  try {
    system.run(MOST_INSTRUCTIONS);
  } catch (error) {
    if (!(error instanceof GaveUp)) throw error;
  }
  system.check();
  const leak = leaked(system);
  if (leak !== undefined) throw new KernelPanic(leak);
}

/** What a script throws is told apart from what the kernel throws. */
function* givingUp(script: Script): Script {
  try {
    return yield* script;
  } catch (error) {
    if (error instanceof KernelPanic) throw error;
    throw new GaveUp(messageOf(error), { cause: error });
  }
}
