/**
 * The columns of every table of kernel state. A reference to a row is the row's number, with -1 for none; columns that begin
 * as "none" are set so when the row is made. Objects that programs name have `koid` and `references`: handles, and what the
 * kernel itself counts.
 */
import { TABLE_LIMIT } from '../limits.js';
import { createTable } from './table.js';

const NAME_COLUMNS = ['name0', 'name1', 'name2', 'name3', 'name4', 'name5'] as const;

export const processes = () =>
  createTable(
    TABLE_LIMIT.processes,
    [
      'koid',
      'references',
      'state',
      'allocator',
      'vmar',
      'pageTable',
      'firstThread',
      'liveThreads',
      'startedThreads',
      'firstHandle',
      'handleCount',
      'lastHandleValue',
      'firstTableFrame',
      'source',
      'job',
      'nextInJob',
      'previousInJob',
      'suspensions',
      'exitReason',
      'exitCode',
      'faultCause',
      'faultPc',
      'faultAddress',
      'faultThread',
      /** FAULT and BREAK. */
      'faults',
      'breaks',
      /** Bit n: debug session row n has stopped it, and its clock. */
      'held',
      'clockStops',
      ...NAME_COLUMNS,
    ],
    /** Since when its clock stands still, and how long it did before, in ns. */
    ['heldSince', 'clockHeld'],
  );

/** Debug sessions. */
export const sessions = () =>
  createTable(TABLE_LIMIT.sessions, [
    'koid',
    'references',
    'allocator',
    /** The process that debugs; -1: a front end outside the machine, which no program can notice. */
    'owner',
    /** What is debugged: a process, or all that are in a job and below it; -1 when it is gone. */
    'type',
    'task',
    /** SESSION of the ABI. */
    'options',
    /** DEBUG; -1 of one from outside. */
    'source',
    /** 1: it has stopped the world; and whether it did in the stop that is not over yet. */
    'holds',
    'inStop',
    /** The thread that alone runs in its process when it resumes, plus one. */
    'only',
    /** The number of the last breakpoint that it set. */
    'lastNumber',
  ]);

/** Breakpoints, watchpoints, and what else debug sessions want to be told of. */
export const breakpoints = () =>
  createTable(TABLE_LIMIT.breakpoints, [
    'session',
    'number',
    /** BREAKPOINT. */
    'kind',
    /** Koids; 0: any. */
    'process',
    'thread',
    'address',
    'length',
  ]);

export const threads = () =>
  createTable(
    TABLE_LIMIT.threads,
    [
      'koid',
      'references',
      'state',
      'process',
      'priority',
      'saveArea',
      'nextInProcess',
      'previousInProcess',
      'queueNext',
      'queuePrevious',
      'blockedOn',
      'blockedAddress',
      'blockedObject',
      'blockedKey',
      'blockedOwner',
      'deadlineSlot',
      'exitReason',
      /** The registration that is the thread's own; it stands in a source while the thread waits there alone. */
      'waiter',
      /** Registrations of a wait for several sources. */
      'firstWait',
      'source',
      /** What the wait needs at its end: addresses of buffers, options. */
      'wait0',
      'wait1',
      'wait2',
      /** Priority without what others lend. `priority` is the one that counts. */
      'basePriority',
      /** The locks that it owns, and registrations of pools that stand in queues for it. */
      'firstLock',
      'firstClaim',
      /** While it waits for a futex: the owner to whom it lends its priority. And those who lend to this one. */
      'lendsTo',
      'firstLender',
      'nextLender',
      'previousLender',
      'reply',
      /** Tokens that keep it from running: its own, and those of its process. */
      'suspensions',
      /** Bytes that are charged for the request that it repeats when it runs, and the allocator, plus one. */
      'grant',
      'grantOf',
      /** FAULT and BREAK. */
      'faults',
      'breaks',
      /** While it is stopped at a fault: PHASE, the job that is asked plus one, and the fault itself. */
      'faultPhase',
      'faultJob',
      'faultCause',
      'faultPc',
      'faultAddress',
      'faultDetail',
      /** Answers that are owed to it, who owes the first, and how strong the strongest so far is. */
      'owed',
      'firstOwing',
      'verdict',
      /** 1: somebody who has to be asked owes the answer to another fault. */
      'faultDeferred',
      'nextFaulted',
      'previousFaulted',
      /** Bit n: debug session row n was told of the fault and has not answered; it suspends the thread. */
      'told',
      'held',
      /** The place in which it stood among those of its process that could run when a session stopped it. */
      'heldPlace',
      /** The debug session that wants to know when it has executed an instruction, plus one. */
      'stepping',
      ...NAME_COLUMNS,
    ],
    ['deadline', 'deadlineOrder', 'timeUsed', 'unblockedBy', 'memoryWait'],
  );

