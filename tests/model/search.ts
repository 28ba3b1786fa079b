/** Searches random sequences for one on which kernel and model disagree, and shrinks it. */
import fc from 'fast-check';
import { type PlayOptions, play } from './agreement.js';
import { sequences } from './sequences.js';

/** Calls of the longest sequence. */
const LONGEST = 40;

export interface Search extends PlayOptions {
  readonly sequences: number;
  readonly seed: number;
}

export interface Searched {
  /** How often each call came back with each status: `event_wait OK`. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** The shortest sequence that was found, a line a call, and the difference; undefined where all agreed. */
  readonly disagreement: string | undefined;
  /** Calls of that sequence. */
  readonly calls: number;
}

/** The same seed gives the same sequences. */
export function search({ sequences: count, seed, ...options }: Search): Searched {
  const outcomes = new Map<string, number>();
  const details = fc.check(
    fc.property(sequences(LONGEST), (drawn) => {
      for (const [outcome, times] of play(drawn, options).outcomes)
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + times);
    }),
    { numRuns: count, seed },
  );
  if (!details.failed) return { outcomes, disagreement: undefined, calls: 0 };
  const { errorInstance, counterexample } = details;
  const message = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return {
    outcomes,
    disagreement: `${message}\n\nagain: npm run campaign:model -- ${count} ${seed}`,
    calls: counterexample?.[0].length ?? 0,
  };
}
