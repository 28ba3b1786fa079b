/**
 * The calls that took longest. In virtual time a call that does not wait takes none, so these are waits: from the step that made the
 * call to the one in which its thread may run again.
 */
import { CALL_REPEATS, CALL_WAITS, called } from '../../transitions/steps.js';
import { threadEnded, threadUnblocked } from '../../transitions/tasks.js';
import { byType, type Concerned, type DerivedView, WHOLE_SYSTEM } from './derived-view.js';
import type { ObjectRows } from './object-rows.js';
import { field } from './record-at.js';

/** How many of the slowest are listed. */
export const SLOWEST = 64;

export interface SlowCall {
  /** The number in the table of calls, the thread and its process. */
  readonly call: number;
  readonly thread: number;
  readonly process: number;
  /** The step that made it, the one that ended its wait, and in whose step that was (0: nobody's). */
  readonly seq: number;
  readonly endSeq: number;
  readonly endedBy: number;
  /** ns */
  readonly from: number;
  readonly latency: number;
  readonly status: number;
}

/** All calls of one number together. */
export interface CallTotals {
  readonly call: number;
  readonly count: number;
  readonly waited: number;
  /** ns, of those that waited and whose wait is over. */
  readonly total: number;
  readonly longest: number;
}

export interface SlowestCalls {
  /** The slowest first; of equal ones the earlier. */
  readonly calls: readonly SlowCall[];
  /** By number. */
  readonly byCall: readonly CallTotals[];
}

const numberStatus = field(called, 'number_status');
const woken = { row: field(threadUnblocked, 'row'), status: field(threadUnblocked, 'status') };
const ended = field(threadEnded, 'row');

const processAndAll = (thread: number, rows: ObjectRows): readonly number[] => [
  WHOLE_SYSTEM,
  rows.processOfThread(thread),
];

export const SLOWEST_CALLS: DerivedView<SlowestCalls> = {
  name: 'calls',
  about: 'the calls that took longest, and how often each was made',
  key: 'process',
  concerned: byType<Concerned>([
    [called, (record, rows) => processAndAll(record.actor, rows)],
    [threadUnblocked, (record, rows) => processAndAll(rows.thread(woken.row(record)), rows)],
    [threadEnded, (record, rows) => processAndAll(rows.thread(ended(record)), rows)],
  ]),
  begin() {
    const waiting = new Map<number, { call: number; seq: number; from: number }>();
    const totals = new Map<number, { -readonly [K in keyof CallTotals]: CallTotals[K] }>();
    let slowest: SlowCall[] = [];
    const ofCall = (call: number) => {
      const found = totals.get(call) ?? { call, count: 0, waited: 0, total: 0, longest: 0 };
      totals.set(call, found);
      return found;
    };
    const keepSlowest = (): void => {
      slowest = slowest.sort((a, b) => b.latency - a.latency || a.seq - b.seq).slice(0, SLOWEST);
    };
    return {
      take(record, rows) {
        const { type, time, seq, actor } = record;
        if (type === called.number) {
          const call = numberStatus(record) & 0xffff;
          const end = numberStatus(record) >> 16;
          if (end === CALL_REPEATS) return;
          const of = ofCall(call);
          of.count++;
          if (end !== CALL_WAITS) return;
          of.waited++;
          waiting.set(actor, { call, seq, from: time });
          return;
        }
        const thread = rows.thread(type === threadEnded.number ? ended(record) : woken.row(record));
        const wait = waiting.get(thread);
        waiting.delete(thread);
        if (wait === undefined || type === threadEnded.number) return;
        const latency = time - wait.from;
        const of = ofCall(wait.call);
        of.total += latency;
        of.longest = Math.max(of.longest, latency);
        const status = woken.status(record);
        const process = rows.processOfThread(thread);
        slowest.push({ ...wait, thread, process, endSeq: seq, endedBy: actor, latency, status });
        if (slowest.length >= 2 * SLOWEST) keepSlowest();
      },
      value() {
        keepSlowest();
        return { calls: slowest, byCall: [...totals.values()].sort((a, b) => a.call - b.call) };
      },
    };
  },
  bytes: ({ calls, byCall }) => 128 + calls.length * 112 + byCall.length * 64,
};
