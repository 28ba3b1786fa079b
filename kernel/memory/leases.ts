/**
 * Mappings that were made through a lent handle, or one derived from it: of what is lent (a memory object, a pool), or into a
 * region that is lent. They are there for as long as the handle is lent, not longer: the caller has its memory and its addresses
 * to itself again before it runs.
 */
import type { Kernel } from '../kernel.js';
import { CARRIER, carrierKind } from '../state/carried.js';
import { isLive } from '../state/table.js';
import { mappingLeased, mappingRemoved } from '../transitions/memory.js';
import { unmapPages } from './page-tables.js';
import { mappingOf } from './vmar.js';

/** The handle that stands for the lending through which a process has a handle, or -1 where nobody lent it. */
export function lendingOf(k: Kernel, handle: number): number {
  const { handles } = k.state;
  let at = handle;
  while (at >= 0 && !(handles.process[at] < 0 && carrierKind(handles.carrier[at]) === CARRIER.REPLY))
    at = handles.parent[at];
  return at;
}

/** A mapping was made at a page of a region, through a handle to the region and one to what it shows (-1: no handle). */
export function leaseMapping(k: Kernel, vmar: number, page: number, region: number, shown: number): void {
  const regionLending = lendingOf(k, region);
  const lending = lendingOf(k, shown);
  if (regionLending < 0 && lending < 0) return;
  const mapping = mappingOf(k, vmar, page);
  if (lending >= 0) k.journal.commit(mappingLeased, mapping, lending);
  if (regionLending >= 0) k.journal.commit(mappingLeased, mapping, regionLending);
}

/** Removes the mappings that were made through a lending. The handle counts them, so the search ends with the last. */
export function endLeases(k: Kernel, lending: number): void {
  const { handles, mappings, vmars } = k.state;
  for (let row = 0; handles.value[lending] > 0 && row < mappings.used; row++) {
    if (!isLive(mappings, row)) continue;
    if (mappings.lease[row] !== lending && mappings.regionLease[row] !== lending) continue;
    const vmo = mappings.vmo[row];
    unmapPages(k, vmars.process[mappings.vmar[row]], mappings.page[row], mappings.pages[row]);
    k.journal.commit(mappingRemoved, row);
    k.mayBeUnused('vmo', vmo);
  }
}
