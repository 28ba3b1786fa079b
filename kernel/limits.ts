/**
 * The bounds of the kernel's own tables (law 6), and what each kernel object is charged. Bounds that a program meets as
 * numbers of the ABI stand in `syscalls/limits.ts`. A full table answers NO_RESOURCES, a full quota NO_MEMORY.
 */
export const TABLE_LIMIT = {
  processes: 4096,
  threads: 16_384,
  handles: 262_144,
  allocators: 4096,
  vmos: 65_536,
  vmars: 4096,
  mappings: 262_144,
  shares: 262_144,
  sources: 262_144,
  registrations: 262_144,
  pools: 16_384,
  packets: 524_288,
  channels: 32_768,
  messages: 65_536,
  replies: 16_384,
  locks: 32_768,
  timers: 16_384,
  interrupts: 96,
  topics: 16_384,
  jobs: 4096,
  rings: 4096,
  tokens: 16_384,
  /** A bit each in the masks of threads and processes. */
  sessions: 24,
  breakpoints: 2048,
} as const;

/**
 * Of those tables, what programs can use. The rest is for front ends outside the machine, so that no program finds a table fuller
 * because it is debugged.
 */
export const GUEST_SESSIONS = 16;
export const GUEST_BREAKPOINTS = 1024;

/** Mappings of one address region: bounds the search that a page fault makes. */
export const MAPPINGS_PER_VMAR = 4096;

/** Depth of the tree of allocators, the root counted as 1. */
export const ALLOCATOR_DEPTH = 16;

/** Depth of the tree of jobs, in the same way. */
export const JOB_DEPTH = 16;

/**
 * Bytes that an object is charged beyond the frames that it holds. The objects live in tables outside the machine's memory;
 * the charge is what keeps a program from filling those tables for nothing.
 */
export const COST = {
  process: 256,
  thread: 256,
  handle: 32,
  allocator: 64,
  vmo: 64,
  vmar: 64,
  mapping: 64,
  share: 32,
  /** Objects with sources, and entries at them. */
  pool: 128,
  registration: 64,
  channel: 128,
  message: 64,
  reply: 32,
  lock: 64,
  timer: 64,
  interrupt: 64,
  topic: 64,
  job: 128,
  ring: 64,
  token: 32,
  session: 128,
  breakpoint: 32,
} as const;

/** ns that who hears of a shortage has for the answer, unless the allocator says otherwise. */
export const ANSWER_TIME = 10_000_000;

/** Rounds of asking about one shortage: a listener that says for ever that there is more, while there is not, ends there. */
export const SHORTAGE_ROUNDS = 64;

/** Records that the journal's ring holds, unless the option says otherwise; and the bounds of that option. */
export const JOURNAL_RECORDS = { fallback: 65_536, least: 8192, most: 1 << 24 } as const;

/** Instructions that a thread may run before the next of its priority does, unless the option says otherwise. */
export const QUANTUM = {
  fallback: 50_000,
  least: 1,
  /**
   * The least that the command line takes. A trap ends an LR reservation, so a loop of LR and SC only ends within one quantum;
   * loops of up to 16 instructions are promised to end (unprivileged specification, 13.3), and may be entered in the middle.
   */
  leastCompiled: 32,
  most: 1_000_000_000,
} as const;

/** Bytes of the first thread's stack, and of the guard under it. */
export const MAIN_STACK = { bytes: 1 << 20, guardBytes: 4096, top: 0x8000_0000 } as const;

/** Bytes of the monitor's stack, all of which have frames; and what it may be charged for: itself, and what it maps. */
export const MONITOR_STACK_BYTES = 64 << 10;
export const MONITOR_QUOTA = 512 << 10;

/** Instructions that the monitor has for its answer when the machine is out of frames. */
export const MONITOR_INSTRUCTIONS = 1_000_000;

/** Frames that the earlier of the journal's copies of the state is charged, where quotas may exceed RAM. */
export const JOURNAL_FRAMES = 16;

/** What a machine ends with that stopped for want of frames (`EX_OSERR`). */
export const ROOT_STATUS = 71;

/** Quotas are 32-bit words: RAM and what they may exceed it by together are less. */
export const QUOTA_BYTES = 2 ** 31;

/** Bytes that the console driver may be charged for: itself, its stacks, what it was sent. */
export const CONSOLE_QUOTA = 256 << 10;

/**
 * Deadlines from here on never come: 2^51 ns, 26 days. The board's timer compares exactly up to 2^52; an idle machine that has
 * jumped to the last deadline must still be able to end quanta.
 */
export const LAST_DEADLINE = 2 ** 51;

/** Where addresses that the kernel chooses begin. */
export const MAP_BASE = 0x4000_0000;

/** Bytes of the arguments of a program, strings and pointers together. */
export const ARGUMENT_BYTES = 65_536;
