/**
 * Page tables of processes, in frames of the machine: Sv32, two levels of 1,024 entries (privileged specification, 12.3).
 * The kernel sets A and D when it maps, so the machine never has to; G is never set.
 */

import { RAM_BASE } from '../../machine/index.js';
import { PROTECTION } from '../../syscalls/calls.js';
import { PAGE_BYTES, PAGE_SHIFT } from '../../syscalls/limits.js';
import type { Kernel } from '../kernel.js';
import { FRAME_USE } from '../state/state.js';
import { ROOT_TABLE } from '../transitions/memory.js';
import { frameAddress, releaseFrame, takeFrame, takeGrantedFrame } from './frames.js';

/** Bits of an entry. */
export const PTE = { V: 1, R: 2, W: 4, X: 8, U: 16, A: 64, D: 128 } as const;

/** Page number of the first byte of RAM. */
const FIRST_PAGE = RAM_BASE / PAGE_BYTES;

/** satp for a process: Sv32, no ASID, its root table. */
export function satpOf(k: Kernel, process: number): number {
  return 0x8000_0000 | (FIRST_PAGE + k.state.processes.pageTable[process]);
}

/** Gives a process its root table, for which there is room. */
export function makeRootTable(k: Kernel, process: number): void {
  takeGrantedFrame(k, FRAME_USE.PAGE_TABLE, process, ROOT_TABLE, k.state.processes.allocator[process]);
}

/** Entries of a table, which fill a frame: 2 to this. */
const ENTRIES_SHIFT = 10;

/** The frame of RAM that an entry names. */
export function frameOfEntry(entry: number): number {
  return (entry >>> 10) - FIRST_PAGE;
}

/**
 * Index into RAM words of the entry for an address, or -1 where no second-level table is. Hot path: frames and indexes are small
 * integers all the way, and physical addresses would be doubles.
 */
function entryIndex(k: Kernel, process: number, address: number): number {
  const { i32 } = k.memory;
  const upper = i32[(k.state.processes.pageTable[process] << ENTRIES_SHIFT) + (address >>> 22)];
  if ((upper & PTE.V) === 0) return -1;
  return (frameOfEntry(upper) << ENTRIES_SHIFT) + ((address >>> PAGE_SHIFT) & 0x3ff);
}

/** The entry that maps an address, or 0. */
export function entryOf(k: Kernel, process: number, address: number): number {
  const index = entryIndex(k, process, address);
  return index < 0 ? 0 : k.memory.i32[index];
}

/** Is there the second-level table that an address needs? */
export function hasTable(k: Kernel, process: number, address: number): boolean {
  return entryIndex(k, process, address) >= 0;
}

/**
 * Maps a page to a physical page; false where a second-level table does not fit the quota. `granted`: it was asked before whether
 * it does.
 */
export function mapPage(
  k: Kernel,
  process: number,
  address: number,
  physical: number,
  protection: number,
  granted = false,
): boolean {
  let index = entryIndex(k, process, address);
  if (index < 0) {
    const take = granted ? takeGrantedFrame : takeFrame;
    const table = take(k, FRAME_USE.PAGE_TABLE, process, address >>> 22, k.state.processes.allocator[process]);
    if (table < 0) return false;
    const root = frameAddress(k, k.state.processes.pageTable[process]);
    k.memory.writeWord(root + (address >>> 22) * 4, ((frameAddress(k, table) >>> 12) << 10) | PTE.V);
    index = entryIndex(k, process, address);
  }
  let bits = PTE.V | PTE.U | PTE.A;
  if (protection & PROTECTION.READ) bits |= PTE.R;
  if (protection & PROTECTION.WRITE) bits |= PTE.W | PTE.D;
  if (protection & PROTECTION.EXECUTE) bits |= PTE.X;
  k.memory.putWord(index << 2, (physical << 10) | bits);
  // A device's pages lie outside.
  const frame = physical - FIRST_PAGE;
  if (frame >= 0 && frame < k.shownFrames.length) k.shownFrames[frame] = 1;
  return true;
}

/** Removes the entries of a range of pages, so that each is looked up in its mapping again when it is touched. */
export function unmapPages(k: Kernel, process: number, page: number, pages: number): void {
  for (let at = page; at < page + pages; ) {
    const index = entryIndex(k, process, at * PAGE_BYTES);
    if (index < 0) {
      at = (at & ~0x3ff) + 0x400; // nothing in this table's 4 MiB
      continue;
    }
    if (k.memory.i32[index] !== 0) {
      k.memory.putWord(index << 2, 0);
      k.hart.sfenceVma(at * PAGE_BYTES);
    }
    at++;
  }
}

/** Gives all page tables of a process back. */
export function releaseTables(k: Kernel, process: number): void {
  for (
    let frame = k.state.processes.firstTableFrame[process];
    frame >= 0;
    frame = k.state.processes.firstTableFrame[process]
  ) {
    releaseFrame(k, frame);
  }
  k.hart.sfenceVma();
}
