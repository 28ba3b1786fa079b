/** What it costs to go through a run: back by an instruction, and to the state after any step. */
import { buildDemo, buildForTocsin } from './build.js';
import { runChild } from './child.js';
import { type Figure, type Plan, reasonOf } from './figures.js';
import { spread } from './statistics.js';

const INSTRUCTIONS = 100_000_000;
const RECORDS = 1_000_000;
/** ms in the worst twentieth of the cases. */
const MOST_P95 = 150;

function reverseStepFigure({ repeats, folder }: Plan): Figure {
  const wanted = { of: 'tocsin', bound: 'most', value: 50 } as const;
  const figure = { name: 'reverse-step', title: 'to a random place, and a step back', unit: 'ms', wanted } as const;
  try {
    const elf = buildDemo('producer-consumer', folder);
    const runs = Array.from({ length: repeats }, () => runChild('travel', elf, 'reverse-step', String(INSTRUCTIONS)));
    const tocsin = spread(runs.map(({ median }) => median));
    const of = (name: string): number => spread(runs.map((run) => run[name])).median;
    const p95 = of('p95');
    const note = `in ${INSTRUCTIONS} instructions; 95th percentile ${p95.toFixed(1)} ms (${MOST_P95} wanted), the step alone ${of('step').toFixed(1)} ms; ${of('snapshots')} snapshots, ${of('megabytes').toFixed(0)} MB; the run itself ${of('going').toFixed(0)} % longer`;
    return { ...figure, tocsin, met: tocsin.median <= wanted.value && p95 <= MOST_P95, note };
  } catch (error) {
    return { ...figure, problem: reasonOf(error) };
  }
}

function stateAtFigure({ repeats, folder }: Plan): Figure {
  const wanted = { of: 'tocsin', bound: 'most', value: 20 } as const;
  const figure = { name: 'state-at', title: 'the state after a random step', unit: 'ms', wanted } as const;
  try {
    const elf = buildForTocsin('null-calls', folder);
    const runs = Array.from({ length: repeats }, () => runChild('travel', elf, 'state-at', String(RECORDS)));
    const tocsin = spread(runs.map(({ median }) => median));
    const p95 = spread(runs.map((run) => run.p95)).median;
    const note = `of ${runs[0].records} records; 95th percentile ${p95.toFixed(1)} ms`;
    return { ...figure, tocsin, met: tocsin.median <= wanted.value, note };
  } catch (error) {
    return { ...figure, problem: reasonOf(error) };
  }
}

export const TRAVEL_MEASURES: readonly (readonly [string, (plan: Plan) => Figure])[] = [
  ['reverse-step', reverseStepFigure],
  ['state-at', stateAtFigure],
];
