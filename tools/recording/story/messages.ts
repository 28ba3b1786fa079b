/**
 * Messages and requests. A message that finds its receiver waiting goes to it in the step in which it is sent; another waits at
 * the endpoint, and has a row in the kernel's table until it is received or given up. A request is the call of one who wants an
 * answer: it is served by whoever got the handle to answer it with, until it has been answered.
 */
import type { State } from '../../../kernel/index.js';
import { WORD } from '../../../kernel/journal/record.js';
import { ROLE } from '../../../kernel/state/tables.js';
import { messageMade, messageRemoved, replyMade } from '../../../kernel/transitions/channels.js';
import { packetDelivered } from '../../../kernel/transitions/events.js';
import { handleOpened } from '../../../kernel/transitions/handles.js';
import { threadUnblocked } from '../../../kernel/transitions/tasks.js';
import { BLOCKED_ON } from '../../../syscalls/layouts.js';
import { OBJECT_TYPE } from '../../../syscalls/objects.js';
import { PACKET } from '../../../syscalls/options.js';
import type { Message, Request, Step } from './things.js';

/** Somebody who got a message in the step. */
interface Receiver {
  /** Koid of a thread or pool; and of the thread's process, 0 of a pool. */
  readonly koid: number;
  readonly process: number;
  /** Koid of the endpoint. */
  readonly channel: number;
  readonly bytes: number | undefined;
}

export class Messages {
  private count = 0;
  /** By rows. */
  private readonly queued = new Map<number, Message>();
  private readonly requests = new Map<number, Request>();
  /** By koids of callers. */
  private readonly asked = new Map<number, Request>();
  private readonly serving = new Map<number, Request[]>();
  private receivers: Receiver[] = [];
  private removed: Message[] = [];
  private received: Request[] = [];

  constructor(
    private readonly state: State,
    private readonly processOf: (thread: number) => number,
  ) {}

  /** The request that a thread got last and has not answered. */
  servedBy(thread: number): Request | undefined {
    return this.serving.get(thread)?.at(-1);
  }

  /** Messages, and requests, that nobody got or answered when the records end. */
  left(): { readonly messages: Iterable<Message>; readonly requests: Iterable<Request> } {
    return { messages: this.queued.values(), requests: this.asked.values() };
  }

  before(words: Int32Array): void {
    const { threads, processes, registrations, sources, channels } = this.state;
    const row = words[WORD.PAYLOAD];
    const type = words[WORD.TYPE];
    if (type === threadUnblocked.number) {
      if (threads.blockedOn[row] !== BLOCKED_ON.RECEIVE || words[WORD.PAYLOAD + 1] !== 0) return;
      const source = registrations.source[threads.waiter[row]];
      if (source < 0) return;
      const channel = channels.koid[sources.object[source]];
      const process = processes.koid[threads.process[row]];
      this.receivers.push({ koid: threads.koid[row], process, channel, bytes: undefined });
    } else if (type === packetDelivered.number) {
      const flags = words[WORD.PAYLOAD + 1] & 0xff;
      if (registrations.role[row] !== ROLE.RECEIVE || (flags & PACKET.ERROR) !== 0) return;
      const channel = channels.koid[sources.object[registrations.source[row]]];
      const koid = this.state.pools.koid[registrations.pool[row]];
      this.receivers.push({ koid, process: 0, channel, bytes: words[WORD.PAYLOAD + 3] >>> 0 });
    }
  }

  after(words: Int32Array, step: Step): void {
    const { state } = this;
    const at = WORD.PAYLOAD;
    switch (words[WORD.TYPE]) {
      case messageMade.number: {
        const message: Message = {
          number: ++this.count,
          seq: step.seq,
          time: step.time,
          sender: step.actor,
          channel: state.channels.koid[words[at + 1]],
          bytes: words[at + 4] >>> 0,
          isQueued: true,
          end: undefined,
          receiver: 0,
        };
        this.queued.set(words[at], message);
        step.sent.push(message);
        break;
      }
      case messageRemoved.number: {
        const message = this.queued.get(words[at]);
        this.queued.delete(words[at]);
        if (message !== undefined) this.removed.push(message);
        break;
      }
      case replyMade.number: {
        const request: Request = {
          seq: step.seq,
          time: step.time,
          reply: words[at + 1],
          caller: state.threads.koid[words[at + 2]],
          call: undefined,
          received: undefined,
          server: 0,
          serverProcess: 0,
          end: undefined,
          replier: 0,
          status: undefined,
        };
        this.requests.set(words[at], request);
        this.asked.set(request.caller, request);
        break;
      }
      case handleOpened.number:
        if (words[at + 3] === OBJECT_TYPE.reply) this.opened(words[at + 4], state.processes.koid[words[at + 1]], step);
        break;
    }
  }

  /** A process has what answers a request. */
  private opened(row: number, process: number, { seq, time }: Step): void {
    const request = this.requests.get(row);
    // Who has it and copies it is not another receiver.
    if (request === undefined || request.received !== undefined) return;
    request.received = { seq, time };
    request.serverProcess = process;
    this.received.push(request);
  }

  /** Who got what is known when all records of the step are. */
  endStep(step: Step): void {
    const { removed, receivers, received } = this;
    if (removed.length > 0 || receivers.length > 0) this.hand(step);
    if (step.call?.name === 'channel_call') {
      const request = this.asked.get(step.actor);
      if (request !== undefined && request.call === undefined) {
        request.call = step.call;
        step.call.request = request;
      }
    }
    for (const request of received) this.serve(request, step);
    for (const wait of step.waitsEnded) {
      const request = this.asked.get(wait.thread);
      if (request !== undefined) this.answered(request, step, wait.status);
    }
    if (removed.length > 0) this.removed = [];
    if (receivers.length > 0) this.receivers = [];
    if (received.length > 0) this.received = [];
  }

  private hand(step: Step): void {
    const { seq, time, call } = step;
    const receivers = [...this.receivers];
    for (const message of this.removed) {
      message.end = { seq, time };
      const i = receivers.findIndex(({ channel }) => channel === message.channel);
      if (i >= 0) message.receiver = receivers.splice(i, 1)[0].koid;
      else if (call?.name === 'channel_receive' && call.status === 'OK') message.receiver = step.actor;
      step.taken.push(message);
    }
    for (const { koid, channel, bytes } of receivers)
      step.taken.push({
        number: ++this.count,
        seq,
        time,
        sender: step.actor,
        channel,
        bytes,
        isQueued: false,
        end: { seq, time },
        receiver: koid,
      });
  }

  private serve(request: Request, step: Step): void {
    const { serverProcess } = request;
    const waiting = this.receivers.find(({ process }) => process === serverProcess)?.koid;
    request.server = waiting ?? (this.processOf(step.actor) === serverProcess ? step.actor : 0);
    const { server } = request;
    if (server !== 0) this.serving.set(server, [...(this.serving.get(server) ?? []), request]);
    step.requestsReceived.push(request);
  }

  private answered(request: Request, step: Step, status: string | undefined): void {
    this.asked.delete(request.caller);
    request.end = { seq: step.seq, time: step.time };
    request.status = status;
    if (step.call?.name === 'channel_reply') request.replier = step.actor;
    const rest = this.serving.get(request.server)?.filter((one) => one !== request) ?? [];
    if (rest.length === 0) this.serving.delete(request.server);
    else this.serving.set(request.server, rest);
    step.requestsEnded.push(request);
  }
}
