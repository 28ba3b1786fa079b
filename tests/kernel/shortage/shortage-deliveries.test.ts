/** Deliveries to threads whose memory is gone when they come: their allocators are short as after a request (`deliveries.ts`). */
import { describe, expect, it } from 'vitest';
import { takeFrame } from '../../../kernel/memory/frames.js';
import { FRAME_USE } from '../../../kernel/state/state.js';
import { MAP_OPTIONS, SOURCE } from '../../../syscalls/calls.js';
import { BLOCKED_ON } from '../../../syscalls/layouts.js';
import { FOREVER, PAGE_BYTES } from '../../../syscalls/limits.js';
import { MEMORY_STATE, SEEN_NOW, VERDICT } from '../../../syscalls/options.js';
import { ALL_RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene } from '../booted.js';
import { makeProcess } from '../compiled.js';
import { allocatorFields } from '../information.js';
import { desk, give, makeChannel, moved } from '../messages.js';
import { makePool, post, scratch } from '../packets.js';
import { free, Listener, makeAllocator } from './shortages.js';

const OPTIONS = MAP_OPTIONS.READ | MAP_OPTIONS.WRITE | MAP_OPTIONS.FIXED;
const SOMEWHERE = 0x2000_0000;
const HANDLE_BYTES = 32;
/** The page that is lost. */
const BUFFERS = SOMEWHERE + PAGE_BYTES;

class Poor {
  /** Of its wait; undefined while it waits. */
  status: number | undefined;

  private constructor(
    private readonly scene: Scene,
    readonly allocator: number,
    private readonly vmo: number,
    private readonly process: number,
  ) {}

  /** A process with an allocator of its own that waits, with its buffers in one page. */
  static *waits(scene: Scene, object: number, on: number, wait: (handle: number) => CallScript<{ status: number }>) {
    const allocator = yield* makeAllocator(scene, 16);
    const { process, thread, vmar } = yield* makeProcess(scene, allocator, 20);
    const { vmo } = yield* sys.vmo_create(allocator, 2 * PAGE_BYTES, 0);
    expectStatus((yield* sys.vmar_map(vmar, vmo, 0, 2 * PAGE_BYTES, OPTIONS, SOMEWHERE)).status, 'OK');
    const poor = new Poor(scene, allocator, vmo, process);
    const given = give(scene.system, object, process, ALL_RIGHTS);
    const entry = scene.system.enter(function* () {
      poor.status = (yield* wait(given)).status;
      yield* sys.thread_sleep(FOREVER);
    });
    expectStatus((yield* sys.process_start(process, thread, entry, 0, 0)).status, 'OK');
    yield* sys.thread_yield();
    expect(Array.from(scene.system.state.threads.blockedOn)).toContain(on);
    return poor;
  }

  /** Takes the page of its buffers away. */
  *losePage(): CallScript<void> {
    expectStatus((yield* sys.vmo_release(this.vmo, PAGE_BYTES, PAGE_BYTES)).status, 'OK');
  }

  /** Takes all its memory away, but for less than a handle. */
  *loseQuota(): CallScript<void> {
    const { allocator, scene, process } = this;
    const pages = Math.floor((yield* free(scene, allocator)) / PAGE_BYTES);
    expectStatus((yield* sys.allocator_transfer(allocator, scene.allocator, pages * PAGE_BYTES)).status, 'OK');
    while ((yield* free(scene, allocator)) >= HANDLE_BYTES) give(scene.system, scene.job, process, ALL_RIGHTS);
  }

  /** Gives it so many pages. */
  *getQuota(pages: number): CallScript<void> {
    expectStatus(
      (yield* sys.allocator_transfer(this.scene.allocator, this.allocator, pages * PAGE_BYTES)).status,
      'OK',
    );
  }
}

/** Waits for a message. Where it is to go stands in a page that is not lost. */
function* receive(endpoint: number): CallScript<{ status: number }> {
  const words = Int32Array.of(BUFFERS, 64, BUFFERS + 64, 1);
  yield* store(SOMEWHERE, new Uint8Array(words.buffer));
  return yield* sys.channel_receive(endpoint, SOMEWHERE, 0, FOREVER);
}

type Delivery = (scene: Scene) => CallScript<{
  readonly poor: Poor;
  /** Sends what the poor one waits for, whether it arrives or not; the sender has nothing to do with that. */
  readonly deliver: (arrives?: boolean) => CallScript<void>;
}>;

const DELIVERIES: readonly [string, Delivery][] = [
  [
    'an event',
    function* (scene) {
      const pool = yield* makePool(scene);
      const poor = yield* Poor.waits(scene, pool, BLOCKED_ON.EVENT, (given) =>
        sys.event_wait(given, SOURCE.RECEIVED, SEEN_NOW, FOREVER, BUFFERS),
      );
      return {
        poor,
        deliver: function* () {
          expectStatus(yield* post(pool, scratch(scene), 1), 'OK');
        },
      };
    },
  ],
  [
    'a packet',
    function* (scene) {
      const pool = yield* makePool(scene);
      const poor = yield* Poor.waits(scene, pool, BLOCKED_ON.POOL, (given) =>
        sys.pool_take(given, FOREVER, BUFFERS, 0, 0),
      );
      return {
        poor,
        deliver: function* (arrives = false) {
          expectStatus(yield* post(pool, scratch(scene), 1), 'OK');
          // It is still there for who has memory.
          expectStatus((yield* sys.pool_take(pool, 0, scratch(scene), 0, 0)).status, arrives ? 'TIMED_OUT' : 'OK');
        },
      };
    },
  ],
  [
    'a message',
    function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const poor = yield* Poor.waits(scene, second, BLOCKED_ON.RECEIVE, receive);
      return {
        poor,
        deliver: function* (arrives = false) {
          // Nobody else receives: for the sender there was no receiver.
          expectStatus(yield* desk(scene).send(first, 'x', [], 0), arrives ? 'OK' : 'TIMED_OUT');
        },
      };
    },
  ],
];

