/** Transitions of topics. */
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { SOURCE } from '../../syscalls/options.js';
import { COST } from '../limits.js';
import { addSource, removeSource } from '../state/sources.js';
import { releaseRow, takeRow } from '../state/table.js';
import { transition } from '../state/transition.js';
import { charge, uncharge } from './memory.js';

export const topicCreated = transition(
  'topic_created',
  {
    about: 'A topic was made: events of this type, with so many bytes.',
    fields: ['row', 'koid', 'allocator', 'type', 'size'],
    formats: { type: 'hexadecimal' },
  },
  (s, row, koid, allocator, type, size) => {
    const t = s.topics;
    takeRow(t, row);
    t.koid[row] = koid;
    s.nextKoid = koid + 1;
    t.allocator[row] = allocator;
    t.type[row] = type;
    t.size[row] = size;
    t.source[row] = addSource(s, OBJECT_TYPE.topic, row, SOURCE.TOPIC);
    charge(s, allocator, COST.topic);
  },
);

export const topicRemoved = transition(
  'topic_removed',
  { about: 'A topic that nobody names went away.', fields: ['row'] },
  (s, row) => {
    const t = s.topics;
    removeSource(s, t.source[row]);
    uncharge(s, t.allocator[row], COST.topic);
    releaseRow(t, row);
  },
);
