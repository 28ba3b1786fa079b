/**
 * Locks, and the orders in which they were taken. A kernel lock has an owner in the state. A futex has none there: it is known to
 * be held while somebody waits for it who named its holder, as pthread mutexes do. So an order of futexes is seen where it was
 * paid for with a wait.
 */
import { WORD } from '../../../../kernel/journal/record.js';
import { lockOwned } from '../../../../kernel/transitions/locks.js';
import type { Wait } from '../../story/things.js';
import { integer, type NamedQuery, type StoryTable, text } from '../table.js';
import { lockName } from './waits.js';

export const HOLDS: StoryTable = {
  name: 'holds',
  about: 'every time that a thread owned a kernel lock; those first that ended first',
  columns: [
    text('lock', 'its name, `lock #9`'),
    integer('object', 'its koid'),
    integer('thread', 'koid of the thread'),
    integer('seq', 'the step in which it got it'),
    integer('time', 'and the time, ns'),
    integer('end_seq', 'the step in which it gave it up; NULL: never'),
    integer('end_time', 'and the time, ns'),
    integer('duration', 'ns from one to the other'),
  ],
  rows: ({ state }, add) => {
    const held = new Map<number, { lock: number; thread: number; seq: number; time: number }>();
    const over = (row: number, seq: number | null, time: number | null): void => {
      const hold = held.get(row);
      if (hold === undefined) return;
      held.delete(row);
      const name = `lock #${hold.lock}`;
      const duration = time === null ? null : time - hold.time;
      add([name, hold.lock, hold.thread, hold.seq, hold.time, seq, time, duration]);
    };
    return {
      after: ({ words }) => {
        if (words[WORD.TYPE] !== lockOwned.number) return;
        const row = words[WORD.PAYLOAD];
        const owner = words[WORD.PAYLOAD + 1];
        const { seq, time } = state;
        over(row, seq, time);
        if (owner >= 0) held.set(row, { lock: state.locks.koid[row], thread: state.threads.koid[owner], seq, time });
      },
      end: () => {
        for (const row of [...held.keys()]) over(row, null, null);
      },
    };
  },
};

export const LOCKS: NamedQuery = {
  name: 'locks',
  about: 'locks and futexes that somebody waited for',
  columns: [
    text('lock', '`lock #9`, or `futex #8+0x88c`: memory object and offset of the word'),
    text('kind', 'lock or futex'),
    integer('waits', 'how often a thread waited for it'),
    integer('waited', 'ns, all of these together'),
    integer('longest', 'ns, the longest of these'),
    integer('threads', 'how many threads did'),
    integer('unended', 'how many of the waits never ended'),
  ],
  sql: `SELECT lock, "on" AS kind, count(*) AS waits, sum(duration) AS waited, max(duration) AS longest,
  count(DISTINCT thread) AS threads, sum(end_seq IS NULL) AS unended
FROM waits WHERE lock IS NOT NULL GROUP BY lock, "on"`,
};

export const LOCK_ORDERS: StoryTable = {
  name: 'lock_orders',
  about: 'who wanted a lock while it had another one: a cycle of these is a deadlock that was or can be',
  columns: [
    text('first', 'the lock that the thread had'),
    text('second', 'the lock that it wanted besides, and got or waits for'),
    integer('thread', 'koid of the thread'),
    integer('times', 'how often it did'),
    integer('seq', 'the step in which it did first'),
  ],
  rows: ({ state }, add) => {
    const orders = new Map<string, { first: string; second: string; thread: number; times: number; seq: number }>();
    const note = (first: string, second: string, thread: number): void => {
      if (first === second) return;
      const key = `${first} ${second} ${thread}`;
      const known = orders.get(key) ?? { first, second, thread, times: 0, seq: state.seq };
      known.times++;
      orders.set(key, known);
    };
    /** Waits for locks that are not over, by the koids of the threads that wait. */
    const open = new Map<number, Wait>();
    const owned = function* (row: number): Generator<string> {
      const { locks, threads } = state;
      for (let lock = threads.firstLock[row]; lock >= 0; lock = locks.nextOfOwner[lock])
        yield `lock #${locks.koid[lock]}`;
    };
    return {
      before: ({ words }) => {
        // A lock that is to be had at once.
        if (words[WORD.TYPE] !== lockOwned.number) return;
        const row = words[WORD.PAYLOAD];
        const owner = words[WORD.PAYLOAD + 1];
        if (owner < 0) return;
        const thread = state.threads.koid[owner];
        const second = `lock #${state.locks.koid[row]}`;
        if (open.has(thread)) return;
        for (const first of owned(owner)) note(first, second, thread);
      },
      step: ({ waits, waitsEnded }) => {
        for (const wait of waits) {
          const second = lockName(wait);
          const { thread, holder } = wait;
          // A futex that nobody holds is a condition or a barrier.
          if (second === null || wait.end !== undefined || (wait.on === 'futex' && holder === 0)) continue;
          open.set(thread, wait);
          const row = rowOf(state.threads.koid, thread, state.threads.rows.used);
          for (const first of owned(row)) note(first, second, thread);
          for (const other of open.values()) {
            const name = lockName(other) ?? '';
            // Somebody waits for what this thread has, and now it waits, too.
            if (other.holderNow === thread && other.on === 'futex') note(name, second, thread);
          }
          // Who has what this one waits for waits already.
          const theirs = open.get(holder);
          if (theirs !== undefined && wait.on === 'futex') note(second, lockName(theirs) ?? '', holder);
        }
        for (const wait of waitsEnded) if (open.get(wait.thread) === wait) open.delete(wait.thread);
      },
      end: () => {
        for (const { first, second, thread, times, seq } of orders.values()) add([first, second, thread, times, seq]);
      },
    };
  },
};

function rowOf(koids: { readonly [row: number]: number }, koid: number, used: number): number {
  for (let row = 0; row < used; row++) if (koids[row] === koid) return row;
  return -1;
}
