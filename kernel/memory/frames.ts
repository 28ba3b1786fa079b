/** Frames of physical memory: a frame is row n of the frame table and 4 KiB of RAM. Every frame is charged to an allocator. */
import { PAGE_BYTES, PAGE_SHIFT } from '../../syscalls/limits.js';
import type { Kernel } from '../kernel.js';
import { must } from '../panic.js';
import { shrink } from '../root-oom/shrinkers.js';
import { owesMemoryAnswer } from '../shortage/tokens.js';
import { ROOT_PATH } from '../state/state.js';
import { nextRow } from '../state/table.js';
import { frameReleased, frameTaken, frameTurned } from '../transitions/memory.js';

/** Physical address of a frame. */
export function frameAddress(k: Kernel, frame: number): number {
  return k.memory.base + frame * PAGE_BYTES;
}

/** The same as an offset in RAM: a small integer, which the host hands on without allocating, and an address is not. */
export function frameOffset(frame: number): number {
  return frame << PAGE_SHIFT;
}

/** Bytes of an allocator that are neither in use nor lent. */
export function freeBytes(k: Kernel, allocator: number): number {
  const { charged, quota, childrenQuota } = k.state.allocators;
  return quota[allocator] - charged[allocator] - childrenQuota[allocator];
}

/**
 * May the allocator be charged so much more? Remembers what it was that did not fit. Nobody may while the machine is out of frames.
 *
 * Where failures are injected, each such question that the quota answers with yes is one allocation, and may be answered with no:
 * whoever asks must be able to stop there, with nothing changed. What was granted is not asked for again; it is taken with
 * `takeGrantedFrame` and the like.
 */
export function fits(k: Kernel, allocator: number, bytes: number): boolean {
  if (k.state.rootPath !== ROOT_PATH.NO) return false;
  const left = freeBytes(k, allocator) - bytes;
  if (left >= k.state.allocators.reserve[allocator] || (left >= 0 && owesMemoryAnswer(k, k.requester))) {
    if (k.allocationChoices === undefined || bytes === 0 || !k.allocationFails()) return true;
    // There is no shortage that could end.
    k.shortage.allocator = -1;
    return false;
  }
  k.shortage.allocator = allocator;
  k.shortage.bytes = bytes;
  return false;
}

/**
 * Are there so many free frames? Asked when the quota allows them. Where there are not, shrinkers are asked at once; what is
 * missing then is noted in `framesWanted`, so that the root path is entered before the request is answered (`root-oom/`).
 */
export function framesLeft(k: Kernel, count: number): boolean {
  const { frames, rootPath } = k.state;
  if (count <= frames.limit - frames.live) return true;
  // More than the machine has will never be there; and on the path itself nobody gets anything.
  if (count > frames.limit || rootPath !== ROOT_PATH.NO) return false;
  if (shrink(k, count)) return true;
  k.framesWanted = count;
  return false;
}

/** Takes a frame of zeros for an owner; -1 where the quota or the machine has none left. */
export function takeFrame(k: Kernel, use: number, owner: number, page: number, allocator: number): number {
  if (!fits(k, allocator, PAGE_BYTES) || !framesLeft(k, 1)) return -1;
  return takeGrantedFrame(k, use, owner, page, allocator);
}

/** The same where it was asked before whether there is one, and whether it fits the quota: this cannot fail. */
export function takeGrantedFrame(k: Kernel, use: number, owner: number, page: number, allocator: number): number {
  const frame = nextRow(k.state.frames);
  must(frame >= 0, 'a frame was taken without room');
  k.journal.commit(frameTaken, frame, use, owner, page, allocator);
  k.shownFrames[frame] = 0;
  k.memory.clearFrame(frame);
  return frame;
}

/** Makes a frame that of another page of its memory object; it is zeros again. */
export function turnFrame(k: Kernel, frame: number, page: number): void {
  k.journal.commit(frameTurned, frame, page);
  k.memory.clearFrame(frame);
}

/** Gives a frame back. */
export function releaseFrame(k: Kernel, frame: number): void {
  k.journal.commit(frameReleased, frame);
}
