/**
 * Transitions of frames that pages of several memory objects show. One of the pages has the frame; every other has a row in the
 * table of shares. The frame stays charged to whom it was charged first, whoever has it.
 */
import { COST } from '../limits.js';
import { type MutableState, SHARE_BUCKETS } from '../state/state.js';
import { releaseRow, takeRow } from '../state/table.js';
import { transition } from '../state/transition.js';
import { charge, frameBucket, givePage, takePage, uncharge } from './memory.js';

/** Chain of the hash of shares for a page of a memory object. */
export function shareBucket(vmo: number, page: number): number {
  return frameBucket(vmo, page, SHARE_BUCKETS);
}

export const pageShared = transition(
  'page_shared',
  {
    about: "A page of a memory object shows a frame that another object's page has.",
    fields: ['row', 'vmo', 'page', 'frame'],
  },
  (s, row, vmo, page, frame) => {
    const t = s.shares;
    takeRow(t, row);
    t.vmo[row] = vmo;
    t.page[row] = page;
    t.frame[row] = frame;
    const other = s.frames.firstShare[frame];
    t.nextOfFrame[row] = other;
    t.previousOfFrame[row] = -1;
    if (other >= 0) t.previousOfFrame[other] = row;
    s.frames.firstShare[frame] = row;
    const first = s.vmos.firstShare[vmo];
    t.nextOfVmo[row] = first;
    t.previousOfVmo[row] = -1;
    if (first >= 0) t.previousOfVmo[first] = row;
    s.vmos.firstShare[vmo] = row;
    s.vmos.shares[vmo]++;
    const bucket = shareBucket(vmo, page);
    t.hashNext[row] = s.shareChain[bucket];
    s.shareChain[bucket] = row;
    charge(s, s.vmos.allocator[vmo], COST.share);
  },
);

export const shareEnded = transition(
  'share_ended',
  { about: "A page does not show another object's frame any more.", fields: ['row'] },
  endShare,
);

export const framePassed = transition(
  'frame_passed',
  {
    about: 'The page that had a frame let go of it; the page of a share has it from now on.',
    fields: ['frame', 'share'],
  },
  (s, frame, share) => {
    const vmo = s.shares.vmo[share];
    const page = s.shares.page[share];
    endShare(s, share);
    takePage(s, frame);
    givePage(s, frame, vmo, page);
  },
);

function endShare(s: MutableState, row: number): void {
  const t = s.shares;
  const vmo = t.vmo[row];
  const next = t.nextOfFrame[row];
  const previous = t.previousOfFrame[row];
  if (next >= 0) t.previousOfFrame[next] = previous;
  if (previous >= 0) t.nextOfFrame[previous] = next;
  else s.frames.firstShare[t.frame[row]] = next;
  const nextOfVmo = t.nextOfVmo[row];
  const previousOfVmo = t.previousOfVmo[row];
  if (nextOfVmo >= 0) t.previousOfVmo[nextOfVmo] = previousOfVmo;
  if (previousOfVmo >= 0) t.nextOfVmo[previousOfVmo] = nextOfVmo;
  else s.vmos.firstShare[vmo] = nextOfVmo;
  s.vmos.shares[vmo]--;
  const bucket = shareBucket(vmo, t.page[row]);
  if (s.shareChain[bucket] === row) s.shareChain[bucket] = t.hashNext[row];
  else {
    let at = s.shareChain[bucket];
    while (t.hashNext[at] !== row) at = t.hashNext[at];
    t.hashNext[at] = t.hashNext[row];
  }
  uncharge(s, s.vmos.allocator[vmo], COST.share);
  releaseRow(t, row);
}
