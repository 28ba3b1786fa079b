/**
 * Deliveries that find no memory. A thread that waits for a message, an event or a packet has pages and room for handles when it
 * begins to wait; should they be gone when it comes, its wait ends with NO_MEMORY. Then somebody failed to get memory, as by a call:
 * the allocator that had none is short, and those who listen to it are told, from the work list, since the delivery may itself be
 * the telling of a shortage. Whoever sent what was delivered has nothing to do with it.
 */
import type { Kernel } from '../kernel.js';
import { TABLE_LIMIT } from '../limits.js';
import { ROOT_PATH } from '../state/state.js';
import { isLive } from '../state/table.js';
import { WORK } from '../work.js';
import { fallShort } from './shortage.js';

/** What did not fit last, by allocator; only read in the step that set it. */
const BYTES = new Int32Array(TABLE_LIMIT.allocators);

/** A delivery to a waiting thread begins: what did not fit before is not its business. */
export function beginDelivery(k: Kernel): void {
  k.shortage.allocator = -1;
}

/** A delivery to a waiting thread found no memory. Where it was frames that are short, or was made to fail, no allocator is. */
export function deliveryFellShort(k: Kernel): void {
  const { allocator, bytes } = k.shortage;
  if (allocator < 0) return;
  BYTES[allocator] = bytes;
  k.work.add(WORK.SHORT, allocator);
  // The call in which it was delivered did not fall short itself.
  k.shortage.allocator = -1;
}

/** Its turn in the work list: everybody who listens is told. */
export function tellOfDelivery(k: Kernel, allocator: number): void {
  if (!isLive(k.state.allocators, allocator) || k.state.rootPath !== ROOT_PATH.NO) return;
  k.shortage.allocator = allocator;
  k.shortage.bytes = BYTES[allocator];
  fallShort(k);
  k.shortage.allocator = -1;
}
