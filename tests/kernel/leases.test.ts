/** Memory and addresses that are lent until the reply: pools, regions, and who tries to keep them longer. */
import { describe, expect, it } from 'vitest';
import { MAP_OPTIONS } from '../../syscalls/calls.js';
import { FOREVER, PAGE_BYTES } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from './booted.js';
import { spawnCaller } from './callers.js';
import { makeProcess } from './compiled.js';
import { desk, lent, makeChannel } from './messages.js';
import { makePool, post, scratch, take } from './packets.js';

const READ_WRITE = MAP_OPTIONS.READ | MAP_OPTIONS.WRITE;
const FIXED = READ_WRITE | MAP_OPTIONS.FIXED;
const SOMEWHERE = 0x2000_0000;
/** A fixed pool of a few packets: the header and a page of packets. */
const POOL_PAGES = 2;

interface Borrowed {
  /** The handles that the borrower got, in the order in which they were lent. */
  readonly handles: readonly number[];
  readonly reply: number;
  /** The thread that waits for the reply. */
  readonly caller: number;
}

/** A call that lends handles, received by the borrower; each has a desk of its own. */
function* borrow(scene: Scene, page: number, ...handles: readonly number[]): CallScript<Borrowed> {
  const { first, second } = yield* makeChannel(scene);
  const { thread } = yield* spawnCaller(scene, page, first, 'x', handles.map(lent), { deadline: FOREVER });
  const letter = yield* desk(scene, page + 1).receive(second);
  expectStatus(letter.status, 'OK');
  return { handles: letter.handles, reply: letter.reply, caller: thread };
}

function* answer(scene: Scene, { reply }: Borrowed): CallScript<void> {
  expectStatus(yield* desk(scene).reply(reply, 'y'), 'OK');
  yield* sys.thread_yield();
}

/** Nothing is mapped at an address of a region, and nothing was. */
function* expectUnmapped(vmar: number, address: number, pages: number): CallScript<void> {
  expectStatus((yield* sys.vmar_unmap(vmar, address, pages * PAGE_BYTES)).status, 'NOT_FOUND');
}

function* makeVmo(scene: Scene, pages = 1): CallScript<number> {
  const { status, vmo } = yield* sys.vmo_create(scene.allocator, pages * PAGE_BYTES, 0);
  expectStatus(status, 'OK');
  return vmo;
}

describe('leases of pools', () => {
  it('a pool that was mapped while it was lent is mapped no more with the reply', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const borrowed = yield* borrow(scene, 1, pool);
      const { status, addr } = yield* sys.pool_map(borrowed.handles[0], scene.vmar);
      expectStatus(status, 'OK');
      expectStatus(yield* post(pool, scratch(scene), 7), 'OK');
      expect((yield* load(addr + PAGE_BYTES, 1))[0]).toBe(7);
      yield* answer(scene, borrowed);
      yield* expectUnmapped(scene.vmar, addr, POOL_PAGES);
    });
  });

  it('the one who lent it can map it then, with the packets that are there', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const borrowed = yield* borrow(scene, 1, pool);
      const there = yield* sys.pool_map(borrowed.handles[0], scene.vmar);
      expectStatus((yield* sys.pool_map(pool, scene.vmar)).status, 'ALREADY_BOUND');
      for (const key of [1, 2, 3]) expectStatus(yield* post(pool, scratch(scene), key), 'OK');
      // The borrower takes one, as every reader of a mapped pool does.
      yield* store(there.addr, Uint8Array.of(1, 0, 0, 0));
      yield* answer(scene, borrowed);
      const mine = yield* sys.pool_map(pool, scene.vmar);
      expectStatus(mine.status, 'OK');
      expect((yield* load(mine.addr, 1))[0]).toBe(1);
      expect((yield* take(pool, scratch(scene))).key).toBe(2);
      expect((yield* load(mine.addr, 1))[0]).toBe(2);
    });
  });

  it('a duplicate, the original closed, or another process’s region keep nothing', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const other = yield* makeProcess(scene);
      const borrowed = yield* borrow(scene, 1, pool);
      const { copy } = yield* sys.handle_duplicate(borrowed.handles[0], SAME_RIGHTS);
      yield* sys.handle_close(borrowed.handles[0]);
      const { status, addr } = yield* sys.pool_map(copy, other.vmar);
      expectStatus(status, 'OK');
      yield* answer(scene, borrowed);
      yield* expectUnmapped(other.vmar, addr, POOL_PAGES);
      expectStatus((yield* sys.pool_map(copy, other.vmar)).status, 'BAD_HANDLE');
    });
  });

  it('nonsense that the borrower wrote makes that pool corrupt, and nothing else', () => {
    expectSuccess(function* (scene) {
      const [pool, other] = [yield* makePool(scene), yield* makePool(scene)];
      const borrowed = yield* borrow(scene, 1, pool);
      const { addr } = yield* sys.pool_map(borrowed.handles[0], scene.vmar);
      yield* store(addr, Uint8Array.of(1, 2, 3, 4));
      yield* answer(scene, borrowed);
      expectStatus((yield* sys.pool_map(pool, scene.vmar)).status, 'IO_DATA_INTEGRITY');
      expectStatus(yield* post(pool, scratch(scene), 1), 'IO_DATA_INTEGRITY');
      expectStatus(yield* post(other, scratch(scene), 1), 'OK');
    });
  });

  it('a pool that its owner unmapped can be mapped again, and not while a part of it is mapped', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const { addr } = yield* sys.pool_map(pool, scene.vmar);
      expectStatus(yield* post(pool, scratch(scene), 5), 'OK');
      expectStatus((yield* sys.vmar_unmap(scene.vmar, addr, PAGE_BYTES)).status, 'OK');
      expectStatus((yield* sys.pool_map(pool, scene.vmar)).status, 'ALREADY_BOUND');
      expectStatus((yield* sys.vmar_unmap(scene.vmar, addr + PAGE_BYTES, PAGE_BYTES)).status, 'OK');
      const again = yield* sys.pool_map(pool, scene.vmar);
      expectStatus(again.status, 'OK');
      expect((yield* load(again.addr + PAGE_BYTES, 1))[0]).toBe(5);
    });
  });
});

