/** Pools: their room, their order, who takes from them, and pools that listen to pools. */
import { describe, expect, it } from 'vitest';
import { COST } from '../../kernel/limits.js';
import { EVENT, LISTEN, POOL_KIND, PROTECTION, SEEN_NOW, SOURCE } from '../../syscalls/calls.js';
import { FOREVER, LIMITS, PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../userland/script/script.js';
import { createThread, expectStatus, expectSuccess, type Scene, spawn } from './booted.js';
import { allocatorFields, handleFields } from './information.js';
import { Bell, expectFlags, listen, makePool, packetAt, post, scratch, take, takeAll, takeWaiting } from './packets.js';
import { recordsOfType } from './records.js';

const { PERSISTENT } = LISTEN;

function* used(scene: Scene, allocator = scene.allocator): CallScript<number> {
  return (yield* allocatorFields(allocator, scratch(scene, 250))).used;
}

/** A thread above the test's priority that takes packets for ever, and the keys that it got. */
function* taker(scene: Scene, pool: number, page: number, got: string[], deadline = FOREVER): CallScript<number> {
  return yield* spawn(
    scene,
    `taker ${page}`,
    function* () {
      const { status } = yield* sys.pool_take(pool, deadline, scratch(scene, page), 0, 0);
      got.push(status === 0 ? `${page}:${(yield* packetAt(scratch(scene, page))).key}` : `${page}: none`);
    },
    20,
  );
}

describe('a pool', () => {
  it('is one FIFO of what was posted and what was delivered', () => {
    expectSuccess(function* (scene) {
      const [one, two] = [yield* Bell.make(scene, 200), yield* Bell.make(scene, 201)];
      const pool = yield* makePool(scene, 8);
      yield* one.listen(pool, 1, PERSISTENT | (3 << 8));
      yield* two.listen(pool, 2, PERSISTENT | (2 << 8));
      yield* two.ring();
      yield* post(pool, scratch(scene), 3);
      yield* one.ring();
      yield* two.ring();
      yield* post(pool, scratch(scene), 4);
      yield* one.ring();
      const packets = yield* takeAll(pool, scratch(scene));
      expect(packets.map(({ key }) => key)).toEqual([2, 3, 1, 2, 4, 1]);
      const seqs = packets.map(({ firstSeq }) => firstSeq);
      expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    });
  });

  it('gets from a program: key, status and data; the rest the kernel says', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const { koid } = yield* handleFields(scene.process, scratch(scene));
      yield* store(scratch(scene), new Uint8Array(Int32Array.from({ length: 16 }, (_, i) => i + 1).buffer));
      expectStatus((yield* sys.pool_post(pool, scratch(scene))).status, 'OK');
      const packet = yield* take(pool, scratch(scene, 1));
      expect(packet).toMatchObject({
        key: 1 + 2 * 2 ** 32,
        source: koid,
        type: EVENT.POSTED,
        flags: 0,
        status: 6,
        count: 1,
      });
      expect(packet.data).toEqual([12, 13, 14, 15, 16]);
      expect(packet.firstSeq).toBe(packet.lastSeq);
    });
  });

  it('that is fixed holds its capacity rounded up to a power of two, and not one packet more', () => {
    expectSuccess(function* (scene) {
      for (const [capacity, room] of [
        [1, 1],
        [2, 2],
        [3, 4],
        [5, 8],
        [64, 64],
        [65, 128],
      ]) {
        const pool = yield* makePool(scene, capacity);
        for (let i = 0; i < room; i++) expectStatus(yield* post(pool, scratch(scene), i), 'OK');
        expectStatus(yield* post(pool, scratch(scene), room), 'SHOULD_WAIT');
        const packets = yield* takeAll(pool, scratch(scene));
        expect(packets.map(({ key }) => key)).toEqual(Array.from({ length: room }, (_, i) => i));
      }
    });
  });

  it('goes round its memory as often as it likes', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene, 4);
      for (let i = 0; i < 40; i++) {
        expectStatus(yield* post(pool, scratch(scene), i), 'OK');
        if (i >= 2) expect((yield* take(pool, scratch(scene))).key).toBe(i - 2);
      }
    });
  });

  it('5: that is fixed is charged in full when it is made, and never again; what it was charged comes back', () => {
    expectSuccess(function* (scene) {
      yield* used(scene);
      const { child } = yield* sys.allocator_create(scene.allocator, 64 * PAGE_BYTES);
      const { pool } = yield* sys.pool_create(child, POOL_KIND.FIXED, 200, 0);
      const before = yield* used(scene, child);
      // The header's page, four of packets.
      expect(before).toBeGreaterThanOrEqual(5 * PAGE_BYTES);
      expect(before).toBeLessThan(5 * PAGE_BYTES + 512);
      for (let i = 0; i < 200; i++) yield* post(pool, scratch(scene), i);
      expect(yield* used(scene, child)).toBe(before);
      yield* takeAll(pool, scratch(scene));
      expect(yield* used(scene, child)).toBe(before);
      yield* sys.handle_close(pool);
      expect(yield* used(scene, child)).toBe(0);
    });
  });

  it('that is variable has frames for what it holds and has promised, wherever in a page that begins, and no more', () => {
    expectSuccess(
      function* (scene) {
        const { child } = yield* sys.allocator_create(scene.allocator, 64 * PAGE_BYTES);
        const { pool } = yield* sys.pool_create(child, POOL_KIND.VARIABLE, 4 * PAGE_BYTES, 0);
        const empty = yield* used(scene, child);
        expect(empty).toBeLessThan(PAGE_BYTES);
        const pages = function* (): CallScript<number> {
          return ((yield* used(scene, child)) - empty) / PAGE_BYTES;
        };
        const needed = (units: number): number => (units === 0 ? 0 : Math.min(4, Math.ceil((units - 1) / 64) + 1));
        for (let i = 1; i <= 256; i++) {
          expectStatus(yield* post(pool, scratch(scene), i), 'OK');
          expect(yield* pages()).toBe(needed(i));
        }
        expectStatus(yield* post(pool, scratch(scene), 257), 'SHOULD_WAIT');
        for (let i = 1; i <= 256; i++) {
          expect((yield* take(pool, scratch(scene))).key).toBe(i);
          expect(yield* pages()).toBe(needed(256 - i));
        }
        const registration = yield* listen(scene.process, SOURCE.LIFECYCLE, pool, 0, 3 << 8);
        expect(yield* used(scene, child)).toBe(empty + needed(3) * PAGE_BYTES + COST.registration);
        yield* sys.event_cancel(pool, registration);
        expect(yield* used(scene, child)).toBe(empty);
      },
      { checked: false },
    );
  });

  it('that is variable refuses what its allocator cannot pay for: a post, and a registration', () => {
    expectSuccess(
      function* (scene) {
        const { child } = yield* sys.allocator_create(scene.allocator, 4 * PAGE_BYTES);
        const { pool } = yield* sys.pool_create(child, POOL_KIND.VARIABLE, 8 * PAGE_BYTES, 0);
        let posted = 0;
        while ((yield* post(pool, scratch(scene), posted)) === 0) posted++;
        expect(posted).toBe(129); // three pages, wherever in the first they begin
        expectStatus((yield* sys.event_listen(scene.process, SOURCE.LIFECYCLE, pool, 0, 0)).status, 'NO_MEMORY');
        yield* takeAll(pool, scratch(scene));
        yield* listen(scene.process, SOURCE.LIFECYCLE, pool, 0, 0);
        expectStatus(yield* post(pool, scratch(scene), 0), 'OK');
      },
      { checked: false },
    );
  });

  it('that nobody names any more goes with its registrations, its packets and its charge', () => {
    expectSuccess(function* (scene) {
      yield* used(scene);
      const bell = yield* Bell.make(scene);
      yield* bell.ring();
      const before = yield* used(scene);
      const pool = yield* makePool(scene, 8);
      for (let key = 0; key < 3; key++) yield* bell.listen(pool, key, PERSISTENT | (2 << 8));
      yield* bell.ring(5);
      yield* post(pool, scratch(scene, 250), 9);
      yield* sys.handle_close(pool);
      expect(yield* used(scene)).toBe(before);
      expect(scene.system.state.packets.live).toBe(0);
      yield* bell.ring(); // and nobody listens
      const [fired] = recordsOfType(scene.system, 'source_fired').slice(-1);
      expect(recordsOfType(scene.system, 'packet_delivered').at(-1)?.seq).toBeLessThan(fired.seq);
    });
  });

  it('stays while a handle names it, whichever process made it', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const { copy } = yield* sys.handle_duplicate(pool, 0x8000_0000);
      yield* post(pool, scratch(scene), 5);
      yield* sys.handle_close(pool);
      expect((yield* take(copy, scratch(scene))).key).toBe(5);
    });
  });
});

