/**
 * `scenario('a sentence that is true', (s) => { … })`: a test about the kernel. Under vitest it becomes one of its tests; under
 * `tocsin test` whoever runs the file collects it.
 */
import { type Failure, failureOf } from './failure.js';
import { callerPlace, type Place, ScenarioMistake } from './mistake.js';
import { loadDriver } from './programs.js';
import { Scene } from './scene.js';
import { type SceneOptions, Stage } from './stage.js';
import { runUnderVitest } from './vitest.js';

export type ScenarioBody = (s: Scene) => void | Promise<void>;

export interface Scenario {
  readonly name: string;
  readonly place: Place | undefined;
  /** Plays it on a system of its own; gives why it failed, or undefined. Never rejects. `seed` goes before the scenario's own. */
  play(seed?: number): Promise<Failure | undefined>;
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
  const [options, body] = typeof second === 'function' ? [{}, second] : [second, third];
  if (typeof name !== 'string' || name === '')
    throw new ScenarioMistake('a scenario begins with a name: scenario(name, (s) => { … })');
  if (typeof body !== 'function' || typeof options !== 'object' || options === null)
    throw new ScenarioMistake(`scenario ${name}: after the name, and options if any, comes a function: (s) => { … }`);
  const place = callerPlace();
  const declared = {
    name,
    place,
    play: (seed?: number) => play(seed === undefined ? options : { ...options, seed }, body, place),
  };
  const collected = (globalThis as Collecting)[COLLECTOR];
  if (collected !== undefined) collected.push(declared);
  else runUnderVitest(declared);
}

async function play(options: SceneOptions, body: ScenarioBody, place: Place | undefined): Promise<Failure | undefined> {
  let stage: Stage | undefined;
  try {
    stage = new Stage(options, options.console === true ? await loadDriver(place) : undefined);
    const scene = new Scene(stage, place, options.seed);
    await body(scene);
    if (!scene.hasRun) throw new ScenarioMistake('the scenario runs nothing: s.run() is missing', place);
    stage.system.check();
    return undefined;
  } catch (error) {
    return failureOf(error, stage, place, options.seed);
  }
}
