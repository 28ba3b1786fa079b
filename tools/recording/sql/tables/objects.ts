/** What there was: objects of every type, and more of processes and threads. */

import type { State } from '../../../../kernel/index.js';
import { WORD } from '../../../../kernel/journal/record.js';
import { koidOf } from '../../../../kernel/state/objects.js';
import { TRANSITIONS } from '../../../../kernel/transitions/all.js';
import { replyMade } from '../../../../kernel/transitions/channels.js';
import { sessionCreated } from '../../../../kernel/transitions/debug.js';
import { taskResumed, taskSuspended } from '../../../../kernel/transitions/suspension.js';
import {
  processCreated,
  processEnded,
  threadCreated,
  threadDispatched,
  threadEnded,
} from '../../../../kernel/transitions/tasks.js';
import { EXIT_REASON, TASK_STATE } from '../../../../syscalls/layouts.js';
import { OBJECT_TYPE, type ObjectType, type ObjectTypeName } from '../../../../syscalls/objects.js';
import { integer, orNull, type StoryTable, text, type Value } from '../table.js';

/** Records that make an object; and those that remove one. Both have its row as their first field. */
const MAKES = new Map<number, ObjectType>();
const REMOVES = new Map<number, ObjectType>();
for (const { name, number, fields } of TRANSITIONS) {
  const [, thing, verb] = /^(\w+?)_(created|removed)$/.exec(name) ?? [];
  const type = OBJECT_TYPE[(thing === 'discardable' || thing === 'device' ? 'vmo' : thing) as ObjectTypeName];
  if (type === undefined || fields[0] !== 'row') continue;
  (verb === 'created' ? MAKES : REMOVES).set(number, type);
}
MAKES.set(replyMade.number, OBJECT_TYPE.reply);
MAKES.set(taskSuspended.number, OBJECT_TYPE.token);
REMOVES.set(taskResumed.number, OBJECT_TYPE.token);

/** Where records that make an object say who pays: the place of the field. */
const PAYERS = new Map(TRANSITIONS.map(({ number, fields }) => [number, fields.indexOf('allocator')]));

interface Made {
  readonly koid: number;
  readonly type: ObjectType;
  readonly seq: number;
  readonly time: number;
  readonly actor: number;
  readonly payer: number;
  gone: readonly [number, number] | undefined;
}

/** Koid of the allocator that a record names as the one that pays, 0 for none. */
function payerOf({ allocators, processes }: State, words: Int32Array): number {
  const type = words[WORD.TYPE];
  if (type === threadCreated.number) return allocators.koid[processes.allocator[words[WORD.PAYLOAD + 2]]];
  const place = PAYERS.get(type) ?? -1;
  const allocator = place < 0 ? -1 : words[WORD.PAYLOAD + place];
  return allocator < 0 ? 0 : allocators.koid[allocator];
}

