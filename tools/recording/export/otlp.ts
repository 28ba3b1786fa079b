/**
 * A recorded run as OpenTelemetry traces: OTLP in its JSON encoding (ids in hexadecimal, 64-bit numbers as text, enumerations as
 * numbers), an object of `resourceSpans` a line, as the OpenTelemetry collector's file receiver reads it. A process is a resource.
 *
 * A call is a span. One that asks a server (channel_call) is a CLIENT span; the time from which the server has the request until it
 * has answered is a SERVER span below it, and what the server's thread calls meanwhile lies below that. So all that a call leads
 * to is one trace. Times are virtual: ns since boot, as if that had been at the beginning of 1970.
 */
import type { Recording } from '../../../kernel/index.js';
import { Story } from '../story/story.js';
import type { Call, Place, Request, Step } from '../story/things.js';

/** SpanKind and StatusCode of trace.proto. */
const KIND = { INTERNAL: 1, SERVER: 2, CLIENT: 3 } as const;
const STATUS_ERROR = 2;
/** A line has no more spans. */
const SPANS = 512;

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code: number; readonly message: string };
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string } | { readonly boolValue: boolean };
}

export function writeOtlp(recording: Recording, write: (text: string) => void): void {
  const story = new Story(recording);
  const traces = new Traces(story, recording, write);
  const { calls, requests } = story.tell([traces]);
  traces.finish(calls, requests);
}

class Traces {
  /** Spans that are not written yet, by koids of processes. */
  private readonly waiting = new Map<number, Span[]>();
  private count = 0;
  private readonly prefix: string;
  /** The requests that a call brought its thread. */
  private readonly brought = new Map<Call, Request[]>();

  constructor(
    private readonly story: Story,
    private readonly recording: Recording,
    private readonly write: (text: string) => void,
  ) {
    this.prefix = recording.checked.root.slice(0, 16);
  }

  step({ callsEnded, call, requestsReceived, requestsEnded }: Step): void {
    for (const request of requestsReceived) {
      const by = callsEnded.find(({ thread }) => thread === request.server) ?? call;
      if (by?.thread === request.server) this.brought.set(by, [...(this.brought.get(by) ?? []), request]);
    }
    for (const ended of callsEnded) this.call(ended, ended.end);
    for (const request of requestsEnded) this.request(request, request.end);
  }

  /** The records are at their end: what is open ends there, and says so. */
  finish(calls: Iterable<Call>, requests: Iterable<Request>): void {
    for (const call of calls) this.call(call, undefined);
    for (const request of requests) this.request(request, undefined);
    this.flush();
  }

  private call(call: Call, end: Place | undefined): void {
    const { number, name, seq, time, thread, process, wait, attempts, status, serves } = call;
    const links = (this.brought.get(call) ?? []).flatMap((request) =>
      request.call === undefined ? [] : [this.linkTo(request.call)],
    );
    this.brought.delete(call);
    const parent = serves?.call;
    const isError = status !== undefined && status !== 'OK' && status !== 'no return';
    this.put(process, {
      traceId: this.traceOf(call),
      spanId: spanOf(number),
      ...(parent !== undefined && { parentSpanId: serverSpanOf(parent.number) }),
      name,
      kind: call.request === undefined ? KIND.INTERNAL : KIND.CLIENT,
      startTimeUnixNano: String(time),
      endTimeUnixNano: String(end?.time ?? this.story.time),
      attributes: [
        ...this.ofThread(thread),
        integer('tocsin.seq', seq),
        ...(end === undefined ? [flag('tocsin.unfinished')] : [integer('tocsin.end_seq', end.seq)]),
        ...(status === undefined ? [] : [text('tocsin.status', status)]),
        ...(wait === undefined ? [] : [text('tocsin.waited', wait.sentence)]),
        ...(attempts === 1 ? [] : [integer('tocsin.attempts', attempts)]),
      ],
      ...(links.length > 0 && { links }),
      ...(isError && { status: { code: STATUS_ERROR, message: status } }),
    });
  }

  private request(request: Request, end: Place | undefined): void {
    const { call, received, server, serverProcess, caller, replier } = request;
    if (call === undefined || received === undefined) return;
    this.put(serverProcess, {
      traceId: this.traceOf(call),
      spanId: serverSpanOf(call.number),
      parentSpanId: spanOf(call.number),
      name: 'serve',
      kind: KIND.SERVER,
      startTimeUnixNano: String(received.time),
      endTimeUnixNano: String(end?.time ?? this.story.time),
      attributes: [
        ...(server === 0 ? [] : this.ofThread(server)),
        text('tocsin.client', this.story.names.text(caller)),
        integer('tocsin.seq', received.seq),
        ...(end === undefined ? [flag('tocsin.unfinished')] : [integer('tocsin.end_seq', end.seq)]),
        ...(end !== undefined && replier === 0 ? [flag('tocsin.unanswered')] : []),
      ],
    });
  }

  /** A trace is named after the call that it began with. */
  private traceOf(call: Call): string {
    let first = call;
    for (let { serves } = first; serves?.call !== undefined; { serves } = first) first = serves.call;
    return this.prefix + spanOf(first.number);
  }

  private linkTo(call: Call): { traceId: string; spanId: string } {
    return { traceId: this.traceOf(call), spanId: spanOf(call.number) };
  }

  private ofThread(thread: number): Attribute[] {
    return [integer('thread.id', thread), text('thread.name', this.story.names.of(thread))];
  }

  private put(process: number, span: Span): void {
    const spans = this.waiting.get(process) ?? [];
    this.waiting.set(process, spans);
    spans.push(span);
    if (++this.count >= SPANS) this.flush();
  }

  private flush(): void {
    if (this.count === 0) return;
    const { names } = this.story;
    const scope = { name: 'tocsin', version: this.recording.description.tocsin };
    const resourceSpans = [...this.waiting].map(([process, spans]) => ({
      resource: {
        attributes: [
          text('service.name', names.of(process) || `process-${process}`),
          text('service.instance.id', String(process)),
          text('tocsin.recording', this.recording.checked.root),
        ],
      },
      scopeSpans: [{ scope, spans }],
    }));
    this.write(`${JSON.stringify({ resourceSpans })}\n`);
    this.waiting.clear();
    this.count = 0;
  }
}

/** Sixteen digits. The span of a call, and that of who serves it. */
function spanOf(call: number): string {
  return call.toString(16).padStart(16, '0');
}

function serverSpanOf(call: number): string {
  return `8${call.toString(16).padStart(15, '0')}`;
}

function text(key: string, value: string): Attribute {
  return { key, value: { stringValue: value } };
}

function integer(key: string, value: number): Attribute {
  return { key, value: { intValue: String(value) } };
}

function flag(key: string): Attribute {
  return { key, value: { boolValue: true } };
}
