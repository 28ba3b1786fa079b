/** Pools: made, posted to, mapped. */
import { STATUS } from '../../syscalls/errors.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { POOL_KIND, PROTECTION } from '../../syscalls/options.js';
import type { Kernel } from '../kernel.js';
import { COST } from '../limits.js';
import { fits } from '../memory/frames.js';
import { map } from '../memory/vmar.js';
import { backGrantedRange, createGrantedVmo } from '../memory/vmo.js';
import { tellRings } from '../rings/waiting.js';
import { hasRoom, visibleSeq } from '../state/sources.js';
import { freeRows, nextRow } from '../state/table.js';
import { packetPosted, poolCreated, poolShared, UNIT_BYTES } from '../transitions/events.js';
import { WORK } from '../work.js';
import { AT, PACKET_WORDS, putSeq } from './packet-words.js';
import { backUnits, headerWord, unitOffset, writeHeader } from './pool-memory.js';
import { isCorrupt, readHead, SHARED } from './shared-pool.js';
import { serveTakers } from './take.js';

const UNITS_PER_PAGE = PAGE_BYTES / UNIT_BYTES;

/** Units of a pool: a power of two, so that numbers of packets may wrap; whole pages where it is variable. */
function unitsFor(kind: number, capacity: number): number {
  const least = kind === POOL_KIND.FIXED ? capacity : Math.max(UNITS_PER_PAGE, Math.ceil(capacity / UNIT_BYTES));
  return 2 ** Math.ceil(Math.log2(least));
}

/** What a pool is charged when it is made. */
export function poolBytes(kind: number, capacity: number): number {
  const pages = 1 + Math.ceil(unitsFor(kind, capacity) / UNITS_PER_PAGE);
  return COST.pool + COST.vmo + (kind === POOL_KIND.FIXED ? pages * PAGE_BYTES : 0);
}

/** Makes a pool: its row, or a negative status. */
export function createPool(k: Kernel, allocator: number, kind: number, capacity: number): number {
  const { pools, sources } = k.state;
  const row = nextRow(pools);
  if (row < 0 || freeRows(sources) < 2) return STATUS.NO_RESOURCES;
  const bytes = poolBytes(kind, capacity);
  const units = unitsFor(kind, capacity);
  const pages = 1 + Math.ceil(units / UNITS_PER_PAGE);
  const frames = kind === POOL_KIND.FIXED ? pages : 0;
  if (!fits(k, allocator, bytes) || freeRows(k.state.frames) < frames) return STATUS.NO_MEMORY;
  if (nextRow(k.state.vmos) < 0) return STATUS.NO_RESOURCES;
  const vmo = createGrantedVmo(k, allocator, pages);
  if (frames > 0) backGrantedRange(k, vmo, 0, frames * PAGE_BYTES);
  k.journal.commit(poolCreated, row, k.state.nextKoid, allocator, kind, vmo, units);
  return row;
}

/** Puts a packet in whose key, status and data stand in the packet words. */
export function post(k: Kernel, pool: number, koid: number): number {
  readHead(k, pool);
  if (isCorrupt(k, pool)) return STATUS.IO_DATA_INTEGRITY;
  if (!hasRoom(k.state, pool, 1, 1) || !backUnits(k, pool, 1)) return STATUS.SHOULD_WAIT;
  const w = PACKET_WORDS;
  const { pools, packets } = k.state;
  const wasEmpty = pools.packets[pool] === 0;
  const { DATA } = AT;
  k.journal.commit(packetPosted, pool, w[AT.STATUS], w[DATA], w[DATA + 1], w[DATA + 2], w[DATA + 3], w[DATA + 4]);
  w[AT.SOURCE] = koid;
  w[AT.TYPE] = 0;
  w[AT.FLAGS] = 0;
  w[AT.COUNT] = 1;
  const seq = visibleSeq(k.state);
  putSeq(AT.FIRST_SEQ, seq);
  putSeq(AT.LAST_SEQ, seq);
  k.memory.writeWords(unitOffset(k, pool, packets.unit[pools.lastPacket[pool]]), PACKET_WORDS);
  writeHeader(k, pool);
  serveTakers(k, pool);
  if (pools.firstRing[pool] >= 0) tellRings(k, pool);
  if (wasEmpty && pools.packets[pool] > 0) k.work.add(WORK.RECEIVED, pool);
  return STATUS.OK;
}

/** Maps a fixed pool that is mapped nowhere into a region: the page, or a negative status. */
export function mapPool(k: Kernel, pool: number, vmar: number): number {
  const { pools } = k.state;
  if (pools.kind[pool] !== POOL_KIND.FIXED) return STATUS.NOT_SUPPORTED;
  const vmo = pools.vmo[pool];
  if (k.state.vmos.mappings[vmo] > 0) return STATUS.ALREADY_BOUND;
  // What was written there while it was mapped before counts.
  readHead(k, pool);
  if (isCorrupt(k, pool)) return STATUS.IO_DATA_INTEGRITY;
  if (k.state.vmars.process[vmar] < 0) return STATUS.BAD_STATE;
  const protection = PROTECTION.READ | PROTECTION.WRITE;
  const page = map(k, vmar, vmo, 0, k.state.vmos.pages[vmo], protection, protection, 0, false);
  if (page < 0) return page;
  if (pools.shared[pool] === SHARED.NO) k.journal.commit(poolShared, pool, SHARED.GOOD);
  k.memory.writeWord(headerWord(k, pool, 'head'), pools.head[pool]);
  k.memory.writeWord(headerWord(k, pool, 'capacity'), pools.units[pool]);
  writeHeader(k, pool);
  return page;
}