export const OBJECTS: StoryTable = {
  name: 'objects',
  about: 'every object that there was, in the order in which they were made',
  columns: [
    integer('koid', 'which object; never reused'),
    text('type', 'process, thread, channel, lock, …'),
    text('name', 'of a process, thread or job: the name that it had last; else NULL'),
    integer('made_seq', 'the step in which it was made'),
    integer('made_time', 'and the time, ns'),
    integer('maker', 'koid of the thread that made it; NULL: the kernel did, at boot'),
    integer('payer', 'koid of the allocator that pays for it, where its record says so'),
    integer('gone_seq', 'the step in which it went away; NULL: it never did'),
    integer('gone_time', 'and the time, ns'),
  ],
  rows: (story, add) => {
    const { state, names } = story;
    const all: Made[] = [];
    const live = new Map<number, Made>();
    return {
      before: ({ words }) => {
        const type = REMOVES.get(words[WORD.TYPE]);
        if (type === undefined) return;
        const made = live.get(koidOf(state, type, words[WORD.PAYLOAD]));
        if (made !== undefined) made.gone = [state.seq, state.time];
      },
      after: ({ words }) => {
        const type = MAKES.get(words[WORD.TYPE]);
        if (type === undefined) return;
        const koid = koidOf(state, type, words[WORD.PAYLOAD]);
        // What a front end outside the machine makes is no object of a program.
        if (words[WORD.TYPE] === sessionCreated.number && koid === 0) return;
        const { seq, time } = state;
        const made: Made = {
          koid,
          type,
          seq,
          time,
          actor: words[WORD.ACTOR],
          payer: payerOf(state, words),
          gone: undefined,
        };
        all.push(made);
        live.set(koid, made);
      },
      end: () => {
        for (const { koid, type, seq, time, actor, payer, gone } of all) {
          const [goneSeq, goneTime] = gone ?? [null, null];
          const named = type === OBJECT_TYPE.process || type === OBJECT_TYPE.thread || type === OBJECT_TYPE.job;
          const name = named ? names.of(koid) : null;
          add([koid, TYPE_NAMES.get(type) ?? null, name, seq, time, orNull(actor), orNull(payer), goneSeq, goneTime]);
        }
      },
    };
  },
};

const TYPE_NAMES = new Map<number, string>(Object.entries(OBJECT_TYPE).map(([name, type]) => [type, name]));

const REASONS = new Map<number, string>(
  Object.entries(EXIT_REASON).map(([name, value]) => [value, name.toLowerCase().replaceAll('_', ' ')]),
);

export const PROCESSES: StoryTable = {
  name: 'processes',
  about: 'processes, in the order in which they were made',
  columns: [
    integer('koid', 'which process'),
    text('name', 'the name that it had last'),
    integer('job', 'koid of its job'),
    integer('allocator', 'koid of the allocator that pays for it'),
    integer('maker', 'koid of the thread that made it; NULL: the kernel did, at boot'),
    integer('made_seq', 'the step in which it was made'),
    integer('made_time', 'and the time, ns'),
    integer('end_seq', 'the step in which it ended; NULL: it never did'),
    integer('end_time', 'and the time, ns'),
    text('reason', 'why it ended: exited, fault, killed, out of memory'),
    integer('code', 'of process_exit; after a fault: 0 denied, 1 no memory, 2 a guard page'),
    integer('fault_cause', 'of a fault: the number of the trap'),
    integer('fault_pc', 'where'),
    integer('fault_address', 'of what'),
    integer('threads', 'how many threads it ever had'),
  ],
  rows: (story, add) => {
    const { state, names } = story;
    const all = new Map<number, { head: Value[]; end: Value[]; threads: number }>();
    return {
      after: ({ words }) => {
        const row = words[WORD.PAYLOAD];
        const { processes: p, jobs, allocators, seq, time } = state;
        const type = words[WORD.TYPE];
        if (type === processCreated.number) {
          const head = [jobs.koid[p.job[row]], allocators.koid[p.allocator[row]], orNull(words[WORD.ACTOR]), seq, time];
          all.set(p.koid[row], { head, end: Array<Value>(7).fill(null), threads: 0 });
        } else if (type === processEnded.number) {
          const known = all.get(p.koid[row]);
          const isFault = p.exitReason[row] === EXIT_REASON.FAULT;
          const fault = isFault
            ? [p.faultCause[row] >>> 0, p.faultPc[row] >>> 0, p.faultAddress[row] >>> 0]
            : [null, null, null];
          if (known) known.end = [seq, time, REASONS.get(p.exitReason[row]) ?? null, p.exitCode[row], ...fault];
        } else if (type === threadCreated.number) {
          const known = all.get(p.koid[words[WORD.PAYLOAD + 2]]);
          if (known) known.threads++;
        }
      },
      end: () => {
        for (const [koid, { head, end, threads }] of all) add([koid, names.of(koid), ...head, ...end, threads]);
      },
    };
  },
};

