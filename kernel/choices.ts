/**
 * The one source of choice (law 3). Whatever could go more than one way asks here; every answer is a record of the journal.
 *
 * Without a source nothing is asked: the head of the queue runs, for exactly one quantum. That is the policy, not a choice.
 */

/** What is chosen. Numbers stand in records: append, never reorder. */
export const CHOICE = {
  /** Which of the ready threads of the highest priority runs next, counted from the head of the queue. */
  THREAD: 0,
  /** How many instructions less one it may run. */
  QUANTUM: 1,
} as const;

export interface ChoiceSource {
  /** Picks one of `count` ways (at least 2), 0 being what the plain policy would do first. */
  pick(kind: number, count: number): number;
}

/** At most so many threads are offered for a choice: keeps a step bounded. */
export const OFFERED_THREADS = 64;

/** Picks evenly by a generator that begins at `seed`; the same seed gives the same picks. */
export function seededChoices(seed: number): ChoiceSource {
  let state = seed >>> 0;
  return {
    pick(_kind, count) {
      // A Weyl sequence through a 32-bit finaliser: every seed is as good as every other, 0 too.
      state = (state + 0x9e3779b9) >>> 0;
      let x = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
      x = (x ^ (x >>> 15)) >>> 0;
      return Math.floor((x / 0x1_0000_0000) * count);
    },
  };
}
