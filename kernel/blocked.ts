/** What every thread waits for, and who holds it: the report when nothing can run any more, and the views of the state. */
import { BLOCKED_ON, TASK_STATE } from '../syscalls/layouts.js';
import type { ObjectTypeName } from '../syscalls/objects.js';
import { nameText } from './information.js';
import { NO_DEADLINE } from './state/deadline-heap.js';
import { koidOf, typeName } from './state/objects.js';
import type { State } from './state/state.js';
import { isLive } from './state/table.js';

export interface ThreadName {
  readonly koid: number;
  readonly name: string;
  readonly process: string;
}

/** What a thread can wait for. */
export type WaitKind = Lowercase<Exclude<keyof typeof BLOCKED_ON, 'NOTHING'>>;

export interface ObjectName {
  readonly type: ObjectTypeName;
  readonly koid: number;
}

export interface BlockedThread extends ThreadName {
  /** `suspended`: it waits for nothing, and a token keeps it from running. */
  readonly on: WaitKind | 'suspended';
  /** Virtual address of the futex word; 0 for all else. */
  readonly address: number;
  /** The endpoint, pool, lock or whatever has the event; undefined for a sleep, a futex, several events. */
  readonly object: ObjectName | undefined;
  readonly heldBy: ThreadName | undefined;
  /** Virtual time in ns, infinity for never. */
  readonly deadline: number;
  /** A token keeps it from running, whatever it waits for. */
  readonly isSuspended: boolean;
}

export function threadName(s: State, thread: number): ThreadName {
  const { threads, processes } = s;
  return {
    koid: threads.koid[thread],
    name: nameText(threads, thread),
    process: nameText(processes, threads.process[thread]),
  };
}

/** All threads that wait or are suspended, in the order of their koids. */
export function blockedThreads(s: State): BlockedThread[] {
  const { threads } = s;
  const blocked: BlockedThread[] = [];
  for (let row = 0; row < threads.used; row++) {
    const wait = isLive(threads, row) ? waitOf(s, row) : undefined;
    if (wait !== undefined) blocked.push(wait);
  }
  return blocked.sort((a, b) => a.koid - b.koid);
}

/** What one thread waits for; undefined where it could run, is new, or has ended. */
export function waitOf(s: State, row: number): BlockedThread | undefined {
  const { threads, locks, registrations, replies, sources } = s;
  const isSuspended = threads.suspensions[row] > 0;
  const on = KINDS.get(threads.blockedOn[row]);
  if (threads.state[row] === TASK_STATE.RUNNABLE && isSuspended)
    return { ...threadName(s, row), ...NO_WAIT, on: 'suspended', isSuspended };
  if (threads.state[row] !== TASK_STATE.BLOCKED || on === undefined) return undefined;
  const source = registrations.source[threads.waiter[row]];
  const isAtSource = source >= 0 && on !== 'sleep' && on !== 'futex';
  let object = isAtSource ? objectName(s, sources.type[source], sources.object[source]) : undefined;
  if (on === 'reply' && threads.reply[row] >= 0) object = { type: 'reply', koid: replies.koid[threads.reply[row]] };
  const owner = on === 'lock' ? locks.owner[sources.object[source]] : ownerOfFutex(s, row);
  return {
    ...threadName(s, row),
    on,
    address: threads.blockedAddress[row] >>> 0,
    object,
    heldBy: owner < 0 ? undefined : threadName(s, owner),
    deadline: threads.deadlineSlot[row] === NO_DEADLINE ? Number.POSITIVE_INFINITY : threads.deadline[row],
    isSuspended,
  };
}

/** The thread that a waiter for a futex named, while it has not ended. */
function ownerOfFutex({ threads }: State, row: number): number {
  if (threads.lendsTo[row] >= 0 || threads.blockedOwner[row] === 0) return threads.lendsTo[row];
  // It lends nothing, because that would close a cycle: only the koid is known.
  for (let owner = 0; owner < threads.used; owner++) {
    const isIt = isLive(threads, owner) && threads.koid[owner] === threads.blockedOwner[row];
    if (isIt && threads.state[owner] !== TASK_STATE.ENDED) return owner;
  }
  return -1;
}

const NO_WAIT = { address: 0, object: undefined, heldBy: undefined, deadline: Number.POSITIVE_INFINITY } as const;

const KINDS: ReadonlyMap<number, WaitKind> = new Map(
  Object.entries(BLOCKED_ON)
    .filter(([name]) => name !== 'NOTHING')
    .map(([name, value]) => [value, name.toLowerCase() as WaitKind]),
);

function objectName(s: State, type: number, row: number): ObjectName {
  return { type: typeName(type), koid: koidOf(s, type, row) };
}

/** `philosopher-2 #9`, or `#9` for one without a name. */
export function threadText({ name, koid }: ThreadName): string {
  return name === '' ? `#${koid}` : `${name} #${koid}`;
}

/**
 * `waits for lock #9, held by philosopher-3 #7`: goes on after the name of the thread. `place` says of a futex's address what
 * lies there, ` (forks+0x8)`, or nothing.
 */
export function waitSentence(thread: BlockedThread, place: (address: number) => string = () => ''): string {
  const { on, address, object, heldBy, isSuspended } = thread;
  if (on === 'suspended') return 'is suspended';
  const name = object === undefined ? '' : `${object.type} #${object.koid}`;
  const what = on === 'futex' ? `0x${address.toString(16)}${place(address)}` : name;
  const holder = heldBy === undefined ? '' : `, held by ${threadText(heldBy)}`;
  return `${SENTENCES[on](what)}${holder}${isSuspended ? ', and is suspended' : ''}`;
}

const SENTENCES: Readonly<Record<WaitKind, (what: string) => string>> = {
  sleep: () => 'sleeps',
  futex: (word) => `waits for the futex ${word}`,
  event: (object) => (object === '' ? 'waits for one of several events' : `waits for an event of ${object}`),
  pool: (pool) => `waits for a packet of ${pool}`,
  send: (channel) => `waits to send on ${channel}`,
  receive: (channel) => `waits to receive on ${channel}`,
  reply: (reply) => `waits for an answer${reply === '' ? '' : ` through ${reply}`}`,
  lock: (lock) => `waits for ${lock}`,
  root_oom: () => 'waits until the machine is out of memory',
  journal: () => 'waits for records of the journal',
  frames: () => 'waits for frames, of which the machine has none',
  fault: () => 'is stopped at a fault',
  memory: (allocator) => `waits for memory of ${allocator}`,
  ring: (ring) => `waits for completions${ring === '' ? '' : ` of ${ring}`}`,
};

/** A cycle of threads each of which waits for the next, the lowest koid first; empty where there is none. */
export function waitCycle(blocked: readonly BlockedThread[]): BlockedThread[] {
  const byKoid = new Map(blocked.map((thread) => [thread.koid, thread]));
  const done = new Set<number>();
  for (const start of blocked) {
    const path: BlockedThread[] = [];
    let at: BlockedThread | undefined = start;
    while (at !== undefined && !done.has(at.koid)) {
      done.add(at.koid);
      path.push(at);
      at = at.heldBy && byKoid.get(at.heldBy.koid);
    }
    const entry = at === undefined ? -1 : path.indexOf(at);
    if (entry >= 0) {
      const cycle = path.slice(entry);
      const first = cycle.reduce((low, thread, i) => (thread.koid < cycle[low].koid ? i : low), 0);
      return [...cycle.slice(first), ...cycle.slice(0, first)];
    }
  }
  return [];
}
