/**
 * The proof that a guest cannot tell a debugger: it runs without one, and beside that with one that stops it all over, and each thing
 * that it can observe is compared as it happens; registers where the debugger looks; and all that is left at the end.
 *
 * First it runs once alone: how long that takes says where the thousands of places lie.
 */
import type { Outcome } from '../../../kernel/index.js';
import { type Contrast, finalContrast, threadContrast } from './final-state.js';
import { type Done, Intruder } from './intruder.js';
import { isSame, observationText } from './observation.js';
import { type Guest, ObservedRun } from './observed-run.js';
import { Places } from './places.js';

export interface ProofOptions extends Guest {
  /** How often the debugger stops the guest, about. */
  readonly stops: number;
  /** Says where it does: each number is other places. */
  readonly places: number;
  /** Compares the guest's run up to here, if it goes on longer. */
  readonly maxInstructions: number;
  readonly onOutput?: (bytes: Uint8Array) => void;
}

export interface Difference extends Contrast {
  /** Where the run with the debugger is by now. */
  readonly instructions: number;
  readonly time: number;
  /** pc of the running thread there, undefined where nobody runs. */
  readonly pc: number | undefined;
  /** What the debugger did last, the last first. */
  readonly before: readonly string[];
}

export interface Proof {
  readonly done: Done;
  readonly stops: number;
  readonly outcome: Outcome['kind'];
  readonly instructions: number;
  readonly time: number;
  /** Records and bytes of output that were compared. */
  readonly compared: number;
  /** Undefined: equal. */
  readonly difference: Difference | undefined;
}

/** How far it is: instructions of those that will be run in all. */
export interface Progress {
  readonly instructions: number;
  readonly of: number;
}

/** A part of the work at most, so that whoever waits can be shown something. */
const SLICE = 2_000_000;

type End = Exclude<Outcome, { kind: 'input' }>;

/** Yields its progress now and then, and returns what came of it. Throws BootError. */
export function* prove(options: ProofOptions): Generator<Progress, Proof> {
  const alone = new ObservedRun(options, false, options.onOutput);
  const outcome = yield* runAlone(alone, options.maxInstructions);
  const pair = new Pair(options, alone.instructions);
  return yield* pair.run(outcome);
}

function* runAlone(run: ObservedRun, most: number): Generator<Progress, End> {
  for (;;) {
    const outcome = run.run(Math.min(SLICE, most - run.instructions));
    if (outcome.kind !== 'limit' || run.instructions >= most) return outcome;
    yield { instructions: run.instructions, of: Number.POSITIVE_INFINITY };
  }
}

class Pair {
  private readonly without: ObservedRun;
  private readonly with: ObservedRun;
  private readonly intruder: Intruder;
  private compared = 0;
  /** How the run without a debugger ended, if it has. */
  private end: End | undefined;

  constructor(
    options: ProofOptions,
    private readonly length: number,
  ) {
    this.without = new ObservedRun(options, true);
    this.with = new ObservedRun(options, true);
    const { image } = options.options;
    this.intruder = new Intruder(
      this.with.system,
      image?.symbols ?? [],
      new Places(options.places),
      options.stops,
      length,
    );
  }

  *run(alone: End): Generator<Progress, Proof> {
    const { length, with: run } = this;
    const { intruder } = this;
    let shown = 0;
    for (;;) {
      const begun = run.instructions;
      const slice = Math.min(intruder.next(), SLICE, length - begun);
      // One that ends by a limit is compared up to there; others end by themselves, some after the last instruction.
      const outcome = run.run(alone.kind === 'limit' ? slice : Math.max(slice, 1));
      const isAtPlace = outcome.kind === 'limit';
      const contrast = this.catchUp(isAtPlace && run.instructions > begun);
      if (contrast !== undefined) return this.result(alone, contrast);
      if (outcome.kind === 'stopped') intruder.visit();
      else if (!isAtPlace || run.instructions >= length) {
        if (!isAtPlace || alone.kind === 'limit') return this.result(alone, this.ends(alone, outcome));
      } else if (!intruder.isOver) {
        intruder.interrupt();
        intruder.visit();
      }
      if (run.instructions - shown < SLICE / 4) continue;
      shown = run.instructions;
      yield { instructions: length + 2 * shown, of: 3 * length };
    }
  }

  /** Runs the run without a debugger as far as the other one, and compares. `isPlain`: both are between two instructions. */
  private catchUp(isPlain: boolean): Contrast | undefined {
    const { without, with: other } = this;
    const begun = without.instructions;
    // It comes back early where many deadlines pass while nobody runs.
    while (without.instructions < other.instructions && this.end === undefined) {
      const outcome = without.run(other.instructions - without.instructions);
      if (outcome.kind !== 'limit') this.end = outcome;
    }
    const contrast = this.compareObservations();
    if (contrast !== undefined || !isPlain || without.instructions === begun) return contrast;
    // While nobody runs there are many moments at one number of instructions.
    const isSomewhere = without.system.state.current >= 0 && other.system.state.current >= 0;
    return isSomewhere ? threadContrast(without, other) : undefined;
  }

  private compareObservations(): Contrast | undefined {
    const a = this.without.observations;
    const b = this.with.observations;
    const count = Math.min(a.length, b.length);
    for (let i = 0; i < count; i++) {
      if (isSame(a[i], b[i])) continue;
      const number = this.compared + i;
      return {
        what: `observation ${number}`,
        without: observationText(a[i]),
        with: observationText(b[i]),
      };
    }
    this.compared += count;
    a.splice(0, count);
    b.splice(0, count);
    return undefined;
  }

  /** Both are over. */
  private ends(alone: End, outcome: End): Contrast | undefined {
    this.end ??= this.without.run(alone.kind === 'limit' ? 0 : Number.POSITIVE_INFINITY);
    const contrast = this.compareObservations();
    if (contrast !== undefined) return contrast;
    const [a, b] = [this.without.observations, this.with.observations];
    const [first, second] = [JSON.stringify(this.end), JSON.stringify(outcome)];
    if (a.length + b.length > 0 && alone.kind !== 'limit') {
      const none = 'nothing any more';
      const ended = (text: string): string => (first === second ? '' : `; in the end ${text}`);
      return {
        what: `observation ${this.compared}`,
        without: (a.length > 0 ? observationText(a[0]) : none) + ended(first),
        with: (b.length > 0 ? observationText(b[0]) : none) + ended(second),
      };
    }
    if (first !== second) return { what: 'how the run ended', without: first, with: second };
    return finalContrast(this.without, this.with);
  }

  private result(alone: End, contrast: Contrast | undefined): Proof {
    const { system } = this.with;
    const { state, kernel } = system;
    const pc = state.current >= 0 && kernel.loaded === state.current ? kernel.hart.pc >>> 0 : undefined;
    const where = { instructions: system.instructions, time: system.time, pc };
    return {
      done: this.intruder.done,
      stops: this.intruder.stops,
      outcome: alone.kind,
      instructions: system.instructions,
      time: system.time,
      compared: this.compared,
      difference: contrast && { ...contrast, ...where, before: this.intruder.history() },
    };
  }
}
