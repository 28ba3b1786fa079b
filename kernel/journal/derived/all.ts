/** All derived views. */
import { CHANNEL_LATENCIES } from './channel-latencies.js';
import type { DerivedView } from './derived-view.js';
import { LOCK_ORDER } from './lock-order.js';
import { PROCESS_TOTALS } from './process-totals.js';
import { SLOWEST_CALLS } from './slowest-calls.js';
import { THREAD_HISTORY } from './thread-history.js';

export const DERIVED_VIEWS = {
  thread: THREAD_HISTORY,
  locks: LOCK_ORDER,
  process: PROCESS_TOTALS,
  calls: SLOWEST_CALLS,
  channel: CHANNEL_LATENCIES,
} as const;

export type DerivedName = keyof typeof DERIVED_VIEWS;
export type Derived<Name extends DerivedName> =
  (typeof DERIVED_VIEWS)[Name] extends DerivedView<infer Value> ? Value : never;

export const DERIVED_NAMES = Object.keys(DERIVED_VIEWS) as readonly DerivedName[];
