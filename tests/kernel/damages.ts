/**
 * Damage done to the state of a kernel beside its transitions, as a kernel that forgets something would do it: shows that a check
 * of the invariants is able to fail.
 */
import { expect, it } from 'vitest';
import type { System } from '../../kernel/index.js';
import { invariantViolations } from '../../kernel/invariants/all.js';
import type { MutableState } from '../../kernel/state/state.js';

/** One number of the state, and what it is made. */
export type Change = readonly [place: { [at: number]: number }, at: number, value: number];
/** The sentence that has to come, and what was done. */
export type Damage = readonly [sentence: RegExp, changes: (s: MutableState) => readonly Change[]];

/** The kernel sees its state through types that cannot write; what stands behind them can. */
export function writable(system: System): MutableState {
  return system.state as unknown as MutableState;
}

/** A number of the state that stands in no column. */
export function field(s: MutableState, name: keyof MutableState, value: number): Change {
  return [s as never, name as never, value];
}

/** A test for each damage: the sentence comes, and all is well again when what was damaged is as before. */
export function itFindsEach(system: () => System, damages: readonly Damage[]): void {
  it.each(damages.map(([sentence, changes]) => [String(sentence), sentence, changes] as const))(
    '%s',
    (_name, sentence, changes) => {
      const made = changes(writable(system()));
      const old = made.map(([place, at]) => place[at]);
      for (const [place, at, value] of made) place[at] = value;
      const violations = invariantViolations(system().kernel);
      made.forEach(([place, at], i) => {
        place[at] = old[i];
      });
      expect(
        violations.some((violation) => sentence.test(violation)),
        `found only: ${violations.join('; ')}`,
      ).toBe(true);
      expect(invariantViolations(system().kernel)).toEqual([]);
    },
  );
}
