/** Transitions of discardable memory objects. Their frames are taken and given back like all others (`memory.ts`). */
import { joinDiscardable, leaveDiscardable } from '../state/discardable.js';
import { transition } from '../state/transition.js';
import { vmoCreated } from './memory.js';

export const discardableCreated = transition(
  'discardable_created',
  {
    about: 'A memory object was made whose frames may be taken while nobody has pinned it.',
    fields: ['row', 'koid', 'allocator', 'pages'],
  },
  (s, row, koid, allocator, pages) => {
    vmoCreated.apply(s, row, koid, allocator, pages, 0, 0, 0, 0);
    s.vmos.discardable[row] = 1;
    joinDiscardable(s, row);
  },
);

export const vmoPinned = transition(
  'vmo_pinned',
  { about: 'A discardable memory object keeps its frames from now on.', fields: ['row'] },
  (s, row) => {
    if (s.vmos.pins[row]++ === 0) leaveDiscardable(s, row);
  },
);

export const vmoUnpinned = transition(
  'vmo_unpinned',
  { about: 'A pin went; with the last one the frames of the object may be taken again.', fields: ['row'] },
  (s, row) => {
    if (--s.vmos.pins[row] === 0) joinDiscardable(s, row);
  },
);

export const vmoDiscarded = transition(
  'vmo_discarded',
  { about: 'All frames of a discardable memory object were taken: its pages are zeros again.', fields: ['row'] },
  (s, row) => {
    s.vmos.discards[row] = (s.vmos.discards[row] + 1) & 0x7fff_ffff;
  },
);
