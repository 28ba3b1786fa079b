/**
 * The real kernel, made to take calls one at a time. Each thread of the world is a script that waits at a futex until a call is
 * given to it, makes the call and goes back. The first thread directs: it hands a call out and sleeps until the next slot of time
 * begins; by then whatever the call caused has come to rest.
 */
import { type Startup, System } from '../../kernel/index.js';
import { CLOCK, INFO, INTERRUPT_OPTIONS, LISTEN, POOL_KIND, SOURCE, VERDICT } from '../../syscalls/calls.js';
import { STATUS, statusName } from '../../syscalls/errors.js';
import { LAYOUTS, layoutBytes } from '../../syscalls/layouts.js';
import { FOREVER, PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../userland/script/script.js';
import type { Call, CallOf, Deadline, Result } from './calls.js';
import { type Mapped, Performer, SCRATCH, SLOT } from './perform.js';
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

/** Handlers of interrupts have a slot for their answers, and so much more that nothing else has its deadline then. */
const ANSWER_TIME = SLOT + SLOT / 100;

/** Instructions after which it is looked whether a play is over. */
const BETWEEN_LOOKS = 10;

/** All invariants are checked after the first game on a stage, and after every so many. */
const GAMES_PER_CHECK = 25;

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
  lastNumber = 0;
  /** Where pools and rings are mapped, by name. */
  readonly mapped = new Map<string, Mapped>();
  /** How far rings are filled. */
  readonly tails = new Map<string, number>();
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
  private performer = new Performer(this);
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
    this.performer = new Performer(this);
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

  *know(name: string, handle: number): CallScript {
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

  get vmar(): number {
    return must(this.startup).vmar;
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
      const result = yield* this.performer.perform(call, this.scratch(name));
      this.returned.push({ by: name, result });
    }
  }

  deadline(deadline: Deadline): number {
    if (deadline === 'past') return 0;
    return deadline === 'never' ? FOREVER : this.base + deadline * SLOT + SLOT / 2;
  }

  /** The slot in which a step was taken. */
  slotOf(seq: number): number {
    let slot = this.lastSteps.length - 1;
    while (slot > 0 && this.lastSteps[slot] >= seq) slot--;
    return slot;
  }
}
