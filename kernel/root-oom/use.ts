/**
 * How many frames a process can reach: the memory that it maps or names by a handle, its page tables, its save areas. What two
 * processes share counts for both, so killing one may give back less; no cheaper measure says which of them to blame.
 *
 * Or how many of them one allocator pays for: that is what its death may give back to that allocator. Quota that it has lent counts
 * where the process alone has a handle to the borrower, and nothing is charged there.
 */
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import type { Kernel } from '../kernel.js';
import { TABLE_LIMIT } from '../limits.js';

/** The count in which a memory object was met last, so that each counts once a process. No state: only tells counts apart. */
const MET = new Int32Array(TABLE_LIMIT.vmos);
let counts = 0;

/** As the payer: whoever pays. */
export const ANYBODY = -1;

/** Counts the frames; at most as many steps as the process has mappings, handles, threads and page tables. */
export function framesReached(k: Kernel, process: number, payer: number): number {
  const { processes, threads, frames, handles, mappings, vmars, pools, rings } = k.state;
  if (++counts > 0x7fff_fff0) {
    MET.fill(0);
    counts = 1;
  }
  let count = 0;
  if (payer === ANYBODY || payer === processes.allocator[process]) {
    for (let table = processes.firstTableFrame[process]; table >= 0; table = frames.ownerNext[table]) count++;
    for (let thread = processes.firstThread[process]; thread >= 0; thread = threads.nextInProcess[thread])
      if (threads.saveArea[thread] >= 0) count++;
  }
  const vmar = processes.vmar[process];
  for (let at = vmar < 0 ? -1 : vmars.firstMapping[vmar]; at >= 0; at = mappings.next[at])
    count += residentOnce(k, mappings.vmo[at], payer);
  for (let at = processes.firstHandle[process]; at >= 0; at = handles.nextInProcess[at]) {
    const object = handles.object[at];
    if (handles.type[at] === OBJECT_TYPE.vmo) count += residentOnce(k, object, payer);
    else if (handles.type[at] === OBJECT_TYPE.pool) count += residentOnce(k, pools.vmo[object], payer);
    else if (handles.type[at] === OBJECT_TYPE.ring) count += residentOnce(k, rings.vmo[object], payer);
    else if (handles.type[at] === OBJECT_TYPE.allocator && payer !== ANYBODY) count += lentPages(k, object, payer);
  }
  return count;
}

/** Whole pages of the quota that an allocator has from the payer, and that nobody else and nothing keeps there. */
function lentPages(k: Kernel, allocator: number, payer: number): number {
  const { parent, references, charged, children, quota } = k.state.allocators;
  const isHeld = references[allocator] > 1 || charged[allocator] > 0 || children[allocator] > 0;
  return parent[allocator] === payer && !isHeld ? Math.floor(quota[allocator] / PAGE_BYTES) : 0;
}

/** Frames of a memory object, where it was not counted yet. */
function residentOnce(k: Kernel, vmo: number, payer: number): number {
  if (vmo < 0 || MET[vmo] === counts) return 0;
  if (payer !== ANYBODY && k.state.vmos.allocator[vmo] !== payer) return 0;
  MET[vmo] = counts;
  return k.state.vmos.resident[vmo];
}
