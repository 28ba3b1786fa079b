/** Broadcasts: what threads and pools hear of them. Sentences are those of kernel/events/README.md. */
import { describe, expect, it } from 'vitest';
import { EVENT, LISTEN, POOL_KIND, PROTECTION, SEEN_NOW, SOURCE } from '../../syscalls/calls.js';
import { EXIT_REASON } from '../../syscalls/layouts.js';
import { FOREVER, PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { createThread, expectStatus, expectSuccess, type Scene, spawn } from './booted.js';
import { makeProcess } from './compiled.js';
import { handleFields } from './information.js';
import { Bell, expectFlags, listen, makePool, type Packet, packetAt, post, scratch, take, takeAll } from './packets.js';
import { recordsOfType } from './records.js';

const { PERSISTENT } = LISTEN;

/** A thread above the test's priority that waits for a bell and says what it was told. */
function* waiter(scene: Scene, bell: Bell, name: string, page: number, told: string[], priority = 20): CallScript {
  yield* spawn(
    scene,
    name,
    function* () {
      expectStatus((yield* bell.wait(scratch(scene, page))).status, 'OK');
      told.push(name);
    },
    priority,
  );
}

describe('a thread that waits for a broadcast', () => {
  it('7: returns at once where the source has moved past what it has seen, and is told how many it missed', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      yield* bell.ring(3);
      const at = scratch(scene);
      for (const [seen, missed] of [
        [0, 3],
        [1, 2],
        [2, 1],
      ]) {
        const { status, generation } = yield* bell.wait(at, 0, seen);
        expectStatus(status, 'OK');
        expect(generation).toBe(3);
        const packet = yield* packetAt(at);
        expect(packet.count).toBe(missed);
        expectFlags(packet, missed > 1 ? 'COALESCED' : '');
      }
      expectStatus((yield* bell.wait(at, 0, 3)).status, 'TIMED_OUT');
    });
  });

  it('asks with NOW for the next event, whatever was before', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      yield* bell.ring(2);
      expectStatus((yield* bell.wait(scratch(scene), 0, SEEN_NOW)).status, 'TIMED_OUT');
      const generations: number[] = [];
      yield* spawn(
        scene,
        'waiter',
        function* () {
          generations.push((yield* bell.wait(scratch(scene, 1), FOREVER, SEEN_NOW)).generation);
        },
        20,
      );
      expect(generations).toEqual([]);
      yield* bell.ring();
      expect(generations).toEqual([3]);
    });
  });

  it('9: waits for the next one where it waits anew at once: it does not hear the same event again', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const generations: number[] = [];
      // Below the test's priority: the bell is silent again when this thread runs.
      yield* spawn(
        scene,
        'waiter',
        function* () {
          for (let i = 0; i < 3; i++)
            generations.push((yield* bell.wait(scratch(scene, 1), FOREVER, SEEN_NOW)).generation);
        },
        10,
      );
      for (let rung = 0; rung <= 3; rung++) {
        yield* sys.thread_sleep(scene.system.time + 1000);
        expect(generations).toEqual([1, 2, 3].slice(0, rung));
        yield* bell.ring();
      }
    });
  });

  it('8: becomes runnable in the same step as all others, in the order in which they began to wait', () => {
    const told: string[] = [];
    const { system } = expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      for (const [page, name] of ['a', 'b', 'c', 'd'].entries()) yield* waiter(scene, bell, name, page + 1, told);
      yield* bell.ring();
    });
    expect(told).toEqual(['a', 'b', 'c', 'd']);
    const woken = recordsOfType(system, 'thread_unblocked');
    expect(woken).toHaveLength(4);
    expect(new Set(woken.map(({ seq }) => seq)).size).toBe(1);
  });

  it('8: is woken in that order whatever its priority; who runs first is another matter', () => {
    const told: string[] = [];
    const { system } = expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      for (const [page, priority] of [18, 25, 21].entries())
        yield* waiter(scene, bell, String(priority), page + 1, told, priority);
      yield* bell.ring();
    });
    const rows = recordsOfType(system, 'thread_unblocked').map(({ fields }) => fields.row);
    expect(rows).toEqual([1, 2, 3]);
    expect(told).toEqual(['25', '21', '18']);
  });

  it('is told of what: the object, the source, the step, the data', () => {
    expectSuccess(function* (scene) {
      const { process, thread } = yield* makeProcess(scene);
      const { koid } = yield* handleFields(process, scratch(scene));
      const packets: Packet[] = [];
      yield* spawn(
        scene,
        'waiter',
        function* () {
          yield* sys.event_wait(process, SOURCE.LIFECYCLE, 0, FOREVER, scratch(scene, 1));
          packets.push(yield* packetAt(scratch(scene, 1)));
        },
        20,
      );
      const entry = scene.system.enter(() => sys.process_exit(7));
      expectStatus((yield* sys.process_start(process, thread, entry, 0, 0)).status, 'OK');
      yield* sys.thread_yield();
      const [packet] = packets;
      expect(packet).toMatchObject({ key: 0, source: koid, type: EVENT.LIFECYCLE, flags: 0, status: 0, count: 1 });
      expect(packet.data).toEqual([EXIT_REASON.EXITED, 7, 0, 0, 0]);
      expect(packet.firstSeq).toBe(packet.lastSeq);
      const fired = recordsOfType(scene.system, 'source_fired').find(({ fields }) => fields.data1 === 7);
      expect(packet.firstSeq).toBe(fired?.seq);
    });
  });

  it('is told at once of a task that has ended already', () => {
    expectSuccess(function* (scene) {
      const thread = yield* createThread(scene, 'new');
      yield* sys.task_kill(thread);
      const at = scratch(scene, 1);
      for (const seen of [0, 1, SEEN_NOW]) {
        expectStatus((yield* sys.event_wait(thread, SOURCE.LIFECYCLE, seen, FOREVER, at)).status, 'OK');
        const packet = yield* packetAt(at);
        expect([packet.count, packet.data[0]]).toEqual([1, EXIT_REASON.KILLED]);
      }
    });
  });

  it('whose buffer is gone by then ends with INVALID_ARGS, and everyone else hears the event all the same', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      const { READ, WRITE } = PROTECTION;
      const { addr } = yield* sys.vmar_map(scene.vmar, vmo, 0, PAGE_BYTES, READ | WRITE, 0);
      const statuses: number[] = [];
      for (const [i, at] of [scratch(scene, 1), addr, scratch(scene, 2)].entries()) {
        yield* spawn(
          scene,
          `waiter ${i}`,
          function* () {
            statuses.push((yield* bell.wait(at)).status);
          },
          20,
        );
      }
      yield* sys.vmar_unmap(scene.vmar, addr, PAGE_BYTES);
      yield* bell.ring();
      expect(statuses[0]).toBe(0);
      expectStatus(statuses[1], 'INVALID_ARGS');
      expect(statuses[2]).toBe(0);
    });
  });
});

