/**
 * Address regions: which pages of a process show which part of which memory object. Mappings are kept in the order of their
 * addresses and never overlap. Page-table entries are made when a page is touched, and thrown away when its mapping changes.
 */
import { PROTECTION } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { LIMITS, PAGE_BYTES, PAGE_SHIFT } from '../../syscalls/limits.js';
import { type Kernel, MAPPING_GUESSES } from '../kernel.js';
import { COST, MAP_BASE, MAPPINGS_PER_VMAR } from '../limits.js';
import { must } from '../panic.js';
import { nextRow } from '../state/table.js';
import { mappingAdded, mappingChanged, mappingLeased, mappingRemoved } from '../transitions/memory.js';
import { fits } from './frames.js';
import { unmapPages } from './page-tables.js';

const FIRST_PAGE = LIMITS.userBase / PAGE_BYTES;
const LAST_PAGE = LIMITS.userTop / PAGE_BYTES;

/**
 * The mapping that shows a page, or -1. Hot path: a call asks again and again for the page of its structure or buffer. As mappings
 * never overlap, one that is the region's and shows the page is the one, however old the guess; the columns of a free row are zeros.
 */
export function mappingOf(k: Kernel, vmar: number, page: number): number {
  const { mappings } = k.state;
  const guess = k.mappingGuesses[vmar & (MAPPING_GUESSES - 1)];
  const isRight = mappings.vmar[guess] === vmar && (page - mappings.page[guess]) >>> 0 < mappings.pages[guess];
  return isRight ? guess : findMapping(k, vmar, page);
}

function findMapping(k: Kernel, vmar: number, page: number): number {
  const at = firstIn(k, vmar, page);
  if (at < 0 || k.state.mappings.page[at] > page) return -1;
  k.mappingGuesses[vmar & (MAPPING_GUESSES - 1)] = at;
  return at;
}

/** Do the pages lie in user addresses? */
export function isUserRange(page: number, pages: number): boolean {
  return page >= FIRST_PAGE && pages > 0 && page + pages <= LAST_PAGE;
}

function isFree(k: Kernel, vmar: number, page: number, pages: number): boolean {
  const { mappings, vmars } = k.state;
  let at = vmars.firstMapping[vmar];
  while (at >= 0 && mappings.page[at] + mappings.pages[at] <= page) at = mappings.next[at];
  return at < 0 || mappings.page[at] >= page + pages;
}

/** The lowest free range at or above MAP_BASE that leaves a page free on both sides, or -1. */
function findFree(k: Kernel, vmar: number, pages: number): number {
  const { mappings, vmars } = k.state;
  let candidate = MAP_BASE / PAGE_BYTES;
  for (let at = vmars.firstMapping[vmar]; at >= 0; at = mappings.next[at]) {
    const start = mappings.page[at];
    const end = start + mappings.pages[at];
    if (start - 1 >= candidate + pages) break;
    if (end + 1 > candidate) candidate = end + 1;
  }
  return candidate + pages <= LAST_PAGE - 1 ? candidate : -1;
}

/** Could so many pages be mapped somewhere? OK or the error. */
export function roomToMap(k: Kernel, vmar: number, pages: number): number {
  return findFree(k, vmar, pages) < 0 ? STATUS.NO_SPACE : roomFor(k, vmar, 1);
}

/** Is there room for so many more mappings, in the tables and in the quota? OK or the error. */
function roomFor(k: Kernel, vmar: number, more: number): number {
  const { mappings, vmars, processes } = k.state;
  if (vmars.mappingCount[vmar] + more > MAPPINGS_PER_VMAR || mappings.live + more > mappings.limit)
    return STATUS.NO_RESOURCES;
  return fits(k, processes.allocator[vmars.process[vmar]], more * COST.mapping) ? STATUS.OK : STATUS.NO_MEMORY;
}

/** Maps a range: the first page where it is, or a negative status. The range lies in the object, the rights were checked. */
export function map(
  k: Kernel,
  vmar: number,
  vmo: number,
  vmoPage: number,
  pages: number,
  protection: number,
  allowed: number,
  hintPage: number,
  fixed: boolean,
): number {
  let page = hintPage;
  if (fixed) {
    if (!isUserRange(page, pages)) return STATUS.OUT_OF_RANGE;
    if (!isFree(k, vmar, page, pages)) return STATUS.ALREADY_EXISTS;
  } else if (!isUserRange(page, pages) || !isFree(k, vmar, page, pages)) {
    page = findFree(k, vmar, pages);
    if (page < 0) return STATUS.NO_SPACE;
  }
  const room = roomFor(k, vmar, 1);
  if (room !== STATUS.OK) return room;
  k.journal.commit(mappingAdded, nextRow(k.state.mappings), vmar, page, pages, vmo, vmoPage, protection, allowed);
  return page;
}

/** Maps a range where it is free; it was asked before whether there is room (`roomToMap`). Gives the first page. */
export function mapGranted(
  k: Kernel,
  vmar: number,
  vmo: number,
  vmoPage: number,
  pages: number,
  protection: number,
  allowed: number,
): number {
  const page = findFree(k, vmar, pages);
  must(page >= 0, 'a range was mapped without room');
  k.journal.commit(mappingAdded, nextRow(k.state.mappings), vmar, page, pages, vmo, vmoPage, protection, allowed);
  return page;
}

