/** Locks. */
import { threadName, threadText } from '../blocked.js';
import { column, inOrder, koidColumn, payerColumn, referencesColumn, type View } from './view.js';

export const LOCKS: View = {
  name: 'locks',
  about: 'locks, with their owners',
  rows: (s) => inOrder(s.locks),
  columns: [
    koidColumn((s) => s.locks.koid),
    column('owner', '', 'the thread that has it', (s, row) =>
      s.locks.owner[row] < 0 ? null : threadText(threadName(s, s.locks.owner[row])),
    ),
    column('waiting', '', 'threads and pools in its queue', (s, row) => s.sources.length[s.locks.queue[row]]),
    column('pools', '', 'pools among them', (s, row) => s.locks.claims[row]),
    column('highest', '', 'the highest priority in its queue', (s, row) =>
      s.locks.highest[row] < 0 ? null : s.locks.highest[row],
    ),
    column('ownerDied', '', 'whether that is still to be told', (s, row) => s.locks.ownerDied[row] !== 0),
    payerColumn((s) => s.locks.allocator),
    referencesColumn((s) => s.locks.references),
  ],
};