describe('threads that take', () => {
  it('are served in the order in which they began to wait; a packet goes straight to the first', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene, 1);
      const got: string[] = [];
      for (const page of [1, 2, 3]) yield* taker(scene, pool, page, got);
      // The pool has room for one packet: were it kept, the second would find it full.
      for (const key of [7, 8, 9]) expectStatus(yield* post(pool, scratch(scene), key), 'OK');
      expect(got).toEqual(['1:7', '2:8', '3:9']);
    });
  });

  it('get deliveries of registrations straight, too, and the slot is free at once', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene, 1);
      yield* bell.listen(pool, 4, PERSISTENT);
      const got: string[] = [];
      for (const page of [1, 2]) yield* taker(scene, pool, page, got);
      yield* bell.ring(2);
      expect(got).toEqual(['1:4', '2:4']);
      expectStatus((yield* sys.pool_take(pool, 0, scratch(scene), 0, 0)).status, 'TIMED_OUT');
    });
  });

  it('whose buffer is gone by then end with INVALID_ARGS, and the packet goes to the next', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      const protection = PROTECTION.READ | PROTECTION.WRITE;
      const { addr } = yield* sys.vmar_map(scene.vmar, vmo, 0, PAGE_BYTES, protection, 0);
      const statuses: number[] = [];
      yield* spawn(
        scene,
        'first',
        function* () {
          statuses.push((yield* sys.pool_take(pool, FOREVER, addr, 0, 0)).status);
        },
        20,
      );
      const got: string[] = [];
      yield* taker(scene, pool, 1, got);
      yield* sys.vmar_unmap(scene.vmar, addr, PAGE_BYTES);
      yield* post(pool, scratch(scene), 6);
      expectStatus(statuses[0], 'INVALID_ARGS');
      expect(got).toEqual(['1:6']);
    });
  });

  it('end with CANCELED when the pool goes away', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const statuses: number[] = [];
      yield* spawn(
        scene,
        'taker',
        function* () {
          statuses.push((yield* sys.pool_take(pool, FOREVER, scratch(scene, 1), 0, 0)).status);
        },
        20,
      );
      yield* sys.handle_close(pool);
      expectStatus(statuses[0], 'CANCELED');
    });
  });
});

