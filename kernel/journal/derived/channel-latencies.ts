/**
 * How long things took at one endpoint of a channel: messages that found no receiver and waited there, and calls that were made
 * through it, from the call to its end.
 */
import { messageMade, messageRemoved } from '../../transitions/channels.js';
import { called } from '../../transitions/steps.js';
import { threadEnded, threadUnblocked } from '../../transitions/tasks.js';
import { byType, type Concerned, type DerivedView, NOBODY } from './derived-view.js';
import type { ObjectRows } from './object-rows.js';
import { field, type RecordAt } from './record-at.js';

/** Latencies, ns. */
export interface Latencies {
  readonly count: number;
  readonly least: number;
  readonly median: number;
  /** 99 of 100 are not longer. */
  readonly percentile99: number;
  readonly most: number;
  readonly total: number;
}

export interface ChannelLatencies {
  /** Messages that waited at this endpoint, from when they came to when they were received or given up. */
  readonly messages: Latencies;
  /** channel_call through this endpoint that waited, and whose wait is over. */
  readonly calls: Latencies;
}

const made = field(messageMade, 'row');
const removed = field(messageRemoved, 'row');
const woken = field(threadUnblocked, 'row');
const ended = field(threadEnded, 'row');

const caller = (row: (record: RecordAt) => number): Concerned => {
  return (record, rows) => rows.callingThrough(rows.thread(row(record))) || NOBODY;
};

export const CHANNEL_LATENCIES: DerivedView<ChannelLatencies> = {
  name: 'channel',
  about: 'how long messages waited at an endpoint, and calls through it took',
  key: 'channel',
  concerned: byType<Concerned>([
    [messageMade, (record, rows) => rows.endpointOf(made(record)) || NOBODY],
    [messageRemoved, (record, rows) => rows.endpointOf(removed(record)) || NOBODY],
    [called, (record, rows) => rows.callingThrough(record.actor) || NOBODY],
    [threadUnblocked, caller(woken)],
    [threadEnded, caller(ended)],
  ]),
  begin() {
    const messages: number[] = [];
    const calls: number[] = [];
    /** Since when: by row of message, by koid of thread. */
    const queued = new Map<number, number>();
    const calling = new Map<number, number>();
    const over = (since: Map<number, number>, key: number, time: number, into: number[]): void => {
      const from = since.get(key);
      if (from !== undefined) into.push(time - from);
      since.delete(key);
    };
    const takes = byType<(record: RecordAt, rows: ObjectRows) => void>([
      [messageMade, (record) => queued.set(made(record), record.time)],
      [messageRemoved, (record) => over(queued, removed(record), record.time, messages)],
      [called, (record) => calling.set(record.actor, record.time)],
      [threadUnblocked, (record, rows) => over(calling, rows.thread(woken(record)), record.time, calls)],
      [threadEnded, (record, rows) => calling.delete(rows.thread(ended(record)))],
    ]);
    return {
      take: (record, rows) => takes[record.type]?.(record, rows),
      value: () => ({ messages: latencies(messages), calls: latencies(calls) }),
    };
  },
  bytes: () => 256,
};

function latencies(values: number[]): Latencies {
  const sorted = values.sort((a, b) => a - b);
  const count = sorted.length;
  const at = (part: number): number => sorted[Math.max(0, Math.ceil(count * part) - 1)] ?? 0;
  const total = sorted.reduce((sum, value) => sum + value, 0);
  return { count, least: sorted[0] ?? 0, median: at(0.5), percentile99: at(0.99), most: sorted.at(-1) ?? 0, total };
}
