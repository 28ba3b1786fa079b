/**
 * The memory of a pool: a memory object whose first page is the header of a mapped pool, and whose other pages are a ring of
 * units of 64 bytes. A fixed pool has all its frames from the beginning. A variable one has frames for what is used and
 * promised, and enough that this may begin anywhere in a page: so moving on never needs a frame more.
 */
import { LAYOUTS } from '../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { POOL_KIND } from '../../syscalls/options.js';
import type { Kernel } from '../kernel.js';
import { fits, frameAddress, framesLeft, releaseFrame, turnFrame } from '../memory/frames.js';
import { backPage, frameOfPage } from '../memory/vmo.js';
import { must } from '../panic.js';
import { UNIT_BYTES } from '../transitions/events.js';

const UNITS_PER_PAGE = PAGE_BYTES / UNIT_BYTES;

/** Words of the header (`pool_header` of `syscalls/layouts.ts`). */
const HEADER = Object.fromEntries(LAYOUTS.pool_header.fields.map(({ name }, i) => [name, i])) as Record<
  (typeof LAYOUTS.pool_header.fields)[number]['name'],
  number
>;

/** Pages of the ring. */
function ringPages(k: Kernel, pool: number): number {
  return Math.ceil(k.state.pools.units[pool] / UNITS_PER_PAGE);
}

/** How many pages so many units in a row can touch. */
function pagesTouched(k: Kernel, pool: number, units: number): number {
  if (units === 0) return 0;
  return Math.min(ringPages(k, pool), Math.ceil((units - 1) / UNITS_PER_PAGE) + 1);
}

function pageOfUnit(k: Kernel, pool: number, unit: number): number {
  return 1 + Math.floor(((unit >>> 0) % k.state.pools.units[pool]) / UNITS_PER_PAGE);
}

/** Where a unit that is backed lies in RAM, in bytes from its base. */
export function unitOffset(k: Kernel, pool: number, unit: number): number {
  const frame = frameOfPage(k, k.state.pools.vmo[pool], pageOfUnit(k, pool, unit));
  return frame * PAGE_BYTES + (((unit >>> 0) % k.state.pools.units[pool]) % UNITS_PER_PAGE) * UNIT_BYTES;
}

/** Physical address of a unit that is backed. */
export function unitAddress(k: Kernel, pool: number, unit: number): number {
  return k.memory.base + unitOffset(k, pool, unit);
}

/** Bytes of the frames that a pool lacks for so many units more than it uses and has promised; there is room for them. */
export function bytesToBack(k: Kernel, pool: number, more: number): number {
  const { pools, vmos } = k.state;
  if (pools.kind[pool] === POOL_KIND.FIXED) return 0;
  const wanted = pagesTouched(k, pool, pools.usedUnits[pool] + pools.reserved[pool] + more);
  return Math.max(0, wanted - vmos.resident[pools.vmo[pool]]) * PAGE_BYTES;
}

/**
 * Can a pool have frames for so many units more than it uses and has promised? They are taken then, and so many bytes `besides`
 * still fit the quota.
 */
export function backUnits(k: Kernel, pool: number, more: number, besides = 0): boolean {
  const { pools, vmos } = k.state;
  const bytes = bytesToBack(k, pool, more);
  if (bytes === 0) return true;
  const vmo = pools.vmo[pool];
  const missing = bytes / PAGE_BYTES;
  if (!fits(k, vmos.allocator[vmo], bytes + besides) || !framesLeft(k, missing)) return false;
  backFrom(k, pool, vmos.resident[vmo] + missing);
  return true;
}

/** Backs so many pages of the ring, from that of the head on; there is room for them. */
function backFrom(k: Kernel, pool: number, pages: number): void {
  const vmo = k.state.pools.vmo[pool];
  const first = pageOfUnit(k, pool, k.state.pools.head[pool]) - 1;
  const all = ringPages(k, pool);
  for (let i = 0; i < pages; i++) backPage(k, vmo, 1 + ((first + i) % all), true);
}

/** After the head moved, or a promise went: gives back the frames that nothing needs, and backs what comes next. */
export function settle(k: Kernel, pool: number): void {
  const { pools } = k.state;
  if (pools.kind[pool] === POOL_KIND.FIXED) return;
  const vmo = pools.vmo[pool];
  const wanted = pagesTouched(k, pool, pools.usedUnits[pool] + pools.reserved[pool]);
  const first = pageOfUnit(k, pool, pools.head[pool]) - 1;
  const all = ringPages(k, pool);
  // A frame behind the head goes to the end of the ring: moving on charges nothing, even while the machine is out of frames.
  let missing = 0;
  for (let frame = k.state.vmos.firstFrame[vmo]; frame >= 0; ) {
    const next = k.state.frames.ownerNext[frame];
    const place = (k.state.frames.page[frame] - 1 - first + all) % all;
    if (place >= wanted) {
      while (missing < wanted && frameOfPage(k, vmo, 1 + ((first + missing) % all)) >= 0) missing++;
      if (missing < wanted) turnFrame(k, frame, 1 + ((first + missing) % all));
      else releaseFrame(k, frame);
    }
    frame = next;
  }
  must(k.state.vmos.resident[vmo] >= wanted, 'a pool that moved on lacks a frame');
}

/** Bytes of a packet's payload: behind its own unit, round the ring. Calls for each piece that lies together. */
export function eachPiece(
  k: Kernel,
  pool: number,
  unit: number,
  bytes: number,
  visit: (address: number, done: number, length: number) => void,
): void {
  for (let done = 0; done < bytes; ) {
    const length = pieceLength(k, pool, unit, done, bytes);
    visit(pieceAddress(k, pool, unit, done), done, length);
    done += length;
  }
}

/** Where the payload of a packet goes on after `done` bytes, which end with a unit. */
export function pieceAddress(k: Kernel, pool: number, unit: number, done: number): number {
  return unitAddress(k, pool, unit + 1 + Math.floor(done / UNIT_BYTES));
}

/** How many of its bytes lie together there. */
export function pieceLength(k: Kernel, pool: number, unit: number, done: number, bytes: number): number {
  const at = unit + 1 + Math.floor(done / UNIT_BYTES);
  const within = ((at >>> 0) % k.state.pools.units[pool]) % UNITS_PER_PAGE;
  return Math.min((UNITS_PER_PAGE - within) * UNIT_BYTES, bytes - done);
}

/** Physical address of a word of the header; it has a frame while the pool is fixed. */
export function headerWord(k: Kernel, pool: number, name: keyof typeof HEADER): number {
  return frameAddress(k, frameOfPage(k, k.state.pools.vmo[pool], 0)) + HEADER[name] * 4;
}

/** Shows the program of a mapped pool where the kernel is. */
export function writeHeader(k: Kernel, pool: number): void {
  const { pools } = k.state;
  if (pools.shared[pool] === 0) return;
  k.memory.writeWord(headerWord(k, pool, 'tail'), pools.tail[pool]);
  k.memory.writeWord(headerWord(k, pool, 'version'), pools.version[pool]);
  k.memory.writeWord(headerWord(k, pool, 'state'), pools.shared[pool] - 1);
}

/** The kernel took a packet out of a mapped pool itself: the program's head moves with it. */
export function writeHead(k: Kernel, pool: number): void {
  k.memory.writeWord(headerWord(k, pool, 'head'), k.state.pools.head[pool]);
}