describe('pool received', () => {
  const generationOf = function* (scene: Scene, pool: number): CallScript<number> {
    const { status, generation } = yield* sys.event_wait(pool, SOURCE.RECEIVED, 0, 0, scratch(scene, 251));
    if (status !== 0) expectStatus(status, 'TIMED_OUT');
    return status === 0 ? generation : 0;
  };

  it('comes when an empty pool has a packet, and not again before it was empty', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      expect(yield* generationOf(scene, pool)).toBe(0);
      for (let i = 0; i < 3; i++) yield* post(pool, scratch(scene), i);
      expect(yield* generationOf(scene, pool)).toBe(1);
      yield* take(pool, scratch(scene));
      yield* post(pool, scratch(scene), 3);
      expect(yield* generationOf(scene, pool)).toBe(1);
      yield* takeAll(pool, scratch(scene));
      yield* post(pool, scratch(scene), 4);
      expect(yield* generationOf(scene, pool)).toBe(2);
    });
  });

  it('does not come for a packet that went straight to a thread', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const got: string[] = [];
      yield* taker(scene, pool, 1, got);
      yield* post(pool, scratch(scene), 5);
      expect(got).toEqual(['1:5']);
      expect(yield* generationOf(scene, pool)).toBe(0);
    });
  });

  it('answers a wait at once while the pool holds packets, whatever was seen', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      yield* post(pool, scratch(scene), 5);
      for (const seen of [0, 1, SEEN_NOW])
        expectStatus((yield* sys.event_wait(pool, SOURCE.RECEIVED, seen, FOREVER, scratch(scene))).status, 'OK');
    });
  });
});

