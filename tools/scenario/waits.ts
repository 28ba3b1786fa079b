/** What a thread waits for, and who holds it. */

import { threadName } from '../../kernel/blocked.js';
import { type ThreadName, type Whereabouts, whereabouts } from '../../kernel/index.js';
import type { Kernel } from '../../kernel/kernel.js';
import { koidOf, typeName } from '../../kernel/state/objects.js';
import { BLOCKED_ON, TASK_STATE } from '../../syscalls/layouts.js';
import { OBJECT_TYPE, type ObjectTypeName } from '../../syscalls/objects.js';

export type WaitKind = Lowercase<Exclude<keyof typeof BLOCKED_ON, 'NOTHING'>>;

export interface Wait {
  readonly on: WaitKind;
  /** Of the futex word; else 0. */
  readonly address: number;
  /** The object: the channel's endpoint, the pool, the lock, whatever has the event. Undefined where there is none, or several. */
  readonly object: { readonly type: ObjectTypeName; readonly koid: number } | undefined;
  /** The owner of a lock, or whom a futex names. */
  readonly heldBy: ThreadName | undefined;
  /** Virtual time in ns, infinity for never. */
  readonly deadline: number;
}

const KINDS = new Map<number, WaitKind>(
  Object.entries(BLOCKED_ON).map(([name, value]) => [value, name.toLowerCase() as WaitKind]),
);

/** The wait of a thread, by its row; undefined where it does not wait. */
export function waitOf({ state: s }: Kernel, thread: number): Wait | undefined {
  const { threads: t, registrations, sources, locks } = s;
  const on = KINDS.get(t.blockedOn[thread]);
  if (t.state[thread] !== TASK_STATE.BLOCKED || on === undefined) return undefined;
  const source = t.waiter[thread] < 0 ? -1 : registrations.source[t.waiter[thread]];
  const isAtSource = source >= 0 && on !== 'sleep' && on !== 'futex';
  const row = isAtSource ? sources.object[source] : -1;
  const type = isAtSource ? sources.type[source] : -1;
  const owner = type === OBJECT_TYPE.lock ? locks.owner[row] : rowOf(t, t.blockedOwner[thread]);
  return {
    on,
    address: t.blockedAddress[thread] >>> 0,
    object: isAtSource ? { type: typeName(type), koid: koidOf(s, type, row) } : undefined,
    heldBy: owner < 0 ? undefined : threadName(s, owner),
    deadline: t.deadlineSlot[thread] >= 0 ? t.deadline[thread] : Number.POSITIVE_INFINITY,
  };
}

function rowOf(threads: Kernel['state']['threads'], koid: number): number {
  for (let row = 0; koid > 0 && row < threads.used; row++) if (threads.koid[row] === koid) return row;
  return -1;
}

/** `waits for the futex 0x20000000, held by first #6`, `waits to receive from channel #9 until 500 ns`. */
export function waitSentence({ on, address, object, heldBy, deadline }: Wait): string {
  const until = deadline === Number.POSITIVE_INFINITY ? '' : ` until ${deadline} ns`;
  if (on === 'sleep') return `sleeps${until === '' ? ' for ever' : until}`;
  const name = object === undefined ? '' : `${object.type} #${object.koid}`;
  const holder = heldBy === undefined ? '' : `, held by ${nameOf(heldBy)}`;
  return `${SENTENCES[on](name, `0x${address.toString(16)}`)}${holder}${until}`;
}

const SENTENCES: Readonly<Record<Exclude<WaitKind, 'sleep'>, (object: string, address: string) => string>> = {
  futex: (_, address) => `waits for the futex ${address}`,
  event: (object) => (object === '' ? 'waits for one of several events' : `waits for an event of ${object}`),
  pool: (object) => `waits for a packet of ${object}`,
  send: (object) => `waits to send to ${object}`,
  receive: (object) => `waits to receive from ${object}`,
  reply: () => 'waits for a reply',
  lock: (object) => `waits for ${object}`,
  ring: () => 'waits for completions of a ring',
};

export function nameOf({ name, koid }: ThreadName): string {
  return name === '' ? `#${koid}` : `${name} #${koid}`;
}

/** A thread that has not ended, for whoever looks at all of them. */
export interface ThreadRow extends ThreadName {
  readonly state: Whereabouts['state'];
  /** While it is blocked. */
  readonly wait: Wait | undefined;
  /** `waits for …`, `is ready to run`: goes on after its name. */
  readonly sentence: string;
}

/** All threads that have not ended, in the order of their koids. */
export function threadRows(k: Kernel): ThreadRow[] {
  return whereabouts(k).map((thread) => {
    const { koid, name, process, state } = thread;
    const wait = state === 'blocked' ? waitOf(k, rowOf(k.state.threads, koid)) : undefined;
    const pc = state === 'running' || state === 'ready' ? thread.pc : undefined;
    return {
      koid,
      name,
      process,
      state,
      wait,
      sentence: wait === undefined ? stateSentence(state, pc) : waitSentence(wait),
    };
  });
}

export function stateSentence(state: ThreadRow['state'] | 'ended', pc?: number): string {
  const at = pc === undefined ? '' : ` at pc 0x${pc.toString(16)}`;
  switch (state) {
    case 'new':
      return 'is not started yet';
    case 'ready':
      return `is ready to run${at}`;
    case 'running':
      return `is running${at}`;
    case 'blocked':
      return 'is stopped';
    case 'ended':
      return 'has ended';
  }
}
