/** Objects that handles name: which table holds those of a type. */
import { OBJECT_TYPE, type ObjectType, type ObjectTypeName } from '../../syscalls/objects.js';
import { KernelPanic } from '../panic.js';
import type { MutableState, State } from './state.js';

/** The table of each type. */
export const OBJECT_TABLE = {
  process: 'processes',
  thread: 'threads',
  allocator: 'allocators',
  vmo: 'vmos',
  vmar: 'vmars',
  channel: 'channels',
  lock: 'locks',
  timer: 'timers',
  interrupt: 'interrupts',
  pool: 'pools',
  ring: 'rings',
  topic: 'topics',
  job: 'jobs',
  token: 'tokens',
  reply: 'replies',
  resource: 'resources',
  session: 'sessions',
} as const satisfies Record<ObjectTypeName, keyof MutableState>;

type TableName = (typeof OBJECT_TABLE)[ObjectTypeName];

const tables: TableName[] = [];
const names: ObjectTypeName[] = [];
for (const [name, type] of Object.entries(OBJECT_TYPE) as [ObjectTypeName, ObjectType][]) {
  tables[type] = OBJECT_TABLE[name];
  names[type] = name;
}

/**
 * The column that counts handles and uses by the kernel. Hot path: with the table's name looked up by the type, each table that it
 * comes to has another shape to the host, and every access is a search.
 */
export function referencesOf(s: MutableState, type: number): Int32Array {
  const known = type as ObjectType;
  switch (known) {
    case OBJECT_TYPE.process:
      return s.processes.references;
    case OBJECT_TYPE.thread:
      return s.threads.references;
    case OBJECT_TYPE.allocator:
      return s.allocators.references;
    case OBJECT_TYPE.vmo:
      return s.vmos.references;
    case OBJECT_TYPE.vmar:
      return s.vmars.references;
    case OBJECT_TYPE.channel:
      return s.channels.references;
    case OBJECT_TYPE.lock:
      return s.locks.references;
    case OBJECT_TYPE.timer:
      return s.timers.references;
    case OBJECT_TYPE.interrupt:
      return s.interrupts.references;
    case OBJECT_TYPE.pool:
      return s.pools.references;
    case OBJECT_TYPE.ring:
      return s.rings.references;
    case OBJECT_TYPE.topic:
      return s.topics.references;
    case OBJECT_TYPE.job:
      return s.jobs.references;
    case OBJECT_TYPE.token:
      return s.tokens.references;
    case OBJECT_TYPE.reply:
      return s.replies.references;
    case OBJECT_TYPE.resource:
      return s.resources.references;
    case OBJECT_TYPE.session:
      return s.sessions.references;
    default:
      throw new KernelPanic(`no object has type ${known satisfies never}`);
  }
}

export function typeName(type: number): ObjectTypeName {
  return names[type];
}

/** The koid of an object. */
export function koidOf(s: State, type: number, row: number): number {
  return s[tables[type]].koid[row];
}
