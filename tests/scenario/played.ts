/** Plays scenarios that are meant to fail, to see how they do. */
import type { Failure } from '../../tools/scenario/failure.js';
import { COLLECTOR, type Collecting, type ScenarioBody, scenario } from '../../tools/scenario/scenario.js';
import type { SceneOptions } from '../../tools/scenario/stage.js';

/** Why a scenario with this body fails; undefined where it passes. */
export async function failureOf(
  body: ScenarioBody,
  options: SceneOptions = {},
  seed?: number,
): Promise<Failure | undefined> {
  const shared = globalThis as Collecting;
  const collected: NonNullable<Collecting[typeof COLLECTOR]> = [];
  shared[COLLECTOR] = collected;
  try {
    scenario('one', options, body);
  } finally {
    delete shared[COLLECTOR];
  }
  const failure = await collected[0].play(seed === undefined ? {} : { seed });
  if (failure === undefined) return undefined;
  const { message, about, records } = failure;
  return { ...failure, message: unnumbered(message), about: about.map(unnumbered), records: records.map(unnumbered) };
}

/** The message with which it fails. */
export async function messageOf(body: ScenarioBody, options: SceneOptions = {}): Promise<string> {
  const failure = await failureOf(body, options);
  if (failure === undefined) throw new Error('the scenario passed');
  return failure.message;
}

/** Without koids: a kernel that makes one object more at boot is no other kernel. */
export function unnumbered(text: string): string {
  return text.replace(/#\d+/g, '#');
}
