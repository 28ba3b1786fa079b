/**
 * Memory objects: pages of zeros that get a frame when they are first touched, charged to the object's allocator. A page may
 * show a frame that another object has (`sharing.ts`), until somebody writes there.
 */
import { STATUS } from '../../syscalls/errors.js';
import { PAGE_BYTES, PAGE_SHIFT } from '../../syscalls/limits.js';
import type { Kernel } from '../kernel.js';
import { COST } from '../limits.js';
import { must } from '../panic.js';
import { FRAME_USE } from '../state/state.js';
import { nextRow } from '../state/table.js';
import { discardableCreated } from '../transitions/discardable.js';
import { deviceCreated, frameBucket, vmoCreated, vmoRemoved } from '../transitions/memory.js';
import { shareEnded } from '../transitions/sharing.js';
import { copyBytes } from './copying.js';
import { fits, frameOffset, framesLeft, takeFrame, takeGrantedFrame } from './frames.js';
import { copyPage, isOwn, letGo, shareOf } from './sharing.js';

/** Makes a memory object of so many pages: its row, or a negative status. */
export function createVmo(k: Kernel, allocator: number, pages: number, discardable = false): number {
  const row = nextRow(k.state.vmos);
  if (row < 0) return STATUS.NO_RESOURCES;
  if (!fits(k, allocator, COST.vmo)) return STATUS.NO_MEMORY;
  return createGrantedVmo(k, allocator, pages, discardable);
}

/** The same where it was asked before whether there is room. */
export function createGrantedVmo(k: Kernel, allocator: number, pages: number, discardable = false): number {
  const row = nextRow(k.state.vmos);
  must(row >= 0, 'a memory object was made without room');
  k.journal.commit(discardable ? discardableCreated : vmoCreated, row, k.state.nextKoid, allocator, pages);
  return row;
}

/** Makes a memory object of a device's registers, which lie at these physical pages: its row, or a negative status. */
export function createDevice(k: Kernel, allocator: number, pages: number, device: number): number {
  const row = nextRow(k.state.vmos);
  if (row < 0) return STATUS.NO_RESOURCES;
  k.journal.commit(deviceCreated, row, k.state.nextKoid, allocator, pages, device);
  return row;
}

/** Is a memory object the registers of a device? */
export function isDevice(k: Kernel, vmo: number): boolean {
  return k.state.vmos.device[vmo] !== 0;
}

/** The frame that a page shows, or -1 where it was never touched. */
export function frameOfPage(k: Kernel, vmo: number, page: number): number {
  const { frames, frameChain, shares, vmos } = k.state;
  let frame = frameChain[frameBucket(vmo, page, frameChain.length)];
  while (frame >= 0 && (frames.owner[frame] !== vmo || frames.page[frame] !== page)) frame = frames.hashNext[frame];
  if (frame >= 0 || vmos.shares[vmo] === 0) return frame;
  const share = shareOf(k, vmo, page);
  return share < 0 ? -1 : shares.frame[share];
}

/** The frame of a page to be read, taken now if it shows none; -1 where it does not fit the quota. */
export function showPage(k: Kernel, vmo: number, page: number, granted = false): number {
  const frame = frameOfPage(k, vmo, page);
  return frame >= 0 ? frame : firstFrame(k, vmo, page, granted);
}

/** Takes a frame for a page that shows none; -1 where it does not fit the quota. */
function firstFrame(k: Kernel, vmo: number, page: number, granted: boolean): number {
  const payer = k.state.vmos.allocator[vmo];
  if (granted) return takeGrantedFrame(k, FRAME_USE.PAGE, vmo, page, payer);
  return takeFrame(k, FRAME_USE.PAGE, vmo, page, payer);
}

/**
 * The frame of a page to be written, which no other page shows then; -1 where it does not fit the quota. `granted`: it was asked
 * before whether it does.
 */
export function backPage(k: Kernel, vmo: number, page: number, granted = false): number {
  const frame = frameOfPage(k, vmo, page);
  if (frame < 0) return firstFrame(k, vmo, page, granted);
  return isOwn(k, vmo, frame) ? frame : copyPage(k, vmo, page, frame, granted);
}

/** Has a page a frame for itself, that can be written? */
export function isBacked(k: Kernel, vmo: number, page: number): boolean {
  const frame = frameOfPage(k, vmo, page);
  return frame >= 0 && isOwn(k, vmo, frame);
}

/** Backs every page of a byte range for writing, or none: false where they do not all fit. */
export function backRange(k: Kernel, vmo: number, offset: number, length: number): boolean {
  const first = offset >>> PAGE_SHIFT;
  const last = Math.ceil((offset + length) / PAGE_BYTES);
  // What one page misses does not have to be counted first.
  if (last - first === 1) return backPage(k, vmo, first) >= 0;
  let missing = 0;
  for (let page = first; page < last; page++) if (!isBacked(k, vmo, page)) missing++;
  if (missing === 0) return true;
  if (!fits(k, k.state.vmos.allocator[vmo], missing * PAGE_BYTES) || !framesLeft(k, missing)) return false;
  backGrantedRange(k, vmo, offset, length);
  return true;
}

/** The same where it was asked before whether they fit. */
export function backGrantedRange(k: Kernel, vmo: number, offset: number, length: number): void {
  const last = Math.ceil((offset + length) / PAGE_BYTES);
  for (let page = Math.floor(offset / PAGE_BYTES); page < last; page++) backPage(k, vmo, page, true);
}

/** The bits of an offset that say where in its page it is. */
export const WITHIN = PAGE_BYTES - 1;

/** Copies so many bytes out, to the beginning of an array; pages that were never touched read as zeros. They lie in the object. */
export function readVmo(k: Kernel, vmo: number, offset: number, target: Uint8Array, length = target.length): void {
  for (let done = 0; done < length; ) {
    const within = (offset + done) & WITHIN;
    const bytes = Math.min(PAGE_BYTES - within, length - done);
    const frame = frameOfPage(k, vmo, (offset + done) >>> PAGE_SHIFT);
    if (frame < 0) target.fill(0, done, done + bytes);
    else copyBytes(k.memory.u8, frameOffset(frame) + within, target, done, bytes);
    done += bytes;
  }
}

/** Copies the first so many bytes of an array in; the range lies in the object and is backed. */
export function writeVmo(k: Kernel, vmo: number, offset: number, source: Uint8Array, length = source.length): void {
  for (let done = 0; done < length; ) {
    const within = (offset + done) & WITHIN;
    const bytes = Math.min(PAGE_BYTES - within, length - done);
    const frame = frameOfPage(k, vmo, (offset + done) >>> PAGE_SHIFT);
    k.memory.putBytes(frameOffset(frame) + within, source, done, bytes);
    done += bytes;
  }
}

/** Removes a memory object that nothing uses any more, and gives its frames back. */
export function removeVmo(k: Kernel, vmo: number): void {
  const { vmos } = k.state;
  for (let frame = vmos.firstFrame[vmo]; frame >= 0; frame = vmos.firstFrame[vmo]) letGo(k, frame);
  for (let share = vmos.firstShare[vmo]; share >= 0; share = vmos.firstShare[vmo]) k.journal.commit(shareEnded, share);
  k.journal.commit(vmoRemoved, vmo);
}