/** What a listener heard: states, and what is wanted. */
function* heard(listener: Listener): CallScript<(readonly [number, number])[]> {
  return (yield* listener.heard()).map(({ state, wanted }) => [state, wanted] as const);
}

describe('a delivery to a thread that waits', () => {
  it.each(DELIVERIES)(
    '38: %s whose page is gone: its allocator is short, and who listens hears of it',
    (_what, make) => {
      expectSuccess(function* (scene) {
        const { poor, deliver } = yield* make(scene);
        const listener = yield* Listener.make(scene, poor.allocator);
        const other = yield* Listener.make(scene, poor.allocator);
        const sender = yield* Listener.make(scene, scene.allocator);
        yield* poor.losePage();
        yield* poor.loseQuota();
        yield* deliver();
        expectStatus(poor.status ?? 0, 'NO_MEMORY');
        const told = [[MEMORY_STATE.OOM, PAGE_BYTES]];
        expect(yield* heard(listener)).toEqual(told);
        expect(yield* heard(other)).toEqual(told);
        expect(yield* sender.heard()).toEqual([]);
        yield* poor.getQuota(2);
        yield* listener.answer(VERDICT.RELEASED, 2);
        yield* other.cannot();
        expect(yield* heard(listener)).toEqual([[MEMORY_STATE.NORMAL, 0]]);
      });
    },
  );

  it.each(DELIVERIES)(
    '%s whose page is gone, and can be had again, is delivered, and nobody is told',
    (_what, make) => {
      expectSuccess(function* (scene) {
        const { poor, deliver } = yield* make(scene);
        const listener = yield* Listener.make(scene, poor.allocator);
        yield* poor.losePage();
        yield* deliver(true);
        expectStatus(poor.status ?? 1, 'OK');
        expect(yield* listener.heard()).toEqual([]);
      });
    },
  );

  it('38: a message whose handle does not fit makes the allocator of the receiver short, by the price of a handle', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      const poor = yield* Poor.waits(scene, second, BLOCKED_ON.RECEIVE, receive);
      const listener = yield* Listener.make(scene, poor.allocator);
      yield* poor.loseQuota();
      expectStatus(yield* desk(scene).send(first, 'x', [moved(vmo)], 0), 'TIMED_OUT');
      expectStatus(poor.status ?? 0, 'NO_MEMORY');
      expect(yield* heard(listener)).toEqual([[MEMORY_STATE.OOM, HANDLE_BYTES]]);
    });
  });

  it('the telling of a shortage to a thread without memory adds to that shortage, and ends', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 1);
      const poor = yield* Poor.waits(scene, allocator, BLOCKED_ON.EVENT, (given) =>
        sys.event_wait(given, SOURCE.MEMORY, SEEN_NOW, FOREVER, BUFFERS),
      );
      const listener = yield* Listener.make(scene, poor.allocator);
      yield* poor.losePage();
      yield* poor.loseQuota();
      // The poor one is the only listener of this allocator, and cannot hear it.
      expectStatus((yield* sys.allocator_create(allocator, 9 * PAGE_BYTES)).status, 'NO_MEMORY');
      expectStatus(poor.status ?? 0, 'NO_MEMORY');
      expect(yield* heard(listener)).toEqual([[MEMORY_STATE.OOM, PAGE_BYTES]]);
      const { state } = yield* allocatorFields(allocator, scratch(scene));
      expect(state).toBe(MEMORY_STATE.OOM);
    });
  });

  it('where it is frames that are missing, and not quota, no allocator is short', () => {
    expectSuccess(
      function* (scene) {
        const pool = yield* makePool(scene);
        const poor = yield* Poor.waits(scene, pool, BLOCKED_ON.EVENT, (given) =>
          sys.event_wait(given, SOURCE.RECEIVED, SEEN_NOW, FOREVER, BUFFERS),
        );
        const listener = yield* Listener.make(scene, poor.allocator);
        yield* store(scratch(scene), Uint8Array.of(0));
        yield* poor.losePage();
        const { kernel } = scene.system;
        kernel.shrinkers.length = 0;
        while (takeFrame(kernel, FRAME_USE.JOURNAL, -1, 0, 0) >= 0);
        expectStatus(yield* post(pool, scratch(scene), 1), 'OK');
        expectStatus(poor.status ?? 0, 'NO_MEMORY');
        const { state } = kernel.state.allocators;
        expect(Array.from(state).every((one) => one === MEMORY_STATE.NORMAL)).toBe(true);
        yield* sys.handle_close(listener.pool);
      },
      { memoryBytes: 1 << 20, overcommit: 1 << 20 },
    );
  });
});
