/** The figure of a channel call and its reply. */
import { runChild } from './child.js';
import { type Figure, type Plan, reasonOf } from './figures.js';
import { spread } from './statistics.js';

/** Round trips a second between two compiled processes: call, receive, reply, and two switches. */
export function channelFigure({ repeats, window: { warmUp, seconds } }: Plan): Figure {
  const wanted = { of: 'tocsin', bound: 'least', value: 200_000 } as const;
  const figure = { name: 'channels', title: 'channel call and reply', unit: 'rounds/s', wanted } as const;
  try {
    const measure = (): number => runChild('channels', String(warmUp), String(seconds)).roundTripsPerSecond;
    const tocsin = spread(Array.from({ length: repeats }, measure));
    return { ...figure, tocsin, met: tocsin.median >= wanted.value };
  } catch (error) {
    return { ...figure, problem: reasonOf(error) };
  }
}
