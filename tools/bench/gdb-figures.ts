/** How long gdb waits for the server: for a step, and for the list of 500 threads. */
import { buildManyThreads } from './build.js';
import { runChild } from './child.js';
import { type Figure, type Plan, reasonOf } from './figures.js';
import { spread } from './statistics.js';

const MEASURES = [
  { name: 'gdb-step', title: '`stepi` of gdb, there and back', wanted: 1, value: 'step' },
  { name: 'gdb-threads', title: '`info threads` of gdb, 500 threads', wanted: 200, value: 'threads' },
] as const;

function gdbFigure({ name, title, wanted, value }: (typeof MEASURES)[number], { repeats, folder }: Plan): Figure {
  const figure = { name, title, unit: 'ms', wanted: { of: 'tocsin', bound: 'most', value: wanted } } as const;
  try {
    const elf = buildManyThreads(folder);
    const tocsin = spread(Array.from({ length: repeats }, () => runChild('gdb', elf)[value]));
    return { ...figure, tocsin, met: tocsin.median <= wanted };
  } catch (error) {
    return { ...figure, problem: reasonOf(error) };
  }
}

export const GDB_MEASURES: readonly (readonly [string, (plan: Plan) => Figure])[] = MEASURES.map((measure) => [
  measure.name,
  (plan) => gdbFigure(measure, plan),
]);
