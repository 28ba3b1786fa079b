/** The objects that every sequence of calls begins with. Small on purpose: queues get long and pools full after a few calls. */

export interface PoolShape {
  readonly name: string;
  readonly kind: 'FIXED' | 'VARIABLE';
  /** Packets, or bytes. */
  readonly capacity: number;
}

export const THREADS = ['t0', 't1', 't2', 't3', 't4'] as const;

export const POOLS: readonly PoolShape[] = [
  { name: 'p0', kind: 'FIXED', capacity: 1 },
  { name: 'p1', kind: 'FIXED', capacity: 2 },
  { name: 'p2', kind: 'FIXED', capacity: 8 },
  { name: 'p3', kind: 'VARIABLE', capacity: 4096 },
  { name: 'p4', kind: 'VARIABLE', capacity: 8192 },
];

/** Each has two endpoints: `a` and `b`, with the channel's name before them. */
export const CHANNELS: readonly string[] = ['c0', 'c1'];
export const MAX_MESSAGE = 4096;

export const LOCKS: readonly string[] = ['l0', 'l1', 'l2'];
export const TIMERS: readonly string[] = ['m0', 'm1'];
export const TOPICS: readonly string[] = ['e0', 'e1'];

/** Each at a wire of its own. */
export const INTERRUPTS = [
  { name: 'i0', line: 20, edge: false, hasTime: true },
  { name: 'i1', line: 21, edge: true, hasTime: false },
] as const;

/** Each with a fixed pool for its completions. */
export const RINGS = [
  { name: 'g0', pool: 'p1', entries: 4 },
  { name: 'g1', pool: 'p2', entries: 4 },
] as const;

/** Type and size of every topic. */
export const TOPIC_TYPE = 77;
export const TOPIC_BYTES = 4;
