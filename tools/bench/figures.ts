/** The figures: what is measured for each, in which order, and what is wanted of it. */
import { buildBare, buildForTocsin, buildHello } from './build.js';
import { runChild } from './child.js';
import { runOnQemu, runOnTocsin } from './engines.js';
import { type Guest, NULL_CALLS } from './guests.js';
import { type Command, MeasureError, measureRounds, type Sample, type Window } from './rounds.js';
import { helloSeconds, nodeSeconds } from './start-up.js';
import { type Spread, spread } from './statistics.js';

export interface Plan {
  /** Where the guests are built. */
  readonly folder: string;
  /** How often each thing is measured; the engines take turns. */
  readonly repeats: number;
  readonly window: Window;
  readonly qemu: boolean;
}

export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly unit: 'MIPS' | 'calls/s' | 'rounds/s' | 'percent' | 'ns' | 'µs' | 'ms' | 's' | 'MB' | 'bytes' | 'times';
  /** Ours. Absent where `problem` says why. */
  readonly tocsin?: Spread;
  /** The same on QEMU, in the same unit. */
  readonly qemu?: Spread;
  /** Median of the quotients of neighbouring measurements: ours by QEMU's. */
  readonly ratio?: number;
  /** What is wanted of `ratio`, or of our median where there is no ratio by nature. */
  readonly wanted?: { readonly of: 'ratio' | 'tocsin'; readonly bound: 'least' | 'most'; readonly value: number };
  /** Absent where nothing can be said. */
  readonly met?: boolean;
  /** What one should know besides. */
  readonly note?: string;
  readonly problem?: string;
}

/** A guest on both engines, turn by turn. A side that cannot be measured leaves the other to stand alone. */
export async function guestFigure(guest: Guest, plan: Plan): Promise<Figure> {
  const problems: string[] = [];
  const commands: { tocsin?: Command; qemu?: Command } = {};
  attempt(problems, () => (commands.tocsin = runOnTocsin(buildForTocsin(guest.name, plan.folder))));
  if (plan.qemu) attempt(problems, () => (commands.qemu = runOnQemu(buildBare(guest.name, plan.folder))));

  const samples: { tocsin: Sample[]; qemu: Sample[] } = { tocsin: [], qemu: [] };
  for (let i = 0; i < plan.repeats; i++) {
    for (const engine of ['tocsin', 'qemu'] as const) {
      const command = commands[engine];
      if (!command) continue;
      try {
        samples[engine].push(await measureRounds(command, guest.checksum, plan.window));
      } catch (error) {
        problems.push(reasonOf(error));
        delete commands[engine];
        samples[engine] = [];
      }
    }
  }

  const instructions = samples.tocsin[0]?.instructionsPerRound;
  const { unit, factor } = scale(guest, instructions);
  const rates = (of: readonly Sample[]) => of.map(({ roundsPerSecond }) => roundsPerSecond * factor);
  const tocsin = rates(samples.tocsin);
  const qemu = rates(samples.qemu);
  const ratio =
    tocsin.length > 0 && qemu.length > 0 ? spread(tocsin.map((rate, i) => rate / qemu[i])).median : undefined;
  return {
    name: guest.name,
    title: guest.title,
    unit,
    ...(tocsin.length > 0 && { tocsin: spread(tocsin) }),
    ...(qemu.length > 0 && { qemu: spread(qemu) }),
    ...(ratio !== undefined && { ratio, met: ratio >= guest.wanted }),
    wanted: { of: 'ratio', bound: 'least', value: guest.wanted },
    ...(problems.length > 0 && { problem: problems.join('; ') }),
  };
}

/** A round is so many calls, or so many millions of instructions: ours count them, and QEMU runs the same source. */
function scale(guest: Guest, instructionsPerRound: number | undefined): { unit: Figure['unit']; factor: number } {
  if (guest.unit !== 'instructions') return { unit: 'calls/s', factor: guest.unit.callsPerRound };
  if (instructionsPerRound === undefined) return { unit: 'rounds/s', factor: 1 };
  return { unit: 'MIPS', factor: instructionsPerRound / 1e6 };
}

/**
 * What the journal adds to the time of a null call, the worst case: next to nothing but steps and records. As `tocsin run` has
 * it, and beside it with the hash that `--stats` and `--json` ask for.
 */
export function journalFigure(plan: Plan): Figure {
  const wanted = { of: 'tocsin', bound: 'most', value: 10 } as const;
  const figure = { name: 'journal', title: 'journal on, more time than off', unit: 'percent', wanted } as const;
  try {
    const elf = buildForTocsin(NULL_CALLS.name, plan.folder);
    const percentMore = (journal: string): number =>
      runChild('journal', elf, journal, String(plan.window.warmUp * 2), String(plan.window.seconds * 2)).percent;
    const on = Array.from({ length: plan.repeats }, () => percentMore('on'));
    const hashed = spread(Array.from({ length: plan.repeats }, () => percentMore('hashed')));
    const tocsin = spread(on);
    const note = `null calls, one record each; with the hash ${hashed.median.toFixed(1)} %`;
    return { ...figure, tocsin, met: tocsin.median <= wanted.value, note };
  } catch (error) {
    return { ...figure, problem: reasonOf(error) };
  }
}

/** `tocsin run hello.elf`, twice as often as the rest: it is short, and the first ones fill caches. */
export function helloFigure(plan: Plan): Figure {
  const wanted = { of: 'tocsin', bound: 'most', value: 0.4 } as const;
  const figure = { name: 'hello', title: 'tocsin run hello.elf', unit: 's', wanted } as const;
  try {
    const elf = buildHello(plan.folder);
    const turns = Array.from({ length: plan.repeats * 2 }, () => ({ hello: helloSeconds(elf), node: nodeSeconds() }));
    const tocsin = spread(turns.map(({ hello }) => hello));
    const node = spread(turns.map(({ node }) => node)).median;
    return { ...figure, tocsin, met: tocsin.median < wanted.value, note: `Node alone takes ${node.toFixed(2)} s` };
  } catch (error) {
    return { ...figure, problem: reasonOf(error) };
  }
}

function attempt(problems: string[], action: () => void): void {
  try {
    action();
  } catch (error) {
    problems.push(reasonOf(error));
  }
}

/** The line of a measurement that cannot be had; anything else is a bug and goes on up. */
export function reasonOf(error: unknown): string {
  if (error instanceof MeasureError) return error.message;
  throw error;
}
