/** How often a second two compiled processes deal with each other: what a microkernel's servers and drivers live on. */
import { runChild } from './child.js';
import { type Figure, type Plan, reasonOf } from './figures.js';
import type { PairName } from './pairs.js';
import { spread } from './statistics.js';

/** At least so many rounds a second are wanted of each. */
const WANTED = 200_000;

const TITLES: Readonly<Record<PairName, string>> = {
  channels: 'channel call and reply',
  interrupts: 'interrupt to a driver and back',
  locks: 'contended lock hand-over',
};

function pairFigure(name: string, title: string, { repeats, window: { warmUp, seconds } }: Plan): Figure {
  const wanted = { of: 'tocsin', bound: 'least', value: WANTED } as const;
  const figure = { name, title, unit: 'rounds/s', wanted } as const;
  try {
    const measure = (): number => runChild('pairs', name, String(warmUp), String(seconds)).roundsPerSecond;
    const tocsin = spread(Array.from({ length: repeats }, measure));
    return { ...figure, tocsin, met: tocsin.median >= wanted.value };
  } catch (error) {
    return { ...figure, problem: reasonOf(error) };
  }
}

export const PAIR_MEASURES: readonly (readonly [string, (plan: Plan) => Figure])[] = Object.entries(TITLES).map(
  ([name, title]) => [name, (plan) => pairFigure(name, title, plan)],
);
