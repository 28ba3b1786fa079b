/** Interrupts. */
import { column, inOrder, koidColumn, payerColumn, referencesColumn, type View } from './view.js';

export const INTERRUPTS: View = {
  name: 'interrupts',
  about: 'interrupt lines that have an object',
  rows: (s) => inOrder(s.interrupts),
  columns: [
    koidColumn((s) => s.interrupts.koid),
    column('line', '', 'the source of the PLIC', (s, row) => s.interrupts.line[row]),
    column('reads', '', 'edge or level', (s, row) => (s.interrupts.edge[row] !== 0 ? 'edge' : 'level')),
    column('handlers', '', 'who answers', (s, row) => s.sources.length[s.interrupts.source[row]]),
    column('observers', '', 'who only hears', (s, row) => s.sources.length[s.interrupts.observers[row]]),
    column(
      'owed',
      '',
      'answers that are owed; the line is masked while there are any',
      (s, row) => s.interrupts.owed[row],
    ),
    column(
      'pending',
      '',
      'one came while the line was masked, or nobody listened',
      (s, row) => s.interrupts.latched[row] !== 0,
    ),
    column('unclaimed', '', "how often in a row it was nobody's", (s, row) => s.interrupts.unclaimed[row]),
    column('stuck', '', "masked for good: it was nobody's too often", (s, row) => s.interrupts.stuck[row] !== 0),
    payerColumn((s) => s.interrupts.allocator),
    referencesColumn((s) => s.interrupts.references),
  ],
};
