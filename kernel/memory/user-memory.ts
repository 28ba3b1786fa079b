/**
 * The memory of a process as the kernel reads and writes it for a call: by virtual address, with the process's own
 * protections. A pointer is first checked in full, so that a bad one changes nothing; pages to be written are then backed, so
 * that writing cannot fail half-way.
 */
import { PROTECTION } from '../../syscalls/calls.js';
import { LIMITS, PAGE_BYTES, PAGE_SHIFT } from '../../syscalls/limits.js';
import type { Kernel } from '../kernel.js';
import { must } from '../panic.js';
import { copyBytes } from './copying.js';
import { fits, frameAddress, frameOffset, framesLeft } from './frames.js';
import { entryOf, frameOfEntry, mapPage, PTE } from './page-tables.js';
import { isOwnPage } from './sharing.js';
import { isMapped, mappingOf } from './vmar.js';
import { backPage, frameOfPage, isBacked, isDevice, showPage } from './vmo.js';

/** The bits of an address that say where in its page it is; a remainder of doubles would be slow. */
const OFFSET = PAGE_BYTES - 1;

/** May the process touch all of these bytes so? `protection` is READABLE or WRITABLE of vmar.ts. */
export function isAccessible(k: Kernel, process: number, address: number, length: number, protection: number): boolean {
  if (length === 0) return true;
  if (address < LIMITS.userBase || address + length > LIMITS.userTop) return false;
  return isMapped(k, k.state.processes.vmar[process], address, length, protection);
}

/** Backs all pages of a range that was checked, or none: false where memory is short. They are to be written, or only read. */
export function back(k: Kernel, process: number, address: number, length: number, writing = true): boolean {
  if (length === 0) return true;
  const first = address - (address & OFFSET);
  const end = address + length;
  if (end <= first + PAGE_BYTES) return userOffset(k, process, first, true, writing) >= 0;
  if (!canBack(k, process, first, end, writing)) return false;
  for (let page = first / PAGE_BYTES; page < end / PAGE_BYTES; page++) {
    const mapping = mappingOf(k, k.state.processes.vmar[process], page);
    const vmo = k.state.mappings.vmo[mapping];
    if (writing) backPage(k, vmo, pageOfObject(k, mapping, page), true);
    else showPage(k, vmo, pageOfObject(k, mapping, page), true);
  }
  return true;
}

/** The page of its object that a mapping shows at a page of the process. */
function pageOfObject(k: Kernel, mapping: number, page: number): number {
  const { mappings } = k.state;
  return mappings.vmoPage[mapping] + page - mappings.page[mapping];
}

/** Would `back` have nothing to do? */
export function isRangeBacked(k: Kernel, process: number, address: number, length: number, writing: boolean): boolean {
  for (let at = address - (address & OFFSET); at < address + length; at += PAGE_BYTES)
    if (!isPageBacked(k, process, at, writing)) return false;
  return true;
}

function isPageBacked(k: Kernel, process: number, address: number, writing: boolean): boolean {
  if (entryOf(k, process, address) & (writing ? PTE.W : PTE.V)) return true;
  const { mappings, processes } = k.state;
  const page = address / PAGE_BYTES;
  const mapping = mappingOf(k, processes.vmar[process], page);
  const vmoPage = pageOfObject(k, mapping, page);
  return writing ? isBacked(k, mappings.vmo[mapping], vmoPage) : frameOfPage(k, mappings.vmo[mapping], vmoPage) >= 0;
}

/**
 * Do the pages of a range that have no frame, or none to be written, fit the quotas of those who pay for them? A page that shows
 * twice counts once.
 */
function canBack(k: Kernel, process: number, first: number, end: number, writing: boolean): boolean {
  const { mappings, processes, vmos } = k.state;
  const missing = new Set<string>();
  const bytes = new Map<number, number>();
  for (let at = first; at < end; at += PAGE_BYTES) {
    if (isPageBacked(k, process, at, writing)) continue;
    const page = at / PAGE_BYTES;
    const mapping = mappingOf(k, processes.vmar[process], page);
    const vmo = mappings.vmo[mapping];
    const vmoPage = pageOfObject(k, mapping, page);
    const name = `${vmo}:${vmoPage}`;
    if (missing.has(name)) continue;
    missing.add(name);
    const payer = vmos.allocator[vmo];
    bytes.set(payer, (bytes.get(payer) ?? 0) + PAGE_BYTES);
  }
  return [...bytes].every(([allocator, more]) => fits(k, allocator, more)) && framesLeft(k, missing.size);
}

/** The same as `userOffset`, as a physical address. */
export function physicalAddress(k: Kernel, process: number, address: number, backing: boolean): number {
  const offset = userOffset(k, process, address, backing);
  return offset < 0 ? -1 : k.memory.base + offset;
}

/**
 * Where a mapped byte is in RAM, as an offset from its beginning: from the page tables, or from the mapping. -1 where the page
 * has no frame and `backing` is false, or none can be had. `writing`: it is to be written, so no other page may show the frame.
 */
export function userOffset(k: Kernel, process: number, address: number, backing: boolean, writing = backing): number {
  const entry = entryOf(k, process, address);
  if (entry & (writing ? PTE.W : PTE.V)) return frameOffset(frameOfEntry(entry)) + (address & OFFSET);
  return offsetByMapping(k, process, address, backing, writing);
}

