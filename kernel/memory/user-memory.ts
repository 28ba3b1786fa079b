/**
 * The memory of a process as the kernel reads and writes it for a call: by virtual address, with the process's own
 * protections. A pointer is first checked in full, so that a bad one changes nothing; pages to be written are then backed, so
 * that writing cannot fail half-way.
 */
import { LIMITS, PAGE_BYTES } from '../../syscalls/limits.js';
import type { Kernel } from '../kernel.js';
import { must } from '../panic.js';
import { fits, frameAddress, framesLeft } from './frames.js';
import { entryOf, mapPage, PTE } from './page-tables.js';
import { isMapped, mappingOf } from './vmar.js';
import { backPage, frameOfPage } from './vmo.js';

/** May the process touch all of these bytes so? `protection` is READABLE or WRITABLE of vmar.ts. */
export function isAccessible(k: Kernel, process: number, address: number, length: number, protection: number): boolean {
  if (length === 0) return true;
  if (address < LIMITS.userBase || address + length > LIMITS.userTop) return false;
  return isMapped(k, k.state.processes.vmar[process], address, length, protection);
}

/** Backs all pages of a range that was checked, or none: false where memory is short. */
export function back(k: Kernel, process: number, address: number, length: number): boolean {
  if (length === 0) return true;
  const first = address - (address % PAGE_BYTES);
  const end = address + length;
  if (end > first + PAGE_BYTES && !canBack(k, process, first, end)) return false;
  for (let at = first; at < end; at += PAGE_BYTES) {
    if (physicalAddress(k, process, at, true) < 0) return false;
  }
  return true;
}

/** Do the pages of a range that have no frame fit the quotas of those who pay for them? A page that shows twice counts once. */
function canBack(k: Kernel, process: number, first: number, end: number): boolean {
  const { mappings, processes, vmos } = k.state;
  const missing = new Set<string>();
  const bytes = new Map<number, number>();
  for (let at = first; at < end; at += PAGE_BYTES) {
    if (physicalAddress(k, process, at, false) >= 0) continue;
    const page = at / PAGE_BYTES;
    const mapping = mappingOf(k, processes.vmar[process], page);
    const vmo = mappings.vmo[mapping];
    const name = `${vmo}:${mappings.vmoPage[mapping] + page - mappings.page[mapping]}`;
    if (missing.has(name)) continue;
    missing.add(name);
    const payer = vmos.allocator[vmo];
    bytes.set(payer, (bytes.get(payer) ?? 0) + PAGE_BYTES);
  }
  return [...bytes].every(([allocator, more]) => fits(k, allocator, more)) && framesLeft(k, missing.size);
}

/**
 * The physical address of a mapped byte: from the page tables, or from the mapping. -1 where the page has no frame and
 * `backing` is false, or none can be had.
 */
export function physicalAddress(k: Kernel, process: number, address: number, backing: boolean): number {
  const entry = entryOf(k, process, address);
  if (entry & PTE.V) return (entry >>> 10) * PAGE_BYTES + (address % PAGE_BYTES);
  const page = Math.floor(address / PAGE_BYTES);
  const mapping = mappingOf(k, k.state.processes.vmar[process], page);
  must(mapping >= 0, 'an address was used that is not mapped');
  const { mappings } = k.state;
  const vmoPage = mappings.vmoPage[mapping] + page - mappings.page[mapping];
  const frame = backing ? backPage(k, mappings.vmo[mapping], vmoPage) : frameOfPage(k, mappings.vmo[mapping], vmoPage);
  return frame < 0 ? -1 : frameAddress(k, frame) + (address % PAGE_BYTES);
}

/** Copies bytes of a readable range out. */
export function readUser(k: Kernel, process: number, address: number, target: Uint8Array): void {
  for (let done = 0; done < target.length; ) {
    const at = address + done;
    const bytes = Math.min(PAGE_BYTES - (at % PAGE_BYTES), target.length - done);
    const physical = physicalAddress(k, process, at, false);
    if (physical < 0) target.fill(0, done, done + bytes);
    else {
      const from = physical - k.memory.base;
      target.set(k.memory.u8.subarray(from, from + bytes), done);
    }
    done += bytes;
  }
}

/** Copies bytes into a writable range that is backed. */
export function writeUser(k: Kernel, process: number, address: number, source: Uint8Array): void {
  for (let done = 0; done < source.length; ) {
    const at = address + done;
    const bytes = Math.min(PAGE_BYTES - (at % PAGE_BYTES), source.length - done);
    k.memory.write(physicalAddress(k, process, at, false), source.subarray(done, done + bytes));
    done += bytes;
  }
}

/** The physical page of a page of an object, backed now if it has to be; -1 where no frame can be had. */
function physicalPage(k: Kernel, vmo: number, page: number): number {
  const device = k.state.vmos.device[vmo];
  if (device !== 0) return device + page;
  const frame = backPage(k, vmo, page);
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
  return (device + mappings.vmoPage[mapping] + page - mappings.page[mapping]) * PAGE_BYTES + (address % PAGE_BYTES);
}

/** Backs a page that a mapping shows, and enters it in the page table; false where memory is short. */
export function pinPage(k: Kernel, process: number, address: number, mapping: number): boolean {
  if (entryOf(k, process, address) & PTE.V) return true;
  const { mappings } = k.state;
  const page = mappings.vmoPage[mapping] + address / PAGE_BYTES - mappings.page[mapping];
  const physical = physicalPage(k, mappings.vmo[mapping], page);
  return physical >= 0 && mapPage(k, process, address, physical, mappings.protection[mapping]);
}

/** What a touch of a page came to. */
export const TOUCH = { MAPPED: 0, DENIED: 1, NO_MEMORY: 2 } as const;

/** A page fault: finds what should be there and enters it in the page table. `protection` is what the access needs. */
export function touchPage(k: Kernel, process: number, address: number, protection: number): number {
  const { mappings, processes } = k.state;
  const page = Math.floor(address / PAGE_BYTES);
  const mapping = mappingOf(k, processes.vmar[process], page);
  if (mapping < 0 || (mappings.protection[mapping] & protection) !== protection) return TOUCH.DENIED;
  // Were it there already, the thread would fault on it again and again, and nothing would ever retire.
  must((entryOf(k, process, address) & PTE.V) === 0, 'a page faulted that the page table shows as its mapping allows');
  const physical = physicalPage(k, mappings.vmo[mapping], mappings.vmoPage[mapping] + page - mappings.page[mapping]);
  if (physical < 0 || !mapPage(k, process, address, physical, mappings.protection[mapping])) return TOUCH.NO_MEMORY;
  return TOUCH.MAPPED;
}
