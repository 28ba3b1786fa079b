/**
 * Backwards through a run: to the instruction before, to where a condition held last, to who wrote somewhere last. Each goes through the
 * run again, from a snapshot before to where one is, and remembers the last place that it looks for; if there is none, from the
 * snapshot before that one.
 */

import { STATUS } from '../../syscalls/errors.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import { DEBUG, VERDICT } from '../../syscalls/options.js';
import type { OutsideDebugger as Attached } from '../debug/outside.js';
import { RECORD_WORDS, WORD } from '../journal/record.js';
import { seqOfRun } from '../state/sources.js';
import type { State } from '../state/state.js';
import { isLive } from '../state/table.js';
import { called } from '../transitions/steps.js';
import { isBefore, type Moment, momentOf } from './moment.js';
import type { Timeline } from './timeline.js';

/** A part of a run in which nothing but instructions of one thread was executed: what follows one step. */
interface Stretch {
  readonly seq: number;
  /** Instructions that had been executed after the step. */
  readonly from: number;
  /** Row of the thread that had the hart, -1 for none, and its koid. */
  readonly thread: number;
  /** Does it end with a call that its thread made? */
  endsWithCall: boolean;
  to: number;
}

/**
 * Goes back to where a thread (koid) was about to execute the instruction, or make the call, that it executed last before now. Gives
 * whether there was one; if not, one stays where one is.
 */
export function reverseStep(timeline: Timeline, thread: number): boolean {
  return timeline.search((to) => momentsOf(stretches(timeline, to), thread, 1)[0]);
}

/**
 * What a thread (koid) executed last before now, in order: the moments before its instructions and calls, at most so many. One is
 * where one was.
 */
export function lastInstructions(timeline: Timeline, thread: number, most: number): readonly Moment[] {
  let last: Moment[] = [];
  timeline.aside(() =>
    timeline.search((to) => {
      last = [...momentsOf(stretches(timeline, to), thread, most - last.length), ...last];
      return last.length < most ? undefined : timeline.beginning;
    }),
  );
  return last;
}

/** What was executed from here to a moment, up to which one goes. */
function stretches(timeline: Timeline, to: Moment): readonly Stretch[] {
  const { system } = timeline;
  const { journal } = system.kernel;
  const all: Stretch[] = [];
  let records = journal.count;
  const begin = (): void => {
    const { state, executed } = system;
    const { current } = state;
    const thread = current < 0 ? 0 : state.threads.koid[current];
    all.push({ seq: seqOfRun(state), from: executed, thread, endsWithCall: false, to: executed });
  };
  begin();
  timeline.advance(to, {
    afterStep: () => {
      const last = all[all.length - 1];
      if (seqOfRun(system.state) !== last.seq) {
        last.to = system.executed;
        last.endsWithCall = hasCalled(timeline, records, last.thread);
        begin();
      }
      records = journal.count;
    },
  });
  all[all.length - 1].to = system.executed;
  return all;
}

/** Did this thread make a call in the records from this one on? */
function hasCalled({ system }: Timeline, from: number, thread: number): boolean {
  const { words, capacity, count } = system.kernel.journal;
  for (let index = Math.max(from, count - capacity); index < count; index++) {
    const at = (index % capacity) * RECORD_WORDS;
    if (words[at + WORD.TYPE] === called.number && words[at + WORD.ACTOR] === thread) return true;
  }
  return false;
}

/** The last moments before something that a thread executed, in order. */
function momentsOf(all: readonly Stretch[], thread: number, most: number): Moment[] {
  const moments: Moment[] = [];
  for (let i = all.length - 1; i >= 0 && moments.length < most; i--) {
    const { seq, from, to, endsWithCall, thread: own } = all[i];
    if (own !== thread) continue;
    for (let at = endsWithCall ? to : to - 1; at >= from && moments.length < most; at--)
      moments.push({ seq, instruction: at });
  }
  return moments.reverse();
}

/** What is looked for: a state after a step; or a thread that is about to do something somewhere. */
export type Condition =
  | { readonly kind: 'state'; readonly is: (state: State) => boolean }
  | { readonly kind: 'places'; readonly places: readonly Place[] };

export interface Place {
  readonly kind: 'execute' | 'load' | 'store' | 'access';
  /** Virtual. */
  readonly address: number;
  /** Bytes; 1 where it says nothing. */
  readonly length?: number;
  /** Koid of a process or a thread; all where it says nothing. */
  readonly of?: number;
}

export interface Found {
  readonly moment: Moment;
  /** Koid of the thread that had the hart, 0 for none; and its pc. */
  readonly thread: number;
  readonly pc: number;
}

/**
 * Goes back to where a condition held last before now: for a state the end of the first step of that time, for places before the
 * instruction. Undefined where it never did; then one stays where one is.
 */
