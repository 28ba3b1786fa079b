/** Handles: who holds which object, and what it may do with it. */
import { ALL_RIGHTS, rightsText } from '../../syscalls/rights.js';
import { nameText } from '../information.js';
import { koidOf, typeName } from '../state/objects.js';
import { isLive } from '../state/table.js';
import { column, type View } from './view.js';

/** `READ|WRITE`; where little is missing, `all but DEBUG`. */
function shortRights(rights: number): string {
  const missing = ALL_RIGHTS & ~rights;
  if (missing === 0) return 'all';
  const [few, most] = [rightsText(missing), rightsText(rights)];
  return few.length < most.length ? `all but ${few}` : most;
}

export const HANDLES: View = {
  name: 'handles',
  about: 'handles, by process and number; last those that are in flight in messages',
  rows(s) {
    const { handles } = s;
    const rows: number[] = [];
    for (let row = 0; row < handles.used; row++) if (isLive(handles, row)) rows.push(row);
    const place = (row: number): number =>
      handles.process[row] < 0 ? Number.POSITIVE_INFINITY : s.processes.koid[handles.process[row]];
    return rows.sort((a, b) => (place(a) === place(b) ? handles.value[a] - handles.value[b] : place(a) - place(b)));
  },
  columns: [
    column('process', '', 'who holds it; none: it is in a message', (s, row) =>
      s.handles.process[row] < 0 ? null : nameText(s.processes, s.handles.process[row]),
    ),
    column('number', '', 'its number there', (s, row) => s.handles.value[row]),
    column('type', '', 'what it names', (s, row) => typeName(s.handles.type[row])),
    column('object', 'koid', 'which one', (s, row) => koidOf(s, s.handles.type[row], s.handles.object[row])),
    column('rights', '', 'what may be done with it', (s, row) => shortRights(s.handles.rights[row])),
    column('badge', '', 'what tells its user from others; 0: none', (s, row) => s.handles.badge[row] >>> 0),
    column('parent', '', 'the number of the handle that it was derived from', (s, row) =>
      s.handles.parent[row] < 0 ? null : s.handles.value[s.handles.parent[row]],
    ),
  ],
};
