/** Allocators. */
import { MEMORY_STATE } from '../../syscalls/options.js';
import { column, inOrder, koidColumn, nameOf, referencesColumn, type View } from './view.js';

export const ALLOCATORS: View = {
  name: 'allocators',
  about: 'allocators, with what is charged to them',
  rows: (s) => inOrder(s.allocators),
  columns: [
    koidColumn((s) => s.allocators.koid),
    column('parent', 'koid', 'the allocator that its quota came from', (s, row) =>
      s.allocators.parent[row] < 0 ? null : s.allocators.koid[s.allocators.parent[row]],
    ),
    column('quota', 'bytes', 'what it may have', (s, row) => s.allocators.quota[row]),
    column('used', 'bytes', 'what is charged to it', (s, row) => s.allocators.charged[row]),
    column('lent', 'bytes', 'the quotas of those below it', (s, row) => s.allocators.childrenQuota[row]),
    column(
      'free',
      'bytes',
      'what is left',
      (s, row) => s.allocators.quota[row] - s.allocators.charged[row] - s.allocators.childrenQuota[row],
    ),
    column('peak', 'bytes', 'the most that used ever was', (s, row) => s.allocators.peak[row]),
    column('reserve', 'bytes', 'of the quota: for who answers for a shortage', (s, row) => s.allocators.reserve[row]),
    column(
      'softMark',
      'bytes',
      'the use from which on there is PRESSURE; 0: none',
      (s, row) => s.allocators.softMark[row],
    ),
    column('state', '', 'normal, pressure or oom', (s, row) => nameOf(MEMORY_STATE, s.allocators.state[row])),
    column('waiting', '', 'threads that wait for memory here', (s, row) => s.sources.length[s.allocators.waiters[row]]),
    referencesColumn((s) => s.allocators.references),
  ],
};
