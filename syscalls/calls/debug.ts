/** Calls: debug sessions, and the memory of other processes. */
import { LIMITS } from '../limits.js';
import { DEBUG, SESSION } from '../options.js';
import { type CallRow, CREATION_ERRORS, KEY } from './description.js';

export const DEBUGGING = {
  debug_attach: {
    number: 0x90,
    area: 'debug',
    summary: 'Begins a debug session about a process, or about all that are in a job, now and later.',
    arguments: [
      {
        name: 'task',
        kind: 'handle',
        object: ['process', 'job'],
        rights: ['DEBUG'],
        about: 'What is debugged.',
      },
      { name: 'pool', kind: 'handle', object: ['pool'], rights: ['WRITE'], about: 'Where its events go.' },
      KEY,
      {
        name: 'options',
        kind: 'options',
        bits: SESSION,
        about: 'What stops, what is told, and the number of slots in bits 8 to 15.',
      },
    ],
    results: [{ name: 'session', kind: 'handle', about: 'The session; it ends with its last handle.' }],
    errors: {
      ...CREATION_ERRORS,
      NO_RESOURCES: 'The pool has no free slot, there are 16 sessions of programs, or a table is full.',
      BAD_STATE: 'The process has ended, or is the caller; or the pool is corrupt.',
    },
    description:
      'Several sessions may be about one process. Each event is a packet of type DEBUG: `data[0]` is the DEBUG_EVENT, `data[1]` the koid ' +
      'of the thread, or of the process where no thread is meant, `data[2]` the cause of a trap, the number of a call, a status or an exit ' +
      'reason, `data[3]` the pc, `data[4]` the address (mtval; of a breakpoint its address), `status` what the kind says. With every event ' +
      'the world stops, and virtual time: nothing runs but the programs that debug, until they resume and have nothing more to ' +
      'do. With STOP_PROCESS only the process stops, and only its clock; then others can tell, and a process that has ended need not be resumed. The session is charged to ' +
      "the caller's allocator. A session about a job leaves out the process that has it.",
  },
  debug_control: {
    number: 0x91,
    area: 'debug',
    summary: 'Stops and resumes what a session is about, and sets its breakpoints.',
    arguments: [
      { name: 'session', kind: 'handle', object: ['session'], rights: ['MANAGE'], about: 'The session.' },
      {
        name: 'op',
        kind: 'choice',
        values: DEBUG,
        about: 'What is done.',
      },
      {
        name: 'task',
        kind: 'u32',
        about: 'The koid of a thread, or of a process for breakpoints; 0: all that the session is about.',
      },
      {
        name: 'addr',
        kind: 'u32',
        about:
          'Of a breakpoint: its address; CATCH_CALL: the number of a call, 0xffffffff for any; CLEAR: the number of what is removed; ' +
          'RESUME, STEP, RESUME_ONLY: the VERDICT on faults that were told; SET_OPTIONS: the options.',
      },
      { name: 'len', kind: 'u32', about: 'Of a watchpoint: its bytes, at least 1; otherwise 0 or anything.' },
    ],
    results: [{ name: 'id', kind: 'u32', about: 'The number of a breakpoint that was set, otherwise 0.' }],
    errors: {
      NOT_FOUND: 'The session is not about such a thread or process, or has no breakpoint of this number.',
      BAD_STATE: 'STOP: it has stopped already. RESUME, STEP, RESUME_ONLY: it has not.',
      OUT_OF_RANGE: 'The range of a breakpoint does not end within the address space.',
      NO_MEMORY: 'The breakpoint does not fit the quota.',
      NO_RESOURCES: 'There are too many breakpoints.',
    },
    description:
      'Breakpoints leave memory as it is. BREAK stops a thread before it executes the instruction at the address; WATCH_LOADS, WATCH_STORES ' +
      'and WATCH before it loads from the range, stores there, or does either; CATCH_CALL before a call and after it; CATCH_EVENTS when a ' +
      'wait ends. Only the session that set them is told. RESUME lets go of all that the session has stopped; every thread then ' +
      'executes at least one instruction whatever breakpoint is there. STEP resumes too, and stops the thread when it has ' +
      'executed one instruction; a call that waits is one when its wait is over. RESUME_ONLY resumes, and lets no other thread of the ' +
      'process of this one run before the session stops again. A fault that was told is answered with that: PASS where others ' +
      'shall be asked, HANDLED where the thread shall go on, KILL_THREAD or KILL_PROCESS; any other verdict is INVALID_ARGS.',
  },
  process_read_memory: {
    number: 0x92,
    area: 'debug',
    summary: 'Reads the memory of a process, whatever its protection.',
    arguments: [
      { name: 'process', kind: 'handle', object: ['process'], rights: ['DEBUG'], about: 'The process.' },
      { name: 'addr', kind: 'address', about: 'Where, in its address space.' },
      { name: 'buf', kind: 'output', about: 'Where the bytes go.' },
      { name: 'len', kind: 'length', about: `How many bytes, at most ${LIMITS.copyBytes}.` },
    ],
    results: [{ name: 'n', kind: 'u32', about: 'Bytes that were read: up to the first that is not mapped.' }],
    errors: {
      OUT_OF_RANGE: 'More than 1 MiB at once.',
      BAD_STATE: 'The process has ended.',
      NO_MEMORY: 'A page of the buffer has to be backed and does not fit the quota.',
    },
    description:
      'Pages that the process never touched are zeros, and stay untouched. Registers of devices are not read.',
  },
  process_write_memory: {
    number: 0x93,
    area: 'debug',
    summary: 'Writes the memory of a process, whatever its protection.',
    arguments: [
      { name: 'process', kind: 'handle', object: ['process'], rights: ['DEBUG'], about: 'The process.' },
      { name: 'addr', kind: 'address', about: 'Where, in its address space.' },
      { name: 'buf', kind: 'input', about: 'The bytes.' },
      { name: 'len', kind: 'length', about: `How many bytes, at most ${LIMITS.copyBytes}.` },
    ],
    results: [
      {
        name: 'n',
        kind: 'u32',
        about: 'Bytes that were written: up to the first that is not mapped, or for which there is no memory.',
      },
    ],
    errors: {
      OUT_OF_RANGE: 'More than 1 MiB at once.',
      BAD_STATE: 'The process has ended.',
      NO_MEMORY:
        'The first page has to be backed and does not fit the quota of whoever pays for the object; nothing was written.',
    },
    description:
      'Code that is written is executed as it is then. Pages are backed as a store of the process would back them. Other mappings ' +
      'of the object show the change.',
  },
  journal_read: {
    number: 0x94,
    area: 'debug',
    summary: 'Reads records of the journal: what a process, or all that are in a job, did; or waits for some.',
    arguments: [
      {
        name: 'task',
        kind: 'handle',
        object: ['process', 'job'],
        rights: ['AUDIT'],
        optional: 'what the calling process did itself: its calls and faults alone',
        about: 'What is audited.',
      },
      { name: 'from', kind: 'key', about: 'The number of the first record that is looked at; they count from 0.' },
      {
        name: 'filter',
        kind: 'structure',
        layout: 'journal_filter',
        access: 'input',
        about: 'Which types, and until when to wait while there is none.',
      },
      { name: 'buf', kind: 'output', about: 'Where an array of struct tocsin_journal_record goes, aligned to four.' },
      { name: 'len', kind: 'length', about: 'Bytes of it, 64 for each record.' },
    ],
    results: [
      {
        name: 'next',
        kind: 'time',
        about: 'Where to go on reading. With OUT_OF_RANGE: the oldest that there is, or the next that will be.',
      },
      { name: 'n', kind: 'u32', about: 'Records that were read; after polling perhaps 0.' },
    ],
    errors: {
      OUT_OF_RANGE: 'Records from there on are no longer kept, or do not come next; or the buffer is more than 1 MiB.',
      BUFFER_TOO_SMALL: 'The buffer is smaller than a record.',
      BAD_STATE: 'The process has ended, and there is nothing more to read of it.',
      TIMED_OUT: 'The deadline came; there is no `next` then.',
      NO_MEMORY: 'A page of the buffer has to be backed and does not fit the quota.',
    },
    description:
      'The last 4,096 records are kept, of everybody together, from the first time on that anybody calls this. Numbers are those of the whole ' +
      'machine, so `next` may be far behind `from`; only what a process did itself has numbers of its own. Who is to audit a job is given a ' +
      'handle with AUDIT; what its own process does is left out then. A process that waits for what it does itself is refused with ' +
      'INVALID_ARGS. Records of debug sessions and phases of faults are never seen, nor which step caused another. A machine that keeps no journal answers NOT_SUPPORTED.',
  },
} as const satisfies Readonly<Record<string, CallRow>>;
