/** Figures of rings, of memory, and of how the costs of events grow. */
import { runChild } from './child.js';
import { type Figure, type Plan, reasonOf } from './figures.js';
import { spread } from './statistics.js';

interface Measure {
  readonly name: string;
  readonly title: string;
  readonly unit: Figure['unit'];
  /** At most. */
  readonly wanted: number;
  readonly child: readonly string[];
  /** The same for what stands beside it, and what is said of its median. */
  readonly besides?: { readonly child: readonly string[]; readonly note: (median: number) => string };
  readonly value: (measured: Readonly<Record<string, number>>) => number;
}

const MEASURES: readonly Measure[] = [
  {
    name: 'broadcast',
    title: 'a broadcast to 10,000, by one to 1,000',
    unit: 'times',
    wanted: 15,
    child: ['events', 'broadcast'],
    value: ({ multiple }) => multiple,
  },
  {
    name: 'long-queue',
    title: 'a queue of 100,000, by one of 100',
    unit: 'times',
    wanted: 1.2,
    child: ['events', 'queue'],
    value: ({ multiple }) => multiple,
  },
  {
    name: 'event-garbage',
    title: 'heap that firing an event takes',
    unit: 'bytes',
    // None; what is left is the measuring itself.
    wanted: 0.5,
    child: ['events', 'allocation'],
    value: ({ bytes }) => bytes,
  },
  {
    name: 'shortage',
    title: 'telling 1,000 listeners of a shortage',
    unit: 'ms',
    wanted: 2,
    child: ['memory', 'listeners'],
    value: ({ milliseconds }) => milliseconds,
  },
];

function figureOf(measure: Measure, repeats: number): Figure {
  const { name, title, unit, wanted: value, child, besides, value: read } = measure;
  const wanted = { of: 'tocsin', bound: 'most', value } as const;
  const figure = { name, title, unit, wanted } as const;
  try {
    const measured = ([script, ...words]: readonly string[]) =>
      spread(Array.from({ length: repeats }, () => read(runChild(script, ...words))));
    const tocsin = measured(child);
    const note = besides?.note(measured(besides.child).median);
    return { ...figure, tocsin, met: tocsin.median <= value, ...(note !== undefined && { note }) };
  } catch (error) {
    return { ...figure, problem: reasonOf(error) };
  }
}

/** What memory costs, by a null call. */
function memoryFigure(work: string, title: string, wanted: number): (plan: Plan) => Figure {
  return ({ repeats, window: { warmUp, seconds } }) => {
    const child = ['memory', work, String(warmUp), String(seconds)];
    const value = ({ multiple }: Readonly<Record<string, number>>): number => multiple;
    return figureOf({ name: work, title, unit: 'times', wanted, child, value }, repeats);
  };
}

/** A page that two calls take and give back alone, and beside it one of many. */
function pagesFigure({ repeats, window: { warmUp, seconds } }: Plan): Figure {
  const childOf = (work: string) => ['memory', work, String(warmUp), String(seconds)];
  const title = 'a page taken and given back, by a null call';
  const value = ({ multiple }: Readonly<Record<string, number>>): number => multiple;
  const besides = {
    child: childOf('batch'),
    note: (median: number) => `one of many that one call fills and another gives back ${median.toFixed(2)}`,
  };
  return figureOf({ name: 'pages', title, unit: 'times', wanted: 3, child: childOf('pages'), besides, value }, repeats);
}

/** A null call out of a ring of 256, by one that is a trap of its own. */
function ringFigure({ repeats, window: { warmUp, seconds } }: Plan): Figure {
  const child = ['rings', String(warmUp), String(seconds)];
  const value = ({ quotient }: Readonly<Record<string, number>>): number => quotient;
  const title = 'a null call out of a ring, by one by a trap';
  return figureOf({ name: 'rings', title, unit: 'times', wanted: 1 / 3, child, value }, repeats);
}

export const EVENT_MEASURES: readonly (readonly [string, (plan: Plan) => Figure])[] = [
  ['rings', ringFigure],
  ['pages', pagesFigure],
  ['faults', memoryFigure('faults', 'a page fault that is satisfied, by a null call', 5)],
  ...MEASURES.map((measure) => [measure.name, (plan: Plan) => figureOf(measure, plan.repeats)] as const),
];
