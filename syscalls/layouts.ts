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

/** Why a task ended. */
export const EXIT_REASON = { NONE: 0, EXITED: 1, FAULT: 2, KILLED: 3 } as const;

/** Why a fault could not be satisfied; the exit code of a process that ended by one. */
export const FAULT_DETAIL = { DENIED: 0, NO_MEMORY: 1, GUARD: 2 } as const;

/** What a thread is blocked on. */
export const BLOCKED_ON = { NOTHING: 0, SLEEP: 1, FUTEX: 2 } as const;

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
    ],
  },
  info_handle: {
    name: 'info_handle',
    about: 'INFO_HANDLE',
    fields: [
      { name: 'koid', kind: 'u32', about: 'the object; never reused' },
      { name: 'type', kind: 'u32', about: 'its type' },
      { name: 'rights', kind: 'u32', about: 'rights of this handle' },
    ],
  },
  info_process: {
    name: 'info_process',
    about: 'INFO_PROCESS',
    fields: [
      { name: 'koid', kind: 'u32', about: 'the process' },
      { name: 'state', kind: 'u32', about: 'NEW, RUNNABLE (started) or ENDED' },
      { name: 'threads', kind: 'u32', about: 'threads that have not ended' },
      { name: 'exit_reason', kind: 'u32', about: 'NONE, EXITED, FAULT or KILLED' },
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
      { name: 'blocked_on', kind: 'u32', about: 'NOTHING, SLEEP or FUTEX' },
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
} as const satisfies Readonly<Record<string, Layout>>;

export const STARTUP_MAGIC = 0x746f6331; // "1cot" in memory: the first version of the layout

/** Bytes of a layout. */
export function layoutBytes(layout: Layout): number {
  return layout.fields.reduce((sum, field) => sum + FIELD_BYTES[field.kind], 0);
}