export function reverseContinue(timeline: Timeline, condition: Condition): Found | undefined {
  const { now } = timeline;
  const look =
    condition.kind === 'state'
      ? (to: Moment) => lastState(timeline, condition.is, to, now)
      : (to: Moment) => lastPlace(timeline, condition.places, to);
  return timeline.search(look) ? foundHere(timeline) : undefined;
}

function foundHere({ system, now }: Timeline): Found {
  const { state, kernel } = system;
  const thread = state.current < 0 ? 0 : state.threads.koid[state.current];
  return { moment: now, thread, pc: thread === 0 ? 0 : kernel.hart.pc >>> 0 };
}

function lastState(timeline: Timeline, is: (state: State) => boolean, to: Moment, now: Moment): Moment | undefined {
  const { system } = timeline;
  let found: Moment | undefined;
  let held = is(system.state);
  let last = seqOfRun(system.state);
  timeline.advance(to, {
    afterStep: () => {
      if (seqOfRun(system.state) === last) return;
      last = seqOfRun(system.state);
      const holds = is(system.state);
      const moment = momentOf(system);
      if (holds && !held && isBefore(moment, now)) found = moment;
      held = holds;
    },
  });
  return found;
}

const OPERATIONS: Readonly<Record<Place['kind'], number>> = {
  execute: DEBUG.BREAK,
  load: DEBUG.WATCH_LOADS,
  store: DEBUG.WATCH_STORES,
  access: DEBUG.WATCH,
};

function lastPlace(timeline: Timeline, places: readonly Place[], to: Moment): Moment | undefined {
  const { system } = timeline;
  const attached = system.debug(() => undefined);
  for (const place of places) watch(attached, place);
  let found: Moment | undefined;
  timeline.advance(to, {
    stopped: () => {
      if (places.some((place) => isOf(system.state, place))) found = timeline.now;
      attached.control(DEBUG.RESUME, 0, VERDICT.PASS, 0);
      return false;
    },
  });
  attached.detach();
  return found !== undefined && isBefore(found, to) ? found : undefined;
}

function watch(attached: Attached, { kind, address, length = 1, of = 0 }: Place): void {
  const number = attached.control(OPERATIONS[kind], of, address, length);
  // A process or thread that is only made later.
  const isThere = number !== STATUS.NOT_FOUND || attached.control(OPERATIONS[kind], 0, address, length) > 0;
  if (!isThere || (number < 0 && number !== STATUS.NOT_FOUND))
    throw new RangeError(`${length} bytes at ${address} cannot be watched`);
}

/** Is the thread that has the hart the one, or of the process, that is meant? */
function isOf({ current, threads, processes }: State, { of = 0 }: Place): boolean {
  return (
    of === 0 || (current >= 0 && (threads.koid[current] === of || processes.koid[threads.process[current]] === of))
  );
}

/**
 * Goes back to where somebody was about to write to some bytes of a process (koid) last before now: an instruction of a thread, or the
 * kernel for a call, then the end of the step before it. Undefined where nobody did; then one stays where one is.
 */
export function lastWriteTo(timeline: Timeline, process: number, address: number, length: number): Found | undefined {
  const isFound = timeline.search((to) => lastWrite(timeline, process, address, length, to));
  return isFound ? foundHere(timeline) : undefined;
}

function lastWrite(
  timeline: Timeline,
  process: number,
  address: number,
  length: number,
  to: Moment,
): Moment | undefined {
  const { system } = timeline;
  const place: Place = { kind: 'store', address, length, of: process };
  const attached = system.debug(() => undefined);
  watch(attached, place);
  const bytes = (): string => attached.readMemory(process, address, length).join();
  let [content, wasThere, seq] = [bytes(), hasProcess(system.state, process), seqOfRun(system.state)];
  let isStored = false;
  let found: Moment | undefined;
  timeline.advance(to, {
    stopped: () => {
      if (isOf(system.state, place)) {
        found = timeline.now;
        isStored = true;
      }
      attached.control(DEBUG.RESUME, 0, VERDICT.PASS, 0);
      return false;
    },
    afterStep: () => {
      const now = seqOfRun(system.state);
      if (now === seq) return;
      const written = bytes();
      const isThere = hasProcess(system.state, process);
      // If no instruction stored there since the last step, the kernel did so in this one. That a process ends is no write.
      if (written !== content && !isStored && wasThere && isThere) found = { seq, instruction: system.executed };
      [content, wasThere, seq] = [written, isThere, now];
      isStored = false;
    },
  });
  attached.detach();
  return found !== undefined && isBefore(found, to) ? found : undefined;
}

function hasProcess({ processes }: State, koid: number): boolean {
  for (let row = 0; row < processes.used; row++)
    if (isLive(processes, row) && processes.koid[row] === koid) return processes.state[row] !== TASK_STATE.ENDED;
  return false;
}
