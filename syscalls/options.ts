/** The named numbers that arguments of calls take, and those that events carry. Part of the ABI: never reused. */

export const PROTECTION = { READ: 1, WRITE: 2, EXECUTE: 4 } as const;
/** Bits of the `protection` argument of vmar_map: the protection, and how the hint is meant. */
export const MAP_OPTIONS = { ...PROTECTION, FIXED: 8 } as const;
/** How a memory object is made. */
export const VMO_OPTIONS = {
  /** The kernel may take its frames while nobody has pinned it. */
  DISCARDABLE: 1,
} as const;
export const CLOCK = { MONOTONIC: 0, THREAD: 1 } as const;
export const INFO = {
  HANDLE: 0,
  PROCESS: 1,
  THREAD: 2,
  ALLOCATOR: 3,
  VMO: 4,
  POOL: 5,
  CHANNEL: 6,
  LOCK: 7,
  TIMER: 8,
  INTERRUPT: 9,
  TOPIC: 10,
  JOB: 11,
  RING: 12,
  SESSION: 13,
  /** The koids of the threads of a process that have not ended, and of the processes of a job, those below it too. */
  THREADS: 14,
  PROCESSES: 15,
} as const;
/**
 * NAME of a process, thread or job; PRIORITY of a thread; BADGE of the handle itself; MEMORY_WAIT of a thread: ns that its
 * requests for memory may wait; ANSWER_TIME of an allocator: ns that who hears of its shortage has for the answer; PRESSURE of
 * an allocator: bytes that its users are asked to give back; KILL_RANK of a job.
 */
export const PROPERTY = {
  NAME: 0,
  PRIORITY: 1,
  BADGE: 2,
  MEMORY_WAIT: 3,
  ANSWER_TIME: 4,
  PRESSURE: 5,
  KILL_RANK: 6,
} as const;

/** What the monitor says when the machine is out of frames. */
export const ROOT_OOM_ANSWER = { NONE: 0, FREED: 1, KILL: 2, HALT: 3 } as const;

/** The sources that can be listened to or waited for. */
export const SOURCE = {
  /** A process, thread or job has ended. */
  LIFECYCLE: 1,
  /** A pool that was empty has a packet. */
  RECEIVED: 2,
  TIMER: 3,
  TOPIC: 4,
  /** An interrupt, to be answered with event_resolve. */
  INTERRUPT: 5,
  /** An interrupt, only to know of it. */
  INTERRUPT_OBSERVED: 6,
  /** An allocator is short of memory, passed its soft mark, or is well again. */
  MEMORY: 7,
  /** The same of allocators below it, where nobody there could help. */
  MEMORY_SUBTREE: 8,
  /** A thread did what cannot be done; whoever may RESOLVE answers. Of a thread, of its process, of the jobs above. */
  FAULT: 9,
  /** The same where it executed an `ebreak` of its own. */
  BREAK: 10,
  /** A debug session has something to tell; DEBUG_EVENT says what. */
  DEBUG: 11,
} as const;

/** How an allocator is: `data[1]` of an event of MEMORY. */
export const MEMORY_STATE = {
  NORMAL: 0,
  /** More is used than the soft mark, or somebody asks for memory back. */
  PRESSURE: 1,
  /** Somebody failed to get memory, or waits for it. */
  OOM: 2,
} as const;

/** Types of events: what a packet is about. */
export const EVENT = {
  /** Posted by a program with pool_post. */
  POSTED: 0,
  LIFECYCLE: SOURCE.LIFECYCLE,
  RECEIVED: SOURCE.RECEIVED,
  TIMER: SOURCE.TIMER,
  TOPIC: SOURCE.TOPIC,
  INTERRUPT: SOURCE.INTERRUPT,
  INTERRUPT_OBSERVED: SOURCE.INTERRUPT_OBSERVED,
  MEMORY: SOURCE.MEMORY,
  MEMORY_SUBTREE: SOURCE.MEMORY_SUBTREE,
  FAULT: SOURCE.FAULT,
  BREAK: SOURCE.BREAK,
  DEBUG: SOURCE.DEBUG,
  /** A message came. */
  MESSAGE: 16,
  /** A message that was sent without waiting is with its receiver. */
  SENT: 17,
  /** A lock was granted. */
  LOCK: 18,
  /** A submission of a ring has completed. */
  COMPLETION: 19,
} as const;

