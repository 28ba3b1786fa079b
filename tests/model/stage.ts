/**
 * The real kernel, made to take calls one at a time. Each thread of the world is a script that waits at a futex until a call is
 * given to it, makes the call and goes back. The first thread directs: it hands a call out and sleeps until the next slot of time
 * begins; by then whatever the call caused has come to rest.
 */
import { type Startup, System } from '../../kernel/index.js';
import {
  CLOCK,
  EVENT,
  INFO,
  INTERRUPT_OPTIONS,
  LISTEN,
  PACKET,
  POOL_KIND,
  RECEIVE,
  SEEN_NOW,
  SOURCE,
  VERDICT,
} from '../../syscalls/calls.js';
import { STATUS, statusName } from '../../syscalls/errors.js';
import { LAYOUTS, layoutBytes } from '../../syscalls/layouts.js';
import { FOREVER, PAGE_BYTES } from '../../syscalls/limits.js';
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
import {
  CHANNELS,
  INTERRUPTS,
  LOCKS,
  MAX_MESSAGE,
  POOLS,
  RINGS,
  THREADS,
  TIMERS,
  TOPIC_BYTES,
  TOPIC_TYPE,
  TOPICS,
} from './world.js';

/** Nanoseconds of a slot. */
const SLOT = 100_000;

/** Handlers of interrupts have a slot for their answers, and so much more that nothing else has its deadline then. */
const ANSWER_TIME = SLOT + SLOT / 100;

/** Instructions after which it is looked whether a play is over. */
const BETWEEN_LOOKS = 10;

/** All invariants are checked after the first game on a stage, and after every so many. */
const GAMES_PER_CHECK = 25;