export const handles = () =>
  createTable(TABLE_LIMIT.handles, [
    'process',
    'value',
    'type',
    'object',
    'rights',
    'parent',
    'firstChild',
    'nextSibling',
    'previousSibling',
    'nextInProcess',
    'previousInProcess',
    'hashNext',
    'badge',
    /** In flight (no process): what carries it (`carried.ts`), and who pays for it; `value` is its place there. */
    'carrier',
    'payer',
  ]);

export const allocators = () =>
  createTable(
    TABLE_LIMIT.allocators,
    [
      'koid',
      'references',
      'parent',
      'depth',
      'quota',
      'charged',
      'peak',
      'childrenQuota',
      'children',
      /** Frames that are charged to it, by use: pages, page tables, save areas. */
      'pageFrames',
      'tableFrames',
      'saveAreaFrames',
      /** Bytes of the quota that are kept for who owes an answer to a shortage. */
      'reserve',
      /** Bytes in use above which there is PRESSURE; 0: never. */
      'softMark',
      /** MEMORY_STATE. */
      'state',
      /** 1: a change of what is in use may mean something: it has a soft mark, or is not NORMAL. */
      'watched',
      /** MEMORY, MEMORY_SUBTREE, and the queue of threads that wait for memory. */
      'source',
      'subtree',
      'waiters',
      /** The shortage that is open: whose listeners were asked last (a row plus one; 0: none is open), and what it is about. */
      'asked',
      'kind',
      /** Bytes that who failed last wanted, and those that the listeners were asked for. */
      'wanted',
      'sought',
      /** Answers that are owed to it, and who owes the first. */
      'owed',
      'firstOwing',
      /** 1: all who could answer owe the answer to another shortage; they are asked when they have given it. */
      'deferred',
      /** Of this round: somebody said that there is more; what was free when it began. And how many rounds there were. */
      'relieved',
      'freeBefore',
      'rounds',
      'deadlineSlot',
    ],
    ['deadline', 'deadlineOrder', 'answerTime'],
  );

export const vmos = () =>
  createTable(TABLE_LIMIT.vmos, [
    'koid',
    'references',
    'allocator',
    'pages',
    'resident',
    'mappings',
    'firstFrame',
    /** First page of a device's registers, 0 for RAM. */ 'device',
    'firstMapping',
    /** Its pages that show a frame which another object has. */
    'firstShare',
    'shares',
    /** 1: the kernel may take its frames while nobody has pinned it. How often it did, and its place among those it may take from. */
    'discardable',
    'pins',
    'discards',
    'nextDiscardable',
    'previousDiscardable',
  ]);

/** Pages of memory objects that show a frame which is another object's, until either writes there. */
export const shares = () =>
  createTable(TABLE_LIMIT.shares, [
    'vmo',
    'page',
    'frame',
    'nextOfFrame',
    'previousOfFrame',
    'nextOfVmo',
    'previousOfVmo',
    'hashNext',
  ]);

export const vmars = () =>
  createTable(TABLE_LIMIT.vmars, ['koid', 'references', 'process', 'firstMapping', 'mappingCount']);

export const mappings = () =>
  createTable(TABLE_LIMIT.mappings, [
    'vmar',
    'page',
    'pages',
    'vmo',
    'vmoPage',
    'protection',
    'allowed',
    /** The lendings through which it was made, of what it shows and of the region; each counts it in `value`; -1 for none. */
    'lease',
    'regionLease',
    'next',
    'previous',
    'nextOfVmo',
    'previousOfVmo',
  ]);

/** One row a frame of RAM; rows are taken and released like those of every table, so the free list is the frame allocator. */
export const frames = (count: number) =>
  createTable(count, [
    'use',
    'owner',
    'page',
    'allocator',
    'ownerNext',
    'ownerPrevious',
    'hashNext',
    /** Pages of other objects that show it, -1 for none. */
    'firstShare',
  ]);

