/** The figures of the machine alone: several harts, debug triggers, snapshots. Each is measured in a process of ours. */
import { runChild } from './child.js';
import { type Figure, type Plan, reasonOf } from './figures.js';
import { spread } from './statistics.js';

interface MachineFigure extends Pick<Figure, 'name' | 'title' | 'unit'> {
  readonly bound: 'least' | 'most';
  readonly wanted: number;
  /** The script in `children/`, and which of its numbers this is. */
  readonly child: string;
  readonly measured: string;
}

const MACHINE_FIGURES: readonly MachineFigure[] = [
  {
    ...{ name: 'harts', title: 'four harts, by the rate of one', unit: 'times' },
    ...{ bound: 'least', wanted: 0.8, child: 'harts', measured: 'rate' },
  },
  {
    ...{ name: 'no-triggers', title: 'triggers all removed, more time', unit: 'percent' },
    ...{ bound: 'most', wanted: 2, child: 'no-triggers', measured: 'percentLonger' },
  },
  {
    ...{ name: 'triggers', title: 'a thousand triggers, more time', unit: 'percent' },
    ...{ bound: 'most', wanted: 5, child: 'triggers', measured: 'percentLonger' },
  },
  {
    ...{ name: 'snapshot-every', title: 'a snapshot each 10 M, more time', unit: 'percent' },
    ...{ bound: 'most', wanted: 5, child: 'snapshots', measured: 'percentLonger' },
  },
  {
    ...{ name: 'snapshot', title: 'a snapshot of 300 dirty pages', unit: 'ms' },
    ...{ bound: 'most', wanted: 1, child: 'snapshots', measured: 'milliseconds' },
  },
  {
    ...{ name: 'snapshot-memory', title: '1,000 snapshots, 30 pages each', unit: 'MB' },
    ...{ bound: 'most', wanted: 200, child: 'snapshots', measured: 'megabytes' },
  },
  {
    ...{ name: 'restore', title: 'a restore at 64 MiB', unit: 'ms' },
    ...{ bound: 'most', wanted: 15, child: 'snapshots', measured: 'restoreMilliseconds' },
  },
];

/** What there is to measure, by name. */
export const MACHINE_MEASURES: ReadonlyMap<string, (plan: Plan) => Figure> = new Map(
  MACHINE_FIGURES.map((figure) => [figure.name, (plan) => machineFigure(figure, plan)]),
);

function machineFigure({ name, title, unit, bound, wanted, child, measured }: MachineFigure, plan: Plan): Figure {
  const figure = { name, title, unit, wanted: { of: 'tocsin', bound, value: wanted } } as const;
  try {
    const tocsin = spread(Array.from({ length: plan.repeats }, () => runChild(child)[measured]));
    return { ...figure, tocsin, met: bound === 'least' ? tocsin.median >= wanted : tocsin.median <= wanted };
  } catch (error) {
    return { ...figure, problem: reasonOf(error) };
  }
}
