/** Transitions of rings. */
import { SHARED_STATE } from '../../syscalls/layouts.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { COST } from '../limits.js';
import { must } from '../panic.js';
import { addRun, addSource, removeSource } from '../state/sources.js';
import type { MutableState } from '../state/state.js';
import { releaseRow, takeRow } from '../state/table.js';
import { QUEUE } from '../state/tables.js';
import { transition } from '../state/transition.js';
import { charge, uncharge } from './memory.js';

export const ringCreated = transition(
  'ring_created',
  {
    about: 'A ring was made: submissions lie in the memory object, completions go to the pool.',
    fields: ['row', 'koid', 'allocator', 'pool', 'vmo', 'entries'],
  },
  (s, row, koid, allocator, pool, vmo, entries) => {
    const t = s.rings;
    takeRow(t, row);
    t.koid[row] = koid;
    s.nextKoid = koid + 1;
    t.allocator[row] = allocator;
    t.pool[row] = pool;
    t.vmo[row] = vmo;
    t.entries[row] = entries;
    t.waiters[row] = addSource(s, OBJECT_TYPE.ring, row, QUEUE.COMPLETIONS);
    const first = s.pools.firstRing[pool];
    t.nextOfPool[row] = first;
    t.previousOfPool[row] = -1;
    if (first >= 0) t.previousOfPool[first] = row;
    s.pools.firstRing[pool] = row;
    s.pools.references[pool]++;
    s.pools.ringCount[pool]++;
    s.vmos.references[vmo]++;
    charge(s, allocator, COST.ring);
  },
);

export const ringRemoved = transition(
  'ring_removed',
  { about: 'A ring that nobody names went away.', fields: ['row'] },
  (s, row) => {
    const t = s.rings;
    const next = t.nextOfPool[row];
    const previous = t.previousOfPool[row];
    if (next >= 0) t.previousOfPool[next] = previous;
    if (previous >= 0) t.nextOfPool[previous] = next;
    else s.pools.firstRing[t.pool[row]] = next;
    removeSource(s, t.waiters[row]);
    s.pools.references[t.pool[row]]--;
    s.pools.ringCount[t.pool[row]]--;
    s.vmos.references[t.vmo[row]]--;
    uncharge(s, t.allocator[row], COST.ring);
    releaseRow(t, row);
  },
);

export const ringCorrupt = transition(
  'ring_corrupt',
  { about: 'What the program wrote as the tail of a ring cannot be: the ring is of no use any more.', fields: ['row'] },
  (s, row) => {
    s.rings.state[row] = SHARED_STATE.CORRUPT;
  },
);

/** Promises room for so many completions, or takes promises back. */
function promiseSlots(s: MutableState, row: number, slots: number): void {
  s.pools.reserved[s.rings.pool[row]] += slots;
  s.promisedPackets += slots;
}

export const ringEntered = transition(
  'ring_entered',
  {
    about: 'So many submissions of a ring will be taken at the most; each has its slot in the pool now.',
    fields: ['row', 'slots'],
  },
  (s, row, slots) => promiseSlots(s, row, slots),
);

export const submissionsCompleted = transition(
  'submissions_completed',
  {
    about:
      'So many submissions of a ring were taken, the oldest first; their calls have ended, and the completions came into the pool. Of the slots that they were promised none is promised any more.',
    fields: ['row', 'taken', 'slots'],
  },
  (s, row, taken, slots) => {
    must(taken > 0 && taken <= slots, 'more submissions were taken than had slots');
    s.rings.head[row] = (s.rings.head[row] + taken) | 0;
    promiseSlots(s, row, -slots);
    addRun(s, s.rings.pool[row], taken);
  },
);