/** Where events come from. Lists of those who wait or listen, in the order in which they began. */
export const sources = () =>
  createTable(
    TABLE_LIMIT.sources,
    [
      'type',
      'object',
      /** SOURCE of the ABI, or QUEUE. */
      'name',
      'head',
      'tail',
      'length',
      /** Registrations that will come back when their pools have room. */
      'parked',
      /** Events so far, modulo 2^31. */
      'generation',
      /** The last event. */
      'status',
      'data0',
      'data1',
      'data2',
      'data3',
      'data4',
    ],
    ['lastSeq'],
  );

/** Queues of listeners that no program names: internal names of sources. */
export const QUEUE = { TAKERS: 64, SENDERS: 65, RECEIVERS: 66, LOCK: 67, COMPLETIONS: 68, MEMORY: 69 } as const;

export const REGISTRATION_STATE = {
  /** A thread's own, while the thread waits for nothing that has a source. */
  IDLE: 0,
  /** In the list of its source. */
  LISTENING: 1,
  /** Outside its queue, until its pool has room again. */
  PARKED: 2,
  /** Nothing more comes; its packets are still in the pool. */
  ENDED: 3,
} as const;

/** What a registration is for. */
export const ROLE = { WAIT: 0, LISTEN: 1, RECEIVE: 2, SEND: 3, LOCK: 4, SUBMISSION: 5 } as const;

/** Entries of listeners at sources. */
export const registrations = () =>
  createTable(TABLE_LIMIT.registrations, [
    /** Never used again; what programs know it by. 0 for one that belongs to a thread. */
    'number',
    'state',
    'role',
    'source',
    'next',
    'previous',
    'thread',
    'pool',
    'nextOfListener',
    'previousOfListener',
    'hashNext',
    'key0',
    'key1',
    'options',
    /** Bytes of a message at the most. */
    'max',
    /** Units of the pool that one packet takes at the most, and how many such packets it may have there. */
    'units',
    'slots',
    'unread',
    /** Its packet that came last, while it is in the pool. */
    'newest',
    /** ROLE.SEND: the message. ROLE.LOCK: the thread that will own it. WAIT: the place in the list of items. */
    'subject',
    /**
     * To what an answer is owed: an interrupt, plus one, or the shortage of an allocator, plus one and negative; and the
     * neighbours among those that owe one.
     */
    'owes',
    'nextOwing',
    'previousOwing',
    /** MEMORY, FAULT, BREAK: koid of the process that listens, where it will owe answers; 0: it only wants to know. */
    'answers',
    /** ROLE.LOCK: neighbours among those that stand in queues for the same thread. */
    'nextClaim',
    'previousClaim',
  ]);

export const pools = () =>
  createTable(TABLE_LIMIT.pools, [
    'koid',
    'references',
    'allocator',
    'kind',
    'vmo',
    /** Of 64 bytes: how many there are, are in use, and are promised to registrations. */
    'units',
    'usedUnits',
    'reserved',
    /** Numbers of units, modulo 2^32: of the oldest packet, and of the next one. */
    'head',
    'tail',
    'firstPacket',
    'lastPacket',
    /** Packets that can be taken. */
    'packets',
    'received',
    'takers',
    'firstRegistration',
    'registrations',
    /** Rings that put their completions here. Each is one of the references. */
    'firstRing',
    'ringCount',
    'parkedHead',
    'parkedTail',
    /** 1 + SHARED_STATE while it is mapped, 0 otherwise. */
    'shared',
    /** Changes of packets that were not taken. */
    'version',
    /** How many of the references are handles in flight. */
    'flying',
  ]);

/** Packets in pools. What they say is in the pool's memory. */
export const packets = () =>
  createTable(
    TABLE_LIMIT.packets,
    [
      'pool',
      'next',
      'previous',
      'unit',
      'units',
      /** Packets that the row stands for: completions that came together are one row, a unit each. 1 for all others. */
      'run',
      /** Neighbours among the packets of the same registration. */
      'older',
      'newer',
      /** -1: posted by a program. -2: removed, only its place is left. */
      'registration',
      'flags',
      'count',
      /** What a message brought. */
      'bytes',
      'firstHandle',
      'handles',
      'reply',
    ],
    ['firstSeq', 'lastSeq'],
  );

