/** The tree of allocators, with what the use of each consists of: for pictures and for programs. */

import { MEMORY_STATE } from '../../syscalls/options.js';
import type { ChargeKind } from '../memory/charges.js';
import { KernelPanic } from '../panic.js';
import type { State } from '../state/state.js';
import { type AllocatorUse, type AllocatorUser, allocatorUses } from './allocator-use.js';
import { nameOf } from './view.js';

/** All amounts are bytes. */
export interface AllocatorNode {
  readonly koid: number;
  /** Processes that it pays for. */
  readonly users: readonly AllocatorUser[];
  /** Processes that hold a handle to it, where it pays for none. */
  readonly holders: readonly AllocatorUser[];
  readonly quota: number;
  readonly used: number;
  readonly peak: number;
  /** The quotas of those below it. */
  readonly lent: number;
  readonly free: number;
  /** What only those may use who answer for a shortage, and the use from which on there is PRESSURE; 0: none. */
  readonly reserve: number;
  readonly softMark: number;
  /** `normal`, `pressure` or `oom`. */
  readonly state: string;
  /** Threads that wait for memory here. */
  readonly waiting: number;
  /** The bytes add up to `used`. */
  readonly items: readonly { readonly kind: ChargeKind; readonly count: number; readonly bytes: number }[];
  /** By koid. */
  readonly children: readonly AllocatorNode[];
}

/** The root allocator with all below it. Between two steps. */
export function allocatorTree(s: State): AllocatorNode {
  const children = new Map<number, AllocatorUse[]>();
  let root: AllocatorUse | undefined;
  for (const use of allocatorUses(s)) {
    const parent = s.allocators.parent[use.row];
    if (parent < 0) root = use;
    else children.set(parent, [...(children.get(parent) ?? []), use]);
  }
  if (root === undefined) throw new KernelPanic('a system without a root allocator');
  return nodeOf(s, root, children);
}

/** The depth of the tree is bounded (ALLOCATOR_DEPTH). */
function nodeOf(s: State, use: AllocatorUse, children: ReadonlyMap<number, readonly AllocatorUse[]>): AllocatorNode {
  const { koid, quota, charged, peak, childrenQuota, reserve, softMark, state, waiters } = s.allocators;
  const { row } = use;
  return {
    koid: koid[row],
    users: use.users,
    holders: use.holders,
    quota: quota[row],
    used: charged[row],
    peak: peak[row],
    lent: childrenQuota[row],
    free: quota[row] - charged[row] - childrenQuota[row],
    reserve: reserve[row],
    softMark: softMark[row],
    state: nameOf(MEMORY_STATE, state[row]),
    waiting: s.sources.length[waiters[row]],
    items: [...use.items].map(([kind, { count, bytes }]) => ({ kind, count, bytes })),
    children: (children.get(row) ?? []).map((child) => nodeOf(s, child, children)),
  };
}
