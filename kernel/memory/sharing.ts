/**
 * Frames that pages of several memory objects show, because one object was made as a copy of a part of another. One page has
 * the frame, the others share it; nobody writes to it while they do. Who writes takes a frame of his own first, which his
 * allocator pays for; when whoever has the frame lets go of it, the page that shared it last has it.
 *
 * Every page says by itself what it shows: there are no chains of copies, however often copies are copied, and objects may go
 * in any order.
 */
import { PAGE_BYTES } from '../../syscalls/limits.js';
import type { Kernel } from '../kernel.js';
import { FRAME_USE } from '../state/state.js';
import { framePassed, shareBucket, shareEnded } from '../transitions/sharing.js';
import { frameAddress, releaseFrame, takeFrame } from './frames.js';
import { hidePages } from './vmar.js';

/** The share through which a page shows another object's frame, or -1. */
export function shareOf(k: Kernel, vmo: number, page: number): number {
  const { shares, shareChain } = k.state;
  let share = shareChain[shareBucket(vmo, page)];
  while (share >= 0 && (shares.vmo[share] !== vmo || shares.page[share] !== page)) share = shares.hashNext[share];
  return share;
}

/** Has an object a frame for itself? */
export function isOwn(k: Kernel, vmo: number, frame: number): boolean {
  const { frames } = k.state;
  return frames.owner[frame] === vmo && frames.firstShare[frame] < 0;
}

/** The same for a physical page, which may be a device's: nothing shares those. */
export function isOwnPage(k: Kernel, vmo: number, physicalPage: number): boolean {
  return k.state.vmos.device[vmo] !== 0 || isOwn(k, vmo, physicalPage - k.memory.base / PAGE_BYTES);
}

/** Gives a page that shows a shared frame a copy for itself: its frame, or -1 where that does not fit the quota. */
export function copyPage(k: Kernel, vmo: number, page: number, shared: number): number {
  // Both are the page's for a moment, so that nothing was changed where there is no second one.
  const own = takeFrame(k, FRAME_USE.PAGE, vmo, page, k.state.vmos.allocator[vmo]);
  if (own < 0) return -1;
  const from = frameAddress(k, shared) - k.memory.base;
  k.memory.write(frameAddress(k, own), k.memory.u8.subarray(from, from + PAGE_BYTES));
  hidePages(k, vmo, page, 1);
  if (k.state.frames.owner[shared] === vmo) letGo(k, shared);
  else k.journal.commit(shareEnded, shareOf(k, vmo, page));
  return own;
}

/** The page that has a frame needs it no more: it goes to a page that shares it, or back. Nothing shows it through the page. */
export function letGo(k: Kernel, frame: number): void {
  const { frames, vmos } = k.state;
  const share = frames.firstShare[frame];
  if (share >= 0) {
    k.journal.commit(framePassed, frame, share);
    return;
  }
  const payer = frames.allocator[frame];
  const isOthers = payer !== vmos.allocator[frames.owner[frame]];
  releaseFrame(k, frame);
  if (isOthers) k.mayBeUnused('allocator', payer);
}
