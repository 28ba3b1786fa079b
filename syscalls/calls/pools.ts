/** Calls: pools of packets, and rings of submissions. */
import { LIMITS } from '../limits.js';
import { POOL_KIND } from '../options.js';
import { type CallRow, CREATION_ERRORS, DEADLINE, PAYER } from './description.js';

const CORRUPT = 'The program wrote nonsense into the mapped pool.';

export const POOLS = {
  pool_create: {
    number: 0x20,
    area: 'pools',
    summary: 'Makes a pool: a queue of packets.',
    arguments: [
      PAYER,
      {
        name: 'pool_kind',
        kind: 'choice',
        values: POOL_KIND,
        about: 'FIXED: packets of 64 bytes. VARIABLE: they carry messages too.',
      },
      {
        name: 'capacity',
        kind: 'u32',
        nonzero: true,
        most: LIMITS.poolBytes,
        about:
          'FIXED: how many packets, rounded up to a power of two. VARIABLE: bytes at the most, rounded up to pages.',
      },
      { name: 'options', kind: 'options', bits: {}, about: 'None yet.' },
    ],
    results: [{ name: 'pool', kind: 'handle', about: 'The new pool.' }],
    errors: { ...CREATION_ERRORS, OUT_OF_RANGE: 'More than 65,536 packets, or more than 16 MiB.' },
    description:
      'A fixed pool is charged in full now and never again. A variable one has frames for what it holds and has promised to hold, and no more.',
  },
  pool_take: {
    number: 0x21,
    area: 'pools',
    summary: 'Takes the oldest packet out of a pool, waiting for one if need be.',
    arguments: [
      { name: 'pool', kind: 'handle', object: ['pool'], rights: ['READ'], about: 'The pool.' },
      DEADLINE,
      { name: 'packet', kind: 'structure', layout: 'packet', access: 'output', about: 'Where the packet goes.' },
      { name: 'buf', kind: 'output', about: 'Where the message goes that a packet carries.' },
      { name: 'len', kind: 'length', about: 'Bytes that the buffer holds.' },
    ],
    results: [{ name: 'n', kind: 'u32', about: 'Bytes of the message, then a word for each handle in it.' }],
    errors: {
      TIMED_OUT: 'The deadline passed first.',
      BUFFER_TOO_SMALL: 'The message is longer than the buffer: n says how long. The packet stays.',
      NO_RESOURCES: 'The handle table has no room for the handles in the message. The packet stays.',
      NO_MEMORY: 'The handles or a page of the buffer do not fit the quota.',
      IO_DATA_INTEGRITY: CORRUPT,
    },
    description:
      'Threads that wait are served in the order in which they began; a packet that comes goes straight to the first of them. A ' +
      "message's handles lie behind its bytes, from the next multiple of four on.",
  },
  pool_post: {
    number: 0x22,
    area: 'pools',
    summary: 'Puts a packet into a pool.',
    arguments: [
      { name: 'pool', kind: 'handle', object: ['pool'], rights: ['SIGNAL'], about: 'The pool.' },
      {
        name: 'packet',
        kind: 'structure',
        layout: 'packet',
        access: 'input',
        about: 'Key, status and data are taken from it.',
      },
    ],
    results: [],
    errors: {
      SHOULD_WAIT: 'No slot is free that belongs to no registration.',
      IO_DATA_INTEGRITY: CORRUPT,
    },
    description: 'Its type is POSTED and its source the process that posted it.',
  },
  pool_map: {
    number: 0x23,
    area: 'pools',
    summary: 'Maps a fixed pool, so that its packets can be read without a call.',
    arguments: [
      { name: 'pool', kind: 'handle', object: ['pool'], rights: ['MAP', 'READ'], about: 'The pool.' },
      { name: 'vmar', kind: 'handle', object: ['vmar'], rights: ['MAP'], about: 'The address region.' },
    ],
    results: [{ name: 'addr', kind: 'address', about: 'Where the header is; the packets begin a page later.' }],
    errors: {
      NOT_SUPPORTED: 'The pool is variable.',
      ALREADY_BOUND: 'The pool is mapped already.',
      IO_DATA_INTEGRITY: CORRUPT,
      BAD_STATE: 'The process of the region has ended.',
      NO_SPACE: 'No free range is long enough.',
      NO_RESOURCES: 'The region has its 4,096 mappings already.',
      NO_MEMORY: 'The record of the mapping does not fit the quota.',
    },
    description:
      'The kernel owns `tail`, the program `head`. The kernel reads the head at most once a step, and only when it has to know it; ' +
      'a head that cannot be puts the pool, and nothing else, into state CORRUPT.',
  },
  ring_create: {
    number: 0x24,
    area: 'pools',
    summary: 'Makes a ring: a queue of system calls in shared memory, whose results come as packets.',
    arguments: [
      PAYER,
      {
        name: 'entries',
        kind: 'u32',
        nonzero: true,
        most: LIMITS.ringEntries,
        about: 'Submissions that it holds, rounded up to a power of two.',
      },
      { name: 'pool', kind: 'handle', object: ['pool'], rights: ['WRITE'], about: 'A fixed pool for the completions.' },
      { name: 'vmar', kind: 'handle', object: ['vmar'], rights: ['MAP'], about: 'Where the ring is mapped.' },
    ],
    results: [
      { name: 'ring', kind: 'handle', about: 'The new ring.' },
      { name: 'addr', kind: 'address', about: 'Where its header is; submissions begin 64 bytes later.' },
    ],
    errors: {
      NO_MEMORY: 'It does not fit the quota of who pays, or the record of its mapping not that of the region.',
      NO_RESOURCES: 'A table is full, or the region has its 4,096 mappings already.',
      NOT_SUPPORTED: 'The pool is variable.',
      BAD_STATE: 'The process of the region has ended.',
      NO_SPACE: 'No free range is long enough.',
      OUT_OF_RANGE: 'More than 4,096 entries.',
    },
    description:
      'The program writes submissions and moves `tail`; the kernel moves `head`. The memory is charged in full now.',
  },
  ring_enter: {
    number: 0x25,
    area: 'pools',
    summary: 'Makes calls that stand in a ring, and can wait for completions.',
    arguments: [
      { name: 'ring', kind: 'handle', object: ['ring'], rights: ['WRITE'], about: 'The ring.' },
      { name: 'submit', kind: 'u32', about: 'How many submissions to take at the most.' },
      { name: 'complete', kind: 'u32', about: 'How many packets the pool should hold before the call returns.' },
      DEADLINE,
    ],
    results: [
      {
        name: 'taken',
        kind: 'u32',
        about: 'How many were taken: as many as there were, and slots for their completions.',
      },
    ],
    errors: {
      TIMED_OUT: 'The deadline passed before the pool held so many packets; `taken` is right all the same.',
      OUT_OF_RANGE: 'The pool cannot hold so many packets.',
      IO_DATA_INTEGRITY: 'The tail is nonsense, or the pool is corrupt. The ring is of no use any more.',
      CANCELED: 'The ring went away.',
    },
    description:
      'Each submission is a system call that is checked like any other, with the handles and the memory of whoever enters: ' +
      'share a ring with nobody you would not let act for you. Its completion is a packet of type COMPLETION with the status in ' +
      '`status` and the results in `data0` to `data3`; all of one entering come into the pool together, at its end. In a ring every deadline of a wait counts as passed, so nothing waits ' +
      'there; thread_exit, process_exit, thread_yield and ring_enter are NOT_SUPPORTED. A word of a submission that is reserved ' +
      'and not 0 is INVALID_ARGS. Fewer are taken than were asked for when slots are short, and after calls that together ' +
      'copy 1 MiB: enter again.',
  },
} as const satisfies Readonly<Record<string, CallRow>>;
