/** Calls: locks and futexes. */
import { FUTEX_OPTIONS } from '../options.js';
import { type Argument, type CallRow, CREATION_ERRORS, DEADLINE, KEY, PAYER } from './description.js';

const LOCK: Argument = { name: 'lock', kind: 'handle', object: ['lock'], rights: ['WRITE'], about: 'The lock.' };

export const LOCKS = {
  futex_wait: {
    number: 0x40,
    area: 'locks',
    summary: 'Blocks while a word in memory still holds the expected value, until somebody wakes this address.',
    arguments: [
      { name: 'addr', kind: 'word', about: 'The word.' },
      { name: 'expected', kind: 'u32', about: 'The value that makes the thread wait.' },
      {
        name: 'owner',
        kind: 'handle',
        object: ['thread'],
        rights: [],
        optional: 'nobody in particular',
        about: 'The thread that holds what the word stands for.',
      },
      DEADLINE,
      {
        name: 'options',
        kind: 'options',
        bits: FUTEX_OPTIONS,
        about: 'REGARDLESS: wait even where that closes a cycle.',
      },
    ],
    results: [],
    errors: {
      SHOULD_WAIT: 'The word held another value: look again.',
      TIMED_OUT: 'The deadline passed before a wake.',
      BAD_STATE: 'The owner is the calling thread itself.',
      DEADLOCK: 'The owner waits, over other owners perhaps, for the calling thread.',
    },
    description:
      'While it waits, the owner runs with at least the priority of the waiter, and so does whom the owner waits for. A cycle is ' +
      'in the journal even where the wait begins regardless; such a wait lends nothing. Comparing and joining the queue are one step: no wake can be lost in between. Waiters are woken in the order in which ' +
      'they began to wait. Words are known by their memory object and offset, so processes that share the memory share the queue.',
  },
  futex_wake: {
    number: 0x41,
    area: 'locks',
    summary: 'Wakes threads that wait for a word, in the order in which they began to wait.',
    arguments: [
      { name: 'addr', kind: 'word', about: 'The word.' },
      { name: 'count', kind: 'u32', about: 'How many threads at the most.' },
    ],
    results: [{ name: 'woken', kind: 'u32', about: 'How many were woken.' }],
    errors: {},
    description:
      'The word itself is not looked at. Woken threads go to the tail of their priority level. Those who wait on and named the ' +
      'caller as the owner count the first that was woken as the owner from then on.',
  },
  lock_create: {
    number: 0x42,
    area: 'locks',
    summary: 'Makes a lock that nobody owns.',
    arguments: [PAYER],
    results: [{ name: 'lock', kind: 'handle', about: 'The new lock.' }],
    errors: CREATION_ERRORS,
    description: 'An owner or none; whoever waits stands in one queue, and release hands over to its head.',
  },
  lock_acquire: {
    number: 0x43,
    area: 'locks',
    summary: 'Takes a lock for the calling thread, waiting for it if need be.',
    arguments: [LOCK, DEADLINE],
    results: [],
    errors: {
      OWNER_DIED: 'Success: and the previous owner died while it held the lock.',
      BAD_STATE: 'The thread owns it already.',
      TIMED_OUT: 'The deadline passed first.',
      DEADLOCK:
        'The owner, or a thread for which a pool stands in the queue, waits, over other owners perhaps, for the calling thread.',
      CANCELED: 'The lock went away.',
    },
    description:
      'While it waits, the owner runs with at least the priority of the waiter, and so does whom the owner waits for.',
  },
  lock_acquire_async: {
    number: 0x44,
    area: 'locks',
    summary: 'Lets a pool stand in the queue for a lock, for a thread that will own it.',
    arguments: [
      LOCK,
      { name: 'thread', kind: 'handle', object: ['thread'], rights: ['MANAGE'], about: 'Who will own it.' },
      { name: 'pool', kind: 'handle', object: ['pool'], rights: ['WRITE'], about: 'Where the packet goes.' },
      KEY,
    ],
    results: [{ name: 'registration', kind: 'u32', about: 'For event_cancel.' }],
    errors: {
      BAD_STATE: 'The thread owns it already or has ended, or the pool is corrupt.',
      NO_RESOURCES: 'The pool has no free slot, or a table is full.',
      NO_MEMORY: 'The registration does not fit the quota of the pool.',
    },
    description:
      'The packet comes in the step in which the thread becomes the owner; a free lock is granted at once. Its status is OK or ' +
      'OWNER_DIED, its data0 the koid of the thread. The thread need not wait, so it lends no more than the priority that was set ' +
      'for it, and closes no cycle. CANCELED with ERROR and LAST: the thread ended, or the lock went away. Cancelling a ' +
      'registration whose packet nobody has taken gives the lock to the next; so does closing the pool, with OWNER_DIED.',
  },
  lock_release: {
    number: 0x45,
    area: 'locks',
    summary: 'Gives a lock to the head of its queue, or sets it free.',
    arguments: [LOCK],
    results: [],
    errors: { BAD_STATE: 'Nobody owns it.', ACCESS_DENIED: 'Another thread owns it.' },
    description: 'The new owner has it in the same step: nobody can take it in between.',
  },
} as const satisfies Readonly<Record<string, CallRow>>;
