/**
 * The call table: the only place where a system call is described.
 *
 * From it come the kernel's dispatch and argument checks, the C header and stubs, the TypeScript stubs for scripted threads,
 * the trace printer and the reference pages (`npm run generate`).
 *
 * ABI: `ecall` with the number in a7 and arguments in a0 to a5; a 64-bit argument takes two registers, low word first, with no
 * alignment; the status comes back in a0, results in a1 and up. Registers that carry no result are left as they were.
 * Numbers are never reused. A number inside an area's range that has no row answers NOT_SUPPORTED; outside every range, BAD_CALL.
 */
import type { StatusName } from './errors.js';
import { LIMITS, PAGE_BYTES } from './limits.js';
import type { ObjectTypeName } from './objects.js';
import type { RightName } from './rights.js';

/** What an argument is; the kind decides how many registers it takes, how it is checked, printed and typed. */
export type Argument = { readonly name: string; readonly about: string } & (
  | {
      readonly kind: 'handle';
      /** The types that are accepted; none means any. */
      readonly object: readonly ObjectTypeName[];
      readonly rights: readonly RightName[];
      /** With it 0 is accepted and means what the text says. */
      readonly optional?: string;
    }
  | { readonly kind: 'i32' | 'rights' | 'time' }
  /** A number. Above `most`: OUT_OF_RANGE. No multiple of `multiple`, or 0 where `nonzero`: INVALID_ARGS. */
  | {
      readonly kind: 'u32' | 'address';
      readonly most?: number;
      readonly multiple?: number;
      readonly nonzero?: true;
    }
  | { readonly kind: 'options'; readonly bits: Readonly<Record<string, number>> }
  /** One of a few numbers that have names. */
  | { readonly kind: 'choice'; readonly values: Readonly<Record<string, number>> }
  /** A pointer to bytes that the call reads or writes; the next argument is their count. `text` prints them as a string. */
  | { readonly kind: 'input' | 'output'; readonly text?: true }
  /** The count of bytes of the pointer before it. Above `most` (1 MiB where it says nothing): OUT_OF_RANGE. */
  | { readonly kind: 'length'; readonly most?: number }
  /** A pointer to an aligned 32-bit word that must be readable. */
  | { readonly kind: 'word' }
);

export interface Result {
  readonly name: string;
  readonly kind: 'handle' | 'u32' | 'address' | 'time';
  readonly about: string;
}

export interface Call {
  readonly number: number;
  readonly name: string;
  readonly area: AreaName;
  /** One sentence. */
  readonly summary: string;
  readonly arguments: readonly Argument[];
  readonly results: readonly Result[];
  /** Beyond BAD_HANDLE, WRONG_TYPE, ACCESS_DENIED and INVALID_ARGS, which any call may return: name and when. */
  readonly errors: Readonly<Partial<Record<StatusName, string>>>;
  /** Paragraphs for the reference page. */
  readonly description: string;
}

/** Ranges of numbers, so that a planned call is told from nonsense. */
export const AREAS = {
  handles: { first: 0x00, title: 'Handles' },
  events: { first: 0x10, title: 'Events' },
  pools: { first: 0x20, title: 'Pools and rings' },
  channels: { first: 0x30, title: 'Channels' },
  locks: { first: 0x40, title: 'Locks' },
  time: { first: 0x50, title: 'Interrupts and time' },
  topics: { first: 0x60, title: 'Topics' },
  memory: { first: 0x70, title: 'Memory' },
  tasks: { first: 0x80, title: 'Tasks' },
  debug: { first: 0x90, title: 'Debug and journal' },
  boot: { first: 0xa0, title: 'Boot only' },
} as const;

export type AreaName = keyof typeof AREAS;

/** How many numbers each area's range holds. */
export const AREA_SIZE = 16;

export const PROTECTION = { READ: 1, WRITE: 2, EXECUTE: 4 } as const;
/** Bits of the `protection` argument of vmar_map: the protection, and how the hint is meant. */
export const MAP_OPTIONS = { ...PROTECTION, FIXED: 8 } as const;
export const CLOCK = { MONOTONIC: 0, THREAD: 1 } as const;
export const INFO = { HANDLE: 0, PROCESS: 1, THREAD: 2, ALLOCATOR: 3, VMO: 4 } as const;
export const PROPERTY = { NAME: 0, PRIORITY: 1 } as const;

