/**
 * Allocations that are made to fail though they fit, to see what programs and kernel do then.
 *
 * An allocation is one question whether an allocator may be charged some bytes that is answered with yes (`fits` of
 * memory/frames.ts). A call may ask more than once, first for all that it will need and then for its parts: each is one, since
 * after each the call must be able to stop. Boot is left out: a machine that does not hold its program is another error, and so
 * is what a host does from outside between two runs.
 */
import { CHOICE, type ChoiceSource } from './choices.js';
import { BootError } from './program.js';
import type { SystemOptions } from './system-options.js';

export const MOST_ALLOCATIONS = 0xffff_ffff;

/** What a system counts where nothing is made to fail. */
export const NO_ALLOCATIONS = { count: 0, failed: 0 };

/** Lets one allocation fail, and counts them all. */
export class FailingAllocation implements ChoiceSource {
  /** Allocations so far, failed ones among them. */
  count = 0;
  /** How many of them failed. */
  failed = 0;

  /** The `nth` fails, counted from 1; or `others` says which do. */
  constructor(private readonly which: number | ChoiceSource) {}

  pick(_kind: number, count: number): number {
    this.count++;
    const { which } = this;
    const picked = typeof which === 'number' ? Number(this.count === which) : which.pick(CHOICE.ALLOCATION, count);
    if (picked === 1) this.failed++;
    return picked;
  }
}

/** What the option asks for. Throws BootError where it cannot be. */
export function failingAllocations(
  which: SystemOptions['failAllocation'],
  choices: ChoiceSource | undefined,
): FailingAllocation | undefined {
  if (which === undefined) return undefined;
  if (typeof which === 'object') return new FailingAllocation(which);
  if (which === 'chosen') {
    if (choices !== undefined) return new FailingAllocation(choices);
    throw new BootError('which allocations fail is to be chosen, and there is no source of choices');
  }
  if (Number.isInteger(which) && which >= 1 && which <= MOST_ALLOCATIONS) return new FailingAllocation(which);
  throw new BootError(`failAllocation ${which} is not a whole number from 1 to ${MOST_ALLOCATIONS}`);
}
