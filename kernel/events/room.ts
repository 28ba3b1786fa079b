/** When a pool has room again: registrations that were parked outside their queues for want of it come back. */
import type { Kernel } from '../kernel.js';
import { hasRoom } from '../state/sources.js';
import { registrationUnparked } from '../transitions/events.js';
import { WORK } from '../work.js';
import { backUnits, settle } from './pool-memory.js';

export function makeRoom(k: Kernel, pool: number): void {
  const { pools, registrations: r, sources } = k.state;
  for (let row = pools.parkedHead[pool]; row >= 0; row = pools.parkedHead[pool]) {
    if (!hasRoom(k.state, pool, r.units[row], 1) || !backUnits(k, pool, r.units[row])) break;
    k.journal.commit(registrationUnparked, row);
    // Something may have waited with the source for a listener.
    k.work.add(WORK.MEET, sources.object[r.source[row]]);
  }
  settle(k, pool);
}
