/**
 * Structures that kernel and program share, declared once: every field is a 32-bit word, a 64-bit number in two words (low
 * first), or text of fixed length that zeros fill up. C structs and TypeScript readers come from here.
 */
export type FieldKind = 'u32' | 'i32' | 'u64' | 'name';

export interface Layout {
  /** The C name is `struct tocsin_` and this. */
  readonly name: string;
  readonly about: string;
  readonly fields: readonly { readonly name: string; readonly kind: FieldKind; readonly about: string }[];
}

export const FIELD_BYTES: Readonly<Record<FieldKind, number>> = { u32: 4, i32: 4, u64: 8, name: 24 };

export const TASK_STATE = { NEW: 0, RUNNABLE: 1, BLOCKED: 2, ENDED: 3 } as const;

/** Why a task ended. OUT_OF_MEMORY: it was killed because the machine had no frame left. */
export const EXIT_REASON = { NONE: 0, EXITED: 1, FAULT: 2, KILLED: 3, OUT_OF_MEMORY: 4 } as const;

/** Why a fault could not be satisfied; the exit code of a process that ended by one. */
export const FAULT_DETAIL = { DENIED: 0, NO_MEMORY: 1, GUARD: 2 } as const;

/** What a thread is blocked on. */
export const BLOCKED_ON = {
  NOTHING: 0,
  SLEEP: 1,
  FUTEX: 2,
  /** An event of one source, or of several. */
  EVENT: 3,
  /** A packet of a pool. */
  POOL: 4,
  SEND: 5,
  RECEIVE: 6,
  REPLY: 7,
  LOCK: 8,
  /** Completions of a ring. */
  RING: 9,
  /** Memory of an allocator. */
  MEMORY: 10,
  /** The monitor: until the machine is out of frames. */
  ROOT_OOM: 11,
  /** Frames: until the monitor has decided. */
  FRAMES: 12,
  /** A fault: until somebody has handled it. */
  FAULT: 13,
  /** Records of the journal. */
  JOURNAL: 14,
} as const;

/** Whether a mapped pool or a ring can be used. */
export const SHARED_STATE = { GOOD: 0, CORRUPT: 1 } as const;

