/** What the use of each allocator consists of. `memory-tree.ts` tells it item by item. */
import type { ChargeKind } from '../memory/charges.js';
import { type AllocatorUse, allocatorUses, usersText } from './allocator-use.js';
import { type Column, column, type View } from './view.js';

/** The kinds that have a column of their own; whatever is in none of them is in `objects`. */
const COLUMNS = {
  pages: ['pages'],
  pools: ['poolPages', 'pools', 'rings', 'registrations'],
  messages: ['messagePages', 'messages'],
  pageTables: ['pageTables'],
  saveAreas: ['saveAreas'],
  handles: ['handles'],
} as const satisfies Readonly<Record<string, readonly ChargeKind[]>>;

const NAMED: readonly ChargeKind[] = Object.values(COLUMNS).flat();

function bytesOf(use: AllocatorUse, kinds: readonly ChargeKind[]): number {
  return kinds.reduce((sum, kind) => sum + (use.items.get(kind)?.bytes ?? 0), 0);
}

function bytesColumn(name: keyof typeof COLUMNS, about: string): Column<AllocatorUse> {
  return column(name, 'bytes', about, (_s, use) => bytesOf(use, COLUMNS[name]));
}

export const MEMORY: View<AllocatorUse> = {
  name: 'memory',
  about: 'allocators, with what their use consists of',
  rows: allocatorUses,
  columns: [
    column('koid', 'koid', 'which allocator', (s, { row }) => s.allocators.koid[row]),
    column('users', '', 'the processes that it pays for', (_s, use) => usersText(use)),
    column(
      'used',
      'bytes',
      'what is charged to it; the sum of what follows',
      (s, { row }) => s.allocators.charged[row],
    ),
    bytesColumn('pages', 'pages of memory objects'),
    bytesColumn('pools', 'pools and rings, their pages and registrations'),
    bytesColumn('messages', 'messages that wait, and their pages'),
    bytesColumn('pageTables', 'page tables of its processes'),
    bytesColumn('saveAreas', 'save areas of their threads'),
    bytesColumn('handles', 'handles that they hold, and those in flight'),
    column('objects', 'bytes', 'all other objects', (_s, { items }) =>
      [...items].reduce((sum, [kind, { bytes }]) => (NAMED.includes(kind) ? sum : sum + bytes), 0),
    ),
  ],
};
