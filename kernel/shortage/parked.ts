/**
 * Pools that cannot reserve the room for another packet: their registrations park, and their allocator is short, once for each that
 * parks. They come back when there is memory again, at the end of a step in which something changed there.
 */
import { bytesToBack } from '../events/pool-memory.js';
import { makeRoom } from '../events/room.js';
import type { Kernel } from '../kernel.js';
import { ROOT_PATH } from '../state/state.js';
import { isLive } from '../state/table.js';
import { fallShort } from './shortage.js';

/** A registration of a pool was parked because frames are short. */
export function poolFellShort(k: Kernel, pool: number): void {
  const { pools, registrations } = k.state;
  if (!isLive(pools, pool) || pools.parkedHead[pool] < 0 || k.state.rootPath !== ROOT_PATH.NO) return;
  const bytes = bytesToBack(k, pool, registrations.units[pools.parkedHead[pool]]);
  // Memory may have come back within the step.
  if (bytes === 0) return;
  k.shortage.allocator = pools.allocator[pool];
  k.shortage.bytes = bytes;
  fallShort(k);
}

/** Lets pools that an allocator pays for have the room that they were parked for want of. */
export function unparkPools(k: Kernel, allocator: number): void {
  const { pools } = k.state;
  for (let pool = 0; pool < pools.used; pool++)
    if (pools.parkedHead[pool] >= 0 && isLive(pools, pool) && pools.allocator[pool] === allocator) makeRoom(k, pool);
}