/** As `seen` of event_wait: only the next event counts. Generations are counted modulo 2^31. */
export const SEEN_NOW = 0x8000_0000;

/** Flags of a packet. */
export const PACKET = {
  /** The registration lives on: more packets of it may come. */
  MORE: 1,
  /** The packet stands for more than one event: `count`. */
  COALESCED: 2,
  /** `status` says what went wrong. */
  ERROR: 4,
  /** The registration ended because its source or what it waits for is gone. */
  LAST: 8,
} as const;

export const LISTEN = {
  /** Until cancelled; otherwise for one event. */
  PERSISTENT: 1,
  /** A full registration ends instead of counting events together. */
  END_WHEN_FULL: 2,
  /** A field: how many slots of the pool the registration owns, 0 for one. */
  SLOTS: 0xff00,
} as const;

export const POOL_KIND = { FIXED: 0, VARIABLE: 1 } as const;

export const RECEIVE = {
  /** A message that is too long is cut instead of refused. */
  TRUNCATE: 1,
  /** A pool goes back to the tail of the queue after each message. Only for channel_receive_async. */
  REENTER: 2,
} as const;

/** What happens to a handle in a message. */
export const TRANSFER = {
  /** The receiver has it instead of the sender. */
  MOVE: 0,
  /** The receiver gets one derived from it. */
  COPY: 1,
  /** The receiver gets one derived from it, which is revoked with the reply. Only in channel_call. */
  LEND: 2,
} as const;

/** How futex_wait waits. */
export const FUTEX_OPTIONS = {
  /** Even where that closes a cycle of owners. */
  REGARDLESS: 1,
} as const;

/**
 * Answers: to an interrupt HANDLED or NOT_MINE; to a shortage of memory RELEASED, GRANTED or CANNOT; to a fault PASS, HANDLED,
 * KILL_THREAD or KILL_PROCESS.
 */
export const VERDICT = {
  HANDLED: 0,
  NOT_MINE: 1,
  /** Memory was given back. */
  RELEASED: 2,
  /** Quota is moved there with the answer. */
  GRANTED: 3,
  CANNOT: 4,
  /** A fault is for somebody else to handle. */
  PASS: 5,
  KILL_THREAD: 6,
  KILL_PROCESS: 7,
} as const;

/** How a debug session stops what it debugs, and what it wants to be told beyond faults and breakpoints. */
export const SESSION = {
  /** Only the process stops, and its clock; otherwise the world, and time. */
  STOP_PROCESS: 1,
  /** Faults that nobody handled are told again. */
  SECOND_CHANCE: 2,
  THREAD_STARTS: 4,
  THREAD_ENDS: 8,
  PROCESS_STARTS: 16,
  PROCESS_ENDS: 32,
  /** A field: how many slots of the pool its events have, 0 for one. */
  SLOTS: 0xff00,
} as const;

/** What a debug session tells: `data[0]` of its events. */
export const DEBUG_EVENT = {
  /** A fault that memory cannot satisfy, or an `ebreak` of the program's own. */
  FAULT: 1,
  /** The same fault, which nobody handled. */
  SECOND_CHANCE: 2,
  /** A thread is about to execute an instruction, to load or to store where a breakpoint is. */
  BREAKPOINT: 3,
  WATCHPOINT: 4,
  /** A thread has executed the one instruction that it was to execute. */
  STEP: 5,
  /** A thread is about to make a call that is caught, or such a call has ended. */
  CALL: 6,
  RETURN: 7,
  /** A wait of a thread has ended. */
  WOKEN: 8,
  THREAD_STARTED: 9,
  THREAD_ENDED: 10,
  PROCESS_STARTED: 11,
  PROCESS_ENDED: 12,
  /** The session asked for it. */
  STOPPED: 13,
} as const;

/** What debug_control does. */
export const DEBUG = {
  STOP: 0,
  RESUME: 1,
  STEP: 2,
  RESUME_ONLY: 3,
  BREAK: 4,
  WATCH_LOADS: 5,
  WATCH_STORES: 6,
  WATCH: 7,
  CATCH_CALL: 8,
  CATCH_EVENTS: 9,
  CLEAR: 10,
  SET_OPTIONS: 11,
} as const;

/** How an interrupt line is read. LEVEL where no bit is set. */
export const INTERRUPT_OPTIONS = { EDGE: 1 } as const;
