/**
 * What state a thread is in, record after record: the same as the kernel's, but known from the journal alone. A thread that was made
 * before the first record that is kept has no state until one says it.
 */
import { OBJECT_TYPE } from '../../../syscalls/objects.js';
import type { Transition } from '../../state/transition.js';
import { processResumed, processStopped } from '../../transitions/debug.js';
import { taskResumed, taskSuspended } from '../../transitions/suspension.js';
import {
  threadBlocked,
  threadCreated,
  threadDispatched,
  threadEnded,
  threadPreempted,
  threadRequeued,
  threadStarted,
  threadUnblocked,
  threadWaits,
} from '../../transitions/tasks.js';
import { byType, type Concerned, NOBODY } from './derived-view.js';
import type { ObjectRows } from './object-rows.js';
import { field, type RecordAt } from './record-at.js';

export type StateName = 'unknown' | 'new' | 'ready' | 'running' | 'blocked' | 'suspended' | 'ended';

const created = { process: field(threadCreated, 'process') };
const suspended = { type: field(taskSuspended, 'type'), task: field(taskSuspended, 'task') };
const resumed = field(taskResumed, 'row');
const stopped = {
  session: field(processStopped, 'session'),
  process: field(processStopped, 'process'),
  but: field(processStopped, 'but'),
};
const released = { session: field(processResumed, 'session'), process: field(processResumed, 'process') };

const byRow = (transition: Transition): readonly [Transition, Concerned] => {
  const row = field(transition, 'row');
  return [transition, (record, rows) => rows.thread(row(record)) || NOBODY];
};

function tasks(rows: ObjectRows, type: number, row: number): number | readonly number[] {
  if (type === OBJECT_TYPE.thread) return rows.thread(row) || NOBODY;
  return rows.threadsOf(row);
}

/** The records that change the state of threads, and whose. */
export const CHANGES_THREAD: readonly (readonly [Transition, Concerned])[] = [
  byRow(threadCreated),
  byRow(threadStarted),
  byRow(threadDispatched),
  byRow(threadRequeued),
  byRow(threadPreempted),
  byRow(threadBlocked),
  byRow(threadWaits),
  byRow(threadUnblocked),
  byRow(threadEnded),
  [taskSuspended, (record, rows) => tasks(rows, suspended.type(record), suspended.task(record))],
  [
    taskResumed,
    (record, rows) => {
      const task = rows.suspendedBy(resumed(record));
      return task === undefined ? NOBODY : tasks(rows, task.type, task.row);
    },
  ],
  [
    processStopped,
    (record, rows) => {
      const but = rows.thread(stopped.but(record));
      return rows.threadsOf(stopped.process(record)).filter((koid) => koid !== but);
    },
  ],
  [processResumed, (record, rows) => rows.threadsOf(released.process(record))],
];

export class ThreadState {
  name: StateName = 'unknown';
  /** Tokens and sessions that keep it from running, as far as they are known. */
  private suspensions = 0;
  /** Bits of the sessions among them. */
  private held = 0;
  /** What it is when nothing keeps it from running. */
  private isReady = false;

  /** Takes a record of CHANGES_THREAD that concerns this thread. True where its state is another one then. */
  take(record: RecordAt, rows: ObjectRows): boolean {
    const before = this.name;
    STATES[record.type]?.(this, record, rows);
    return this.name !== before;
  }

  private become(name: StateName): void {
    this.isReady = name === 'ready';
    this.name = name === 'ready' && this.suspensions > 0 ? 'suspended' : name;
  }

  private suspend(): void {
    this.suspensions++;
    if (this.name === 'running' || this.name === 'ready') this.become('ready');
  }

  private resume(): void {
    // One that was made before the records begin may have been suspended then.
    if (this.suspensions > 0) this.suspensions--;
    if (this.isReady) this.become('ready');
  }

  static readonly STATES = byType<(state: ThreadState, record: RecordAt, rows: ObjectRows) => void>([
    [
      threadCreated,
      (state, record, rows) => {
        state.become('new');
        state.suspensions = rows.suspensionsOf(created.process(record));
        state.held = rows.heldBy(created.process(record));
      },
    ],
    [threadStarted, (state) => state.become('ready')],
    [threadDispatched, (state) => state.become('running')],
    [threadRequeued, (state) => state.become('ready')],
    [threadPreempted, (state) => state.become('ready')],
    [threadBlocked, (state) => state.become('blocked')],
    [threadWaits, (state) => state.become('blocked')],
    [threadUnblocked, (state) => state.become('ready')],
    [threadEnded, (state) => state.become('ended')],
    [taskSuspended, (state) => state.suspend()],
    [taskResumed, (state) => state.resume()],
    [
      processStopped,
      (state, record) => {
        if (state.name === 'ended') return;
        state.held |= 1 << stopped.session(record);
        state.suspend();
      },
    ],
    [
      processResumed,
      (state, record) => {
        const bit = 1 << released.session(record);
        if ((state.held & bit) === 0) return;
        state.held &= ~bit;
        state.resume();
      },
    ],
  ]);
}

const { STATES } = ThreadState;