describe('a pool that listens to a broadcast', () => {
  it('hears one event where it registered one-shot: the registration is gone before the packet can be seen', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene, 1);
      const registration = yield* bell.listen(pool, 77);
      yield* bell.ring(3);
      const packets = yield* takeAll(pool, scratch(scene));
      expect(packets).toHaveLength(1);
      expect(packets[0]).toMatchObject({ key: 77, type: EVENT.RECEIVED, count: 1 });
      expectFlags(packets[0], '');
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'NOT_FOUND');
      // The only slot is free again.
      yield* bell.listen(pool);
    });
  });

  it('hears every event where it registered persistently, each packet saying that more can come', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene, 1);
      yield* bell.listen(pool, 0, PERSISTENT);
      for (let i = 0; i < 5; i++) {
        yield* bell.ring();
        const packet = yield* take(pool, scratch(scene));
        expectFlags(packet, 'MORE');
        expect(packet.count).toBe(1);
      }
    });
  });

  it('10: gets a last packet when the object goes, without MORE, and nothing follows it', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene, 2);
      yield* bell.listen(pool, 5, PERSISTENT);
      yield* bell.listen(pool, 6);
      yield* sys.handle_close(bell.pool);
      const packets = yield* takeAll(pool, scratch(scene));
      expect(packets.map(({ key }) => key)).toEqual([5, 6]);
      for (const packet of packets) {
        expectFlags(packet, 'ERROR|LAST');
        expectStatus(packet.status, 'CANCELED');
      }
    });
  });

  it('10: gets it too when all slots of the registration are full: the newest packet takes it in', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene, 1);
      yield* bell.listen(pool, 5, PERSISTENT);
      yield* bell.ring(2);
      yield* sys.handle_close(bell.pool);
      const packets = yield* takeAll(pool, scratch(scene));
      expect(packets).toHaveLength(1);
      expectFlags(packets[0], 'COALESCED|ERROR|LAST');
      expectStatus(packets[0].status, 'CANCELED');
      expect(packets[0].count).toBe(3);
    });
  });

  it('hears at once, in the step in which it registers, of what has happened already', () => {
    expectSuccess(function* (scene) {
      const thread = yield* createThread(scene, 'new');
      yield* sys.task_kill(thread);
      const full = yield* makePool(scene);
      expectStatus(yield* post(full, scratch(scene), 1), 'OK');
      const pool = yield* makePool(scene);
      yield* listen(thread, SOURCE.LIFECYCLE, pool, 1);
      yield* listen(full, SOURCE.RECEIVED, pool, 2, PERSISTENT);
      const packets = yield* takeAll(pool, scratch(scene));
      expect(packets.map(({ key, data }) => [key, data[0]])).toEqual([
        [1, EXIT_REASON.KILLED],
        [2, 1],
      ]);
      expectFlags(packets[0], '');
      expectFlags(packets[1], 'MORE');
    });
  });

  it('carries a key of 64 bits', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const pool = yield* makePool(scene);
      yield* bell.listen(pool, Number.MAX_SAFE_INTEGER);
      yield* bell.ring();
      expect((yield* take(pool, scratch(scene))).key).toBe(Number.MAX_SAFE_INTEGER);
    });
  });
});

