/** What a process has done so far: calls, waits, faults, messages, and the time that its threads ran. */
import { messageMade } from '../../transitions/channels.js';
import { handleOpened } from '../../transitions/handles.js';
import { CALL_REPEATS, CALL_WAITS, called, NO_RETURN, trapped } from '../../transitions/steps.js';
import { threadCreated, threadDispatched, threadPreempted } from '../../transitions/tasks.js';
import { byType, type Concerned, type DerivedView, NOBODY } from './derived-view.js';
import type { ObjectRows } from './object-rows.js';
import { field, type RecordAt } from './record-at.js';
import { CHANGES_THREAD, ThreadState } from './thread-states.js';

export interface ProcessTotals {
  /** Threads that were made. */
  readonly threads: number;
  readonly calls: number;
  /** Of those, how many ended with an error at once, waited, or were to be made again for want of memory. */
  readonly failed: number;
  readonly waited: number;
  readonly repeated: number;
  /** Traps of its threads that are no calls and no interrupts: faults, and pages to be backed. */
  readonly faults: number;
  /** Messages that had to wait at the endpoint for a receiver. */
  readonly messagesQueued: number;
  readonly handlesOpened: number;
  readonly dispatches: number;
  readonly preemptions: number;
  /** ns that its threads had the hart, up to the last time one of them left it. */
  readonly runTime: number;
}

const numberStatus = field(called, 'number_status');
const cause = field(trapped, 'cause');
const opener = field(handleOpened, 'process');

const byActor: Concerned = (record, rows) => rows.processOfThread(record.actor) || NOBODY;

/** The process of a thread instead of the thread. */
function processOf(concerned: Concerned): Concerned {
  return (record, rows) => {
    const threads = concerned(record, rows);
    const thread = typeof threads === 'number' ? threads : threads[0];
    return thread === undefined || thread === NOBODY ? NOBODY : rows.processOfThread(thread) || NOBODY;
  };
}

const threadsOf = byType(CHANGES_THREAD);

export const PROCESS_TOTALS: DerivedView<ProcessTotals> = {
  name: 'process',
  about: 'what a process has done: calls, waits, faults, messages, time on the hart',
  key: 'process',
  concerned: byType<Concerned>([
    ...CHANGES_THREAD.map(([transition, concerned]) => [transition, processOf(concerned)] as const),
    [called, byActor],
    [trapped, (record, rows) => (cause(record) < 0 ? NOBODY : byActor(record, rows))],
    [messageMade, byActor],
    [handleOpened, (record, rows) => rows.process(opener(record)) || NOBODY],
  ]),
  begin() {
    const totals = {
      threads: 0,
      calls: 0,
      failed: 0,
      waited: 0,
      repeated: 0,
      faults: 0,
      messagesQueued: 0,
      handlesOpened: 0,
      dispatches: 0,
      preemptions: 0,
      runTime: 0,
    };
    const clocks = new Map<number, { state: ThreadState; since: number }>();
    const takeThreads = (threads: number | readonly number[], record: RecordAt, rows: ObjectRows): void => {
      for (const koid of typeof threads === 'number' ? [threads] : threads) {
        if (koid === NOBODY) continue;
        const clock = clocks.get(koid) ?? { state: new ThreadState(), since: 0 };
        clocks.set(koid, clock);
        const ran = clock.state.name === 'running';
        if (!clock.state.take(record, rows)) continue;
        if (ran) totals.runTime += record.time - clock.since;
        clock.since = record.time;
      }
    };
    const counts = byType<(record: RecordAt) => void>([
      [
        called,
        (record) => {
          const end = numberStatus(record) >> 16;
          totals.calls++;
          if (end === CALL_WAITS) totals.waited++;
          else if (end === CALL_REPEATS) totals.repeated++;
          else if (end < 0 && end !== NO_RETURN) totals.failed++;
        },
      ],
      [trapped, () => totals.faults++],
      [messageMade, () => totals.messagesQueued++],
      [handleOpened, () => totals.handlesOpened++],
      [threadCreated, () => totals.threads++],
      [threadDispatched, () => totals.dispatches++],
      [threadPreempted, () => totals.preemptions++],
    ]);
    return {
      take(record, rows) {
        const { type } = record;
        counts[type]?.(record);
        const threads = threadsOf[type]?.(record, rows);
        if (threads !== undefined) takeThreads(threads, record, rows);
      },
      value: () => ({ ...totals }),
    };
  },
  bytes: () => 256,
};
