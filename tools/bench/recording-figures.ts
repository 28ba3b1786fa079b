/** What recordings cost: time while a program runs, and bytes of the file. */
import { buildDemo, buildForTocsin } from './build.js';
import { runChild } from './child.js';
import { type Figure, type Plan, reasonOf } from './figures.js';
import { spread } from './statistics.js';

/** A program with threads, locks and a record in every 700 instructions: what recordings are for. */
const REAL_RUN = 'producer-consumer';
/** No program does less between two records. */
const WORST = 'null-calls';

type Content = 'outside' | 'all';

function measured(elf: string, content: Content, plan: Plan): Record<string, number> {
  return runChild(
    'recording',
    elf,
    content,
    String(plan.window.warmUp * 4),
    String(plan.window.seconds * 2),
    plan.folder,
  );
}

function percentOf(elf: string, content: Content, plan: Plan): number[] {
  return Array.from({ length: plan.repeats }, () => measured(elf, content, plan).percent);
}

function recordingFigure(content: Content): (plan: Plan) => Figure {
  const isAll = content === 'all';
  const wanted = { of: 'tocsin', bound: 'most', value: isAll ? 10 : 2 } as const;
  const figure = {
    name: isAll ? 'record-all' : 'record',
    title: isAll ? 'a run with every record in a file' : 'a run with inputs and choices in a file',
    unit: 'percent',
    wanted,
  } as const;
  return (plan) => {
    try {
      const tocsin = spread(percentOf(buildDemo(REAL_RUN, plan.folder), content, plan));
      const worst = spread(percentOf(buildForTocsin(WORST, plan.folder), content, plan)).median;
      const note = `${REAL_RUN}; null calls, with a record in every few instructions, ${worst.toFixed(1)} %`;
      return { ...figure, tocsin, met: tocsin.median <= wanted.value, note };
    } catch (error) {
      return { ...figure, problem: reasonOf(error) };
    }
  };
}

/** Bytes that a record takes in the file, before compression: there is none. */
function bytesFigure(plan: Plan): Figure {
  const wanted = { of: 'tocsin', bound: 'most', value: 8 } as const;
  const figure = { name: 'record-bytes', title: 'a record in a file', unit: 'bytes', wanted } as const;
  try {
    const elf = buildDemo(REAL_RUN, plan.folder);
    const { bytesPerRecord, records } = measured(elf, 'all', plan);
    // The same run has the same bytes, but for where a block ends.
    const note = `${REAL_RUN}, ${records} records, whose slots in memory have 64 bytes`;
    return { ...figure, tocsin: spread([bytesPerRecord]), met: bytesPerRecord <= wanted.value, note };
  } catch (error) {
    return { ...figure, problem: reasonOf(error) };
  }
}

/** A million records as a database, from nothing to the first answer. */
function sqlFigure(plan: Plan): Figure {
  const wanted = { of: 'tocsin', bound: 'most', value: 3 } as const;
  const figure = { name: 'sql-load', title: 'SQL over a million records', unit: 's', wanted } as const;
  try {
    // Real runs end sooner; and no records have more words than those of calls.
    const elf = buildForTocsin(WORST, plan.folder);
    const runs = Array.from({ length: plan.repeats }, () => runChild('sql', elf));
    const tocsin = spread(runs.map(({ records }) => records));
    const calls = spread(runs.map((run) => run.calls)).median;
    const note = `null calls, ${runs[0].count} records; where all calls are asked for ${calls.toFixed(1)} s`;
    return { ...figure, tocsin, met: tocsin.median < wanted.value, note };
  } catch (error) {
    return { ...figure, problem: reasonOf(error) };
  }
}

export const RECORDING_MEASURES: readonly (readonly [string, (plan: Plan) => Figure])[] = [
  ['record', recordingFigure('outside')],
  ['record-all', recordingFigure('all')],
  ['record-bytes', bytesFigure],
  ['sql-load', sqlFigure],
];