export const LAYOUTS = {
  startup: {
    name: 'startup',
    about: 'What the first thread of a program finds at the address in a0.',
    fields: [
      { name: 'magic', kind: 'u32', about: 'STARTUP_MAGIC' },
      { name: 'process', kind: 'u32', about: 'handle to the process itself' },
      { name: 'thread', kind: 'u32', about: 'handle to the first thread' },
      { name: 'vmar', kind: 'u32', about: 'handle to the address region' },
      { name: 'allocator', kind: 'u32', about: 'handle to the allocator that pays' },
      { name: 'argc', kind: 'i32', about: 'number of arguments' },
      { name: 'argv', kind: 'u32', about: 'address of argc pointers and a null pointer' },
      { name: 'envp', kind: 'u32', about: 'address of the environment: a null pointer' },
      { name: 'stack_low', kind: 'u32', about: 'lowest mapped address of the stack' },
      { name: 'stack_high', kind: 'u32', about: 'first address past the stack' },
      { name: 'resource', kind: 'u32', about: 'handle to the right to hardware; 0: none' },
      { name: 'job', kind: 'u32', about: 'handle to the job of the process; 0: none' },
      { name: 'console_output', kind: 'u32', about: 'channel to print with (tocsin/console.h); 0: none' },
      { name: 'console_input', kind: 'u32', about: 'channel to read what is typed with; 0: none' },
    ],
  },
  journal_filter: {
    name: 'journal_filter',
    about: 'which records journal_read looks for, and how long it waits for one',
    fields: [
      { name: 'deadline', kind: 'u64', about: 'absolute virtual time; one in the past polls; INT64_MAX never comes' },
      ...Array.from({ length: 8 }, (_, i) => ({
        name: `types${i}`,
        kind: 'u32' as const,
        about: `bit n: records of type ${32 * i} + n (tocsin/records.h)`,
      })),
    ],
  },
  journal_record: {
    name: 'journal_record',
    about: 'a record of the journal as programs see it',
    fields: [
      { name: 'seq', kind: 'u64', about: 'the step, as packets count them; of its own records those of the process' },
      { name: 'time', kind: 'u64', about: 'virtual nanoseconds' },
      { name: 'type', kind: 'u32', about: 'TOCSIN_RECORD_ and a name' },
      { name: 'actor', kind: 'u32', about: 'koid of the thread whose step it was; 0: nobody' },
      { name: 'process', kind: 'u32', about: 'koid of its process' },
      { name: 'number', kind: 'u32', about: 'its number, as `from` of journal_read counts them: the low 32 bits' },
      ...Array.from({ length: 8 }, (_, i) => ({
        name: `field${i}`,
        kind: 'u32' as const,
        about:
          i < 6
            ? `field ${i} of this type`
            : `field ${i}, or ${i === 6 ? 'the low' : 'the high'} word of the time of a type that has one`,
      })),
    ],
  },
  info_handle: {
    name: 'info_handle',
    about: 'INFO_HANDLE',
    fields: [
      { name: 'koid', kind: 'u32', about: 'the object; never reused' },
      { name: 'type', kind: 'u32', about: 'its type' },
      { name: 'rights', kind: 'u32', about: 'rights of this handle' },
      { name: 'badge', kind: 'u32', about: 'badge of this handle, 0 for none' },
    ],
  },
  info_process: {
    name: 'info_process',
    about: 'INFO_PROCESS',
    fields: [
      { name: 'koid', kind: 'u32', about: 'the process' },
      { name: 'state', kind: 'u32', about: 'NEW, RUNNABLE (started) or ENDED' },
      { name: 'threads', kind: 'u32', about: 'threads that have not ended' },
      { name: 'exit_reason', kind: 'u32', about: 'NONE, EXITED, FAULT, KILLED or OUT_OF_MEMORY' },
      { name: 'exit_code', kind: 'i32', about: 'of process_exit; after a fault: DENIED, NO_MEMORY or GUARD' },
      { name: 'fault_cause', kind: 'u32', about: 'the trap cause (privileged specification, table of mcause)' },
      { name: 'fault_pc', kind: 'u32', about: 'where' },
      { name: 'fault_address', kind: 'u32', about: 'mtval: the address or instruction that faulted' },
      { name: 'name', kind: 'name', about: 'its name' },
    ],
  },
  info_thread: {
    name: 'info_thread',
    about: 'INFO_THREAD',
    fields: [
      { name: 'koid', kind: 'u32', about: 'the thread' },
      { name: 'process', kind: 'u32', about: 'koid of its process' },
      { name: 'state', kind: 'u32', about: 'NEW, RUNNABLE, BLOCKED or ENDED' },
      { name: 'priority', kind: 'u32', about: '0 to 31' },
      {
        name: 'blocked_on',
        kind: 'u32',
        about:
          'NOTHING, SLEEP, FUTEX, EVENT, POOL, SEND, RECEIVE, REPLY, LOCK, RING, MEMORY, ROOT_OOM, FRAMES, FAULT or JOURNAL',
      },
      { name: 'blocked_address', kind: 'u32', about: 'FUTEX: the address of the word' },
      { name: 'name', kind: 'name', about: 'its name' },
    ],
  },
  info_allocator: {
    name: 'info_allocator',
    about: 'INFO_ALLOCATOR',
    fields: [
      { name: 'koid', kind: 'u32', about: 'the allocator' },
      { name: 'quota', kind: 'u32', about: 'bytes' },
      { name: 'used', kind: 'u32', about: 'bytes charged here' },
      { name: 'children', kind: 'u32', about: "bytes of the children's quotas" },
      { name: 'peak', kind: 'u32', about: 'the most that used ever was' },
      { name: 'reserve', kind: 'u32', about: 'bytes of the quota that only who answers for a shortage may use' },
      { name: 'soft_mark', kind: 'u32', about: 'bytes in use from which on there is PRESSURE; 0: none' },
      { name: 'state', kind: 'u32', about: 'NORMAL, PRESSURE or OOM' },
      { name: 'waiting', kind: 'u32', about: 'threads that wait for memory here' },
      { name: 'owed', kind: 'u32', about: 'answers to its shortage that are owed' },
      { name: 'page_bytes', kind: 'u32', about: 'of used: pages of memory objects, pools, rings and messages' },
      { name: 'table_bytes', kind: 'u32', about: 'of used: page tables' },
      { name: 'save_area_bytes', kind: 'u32', about: 'of used: save areas' },
      { name: 'object_bytes', kind: 'u32', about: 'of used: handles and objects; the rest' },
    ],
  },
  info_vmo: {
    name: 'info_vmo',
    about: 'INFO_VMO',
    fields: [
      { name: 'koid', kind: 'u32', about: 'the memory object' },
      { name: 'size', kind: 'u32', about: 'bytes' },
      { name: 'resident', kind: 'u32', about: 'bytes that have frames' },
    ],
  },
  info_pool: {
    name: 'info_pool',
    about: 'INFO_POOL',
    fields: [
      { name: 'koid', kind: 'u32', about: 'the pool' },
      { name: 'kind', kind: 'u32', about: 'FIXED or VARIABLE' },
      { name: 'packets', kind: 'u32', about: 'that can be taken' },
      { name: 'registrations', kind: 'u32', about: 'that it has' },
      { name: 'room', kind: 'u32', about: 'what fits in all, in units of 64 bytes' },
      { name: 'used', kind: 'u32', about: 'units that packets take' },
      { name: 'promised', kind: 'u32', about: 'units that are kept for registrations' },
    ],
  },
  info_channel: {
    name: 'info_channel',
    about: 'INFO_CHANNEL',
    fields: [
      { name: 'koid', kind: 'u32', about: 'the endpoint' },
      { name: 'peer', kind: 'u32', about: 'koid of the other one; 0: it is gone' },
      { name: 'max_message', kind: 'u32', about: 'bytes of the longest message' },
      { name: 'sends', kind: 'u32', about: 'messages that wait to be received here' },
      { name: 'receives', kind: 'u32', about: 'threads and pools that wait for a message here' },
    ],
  },
  info_lock: {
    name: 'info_lock',
    about: 'INFO_LOCK',
    fields: [
      { name: 'koid', kind: 'u32', about: 'the lock' },
      { name: 'owner', kind: 'u32', about: 'koid of the thread that has it; 0: nobody' },
      { name: 'waiting', kind: 'u32', about: 'threads and pools in its queue' },
    ],
  },
  info_timer: {
    name: 'info_timer',
    about: 'INFO_TIMER',
    fields: [
      { name: 'koid', kind: 'u32', about: 'the timer' },
      { name: 'is_set', kind: 'u32', about: 'whether it will fire' },
      { name: 'deadline', kind: 'u64', about: 'when, in nanoseconds; 0 where it is not set' },
      { name: 'period', kind: 'u64', about: 'between deadlines; 0: only one' },
      { name: 'listeners', kind: 'u32', about: 'threads and pools that wait for it' },
      { name: 'reserved', kind: 'u32', about: '0' },
    ],
  },
  info_interrupt: {
    name: 'info_interrupt',
    about: 'INFO_INTERRUPT',
    fields: [
      { name: 'koid', kind: 'u32', about: 'the interrupt' },
      { name: 'line', kind: 'u32', about: 'the source of the PLIC' },
      { name: 'owed', kind: 'u32', about: 'answers that are owed' },
      { name: 'pending', kind: 'u32', about: 'one came while the line was masked, or nobody listened' },
      { name: 'stuck', kind: 'u32', about: 'masked for good: nobody claimed it too often' },
    ],
  },
  info_topic: {
    name: 'info_topic',
    about: 'INFO_TOPIC',
    fields: [
      { name: 'koid', kind: 'u32', about: 'the topic' },
      { name: 'type', kind: 'u32', about: 'what is published' },
      { name: 'size', kind: 'u32', about: 'bytes of what is published' },
      { name: 'listeners', kind: 'u32', about: 'threads and pools that wait for it' },
    ],
  },
  info_job: {
    name: 'info_job',
    about: 'INFO_JOB',
    fields: [
      { name: 'koid', kind: 'u32', about: 'the job' },
      { name: 'parent', kind: 'u32', about: 'koid of the job that it is under; 0: none' },
      { name: 'processes', kind: 'u32', about: 'in it and below that have not ended' },
      { name: 'threads', kind: 'u32', about: 'the same of threads' },
      { name: 'killed', kind: 'u32', about: 'whether it was killed' },
      { name: 'name', kind: 'name', about: 'its name' },
    ],
  },
  info_ring: {
    name: 'info_ring',
    about: 'INFO_RING',
    fields: [
      { name: 'koid', kind: 'u32', about: 'the ring' },
      { name: 'pool', kind: 'u32', about: 'koid of the pool of its completions' },
      { name: 'entries', kind: 'u32', about: 'submissions that fit' },
      { name: 'state', kind: 'u32', about: 'GOOD or CORRUPT' },
    ],
  },
  info_session: {
    name: 'info_session',
    about: 'INFO_SESSION',
    fields: [
      { name: 'koid', kind: 'u32', about: 'the debug session' },
      { name: 'task', kind: 'u32', about: 'koid of the process or job that it is about' },
      { name: 'options', kind: 'u32', about: 'SESSION_...' },
      { name: 'stopped', kind: 'u32', about: 'whether it has stopped anything' },
      { name: 'faults', kind: 'u32', about: 'faults that it was told of and has not answered' },
      { name: 'breakpoints', kind: 'u32', about: 'that it has set' },
    ],
  },
  packet: {
    name: 'packet',
    about: 'An event, as a wait gives it and as a pool holds it.',
    fields: [
      { name: 'key', kind: 'u64', about: 'what the listener chose' },
      { name: 'source', kind: 'u32', about: 'koid of the object' },
      { name: 'type', kind: 'u32', about: 'what happened: EVENT_...' },
      { name: 'flags', kind: 'u32', about: 'PACKET_...' },
      { name: 'status', kind: 'i32', about: 'a status, or what the type says' },
      { name: 'first_seq', kind: 'u64', about: 'the step of the first event in it' },
      { name: 'last_seq', kind: 'u64', about: 'the step of the last' },
      { name: 'count', kind: 'u32', about: 'how many events it stands for' },
      { name: 'data0', kind: 'u32', about: 'what the type says' },
      { name: 'data1', kind: 'u32', about: 'the same' },
      { name: 'data2', kind: 'u32', about: 'the same' },
      { name: 'data3', kind: 'u32', about: 'the same' },
      { name: 'data4', kind: 'u32', about: 'the same' },
    ],
  },
  wait_item: {
    name: 'wait_item',
    about: 'One of the things that event_wait_many waits for.',
    fields: [
      { name: 'handle', kind: 'u32', about: 'the object' },
      { name: 'source', kind: 'u32', about: 'which source of it' },
      { name: 'seen', kind: 'u32', about: 'as in event_wait' },
    ],
  },
  message: {
    name: 'message',
    about: 'Where the parts of a message are, or where they go.',
    fields: [
      { name: 'data', kind: 'u32', about: 'address of the bytes' },
      { name: 'data_len', kind: 'u32', about: 'how many; of a buffer: how many fit' },
      { name: 'handles', kind: 'u32', about: 'address of an array of tocsin_message_handle' },
      { name: 'handle_count', kind: 'u32', about: 'how many; of a buffer: how many fit; at most 16' },
    ],
  },
  message_handle: {
    name: 'message_handle',
    about: 'A handle in a message.',
    fields: [
      { name: 'handle', kind: 'u32', about: 'the handle' },
      { name: 'what', kind: 'u32', about: 'sent: TRANSFER_MOVE, COPY or LEND; received: the type of the object' },
    ],
  },
  pool_header: {
    name: 'pool_header',
    about: 'The first page of a mapped pool. The packet with number n lies at n modulo capacity.',
    fields: [
      { name: 'head', kind: 'u32', about: 'the oldest packet that was not taken; yours' },
      { name: 'tail', kind: 'u32', about: 'the number that the next packet gets; of the kernel' },
      { name: 'capacity', kind: 'u32', about: 'packets, a power of two' },
      { name: 'version', kind: 'u32', about: 'changes when a packet that was not taken does' },
      { name: 'state', kind: 'u32', about: 'GOOD or CORRUPT' },
    ],
  },
  ring_header: {
    name: 'ring_header',
    about: 'The first 64 bytes of a mapped ring. The submission with number n lies at n modulo entries.',
    fields: [
      { name: 'head', kind: 'u32', about: 'the oldest submission that was not taken; of the kernel' },
      { name: 'tail', kind: 'u32', about: 'the number that the next submission gets; yours' },
      { name: 'entries', kind: 'u32', about: 'submissions, a power of two' },
      { name: 'state', kind: 'u32', about: 'GOOD or CORRUPT' },
    ],
  },
  submission: {
    name: 'submission',
    about: 'A system call that stands in a ring.',
    fields: [
      { name: 'key', kind: 'u64', about: 'comes back with the completion' },
      { name: 'number', kind: 'u32', about: 'of the call' },
      { name: 'reserved', kind: 'u32', about: '0' },
      { name: 'a0', kind: 'u32', about: 'arguments, as registers' },
      { name: 'a1', kind: 'u32', about: '' },
      { name: 'a2', kind: 'u32', about: '' },
      { name: 'a3', kind: 'u32', about: '' },
      { name: 'a4', kind: 'u32', about: '' },
      { name: 'a5', kind: 'u32', about: '' },
    ],
  },
  oom_task: {
    name: 'oom_task',
    about: 'A process, as root_oom_wait tells of it.',
    fields: [
      { name: 'process', kind: 'u32', about: 'its koid' },
      { name: 'job', kind: 'u32', about: 'koid of its job' },
      { name: 'rank', kind: 'u32', about: 'the highest KILL_RANK of its job and those above; 0: not marked' },
      {
        name: 'frames',
        kind: 'u32',
        about: 'that it can reach: memory that it maps or names, page tables, save areas',
      },
      { name: 'name', kind: 'name', about: 'its name' },
    ],
  },
  job_policy: {
    name: 'job_policy',
    about: 'Limits of a job and of everything below it; 0 means none.',
    fields: [
      { name: 'max_processes', kind: 'u32', about: 'processes that have not ended' },
      { name: 'max_threads', kind: 'u32', about: 'threads that have not ended' },
      { name: 'max_priority', kind: 'u32', about: 'the highest priority plus one' },
      { name: 'denied', kind: 'u32', about: 'bit n: calls with the numbers 16 n to 16 n + 15 are ACCESS_DENIED' },
    ],
  },
} as const satisfies Readonly<Record<string, Layout>>;

export type LayoutName = keyof typeof LAYOUTS;

export const STARTUP_MAGIC = 0x746f6331; // "1cot" in memory: the first version of the layout

/** Bytes of a layout. */
export function layoutBytes(layout: Layout): number {
  return layout.fields.reduce((sum, field) => sum + FIELD_BYTES[field.kind], 0);
}
