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

/** The column that counts handles and uses by the kernel. */
export function referencesOf(s: MutableState, type: number): Int32Array {
  const table = tables[type];
  if (table === undefined) throw new KernelPanic(`no object has type ${type}`);
  return s[table].references;
}

export function typeName(type: number): ObjectTypeName {
  return names[type];
}

/** The koid of an object. */
export function koidOf(s: State, type: number, row: number): number {
  return s[tables[type]].koid[row];
}
