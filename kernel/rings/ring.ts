/**
 * Rings: submissions in memory that a program shares with the kernel, completions in a pool (events.md, "Rings"). The program
 * owns the tail, the kernel the head; the kernel reads the tail once each time it is entered and believes nothing else there.
 */
import { STATUS } from '../../syscalls/errors.js';
import { SHARED_STATE } from '../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { POOL_KIND, PROTECTION } from '../../syscalls/options.js';
import { breakCycle } from '../channels/cycles.js';
import { closeSource } from '../events/broadcast.js';
import type { Kernel } from '../kernel.js';
import { COST } from '../limits.js';
import { fits } from '../memory/frames.js';
import { map, roomToMap } from '../memory/vmar.js';
import { backRange, createVmo } from '../memory/vmo.js';
import { must } from '../panic.js';
import { freeRows, isLive, nextRow } from '../state/table.js';
import { ringCorrupt, ringCreated, ringRemoved } from '../transitions/rings.js';
import { HEADER_BYTES, RingMemory, SUBMISSION_BYTES } from './memory.js';

/** Pages of a ring with so many entries. */
function pagesOf(entries: number): number {
  return Math.ceil((HEADER_BYTES + entries * SUBMISSION_BYTES) / PAGE_BYTES);
}

/** A new ring and where it was mapped, or a negative status as `ring`. */
export interface MadeRing {
  readonly ring: number;
  readonly page: number;
}

/** Makes a ring and maps it; nothing is changed where it cannot be. `process` will have a handle to it. */
export function createRing(
  k: Kernel,
  process: number,
  allocator: number,
  atLeast: number,
  pool: number,
  vmar: number,
): MadeRing {
  const { state } = k;
  const refused = (status: number): MadeRing => ({ ring: status, page: -1 });
  if (state.pools.kind[pool] !== POOL_KIND.FIXED) return refused(STATUS.NOT_SUPPORTED);
  if (state.vmars.process[vmar] < 0) return refused(STATUS.BAD_STATE);
  const entries = 2 ** Math.ceil(Math.log2(atLeast));
  const pages = pagesOf(entries);
  const row = nextRow(state.rings);
  if (row < 0 || freeRows(state.vmos) < 1 || freeRows(state.sources) < 1) return refused(STATUS.NO_RESOURCES);
  const room = roomToMap(k, vmar, pages);
  if (room !== STATUS.OK) return refused(room);
  const bytes = new Map<number, number>();
  for (const [payer, more] of [
    [allocator, COST.ring + COST.vmo + pages * PAGE_BYTES],
    [state.processes.allocator[state.vmars.process[vmar]], COST.mapping],
    [state.processes.allocator[process], COST.handle],
  ])
    bytes.set(payer, (bytes.get(payer) ?? 0) + more);
  const fit = [...bytes].every(([payer, more]) => fits(k, payer, more));
  if (!fit || freeRows(state.frames) < pages) return refused(STATUS.NO_MEMORY);

  const vmo = createVmo(k, allocator, pages);
  backRange(k, vmo, 0, pages * PAGE_BYTES);
  k.journal.commit(ringCreated, row, state.nextKoid, allocator, pool, vmo, entries);
  const protection = PROTECTION.READ | PROTECTION.WRITE;
  const page = map(k, vmar, vmo, 0, pages, protection, protection, 0, false);
  must(page >= 0, 'a ring was not mapped though there was room');
  new RingMemory(k, row).put('entries', entries);
  return { ring: row, page };
}

/** How many submissions wait in a ring; -1 where the tail cannot be, which makes the ring, and nothing else, corrupt. */
export function submissionsReady(k: Kernel, ring: number, memory: RingMemory): number {
  const { rings } = k.state;
  if (rings.state[ring] !== SHARED_STATE.GOOD) return -1;
  const ready = (memory.get('tail') - rings.head[ring]) >>> 0;
  if (ready <= rings.entries[ring]) return ready;
  k.journal.commit(ringCorrupt, ring);
  memory.put('state', SHARED_STATE.CORRUPT);
  return -1;
}

/** A ring goes when no handle names it; its memory stays while it is mapped. */
export function removeRingIfUnused(k: Kernel, row: number): void {
  const { rings } = k.state;
  if (!isLive(rings, row)) return;
  if (rings.references[row] > 0) breakCycle(k, OBJECT_TYPE.ring, row);
  if (rings.references[row] > 0) return;
  const pool = rings.pool[row];
  const vmo = rings.vmo[row];
  const allocator = rings.allocator[row];
  closeSource(k, rings.waiters[row]);
  k.journal.commit(ringRemoved, row);
  k.mayBeUnused('pool', pool);
  k.mayBeUnused('vmo', vmo);
  k.mayBeUnused('allocator', allocator);
}
