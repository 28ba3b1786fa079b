/** Cycles in the order of locks that can be deadlocks. The search is bounded: it says of a big graph some, and not all. */

/** How a thread came to an edge: all that it owned, the lock where the edge begins among them. */
export interface Holding {
  readonly thread: number;
  readonly seq: number;
  readonly owned: readonly number[];
}

/** Threads that owned `from` asked for `to` (koids of locks). */
export interface Edge {
  readonly from: number;
  readonly to: number;
  /** How often. */
  readonly count: number;
  /** The step of the first time. */
  readonly seq: number;
  /** The first ways to come to it. */
  readonly holdings: readonly Holding[];
}

export interface Cycle {
  /** Each is asked for by who owns the one before, and the first by who owns the last; the lowest koid first. */
  readonly locks: readonly number[];
  /** Of each edge, in that order: who owned the lock and asked for the next, and the step. */
  readonly threads: readonly number[];
  readonly seqs: readonly number[];
}

const LONGEST_CYCLE = 8;
export const MOST_CYCLES = 64;
/** Edges that are walked in all before the search gives up. */
const MOST_WALKED = 100_000;

export function potentialDeadlocks(edges: readonly Edge[]): readonly Cycle[] {
  const from = new Map<number, Edge[]>();
  for (const edge of edges) from.set(edge.from, [...(from.get(edge.from) ?? []), edge]);
  const cycles = new Map<string, Cycle>();
  let walked = 0;

  const walk = (first: number, at: number, path: readonly Edge[], holdings: readonly Holding[]): void => {
    for (const edge of from.get(at) ?? []) {
      // Each cycle once: from its lowest lock.
      if (edge.to < first || path.some((one) => one.to === edge.to)) continue;
      const edges = [...path, edge];
      for (const holding of edge.holdings) {
        if (++walked > MOST_WALKED || cycles.size >= MOST_CYCLES) return;
        if (!holdings.every((other) => canMeet(holding, other))) continue;
        const all = [...holdings, holding];
        if (edge.to !== first) {
          if (edges.length < LONGEST_CYCLE) walk(first, edge.to, edges, all);
          continue;
        }
        const locks = edges.map((one) => one.from);
        const name = locks.join(' ');
        if (cycles.has(name)) break;
        const threads = all.map(({ thread }) => thread);
        cycles.set(name, { locks, threads, seqs: all.map(({ seq }) => seq) });
      }
    }
  };
  for (const first of [...from.keys()].sort((a, b) => a - b)) walk(first, first, [], []);
  return [...cycles.values()];
}

/** Can two threads be there at once? Not one thread twice, and not two that own one lock. */
function canMeet(a: Holding, b: Holding): boolean {
  return a.thread !== b.thread && !a.owned.some((lock) => b.owned.includes(lock));
}
