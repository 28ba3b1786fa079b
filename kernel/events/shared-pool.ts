/**
 * Mapped pools: the program owns the head, and may write anything there. The kernel looks only where it has to know, checks
 * what it finds, and takes out what the program has taken. A head that cannot be makes the pool corrupt, and nothing else.
 */
import { SHARED_STATE } from '../../syscalls/layouts.js';
import { closeCarried } from '../channels/carried.js';
import type { Kernel } from '../kernel.js';
import { failRings } from '../rings/waiting.js';
import { packetsRead, poolShared } from '../transitions/events.js';
import { headerWord, writeHead, writeHeader } from './pool-memory.js';
import { makeRoom } from './room.js';

/** As `shared` of a pool. */
export const SHARED = { NO: 0, GOOD: 1 + SHARED_STATE.GOOD, CORRUPT: 1 + SHARED_STATE.CORRUPT } as const;

export function isCorrupt(k: Kernel, pool: number): boolean {
  return k.state.pools.shared[pool] === SHARED.CORRUPT;
}

/** Takes note of what the program has taken since the kernel looked last. Once it is corrupt nothing is believed any more. */
export function readHead(k: Kernel, pool: number): void {
  const { pools, packets } = k.state;
  if (pools.shared[pool] !== SHARED.GOOD) return;
  const head = k.memory.i32[(headerWord(k, pool, 'head') - k.memory.base) >> 2];
  const taken = (head - pools.head[pool]) >>> 0;
  if (taken === 0) return;
  if (taken > pools.usedUnits[pool]) {
    k.journal.commit(poolShared, pool, SHARED.CORRUPT);
    writeHeader(k, pool);
    failRings(k, pool);
    return;
  }
  // Who takes packets without the kernel cannot have what else a message brings.
  let row = pools.firstPacket[pool];
  for (let left = taken; left > 0; row = packets.next[row]) {
    left -= packets.units[row];
    if (packets.handles[row] > 0 || packets.reply[row] >= 0) closeCarried(k, row);
  }
  k.journal.commit(packetsRead, pool, taken);
  showHead(k, pool);
  makeRoom(k, pool);
}

/** The kernel passed over removed packets by itself: the program's head moves with its own. */
export function showHead(k: Kernel, pool: number): void {
  if (k.state.pools.shared[pool] === SHARED.GOOD) writeHead(k, pool);
}

/** At the beginning of a step: mapped pools in which registrations wait for room may have it by now. */
export function readParkedHeads(k: Kernel): void {
  const { pools } = k.state;
  for (let pool = 0; pool < pools.used; pool++) {
    if (pools.shared[pool] === SHARED.GOOD && pools.parkedHead[pool] >= 0) readHead(k, pool);
  }
}
