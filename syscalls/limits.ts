/**
 * The bounds that a program can meet (law 6: limits on everything). Bounds that only the kernel's own tables have stand in
 * `kernel/limits.ts`. All are checked with the error that the call's page names.
 */
export const LIMITS = {
  /** Bytes of a name, without a terminating zero. Names are UTF-8; longer ones are OUT_OF_RANGE. */
  nameBytes: 24,
  /** Bytes that one call copies in or out; more is OUT_OF_RANGE. Keeps a step bounded. */
  copyBytes: 1 << 20,
  /** Highest thread priority. */
  maxPriority: 31,
  /** Priority of a process's first thread. */
  defaultPriority: 16,
  /** Lowest and first-past-highest user address. Page 0 up to userBase is never mapped: null pointers fault. */
  userBase: 0x0001_0000,
  userTop: 0xc000_0000,
  /** Bytes of one memory object. */
  vmoBytes: 0x4000_0000,
  /** Pins of one discardable memory object. */
  vmoPins: 255,
  /** Items of one event_wait_many. */
  waitItems: 64,
  /** The highest rank of a job that is marked to be killed when the machine is out of frames. */
  killRank: 255,
  /** Packets of a fixed pool, and bytes of a variable one. */
  poolPackets: 65_536,
  poolBytes: 16 << 20,
  /** Pools that may stand in a row, each listening to the one before. */
  poolDepth: 4,
  /** Submissions that a ring holds. */
  ringEntries: 4096,
  /** Bytes and handles of one message. */
  messageBytes: 65_536,
  messageHandles: 16,
  /** Bytes of a topic's payload: what a packet holds. */
  topicBytes: 20,
  /** The highest source of the PLIC. */
  interruptLines: 95,
  /** So often in a row an interrupt may be nobody's before its line stays masked. */
  unclaimedInterrupts: 100,
  /** Bytes of one message to the console driver, or from it. */
  consoleBytes: 4096,
  /** Bytes of one device's registers. */
  deviceBytes: 1 << 20,
  /** The shortest period of a timer, ns. */
  timerPeriod: 1000,
  /** Threads that one futex_wake wakes at the most, as "all of them". */
  wakeAll: 0xffff_ffff,
} as const;

/** A page, in bytes (Sv32). */
export const PAGE_BYTES = 4096;
/** PAGE_BYTES is 2 to this. */
export const PAGE_SHIFT = 12;

/** A deadline that never comes: 2^63 - 1 as two words. Every deadline from 2^51 ns (26 days) on means the same. */
export const FOREVER = Number.POSITIVE_INFINITY;
