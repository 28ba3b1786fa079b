/** For each allocator: who uses it, and what its use consists of. Computed in one pass over everything that is charged. */
import { TASK_STATE } from '../../syscalls/layouts.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { nameText } from '../information.js';
import { CHARGE_KINDS, type ChargeKind, eachCharge } from '../memory/charges.js';
import type { State } from '../state/state.js';
import { isLive } from '../state/table.js';
import { inOrder } from './view.js';

export interface ChargedItems {
  count: number;
  bytes: number;
}

export interface AllocatorUser {
  readonly koid: number;
  readonly name: string;
  readonly hasEnded: boolean;
}

export interface AllocatorUse {
  /** Its row in the table of allocators. */
  readonly row: number;
  /** The processes that it pays for, by koid. */
  readonly users: readonly AllocatorUser[];
  /** Processes that hold a handle to it, where it pays for none. */
  readonly holders: readonly AllocatorUser[];
  /** Only what there is, in the order of CHARGE_KINDS. The bytes add up to what is charged. */
  readonly items: ReadonlyMap<ChargeKind, Readonly<ChargedItems>>;
}

/** All allocators, by koid. */
export function allocatorUses(s: State): AllocatorUse[] {
  const charged = new Map<number, Map<ChargeKind, ChargedItems>>();
  eachCharge(s, (allocator, kind, bytes) => {
    let kinds = charged.get(allocator);
    if (kinds === undefined) {
      kinds = new Map();
      charged.set(allocator, kinds);
    }
    const items = kinds.get(kind);
    if (items === undefined) kinds.set(kind, { count: 1, bytes });
    else {
      items.count++;
      items.bytes += bytes;
    }
  });
  const users = usersOf(s);
  const holders = holdersOf(s);
  return inOrder(s.allocators).map((row) => ({
    row,
    users: users.get(row) ?? [],
    holders: users.has(row) ? [] : (holders.get(row) ?? []),
    items: inOrderOfKinds(charged.get(row)),
  }));
}

function inOrderOfKinds(items: ReadonlyMap<ChargeKind, ChargedItems> | undefined): AllocatorUse['items'] {
  const kinds = Object.keys(CHARGE_KINDS) as ChargeKind[];
  return new Map(
    kinds.flatMap((kind) => {
      const found = items?.get(kind);
      return found === undefined ? [] : [[kind, found] as const];
    }),
  );
}

function userOf({ processes }: State, row: number): AllocatorUser {
  return {
    koid: processes.koid[row],
    name: nameText(processes, row),
    hasEnded: processes.state[row] === TASK_STATE.ENDED,
  };
}

function usersOf(s: State): Map<number, AllocatorUser[]> {
  const users = new Map<number, AllocatorUser[]>();
  for (const row of inOrder(s.processes)) append(users, s.processes.allocator[row], userOf(s, row));
  return users;
}

function holdersOf(s: State): Map<number, AllocatorUser[]> {
  const { handles } = s;
  const holders = new Map<number, Set<number>>();
  for (let row = 0; row < handles.used; row++) {
    if (!isLive(handles, row) || handles.type[row] !== OBJECT_TYPE.allocator || handles.process[row] < 0) continue;
    const allocator = handles.object[row];
    let of = holders.get(allocator);
    if (of === undefined) {
      of = new Set();
      holders.set(allocator, of);
    }
    of.add(handles.process[row]);
  }
  const byKoid = (a: number, b: number): number => s.processes.koid[a] - s.processes.koid[b];
  return new Map([...holders].map(([allocator, of]) => [allocator, [...of].sort(byKoid).map((row) => userOf(s, row))]));
}

function append<Value>(map: Map<number, Value[]>, key: number, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** `main, worker ×3`; those that only hold a handle in brackets; those that have ended say so. At most so many names. */
export function usersText({ users, holders }: Pick<AllocatorUse, 'users' | 'holders'>, most = 4): string {
  if (users.length > 0) return namesText(users, most);
  return holders.length > 0 ? `(${namesText(holders, most)})` : '';
}

function namesText(users: readonly AllocatorUser[], most: number): string {
  const counts = new Map<string, number>();
  for (const { name, hasEnded } of users) {
    const text = `${name === '' ? 'no name' : name}${hasEnded ? ' (ended)' : ''}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const texts = [...counts].map(([text, count]) => (count === 1 ? text : `${text} ×${count}`));
  return texts.length <= most ? texts.join(', ') : `${texts.slice(0, most).join(', ')}, …`;
}
