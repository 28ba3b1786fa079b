/** Rings. */
import { SHARED_STATE } from '../../syscalls/layouts.js';
import { column, inOrder, koidColumn, nameOf, payerColumn, referencesColumn, type View } from './view.js';

export const RINGS: View = {
  name: 'rings',
  about: 'rings of submissions',
  rows: (s) => inOrder(s.rings),
  columns: [
    koidColumn((s) => s.rings.koid),
    column('pool', 'koid', 'where completions go', (s, row) =>
      s.rings.pool[row] < 0 ? null : s.pools.koid[s.rings.pool[row]],
    ),
    column('entries', '', 'submissions that fit', (s, row) => s.rings.entries[row]),
    column('taken', '', 'submissions so far, modulo 2^32', (s, row) => s.rings.head[row] >>> 0),
    column('state', '', 'good or corrupt', (s, row) => nameOf(SHARED_STATE, s.rings.state[row])),
    payerColumn((s) => s.rings.allocator),
    referencesColumn((s) => s.rings.references),
  ],
};