describe('many listeners', () => {
  it('all hear an event, threads and pools alike, in the order in which they began to listen', () => {
    const { system } = expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const told: string[] = [];
      const [first, second] = [yield* makePool(scene), yield* makePool(scene, PAGE_BYTES, POOL_KIND.VARIABLE)];
      yield* waiter(scene, bell, 'a', 1, told);
      yield* bell.listen(first, 1);
      yield* waiter(scene, bell, 'b', 2, told);
      yield* bell.listen(second, 2);
      yield* bell.listen(first, 3);
      yield* bell.ring();
      expect(told).toEqual(['a', 'b']);
      expect((yield* takeAll(first, scratch(scene))).map(({ key }) => key)).toEqual([1, 3]);
      expect((yield* takeAll(second, scratch(scene))).map(({ key }) => key)).toEqual([2]);
    });
    const told = ['packet_delivered', 'thread_unblocked']
      .flatMap((type) => recordsOfType(system, type))
      .sort((a, b) => a.index - b.index);
    expect(told.map(({ type }) => type.split('_')[0])).toEqual(['thread', 'packet', 'thread', 'packet', 'packet']);
    expect(new Set(told.map(({ seq }) => seq)).size).toBe(1);
  });

  it('6: hear what they would hear alone, however full the pools of others are', () => {
    expectSuccess(function* (scene) {
      const bell = yield* Bell.make(scene);
      const [small, large, other] = [yield* makePool(scene, 1), yield* makePool(scene), yield* makePool(scene)];
      yield* bell.listen(small, 0, PERSISTENT);
      yield* bell.listen(large, 0, PERSISTENT | (8 << 8));
      yield* bell.listen(other, 0, PERSISTENT | (2 << 8));
      yield* bell.ring(6);
      const counts = function* (pool: number): CallScript<number[]> {
        return (yield* takeAll(pool, scratch(scene))).map(({ count }) => count);
      };
      expect(yield* counts(small)).toEqual([6]);
      expect(yield* counts(large)).toEqual([1, 1, 1, 1, 1, 1]);
      expect(yield* counts(other)).toEqual([1, 5]);
    });
  });
});
