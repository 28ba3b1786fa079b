/** All views, in the order in which they are shown. */
import type { State } from '../state/state.js';
import { ALLOCATORS } from './allocators.js';
import { CHANNELS } from './channels.js';
import { HANDLES } from './handles.js';
import { INTERRUPTS } from './interrupts.js';
import { JOBS } from './jobs.js';
import { LOCKS } from './locks.js';
import { MEMORY } from './memory.js';
import { POOLS } from './pools.js';
import { PROCESSES } from './processes.js';
import { RINGS } from './rings.js';
import { THREADS } from './threads.js';
import { TIMERS } from './timers.js';
import { TOPICS } from './topics.js';
import type { View, ViewRow } from './view.js';

export const VIEWS = {
  processes: PROCESSES,
  threads: THREADS,
  handles: HANDLES,
  channels: CHANNELS,
  pools: POOLS,
  locks: LOCKS,
  timers: TIMERS,
  interrupts: INTERRUPTS,
  topics: TOPICS,
  jobs: JOBS,
  allocators: ALLOCATORS,
  memory: MEMORY,
  rings: RINGS,
} as const satisfies Readonly<Record<string, View<unknown>>>;

export type ViewName = keyof typeof VIEWS;

export const VIEW_NAMES = Object.keys(VIEWS) as readonly ViewName[];

/** The rows of a view as plain objects, by the names of its columns. Between two steps: `run` has returned. */
export function viewRows(s: State, name: ViewName): ViewRow[] {
  const { columns, rows }: View<unknown> = VIEWS[name];
  return rows(s).map((row) => Object.fromEntries(columns.map((column) => [column.name, column.of(s, row)])));
}
