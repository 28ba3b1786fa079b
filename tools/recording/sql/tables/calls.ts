import type { Call } from '../../story/things.js';
import { integer, orNull, type StoryTable, text } from '../table.js';

const REGISTERS = ['a0', 'a1', 'a2', 'a3', 'a4', 'a5'] as const;

export const CALLS: StoryTable = {
  name: 'calls',
  about: 'system calls, in the order in which they began',
  columns: [
    integer('call', 'which one, from 1 on'),
    text('name', 'as in `tocsin calls`'),
    text(
      'status',
      'OK, TIMED_OUT, …; `no return`: it ended its thread; NULL: it never ended, or its thread was killed',
    ),
    integer('seq', 'the step in which it was made'),
    integer('time', 'and the time, ns'),
    integer('end_seq', 'the step in which it ended; NULL: never'),
    integer('end_time', 'and the time, ns'),
    integer('duration', 'ns from one to the other: how long it waited, because calls that do not wait take no time'),
    integer('thread', 'koid of the thread that made it'),
    integer('process', 'koid of its process'),
    text('waited', 'what it waited for last: futex, lock, send, …; NULL: it did not wait'),
    integer('attempts', 'how often it was made: again where it had to wait for memory'),
    integer('served', 'the call of a client that its thread was serving then; NULL: none'),
    ...REGISTERS.map((name) => integer(name, 'the register, as it was when it was made')),
  ],
  rows: (_, add) => {
    // A call is known when it has ended, and they are wanted as they began.
    const calls: Call[] = [];
    return {
      step: ({ call }) => {
        if (call !== undefined && calls.at(-1) !== call && call.number > calls.length) calls.push(call);
      },
      end: () => {
        for (const call of calls) {
          const { number, name, status = null, seq, time, end, thread, process, wait, attempts, serves } = call;
          const [endSeq, endTime, duration] =
            end === undefined ? [null, null, null] : [end.seq, end.time, end.time - time];
          add([
            ...[number, name, status, seq, time, endSeq, endTime, duration, orNull(thread), orNull(process)],
            ...[wait?.on ?? null, attempts, serves?.call?.number ?? null, ...call.words],
          ]);
        }
      },
    };
  },
};
