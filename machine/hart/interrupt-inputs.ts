/** What comes to one hart from outside: the bits of mip that devices raise, and the time at which its timer does. */
import type { Clint } from '../devices/clint.js';
import type { Plic } from '../devices/plic.js';
import { PENDING } from './csr-fields.js';

/** What all harts of a board have in common there. */
export interface InterruptSources {
  readonly clint: Clint;
  readonly plic: Plic;
  /** Virtual time in ticks. */
  now(): number;
}

export class InterruptInputs {
  constructor(
    private readonly hart: number,
    private readonly sources: InterruptSources,
  ) {}

  /** Bits of mip that are raised now. */
  get raised(): number {
    const { hart, sources } = this;
    const { clint, plic } = sources;
    const deadline = clint.deadline(hart);
    // Read at every trap: nobody asks for the time where there is no deadline.
    let bits = deadline !== Number.POSITIVE_INFINITY && sources.now() >= deadline ? PENDING.TIMER : 0;
    if (clint.softwarePending(hart)) bits |= PENDING.SOFTWARE;
    if (plic.externalPending(2 * hart)) bits |= PENDING.EXTERNAL;
    if (plic.externalPending(2 * hart + 1)) bits |= PENDING.SUPERVISOR_EXTERNAL;
    return bits;
  }

  /** Virtual time from which the timer is pending; Infinity for never. */
  get timer(): number {
    return this.sources.clint.deadline(this.hart);
  }
}