describe('pools of pools', () => {
  it('tell each other in one step, each once', () => {
    const { system } = expectSuccess(function* (scene) {
      const pools: number[] = [];
      for (let i = 0; i < LIMITS.poolDepth; i++) pools.push(yield* makePool(scene));
      for (let i = 1; i < pools.length; i++) yield* listen(pools[i - 1], SOURCE.RECEIVED, pools[i], i, PERSISTENT);
      const got: number[] = [];
      yield* spawn(
        scene,
        'last',
        function* () {
          got.push((yield* takeWaiting(pools[LIMITS.poolDepth - 1], scratch(scene, 1))).key);
        },
        20,
      );
      yield* post(pools[0], scratch(scene), 9);
      expect(got).toEqual([LIMITS.poolDepth - 1]);
      for (let i = 1; i < pools.length - 1; i++) {
        const packet = yield* take(pools[i], scratch(scene));
        expect([packet.key, packet.type, packet.data[0]]).toEqual([i, EVENT.RECEIVED, 1]);
        expectFlags(packet, 'MORE');
      }
    });
    // What comes after these is told by the end of the process, which closes the pools.
    const told = recordsOfType(system, 'packet_delivered').slice(0, LIMITS.poolDepth - 1);
    expect(new Set(told.map(({ seq }) => seq)).size).toBe(1);
  });

  it('may stand four in a row and no more, from whichever end the row grows', () => {
    expectSuccess(function* (scene) {
      const pools: number[] = [];
      for (let i = 0; i < 5; i++) pools.push(yield* makePool(scene));
      const hears = function* (listener: number, told: number): CallScript<number> {
        return (yield* sys.event_listen(pools[told], SOURCE.RECEIVED, pools[listener], 0, 0)).status;
      };
      // 1 hears 0, 3 hears 2: joined they are four in a row.
      expectStatus(yield* hears(1, 0), 'OK');
      expectStatus(yield* hears(3, 2), 'OK');
      expectStatus(yield* hears(2, 1), 'OK');
      expectStatus(yield* hears(4, 3), 'LOOP');
      expectStatus(yield* hears(0, 4), 'LOOP');
      // Beside the row there is room.
      expectStatus(yield* hears(4, 2), 'OK');
    });
  });

  it('may not tell themselves, over however many others', () => {
    expectSuccess(function* (scene) {
      const pools: number[] = [];
      for (let i = 0; i < 3; i++) pools.push(yield* makePool(scene));
      const hears = function* (listener: number, told: number): CallScript<number> {
        return (yield* sys.event_listen(pools[told], SOURCE.RECEIVED, pools[listener], 0, PERSISTENT)).status;
      };
      expectStatus(yield* hears(0, 0), 'LOOP');
      expectStatus(yield* hears(1, 0), 'OK');
      expectStatus(yield* hears(0, 1), 'LOOP');
      expectStatus(yield* hears(2, 1), 'OK');
      expectStatus(yield* hears(0, 2), 'LOOP');
    });
  });

  it('can be joined anew when what joined them has ended', () => {
    expectSuccess(function* (scene) {
      const [a, b] = [yield* makePool(scene), yield* makePool(scene)];
      const registration = yield* listen(a, SOURCE.RECEIVED, b, 0, PERSISTENT);
      expectStatus((yield* sys.event_listen(b, SOURCE.RECEIVED, a, 0, 0)).status, 'LOOP');
      yield* sys.event_cancel(b, registration);
      yield* listen(b, SOURCE.RECEIVED, a);
      // One-shot, and over: its packet still lies in a.
      yield* post(b, scratch(scene), 1);
      yield* listen(a, SOURCE.RECEIVED, b);
    });
  });

  it('hear of the end of one that they listened to', () => {
    expectSuccess(function* (scene) {
      const [a, b] = [yield* makePool(scene), yield* makePool(scene)];
      yield* listen(a, SOURCE.RECEIVED, b, 3, PERSISTENT);
      const thread = yield* createThread(scene, 'other');
      yield* listen(thread, SOURCE.LIFECYCLE, b, 4);
      yield* sys.handle_close(a);
      yield* sys.task_kill(thread);
      const packets = yield* takeAll(b, scratch(scene));
      expect(packets.map(({ key }) => key)).toEqual([3, 4]);
      expectFlags(packets[0], 'ERROR|LAST');
      expectFlags(packets[1], '');
    });
  });
});
