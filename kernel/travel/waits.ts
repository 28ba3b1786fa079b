/** Why a thread waits, since when, and what ended its last wait: found by going through its run again. */
import { callByNumber } from '../../syscalls/calls.js';
import { BLOCKED_ON, TASK_STATE } from '../../syscalls/layouts.js';
import { type BlockedThread, type ThreadName, threadName, waitOf } from '../blocked.js';
import type { ReadRecord } from '../journal/record.js';
import { seqOfRun } from '../state/sources.js';
import type { State } from '../state/state.js';
import { isLive } from '../state/table.js';
import { type Moment, momentOf } from './moment.js';
import type { Timeline } from './timeline.js';

/** A step that concerned a thread. */
export interface Happened {
  /** Before the step: who goes there sees it come. */
  readonly moment: Moment;
  /** The step. */
  readonly seq: number;
  /** Virtual time of it, ns. */
  readonly time: number;
  /** Who made it; undefined for a timer, an interrupt or input. */
  readonly actor: ThreadName | undefined;
  /** The call that the actor made; undefined where it was none. */
  readonly call: { readonly name: string; readonly status: number; readonly arguments: readonly number[] } | undefined;
  /** The records of the step. */
  readonly records: readonly ReadRecord[];
}

export interface WhyBlocked {
  readonly wait: BlockedThread;
  /** When it began to wait; undefined where it waited from the beginning. */
  readonly since: Happened | undefined;
  /**
   * What was done to what it waits for before it waited, the last one last, at most `MOST_SIGNALS`: wakes of the same futex, or steps
   * whose records name the same object. Where nothing came after, one of these may have been the one that it waits for.
   */
  readonly before: readonly Happened[];
}

const MOST_SIGNALS = 4;

/**
 * The step that ended the last wait of a thread (koid): what unblocked it. Undefined where it never waited. One is where one was.
 */
export function whatUnblocked(timeline: Timeline, thread: number): Happened | undefined {
  return lastStep(timeline, (before, after) => before.get(thread) === true && after.get(thread) !== true, thread);
}

/** Why a thread (koid) waits now. Undefined where it does not, or is not there. One is where one was. */
export function whyBlocked(timeline: Timeline, thread: number): WhyBlocked | undefined {
  const row = rowOf(timeline.system.state, thread);
  const wait = row < 0 ? undefined : waitOf(timeline.system.state, row);
  if (wait === undefined) return undefined;
  const object = row < 0 ? -1 : objectRow(timeline.system.state, row);
  return timeline.aside(() => {
    const since = lastStep(
      timeline,
      (before, after) => before.get(thread) !== true && after.get(thread) === true,
      thread,
    );
    if (since === undefined) return { wait, since, before: [] };
    timeline.goTo(since.moment);
    return { wait, since, before: signalsBefore(timeline, wait, object, thread) };
  });
}

function rowOf({ threads }: State, koid: number): number {
  for (let row = 0; row < threads.used; row++) if (isLive(threads, row) && threads.koid[row] === koid) return row;
  return -1;
}

/** The row of the object whose source a thread waits at, -1 for none. */
function objectRow({ threads, registrations, sources }: State, row: number): number {
  const waiter = threads.waiter[row];
  const source = waiter < 0 ? -1 : registrations.source[waiter];
  return source < 0 || threads.blockedOn[row] === BLOCKED_ON.FUTEX ? -1 : sources.object[source];
}

/** Is a thread blocked? By the koids of those that are asked about. */
function isBlocked(state: State, koid: number): boolean {
  const row = rowOf(state, koid);
  return row >= 0 && state.threads.state[row] === TASK_STATE.BLOCKED;
}

/** Goes through the run again before now, and gives the last step of which `is` says so. One is where one was. */
function lastStep(
  timeline: Timeline,
  is: (before: ReadonlyMap<number, boolean>, after: ReadonlyMap<number, boolean>) => boolean,
  thread: number,
): Happened | undefined {
  const look = (state: State): ReadonlyMap<number, boolean> => new Map([[thread, isBlocked(state, thread)]]);
  return timeline.aside(() => {
    let found: Happened | undefined;
    timeline.search((to) => {
      const all: Happened[] = [];
      let before = look(timeline.system.state);
      throughSteps(timeline, to, (step) => {
        const after = look(timeline.system.state);
        if (is(before, after)) all[0] = step();
        before = after;
      });
      found = all[0];
      return found?.moment;
    });
    return found;
  });
}

/** Goes on to a moment; `each` is called after each step, with what tells of it. */
function throughSteps(timeline: Timeline, to: Moment, each: (step: () => Happened) => void): void {
  const { system } = timeline;
  const { journal } = system.kernel;
  let moment = momentOf(system);
  let first = journal.count;
  let actor = actorNow(system.state);
  timeline.advance(to, {
    afterStep: () => {
      const seq = seqOfRun(system.state);
      if (seq === moment.seq) return;
      const [before, from, who] = [{ seq: moment.seq, instruction: system.executed }, first, actor];
      each(() => happened(timeline, before, seq, from, who));
      moment = momentOf(system);
      first = journal.count;
      actor = actorNow(system.state);
    },
  });
}

function actorNow(state: State): ThreadName | undefined {
  return state.current < 0 ? undefined : threadName(state, state.current);
}

function happened(
  { system }: Timeline,
  moment: Moment,
  seq: number,
  from: number,
  actor: ThreadName | undefined,
): Happened {
  const { journal } = system.kernel;
  const records: ReadRecord[] = [];
  for (let index = Math.max(from, journal.firstHeld); index < journal.count; index++) records.push(journal.read(index));
  const made = records.find(({ type }) => type === 'call');
  const isOwn = made !== undefined || records.some(({ type, fields }) => type === 'trap' && fields.cause >= 0);
  return { moment, seq, time: system.time, actor: isOwn ? actor : undefined, call: callOf(made), records };
}

function callOf(made: ReadRecord | undefined): Happened['call'] {
  if (made === undefined) return undefined;
  const { number_status: word, a0, a1, a2, a3, a4, a5 } = made.fields;
  const number = word & 0xffff;
  return {
    name: callByNumber(number)?.name ?? `0x${number.toString(16)}`,
    status: word >> 16,
    arguments: [a0, a1, a2, a3, a4, a5].map((value) => value >>> 0),
  };
}

/** The last steps before now that did something to what a thread waits for. */
function signalsBefore(timeline: Timeline, wait: BlockedThread, object: number, thread: number): readonly Happened[] {
  const signals: Happened[] = [];
  timeline.search((to) => {
    const part: Happened[] = [];
    throughSteps(timeline, to, (step) => {
      const it = step();
      if (it.actor?.koid !== thread && concerns(it, wait, object)) part.push(it);
    });
    signals.unshift(...part);
    return signals.length >= MOST_SIGNALS ? timeline.beginning : undefined;
  });
  return signals.slice(-MOST_SIGNALS);
}

function concerns({ call, actor, records }: Happened, wait: BlockedThread, object: number): boolean {
  if (wait.on === 'futex') {
    const wakes = call?.name === 'futex_wake' || call?.name === 'futex_requeue';
    return wakes && actor?.process === wait.process && call?.arguments[0] === wait.address;
  }
  const type = wait.object?.type;
  if (type === undefined || object < 0) return false;
  return records.some(({ type: name, fields }) => {
    const named = name.startsWith(`${type}_`) ? fields.row : fields[type];
    return named === object;
  });
}
