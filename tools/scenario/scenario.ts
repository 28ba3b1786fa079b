/**
 * `scenario('a sentence that is true', (s) => { … })`: a test about the kernel. Under vitest it becomes one of its tests; under
 * `tocsin test` whoever runs the file collects it.
 */
import { KernelPanic, leaked } from '../../kernel/index.js';
import { type Failure, failureOf, isBug } from './failure.js';
import { callerPlace, type Place, ScenarioMistake } from './mistake.js';
import { loadDriver } from './programs.js';
import { Scene } from './scene.js';
import { type SceneOptions, Stage, type StageOptions } from './stage.js';
import { runUnderVitest } from './vitest.js';

export type ScenarioBody = (s: Scene) => void | Promise<void>;

/** What a scenario is played with; goes before its own options. */
export interface Given {
  readonly seed?: number;
  /** The allocation that fails. */
  readonly failAllocation?: number;
}

export interface Scenario {
  readonly name: string;
  readonly place: Place | undefined;
  /** Plays it on a system of its own; gives why it failed, or undefined. Never rejects. */
  play(given?: Given): Promise<Failure | undefined>;
  /**
   * Plays it once for each allocation, which fails. What it expects need not be so; but the kernel keeps its rules, and leaves
   * nothing behind. Gives how many failed, and why one of these plays did not pass.
   */
  rehearse(given?: Given): Promise<Rehearsed>;
}

export interface Rehearsed {
  readonly allocations: number;
  readonly failure: Failure | undefined;
}

/** Where `tocsin test` finds what a file holds: a property of the global object, because both may be of different bundles. */
export const COLLECTOR = Symbol.for('tocsin.scenarios');

export interface Collecting {
  [COLLECTOR]?: Scenario[];
}

/** Declares a scenario. Throws ScenarioMistake where it cannot be one. */
export function scenario(name: string, body: ScenarioBody): void;
export function scenario(name: string, options: SceneOptions, body: ScenarioBody): void;
export function scenario(name: string, second: SceneOptions | ScenarioBody, third?: ScenarioBody): void {
  const [options, body] = optionsAndBody(name, second, third);
  const place = callerPlace();
  declare(name, options, body, place, (given) => play({ ...options, ...given }, body, place));
}

/**
 * Declares a scenario that is played as it is, and then once for each allocation that it makes, which fails: it has to pass each
 * time. `s.failedAllocation` says whether one has failed. Throws ScenarioMistake where it cannot be one.
 */
export function everyAllocation(name: string, body: ScenarioBody): void;
export function everyAllocation(name: string, options: SceneOptions, body: ScenarioBody): void;
export function everyAllocation(name: string, second: SceneOptions | ScenarioBody, third?: ScenarioBody): void {
  const [options, body] = optionsAndBody(name, second, third);
  const place = callerPlace();
  declare(name, options, body, place, async (given) => {
    const all = { ...options, ...given };
    const failure = await play(all, body, place);
    if (failure !== undefined || all.failAllocation !== undefined) return failure;
    return (await eachFailing(all, (failing) => perform(failing, body, place, false))).failure;
  });
}

function optionsAndBody(
  name: string,
  second: SceneOptions | ScenarioBody,
  third: ScenarioBody | undefined,
): [SceneOptions, ScenarioBody] {
  const [options, body] = typeof second === 'function' ? [{}, second] : [second, third];
  if (typeof name !== 'string' || name === '')
    throw new ScenarioMistake('a scenario begins with a name: scenario(name, (s) => { … })');
  if (typeof body !== 'function' || typeof options !== 'object' || options === null)
    throw new ScenarioMistake(`scenario ${name}: after the name, and options if any, comes a function: (s) => { … }`);
  return [options, body];
}

function declare(
  name: string,
  options: SceneOptions,
  body: ScenarioBody,
  place: Place | undefined,
  played: (given: Given) => Promise<Failure | undefined>,
): void {
  const declared: Scenario = {
    name,
    place,
    play: (given = {}) => played(given),
    rehearse: (given = {}) => eachFailing({ ...options, ...given }, (failing) => perform(failing, body, place, true)),
  };
  const collected = (globalThis as Collecting)[COLLECTOR];
  if (collected !== undefined) collected.push(declared);
  else runUnderVitest(declared);
}

async function play(options: SceneOptions, body: ScenarioBody, place: Place | undefined): Promise<Failure | undefined> {
  return (await perform(options, body, place, false)).failure;
}

interface Performed {
  readonly failure: Failure | undefined;
  /** Was the allocation made that was to fail? */
  readonly hasFailed: boolean;
}

/** `isTolerant`: what the scenario expects need not be so. */
async function perform(
  options: StageOptions,
  body: ScenarioBody,
  place: Place | undefined,
  isTolerant: boolean,
): Promise<Performed> {
  let stage: Stage | undefined;
  let failure: Failure | undefined;
  try {
    stage = new Stage(options, options.console === true ? await loadDriver(place) : undefined);
    const scene = new Scene(stage, place, options.seed);
    await body(scene);
    if (!scene.hasRun) throw new ScenarioMistake('the scenario runs nothing: s.run() is missing', place);
    stage.system.check();
  } catch (error) {
    if (!isTolerant || isBug(error) || stage === undefined) failure = failureOf(error, stage, place, options);
  }
  const hasFailed = stage !== undefined && stage.system.allocationsMade.failed > 0;
  if (failure !== undefined || stage === undefined || options.failAllocation === undefined)
    return { failure, hasFailed };
  try {
    const leak = leaked(stage.system);
    if (leak !== undefined) throw new KernelPanic(leak);
  } catch (error) {
    failure = failureOf(error, stage, place, options);
  }
  return { failure, hasFailed };
}

/** Performs with one allocation after the other failing, until one is never made or a performance fails. */
async function eachFailing(
  options: SceneOptions,
  performed: (options: StageOptions) => Promise<Performed>,
): Promise<Rehearsed> {
  for (let n = 1; ; n++) {
    const { failure, hasFailed } = await performed({ ...options, checked: 'at failures', failAllocation: n });
    if (failure !== undefined || !hasFailed) return { allocations: hasFailed ? n : n - 1, failure };
  }
}
