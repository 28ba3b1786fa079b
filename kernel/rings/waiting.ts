/** Threads that wait in ring_enter until a pool holds enough packets. */
import { STATUS } from '../../syscalls/errors.js';
import type { Kernel } from '../kernel.js';
import { unblock } from '../tasks/waiting.js';

/** A packet has come into a pool: whoever waits for no more than there are now goes on. */
export function tellRings(k: Kernel, pool: number): void {
  endWaits(k, pool, k.state.pools.packets[pool], STATUS.OK);
}

/** A pool is corrupt: nobody can say any more how many packets it holds. */
export function failRings(k: Kernel, pool: number): void {
  endWaits(k, pool, 0x7fff_ffff, STATUS.IO_DATA_INTEGRITY);
}

function endWaits(k: Kernel, pool: number, packets: number, status: number): void {
  const { pools, rings, sources, registrations: r, threads } = k.state;
  for (let ring = pools.firstRing[pool]; ring >= 0; ring = rings.nextOfPool[ring]) {
    for (let row = sources.head[rings.waiters[ring]]; row >= 0; ) {
      const next = r.next[row];
      const thread = r.thread[row];
      if (threads.wait0[thread] <= packets) unblock(k, thread, status);
      row = next;
    }
  }
}
