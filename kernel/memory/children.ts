/**
 * Copies of memory objects as they are now: nothing is copied until one of the two writes. And pages that an object gives back.
 */
import type { Kernel } from '../kernel.js';
import { nextRow } from '../state/table.js';
import { pageShared, shareEnded } from '../transitions/sharing.js';
import { letGo, shareOf } from './sharing.js';
import { hidePages } from './vmar.js';
import { createGrantedVmo, frameOfPage } from './vmo.js';

/** Does a page lie in a range of them? */
const isIn = (page: number, first: number, pages: number): boolean => page >= first && page < first + pages;

/** How many pages of a range show a frame: so many shares a copy takes. */
export function pagesShown(k: Kernel, vmo: number, first: number, pages: number): number {
  const { frames, shares, vmos } = k.state;
  let count = 0;
  for (let frame = vmos.firstFrame[vmo]; frame >= 0; frame = frames.ownerNext[frame])
    if (isIn(frames.page[frame], first, pages)) count++;
  for (let share = vmos.firstShare[vmo]; share >= 0; share = shares.nextOfVmo[share])
    if (isIn(shares.page[share], first, pages)) count++;
  return count;
}

/** Makes an object that shows what a range of another does; there is room for it. Its row. */
export function createChild(k: Kernel, allocator: number, of: number, first: number, pages: number): number {
  const { frames, shares, vmos } = k.state;
  const child = createGrantedVmo(k, allocator, pages);
  for (let frame = vmos.firstFrame[of]; frame >= 0; frame = frames.ownerNext[frame]) {
    if (isIn(frames.page[frame], first, pages)) share(k, child, frames.page[frame] - first, frame);
  }
  for (let at = vmos.firstShare[of]; at >= 0; at = shares.nextOfVmo[at]) {
    if (isIn(shares.page[at], first, pages)) share(k, child, shares.page[at] - first, shares.frame[at]);
  }
  // What could be written until now can only be read.
  if (vmos.shares[child] > 0) hidePages(k, of, first, pages);
  return child;
}

function share(k: Kernel, vmo: number, page: number, frame: number): void {
  k.journal.commit(pageShared, nextRow(k.state.shares), vmo, page, frame);
}

/** Makes pages of an object zeros that have no frame. */
export function releasePages(k: Kernel, vmo: number, first: number, pages: number): void {
  const { frames, shares, vmos } = k.state;
  if (pages === 1 && vmos.shares[vmo] === 0) {
    releasePage(k, vmo, first);
    return;
  }
  hidePages(k, vmo, first, pages);
  if (pages <= vmos.resident[vmo] + vmos.shares[vmo]) {
    for (let page = first; page < first + pages; page++) {
      const frame = frameOfPage(k, vmo, page);
      if (frame < 0) continue;
      if (frames.owner[frame] === vmo) letGo(k, frame);
      else k.journal.commit(shareEnded, shareOf(k, vmo, page));
    }
    return;
  }
  for (let frame = vmos.firstFrame[vmo]; frame >= 0; ) {
    const next = frames.ownerNext[frame];
    if (isIn(frames.page[frame], first, pages)) letGo(k, frame);
    frame = next;
  }
  for (let at = vmos.firstShare[vmo]; at >= 0; ) {
    const next = shares.nextOfVmo[at];
    if (isIn(shares.page[at], first, pages)) k.journal.commit(shareEnded, at);
    at = next;
  }
}

/** The same for one page of an object that shows no other object's frames: most often it was never in a page table. */
function releasePage(k: Kernel, vmo: number, page: number): void {
  const frame = frameOfPage(k, vmo, page);
  if (frame < 0) return;
  if (k.shownFrames[frame] !== 0) hidePages(k, vmo, page, 1);
  letGo(k, frame);
}
