/** Allocators that run short, who asks of them and who hears of it: every test of shortages uses these. */
import { PROPERTY, SOURCE } from '../../../syscalls/calls.js';
import { PAGE_BYTES } from '../../../syscalls/limits.js';
import { LISTEN, VERDICT } from '../../../syscalls/options.js';
import { RIGHTS, SAME_RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../../userland/script/script.js';
import { expectStatus, type Scene } from '../booted.js';
import { makeProcess } from '../compiled.js';
import { allocatorFields, handleFields } from '../information.js';
import { makePool, type Packet, scratch, takeAll } from '../packets.js';

/** Scratch of these tests: pages of the first thread's stack that others leave alone. */
const PAGE = { VALUE: 60, PACKETS: 61, FIELDS: 62 } as const;
/** What a request costs beyond its pages: the child that it makes. */
const CHILD_BYTES = 64;

export interface Room {
  readonly reserve?: number;
  readonly softMark?: number;
}

/** An allocator with quota for requests of so many pages together, and the children that they make. */
export function* makeAllocator(scene: Scene, pages: number, room: Room = {}, parent = scene.allocator) {
  const pageOf = (count = 0): number => count * PAGE_BYTES;
  const made = yield* sys.allocator_create(parent, pageOf(pages + 1), pageOf(room.reserve), pageOf(room.softMark));
  expectStatus(made.status, 'OK');
  return made.child;
}

/** Sets a property that is 64 bits of ns. */
export function* setTime(scene: Scene, h: number, what: number, ns: number): CallScript<void> {
  const words = new BigUint64Array([ns === Number.POSITIVE_INFINITY ? 0x7fff_ffff_ffff_ffffn : BigInt(ns)]);
  yield* store(scratch(scene, PAGE.VALUE), new Uint8Array(words.buffer));
  expectStatus((yield* sys.object_set(h, what, scratch(scene, PAGE.VALUE), 8)).status, 'OK');
}

export const setWait = (scene: Scene, thread: number, ns: number) => setTime(scene, thread, PROPERTY.MEMORY_WAIT, ns);
export const setAnswerTime = (scene: Scene, h: number, ns: number) => setTime(scene, h, PROPERTY.ANSWER_TIME, ns);

/** Asks who listens to an allocator to give bytes back. */
export function* requestBack(scene: Scene, h: number, bytes: number): CallScript<void> {
  yield* store(scratch(scene, PAGE.VALUE), new Uint8Array(Uint32Array.of(bytes).buffer));
  expectStatus((yield* sys.object_set(h, PROPERTY.PRESSURE, scratch(scene, PAGE.VALUE), 4)).status, 'OK');
}

/** A request for pages of an allocator, kept until its handle is closed: the quota of a child. */
export function* takePages(allocator: number, pages: number): CallScript<number> {
  const { status, child } = yield* sys.allocator_create(allocator, pages * PAGE_BYTES);
  expectStatus(status, 'OK');
  return child;
}

export function* fields(scene: Scene, allocator: number) {
  return yield* allocatorFields(allocator, scratch(scene, PAGE.FIELDS));
}

/** Bytes that are free in an allocator. */
export function* free(scene: Scene, allocator: number): CallScript<number> {
  const { quota, used, children } = yield* fields(scene, allocator);
  return quota - used - children;
}

export interface Asker {
  readonly name: string;
  readonly process: number;
  readonly thread: number;
  /** Of its request; undefined while it waits. */
  status: number | undefined;
  /** When the request ended. */
  at: number;
}

/**
 * A process with one thread that asks for pages of an allocator, and may wait for them so many ns. What it got it keeps until it is
 * killed. All that it needs itself the scene's allocator pays. `done` collects those that came to an end, in order.
 */
export function* ask(
  scene: Scene,
  allocator: number,
  pages: number,
  wait: number,
  done: Asker[] = [],
  name = `${pages}`,
): CallScript<Asker> {
  const { process, thread, vmar } = yield* makeProcess(scene, scene.allocator, 20);
  yield* sys.handle_close(vmar);
  yield* setWait(scene, thread, wait);
  const asker: Asker = { name, process, thread, status: undefined, at: -1 };
  const entry = scene.system.enter(function* (_argument, given) {
    const { status } = yield* sys.allocator_create(given, pages * PAGE_BYTES);
    asker.status = status;
    asker.at = scene.system.time;
    done.push(asker);
    yield* sys.thread_sleep(Number.POSITIVE_INFINITY);
  });
  const { copy } = yield* sys.handle_duplicate(allocator, SAME_RIGHTS);
  expectStatus((yield* sys.process_start(process, thread, entry, 0, 0, copy)).status, 'OK');
  return asker;
}

/** The handle of somebody who only learns of shortages. */
export function* withoutResolve(scene: Scene, allocator: number): CallScript<number> {
  const { rights } = yield* handleFields(allocator, scratch(scene, PAGE.FIELDS));
  const { status, copy } = yield* sys.handle_duplicate(allocator, rights & ~RIGHTS.RESOLVE);
  expectStatus(status, 'OK');
  return copy;
}

/** What an event of a shortage says. */
export interface Word {
  readonly token: number;
  /** MEMORY_STATE. */
  readonly state: number;
  readonly wanted: number;
  readonly koid: number;
  readonly free: number;
}

export function wordOf({ data }: Packet): Word {
  return { token: data[0], state: data[1], wanted: data[2], koid: data[3], free: data[4] };
}

/** A pool that listens to an allocator. */
export class Listener {
  private constructor(
    private readonly scene: Scene,
    private readonly allocator: number,
    readonly pool: number,
    readonly registration: number,
  ) {}

  static *make(
    scene: Scene,
    allocator: number,
    source: number = SOURCE.MEMORY,
    options: number = LISTEN.PERSISTENT | (8 << 8),
  ): CallScript<Listener> {
    const pool = yield* makePool(scene, 8);
    const { status, registration } = yield* sys.event_listen(allocator, source, pool, 0, options);
    expectStatus(status, 'OK');
    return new Listener(scene, allocator, pool, registration);
  }

  /** What it heard since the last time. */
  *heard(): CallScript<Word[]> {
    return (yield* takeAll(this.pool, scratch(this.scene, PAGE.PACKETS))).map(wordOf);
  }

  /** Answers with its token; gives the status. */
  *answer(verdict: number, pages = 0, from = 0): CallScript<number> {
    const bytes = pages * PAGE_BYTES;
    return (yield* sys.event_resolve(this.allocator, this.registration, verdict, bytes, from)).status;
  }

  *released(): CallScript<void> {
    expectStatus(yield* this.answer(VERDICT.RELEASED, 1), 'OK');
  }

  *cannot(): CallScript<void> {
    expectStatus(yield* this.answer(VERDICT.CANNOT), 'OK');
  }
}

/** Bytes of a request for so many pages. */
export const requestBytes = (pages: number): number => pages * PAGE_BYTES + CHILD_BYTES;
