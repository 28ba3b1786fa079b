/**
 * The first shrinker: the earlier of the journal's two copies of the state. It is a cache: with it the journal reads back half a
 * ring at least, without it the later copy alone says from where on. Like every object it lies in a table outside the machine's
 * memory and has a price there: JOURNAL_FRAMES of the root, taken at boot. When the copy is given up all of them come back at
 * once, since there is no half of a copy; it is not made again.
 *
 * The price is the same whether a journal is written or not, and however long its ring is: programs cannot tell.
 */

import type { Kernel } from '../kernel.js';
import { JOURNAL_FRAMES } from '../limits.js';
import { releaseFrame, takeFrame } from '../memory/frames.js';
import { FRAME_USE } from '../state/state.js';
import { freeFrames, type Shrinker } from './shrinkers.js';

export const JOURNAL_CACHE: Shrinker = {
  name: 'journal',
  shrink(k) {
    const { frames } = k.state;
    const given = k.state.journalFrames;
    if (given === 0) return 0;
    k.journal.giveUpEarlier();
    for (let frame = 0; frame < frames.used && k.state.journalFrames > 0; frame++)
      if (frames.use[frame] === FRAME_USE.JOURNAL) releaseFrame(k, frame);
    return given;
  },
};

/** Pays for the copy, with an eighth of the frames that are free at the most. */
export function payForJournal(k: Kernel): void {
  const most = Math.min(JOURNAL_FRAMES, freeFrames(k) >> 3);
  for (let taken = 0; taken < most; taken++) if (takeFrame(k, FRAME_USE.JOURNAL, -1, taken, 0) < 0) break;
}
