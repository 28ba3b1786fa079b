/**
 * Mappings that were made through a lent handle, or one derived from it. They are there for as long as the handle is lent, not
 * longer: the caller has its memory to itself again before it runs.
 */
import type { Kernel } from '../kernel.js';
import { CARRIER, carrierKind } from '../state/carried.js';
import { isLive } from '../state/table.js';
import { mappingLeased, mappingRemoved } from '../transitions/memory.js';
import { unmapPages } from './page-tables.js';

/** The handle that stands for the lending through which a process has a handle, or -1 where nobody lent it. */
export function lendingOf(k: Kernel, handle: number): number {
  const { handles } = k.state;
  let at = handle;
  while (at >= 0 && !(handles.process[at] < 0 && carrierKind(handles.carrier[at]) === CARRIER.REPLY))
    at = handles.parent[at];
  return at;
}

/** A mapping was made through a handle. */
export function leaseMapping(k: Kernel, mapping: number, handle: number): void {
  const lending = lendingOf(k, handle);
  if (lending >= 0) k.journal.commit(mappingLeased, mapping, lending);
}

/** Removes the mappings that were made through a lending. The handle counts them, so the search ends with the last. */
export function endLeases(k: Kernel, lending: number): void {
  const { handles, mappings, vmars } = k.state;
  for (let row = 0; handles.value[lending] > 0 && row < mappings.used; row++) {
    if (!isLive(mappings, row) || mappings.lease[row] !== lending) continue;
    const vmo = mappings.vmo[row];
    unmapPages(k, vmars.process[mappings.vmar[row]], mappings.page[row], mappings.pages[row]);
    k.journal.commit(mappingRemoved, row);
    k.mayBeUnused('vmo', vmo);
  }
}
