/**
 * The one source of choice (law 3). Whatever could go more than one way asks here; every answer is a record of the journal.
 *
 * Without a source nothing is asked: the head of the queue runs, for exactly one quantum. That is the policy, not a choice.
 */
import { BOARD_CHOICE, type BoardChoice, seededPick } from '../machine/index.js';

/** What is chosen. Numbers stand in records: append, never reorder. */
export const CHOICE = {
  /** Which of the ready threads of the highest priority runs next, counted from the head of the queue. */
  THREAD: 0,
  /** How many instructions less one it may run. */
  QUANTUM: 1,
  /** What the board leaves open, as BOARD_CHOICE has it: which hart executes next, for how long, and a random byte. */
  BOARD_HART: 2,
  BOARD_SLICE_SCALE: 3,
  BOARD_SLICE_REST: 4,
  BOARD_ENTROPY: 5,
  /** Whether an allocation that fits its quota fails all the same: 1 where it does. Asked only where a system wants that. */
  ALLOCATION: 6,
} as const;

/** What a choice of the board is called in records. */
export const CHOICE_OF_BOARD: Readonly<Record<BoardChoice, number>> = {
  [BOARD_CHOICE.HART]: CHOICE.BOARD_HART,
  [BOARD_CHOICE.SLICE_SCALE]: CHOICE.BOARD_SLICE_SCALE,
  [BOARD_CHOICE.SLICE_REST]: CHOICE.BOARD_SLICE_REST,
  [BOARD_CHOICE.ENTROPY]: CHOICE.BOARD_ENTROPY,
};

export interface ChoiceSource {
  /** Picks one of `count` ways (at least 2), 0 being what the plain policy would do first. */
  pick(kind: number, count: number): number;
}

/** At most so many threads are offered for a choice: keeps a step bounded. */
export const OFFERED_THREADS = 64;

/** Picks evenly by a generator that begins at `seed`; the same seed gives the same picks. */
export function seededChoices(seed: number): ChoiceSource {
  let asked = 0;
  return { pick: (_kind, count) => seededPick(seed, asked++, count) };
}
