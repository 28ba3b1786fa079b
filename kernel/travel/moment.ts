/**
 * Where a run can be: after so many steps, and so many executed instructions. Every place between two instructions and between two
 * steps is one moment, and the same one by whatever way it is reached: steps of debuggers outside of the machine do not count.
 */
import { seqOfRun } from '../state/sources.js';
import type { System } from '../system.js';

export interface Moment {
  readonly seq: number;
  readonly instruction: number;
}

export const BEGINNING: Moment = { seq: 0, instruction: 0 };

export function momentOf({ state, executed }: System): Moment {
  return { seq: seqOfRun(state), instruction: executed };
}

/** Negative where `a` is before `b`, 0 where they are the same moment. */
export function compareMoments(a: Moment, b: Moment): number {
  return a.seq - b.seq || a.instruction - b.instruction;
}

export function isBefore(a: Moment, b: Moment): boolean {
  return compareMoments(a, b) < 0;
}

export function momentText({ seq, instruction }: Moment): string {
  return `step ${seq}, instruction ${instruction}`;
}
