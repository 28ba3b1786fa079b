/** `tocsin journal --export perfetto` and `otlp` of recorded demos, parsed and held against what their formats ask for. */
import { afterAll, describe, expect, it } from 'vitest';
import { Folder, tocsin } from '../tools/tocsin-process.js';
import { hasCompiler, runDemo } from './compiled.js';

const folder = new Folder();
afterAll(() => folder.remove());

const paths = new Map<string, string>();

function recorded(demo: string, ...options: readonly string[]): string {
  const known = paths.get(demo);
  if (known !== undefined) return known;
  const path = folder.at(`${paths.size}.tocsin`);
  runDemo(demo, { options: [...options, '--record', path] });
  paths.set(demo, path);
  return path;
}

function exported(format: string, path: string): string {
  const { status, stdout, stderr } = tocsin(['journal', '--export', format, path]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

function query(path: string, sql: string): Record<string, number | string>[] {
  return JSON.parse(tocsin(['journal', '--json', '--sql', sql, path]).stdout) as Record<string, number | string>[];
}

/** Trace Event Format: the members that are used. */
interface TraceEvent {
  readonly ph: 'B' | 'E' | 'C' | 'M' | 's' | 'f';
  readonly name?: string;
  readonly cat?: string;
  readonly id?: number;
  readonly bp?: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly args?: Record<string, number | string>;
}

interface Slice {
  readonly name: string;
  readonly cat: string;
  readonly depth: number;
  readonly from: number;
  to: number;
}

interface Arrow {
  readonly cat: string;
  readonly from: readonly [track: string, slice: Slice];
  to: readonly [track: string, slice: Slice] | undefined;
}

/** Reads a trace, and checks all that has to hold of any. */
function readTrace(text: string) {
  const { traceEvents, displayTimeUnit } = JSON.parse(text) as { traceEvents: TraceEvent[]; displayTimeUnit: string };
  expect(displayTimeUnit).toBe('ns');
  const names = new Map<string, string>();
  const open = new Map<string, Slice[]>();
  const slices = new Map<string, Slice[]>();
  const arrows = new Map<number, Arrow>();
  const counters = new Map<string, number[]>();
  let last = 0;
  for (const { ph, name = '', cat = '', id = -1, bp, pid, tid, ts, args = {} } of traceEvents) {
    expect(ts).toBeGreaterThanOrEqual(last);
    last = ts;
    const track = `${pid}/${tid}`;
    const stack = open.get(track) ?? [];
    open.set(track, stack);
    const top = stack.at(-1);
    switch (ph) {
      case 'M':
        if (name === 'thread_name') names.set(track, String(args.name));
        break;
      case 'B': {
        const slice = { name, cat, depth: stack.length, from: ts, to: -1 };
        stack.push(slice);
        slices.set(track, [...(slices.get(track) ?? []), slice]);
        break;
      }
      case 'E':
        expect(top).toBeDefined();
        if (top) top.to = ts;
        stack.pop();
        break;
      case 'C':
        counters.set(name, [...(counters.get(name) ?? []), Number(Object.values(args)[0])]);
        break;
      case 's':
        // An arrow begins and ends within a slice, or it is not shown.
        expect(arrows.has(id)).toBe(false);
        if (top) arrows.set(id, { cat, from: [track, top], to: undefined });
        expect(top).toBeDefined();
        break;
      case 'f': {
        const arrow = arrows.get(id);
        expect([bp, arrow?.cat, arrow?.to]).toEqual(['e', cat, undefined]);
        if (arrow && top) arrow.to = [track, top];
        expect(top).toBeDefined();
        break;
      }
    }
  }
  for (const stack of open.values()) expect(stack).toEqual([]);
  const named = <Value>(of: ReadonlyMap<string, Value>): Map<string, Value> =>
    new Map([...of].map(([track, value]) => [names.get(track) ?? track, value]));
  return { slices: named(slices), arrows: [...arrows.values()], counters, names, end: last };
}

describe.skipIf(!hasCompiler)('a trace for Perfetto', () => {
  it.each(['philosophers.c', 'grant-quota.c', 'threads.c', 'null-pointer.c', 'debugger.c', 'cache-pressure.c'])(
    'nests on every track, and all its arrows have both ends: %s',
    (demo) => {
      const { arrows, slices } = readTrace(exported('perfetto', recorded(demo)));
      expect(arrows.filter(({ to }) => to === undefined)).toEqual([]);
      expect(slices.size).toBeGreaterThan(3);
    },
  );

  it('shows what a thread does, without a gap, and its calls within', () => {
    const path = recorded('philosophers.c');
    const { slices, end } = readTrace(exported('perfetto', path));
    const [thread] = query(path, "SELECT * FROM threads WHERE name = 'Hypatia'");
    const own = slices.get(`Hypatia #${thread.koid}`) ?? [];
    const states = own.filter(({ cat }) => cat === 'state' || cat === 'blocked');
    const spent = (name: RegExp): number =>
      Math.round(states.filter((one) => name.test(one.name)).reduce((sum, { from, to }) => sum + to - from, 0) * 1000);
    expect(spent(/^running$/)).toBe(thread.running);
    expect(spent(/^ready$/)).toBe(thread.ready);
    expect(spent(/^waits/)).toBe(thread.blocked);
    states.slice(1).forEach(({ from }, i) => {
      expect(from).toBe(states[i].to);
    });
    expect(states.at(-1)).toMatchObject({ name: 'waits for the futex 0x15898, held by Socrates #32', to: end });
    const calls = own.filter(({ cat }) => cat === 'call').map(({ name, from }) => `${name} ${Math.round(from * 1000)}`);
    const made = query(path, `SELECT name, time FROM calls WHERE thread = ${thread.koid} ORDER BY call`);
    expect(calls).toEqual(made.map(({ name, time }) => `${name} ${time}`));
  });

  it('has an arrow for who woke whom, and for each message over its channel', () => {
    const path = recorded('philosophers.c');
    const { arrows, names } = readTrace(exported('perfetto', path));
    const text = (track: string): string => names.get(track) ?? '';
    const wakes = arrows
      .filter(({ cat, from }) => cat === 'wakes' && from[1].cat === 'call')
      .map(({ from, to }) => `${text(from[0])} ${from[1].name} > ${text(to?.[0] ?? '')} ${to?.[1].name}`)
      .map((line) => line.replace(/ (ready|running)$/, ''));
    const expected = query(
      path,
      `SELECT waker_name || ' #' || waker || ' ' || "by" || ' > ' || sleeper_name || ' #' || sleeper AS line FROM wakes`,
    );
    expect(wakes.sort()).toEqual(expected.map(({ line }) => String(line)).sort());
    const sent = arrows.filter(({ cat, to }) => cat === 'message' && text(to?.[0] ?? '').startsWith('channel #'));
    const messages = query(path, 'SELECT sender, channel FROM messages ORDER BY message');
    expect(sent.map(({ from, to }) => [text(from[0]).split('#')[1], text(to?.[0] ?? '')])).toEqual(
      messages.map(({ sender, channel }) => [String(sender), `channel #${channel}`]),
    );
    const taken = arrows.filter(({ cat, from }) => cat === 'message' && text(from[0]).startsWith('channel #'));
    expect(new Set(taken.map(({ to }) => text(to?.[0] ?? '').split(' ')[0]))).toEqual(new Set(['output']));
  });

  it('counts what each allocator has', () => {
    const path = recorded('grant-quota.c');
    const { counters } = readTrace(exported('perfetto', path));
    for (const { allocator, peak, last } of query(
      path,
      `SELECT allocator, max(used) AS peak, (SELECT used FROM memory n WHERE n.allocator = m.allocator ORDER BY seq DESC LIMIT 1) AS last
       FROM memory m GROUP BY allocator`,
    )) {
      const own = counters.get(`allocator #${allocator}`) ?? [];
      expect([Math.max(...own), own.at(-1)]).toEqual([peak, last]);
    }
  });
});

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: { readonly key: string; readonly value: Record<string, string | boolean> }[];
  readonly links?: { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code: number; readonly message?: string };
  readonly service: string;
}

interface TracesData {
  readonly resourceSpans: {
    readonly resource: {
      readonly attributes: { readonly key: string; readonly value: { readonly stringValue: string } }[];
    };
    readonly scopeSpans: { readonly scope: { readonly name: string }; readonly spans: Omit<Span, 'service'>[] }[];
  }[];
}

function readSpans(text: string): Map<string, Span> {
  const spans = new Map<string, Span>();
  for (const line of text.trimEnd().split('\n'))
    for (const { resource, scopeSpans } of (JSON.parse(line) as TracesData).resourceSpans) {
      const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
      expect(service).not.toBe('');
      for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
        expect(span.traceId).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
        expect(span.spanId).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
        expect(span.startTimeUnixNano).toMatch(/^\d+$/);
        expect(Number(span.endTimeUnixNano)).toBeGreaterThanOrEqual(Number(span.startTimeUnixNano));
        expect([1, 2, 3]).toContain(span.kind);
        for (const { value } of span.attributes) {
          expect(Object.keys(value).length).toBe(1);
          if (value.intValue !== undefined) expect(value.intValue).toMatch(/^\d+$/);
        }
        // An id names one span.
        expect(spans.has(span.spanId)).toBe(false);
        spans.set(span.spanId, { ...span, service });
      }
    }
  return spans;
}

