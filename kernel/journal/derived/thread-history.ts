/** The history of a thread: what it was from when to when, what it waited for, who woke it and with what. */
import { threadBlocked, threadUnblocked, threadWaits } from '../../transitions/tasks.js';
import { byType, type DerivedView } from './derived-view.js';
import { field } from './record-at.js';
import { CHANGES_THREAD, type StateName, ThreadState } from './thread-states.js';

export interface ThreadSpan {
  readonly state: StateName;
  /** The step that began it, and when, ns. */
  readonly seq: number;
  readonly from: number;
  /** ns; null: it lasts. */
  readonly to: number | null;
  /** Of a wait: BLOCKED_ON; 0 otherwise. */
  readonly on: number;
  /** Of a wait that ended: its status, and the thread in whose step that was (0: nobody's). */
  readonly status: number | null;
  readonly wokenBy: number | null;
}

const blockedOn = field(threadBlocked, 'on');
const waitsOn = field(threadWaits, 'on');
const status = field(threadUnblocked, 'status');

export const THREAD_HISTORY: DerivedView<readonly ThreadSpan[]> = {
  name: 'thread',
  about: 'what a thread was from when to when, what it waited for, and who woke it',
  key: 'thread',
  concerned: byType(CHANGES_THREAD),
  begin() {
    const spans: ThreadSpan[] = [];
    const state = new ThreadState();
    return {
      take(record, rows) {
        if (!state.take(record, rows)) return;
        const { type, time } = record;
        const last = spans.pop();
        if (last !== undefined) {
          const isWoken = type === threadUnblocked.number;
          spans.push({
            ...last,
            to: time,
            ...(isWoken && { status: status(record), wokenBy: record.actor }),
          });
        }
        let on = 0;
        if (type === threadBlocked.number) on = blockedOn(record);
        else if (type === threadWaits.number) on = waitsOn(record);
        spans.push({ state: state.name, seq: record.seq, from: time, to: null, on, status: null, wokenBy: null });
      },
      value: () => spans,
    };
  },
  bytes: (spans) => 64 + spans.length * 96,
};