/** Removes what is mapped in a range. */
export function unmap(k: Kernel, vmar: number, page: number, pages: number): number {
  const { mappings } = k.state;
  const end = page + pages;
  let at = firstIn(k, vmar, page);
  if (at < 0 || mappings.page[at] >= end) return STATUS.NOT_FOUND;
  if (mappings.page[at] < page && mappings.page[at] + mappings.pages[at] > end) {
    const room = roomFor(k, vmar, 1);
    if (room !== STATUS.OK) return room;
  }
  unmapPages(k, k.state.vmars.process[vmar], page, pages);
  while (at >= 0 && mappings.page[at] < end) {
    const next = mappings.next[at];
    const start = mappings.page[at];
    const stop = start + mappings.pages[at];
    const vmo = mappings.vmo[at];
    if (start < page) {
      const protection = mappings.protection[at];
      const vmoPage = mappings.vmoPage[at];
      k.journal.commit(mappingChanged, at, start, page - start, vmoPage, protection);
      if (stop > end) add(k, at, end, stop - end, vmoPage + end - start, protection);
    } else if (stop > end) {
      k.journal.commit(
        mappingChanged,
        at,
        end,
        stop - end,
        mappings.vmoPage[at] + end - start,
        mappings.protection[at],
      );
    } else {
      k.journal.commit(mappingRemoved, at);
      k.mayBeUnused('vmo', vmo);
    }
    at = next;
  }
  return STATUS.OK;
}

/**
 * Removes the page-table entries that show pages of an object, in every region: they are looked up again when they are touched,
 * because another frame is there now, or none, or one that others share.
 */
export function hidePages(k: Kernel, vmo: number, page: number, pages: number): void {
  const { mappings, vmars, vmos } = k.state;
  for (let at = vmos.firstMapping[vmo]; at >= 0; at = mappings.nextOfVmo[at]) {
    const shift = mappings.page[at] - mappings.vmoPage[at];
    const from = Math.max(page, mappings.vmoPage[at]);
    const to = Math.min(page + pages, mappings.vmoPage[at] + mappings.pages[at]);
    if (from < to) unmapPages(k, vmars.process[mappings.vmar[at]], from + shift, to - from);
  }
}

/** Changes the protection of a range that is mapped without a hole. */
export function protect(k: Kernel, vmar: number, page: number, pages: number, protection: number): number {
  const { mappings } = k.state;
  const end = page + pages;
  const first = firstIn(k, vmar, page);
  let splits = 0;
  let covered = page;
  let denied = false;
  for (let at = first; at >= 0 && covered < end && mappings.page[at] <= covered; at = mappings.next[at]) {
    if (protection & ~mappings.allowed[at]) denied = true;
    if (mappings.page[at] < page) splits++;
    covered = mappings.page[at] + mappings.pages[at];
    if (covered > end) splits++;
  }
  if (covered < end) return STATUS.NOT_FOUND;
  if (denied) return STATUS.ACCESS_DENIED;
  const room = roomFor(k, vmar, splits);
  if (room !== STATUS.OK) return room;

  unmapPages(k, k.state.vmars.process[vmar], page, pages);
  for (let at = first; at >= 0 && mappings.page[at] < end; ) {
    const next = mappings.next[at];
    const start = mappings.page[at];
    const stop = start + mappings.pages[at];
    const old = mappings.protection[at];
    const vmoPage = mappings.vmoPage[at];
    const from = Math.max(start, page);
    const to = Math.min(stop, end);
    if (start < from) {
      k.journal.commit(mappingChanged, at, start, from - start, vmoPage, old);
      add(k, at, from, to - from, vmoPage + from - start, protection);
    } else {
      k.journal.commit(mappingChanged, at, from, to - from, vmoPage, protection);
    }
    if (stop > to) add(k, at, to, stop - to, vmoPage + to - start, old);
    at = next;
  }
  return STATUS.OK;
}

/** The first mapping that ends behind a page, or -1. */
function firstIn(k: Kernel, vmar: number, page: number): number {
  const { mappings, vmars } = k.state;
  let at = vmars.firstMapping[vmar];
  while (at >= 0 && mappings.page[at] + mappings.pages[at] <= page) at = mappings.next[at];
  return at;
}

/** Cuts a part off the end of a mapping: it is a mapping of its own, for which there is room, and stays lent if it was. */
function add(k: Kernel, of: number, page: number, pages: number, vmoPage: number, protection: number): void {
  const { mappings } = k.state;
  const { vmar, vmo, allowed, lease, regionLease } = mappings;
  const row = nextRow(mappings);
  k.journal.commit(mappingAdded, row, vmar[of], page, pages, vmo[of], vmoPage, protection, allowed[of]);
  if (lease[of] >= 0) k.journal.commit(mappingLeased, row, lease[of]);
  if (regionLease[of] >= 0) k.journal.commit(mappingLeased, row, regionLease[of]);
}

/** Is every page of a byte range in user addresses RAM that is mapped with all of these protections? What reaches a device has effects there. */
export function isMapped(k: Kernel, vmar: number, address: number, length: number, protection: number): boolean {
  const { mappings, vmos } = k.state;
  const end = (address + length + PAGE_BYTES - 1) >>> PAGE_SHIFT;
  let page = address >>> PAGE_SHIFT;
  for (let at = mappingOf(k, vmar, page); page < end; at = mappings.next[at]) {
    if (at < 0 || mappings.page[at] > page || (mappings.protection[at] & protection) !== protection) return false;
    if (vmos.device[mappings.vmo[at]] !== 0) return false;
    page = mappings.page[at] + mappings.pages[at];
  }
  return true;
}

/** Read, write or execute, as a mapping's protection. */
export const READABLE = PROTECTION.READ;
export const WRITABLE = PROTECTION.READ | PROTECTION.WRITE;
