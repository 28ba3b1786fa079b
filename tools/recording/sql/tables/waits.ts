import type { Wait } from '../../story/things.js';
import { finite, integer, type NamedQuery, orNull, type StoryTable, text } from '../table.js';

export const WAITS: StoryTable = {
  name: 'waits',
  about: 'every time that a thread waited, with what ended it; those first that ended first',
  columns: [
    integer('thread', 'koid of the thread'),
    integer('process', 'koid of its process'),
    integer('seq', 'the step in which it began to wait'),
    integer('time', 'and the time, ns'),
    text('on', 'sleep, futex, event, pool, send, receive, reply, lock, ring, memory, root_oom, frames, fault'),
    text('sentence', 'the same for people, with who had it when it began: waits for lock #9, held by b #7'),
    text('lock', 'of a lock or futex: its name in `locks` and `lock_orders`'),
    integer('object', 'koid of what it waited for (of a futex: of its memory object); NULL: several things, or none'),
    integer('address', 'of a futex: where its word is'),
    integer('holder', 'koid of the thread that had it last, as far as the kernel knew; NULL: none'),
    integer('deadline', 'ns; NULL: never'),
    integer('end_seq', 'the step in which the wait ended; NULL: never'),
    integer('end_time', 'and the time, ns'),
    integer('duration', 'ns from one to the other; NULL: it never ended'),
    text('status', 'OK, TIMED_OUT, …; NULL: it never ended, or the thread was killed, or stopped at a fault'),
    integer('waker', 'koid of the thread whose step ended it; NULL: no thread did'),
    text('by', 'what ended it: the name of a call, timer, interrupt, input, fault'),
  ],
  rows: (_, add) => {
    const put = (wait: Wait): void => {
      const { thread, process, seq, time, on, sentence, object, address, holderNow, deadline, end } = wait;
      const [endSeq, endTime, duration] = end === undefined ? [null, null, null] : [end.seq, end.time, end.time - time];
      add([
        ...[
          thread,
          process,
          seq,
          time,
          on,
          sentence,
          lockName(wait),
          orNull(object),
          orNull(address),
          orNull(holderNow),
        ],
        ...[finite(deadline), endSeq, endTime, duration, wait.status ?? null, orNull(wait.waker), wait.by || null],
      ]);
    };
    return {
      step: ({ waitsEnded }) => {
        for (const wait of waitsEnded) put(wait);
      },
      end: ({ waits }) => {
        for (const wait of waits) put(wait);
      },
    };
  },
};

/** `lock #9`, or `futex #8+0x88c`: a futex is known by its memory object and the offset of its word there. */
export function lockName({ on, object, key }: Pick<Wait, 'on' | 'object' | 'key'>): string | null {
  if (on === 'lock') return `lock #${object}`;
  return on === 'futex' ? `futex #${object}+0x${key.toString(16)}` : null;
}

export const WAKES: NamedQuery = {
  name: 'wakes',
  about: 'who woke whom: waits that another thread ended',
  columns: [
    integer('seq', 'the step'),
    integer('time', 'ns'),
    integer('waker', 'koid of the thread that did'),
    text('waker_name', 'its name'),
    text('by', 'its call'),
    integer('sleeper', 'koid of the thread that was woken'),
    text('sleeper_name', 'its name'),
    text('on', 'what it had waited for'),
    integer('waited', 'for so many ns'),
    text('status', 'with which its wait ended'),
  ],
  sql: `SELECT w.end_seq AS seq, w.end_time AS time, w.waker, a.name AS waker_name, w."by", w.thread AS sleeper,
  b.name AS sleeper_name, w."on", w.duration AS waited, w.status
FROM waits w LEFT JOIN threads a ON a.koid = w.waker LEFT JOIN threads b ON b.koid = w.thread
WHERE w.waker IS NOT NULL`,
};