/** Endpoints of channels. */
export const channels = () =>
  createTable(TABLE_LIMIT.channels, [
    'koid',
    'references',
    'allocator',
    /** The other endpoint, -1 when it is gone; and its koid. */
    'peer',
    'peerKoid',
    'maxMessage',
    /** Those whose messages are to be received here, and those who receive here. */
    'senders',
    'receivers',
    /** How many of the references are handles in flight. */
    'flying',
  ]);

/** Messages that nobody has received. */
export const messages = () =>
  createTable(TABLE_LIMIT.messages, [
    'channel',
    'registration',
    'allocator',
    'bytes',
    /** Where a waiting sender has them, or the memory object into which they were copied. */
    'address',
    'vmo',
    /** Handles in flight, and the places that they take: those that were revoked leave theirs empty. */
    'firstHandle',
    'handles',
    'badge',
    'reply',
  ]);

/** What answers calls: a caller waits for each, or did. */
export const replies = () =>
  createTable(TABLE_LIMIT.replies, [
    'koid',
    'references',
    'allocator',
    /** The caller, -1 when it waits no more. */
    'thread',
    /** Handles from which those were derived that came with the call only for its time. */
    'firstLent',
    /** How many of the references are messages, packets and handles in flight. */
    'flying',
  ]);

export const locks = () =>
  createTable(TABLE_LIMIT.locks, [
    'koid',
    'references',
    'allocator',
    'owner',
    /** 1: whoever is next has to be told that the owner died; of a lock with an owner: a packet says so to that one. */
    'ownerDied',
    'queue',
    /** The highest priority in the queue, -1 where it is empty. */
    'highest',
    /** Pools in the queue. */
    'claims',
    /** Number of the registration of the pool through which the owner got it, 0 for none. */
    'grant',
    'nextOfOwner',
    'previousOfOwner',
  ]);

export const timers = () =>
  createTable(
    TABLE_LIMIT.timers,
    /** `clock`: koid of the process by whose clock the deadline goes. */
    ['koid', 'references', 'allocator', 'source', 'deadlineSlot', 'clock'],
    ['deadline', 'deadlineOrder', 'period'],
  );

export const interrupts = () =>
  createTable(
    TABLE_LIMIT.interrupts,
    [
      'koid',
      'references',
      'allocator',
      'line',
      'edge',
      'source',
      'observers',
      /** Answers that are owed, and who owes the first; the line is masked while there are any, and while `stuck`. */
      'owed',
      'firstOwing',
      /** The interrupt controller has given it to the kernel and waits to hear that it is done. */
      'claimed',
      /** One came while the line was masked, or while nobody listened. */
      'latched',
      /** Not all answers so far were NOT_MINE. */
      'handled',
      /** How often in a row it was nobody's. */
      'unclaimed',
      'stuck',
      'deadlineSlot',
    ],
    ['deadline', 'deadlineOrder', 'answerTime'],
  );

export const topics = () =>
  createTable(TABLE_LIMIT.topics, ['koid', 'references', 'allocator', 'type', 'size', 'source']);

export const jobs = () =>
  createTable(TABLE_LIMIT.jobs, [
    'koid',
    'references',
    'allocator',
    'parent',
    'depth',
    'firstChild',
    'nextSibling',
    'previousSibling',
    'firstProcess',
    'source',
    /** FAULT and BREAK. */
    'faults',
    'breaks',
    'killed',
    /** Above 0: to be killed first when the machine is out of frames. */
    'killRank',
    /** What has not ended, in it and below it; and the most there may be, 0 for any number. */
    'processes',
    'threads',
    'maxProcesses',
    'maxThreads',
    /** The highest priority plus one, 0 for any, and the areas of calls that are denied: with those of the jobs above. */
    'maxPriority',
    'denied',
    ...NAME_COLUMNS,
  ]);

export const rings = () =>
  createTable(TABLE_LIMIT.rings, [
    'koid',
    'references',
    'allocator',
    'pool',
    'nextOfPool',
    'previousOfPool',
    'vmo',
    'entries',
    /** The number of the oldest submission that was not taken, modulo 2^32. */
    'head',
    /** SHARED_STATE. */
    'state',
    /** Threads that wait for completions. */
    'waiters',
    /** How many of the references are handles in flight. */
    'flying',
  ]);

/** Suspensions: each keeps one task from running. */
export const tokens = () => createTable(TABLE_LIMIT.tokens, ['koid', 'references', 'allocator', 'type', 'task']);

/** The right to hardware: there is one. */
export const resources = () => createTable(1, ['koid', 'references']);
