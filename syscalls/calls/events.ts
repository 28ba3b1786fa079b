/** Calls: waiting for events, listening to them with pools, and answering them. */
import { LIMITS, PAGE_BYTES } from '../limits.js';
import { LISTEN, SOURCE, VERDICT } from '../options.js';
import { type Argument, type CallRow, DEADLINE, KEY } from './description.js';

const SOURCE_ARGUMENT: Argument = { name: 'source', kind: 'choice', values: SOURCE, about: 'Which source of it.' };
const EVENT_ARGUMENT: Argument = {
  name: 'event',
  kind: 'structure',
  layout: 'packet',
  access: 'output',
  about: 'Where the event goes.',
};
const HANDLER_STATE =
  'INTERRUPT: the thread owes the answer to an interrupt, or the line stays masked. MEMORY, FAULT, BREAK: the thread owes an answer.';
const MISSING_SOURCE = 'The object has no such source.';

export const EVENTS = {
  event_wait: {
    number: 0x10,
    area: 'events',
    summary: 'Blocks until a source has had an event since the generation that the caller has seen.',
    arguments: [
      { name: 'h', kind: 'handle', object: [], rights: ['WAIT'], about: 'The object.' },
      SOURCE_ARGUMENT,
      {
        name: 'seen',
        kind: 'u32',
        about: 'A generation that an earlier wait gave, 0 for none, or SEEN_NOW: the next event.',
      },
      DEADLINE,
      EVENT_ARGUMENT,
    ],
    results: [{ name: 'generation', kind: 'u32', about: 'The number of events of the source so far, modulo 2^31.' }],
    errors: {
      NOT_FOUND: MISSING_SOURCE,
      BAD_STATE: HANDLER_STATE,
      TIMED_OUT: 'The deadline passed first.',
      CANCELED: 'The object went away.',
      NO_MEMORY: 'A page of the buffer has to be backed and does not fit the quota.',
    },
    description:
      'A source that has moved past `seen` answers at once with its latest event, whose `count` says how many there were ' +
      'since: a thread that was busy loses nothing. All threads that one event wakes become runnable in the same step, in the ' +
      'order in which they began to wait. A pool that holds packets answers a wait for RECEIVED at once. To wait for INTERRUPT ' +
      'takes the right ACK, too; who learns of one that has passed `seen` owes no answer to it, and `data[0]` is 0.',
  },
  event_wait_many: {
    number: 0x11,
    area: 'events',
    summary: 'Waits for the first event of several sources.',
    arguments: [
      { name: 'items', kind: 'structures', layout: 'wait_item', about: 'What to wait for.' },
      { name: 'n', kind: 'count', most: LIMITS.waitItems, about: 'How many items, at most 64.' },
      DEADLINE,
      EVENT_ARGUMENT,
    ],
    results: [
      { name: 'index', kind: 'u32', about: 'Which item it was.' },
      { name: 'generation', kind: 'u32', about: 'The generation of its source.' },
    ],
    errors: {
      NOT_FOUND: MISSING_SOURCE,
      BAD_STATE: HANDLER_STATE,
      OUT_OF_RANGE: 'More than 64 items.',
      TIMED_OUT: 'The deadline passed first.',
      CANCELED: 'An object went away.',
      NO_MEMORY: 'The items do not fit the quota.',
      NO_RESOURCES: 'The table of registrations is full.',
    },
    description:
      'Of items that have an event already the first in the list is taken. The rest of them are left as they were.',
  },
  event_listen: {
    number: 0x12,
    area: 'events',
    summary: 'Registers a pool with a source: its events come as packets.',
    arguments: [
      { name: 'h', kind: 'handle', object: [], rights: ['WAIT'], about: 'The object.' },
      SOURCE_ARGUMENT,
      { name: 'pool', kind: 'handle', object: ['pool'], rights: ['WRITE'], about: 'Where the packets go.' },
      KEY,
      {
        name: 'options',
        kind: 'options',
        bits: LISTEN,
        about: 'PERSISTENT, END_WHEN_FULL, and the number of slots in bits 8 to 15.',
      },
    ],
    results: [{ name: 'registration', kind: 'u32', about: 'For event_cancel; numbers are not used again.' }],
    errors: {
      NOT_FOUND: MISSING_SOURCE,
      NO_RESOURCES: 'The pool has no free slot for it, or a table is full.',
      NO_MEMORY: 'The registration does not fit the quota of the pool.',
      LOOP: 'The pool would tell itself, or more than four pools would stand in a row.',
      BAD_STATE: 'The pool is corrupt; INTERRUPT: the line stays masked.',
    },
    description:
      'The registration owns its slots from now on, so a delivery cannot fail. When all of them hold packets that nobody has ' +
      'taken, the newest one takes further events in: its count goes up. An interrupt has to be ' +
      'answered before it comes again; to listen to INTERRUPT takes the right ACK, too. Who listens to MEMORY with the right ' +
      'RESOLVE has a token in `data[0]`, and answers; without the right it is 0. `data[1]` is the MEMORY_STATE, `data[2]` how many bytes ' +
      'are wanted, `data[3]` the koid of the allocator that is short, `data[4]` what is free there. Who listens to FAULT or BREAK ' +
      'with the right RESOLVE has a token in the same way; `data[1]` is the koid of the thread, `data[2]` the cause, `data[3]` its ' +
      'pc, `data[4]` the address (mtval), `status` the FAULT_DETAIL. A registration owes one such answer at a time: the next fault ' +
      'waits for its turn. One whose process has no thread left that could run is passed over.',
  },
  event_cancel: {
    number: 0x13,
    area: 'events',
    summary: 'Ends a registration; nothing of it remains or will come.',
    arguments: [
      { name: 'pool', kind: 'handle', object: ['pool'], rights: ['WRITE'], about: 'The pool.' },
      { name: 'registration', kind: 'u32', about: 'What event_listen or a call that does not wait gave.' },
    ],
    results: [],
    errors: {
      NOT_FOUND:
        'There is no such registration of this pool: it has ended, and its last packet was taken or is in the pool.',
    },
    description:
      'Either OK and no packet of it remains or will come, or NOT_FOUND. Packets that nobody has taken are removed with it, and what they ' +
      'carried is closed. A send that is cancelled has not happened. A registration that has ended, but whose packet still lies in ' +
      'the pool, can be cancelled too: the packet is removed. The answer that a cancelled registration owes counts as given.',
  },
  event_resolve: {
    number: 0x14,
    area: 'events',
    summary: 'Answers an event that has to be answered.',
    arguments: [
      {
        name: 'h',
        kind: 'handle',
        object: ['interrupt', 'allocator', 'thread', 'process', 'job'],
        rights: [],
        about:
          'The object whose event it was: at which the caller listened. Of an interrupt the right ACK is needed, of the others RESOLVE.',
      },
      { name: 'token', kind: 'u32', about: 'From the event, `data[0]`.' },
      {
        name: 'verdict',
        kind: 'choice',
        values: VERDICT,
        about:
          'HANDLED or NOT_MINE of an interrupt; RELEASED, GRANTED or CANNOT of a shortage of memory; PASS, HANDLED, KILL_THREAD or ' +
          'KILL_PROCESS of a fault. Another one, or GRANTED without bytes or an allocator to take them from, is INVALID_ARGS.',
      },
      {
        name: 'bytes',
        kind: 'u32',
        multiple: PAGE_BYTES,
        most: LIMITS.vmoBytes,
        optional: true,
        about: 'GRANTED: how much quota is moved, a multiple of 4096; otherwise 0 or how much was given back.',
      },
      {
        name: 'from',
        kind: 'handle',
        object: ['allocator'],
        rights: ['GRANT'],
        optional: 'of no answer but GRANTED',
        about: 'GRANTED: the allocator whose quota it is.',
      },
    ],
    results: [],
    errors: {
      NOT_FOUND: 'Nobody owes this answer: it was given, or its time has passed.',
      NO_MEMORY: 'GRANTED: so much is not free there. The answer is still owed.',
      OUT_OF_RANGE: 'It is above 1 GiB, or a quota would be.',
    },
    description:
      'A shortage is over for its listeners when all of them have answered; who waits is served after every answer. The answers of several handlers are combined by a rule that does not depend on their order: it was NOT_MINE if all said so, ' +
      'and HANDLED otherwise; a handler that is gone, or out of time, said HANDLED. Of a fault the strongest answer counts: PASS, ' +
      'HANDLED, KILL_THREAD, KILL_PROCESS, from the weakest on; one that is gone said PASS. After HANDLED the thread goes on ' +
      'where it was, with the registers that thread_write_state gave it, and faults again if the cause is still there. Where all ' +
      'pass, those of the next object are asked: of the thread, of its process, of the jobs above it, child to root; then the ' +
      'process is killed.',
  },
} as const satisfies Readonly<Record<string, CallRow>>;
