/** What debugging costs: a breakpoint that is hit and gone on from, and a guest that nobody debugs any more. */
import { runChild } from './child.js';
import { type Figure, type Plan, reasonOf } from './figures.js';
import { spread } from './statistics.js';

function breakpointFigure({ repeats }: Plan): Figure {
  const wanted = { of: 'tocsin', bound: 'most', value: 3 } as const;
  const figure = { name: 'breakpoint', title: 'a breakpoint hit, beyond its trap', unit: 'µs', wanted } as const;
  try {
    const runs = Array.from({ length: repeats }, () => runChild('breakpoints', 'hits'));
    const tocsin = spread(runs.map(({ beyond }) => beyond));
    const all = spread(runs.map(({ microseconds }) => microseconds)).median;
    return { ...figure, tocsin, met: tocsin.median < wanted.value, note: `${all.toFixed(2)} µs in all` };
  } catch (error) {
    return { ...figure, problem: reasonOf(error) };
  }
}

function noSessionFigure({ repeats }: Plan): Figure {
  const wanted = { of: 'tocsin', bound: 'most', value: 2 } as const;
  const figure = { name: 'no-session', title: 'a debugger that has gone, more time', unit: 'percent', wanted } as const;
  try {
    const tocsin = spread(Array.from({ length: repeats }, () => runChild('breakpoints', 'no-session').percentLonger));
    return { ...figure, tocsin, met: tocsin.median <= wanted.value };
  } catch (error) {
    return { ...figure, problem: reasonOf(error) };
  }
}

export const DEBUG_MEASURES: readonly (readonly [string, (plan: Plan) => Figure])[] = [
  ['breakpoint', breakpointFigure],
  ['no-session', noSessionFigure],
];