const NAME_ARGUMENTS = [
  { name: 'name', kind: 'input', text: true, about: 'The name, UTF-8, without a terminating zero; at most 24 bytes.' },
  { name: 'name_len', kind: 'length', most: LIMITS.nameBytes, about: 'Bytes of the name.' },
] as const satisfies readonly Argument[];

const NAME_ERRORS = { OUT_OF_RANGE: 'The name is longer than 24 bytes.' } as const;

const DEADLINE: Argument = {
  name: 'deadline',
  kind: 'time',
  about:
    'Absolute virtual time in nanoseconds; one in the past polls; 2^63 - 1 (or anything from 2^51 on, 26 days) never comes.',
};

const CALLS_BY_NAME = {
  handle_close: {
    number: 0x00,
    area: 'handles',
    summary: 'Closes a handle; an object that nothing names any more goes away.',
    arguments: [{ name: 'h', kind: 'handle', object: [], rights: [], about: 'The handle to close.' }],
    results: [],
    errors: {},
    description:
      'The number is not given out again. What the object was charged goes back to its allocator when its last handle is closed ' +
      'and nothing in the kernel uses it any more: a memory object lives while it is mapped, a thread while it runs, a process ' +
      'while it has threads. Closing one handle leaves the handles that were derived from it.',
  },
  handle_duplicate: {
    number: 0x01,
    area: 'handles',
    summary: 'Makes a second handle to the same object, with the same rights or fewer.',
    arguments: [
      { name: 'h', kind: 'handle', object: [], rights: ['DUPLICATE'], about: 'The handle to copy.' },
      { name: 'rights', kind: 'rights', about: 'Rights of the new handle: a subset, or SAME_RIGHTS.' },
    ],
    results: [{ name: 'copy', kind: 'handle', about: 'The new handle, derived from the old one.' }],
    errors: { NO_RESOURCES: 'The handle table is full.', NO_MEMORY: 'The handle does not fit the quota.' },
    description:
      'Asking for a right that the source handle lacks is INVALID_ARGS. The new handle is derived from the old one: revoking ' +
      'the old one removes it.',
  },
  handle_replace: {
    number: 0x02,
    area: 'handles',
    summary: 'Swaps a handle for one with the same rights or fewer; the old number is gone.',
    arguments: [
      { name: 'h', kind: 'handle', object: [], rights: [], about: 'The handle to replace.' },
      { name: 'rights', kind: 'rights', about: 'Rights of the new handle: a subset, or SAME_RIGHTS.' },
    ],
    results: [{ name: 'replacement', kind: 'handle', about: 'The handle that takes its place.' }],
    errors: { NO_RESOURCES: 'The process has used up the numbers for its handles.' },
    description:
      'Asking for a right that the handle lacks is INVALID_ARGS, and the handle stays. The replacement stands where the old ' +
      'handle stood in the tree of derivation.',
  },
  handle_revoke: {
    number: 0x03,
    area: 'handles',
    summary: 'Removes every handle that was derived from this one, in whatever process, and nothing else.',
    arguments: [
      { name: 'h', kind: 'handle', object: [], rights: [], about: 'The handle whose descendants go; it stays itself.' },
    ],
    results: [{ name: 'removed', kind: 'u32', about: 'How many handles were removed.' }],
    errors: {},
    description: 'Descendants are handles made from it by duplication, and from those, to any depth.',
  },
  object_info: {
    number: 0x04,
    area: 'handles',
    summary: 'Writes a description of the object into a buffer.',
    arguments: [
      { name: 'h', kind: 'handle', object: [], rights: ['INSPECT'], about: 'The object.' },
      { name: 'what', kind: 'choice', values: INFO, about: 'Which description.' },
      { name: 'buf', kind: 'output', about: 'Where it goes; the layouts are in tocsin.h.' },
      { name: 'len', kind: 'length', about: 'Bytes that the buffer holds.' },
    ],
    results: [{ name: 'written', kind: 'u32', about: 'Bytes written.' }],
    errors: {
      BUFFER_TOO_SMALL: 'The description is longer than len.',
      NO_MEMORY: 'A page of the buffer has to be backed and does not fit the quota.',
    },
    description: 'A description of another type of object is WRONG_TYPE; INFO_HANDLE fits every object.',
  },
  object_set: {
    number: 0x05,
    area: 'handles',
    summary: 'Changes a property of the object.',
    arguments: [
      { name: 'h', kind: 'handle', object: ['process', 'thread'], rights: ['MANAGE'], about: 'The object.' },
      { name: 'what', kind: 'choice', values: PROPERTY, about: 'Which property.' },
      { name: 'buf', kind: 'input', about: 'NAME: the bytes of the name. PRIORITY (threads): one 32-bit word.' },
      { name: 'len', kind: 'length', about: 'Bytes of the value.' },
    ],
    results: [],
    errors: { OUT_OF_RANGE: 'The name is longer than 24 bytes, or the priority above 31.' },
    description:
      'PRIORITY of a process is WRONG_TYPE; a value of another length than the property has is INVALID_ARGS.',
  },
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
        about: 'The thread that holds what the word stands for; shown as "held by", and used to find cycles.',
      },
      DEADLINE,
    ],
    results: [],
    errors: {
      SHOULD_WAIT: 'The word held another value: look again.',
      TIMED_OUT: 'The deadline passed before a wake.',
      BAD_STATE: 'The owner is the calling thread itself.',
    },
    description:
      'Comparing and joining the queue are one step: no wake can be lost in between. Waiters are woken in the order in which ' +
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
    description: 'The word itself is not looked at. Woken threads go to the tail of their priority level.',
  },
  clock_get: {
    number: 0x56,
    area: 'time',
    summary: 'Reads a clock.',
    arguments: [
      {
        name: 'id',
        kind: 'choice',
        values: CLOCK,
        about: 'MONOTONIC: virtual time since boot. THREAD: what the calling thread has used of it.',
      },
    ],
    results: [{ name: 'time', kind: 'time', about: 'Nanoseconds.' }],
    errors: {},
    description: 'One retired instruction is one nanosecond; an idle machine jumps to the next deadline.',
  },
  thread_sleep: {
    number: 0x57,
    area: 'time',
    summary: 'Blocks until a deadline.',
    arguments: [DEADLINE],
    results: [],
    errors: {},
    description: 'Ends with OK at the deadline; one that has passed already returns at once.',
  },
  thread_yield: {
    number: 0x58,
    area: 'time',
    summary: 'Lets the next thread of the same priority run.',
    arguments: [],
    results: [],
    errors: {},
    description: 'The caller goes to the tail of its level. Where it is alone there, it goes on.',
  },
  allocator_create: {
    number: 0x70,
    area: 'memory',
    summary: "Makes an allocator under another, with a quota that is moved out of the parent's.",
    arguments: [
      { name: 'parent', kind: 'handle', object: ['allocator'], rights: ['ALLOC'], about: 'Whose quota is divided.' },
      {
        name: 'quota',
        kind: 'u32',
        multiple: PAGE_BYTES,
        nonzero: true,
        most: LIMITS.vmoBytes,
        about: 'Bytes, a multiple of 4096, not 0, at most 1 GiB.',
      },
    ],
    results: [{ name: 'child', kind: 'handle', about: 'The new allocator.' }],
    errors: {
      NO_MEMORY: "The quota does not fit what is left of the parent's.",
      NO_RESOURCES: 'The tree is 16 deep already, or a table is full.',
      OUT_OF_RANGE: 'The quota is above 1 GiB.',
    },
    description:
      "Quota is moved, not shared: a node's own use plus its children's quotas never exceed its quota. The quota goes back to the " +
      'parent when the last handle is closed and nothing is charged here any more.',
  },
  vmo_create: {
    number: 0x72,
    area: 'memory',
    summary: 'Makes a memory object of zero bytes, whose frames come when they are first touched.',
    arguments: [
      {
        name: 'allocator',
        kind: 'handle',
        object: ['allocator'],
        rights: ['ALLOC'],
        about: 'Who pays for the frames.',
      },
      {
        name: 'size',
        kind: 'u32',
        nonzero: true,
        most: LIMITS.vmoBytes,
        about: 'Bytes, not 0; rounded up to whole pages.',
      },
      { name: 'options', kind: 'options', bits: {}, about: 'None yet.' },
    ],
    results: [{ name: 'vmo', kind: 'handle', about: 'The new memory object.' }],
    errors: {
      OUT_OF_RANGE: 'The size is above 1 GiB.',
      NO_MEMORY: 'The object does not fit the quota.',
      NO_RESOURCES: 'A table is full.',
    },
    description: 'Creating it charges no frames: touching a page does, and fails there when the quota is used up.',
  },
  vmo_read: {
    number: 0x73,
    area: 'memory',
    summary: 'Copies bytes out of a memory object.',
    arguments: [
      { name: 'vmo', kind: 'handle', object: ['vmo'], rights: ['READ'], about: 'The memory object.' },
      { name: 'offset', kind: 'u32', about: 'Where to begin, in bytes.' },
      { name: 'buf', kind: 'output', about: 'Where the bytes go.' },
      { name: 'len', kind: 'length', about: 'How many; at most 1 MiB.' },
    ],
    results: [],
    errors: {
      OUT_OF_RANGE: 'The range does not lie in the object.',
      NO_MEMORY: 'A page of the buffer has to be backed and does not fit the quota.',
    },
    description: 'Pages that were never touched read as zero and stay untouched.',
  },
  vmo_write: {
    number: 0x74,
    area: 'memory',
    summary: 'Copies bytes into a memory object.',
    arguments: [
      { name: 'vmo', kind: 'handle', object: ['vmo'], rights: ['WRITE'], about: 'The memory object.' },
      { name: 'offset', kind: 'u32', about: 'Where to begin, in bytes.' },
      { name: 'buf', kind: 'input', about: 'The bytes.' },
      { name: 'len', kind: 'length', about: 'How many; at most 1 MiB.' },
    ],
    results: [],
    errors: {
      OUT_OF_RANGE: 'The range does not lie in the object.',
      NO_MEMORY: 'A page that has to be backed does not fit the quota.',
    },
    description: 'Either every byte is written or none.',
  },
  vmar_map: {
    number: 0x75,
    area: 'memory',
    summary: 'Maps a part of a memory object into an address region.',
    arguments: [
      { name: 'vmar', kind: 'handle', object: ['vmar'], rights: ['MAP'], about: 'The address region.' },
      {
        name: 'vmo',
        kind: 'handle',
        object: ['vmo'],
        rights: ['MAP'],
        about: 'The memory object; READ, WRITE and EXECUTE are needed as far as the protection asks for them.',
      },
      { name: 'offset', kind: 'u32', multiple: PAGE_BYTES, about: 'Where in the object, a multiple of 4096.' },
      { name: 'map_len', kind: 'u32', multiple: PAGE_BYTES, nonzero: true, about: 'Bytes, a multiple of 4096, not 0.' },
      {
        name: 'protection',
        kind: 'options',
        bits: MAP_OPTIONS,
        about:
          'READ, WRITE, EXECUTE; none of them makes a guard. WRITE needs READ. FIXED: at the hint and nowhere else.',
      },
      {
        name: 'hint',
        kind: 'address',
        multiple: PAGE_BYTES,
        about: 'Where it would be welcome, a multiple of 4096; 0: anywhere.',
      },
    ],
    results: [{ name: 'addr', kind: 'address', about: 'Where it is.' }],
    errors: {
      BAD_STATE: 'The process of the region has ended.',
      OUT_OF_RANGE:
        'The range does not lie in the object, or with FIXED not in user addresses (0x10000 to 0xc0000000).',
      ALREADY_EXISTS: 'FIXED, and something is mapped there.',
      NO_SPACE: 'No free range is long enough.',
      NO_RESOURCES: 'The region has its 4,096 mappings already.',
      NO_MEMORY: 'The record of the mapping does not fit the quota.',
    },
    description:
      'Nothing is backed until it is touched. Addresses that the kernel chooses come from the lowest free range at or above ' +
      '0x40000000 that leaves one unmapped page on both sides.',
  },
  vmar_unmap: {
    number: 0x76,
    area: 'memory',
    summary: 'Removes what is mapped in a range.',
    arguments: [
      { name: 'vmar', kind: 'handle', object: ['vmar'], rights: ['MAP'], about: 'The address region.' },
      { name: 'addr', kind: 'address', multiple: PAGE_BYTES, about: 'Start, a multiple of 4096.' },
      {
        name: 'unmap_len',
        kind: 'u32',
        multiple: PAGE_BYTES,
        nonzero: true,
        about: 'Bytes, a multiple of 4096, not 0.',
      },
    ],
    results: [],
    errors: {
      BAD_STATE: 'The process of the region has ended.',
      NOT_FOUND: 'Nothing is mapped in the range.',
      OUT_OF_RANGE: 'The range leaves user addresses.',
      NO_RESOURCES: 'Splitting a mapping would exceed 4,096.',
      NO_MEMORY: 'Splitting a mapping does not fit the quota.',
    },
    description: 'Mappings that lie partly in the range are cut or split.',
  },
  vmar_protect: {
    number: 0x77,
    area: 'memory',
    summary: 'Changes the protection of a mapped range.',
    arguments: [
      { name: 'vmar', kind: 'handle', object: ['vmar'], rights: ['MAP'], about: 'The address region.' },
      { name: 'addr', kind: 'address', multiple: PAGE_BYTES, about: 'Start, a multiple of 4096.' },
      {
        name: 'protect_len',
        kind: 'u32',
        multiple: PAGE_BYTES,
        nonzero: true,
        about: 'Bytes, a multiple of 4096, not 0.',
      },
      {
        name: 'protection',
        kind: 'options',
        bits: PROTECTION,
        about: 'READ, WRITE, EXECUTE; none of them makes a guard.',
      },
    ],
    results: [],
    errors: {
      BAD_STATE: 'The process of the region has ended.',
      NOT_FOUND: 'A part of the range is not mapped.',
      OUT_OF_RANGE: 'The range leaves user addresses.',
      NO_RESOURCES: 'Splitting a mapping would exceed 4,096.',
      NO_MEMORY: 'Splitting a mapping does not fit the quota.',
    },
    description: 'What the handle with which it was mapped did not allow, ACCESS_DENIED refuses here too.',
  },
  process_create: {
    number: 0x81,
    area: 'tasks',
    summary: 'Makes a process with an empty address space and no threads.',
    arguments: [
      {
        name: 'job',
        kind: 'u32',
        about: "0: the caller's own job. Jobs have no handles yet; anything else is BAD_HANDLE.",
      },
      {
        name: 'allocator',
        kind: 'handle',
        object: ['allocator'],
        rights: ['ALLOC'],
        about: 'Who pays for all that it makes the kernel hold.',
      },
      ...NAME_ARGUMENTS,
    ],
    results: [
      { name: 'process', kind: 'handle', about: 'The process.' },
      { name: 'vmar', kind: 'handle', about: 'Its address region.' },
    ],
    errors: { NO_MEMORY: 'The process does not fit the quota.', NO_RESOURCES: 'A table is full.', ...NAME_ERRORS },
    description: 'The new process holds no handles.',
  },
  process_start: {
    number: 0x82,
    area: 'tasks',
    summary: 'Starts the first thread of a process.',
    arguments: [
      { name: 'process', kind: 'handle', object: ['process'], rights: ['MANAGE'], about: 'The process.' },
      {
        name: 'thread',
        kind: 'handle',
        object: ['thread'],
        rights: ['MANAGE'],
        about: 'A thread of it that was not started.',
      },
      { name: 'entry', kind: 'address', about: 'The first instruction.' },
      { name: 'sp', kind: 'address', about: 'The stack pointer.' },
      { name: 'arg', kind: 'u32', about: 'What the thread finds in a0.' },
    ],
    results: [],
    errors: {
      BAD_STATE: 'The process was started already or has ended, or the thread is not a new one of this process.',
    },
    description: 'Until then threads of the process cannot be started.',
  },
  thread_create: {
    number: 0x83,
    area: 'tasks',
    summary: 'Makes a thread of a process; it runs when it is started.',
    arguments: [
      { name: 'process', kind: 'handle', object: ['process'], rights: ['MANAGE'], about: 'The process.' },
      { name: 'priority', kind: 'u32', most: LIMITS.maxPriority, about: '0 (lowest) to 31.' },
      ...NAME_ARGUMENTS,
    ],
    results: [{ name: 'thread', kind: 'handle', about: 'The thread.' }],
    errors: {
      NO_MEMORY: 'The thread and its save area do not fit the quota.',
      NO_RESOURCES: 'The thread table is full.',
      BAD_STATE: 'The process has ended.',
      OUT_OF_RANGE: 'The priority is above 31, or the name longer than 24 bytes.',
    },
    description: "The save area for its registers takes one frame, charged to the process's allocator.",
  },
  thread_start: {
    number: 0x84,
    area: 'tasks',
    summary: 'Starts a thread.',
    arguments: [
      {
        name: 'thread',
        kind: 'handle',
        object: ['thread'],
        rights: ['MANAGE'],
        about: 'A thread that was not started.',
      },
      { name: 'entry', kind: 'address', about: 'The first instruction.' },
      { name: 'sp', kind: 'address', about: 'The stack pointer.' },
      { name: 'arg', kind: 'u32', about: 'What the thread finds in a0.' },
    ],
    results: [],
    errors: { BAD_STATE: 'The thread was started already, or its process is not running.' },
    description: 'All other registers begin as 0. The thread goes to the tail of its priority level.',
  },
  thread_exit: {
    number: 0x85,
    area: 'tasks',
    summary: 'Ends the calling thread.',
    arguments: [
      {
        name: 'word',
        kind: 'address',
        about:
          'A 32-bit word, or 0: the kernel stores 0 there and wakes everyone who waits for it, after the thread has left its stack.',
      },
    ],
    results: [],
    errors: {},
    description:
      'Does not return, except with INVALID_ARGS where the word is not aligned or cannot be written. When the last ' +
      'started thread of a process ends, the process ends with code 0.',
  },
  process_exit: {
    number: 0x86,
    area: 'tasks',
    summary: 'Ends the calling process and all its threads.',
    arguments: [{ name: 'code', kind: 'i32', about: 'Goes into the exit record.' }],
    results: [],
    errors: {},
    description: 'Does not return. Handles are closed, memory goes back to the allocator that paid for it.',
  },
  task_kill: {
    number: 0x88,
    area: 'tasks',
    summary: 'Ends a process or a thread from outside.',
    arguments: [
      { name: 'task', kind: 'handle', object: ['process', 'thread'], rights: ['DESTROY'], about: 'What is to end.' },
    ],
    results: [],
    errors: { BAD_STATE: 'It has ended already.' },
    description: 'The exit record says KILLED. A thread that kills itself or its own process does not return.',
  },
  system_halt: {
    number: 0xa1,
    area: 'boot',
    summary: 'Stops the machine.',
    arguments: [
      {
        name: 'process',
        kind: 'handle',
        object: ['process'],
        rights: ['DESTROY'],
        about: 'The boot process; any other is ACCESS_DENIED.',
      },
      { name: 'code', kind: 'i32', about: 'What the machine ends with.' },
    ],
    results: [],
    errors: {},
    description: 'Does not return.',
  },
  debug_write: {
    number: 0xa2,
    area: 'boot',
    summary: 'Writes bytes to the early console.',
    arguments: [
      { name: 'buf', kind: 'input', text: true, about: 'The bytes.' },
      { name: 'len', kind: 'length', about: 'How many; at most 1 MiB.' },
    ],
    results: [],
    errors: {},
    description: 'The bytes of one call come out together.',
  },
} as const satisfies Readonly<Record<string, Omit<Call, 'name'>>>;