describe('leases of regions', () => {
  it('what was mapped into a lent region is gone with the reply, whole and in parts; what was there stays', () => {
    expectSuccess(function* (scene) {
      const [mine, theirs] = [yield* makeVmo(scene), yield* makeVmo(scene, 4)];
      const kept = yield* sys.vmar_map(scene.vmar, mine, 0, PAGE_BYTES, READ_WRITE, 0);
      yield* store(kept.addr, Uint8Array.of(42));
      const borrowed = yield* borrow(scene, 1, scene.vmar);
      const [region] = borrowed.handles;
      expectStatus((yield* sys.vmar_map(region, theirs, 0, 4 * PAGE_BYTES, FIXED, SOMEWHERE)).status, 'OK');
      yield* store(SOMEWHERE, Uint8Array.of(1));
      // In the middle: two mappings are left.
      expectStatus((yield* sys.vmar_unmap(scene.vmar, SOMEWHERE + PAGE_BYTES, PAGE_BYTES)).status, 'OK');
      expectStatus((yield* sys.vmar_protect(region, SOMEWHERE + 3 * PAGE_BYTES, PAGE_BYTES, 1)).status, 'OK');
      yield* answer(scene, borrowed);
      for (const page of [0, 2, 3]) yield* expectUnmapped(scene.vmar, SOMEWHERE + page * PAGE_BYTES, 1);
      expect((yield* load(kept.addr, 1))[0]).toBe(42);
      expectStatus((yield* sys.vmar_map(region, theirs, 0, PAGE_BYTES, READ_WRITE, 0)).status, 'BAD_HANDLE');
    });
  });

  it('pools and rings that were mapped into it are gone from there, too', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const { vmar } = yield* makeProcess(scene);
      const borrowed = yield* borrow(scene, 1, vmar);
      const mapped = yield* sys.pool_map(pool, borrowed.handles[0]);
      expectStatus(mapped.status, 'OK');
      const made = yield* sys.ring_create(scene.allocator, 4, pool, borrowed.handles[0]);
      expectStatus(made.status, 'OK');
      yield* answer(scene, borrowed);
      yield* expectUnmapped(vmar, mapped.addr, POOL_PAGES);
      yield* expectUnmapped(vmar, made.addr, 1);
      // The ring is the borrower's: it is there, and in nobody's addresses.
      expectStatus((yield* sys.ring_enter(made.ring, 0, 0, 0)).status, 'OK');
    });
  });

  it('memory that one lent, mapped into a region that another lent, goes with whoever gets an answer first', () => {
    for (const first of [0, 1]) {
      expectSuccess(function* (scene) {
        const vmo = yield* makeVmo(scene);
        const { vmar } = yield* makeProcess(scene);
        const lendings = [yield* borrow(scene, 1, vmo), yield* borrow(scene, 3, vmar)];
        const [memory, region] = lendings.map(({ handles }) => handles[0]);
        expectStatus((yield* sys.vmar_map(region, memory, 0, PAGE_BYTES, FIXED, SOMEWHERE)).status, 'OK');
        yield* answer(scene, lendings[first]);
        yield* expectUnmapped(vmar, SOMEWHERE, 1);
        yield* answer(scene, lendings[1 - first]);
      });
    }
  });

  it('a borrower who fills a region leaves its owner with all of its room and quota', () => {
    expectSuccess(
      function* (scene) {
        const { status, child } = yield* sys.allocator_create(scene.allocator, 1 << 20);
        expectStatus(status, 'OK');
        const { vmar } = yield* makeProcess(scene, child);
        const theirs = yield* makeVmo(scene);
        const { allocators, mappings } = scene.system.state;
        const before = [allocators.charged[1], mappings.live];
        const borrowed = yield* borrow(scene, 1, vmar);
        let made = 0;
        for (;;) {
          const { status } = yield* sys.vmar_map(borrowed.handles[0], theirs, 0, PAGE_BYTES, READ_WRITE, 0);
          if (status !== 0) break;
          made++;
        }
        expect(made).toBeGreaterThan(1000);
        yield* answer(scene, borrowed);
        expect([allocators.charged[1], mappings.live]).toEqual(before);
      },
      { checked: false },
    );
  });

  it('the lending of a caller that is killed ends so, also where its own region was lent', () => {
    expectSuccess(function* (scene) {
      const [pool, vmo] = [yield* makePool(scene), yield* makeVmo(scene)];
      const borrowed = yield* borrow(scene, 1, scene.vmar, pool);
      const [region, lentPool] = borrowed.handles;
      expectStatus((yield* sys.vmar_map(region, vmo, 0, PAGE_BYTES, FIXED, SOMEWHERE)).status, 'OK');
      const { addr } = yield* sys.pool_map(lentPool, region);
      expectStatus((yield* sys.task_kill(borrowed.caller)).status, 'OK');
      yield* expectUnmapped(scene.vmar, SOMEWHERE, 1);
      yield* expectUnmapped(scene.vmar, addr, POOL_PAGES);
    });
  });

  it('a thread that waits to receive where a lent mapping was gets nothing written there', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* makeVmo(scene);
      const borrowed = yield* borrow(scene, 1, vmo);
      expectStatus(
        (yield* sys.vmar_map(scene.vmar, borrowed.handles[0], 0, PAGE_BYTES, FIXED, SOMEWHERE)).status,
        'OK',
      );
      const pool = yield* makePool(scene);
      const statuses: number[] = [];
      yield* spawn(
        scene,
        'keeper',
        function* () {
          statuses.push((yield* sys.pool_take(pool, FOREVER, SOMEWHERE, 0, 0)).status);
        },
        20,
      );
      yield* answer(scene, borrowed);
      expectStatus(yield* post(pool, scratch(scene), 9), 'OK');
      yield* sys.thread_yield();
      expectStatus(statuses[0], 'INVALID_ARGS');
      yield* sys.vmo_read(vmo, 0, scratch(scene), 4);
      expect((yield* load(scratch(scene), 1))[0]).toBe(0);
    });
  });

  it('the region and what is shown are lent by different handles, and each counts the mapping once', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* makeVmo(scene);
      const borrowed = yield* borrow(scene, 1, scene.vmar, vmo);
      const [region, memory] = borrowed.handles;
      expectStatus((yield* sys.vmar_map(region, memory, 0, PAGE_BYTES, FIXED, SOMEWHERE)).status, 'OK');
      const { handles, mappings } = scene.system.state;
      const row = Array.from({ length: mappings.used }, (_, i) => i).find((i) => mappings.lease[i] >= 0) ?? -1;
      const [shown, where] = [mappings.lease[row], mappings.regionLease[row]];
      expect([handles.type[shown], handles.type[where]]).toEqual([OBJECT_TYPE.vmo, OBJECT_TYPE.vmar]);
      expect([handles.value[shown], handles.value[where]]).toEqual([1, 1]);
      yield* answer(scene, borrowed);
      yield* expectUnmapped(scene.vmar, SOMEWHERE, 1);
    });
  });
});
