/** Endpoints of channels. */
import { column, inOrder, koidColumn, payerColumn, referencesColumn, type View } from './view.js';

export const CHANNELS: View = {
  name: 'channels',
  about: 'endpoints of channels',
  rows: (s) => inOrder(s.channels),
  columns: [
    koidColumn((s) => s.channels.koid),
    column('peer', 'koid', 'the other endpoint', (s, row) =>
      s.channels.peer[row] < 0 ? null : s.channels.koid[s.channels.peer[row]],
    ),
    column('maxMessage', 'bytes', 'the longest message', (s, row) => s.channels.maxMessage[row]),
    column(
      'sends',
      '',
      'messages that wait to be received here',
      (s, row) => s.sources.length[s.channels.senders[row]],
    ),
    column(
      'receives',
      '',
      'threads and pools that wait for a message here',
      (s, row) => s.sources.length[s.channels.receivers[row]],
    ),
    payerColumn((s) => s.channels.allocator),
    referencesColumn((s) => s.channels.references),
  ],
};
