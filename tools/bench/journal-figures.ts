/** What the journal costs: a record, a read, a fold, memory. */
import { buildDemo, buildForTocsin } from './build.js';
import { runChild } from './child.js';
import { type Figure, type Plan, reasonOf } from './figures.js';
import { spread } from './statistics.js';

/** A program with threads and locks, for what depends on which records there are. */
const REAL_RUN = 'producer-consumer';
/** A program that makes nothing but records. */
const CALLS = 'null-calls';

interface Wanted {
  readonly name: string;
  readonly title: string;
  readonly unit: Figure['unit'];
  readonly most: number;
}

/** A figure of so many turns; what is measured beside it goes into the note. */
function figure(
  { name, title, unit, most }: Wanted,
  measure: (plan: Plan) => { values: readonly number[]; note: string },
): readonly [string, (plan: Plan) => Figure] {
  const wanted = { of: 'tocsin', bound: 'most', value: most } as const;
  const head = { name, title, unit, wanted } as const;
  return [
    name,
    (plan) => {
      try {
        const { values, note } = measure(plan);
        const tocsin = spread([...values]);
        return { ...head, tocsin, met: tocsin.median <= most, note };
      } catch (error) {
        return { ...head, problem: reasonOf(error) };
      }
    },
  ];
}

function turns(plan: Plan, child: string, ...words: readonly string[]): Record<string, number>[] {
  return Array.from({ length: plan.repeats }, () => runChild(child, ...words));
}

const medianOf = (turns: readonly Record<string, number>[], what: string): number =>
  spread(turns.map((turn) => turn[what])).median;

export const JOURNAL_MEASURES: readonly (readonly [string, (plan: Plan) => Figure])[] = [
  figure({ name: 'append', title: 'a record in a run', unit: 'ns', most: 20 }, (plan) => {
    const times = [String(plan.window.warmUp * 2), String(plan.window.seconds * 2)];
    const real = turns(plan, 'append-real', buildDemo(REAL_RUN, plan.folder), ...times);
    const calls = turns(plan, 'append-real', buildForTocsin(CALLS, plan.folder), ...times);
    const alone = turns(plan, 'append');
    const ns = (of: readonly Record<string, number>[], what: string): string => medianOf(of, what).toFixed(1);
    return {
      values: calls.map(({ nanoseconds }) => nanoseconds),
      note:
        `null calls; ${REAL_RUN}, with a record in ${medianOf(real, 'instructionsPerRecord').toFixed(0)} instructions, ${ns(real, 'nanoseconds')} ns; ` +
        `in a loop and hashed: a call ${ns(alone, 'nanosecondsPerRecord')} ns, a change ${ns(alone, 'change')} ns, ` +
        `without journal ${ns(alone, 'changeWithout')} ns, by direct mutation ${ns(alone, 'direct')} ns`,
    };
  }),
  figure({ name: 'cached-read', title: 'a derived view from the cache', unit: 'ns', most: 5 }, (plan) => {
    const measured = turns(plan, 'history', buildDemo(REAL_RUN, plan.folder));
    const [{ records, threads }] = measured;
    return {
      values: measured.map(({ cached }) => cached),
      note:
        `histories of ${threads} threads in turn; a column of the live state ${medianOf(measured, 'state').toFixed(1)} ns; ` +
        `derived of ${records} records ${(medianOf(measured, 'derived') / 1000).toFixed(1)} ms`,
    };
  }),
  figure({ name: 'replay-100', title: 'a hundred records folded', unit: 'µs', most: 1 }, (plan) => ({
    values: turns(plan, 'fold', 'channels').map(({ microseconds }) => microseconds),
    note: `calls and replies over a channel; null calls ${medianOf(turns(plan, 'fold', buildForTocsin(CALLS, plan.folder)), 'microseconds').toFixed(2)} µs`,
  })),
  figure({ name: 'fold-million', title: 'a million records folded', unit: 's', most: 0.5 }, (plan) => ({
    values: turns(plan, 'fold', 'channels').map(({ seconds }) => seconds),
    note: 'calls and replies over a channel',
  })),
  figure({ name: 'million-records', title: 'a million records in memory', unit: 'MB', most: 130 }, (plan) => ({
    values: turns(plan, 'fold', buildForTocsin(CALLS, plan.folder)).map(({ megabytes }) => megabytes),
    note: 'with the live state, two copies of it, and the rest of the kernel, without the RAM of the machine',
  })),
];