describe.skipIf(!hasCompiler)('traces for OpenTelemetry', () => {
  it.each(['philosophers.c', 'grant-quota.c', 'threads.c', 'debugger.c', 'cache-pressure.c'])(
    'are well formed, and children lie within their parents in one trace: %s',
    (demo) => {
      const spans = readSpans(exported('otlp', recorded(demo)));
      for (const { parentSpanId, traceId, startTimeUnixNano, endTimeUnixNano, links = [] } of spans.values()) {
        for (const link of links) expect(spans.get(link.spanId)?.traceId).toBe(link.traceId);
        if (parentSpanId === undefined) continue;
        const parent = spans.get(parentSpanId);
        expect(parent?.traceId).toBe(traceId);
        expect(Number(startTimeUnixNano)).toBeGreaterThanOrEqual(Number(parent?.startTimeUnixNano));
        expect(Number(endTimeUnixNano)).toBeLessThanOrEqual(Number(parent?.endTimeUnixNano));
      }
    },
  );

  it('have a span for each call, and one trace for a call with its server in another process', () => {
    const path = recorded('philosophers.c');
    const spans = [...readSpans(exported('otlp', path)).values()];
    const made = query(path, 'SELECT name, time FROM calls ORDER BY call');
    const calls = spans.filter(({ kind }) => kind !== 2);
    expect(calls.map(({ name, startTimeUnixNano }) => `${name} ${startTimeUnixNano}`).sort()).toEqual(
      made.map(({ name, time }) => `${name} ${time}`).sort(),
    );
    const requests = query(path, 'SELECT * FROM requests ORDER BY call');
    expect(requests.length).toBe(5);
    const clients = spans.filter(({ kind }) => kind === 3);
    expect(clients.length).toBe(5);
    for (const { time, received_time, end_time } of requests) {
      const client = clients.find(({ startTimeUnixNano }) => startTimeUnixNano === String(time));
      const server = spans.find(({ parentSpanId }) => parentSpanId !== undefined && parentSpanId === client?.spanId);
      const reply = spans.find(({ parentSpanId }) => parentSpanId !== undefined && parentSpanId === server?.spanId);
      expect([client?.service, client?.name]).toEqual(['philosophers', 'channel_call']);
      expect([server?.service, server?.kind, server?.name]).toEqual(['console', 2, 'serve']);
      expect([server?.startTimeUnixNano, server?.endTimeUnixNano]).toEqual([String(received_time), String(end_time)]);
      expect([reply?.service, reply?.name, reply?.traceId]).toEqual(['console', 'channel_reply', client?.traceId]);
      // The call that brought it to the server began before, and is linked.
      const receive = spans.find(({ links }) => links?.some(({ spanId }) => spanId === client?.spanId));
      expect([receive?.name, receive?.service, receive?.endTimeUnixNano]).toEqual([
        'channel_receive',
        'console',
        String(received_time),
      ]);
    }
    // Each is a trace of its own.
    expect(new Set(clients.map(({ traceId }) => traceId)).size).toBe(5);
  });

  it('say of a call that failed why, and of one that never ended that it did not', () => {
    const failed = [...readSpans(exported('otlp', recorded('grant-quota.c'))).values()].filter(({ status }) => status);
    expect(failed.map(({ name, status }) => `${name} ${status?.code} ${status?.message}`).sort()).toEqual([
      'channel_receive 2 PEER_CLOSED',
      'event_resolve 2 NO_MEMORY',
      'vmo_write 2 NO_MEMORY',
    ]);
    const path = recorded('philosophers.c');
    const open = [...readSpans(exported('otlp', path)).values()].filter(({ attributes }) =>
      attributes.some(({ key }) => key === 'tocsin.unfinished'),
    );
    const unended = query(path, 'SELECT name FROM calls WHERE end_seq IS NULL ORDER BY name');
    expect(open.map(({ name }) => name).sort()).toEqual(unended.map(({ name }) => name));
  });
});
