/**
 * Discardable memory objects: caches of what can be made again. While nobody has pinned such an object the kernel may take all
 * its frames, and its pages are zeros then. Whoever pins it is told how often that has happened, and so whether it has
 * happened since.
 */
import type { Kernel } from '../kernel.js';
import type { Shrinker } from '../root-oom/shrinkers.js';
import { vmoDiscarded } from '../transitions/discardable.js';
import { releaseFrame } from './frames.js';
import { hidePages } from './vmar.js';

/**
 * The shrinker of discardable memory: takes frames from objects that nobody has pinned, from the one that was left alone first
 * on, until so many came back; the last object that is touched gives all it has. How many came back; less than `wanted` where
 * there are no more. Allocates nothing and charges nothing. Only between calls: a call relies on the pages that it has backed.
 */
export function discard(k: Kernel, wanted: number): number {
  const { vmos } = k.state;
  let taken = 0;
  for (let vmo = k.state.discardHead; vmo >= 0 && taken < wanted; vmo = vmos.nextDiscardable[vmo]) {
    if (vmos.resident[vmo] === 0) continue;
    taken += vmos.resident[vmo];
    hidePages(k, vmo, 0, vmos.pages[vmo]);
    for (let frame = vmos.firstFrame[vmo]; frame >= 0; frame = vmos.firstFrame[vmo]) releaseFrame(k, frame);
    k.journal.commit(vmoDiscarded, vmo);
  }
  return taken;
}

export const DISCARDABLE: Shrinker = { name: 'discardable memory', onlyBetweenCalls: true, shrink: discard };
