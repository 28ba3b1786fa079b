/** Pairs of compiled processes that deal with each other for ever, through the kernel: what is measured is how often a second. */
import { type Script, type Startup, System } from '../../kernel/index.js';
import { CHANNELS } from './channel-guests.js';
import { INTERRUPTS } from './interrupt-guests.js';
import { LOCKS } from './lock-guests.js';

export interface Pair {
  /** Sets both up, and sleeps. */
  script(startup: Startup): Script;
  /** Rounds so far, and a few more or less for the time before both run. */
  rounds(system: System): number;
}

export const PAIRS = { channels: CHANNELS, interrupts: INTERRUPTS, locks: LOCKS } as const;

export type PairName = keyof typeof PAIRS;

/** A system with a pair, with the journal that `tocsin run` has without --stats and --json. */
export function systemWith(pair: Pair): System {
  const journal = { enabled: true, hashed: false };
  return System.boot({ name: 'pair', memoryBytes: 4 << 20, journal, script: (startup) => pair.script(startup) });
}
