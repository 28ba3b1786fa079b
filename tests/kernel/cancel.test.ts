/** Cancel, time and death: how registrations and waits end otherwise than by an event. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LISTEN, SEEN_NOW, SOURCE } from '../../syscalls/calls.js';
import { FOREVER } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../userland/script/script.js';
import { createThread, expectStatus, expectSuccess, type Scene, spawn } from './booted.js';
import { makeProcess } from './compiled.js';
import { Bell, listen, makePool, packetAt, post, scratch, take, takeAll } from './packets.js';

const { PERSISTENT } = LISTEN;

/** A thread above the test's priority that takes one packet; what it got, or the status. */
function* taker(scene: Scene, pool: number, page: number, got: string[], deadline = FOREVER): CallScript<number> {
  return yield* spawn(
    scene,
    `taker ${page}`,
    function* () {
      const { status } = yield* sys.pool_take(pool, deadline, scratch(scene, page), 0, 0);
      got.push(`${page}:${status === 0 ? (yield* packetAt(scratch(scene, page))).key : 'none'}`);
    },
    20,
  );
}

describe('event_cancel', () => {
  it('of a registration that listens: OK, and nothing of it comes any more', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene);
      const registration = yield* bell.listen(pool, 1, PERSISTENT);
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'OK');
      yield* bell.ring(3);
      expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'NOT_FOUND');
    });
  });

  it('removes packets that nobody took, wherever they stand; the order of the rest is as it was', () => {
    expectSuccess(function* (scene) {
      const [one, two] = [yield* Bell.make(scene, 200), yield* Bell.make(scene, 201)];
      const pool = yield* makePool(scene, 8);
      const registration = yield* one.listen(pool, 1, PERSISTENT | (3 << 8));
      yield* two.listen(pool, 2, PERSISTENT | (3 << 8));
      for (const bell of [one, two, one, two, two, one]) yield* bell.ring();
      yield* post(pool, scratch(scene), 3);
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'OK');
      expect((yield* takeAll(pool, scratch(scene))).map(({ key }) => key)).toEqual([2, 2, 2, 3]);
    });
  });

  it('empties a pool that held nothing else: its slots are free, and a wait for RECEIVED waits', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene, 2);
      const registration = yield* bell.listen(pool, 1, PERSISTENT | (2 << 8));
      yield* bell.ring(2);
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'OK');
      expectStatus((yield* sys.event_wait(pool, SOURCE.RECEIVED, SEEN_NOW, 0, scratch(scene))).status, 'TIMED_OUT');
      for (let i = 0; i < 2; i++) expectStatus(yield* post(pool, scratch(scene), i), 'OK');
    });
  });

  it('of one that has ended, but whose packet was not taken: OK, and the packet is gone', () => {
    expectSuccess(function* (scene) {
      const thread = yield* createThread(scene, 'other');
      const pool = yield* makePool(scene);
      const registration = yield* listen(thread, SOURCE.LIFECYCLE, pool, 1);
      yield* sys.task_kill(thread);
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'OK');
      expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
    });
  });

  it('15: of one whose packet went to a thread: NOT_FOUND, and the thread has it', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene);
      const got: string[] = [];
      const registration = yield* bell.listen(pool, 5);
      yield* taker(scene, pool, 1, got);
      yield* bell.ring();
      expect(got).toEqual(['1:5']);
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'NOT_FOUND');
    });
  });

  it('knows a registration by the pool that listens and no other', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const [pool, other] = [yield* makePool(scene), yield* makePool(scene)];
      const registration = yield* bell.listen(pool, 5);
      expectStatus((yield* sys.event_cancel(other, registration)).status, 'NOT_FOUND');
      yield* bell.ring();
      expect((yield* take(pool, scratch(scene))).key).toBe(5);
    });
  });

  it('leaves a mapped pool in order: program and kernel agree on the head, whoever passed over what was removed', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene, 8);
      const { addr } = yield* sys.pool_map(pool, scene.vmar);
      const word = function* (at: number): CallScript<number> {
        const bytes = yield* load(at, 4);
        return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
      };
      const heads = function* (): CallScript<readonly [program: number, kernel: number]> {
        return [yield* word(addr), scene.system.state.pools.head[1]];
      };
      // At the head: the kernel passes over it at once.
      const first = yield* bell.listen(pool, 1, PERSISTENT);
      yield* bell.ring();
      yield* sys.event_cancel(pool, first);
      expect(yield* heads()).toEqual([1, 1]);
      // Behind a packet that the program takes itself.
      yield* post(pool, scratch(scene), 2);
      const second = yield* bell.listen(pool, 3, PERSISTENT);
      yield* bell.ring();
      yield* post(pool, scratch(scene), 4);
      yield* sys.event_cancel(pool, second);
      expect(yield* word(addr + 4096 + 2 * 64 + 40)).toBe(0); // it counts no events
      yield* store(addr, Uint8Array.of(2, 0, 0, 0));
      expect((yield* take(pool, scratch(scene))).key).toBe(4);
      expect(yield* heads()).toEqual([4, 4]);
    });
  });

  it('numbers are not given again', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene, 1);
      const seen = new Set<number>();
      for (let i = 0; i < 20; i++) {
        const registration = yield* bell.listen(pool);
        seen.add(registration);
        yield* sys.event_cancel(pool, registration);
      }
      expect(seen.size).toBe(20);
    });
  });

  it('15: is either OK and no packet remains, or NOT_FOUND and it was taken, whoever comes first', () => {
    const moves = fc.array(fc.constantFrom('ring', 'take', 'taker', 'cancel', 'listen'), { maxLength: 25 });
    fc.assert(
      fc.property(moves, (sequence) => {
        expectSuccess(function* (scene) {
          const bell = yield* Bell.make(scene);
          const pool = yield* makePool(scene, 8);
          const got: string[] = [];
          const taken: number[] = [];
          const canceled: number[] = [];
          const made: number[] = [];
          let page = 0;
          for (const move of sequence) {
            if (move === 'ring') yield* bell.ring();
            else if (move === 'taker' && page < 100) yield* taker(scene, pool, ++page, got);
            else if (move === 'take') {
              if ((yield* sys.pool_take(pool, 0, scratch(scene), 0, 0)).status === 0)
                taken.push((yield* packetAt(scratch(scene))).key);
            } else if (move === 'cancel') {
              const key = made.length - 1;
              if (key < 0) continue;
              const { status } = yield* sys.event_cancel(pool, made[key]);
              if (status === 0) canceled.push(key);
              else expectStatus(status, 'NOT_FOUND');
              made[key] = 0;
            } else if (made.length < 8) made.push(yield* bell.listen(pool, made.length));
          }
          yield* bell.ring();
          taken.push(...(yield* takeAll(pool, scratch(scene))).map(({ key }) => key));
          taken.push(...got.map((text) => Number(text.split(':')[1])));
          // Each was one-shot: taken once or cancelled once.
          expect([...taken, ...canceled].sort()).toEqual([...made.keys()]);
          // Those who still wait for a packet end with the pool.
          yield* sys.handle_close(pool);
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe('deadlines', () => {
  it('17: that have passed poll', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene);
      for (const deadline of [0, -1, scene.system.time]) {
        const steps = scene.system.steps;
        expectStatus((yield* bell.wait(scratch(scene), deadline)).status, 'TIMED_OUT');
        expectStatus((yield* sys.pool_take(pool, deadline, scratch(scene), 0, 0)).status, 'TIMED_OUT');
        expect(scene.system.steps - steps).toBe(2);
      }
      yield* bell.ring();
      expectStatus((yield* bell.wait(scratch(scene), 0)).status, 'OK');
    });
  });

  it('16: remove the waiter from its queue: the next packet goes to the next', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const got: string[] = [];
      yield* taker(scene, pool, 1, got, scene.system.time + 400);
      yield* taker(scene, pool, 2, got);
      yield* taker(scene, pool, 3, got);
      yield* sys.thread_sleep(scene.system.time + 500);
      expect(got).toEqual(['1:none']);
      for (const key of [7, 8]) yield* post(pool, scratch(scene), key);
      expect(got).toEqual(['1:none', '2:7', '3:8']);
    });
  });

  it('end waits in their own order, not in that of the queue', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const order: number[] = [];
      const begin = scene.system.time + 1000;
      for (const [page, later] of [300, 100, 200, 100].entries()) {
        yield* spawn(
          scene,
          `waiter ${page}`,
          function* () {
            expectStatus((yield* bell.wait(scratch(scene, page + 1), begin + later)).status, 'TIMED_OUT');
            order.push(page);
          },
          20,
        );
      }
      yield* sys.thread_sleep(begin + 1000);
      expect(order).toEqual([1, 3, 2, 0]);
    });
  });

  it('an event and an expiry never both happen to a wait, at whatever moment they meet', () => {
    const outcomes = new Set<string>();
    for (let by = 0; by < 30; by++) {
      expectSuccess(function* (scene) {
        const pool = yield* makePool(scene);
        const got: string[] = [];
        const deadline = scene.system.time + 60;
        yield* taker(scene, pool, 1, got, deadline);
        while (scene.system.time < deadline - 20) yield* sys.clock_get(0);
        for (let i = 0; i < by; i++) yield* sys.clock_get(0);
        expectStatus(yield* post(pool, scratch(scene), 7), 'OK');
        yield* sys.thread_sleep(deadline + 100);
        const left = yield* takeAll(pool, scratch(scene));
        outcomes.add(`${got} and ${left.length} left`);
        expect(['1:7 and 0 left', '1:none and 1 left']).toContain(`${got} and ${left.length} left`);
      });
    }
    expect(outcomes.size).toBe(2);
  });
});

