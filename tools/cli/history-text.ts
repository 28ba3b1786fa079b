/** Derived views as text: tables, and what can go wrong with locks in sentences. */
import { callName, type DerivedName, type History, type Latencies, type ViewRow } from '../../kernel/index.js';
import { statusName } from '../../syscalls/errors.js';
import { BLOCKED_ON } from '../../syscalls/layouts.js';
import { sizeText } from './size-text.js';
import { type TableColours, tableText } from './view-tables.js';

/** A view that was asked for; with a key, of that alone. */
export interface Asked {
  readonly name: DerivedName;
  readonly key: number | undefined;
}

const WAITS = new Map<number, string>(
  Object.entries(BLOCKED_ON).map(([name, on]) => [on, name.toLowerCase().replaceAll('_', ' ')]),
);

/** Tables of what was asked for, and how the cache did. At most `most` rows each. */
export function historyText(history: History, asked: readonly Asked[], most: number, colours: TableColours): string {
  const texts = asked.map(({ name, key }) => {
    const rows = ROWS[name](history, key);
    const shown = rows.slice(0, most);
    const title = key === undefined ? TITLES[name] : `${TITLES[name]} of #${key}`;
    const table = tableText(title, Object.keys(rows[0] ?? {}), shown, colours) || `${colours.dim(`${title}: none`)}\n`;
    const left = rows.length > most ? `${colours.dim(`${rows.length - most} more: --most`)}\n` : '';
    return table + left + (name === 'locks' ? deadlockText(history, most) : '');
  });
  const { figures } = history;
  if (figures !== undefined) {
    const { hits, misses, values, bytes } = figures;
    const share = hits + misses === 0 ? 0 : Math.round((100 * hits) / (hits + misses));
    const text = `cache: ${hits} of ${hits + misses} answers (${share} %); ${values} values, ${sizeText(bytes)}`;
    texts.push(`${colours.dim(text)}\n`);
  }
  return texts.join('\n');
}

const TITLES: Readonly<Record<DerivedName, string>> = {
  thread: 'threads',
  locks: 'order of locks',
  process: 'processes',
  calls: 'slowest calls',
  channel: 'endpoints',
};

/** `#5 worker`, or nothing for nobody. */
function object(history: History, koid: number | null): string | null {
  if (koid === null || koid === 0) return null;
  const name = history.nameOf(koid);
  return name === '' ? `#${koid}` : `#${koid} ${name}`;
}

const ROWS: Readonly<Record<DerivedName, (history: History, key: number | undefined) => readonly ViewRow[]>> = {
  thread: (history, key) => (key === undefined ? threadRows(history) : spanRows(history, key)),
  locks: (history) =>
    history.get('locks').edges.map(({ from, to, count, seq, holdings }) => ({
      owned: from,
      askedFor: to,
      times: count,
      firstStep: seq,
      threads: [...new Set(holdings.map(({ thread }) => object(history, thread)))].join(', '),
    })),
  process: (history, key) =>
    valuesOf(history, 'process', key).map(([koid, totals]) => ({ koid, name: history.nameOf(koid), ...totals })),
  calls: (history, key) =>
    history.get('calls', key).calls.map((call) => ({
      call: callName(call.call),
      latency: call.latency,
      thread: object(history, call.thread),
      step: call.seq,
      endStep: call.endSeq,
      endedWith: statusName(call.status),
      endedBy: object(history, call.endedBy),
    })),
  channel: (history, key) =>
    valuesOf(history, 'channel', key)
      .filter(([, { messages, calls }]) => key !== undefined || messages.count + calls.count > 0)
      .flatMap(([koid, { messages, calls }]) => [
        { koid, what: 'messages that waited', ...latencyCells(messages) },
        { koid, what: 'calls', ...latencyCells(calls) },
      ]),
};

function valuesOf<Name extends 'process' | 'channel'>(
  history: History,
  name: Name,
  key: number | undefined,
): ReturnType<typeof history.all<Name>> {
  return key === undefined ? history.all(name) : [[key, history.get(name, key)]];
}

function latencyCells({ total: _, ...latencies }: Latencies): ViewRow {
  return latencies;
}

/** A line a thread: how long it was what. */
function threadRows(history: History): readonly ViewRow[] {
  return history.all('thread').map(([koid, spans]) => {
    const spent = (state: string): number =>
      spans.reduce((sum, span) => sum + (span.state === state && span.to !== null ? span.to - span.from : 0), 0);
    const last = spans.at(-1);
    return {
      thread: object(history, koid),
      process: object(history, history.processOf(koid)),
      from: spans[0]?.from ?? null,
      ran: spent('running'),
      ready: spent('ready'),
      blocked: spent('blocked'),
      waits: spans.filter(({ state }) => state === 'blocked').length,
      last: last === undefined ? null : last.state + waitText(last.on),
    };
  });
}

function waitText(on: number): string {
  return on === 0 ? '' : ` on ${WAITS.get(on) ?? on}`;
}

function spanRows(history: History, key: number): readonly ViewRow[] {
  return history.get('thread', key).map(({ state, seq, from, to, on, status, wokenBy }) => ({
    step: seq,
    from,
    lasted: to === null ? null : to - from,
    state: state + waitText(on),
    endedWith: status === null ? null : statusName(status),
    endedBy: object(history, wokenBy),
  }));
}

function deadlockText(history: History, most: number): string {
  const { deadlocks } = history.get('locks');
  if (deadlocks.length === 0) return 'No deadlock can come of that.\n';
  const lines = deadlocks.slice(0, most).map(({ locks, threads, seqs, happened }) => {
    const steps = locks.map((lock, i) => {
      const next = locks[(i + 1) % locks.length];
      return `${object(history, threads[i])} owned ${lock} and asked for ${next} (step ${seqs[i]})`;
    });
    return `${happened ? 'A deadlock that was refused' : 'A deadlock that can happen'}: ${steps.join('; ')}.\n`;
  });
  return lines.join('');
}