interface ThreadTimes {
  readonly head: Value[];
  end: Value[];
  /** ns in each state, and which it is in since when. */
  readonly spent: { running: number; ready: number; blocked: number; suspended: number };
  now: keyof ThreadTimes['spent'] | undefined;
  since: number;
  dispatches: number;
  waits: number;
}

export const THREADS: StoryTable = {
  name: 'threads',
  about: 'threads, in the order in which they were made',
  columns: [
    integer('koid', 'which thread'),
    text('name', 'the name that it had last'),
    integer('process', 'koid of its process'),
    text('process_name', 'the name of that'),
    integer('priority', 'with which it was made, 0 to 31'),
    integer('made_seq', 'the step in which it was made'),
    integer('made_time', 'and the time, ns'),
    integer('end_seq', 'the step in which it ended; NULL: it never did'),
    integer('end_time', 'and the time, ns'),
    text('reason', 'why it ended: exited, fault, killed, out of memory'),
    integer('running', 'ns for which it had the hart'),
    integer('ready', 'ns for which it could have run, and another thread did'),
    integer('blocked', 'ns for which it waited'),
    integer('suspended', 'ns for which a token or a debugger kept it from running'),
    integer('dispatches', 'how often it got the hart'),
    integer('waits', 'how often it waited'),
  ],
  rows: (story, add) => {
    const { state, names } = story;
    const all = new Map<number, ThreadTimes>();
    const enter = (thread: ThreadTimes, now: ThreadTimes['now'], time: number): void => {
      if (thread.now !== undefined) thread.spent[thread.now] += time - thread.since;
      thread.now = now;
      thread.since = time;
    };
    return {
      after: ({ words }) => {
        const row = words[WORD.PAYLOAD];
        const { threads: t, seq, time } = state;
        switch (words[WORD.TYPE]) {
          case threadCreated.number: {
            const spent = { running: 0, ready: 0, blocked: 0, suspended: 0 };
            const head = [t.basePriority[row], seq, time];
            const end = [null, null, null];
            all.set(t.koid[row], { head, end, spent, now: undefined, since: time, dispatches: 0, waits: 0 });
            break;
          }
          case threadDispatched.number: {
            const thread = all.get(t.koid[row]);
            if (thread) thread.dispatches++;
            break;
          }
          case threadEnded.number: {
            const thread = all.get(t.koid[row]);
            if (thread === undefined) break;
            thread.end = [seq, time, REASONS.get(t.exitReason[row]) ?? null];
            enter(thread, undefined, time);
            break;
          }
        }
      },
      step: ({ touched, waits, time }) => {
        for (const row of touched) {
          const thread = all.get(state.threads.koid[row]);
          if (thread !== undefined) enter(thread, stateOf(state, row), time);
        }
        for (const wait of waits) {
          const thread = all.get(wait.thread);
          if (thread) thread.waits++;
        }
      },
      end: () => {
        for (const [koid, thread] of all) {
          enter(thread, undefined, story.time);
          const { head, end, spent, dispatches, waits } = thread;
          const process = names.processOf(koid);
          const { running, ready, blocked, suspended } = spent;
          add([
            koid,
            names.of(koid),
            process,
            names.of(process),
            ...head,
            ...end,
            running,
            ready,
            blocked,
            suspended,
            dispatches,
            waits,
          ]);
        }
      },
    };
  },
};

/** What a thread does between two steps; undefined where it has not begun, or has ended. */
export function stateOf(
  { threads: t, current }: State,
  row: number,
): 'running' | 'ready' | 'blocked' | 'suspended' | undefined {
  if (current === row) return 'running';
  switch (t.state[row]) {
    case TASK_STATE.BLOCKED:
      return 'blocked';
    case TASK_STATE.RUNNABLE:
      return t.suspensions[row] > 0 || t.held[row] !== 0 ? 'suspended' : 'ready';
    default:
      return undefined;
  }
}
