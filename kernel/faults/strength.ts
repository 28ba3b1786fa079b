/** How strong answers to a fault are: of several the strongest counts, in whatever order they came. */
import { VERDICT } from '../../syscalls/options.js';

export const STRENGTH = { PASS: 0, HANDLED: 1, KILL_THREAD: 2, KILL_PROCESS: 3 } as const;

/** By VERDICT; undefined for one that is no answer to a fault. */
export const STRENGTH_OF: Readonly<Record<number, number>> = {
  [VERDICT.PASS]: STRENGTH.PASS,
  [VERDICT.HANDLED]: STRENGTH.HANDLED,
  [VERDICT.KILL_THREAD]: STRENGTH.KILL_THREAD,
  [VERDICT.KILL_PROCESS]: STRENGTH.KILL_PROCESS,
};