export type CallName = keyof typeof CALLS_BY_NAME;

/** Every call, in the order of the numbers. */
export const CALLS: readonly Call[] = Object.entries(CALLS_BY_NAME)
  .map(([name, row]) => ({ name, ...(row as Omit<Call, 'name'>) }))
  .sort((a, b) => a.number - b.number);

const byName = new Map(CALLS.map((call) => [call.name, call]));
const byNumber = new Map(CALLS.map((call) => [call.number, call]));

/** The number of a call, known at compile time. */
export const CALL_NUMBER = Object.fromEntries(CALLS.map((call) => [call.name, call.number])) as {
  readonly [Name in CallName]: (typeof CALLS_BY_NAME)[Name]['number'];
};

export function callByName(name: string): Call | undefined {
  return byName.get(name);
}

export function callByNumber(number: number): Call | undefined {
  return byNumber.get(number);
}

/** Is the number in the range of an area, so that a later version may have it? */
export function isPlannedNumber(number: number): boolean {
  return number >= 0 && number < AREAS.boot.first + AREA_SIZE;
}

/** Registers (a0 counted as 0) in which each argument begins; a `time` takes two. */
export function argumentRegisters(call: Call): readonly number[] {
  const registers: number[] = [];
  let next = 0;
  for (const argument of call.arguments) {
    registers.push(next);
    next += argument.kind === 'time' ? 2 : 1;
  }
  return registers;
}
