/**
 * Cycles of waits. A thread that waits for a lock waits for its owner, and for the threads for which pools ahead of it in the
 * queue will get the lock before; one that waits for a futex waits for the owner that it named. A wait that would lead back to
 * the thread that begins it is found at the call that begins it, and every member of the cycle is in the journal.
 *
 * A thread for which a pool stands in a queue does not wait itself: it may release what it owns before its turn comes.
 */
import { BLOCKED_ON } from '../../syscalls/layouts.js';
import type { Kernel } from '../kernel.js';
import { deadlockFound } from '../transitions/locks.js';
import { lockAwaited } from './inheritance.js';

/** How the search came to a thread: who waits for it, and whether it owns what that one waits for or will own it before. */
interface Link {
  readonly from: number;
  readonly isClaimed: boolean;
}

/** Would a thread wait for itself, if it began to wait for a lock? The members of the cycle go into the journal. */
export function lockWouldDeadlock(k: Kernel, thread: number, lock: number): boolean {
  const { locks } = k.state;
  const owner = locks.owner[lock];
  if (locks.claims[lock] === 0 && !waits(k, owner)) return false;
  const search = new Search(k, thread);
  search.addLock(thread, lock, -1);
  if (!search.run()) return false;
  search.record(lock, 0, 0);
  return true;
}

/** The same of a futex with an owner; the word is known by the koid of its memory object, and the offset there. */
export function futexWouldDeadlock(k: Kernel, thread: number, owner: number, object: number, key: number): boolean {
  if (!waits(k, owner)) return false;
  const search = new Search(k, thread);
  search.add(thread, owner, false);
  if (!search.run()) return false;
  search.record(-1, object, key);
  return true;
}

function waits(k: Kernel, thread: number): boolean {
  return k.state.threads.lendsTo[thread] >= 0 || lockAwaited(k.state, thread) >= 0;
}

class Search {
  private readonly links = new Map<number, Link>();
  private readonly open: number[] = [];

  constructor(
    private readonly k: Kernel,
    private readonly thread: number,
  ) {}

  add(from: number, to: number, isClaimed: boolean): void {
    if (to < 0 || this.links.has(to)) return;
    this.links.set(to, { from, isClaimed });
    this.open.push(to);
  }

  /** Adds whom an entry of a lock's queue waits for; -1 for one that would be its new tail. */
  addLock(from: number, lock: number, entry: number): void {
    const { locks, registrations: r, sources } = this.k.state;
    this.add(from, locks.owner[lock], false);
    if (locks.claims[lock] === 0) return;
    for (let row = entry < 0 ? sources.tail[locks.queue[lock]] : r.previous[entry]; row >= 0; row = r.previous[row])
      if (r.pool[row] >= 0) this.add(from, r.subject[row], true);
  }

  /** Does the way lead back? */
  run(): boolean {
    const { threads } = this.k.state;
    for (let at = this.open.pop(); at !== undefined; at = this.open.pop()) {
      if (at === this.thread) return true;
      const lock = lockAwaited(this.k.state, at);
      if (lock >= 0) this.addLock(at, lock, threads.waiter[at]);
      else this.add(at, threads.lendsTo[at], false);
    }
    return false;
  }

  /** Writes the cycle down, from the caller on, which would wait for a lock (or -1) or a futex. */
  record(lock: number, object: number, key: number): void {
    const { k, links, thread } = this;
    const { threads, locks } = k.state;
    const members: [holder: number, link: Link][] = [];
    let holder = thread;
    do {
      const link = links.get(holder) as Link; // every thread on the way has one, and so has the caller at its end
      members.push([holder, link]);
      holder = link.from;
    } while (holder !== thread);
    for (const [held, { from, isClaimed }] of members.reverse()) {
      const awaited = from === thread ? lock : lockAwaited(k.state, from);
      const isFutex = awaited < 0;
      const futexObject = from === thread ? object : threads.blockedObject[from];
      const futexKey = from === thread ? key : threads.blockedKey[from];
      k.journal.commit(
        deadlockFound,
        threads.koid[from],
        isFutex ? BLOCKED_ON.FUTEX : BLOCKED_ON.LOCK,
        isFutex ? futexObject : locks.koid[awaited],
        isFutex ? futexKey : 0,
        threads.koid[held],
        isClaimed ? 1 : 0,
      );
    }
  }
}
