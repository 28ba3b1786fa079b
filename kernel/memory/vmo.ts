/** Memory objects: pages of zeros that get a frame when they are first touched, charged to the object's allocator. */
import { STATUS } from '../../syscalls/errors.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import type { Kernel } from '../kernel.js';
import { COST } from '../limits.js';
import { FRAME_USE } from '../state/state.js';
import { nextRow } from '../state/table.js';
import { deviceCreated, frameBucket, vmoCreated, vmoRemoved } from '../transitions/memory.js';
import { fits, frameAddress, framesLeft, releaseFrame, takeFrame } from './frames.js';

/** Makes a memory object of so many pages: its row, or a negative status. */
export function createVmo(k: Kernel, allocator: number, pages: number): number {
  const row = nextRow(k.state.vmos);
  if (row < 0) return STATUS.NO_RESOURCES;
  if (!fits(k, allocator, COST.vmo)) return STATUS.NO_MEMORY;
  k.journal.commit(vmoCreated, row, k.state.nextKoid, allocator, pages);
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

/** The frame of a page, or -1 where it was never touched. */
export function frameOfPage(k: Kernel, vmo: number, page: number): number {
  const { frames, frameChain } = k.state;
  let frame = frameChain[frameBucket(vmo, page, frameChain.length)];
  while (frame >= 0 && (frames.owner[frame] !== vmo || frames.page[frame] !== page)) frame = frames.hashNext[frame];
  return frame;
}

/** The frame of a page, taken now if it has none; -1 where it does not fit the quota. */
export function backPage(k: Kernel, vmo: number, page: number): number {
  const frame = frameOfPage(k, vmo, page);
  return frame >= 0 ? frame : takeFrame(k, FRAME_USE.PAGE, vmo, page, k.state.vmos.allocator[vmo]);
}

/** Backs every page of a byte range, or none: false where they do not all fit. */
export function backRange(k: Kernel, vmo: number, offset: number, length: number): boolean {
  const first = Math.floor(offset / PAGE_BYTES);
  const last = Math.ceil((offset + length) / PAGE_BYTES);
  let missing = 0;
  for (let page = first; page < last; page++) if (frameOfPage(k, vmo, page) < 0) missing++;
  if (missing === 0) return true;
  if (!fits(k, k.state.vmos.allocator[vmo], missing * PAGE_BYTES) || !framesLeft(k, missing)) return false;
  for (let page = first; page < last; page++) backPage(k, vmo, page);
  return true;
}

/** Copies bytes out; pages that were never touched read as zeros. The range lies in the object. */
export function readVmo(k: Kernel, vmo: number, offset: number, target: Uint8Array): void {
  eachPage(offset, target.length, (page, within, from, length) => {
    const frame = frameOfPage(k, vmo, page);
    if (frame < 0) target.fill(0, from, from + length);
    else {
      const at = frameAddress(k, frame) - k.memory.base + within;
      target.set(k.memory.u8.subarray(at, at + length), from);
    }
  });
}

/** Copies bytes in; the range lies in the object and is backed. */
export function writeVmo(k: Kernel, vmo: number, offset: number, source: Uint8Array): void {
  eachPage(offset, source.length, (page, within, from, length) => {
    k.memory.write(frameAddress(k, frameOfPage(k, vmo, page)) + within, source.subarray(from, from + length));
  });
}

/** Calls for each page that a byte range touches: the page, the offset in it, the offset in the range, the bytes. */
function eachPage(
  offset: number,
  length: number,
  visit: (page: number, within: number, from: number, length: number) => void,
): void {
  for (let from = 0; from < length; ) {
    const at = offset + from;
    const within = at % PAGE_BYTES;
    const bytes = Math.min(PAGE_BYTES - within, length - from);
    visit((at - within) / PAGE_BYTES, within, from, bytes);
    from += bytes;
  }
}

/** Removes a memory object that nothing uses any more, and gives its frames back. */
export function removeVmo(k: Kernel, vmo: number): void {
  for (let frame = k.state.vmos.firstFrame[vmo]; frame >= 0; frame = k.state.vmos.firstFrame[vmo])
    releaseFrame(k, frame);
  k.journal.commit(vmoRemoved, vmo);
}
