/** Loading a module of scenarios: what it declares, or in one line why it cannot be loaded. */
import * as nodeModule from 'node:module';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type ScenarioMistake, userPlaces } from '../scenario/mistake.js';
import { COLLECTOR, type Collecting, type Scenario } from '../scenario/scenario.js';
import { Refusal } from './failure.js';
import { settled } from './test-settled.js';

/** Node's types for 20.19 do not have the second; where it is, the first is going away. */
const { register, registerHooks } = nodeModule as typeof nodeModule & {
  readonly registerHooks?: (hooks: unknown) => void;
};

/** From here on modules are loaded as scenarios are. */
export async function prepareLoading(): Promise<void> {
  process.setSourceMapsEnabled(true);
  // This is in one of the bundle's chunks, which lie a folder below.
  const hooks = new URL('../test-hooks.js', import.meta.url);
  if (registerHooks === undefined) register(hooks);
  else registerHooks(await import(hooks.href));
}

/** The scenarios that a file declares. Throws Refusal. */
export async function loadScenarios(file: string): Promise<readonly Scenario[]> {
  const scenarios: Scenario[] = [];
  const shared = globalThis as Collecting;
  shared[COLLECTOR] = scenarios;
  try {
    await settled(() => import(pathToFileURL(resolve(file)).href));
  } catch (error) {
    throw new Refusal(whyNotLoaded(file, error));
  } finally {
    delete shared[COLLECTOR];
  }
  if (scenarios.length === 0) throw new Refusal(`${file}: declares no scenario`);
  return scenarios;
}

/** `wake.scenario.ts:3:14: what is the matter` */
function whyNotLoaded(file: string, error: unknown): string {
  if (!(error instanceof Error)) return `${file}: it threw ${String(error)}`;
  const message = shortened(error.message);
  if (error instanceof SyntaxError) {
    // The hooks put the place before their messages; V8 puts it before the stack.
    if (isAbsolute(error.message)) return message;
    const [, where, line] = /^(file:.+):(\d+)\n/.exec(error.stack ?? '') ?? [];
    return where === undefined ? `${file}: ${message}` : `${relative('.', fileURLToPath(where))}:${line}: ${message}`;
  }
  const [place] = error.name === 'ScenarioMistake' ? [(error as ScenarioMistake).place] : userPlaces(error.stack);
  return `${place === undefined ? file : `${relative('.', place.file)}:${place.line}:${place.column}`}: ${message}`;
}

/** Of Node's messages about modules the first line, with files as they were named. */
function shortened(message: string): string {
  return message.split('\n', 1)[0].replaceAll(`${resolve('.')}${sep}`, '');
}