/** The same where the page tables do not say. */
function offsetByMapping(k: Kernel, process: number, address: number, backing: boolean, writing: boolean): number {
  const page = address >>> PAGE_SHIFT;
  const mapping = mappingOf(k, k.state.processes.vmar[process], page);
  must(mapping >= 0, 'an address was used that is not mapped');
  const { mappings } = k.state;
  const vmoPage = pageOfObject(k, mapping, page);
  const vmo = mappings.vmo[mapping];
  const frame = writing
    ? backPage(k, vmo, vmoPage)
    : backing
      ? showPage(k, vmo, vmoPage)
      : frameOfPage(k, vmo, vmoPage);
  return frame < 0 ? -1 : frameOffset(frame) + (address & OFFSET);
}

/** Copies so many bytes of a readable range out, to the beginning of an array. */
export function readUser(
  k: Kernel,
  process: number,
  address: number,
  target: Uint8Array,
  length = target.length,
): void {
  for (let done = 0; done < length; ) {
    const at = address + done;
    const bytes = Math.min(PAGE_BYTES - (at & OFFSET), length - done);
    const from = userOffset(k, process, at, false);
    if (from < 0) target.fill(0, done, done + bytes);
    else copyBytes(k.memory.u8, from, target, done, bytes);
    done += bytes;
  }
}

/** Copies the first so many bytes of an array, which is none of RAM, into a writable range that is backed. */
export function writeUser(
  k: Kernel,
  process: number,
  address: number,
  source: Uint8Array,
  length = source.length,
): void {
  for (let done = 0; done < length; ) {
    const at = address + done;
    const bytes = Math.min(PAGE_BYTES - (at & OFFSET), length - done);
    k.memory.putBytes(userOffset(k, process, at, false), source, done, bytes);
    done += bytes;
  }
}

/** The physical page of a page of an object, backed now if it has to be; -1 where no frame can be had. */
function physicalPage(k: Kernel, vmo: number, page: number, writing: boolean, granted: boolean): number {
  const device = k.state.vmos.device[vmo];
  if (device !== 0) return device + page;
  const frame = writing ? backPage(k, vmo, page, granted) : showPage(k, vmo, page, granted);
  return frame < 0 ? -1 : frameAddress(k, frame) / PAGE_BYTES;
}

/** The physical address of a byte of a device's registers that a process has mapped so, or -1 where it is none. */
export function deviceAddress(k: Kernel, process: number, address: number, protection: number): number {
  const { mappings, vmos } = k.state;
  const page = Math.floor(address / PAGE_BYTES);
  const mapping = mappingOf(k, k.state.processes.vmar[process], page);
  if (mapping < 0 || (mappings.protection[mapping] & protection) !== protection) return -1;
  const device = vmos.device[mappings.vmo[mapping]];
  if (device === 0) return -1;
  return (device + mappings.vmoPage[mapping] + page - mappings.page[mapping]) * PAGE_BYTES + (address & OFFSET);
}

/** What a touch of a page came to. */
export const TOUCH = { MAPPED: 0, DENIED: 1, NO_MEMORY: 2 } as const;

/**
 * A page fault: finds what should be there and enters it in the page table, for reading only while other pages show the same
 * frame. `protection` is what the access needs. `granted`: it was asked before whether there is memory for it.
 */
export function touchPage(k: Kernel, process: number, address: number, protection: number, granted = false): number {
  const { mappings, processes } = k.state;
  const page = address >>> PAGE_SHIFT;
  const mapping = mappingOf(k, processes.vmar[process], page);
  if (mapping < 0 || (mappings.protection[mapping] & protection) !== protection) return TOUCH.DENIED;
  // Were it there already, the thread would fault on it again and again, and nothing would ever retire.
  const writing = (protection & PROTECTION.WRITE) !== 0;
  const entry = entryOf(k, process, address);
  must((entry & (writing ? PTE.W : PTE.V)) === 0, 'a page faulted that the page table shows as its mapping allows');
  const vmo = mappings.vmo[mapping];
  const vmoPage = pageOfObject(k, mapping, page);
  const physical = physicalPage(k, vmo, vmoPage, writing, granted);
  if (physical < 0) return TOUCH.NO_MEMORY;
  let shown = mappings.protection[mapping];
  if (!isOwnPage(k, vmo, physical)) shown &= ~PROTECTION.WRITE;
  if (!mapPage(k, process, address, physical, shown, granted)) return TOUCH.NO_MEMORY;
  // The hart may remember that it could only be read.
  if (entry !== 0) k.hart.sfenceVma(address);
  return TOUCH.MAPPED;
}

/** Has a page of a mapping's object a frame that it can be entered with in the page table, with all that the mapping allows? */
export function isBackedFor(k: Kernel, mapping: number, page: number): boolean {
  const { protection, vmo } = k.state.mappings;
  if (isDevice(k, vmo[mapping])) return true;
  const writing = (protection[mapping] & PROTECTION.WRITE) !== 0;
  return writing ? isBacked(k, vmo[mapping], page) : frameOfPage(k, vmo[mapping], page) >= 0;
}

/** Is a page that a mapping shows in the page table, with all that the mapping allows? */
export function isPagePinned(k: Kernel, process: number, address: number, mapping: number): boolean {
  const wanted = k.state.mappings.protection[mapping] & PROTECTION.WRITE ? PTE.V | PTE.W : PTE.V;
  return (entryOf(k, process, address) & wanted) === wanted;
}

/** Enters a page in the page table, with all that its mapping allows. It was asked before whether there is memory for it. */
export function pinPage(k: Kernel, process: number, address: number, mapping: number): boolean {
  return touchPage(k, process, address, k.state.mappings.protection[mapping], true) === TOUCH.MAPPED;
}
