/** What Zircon's tests of ports assert, told of pools. */
import { describe, expect, it } from 'vitest';
import { LISTEN, SOURCE } from '../../../syscalls/calls.js';
import { FOREVER } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import { createThread, expectStatus, expectSuccess, spawn } from '../../kernel/booted.js';
import { Bell, listen, makePool, packetAt, post, scratch, take, takeAll } from '../../kernel/packets.js';

describe('ports of Zircon, as pools', () => {
  it('a packet of a program comes out as it went in', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      expectStatus(yield* post(pool, scratch(scene), 5, 6, -7), 'OK');
      const packet = yield* take(pool, scratch(scene, 1));
      expect([packet.key, packet.data[0], packet.status]).toEqual([5, 6, -7]);
    });
  });

  it('packets come out in the order in which they went in', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene, 16);
      for (let key = 0; key < 16; key++) yield* post(pool, scratch(scene), key);
      expect((yield* takeAll(pool, scratch(scene))).map(({ key }) => key)).toEqual(
        Array.from({ length: 16 }, (_, i) => i),
      );
    });
  });

  it('a pointer that is none is refused, for what goes in and for what comes out', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      expectStatus((yield* sys.pool_post(pool, 0)).status, 'INVALID_ARGS');
      expectStatus((yield* sys.pool_take(pool, 0, 0, 0, 0)).status, 'INVALID_ARGS');
    });
  });

  it('a wait on an empty one ends at its deadline', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const deadline = scene.system.time + 5000;
      expectStatus((yield* sys.pool_take(pool, deadline, scratch(scene), 0, 0)).status, 'TIMED_OUT');
      expect(scene.system.time).toBeGreaterThanOrEqual(deadline);
    });
  });

  it('there is a bound on what programs put in; taking makes room again', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene, 4);
      for (let key = 0; key < 4; key++) expectStatus(yield* post(pool, scratch(scene), key), 'OK');
      expectStatus(yield* post(pool, scratch(scene), 4), 'SHOULD_WAIT');
      yield* take(pool, scratch(scene));
      expectStatus(yield* post(pool, scratch(scene), 4), 'OK');
    });
  });

  it('several threads that wait get one packet each', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const keys: number[] = [];
      for (let i = 1; i <= 4; i++) {
        yield* spawn(
          scene,
          `waiter ${i}`,
          function* () {
            expectStatus((yield* sys.pool_take(pool, FOREVER, scratch(scene, i), 0, 0)).status, 'OK');
            keys.push((yield* packetAt(scratch(scene, i))).key);
          },
          20,
        );
      }
      for (let key = 0; key < 4; key++) yield* post(pool, scratch(scene), key);
      expect(keys).toEqual([0, 1, 2, 3]);
    });
  });

  it('a listener that asked once hears once; one that asked for all hears all', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene, 8);
      yield* bell.listen(pool, 1);
      yield* bell.listen(pool, 2, LISTEN.PERSISTENT | (3 << 8));
      yield* bell.ring(3);
      expect((yield* takeAll(pool, scratch(scene))).map(({ key }) => key)).toEqual([1, 2, 2, 2]);
    });
  });

  it('one key for several objects: each comes with the object that it is from', () => {
    expectSuccess(function* (scene) {
      const [one, two] = [yield* createThread(scene, 'one'), yield* createThread(scene, 'two')];
      const pool = yield* makePool(scene);
      yield* listen(one, SOURCE.LIFECYCLE, pool, 9);
      yield* listen(two, SOURCE.LIFECYCLE, pool, 9);
      yield* sys.task_kill(two);
      yield* sys.task_kill(one);
      const packets = yield* takeAll(pool, scratch(scene));
      expect(packets.map(({ key }) => key)).toEqual([9, 9]);
      expect(packets[0].source).not.toBe(packets[1].source);
    });
  });

  it('a cancelled wait brings nothing, be it before the event or after it', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene);
      const before = yield* bell.listen(pool, 1);
      expectStatus((yield* sys.event_cancel(pool, before)).status, 'OK');
      yield* bell.ring();
      const after = yield* bell.listen(pool, 2);
      yield* bell.ring();
      expectStatus((yield* sys.event_cancel(pool, after)).status, 'OK');
      expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
    });
  });

  it('cancelling what was never asked for is NOT_FOUND', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      expectStatus((yield* sys.event_cancel(pool, 1234)).status, 'NOT_FOUND');
    });
  });

  it('closing the last handle ends the waits of others', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const statuses: number[] = [];
      yield* spawn(
        scene,
        'waiter',
        function* () {
          statuses.push((yield* sys.pool_take(pool, FOREVER, scratch(scene, 1), 0, 0)).status);
        },
        20,
      );
      yield* sys.handle_close(pool);
      expectStatus(statuses[0], 'CANCELED');
    });
  });

  it('a wait for what is so already is answered at once', () => {
    expectSuccess(function* (scene) {
      const thread = yield* createThread(scene, 'gone');
      yield* sys.task_kill(thread);
      const pool = yield* makePool(scene);
      yield* listen(thread, SOURCE.LIFECYCLE, pool, 3);
      expect((yield* take(pool, scratch(scene))).key).toBe(3);
    });
  });
});
