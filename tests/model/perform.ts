/**
 * How a call of a sequence is made of the kernel, with handles instead of names and times instead of slots, and how what comes back
 * is told.
 */
import { EVENT, LISTEN, PACKET, RECEIVE, SEEN_NOW, SOURCE, VERDICT } from '../../syscalls/calls.js';
import { STATUS, statusName } from '../../syscalls/errors.js';
import { LAYOUTS, layoutBytes } from '../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load, type Operation, store } from '../../userland/script/script.js';
import {
  type Call,
  type CallOf,
  type Deadline,
  flagsText,
  REGISTERS,
  type Result,
  type Told,
  toldText,
} from './calls.js';
import { must } from './rules/lists.js';
import { POOLS, RINGS, THREADS, TOPIC_BYTES, TOPIC_TYPE } from './world.js';

/** Nanoseconds of a slot. */
export const SLOT = 100_000;

/** Where the parts of a thread's scratch memory lie. */
export const SCRATCH = {
  bytes: 16_384,
  word: 0,
  packet: 64,
  message: 128,
  reply: 160,
  items: 256,
  input: 4096,
  output: 8192,
  apart: 512,
};

/** A ring's header, and what comes behind it. */
const SUBMISSIONS_AT = 64;
const SUBMISSION_BYTES = layoutBytes(LAYOUTS.submission);

const PACKET_BYTES = layoutBytes(LAYOUTS.packet);

const eventNames = new Map<number, string>(Object.entries(EVENT).map(([name, value]) => [value, name]));

/** What a call is made with: what the stage knows. */
export interface Known {
  readonly names: ReadonlyMap<number, string>;
  readonly handles: Map<string, number>;
  /** Where pools and rings are mapped, by name. */
  readonly mapped: Map<string, Mapped>;
  /** How far rings are filled. */
  readonly tails: Map<string, number>;
  /** The last number that the kernel gave to a registration or a token before the game: the model counts from 1. */
  readonly lastNumber: number;
  readonly vmar: number;
  handle(name: string): number;
  /** Learns a handle. */
  know(name: string, handle: number): CallScript;
  /** A deadline, ns. */
  deadline(deadline: Deadline): number;
  /** The slot in which a step was taken. */
  slotOf(seq: number): number;
  /** The number of a registration or token as the model counts. */
  numberOf(number: number): number;
}

export interface Mapped {
  readonly address: number;
  readonly bytes: number;
}

export class Performer {
  private messages = 0;
  private replies = 0;

  constructor(private readonly stage: Known) {}

