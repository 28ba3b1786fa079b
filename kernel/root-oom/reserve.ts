/**
 * The first shrinker: frames that the kernel sets aside at boot where quotas may exceed RAM, charged to the root, so that the
 * first shortage costs nobody anything. It is there once: what was given back is not taken again.
 */

import type { Kernel } from '../kernel.js';
import { RESERVE_FRAMES } from '../limits.js';
import { releaseFrame, takeFrame } from '../memory/frames.js';
import { FRAME_USE } from '../state/state.js';
import { freeFrames, type Shrinker } from './shrinkers.js';

export const RESERVE: Shrinker = {
  name: 'reserve',
  shrink(k, frames) {
    const { use, used } = k.state.frames;
    let given = 0;
    for (let frame = 0; frame < used && given < frames && k.state.reserveFrames > 0; frame++) {
      if (use[frame] !== FRAME_USE.RESERVE) continue;
      releaseFrame(k, frame);
      given++;
    }
    return given;
  },
};

/** Sets frames aside, an eighth of those that are free at the most, and registers the shrinker that gives them back. */
export function setAside(k: Kernel): void {
  const most = Math.min(RESERVE_FRAMES, freeFrames(k) >> 3);
  for (let taken = 0; taken < most; taken++) if (takeFrame(k, FRAME_USE.RESERVE, -1, taken, 0) < 0) break;
  k.shrinkers.push(RESERVE);
}
