/** Quota that moves in the tree of allocators: what is free in one goes to another, and all between the two change with it. */
import { STATUS } from '../../syscalls/errors.js';
import { LIMITS } from '../../syscalls/limits.js';
import type { Kernel } from '../kernel.js';
import { fits } from '../memory/frames.js';
import { quotaMoved } from '../transitions/shortage.js';

/** Moves bytes of quota: OK, NO_MEMORY where so much is not free, OUT_OF_RANGE where a quota would be too large. */
export function moveQuota(k: Kernel, from: number, to: number, bytes: number): number {
  if (!fits(k, from, bytes)) return STATUS.NO_MEMORY;
  const above = lowestAbove(k, from, to);
  const { quota, parent } = k.state.allocators;
  for (let row = to; row !== above; row = parent[row])
    if (quota[row] + bytes > LIMITS.vmoBytes) return STATUS.OUT_OF_RANGE;
  if (from !== to) k.journal.commit(quotaMoved, from, to, above, bytes);
  return STATUS.OK;
}

/** The lowest allocator that has both under it, or is one of them. */
function lowestAbove(k: Kernel, one: number, other: number): number {
  const { parent, depth } = k.state.allocators;
  let a = one;
  let b = other;
  while (a !== b) {
    if (depth[a] >= depth[b]) a = parent[a];
    else b = parent[b];
  }
  return a;
}