  *perform(call: Call, at: number): CallScript<Result> {
    const packet = at + SCRATCH.packet;
    switch (call.call) {
      case 'event_wait': {
        const { object, source, seen, deadline } = call;
        const generation = seen === 'NOW' ? SEEN_NOW : seen;
        const answer = yield* sys.event_wait(
          this.stage.handle(object),
          SOURCE[source],
          generation,
          this.stage.deadline(deadline),
          packet,
        );
        if (answer.status < 0) return said(answer.status);
        return {
          ...said(answer.status, { generation: answer.generation }),
          event: this.told(yield* load(packet, PACKET_BYTES)),
        };
      }
      case 'event_wait_many': {
        const words = call.items.flatMap(({ object, source, seen }) => [
          this.stage.handle(object),
          SOURCE[source],
          seen === 'NOW' ? SEEN_NOW : seen,
        ]);
        yield* store(at + SCRATCH.items, bytesOf(words));
        const answer = yield* sys.event_wait_many(
          at + SCRATCH.items,
          call.items.length,
          this.stage.deadline(call.deadline),
          packet,
        );
        if (answer.status < 0) return said(answer.status);
        const { index, generation } = answer;
        return { ...said(answer.status, { index, generation }), event: this.told(yield* load(packet, PACKET_BYTES)) };
      }
      case 'event_listen': {
        const { object, source, pool, key, persistent, endWhenFull, slots } = call;
        const options =
          (persistent ? LISTEN.PERSISTENT : 0) | (endWhenFull ? LISTEN.END_WHEN_FULL : 0) | ((slots & 0xff) << 8);
        const answer = yield* sys.event_listen(
          this.stage.handle(object),
          SOURCE[source],
          this.stage.handle(pool),
          key,
          options,
        );
        return this.registered(answer);
      }
      case 'event_cancel':
        return said(
          (yield* sys.event_cancel(this.stage.handle(call.pool), this.stage.lastNumber + call.registration)).status,
        );
      case 'pool_take': {
        const { pool, room, deadline } = call;
        const answer = yield* sys.pool_take(
          this.stage.handle(pool),
          this.stage.deadline(deadline),
          packet,
          at + SCRATCH.output,
          room,
        );
        if (answer.status < 0) return said(answer.status, tooSmall(answer.status) ? { n: answer.n } : {});
        const event = yield* this.toldInPool(packet);
        return { ...said(answer.status, { n: answer.n, ...(yield* this.content(at, answer.n)) }), event };
      }
      case 'pool_post': {
        yield* store(packet, new Uint8Array(PACKET_BYTES));
        yield* store(packet, bytesOf([call.key, 0, 0, 0, 0, call.status]));
        return said((yield* sys.pool_post(this.stage.handle(call.pool), packet)).status);
      }
      case 'channel_send': {
        yield* this.writeMessage(at, call.bytes);
        const { status } = yield* sys.channel_send(
          this.stage.handle(call.end),
          at + SCRATCH.message,
          this.stage.deadline(call.deadline),
        );
        return said(status);
      }
      case 'channel_send_async': {
        yield* this.writeMessage(at, call.bytes);
        const { end, pool, key } = call;
        return this.registered(
          yield* sys.channel_send_async(this.stage.handle(end), at + SCRATCH.message, this.stage.handle(pool), key),
        );
      }
      case 'channel_receive': {
        yield* store(at + SCRATCH.message, bytesOf([at + SCRATCH.output, call.room, 0, 0]));
        const answer = yield* sys.channel_receive(
          this.stage.handle(call.end),
          at + SCRATCH.message,
          call.truncate ? RECEIVE.TRUNCATE : 0,
          this.stage.deadline(call.deadline),
        );
        const { status, bytes } = answer;
        if (status < 0) return said(status, tooSmall(status) ? { bytes } : {});
        const reply = answer.reply === 0 ? '-' : yield* this.keepReply(answer.reply);
        return said(status, { bytes, ...(yield* this.content(at, Math.min(bytes, call.room))), reply });
      }
      case 'channel_receive_async': {
        const { end, pool, key, max, truncate, reenter } = call;
        const options = (truncate ? RECEIVE.TRUNCATE : 0) | (reenter ? RECEIVE.REENTER : 0);
        return this.registered(
          yield* sys.channel_receive_async(this.stage.handle(end), this.stage.handle(pool), key, max, options),
        );
      }
      case 'channel_call': {
        yield* this.writeMessage(at, call.bytes);
        yield* store(at + SCRATCH.reply, bytesOf([at + SCRATCH.output, call.room, 0, 0]));
        const { status, bytes } = yield* sys.channel_call(
          this.stage.handle(call.end),
          at + SCRATCH.message,
          at + SCRATCH.reply,
          this.stage.deadline(call.deadline),
        );
        if (status < 0) return said(status, tooSmall(status) ? { bytes } : {});
        return said(status, { bytes, ...(yield* this.content(at, bytes)) });
      }
      case 'channel_reply': {
        yield* this.writeMessage(at, call.bytes);
        return said((yield* sys.channel_reply(this.stage.handle(call.reply), at + SCRATCH.message)).status);
      }
      case 'lock_acquire':
        return said((yield* sys.lock_acquire(this.stage.handle(call.lock), this.stage.deadline(call.deadline))).status);
      case 'lock_acquire_async': {
        const { lock, thread, pool, key } = call;
        return this.registered(
          yield* sys.lock_acquire_async(
            this.stage.handle(lock),
            this.stage.handle(thread),
            this.stage.handle(pool),
            key,
          ),
        );
      }
      case 'lock_release':
        return said((yield* sys.lock_release(this.stage.handle(call.lock))).status);
      case 'timer_set': {
        const { timer, deadline, period } = call;
        return said(
          (yield* sys.timer_set(this.stage.handle(timer), this.stage.deadline(deadline), period * SLOT)).status,
        );
      }
      case 'topic_publish': {
        yield* store(at + SCRATCH.input, bytesOf([call.value]));
        return said(
          (yield* sys.topic_publish(this.stage.handle(call.topic), TOPIC_TYPE, at + SCRATCH.input, TOPIC_BYTES)).status,
        );
      }
      case 'interrupt_trigger':
        return said((yield* sys.interrupt_trigger(this.stage.handle(call.interrupt))).status);
      case 'event_resolve': {
        const verdict = call.mine ? VERDICT.HANDLED : VERDICT.NOT_MINE;
        return said(
          (yield* sys.event_resolve(this.stage.handle(call.interrupt), this.stage.lastNumber + call.token, verdict))
            .status,
        );
      }
      case 'pool_map': {
        const { status, addr } = yield* sys.pool_map(this.stage.handle(call.pool), this.stage.vmar);
        if (status === STATUS.OK) this.stage.mapped.set(call.pool, { address: addr, bytes: 2 * PAGE_BYTES });
        return said(status);
      }
      case 'read_mapped':
        return yield* this.readMapped(call);
      case 'ring_enter':
        return yield* this.enterRing(call, at);
      case 'task_kill':
        return said((yield* sys.task_kill(this.stage.handle(call.thread))).status);
      case 'handle_close': {
        const handle = this.stage.handle(call.object);
        this.stage.handles.delete(call.object);
        return said((yield* sys.handle_close(handle)).status);
      }
      case 'wire':
      case 'nothing':
        return said(0);
    }
  }

