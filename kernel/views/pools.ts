/** Pools. */
import { POOL_KIND } from '../../syscalls/options.js';
import { column, inOrder, koidColumn, nameOf, payerColumn, referencesColumn, type View } from './view.js';

export const POOLS: View = {
  name: 'pools',
  about: 'pools of packets',
  rows: (s) => inOrder(s.pools),
  columns: [
    koidColumn((s) => s.pools.koid),
    column('kind', '', 'fixed or variable', (s, row) => nameOf(POOL_KIND, s.pools.kind[row])),
    column('packets', '', 'packets that can be taken', (s, row) => s.pools.packets[row]),
    column('registrations', '', 'how many it has', (s, row) => s.pools.registrations[row]),
    column('room', '64 bytes', 'what fits in all', (s, row) => s.pools.units[row]),
    column('used', '64 bytes', 'what packets take', (s, row) => s.pools.usedUnits[row]),
    column('promised', '64 bytes', 'what is kept for registrations', (s, row) => s.pools.reserved[row]),
    column('takers', '', 'threads that wait for a packet', (s, row) => s.sources.length[s.pools.takers[row]]),
    column(
      'mapped',
      '',
      'whether a program sees it: no, yes, corrupt',
      (s, row) => ['no', 'yes', 'corrupt'][s.pools.shared[row]],
    ),
    payerColumn((s) => s.pools.allocator),
    referencesColumn((s) => s.pools.references),
  ],
};
