/** What the comparison with the model has found in the kernel, each as the sequence to which it was shrunk. */
import { describe, it } from 'vitest';
import { playCalls } from './agreement.js';
import type { Call, SourceName } from './calls.js';

const FOUND: readonly (readonly [sentence: string, calls: readonly Call[]])[] = [
  [
    'a wait that has missed several events says how many, also where the pool holds packets',
    [
      { by: 't0', call: 'pool_post', pool: 'p1', key: 0, status: 0 },
      { by: 't0', call: 'pool_take', pool: 'p1', room: 0, deadline: 'never' },
      { by: 't0', call: 'pool_post', pool: 'p1', key: 0, status: 0 },
      { by: 't0', call: 'event_wait', object: 'p1', source: 'RECEIVED', seen: 0, deadline: 'never' },
    ],
  ],
  [
    'a registration that has ended, with its packet still in the pool, makes no row of pools longer',
    [
      listen('p4', 'p1', false),
      { by: 't0', call: 'pool_post', pool: 'p3', key: 0, status: 0 },
      listen('p3', 'p4', true),
      listen('p1', 'p3', false),
    ],
  ],
  [
    'what a timer causes comes before the end of a wait with the same deadline, also over a pool in between',
    [
      { by: 't0', call: 'event_wait', object: 'p4', source: 'RECEIVED', seen: 'NOW', deadline: 2 },
      { by: 't1', call: 'timer_set', timer: 'm0', deadline: 1, period: 1 },
      listen('m0', 'p4', false, 'TIMER'),
    ],
  ],
];

function listen(object: string, pool: string, persistent: boolean, source: SourceName = 'RECEIVED'): Call {
  const rest = { key: 0, persistent, endWhenFull: false, slots: 1 } as const;
  return { by: 't1', call: 'event_listen', object, source, pool, ...rest };
}

describe('what the model found', () => {
  it.each(FOUND)('%s', (_sentence, calls) => {
    playCalls(calls, { checked: true });
  });
});