  /** Reads packets as a program does that has the pool mapped; what is there says the kernel by its tail. */
  private *readMapped({ pool, places }: CallOf<'read_mapped'>): CallScript<Result> {
    const { address } = must(this.stage.mapped.get(pool));
    const { capacity } = must(POOLS.find(({ name }) => name === pool));
    const [head, tail] = new Int32Array((yield* load(address, 8)).slice().buffer);
    const read: string[] = [];
    for (let number = head; number < Math.min(head + places, tail); number++) {
      const told = yield* this.toldInPool(address + PAGE_BYTES + (number % capacity) * PACKET_BYTES);
      if (told.count > 0) read.push(`{${toldText(told)}}`);
    }
    yield* store(address, bytesOf([head + places]));
    return said(STATUS.OK, { read: read.join(' ') });
  }

  private *enterRing(call: CallOf<'ring_enter'>, at: number): CallScript<Result> {
    const { address } = must(this.stage.mapped.get(call.ring));
    const { entries } = must(RINGS.find(({ name }) => name === call.ring));
    let tail = must(this.stage.tails.get(call.ring));
    for (const [i, submission] of call.submissions.entries()) {
      const { number, arguments: words } = yield* operationOf(this.perform(submission.call, at + i * SCRATCH.apart));
      const to = address + SUBMISSIONS_AT + (tail++ % entries) * SUBMISSION_BYTES;
      yield* store(
        to,
        bytesOf([submission.key, 0, number, 0, ...words, 0, 0, 0, 0, 0, 0].slice(0, SUBMISSION_BYTES / 4)),
      );
    }
    this.stage.tails.set(call.ring, tail);
    yield* store(address + 4, bytesOf([call.nonsense ? tail + entries + 1 : tail]));
    const { submit, complete, deadline } = call;
    const { status, taken } = yield* sys.ring_enter(
      this.stage.handle(call.ring),
      submit,
      complete,
      this.stage.deadline(deadline),
    );
    return said(status, status === STATUS.OK || status === STATUS.TIMED_OUT ? { taken } : {});
  }

  private registered(answer: { readonly status: number; readonly registration: number }): Result {
    if (answer.status < 0) return said(answer.status);
    return said(answer.status, { registration: this.stage.numberOf(answer.registration) });
  }

  /** Bytes that tell the number of the message and the place of each of them. */
  private *writeMessage(at: number, bytes: number): CallScript {
    const number = ++this.messages;
    yield* store(
      at + SCRATCH.input,
      Uint8Array.from({ length: bytes }, (_, i) => number + i),
    );
    yield* store(at + SCRATCH.message, bytesOf([at + SCRATCH.input, bytes, 0, 0]));
  }

  /** Which message lies in the output buffer. */
  private *content(at: number, bytes: number): CallScript<{ readonly message?: number | string }> {
    if (bytes === 0) return {};
    const data = yield* load(at + SCRATCH.output, bytes);
    return { message: data.every((byte, i) => byte === ((data[0] + i) & 0xff)) ? data[0] : 'garbled' };
  }

  private *keepReply(handle: number): CallScript<string> {
    const name = `reply${++this.replies}`;
    yield* this.stage.know(name, handle);
    return name;
  }

  /** A packet that was taken: what it names by handle or koid, it names by number. */
  private *toldInPool(packet: number): CallScript<Told> {
    const told = this.told(yield* load(packet, PACKET_BYTES));
    const data = [...told.data];
    if (told.type === 'MESSAGE' && data[2] !== 0)
      data[2] = Number((yield* this.keepReply(data[2])).slice('reply'.length));
    if (told.type === 'LOCK') data[0] = (THREADS as readonly string[]).indexOf(this.stage.names.get(data[0]) ?? '');
    return { ...told, data };
  }

  /** A packet in memory, with names and slots. */
  private told(bytes: Uint8Array): Told {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const word = (at: number): number => view.getInt32(at, true);
    const type = word(12);
    const koid = word(8);
    const data = [44, 48, 52, 56, 60].map(word);
    const isNumber = type === EVENT.INTERRUPT || (type === EVENT.COMPLETION && word(0) >= REGISTERS);
    if (isNumber && data[0] !== 0) data[0] = this.stage.numberOf(data[0]);
    return {
      key: word(0),
      source: this.stage.names.get(koid) ?? 'process',
      type: eventNames.get(type) ?? String(type),
      flags: flagsText((flag) => (word(16) & PACKET[flag]) !== 0),
      status: word(20),
      first: this.stage.slotOf(Number(view.getBigUint64(24, true))),
      last: this.stage.slotOf(Number(view.getBigUint64(32, true))),
      count: word(40),
      data,
    };
  }
}

/** Does what a script does before its call, and gives the call instead of making it. */
function* operationOf(script: CallScript<unknown>): CallScript<Extract<Operation, { kind: 'call' }>> {
  let step = script.next(undefined as never);
  while (!step.done) {
    if (step.value.kind === 'call') return step.value;
    step = script.next(yield step.value);
  }
  throw new Error('what stands in a ring is no call');
}

function said(status: number, values: Result['values'] = {}): Result {
  return { status: statusName(status), values };
}

function tooSmall(status: number): boolean {
  return statusName(status) === 'BUFFER_TOO_SMALL';
}

function bytesOf(words: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(words).buffer);
}