/** Where the parts of a thread's scratch memory lie. */
const SCRATCH = {
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

/** What the stage asks for, slot after slot. */
export interface Play {
  /** The call of the slot that begins; undefined when there are no more. All that the one before caused is over. */
  next(stage: Stage): Call | undefined;
}

export interface Returned {
  readonly by: string;
  readonly result: Result;
}

export class Stage {
  /** Calls that came back in this slot, in the order in which their threads ran. */
  returned: Returned[] = [];
  /** Names by koid, and handles by name. */
  readonly names = new Map<number, string>();
  readonly handles = new Map<string, number>();
  /** The last number that the kernel gave to a registration or a token before the game: the model counts from 1. */
  private lastNumber = 0;
  /** Where pools and rings are mapped, by name. */
  private readonly mapped = new Map<string, { readonly address: number; readonly bytes: number }>();
  /** How far rings are filled. */
  private readonly tails = new Map<string, number>();
  /** Did a wire move? */
  private isWired = false;

  readonly system: System;
  /** Games that were played here. */
  played = 0;
  private play: Play | undefined;
  private slot = 0;
  private base = 0;
  /** The last step before each slot. */
  private lastSteps: number[] = [];
  private readonly orders = new Map<string, Call>();
  private messages = 0;
  private replies = 0;
  private startup: Startup | undefined;
  private readonly entries: readonly number[];

  constructor(checked: boolean) {
    this.system = System.boot({
      name: 'stage',
      memoryBytes: 3 << 20,
      checked,
      journal: { capacity: 8192, hashed: false },
      script: (startup) => this.direct(startup),
    });
    this.entries = THREADS.map((name) => this.system.enter(() => this.actor(name)));
  }

  /** Plays from the beginning of a world to its end, when everything is closed again; what `next` throws comes out. */
  run(play: Play): void {
    this.play = play;
    while (this.play !== undefined) {
      const outcome = this.system.run(BETWEEN_LOOKS);
      if (outcome.kind !== 'limit') throw new Error(`the stage ended as ${outcome.kind}`);
    }
    // Slow: it compares the whole state with what the journal says.
    if (this.played % GAMES_PER_CHECK === 0) this.system.check();
    this.played++;
  }

  private *direct(startup: Startup): CallScript {
    this.startup = startup;
    for (const name of ['director', ...THREADS]) yield* store(this.scratch(name), new Uint8Array(SCRATCH.bytes));
    for (;;) {
      if (this.play === undefined) yield* sys.clock_get(CLOCK.MONOTONIC);
      else {
        yield* this.playThrough(startup, this.play);
        this.play = undefined;
      }
    }
  }

  private *playThrough(startup: Startup, play: Play): CallScript {
    const { allocators } = this.system.state;
    const before = allocators.charged[0];
    this.begin();
    yield* this.build(startup);
    this.lastNumber = this.system.state.nextRegistration - 1;
    // Deadlines in the past are slots before the first one.
    this.base = (Math.ceil(this.system.time / SLOT) + 10) * SLOT;
    yield* sys.thread_sleep(this.base);
    for (;;) {
      this.lastSteps.push(this.system.state.seq);
      const call = play.next(this);
      if (call === undefined) break;
      this.returned = [];
      if (call.call === 'wire') this.moveWire(call);
      else if (call.call !== 'nothing') {
        this.orders.set(call.by, call);
        const { woken } = yield* sys.futex_wake(this.scratch(call.by) + SCRATCH.word, 1);
        if (woken !== 1) throw new Error(`${call.by} does not wait for a call`);
      }
      this.slot++;
      yield* sys.thread_sleep(this.base + this.slot * SLOT);
    }
    for (const name of THREADS) if (this.handles.has(name)) yield* sys.task_kill(this.handle(name));
    for (const handle of this.handles.values()) yield* sys.handle_close(handle);
    for (const { address, bytes } of this.mapped.values()) yield* sys.vmar_unmap(startup.vmar, address, bytes);
    if (this.isWired) for (const { line, edge } of INTERRUPTS) yield* this.quieten(startup, line, edge);
    const held = allocators.charged[0] - before;
    if (held !== 0) throw new Error(`when all is closed ${held} bytes are still charged`);
  }

  private begin(): void {
    this.slot = 0;
    this.lastSteps = [];
    this.messages = 0;
    this.replies = 0;
    this.names.clear();
    this.handles.clear();
    this.mapped.clear();
    this.tails.clear();
    this.isWired = false;
  }

  private moveWire({ interrupt, high }: CallOf<'wire'>): void {
    this.isWired = true;
    const { line } = must(INTERRUPTS.find(({ name }) => name === interrupt));
    if (high) this.system.raiseInterrupt(line);
    else this.system.lowerInterrupt(line);
  }

  /** Takes what the controller still keeps of a line, so that the next game begins without it. */
  private *quieten({ resource, allocator }: Startup, line: number, edge: boolean): CallScript {
    const at = this.scratch('director');
    this.system.lowerInterrupt(line);
    const { interrupt } = yield* sys.interrupt_create(resource, line, edge ? INTERRUPT_OPTIONS.EDGE : 0, 0);
    const { pool } = yield* sys.pool_create(allocator, POOL_KIND.FIXED, 1, 0);
    const { registration } = yield* sys.event_listen(interrupt, SOURCE.INTERRUPT, pool, 0, LISTEN.PERSISTENT);
    while ((yield* sys.pool_take(pool, 0, at + SCRATCH.packet, at, 0)).status === STATUS.OK)
      yield* sys.event_resolve(interrupt, registration, VERDICT.HANDLED);
    yield* sys.handle_close(interrupt);
    yield* sys.handle_close(pool);
  }

  /** The number of a registration or token as the model counts. */
  numberOf(number: number): number {
    return number - this.lastNumber;
  }

  private *build({ allocator, process, stackLow, resource, vmar }: Startup): CallScript {
    for (const [i, name] of THREADS.entries()) {
      yield* store(stackLow, new TextEncoder().encode(name));
      const { thread } = yield* sys.thread_create(process, 16, stackLow, name.length);
      yield* sys.thread_start(thread, this.entries[i], 0, 0);
      yield* this.know(name, thread);
    }
    for (const { name, kind, capacity } of POOLS) {
      yield* this.know(name, (yield* sys.pool_create(allocator, POOL_KIND[kind], capacity, 0)).pool);
    }
    for (const name of CHANNELS) {
      const { first, second } = yield* sys.channel_create(allocator, MAX_MESSAGE, 0);
      yield* this.know(`${name}a`, first);
      yield* this.know(`${name}b`, second);
    }
    for (const name of LOCKS) yield* this.know(name, (yield* sys.lock_create(allocator)).lock);
    for (const name of TIMERS) yield* this.know(name, (yield* sys.timer_create(allocator)).timer);
    for (const { name, line, edge, hasTime } of INTERRUPTS) {
      const options = edge ? INTERRUPT_OPTIONS.EDGE : 0;
      const { interrupt } = yield* sys.interrupt_create(resource, line, options, hasTime ? ANSWER_TIME : 0);
      yield* this.know(name, interrupt);
    }
    for (const { name, pool, entries } of RINGS) {
      const { ring, addr } = yield* sys.ring_create(allocator, entries, this.handle(pool), vmar);
      this.mapped.set(name, { address: addr, bytes: PAGE_BYTES });
      this.tails.set(name, 0);
      yield* this.know(name, ring);
    }
    for (const name of TOPICS) {
      yield* this.know(name, (yield* sys.topic_create(allocator, TOPIC_TYPE, TOPIC_BYTES)).topic);
    }
  }

  private *know(name: string, handle: number): CallScript {
    const at = this.scratch('director');
    const { status } = yield* sys.object_info(handle, INFO.HANDLE, at, layoutBytes(LAYOUTS.info_handle));
    if (status !== STATUS.OK) throw new Error(`${name} was not made: ${statusName(status)}`);
    const koid = new Int32Array((yield* load(at, 4)).slice().buffer)[0];
    this.names.set(koid, name);
    this.handles.set(name, handle);
  }

  handle(name: string): number {
    const handle = this.handles.get(name);
    if (handle === undefined) throw new Error(`${name} has no handle`);
    return handle;
  }

  private scratch(name: string): number {
    const index = name === 'director' ? 0 : 1 + (THREADS as readonly string[]).indexOf(name);
    return (this.startup?.stackLow ?? 0) + index * SCRATCH.bytes;
  }

  private *actor(name: string): CallScript {
    for (;;) {
      yield* sys.futex_wait(this.scratch(name) + SCRATCH.word, 0, 0, FOREVER);
      const call = this.orders.get(name);
      if (call === undefined) throw new Error(`${name} was woken without a call`);
      const result = yield* this.perform(call, this.scratch(name));
      this.returned.push({ by: name, result });
    }
  }

  private deadline(deadline: Deadline): number {
    if (deadline === 'past') return 0;
    return deadline === 'never' ? FOREVER : this.base + deadline * SLOT + SLOT / 2;
  }

  /** The slot in which a step was taken. */
  private slotOf(seq: number): number {
    let slot = this.lastSteps.length - 1;
    while (slot > 0 && this.lastSteps[slot] >= seq) slot--;
    return slot;
  }

  private *perform(call: Call, at: number): CallScript<Result> {
    const packet = at + SCRATCH.packet;
    switch (call.call) {
      case 'event_wait': {
        const { object, source, seen, deadline } = call;
        const generation = seen === 'NOW' ? SEEN_NOW : seen;
        const answer = yield* sys.event_wait(
          this.handle(object),
          SOURCE[source],
          generation,
          this.deadline(deadline),
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
          this.handle(object),
          SOURCE[source],
          seen === 'NOW' ? SEEN_NOW : seen,
        ]);
        yield* store(at + SCRATCH.items, bytesOf(words));
        const answer = yield* sys.event_wait_many(
          at + SCRATCH.items,
          call.items.length,
          this.deadline(call.deadline),
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
        const answer = yield* sys.event_listen(this.handle(object), SOURCE[source], this.handle(pool), key, options);
        return this.registered(answer);
      }
      case 'event_cancel':
        return said((yield* sys.event_cancel(this.handle(call.pool), this.lastNumber + call.registration)).status);
      case 'pool_take': {
        const { pool, room, deadline } = call;
        const answer = yield* sys.pool_take(
          this.handle(pool),
          this.deadline(deadline),
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
        return said((yield* sys.pool_post(this.handle(call.pool), packet)).status);
      }
      case 'channel_send': {
        yield* this.writeMessage(at, call.bytes);
        const { status } = yield* sys.channel_send(
          this.handle(call.end),
          at + SCRATCH.message,
          this.deadline(call.deadline),
        );
        return said(status);
      }
      case 'channel_send_async': {
        yield* this.writeMessage(at, call.bytes);
        const { end, pool, key } = call;
        return this.registered(
          yield* sys.channel_send_async(this.handle(end), at + SCRATCH.message, this.handle(pool), key),
        );
      }
      case 'channel_receive': {
        yield* store(at + SCRATCH.message, bytesOf([at + SCRATCH.output, call.room, 0, 0]));
        const answer = yield* sys.channel_receive(
          this.handle(call.end),
          at + SCRATCH.message,
          call.truncate ? RECEIVE.TRUNCATE : 0,
          this.deadline(call.deadline),
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
          yield* sys.channel_receive_async(this.handle(end), this.handle(pool), key, max, options),
        );
      }
      case 'channel_call': {
        yield* this.writeMessage(at, call.bytes);
        yield* store(at + SCRATCH.reply, bytesOf([at + SCRATCH.output, call.room, 0, 0]));
        const { status, bytes } = yield* sys.channel_call(
          this.handle(call.end),
          at + SCRATCH.message,
          at + SCRATCH.reply,
          this.deadline(call.deadline),
        );
        if (status < 0) return said(status, tooSmall(status) ? { bytes } : {});
        return said(status, { bytes, ...(yield* this.content(at, bytes)) });
      }
      case 'channel_reply': {
        yield* this.writeMessage(at, call.bytes);
        return said((yield* sys.channel_reply(this.handle(call.reply), at + SCRATCH.message)).status);
      }
      case 'lock_acquire':
        return said((yield* sys.lock_acquire(this.handle(call.lock), this.deadline(call.deadline))).status);
      case 'lock_acquire_async': {
        const { lock, thread, pool, key } = call;
        return this.registered(
          yield* sys.lock_acquire_async(this.handle(lock), this.handle(thread), this.handle(pool), key),
        );
      }
      case 'lock_release':
        return said((yield* sys.lock_release(this.handle(call.lock))).status);
      case 'timer_set': {
        const { timer, deadline, period } = call;
        return said((yield* sys.timer_set(this.handle(timer), this.deadline(deadline), period * SLOT)).status);
      }
      case 'topic_publish': {
        yield* store(at + SCRATCH.input, bytesOf([call.value]));
        return said(
          (yield* sys.topic_publish(this.handle(call.topic), TOPIC_TYPE, at + SCRATCH.input, TOPIC_BYTES)).status,
        );
      }
      case 'interrupt_trigger':
        return said((yield* sys.interrupt_trigger(this.handle(call.interrupt))).status);
      case 'event_resolve': {
        const verdict = call.mine ? VERDICT.HANDLED : VERDICT.NOT_MINE;
        return said(
          (yield* sys.event_resolve(this.handle(call.interrupt), this.lastNumber + call.token, verdict)).status,
        );
      }
      case 'pool_map': {
        const { status, addr } = yield* sys.pool_map(this.handle(call.pool), must(this.startup).vmar);
        if (status === STATUS.OK) this.mapped.set(call.pool, { address: addr, bytes: 2 * PAGE_BYTES });
        return said(status);
      }
      case 'read_mapped':
        return yield* this.readMapped(call);
      case 'ring_enter':
        return yield* this.enterRing(call, at);
      case 'task_kill':
        return said((yield* sys.task_kill(this.handle(call.thread))).status);
      case 'handle_close': {
        const handle = this.handle(call.object);
        this.handles.delete(call.object);
        return said((yield* sys.handle_close(handle)).status);
      }
      case 'wire':
      case 'nothing':
        return said(0);
    }
  }

  /** Reads packets as a program does that has the pool mapped; what is there says the kernel by its tail. */
  private *readMapped({ pool, places }: CallOf<'read_mapped'>): CallScript<Result> {
    const { address } = must(this.mapped.get(pool));
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
    const { address } = must(this.mapped.get(call.ring));
    const { entries } = must(RINGS.find(({ name }) => name === call.ring));
    let tail = must(this.tails.get(call.ring));
    for (const [i, submission] of call.submissions.entries()) {
      const { number, arguments: words } = yield* operationOf(this.perform(submission.call, at + i * SCRATCH.apart));
      const to = address + SUBMISSIONS_AT + (tail++ % entries) * SUBMISSION_BYTES;
      yield* store(
        to,
        bytesOf([submission.key, 0, number, 0, ...words, 0, 0, 0, 0, 0, 0].slice(0, SUBMISSION_BYTES / 4)),
      );
    }
    this.tails.set(call.ring, tail);
    yield* store(address + 4, bytesOf([call.nonsense ? tail + entries + 1 : tail]));
    const { submit, complete, deadline } = call;
    const { status, taken } = yield* sys.ring_enter(this.handle(call.ring), submit, complete, this.deadline(deadline));
    return said(status, status === STATUS.OK || status === STATUS.TIMED_OUT ? { taken } : {});
  }

  private registered(answer: { readonly status: number; readonly registration: number }): Result {
    if (answer.status < 0) return said(answer.status);
    return said(answer.status, { registration: this.numberOf(answer.registration) });
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
    yield* this.know(name, handle);
    return name;
  }

  /** A packet that was taken: what it names by handle or koid, it names by number. */
  private *toldInPool(packet: number): CallScript<Told> {
    const told = this.told(yield* load(packet, PACKET_BYTES));
    const data = [...told.data];
    if (told.type === 'MESSAGE' && data[2] !== 0)
      data[2] = Number((yield* this.keepReply(data[2])).slice('reply'.length));
    if (told.type === 'LOCK') data[0] = (THREADS as readonly string[]).indexOf(this.names.get(data[0]) ?? '');
    return { ...told, data };
  }

  /** A packet in memory, with names and slots. */
  told(bytes: Uint8Array): Told {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const word = (at: number): number => view.getInt32(at, true);
    const type = word(12);
    const koid = word(8);
    const data = [44, 48, 52, 56, 60].map(word);
    const isNumber = type === EVENT.INTERRUPT || (type === EVENT.COMPLETION && word(0) >= REGISTERS);
    if (isNumber && data[0] !== 0) data[0] = this.numberOf(data[0]);
    return {
      key: word(0),
      source: this.names.get(koid) ?? 'process',
      type: eventNames.get(type) ?? String(type),
      flags: flagsText((flag) => (word(16) & PACKET[flag]) !== 0),
      status: word(20),
      first: this.slotOf(Number(view.getBigUint64(24, true))),
      last: this.slotOf(Number(view.getBigUint64(32, true))),
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
