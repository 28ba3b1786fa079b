/** What every thread waits for, and who holds it: the report when nothing can run any more, and the views of the state. */
import { BLOCKED_ON, TASK_STATE } from '../syscalls/layouts.js';
import { nameText } from './information.js';
import type { State } from './state/state.js';
import { isLive } from './state/table.js';

export interface ThreadName {
  readonly koid: number;
  readonly name: string;
  readonly process: string;
}

export interface BlockedThread extends ThreadName {
  readonly on: 'sleep' | 'futex';
  /** Virtual address of the futex word; 0 for a sleep. */
  readonly address: number;
  readonly heldBy: ThreadName | undefined;
  /** Virtual time in ns, infinity for never. */
  readonly deadline: number;
}

export function threadName(s: State, thread: number): ThreadName {
  const { threads, processes } = s;
  return {
    koid: threads.koid[thread],
    name: nameText(threads, thread),
    process: nameText(processes, threads.process[thread]),
  };
}

/** All blocked threads, in the order of their koids. */
export function blockedThreads(s: State): BlockedThread[] {
  const { threads } = s;
  const running = new Map<number, number>();
  for (let row = 0; row < threads.used; row++) {
    if (isLive(threads, row) && threads.state[row] !== TASK_STATE.ENDED) running.set(threads.koid[row], row);
  }
  const blocked: BlockedThread[] = [];
  for (const row of running.values()) {
    if (threads.state[row] !== TASK_STATE.BLOCKED) continue;
    const owner = running.get(threads.blockedOwner[row]);
    blocked.push({
      ...threadName(s, row),
      on: threads.blockedOn[row] === BLOCKED_ON.SLEEP ? 'sleep' : 'futex',
      address: threads.blockedAddress[row] >>> 0,
      heldBy: owner === undefined ? undefined : threadName(s, owner),
      deadline: threads.deadlineSlot[row] >= 0 ? threads.deadline[row] : Number.POSITIVE_INFINITY,
    });
  }
  return blocked.sort((a, b) => a.koid - b.koid);
}

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
