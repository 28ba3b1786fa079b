/** Frames of physical memory: a frame is row n of the frame table and 4 KiB of RAM. Every frame is charged to an allocator. */
import { PAGE_BYTES } from '../../syscalls/limits.js';
import type { Kernel } from '../kernel.js';
import { owesMemoryAnswer } from '../shortage/tokens.js';
import { nextRow } from '../state/table.js';
import { frameReleased, frameTaken } from '../transitions/memory.js';

/** Physical address of a frame. */
export function frameAddress(k: Kernel, frame: number): number {
  return k.memory.base + frame * PAGE_BYTES;
}

/** Bytes of an allocator that are neither in use nor lent. */
export function freeBytes(k: Kernel, allocator: number): number {
  const { charged, quota, childrenQuota } = k.state.allocators;
  return quota[allocator] - charged[allocator] - childrenQuota[allocator];
}

/** May the allocator be charged so much more? Remembers what it was that did not fit. */
export function fits(k: Kernel, allocator: number, bytes: number): boolean {
  const free = freeBytes(k, allocator);
  if (bytes <= free - k.state.allocators.reserve[allocator]) return true;
  if (bytes <= free && owesMemoryAnswer(k, k.requester)) return true;
  k.shortage.allocator = allocator;
  k.shortage.bytes = bytes;
  return false;
}

/** Takes a frame of zeros for an owner; -1 where the quota or the machine has none left. */
export function takeFrame(k: Kernel, use: number, owner: number, page: number, allocator: number): number {
  const frame = nextRow(k.state.frames);
  if (frame < 0 || !fits(k, allocator, PAGE_BYTES)) return -1;
  k.journal.commit(frameTaken, frame, use, owner, page, allocator);
  k.memory.fill(frameAddress(k, frame), PAGE_BYTES, 0);
  return frame;
}

/** Gives a frame back. */
export function releaseFrame(k: Kernel, frame: number): void {
  k.journal.commit(frameReleased, frame);
}
