/** Timers. */
import { NO_DEADLINE } from '../state/deadline-heap.js';
import { column, inOrder, koidColumn, payerColumn, referencesColumn, type View } from './view.js';

export const TIMERS: View = {
  name: 'timers',
  about: 'timers',
  rows: (s) => inOrder(s.timers),
  columns: [
    koidColumn((s) => s.timers.koid),
    column('deadline', 'ns', 'when it fires', (s, row) =>
      s.timers.deadlineSlot[row] === NO_DEADLINE ? null : s.timers.deadline[row],
    ),
    column('period', 'ns', 'between deadlines; 0: only one', (s, row) => s.timers.period[row]),
    column('listeners', '', 'threads and pools that wait for it', (s, row) => s.sources.length[s.timers.source[row]]),
    payerColumn((s) => s.timers.allocator),
    referencesColumn((s) => s.timers.references),
  ],
};