describe('death', () => {
  it('18: of a thread that waits loses nothing, and reorders nobody', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const got: string[] = [];
      const takers: number[] = [];
      for (const page of [1, 2, 3, 4, 5]) takers.push(yield* taker(scene, pool, page, got));
      // The first, one in the middle, the last.
      for (const index of [2, 0, 4]) yield* sys.task_kill(takers[index]);
      for (const key of [7, 8, 9]) yield* post(pool, scratch(scene), key);
      expect(got).toEqual(['2:7', '4:8']);
      expect((yield* take(pool, scratch(scene))).key).toBe(9);
    });
  });

  it('of a process takes its threads out of every list, and its pools with their registrations', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const made = yield* makeProcess(scene, scene.allocator, 20);
      // It has no memory that it could name, and so can only sleep: it is killed with what it holds.
      const entry = scene.system.enter(() => sys.thread_sleep(FOREVER));
      expectStatus((yield* sys.process_start(made.process, made.thread, entry, 0, 0)).status, 'OK');
      const pool = yield* makePool(scene);
      const registration = yield* listen(made.process, SOURCE.LIFECYCLE, pool, 3, PERSISTENT);
      yield* sys.task_kill(made.process);
      const packet = yield* take(pool, scratch(scene));
      expect(packet.key).toBe(3);
      // The process is still named: its source goes with it, and says so.
      for (const handle of [made.thread, made.vmar, made.process]) yield* sys.handle_close(handle);
      expectStatus((yield* take(pool, scratch(scene))).status, 'CANCELED');
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'NOT_FOUND');
      yield* bell.ring();
    });
  });

  it('of a listening pool takes its registrations away; others hear as before', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const [first, dying, last] = [yield* makePool(scene), yield* makePool(scene), yield* makePool(scene)];
      for (const pool of [first, dying, last]) yield* bell.listen(pool, 1, PERSISTENT);
      yield* sys.handle_close(dying);
      yield* bell.ring();
      for (const pool of [first, last]) expect((yield* take(pool, scratch(scene))).count).toBe(1);
    });
  });
});
