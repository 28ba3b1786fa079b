/** Topics. */
import { column, inOrder, koidColumn, payerColumn, referencesColumn, type View } from './view.js';

export const TOPICS: View = {
  name: 'topics',
  about: 'topics',
  rows: (s) => inOrder(s.topics),
  columns: [
    koidColumn((s) => s.topics.koid),
    column('type', '', 'the id of what is published', (s, row) => s.topics.type[row] >>> 0),
    column('size', 'bytes', 'of what is published', (s, row) => s.topics.size[row]),
    column('published', '', 'how often', (s, row) => s.sources.generation[s.topics.source[row]]),
    column('listeners', '', 'threads and pools that wait for it', (s, row) => s.sources.length[s.topics.source[row]]),
    payerColumn((s) => s.topics.allocator),
    referencesColumn((s) => s.topics.references),
  ],
};
