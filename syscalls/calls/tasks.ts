/** Calls: jobs, processes and threads. */
import { LIMITS } from '../limits.js';
import { type CallRow, CREATION_ERRORS, NAME_ARGUMENTS, NAME_ERRORS, PAYER } from './description.js';

export const TASKS = {
  process_create: {
    number: 0x81,
    area: 'tasks',
    summary: 'Makes a process with an empty address space and no threads.',
    arguments: [
      {
        name: 'job',
        kind: 'handle',
        object: ['job'],
        rights: ['MANAGE'],
        optional: "the caller's own job",
        about: 'Where it stands.',
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
    errors: {
      NO_MEMORY: 'The process does not fit the quota.',
      NO_RESOURCES: 'A table is full, or the job or one above it has as many processes as it may.',
      BAD_STATE: 'The job was killed.',
      ...NAME_ERRORS,
    },
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
      {
        name: 'give',
        kind: 'handle',
        object: [],
        rights: ['TRANSFER'],
        optional: 'nothing',
        about: 'A handle that the process has from now on instead of the caller; the thread finds its number in a1.',
      },
    ],
    results: [
      { name: 'given', kind: 'handle', about: 'The number of that handle in the process, 0 where none was given.' },
    ],
    errors: {
      BAD_STATE: 'The process was started already or has ended, or the thread is not a new one of this process.',
      NO_MEMORY: 'The handle does not fit the quota of the process.',
    },
    description:
      'Until then threads of the process cannot be started. A new process holds no handles: the one that it is given, an endpoint of ' +
      'a channel say, is how it comes to others. The handle keeps its rights, its badge and its place in the tree of derivation; one ' +
      'to the process itself loses DEBUG.',
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
      NO_RESOURCES: 'The thread table is full, or a job above the process has as many threads as it may.',
      BAD_STATE: 'The process has ended.',
      OUT_OF_RANGE: 'The priority is above 31, or the name longer than 24 bytes.',
    },
    description:
      "The save area for its registers takes one frame, charged to the process's allocator. A priority that a job above the " +
      'process does not allow is ACCESS_DENIED.',
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
    errors: {
      NO_MEMORY:
        'The page of the word is shared with a copy of its object, and a frame for it alone does not fit the quota.',
    },
    description:
      'Does not return, except with that, or INVALID_ARGS where the word is not aligned or cannot be written. When the last ' +
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
    summary: 'Ends a thread, a process, or everything in a job, from outside.',
    arguments: [
      {
        name: 'task',
        kind: 'handle',
        object: ['process', 'thread', 'job'],
        rights: ['DESTROY'],
        about: 'What is to end.',
      },
    ],
    results: [],
    errors: { BAD_STATE: 'It has ended already.' },
    description:
      'The exit record says KILLED. A thread that kills itself, or what it is in, does not return. A job that was ' +
      'killed takes in nothing any more, nor do those below it, which are killed with it; each has an event of LIFECYCLE.',
  },
  job_create: {
    number: 0x80,
    area: 'tasks',
    summary: 'Makes a job: a place for processes, with limits that hold for all below it.',
    arguments: [
      {
        name: 'parent',
        kind: 'handle',
        object: ['job'],
        rights: ['MANAGE'],
        optional: "the caller's own job",
        about: 'The job that it is under.',
      },
      PAYER,
      { name: 'policy', kind: 'structure', layout: 'job_policy', access: 'input', about: 'Its limits.' },
    ],
    results: [{ name: 'job', kind: 'handle', about: 'The new job.' }],
    errors: {
      NO_MEMORY: 'It does not fit the quota.',
      NO_RESOURCES: 'A table is full, or it would be the 17th of jobs one under the other.',
      OUT_OF_RANGE: 'The highest priority plus one is above 32.',
      BAD_STATE: 'The parent was killed.',
    },
    description:
      'A limit of 0 means none of its own; the limits of all jobs above hold as well. Calls that a job denies are ACCESS_DENIED ' +
      'before anything else is looked at, except thread_exit and process_exit, which cannot be denied; bits of `denied` beyond ' +
      'the areas that there are, 0 to 10, are INVALID_ARGS. A job goes when no handle names it and nothing is in it.',
  },
  task_suspend: {
    number: 0x87,
    area: 'tasks',
    summary: 'Stops a thread, or all threads of a process, until the token is closed.',
    arguments: [
      { name: 'task', kind: 'handle', object: ['process', 'thread'], rights: ['MANAGE'], about: 'What is to stop.' },
    ],
    results: [{ name: 'token', kind: 'handle', about: 'Closing the last handle to it lets the task go on.' }],
    errors: { ...CREATION_ERRORS, BAD_STATE: 'It has ended.' },
    description:
      'A thread that waits goes on waiting: it keeps its place in the queue and its deadline, and where the wait ends meanwhile ' +
      'it has the result when it goes on. What it owns it keeps, and others wait for it. Several tokens of one task count; those ' +
      'of a process hold for threads that it gets later, too. Who suspends itself goes on when another closes the token. The ' +
      "token is charged to the caller's allocator.",
  },
  thread_read_state: {
    number: 0x89,
    area: 'tasks',
    summary: 'Reads the registers of a thread that stands still.',
    arguments: [
      { name: 'thread', kind: 'handle', object: ['thread'], rights: ['READ'], about: 'The thread.' },
      { name: 'set', kind: 'choice', values: { GENERAL: 0 }, about: 'Which registers. GENERAL: pc, x1 to x31.' },
      { name: 'buf', kind: 'output', about: 'Where they go.' },
      { name: 'len', kind: 'length', about: 'Bytes that the buffer holds; GENERAL needs 128.' },
    ],
    results: [],
    errors: {
      BAD_STATE:
        'The thread is neither suspended, nor stopped at a fault, nor with the world; was not started, or has ended.',
      BUFFER_TOO_SMALL: 'The set is longer than len.',
      NO_MEMORY: 'A page of the buffer has to be backed and does not fit the quota.',
    },
    description:
      'A thread that is suspended while it waits in a call shows the registers with which it made it, and the pc behind it.',
  },
  thread_write_state: {
    number: 0x8a,
    area: 'tasks',
    summary: 'Changes the registers of a thread that stands still.',
    arguments: [
      { name: 'thread', kind: 'handle', object: ['thread'], rights: ['WRITE'], about: 'The thread.' },
      { name: 'set', kind: 'choice', values: { GENERAL: 0 }, about: 'Which registers. GENERAL: pc, x1 to x31.' },
      { name: 'buf', kind: 'input', about: 'The registers.' },
      { name: 'len', kind: 'length', exactly: 128, about: 'Bytes of the set: 128.' },
    ],
    results: [],
    errors: {
      BAD_STATE:
        'The thread is neither suspended, nor stopped at a fault, nor with the world; was not started, or has ended.',
    },
    description:
      'A length that is not that of the set is INVALID_ARGS. A wait goes on: what it gives in the end overwrites a0 and the results.',
  },
  task_open: {
    number: 0x8b,
    area: 'tasks',
    summary: 'Makes a handle to a thread or process that is under one to which there is a handle.',
    arguments: [
      {
        name: 'h',
        kind: 'handle',
        object: ['process', 'job', 'session'],
        rights: ['MANAGE'],
        about: 'A process, for its threads; a job or debug session, for processes and threads.',
      },
      { name: 'koid', kind: 'u32', about: 'The koid of the thread or process.' },
    ],
    results: [
      {
        name: 'task',
        kind: 'handle',
        about: 'It has the rights of `h`; by a session READ, WRITE, INSPECT, MANAGE, WAIT, DESTROY and DEBUG.',
      },
    ],
    errors: {
      NOT_FOUND: 'No thread or process with this koid is there.',
      NO_MEMORY: 'The handle does not fit the quota.',
      NO_RESOURCES: 'A table is full.',
    },
    description:
      'So who hears of a fault, by its koid, comes to the thread, to look at its registers and to change them. A handle to the ' +
      'process of the caller loses DEBUG.',
  },
} as const satisfies Readonly<Record<string, CallRow>>;
