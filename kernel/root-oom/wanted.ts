/**
 * What a pass is for. Mostly for frames, that a request did not find whom its quota allows them. Or for a request that waits at the
 * root: that needs quota of the root, of which frames that are lent to other allocators are no part, however many are free.
 */
import { BLOCKED_ON } from '../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import type { Kernel } from '../kernel.js';
import { freeBytes } from '../memory/frames.js';
import { freeFrames } from './shrinkers.js';

/** The allocator of the machine. */
export const ROOT_ALLOCATOR = 0;

/** Is it for a request that waits at the root? `thread` is the one that asked, -1 for nobody. */
export function waitsAtRoot(k: Kernel, thread: number): boolean {
  return thread >= 0 && k.state.threads.blockedOn[thread] === BLOCKED_ON.MEMORY;
}

/** Frames that there are for whom it is. */
export function framesFor(k: Kernel, thread: number): number {
  return waitsAtRoot(k, thread) ? Math.max(0, Math.floor(spare(k) / PAGE_BYTES)) : freeFrames(k);
}

/** Are so many frames there? What waits at the root is asked for by its bytes: they may fit without one page more. */
export function isEnough(k: Kernel, frames: number, thread: number): boolean {
  return waitsAtRoot(k, thread) ? k.state.threads.wait0[thread] >>> 0 <= spare(k) : freeFrames(k) >= frames;
}

/** Could so many bytes ever be the root's, with what it has lent? What could not is not worth a victim. */
export function couldBeHad(k: Kernel, bytes: number): boolean {
  const { quota, childrenQuota, reserve } = k.state.allocators;
  return (
    bytes <= quota[ROOT_ALLOCATOR] - childrenQuota[ROOT_ALLOCATOR] - reserve[ROOT_ALLOCATOR] &&
    bytes <= k.state.frames.limit * PAGE_BYTES
  );
}

/** Bytes that the root may give. */
function spare(k: Kernel): number {
  return freeBytes(k, ROOT_ALLOCATOR) - k.state.allocators.reserve[ROOT_ALLOCATOR];
}
