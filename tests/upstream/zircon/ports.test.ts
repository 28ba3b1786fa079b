/** What Zircon's tests of ports assert, told of pools. A name begins with the names of the tests that it tells. */
import { describe, expect, it } from 'vitest';
import { EVENT, SEEN_NOW, SOURCE } from '../../../syscalls/calls.js';
import { statusName } from '../../../syscalls/errors.js';
import { FOREVER } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../../userland/script/script.js';
import { createThread, expectStatus, expectSuccess, type Scene, spawn } from '../../kernel/booted.js';
import { allocatorFields } from '../../kernel/information.js';
import { desk, makeChannel } from '../../kernel/messages.js';
import { listen, makePool, PACKET_BYTES, packetAt, post, scratch, take, takeAll } from '../../kernel/packets.js';
import { Signal } from '../topics.js';

function* expectEmpty(scene: Scene, pool: number): CallScript<void> {
  const deadline = scene.system.time + 1000;
  expectStatus((yield* sys.pool_take(pool, deadline, scratch(scene, 90), 0, 0)).status, 'TIMED_OUT');
}

/** A pool takes the next message of no bytes at an endpoint. */
function* receiveOnce(h: number, pool: number, key: number): CallScript<void> {
  expectStatus((yield* sys.channel_receive_async(h, pool, key, 0, 0)).status, 'OK');
}

describe('ports of Zircon, as pools: packets of programs', () => {
  it('QueueNullPtrReturnsInvalidArgs: a null pointer is no packet', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      expectStatus((yield* sys.pool_post(pool, 0)).status, 'INVALID_ARGS');
      expectStatus((yield* sys.pool_take(pool, 0, 0, 0, 0)).status, 'INVALID_ARGS');
    });
  });

  it('QueueWaitVerifyUserPacket: key, status and data come out as they went in; the type is what the kernel says', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const words = Int32Array.from({ length: PACKET_BYTES / 4 }, (_, i) => 100 + i);
      words.set([12, 0], 0);
      words[5] = -3;
      yield* store(scratch(scene), new Uint8Array(words.buffer));
      expectStatus((yield* sys.pool_post(pool, scratch(scene))).status, 'OK');
      expectStatus((yield* sys.pool_take(pool, FOREVER, scratch(scene, 1), 0, 0)).status, 'OK');
      const { key, type, status, data } = yield* packetAt(scratch(scene, 1));
      expect({ key, type, status, data }).toEqual({
        key: 12,
        type: EVENT.POSTED,
        status: -3,
        data: [111, 112, 113, 114, 115],
      });
    });
  });

  it('PortTimeout: a wait on an empty one ends at its deadline', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const deadline = scene.system.time + 5000;
      expectStatus((yield* sys.pool_take(pool, deadline, scratch(scene), 0, 0)).status, 'TIMED_OUT');
      expect(scene.system.time).toBeGreaterThanOrEqual(deadline);
    });
  });

  it('QueueAndClose: one that holds a packet can be closed, and everything comes back', () => {
    expectSuccess(function* (scene) {
      yield* allocatorFields(scene.allocator, scratch(scene));
      const { used } = yield* allocatorFields(scene.allocator, scratch(scene));
      const pool = yield* makePool(scene);
      expectStatus(yield* post(pool, scratch(scene), 1), 'OK');
      yield* sys.handle_close(pool);
      expect((yield* allocatorFields(scene.allocator, scratch(scene))).used).toBe(used);
    });
  });

  it('CloseQueueRace: who posts while another thread closes is told BAD_HANDLE, and nothing worse', () => {
    for (const pause of [100, 133, 147, 201]) {
      expectSuccess(
        function* (scene) {
          const pool = yield* makePool(scene, 8);
          let [posted, last] = [0, 0];
          yield* spawn(scene, 'poster', function* () {
            for (; last === 0; posted++) {
              let status = yield* post(pool, scratch(scene, 1), 1);
              if (statusName(status) === 'SHOULD_WAIT')
                ({ status } = yield* sys.pool_take(pool, 0, scratch(scene, 1), 0, 0));
              last = status;
            }
          });
          yield* sys.thread_sleep(scene.system.time + pause);
          yield* sys.handle_close(pool);
          while (last === 0) yield* sys.thread_yield();
          expect(posted).toBeGreaterThan(8);
          expectStatus(last, 'BAD_HANDLE');
        },
        { quantum: 7 },
      );
    }
  });
});

describe('ports of Zircon, as pools: waiting for objects', () => {
  it('AsyncWaitChannelTimedOut: where nothing is sent nothing comes', () => {
    expectSuccess(function* (scene) {
      const { second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene);
      yield* receiveOnce(second, pool, 6567);
      yield* expectEmpty(scene, pool);
    });
  });

  it('AsyncWaitChannel: one wait brings one packet with its key, and can be asked for again', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene);
      yield* receiveOnce(second, pool, 6567);
      yield* expectEmpty(scene, pool);
      expectStatus(yield* desk(scene).send(first, ''), 'OK');
      const packet = yield* take(pool, scratch(scene));
      expect([packet.key, packet.type, packet.count]).toEqual([6567, EVENT.MESSAGE, 1]);
      yield* expectEmpty(scene, pool);
      yield* receiveOnce(second, pool, 6567);
    });
  });

  it('AsyncWaitCloseOrder: both ends and the pool can be closed in any order', () => {
    expectSuccess(function* (scene) {
      const { channels, pools } = scene.system.state;
      for (const order of ['bap', 'bpa', 'apb', 'abp', 'pab', 'pba']) {
        const { first: a, second: b } = yield* makeChannel(scene);
        const p = yield* makePool(scene);
        yield* receiveOnce(b, p, 1122);
        const handles: Record<string, number> = { a, b, p };
        for (const name of order) expectStatus((yield* sys.handle_close(handles[name])).status, 'OK');
        expect([channels.live, pools.live]).toEqual([0, 0]);
      }
    });
  });

  it('EventAsyncSignalWaitSingle: each of several waits for one event brings its packet', () => {
    expectSuccess(function* (scene) {
      const signal = yield* Signal.make(scene);
      const pool = yield* makePool(scene);
      for (let key = 0; key < 7; key++) yield* signal.listen(pool, key);
      yield* signal.give();
      // Theirs come newest first; ours in the order in which they were asked for.
      expect((yield* takeAll(pool, scratch(scene))).map(({ key, count }) => [key, count])).toEqual(
        Array.from({ length: 7 }, (_, key) => [key, 1]),
      );
    });
  });

  it('AsyncWaitEventRepeat: a wait that is asked for again each time brings one packet each time', () => {
    expectSuccess(function* (scene) {
      const signal = yield* Signal.make(scene);
      const pool = yield* makePool(scene);
      for (let i = 0; i < 24; i++) {
        yield* signal.listen(pool, 1122);
        yield* signal.give();
        yield* signal.give();
        expect((yield* takeAll(pool, scratch(scene))).map(({ count }) => count)).toEqual([1]);
      }
    });
  });

  it('AsyncWaitEventManyAllProcessed: of a thousand objects that happen before anybody looks none is lost', () => {
    expectSuccess(
      function* (scene) {
        const pool = yield* makePool(scene, 1024);
        for (let i = 0; i < 1000; i++) {
          const signal = yield* Signal.make(scene);
          yield* signal.listen(pool, 6567);
          yield* signal.give();
        }
        const packets = yield* takeAll(pool, scratch(scene));
        expect(packets.every(({ key, count }) => key === 6567 && count === 1)).toBe(true);
        expect(new Set(packets.map(({ source }) => source)).size).toBe(1000);
      },
      { checked: false },
    );
  });

  it('AsyncWaitInvalidOption: an option that there is not is INVALID_ARGS', () => {
    expectSuccess(function* (scene) {
      const { topic } = yield* Signal.make(scene);
      const pool = yield* makePool(scene);
      expectStatus((yield* sys.event_listen(topic, SOURCE.TOPIC, pool, 0, 20)).status, 'INVALID_ARGS');
    });
  });

  it('ChannelAsyncWaitOnExistingStateIsNotified: what is so already is told at once, and once', () => {
    expectSuccess(function* (scene) {
      const thread = yield* createThread(scene, 'gone');
      yield* sys.task_kill(thread);
      const [full, pool] = [yield* makePool(scene), yield* makePool(scene)];
      for (let i = 0; i < 5; i++) yield* post(full, scratch(scene), i);
      yield* listen(thread, SOURCE.LIFECYCLE, pool, 1);
      yield* listen(full, SOURCE.RECEIVED, pool, 2);
      expect((yield* takeAll(pool, scratch(scene))).map(({ key, count }) => [key, count])).toEqual([
        [1, 1],
        [2, 1],
      ]);
    });
  });

  it('ThreadEvents: of several threads that wait each gets one of the packets', () => {
    expectSuccess(function* (scene) {
      const signal = yield* Signal.make(scene);
      const pool = yield* makePool(scene);
      const keys: number[] = [];
      for (let i = 0; i < 3; i++) {
        yield* signal.listen(pool, 500 + i);
        yield* spawn(
          scene,
          `waiter ${i}`,
          function* () {
            expectStatus((yield* sys.pool_take(pool, FOREVER, scratch(scene, i + 1), 0, 0)).status, 'OK');
            keys.push((yield* packetAt(scratch(scene, i + 1))).key);
          },
          20,
        );
      }
      yield* signal.give();
      expect(keys).toEqual([500, 501, 502]);
    });
  });

  it('Timestamp: a packet says when its event happened', () => {
    expectSuccess(function* (scene) {
      const signal = yield* Signal.make(scene);
      const pool = yield* makePool(scene);
      yield* signal.listen(pool, 1);
      const before = scene.system.steps;
      yield* signal.give();
      const after = scene.system.steps;
      for (let i = 0; i < 10; i++) yield* sys.clock_get(0);
      const { firstSeq } = yield* take(pool, scratch(scene));
      expect(firstSeq).toBeGreaterThan(before);
      expect(firstSeq).toBeLessThanOrEqual(after);
    });
  });

  it('TooManyObservers: there is an end to how many wait, and a program that comes to it is told', () => {
    expectSuccess(function* (scene) {
      const signal = yield* Signal.make(scene);
      const pool = yield* makePool(scene, 64);
      for (let i = 0; i < 64; i++) yield* signal.listen(pool, i);
      expectStatus((yield* sys.event_listen(signal.topic, SOURCE.TOPIC, pool, 64, 0)).status, 'NO_RESOURCES');
      yield* signal.give();
      expect(yield* takeAll(pool, scratch(scene))).toHaveLength(64);
    });
  });
});

describe('ports of Zircon, as pools: cancel', () => {
  it('CancelEventKey: what was cancelled before the event is never seen; what was taken cannot be cancelled', () => {
    expectSuccess(function* (scene) {
      const signal = yield* Signal.make(scene);
      const pool = yield* makePool(scene);
      const waits = [];
      for (const key of [128, 13, 7, 13]) waits.push(yield* signal.listen(pool, key));
      for (const i of [1, 3]) expectStatus((yield* sys.event_cancel(pool, waits[i])).status, 'OK');
      for (let i = 0; i < 2; i++) yield* signal.give();
      expect((yield* takeAll(pool, scratch(scene))).map(({ key }) => key)).toEqual([128, 7]);
      expectStatus((yield* sys.event_cancel(pool, waits[0])).status, 'NOT_FOUND');
    });
  });

  it('CancelEventKeyAfter: cancel takes a packet back that nobody has taken, and a wait that has none yet', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const [signals, waits]: [Signal[], number[]] = [[], []];
      for (const key of [128, 3, 3]) {
        const signal = yield* Signal.make(scene);
        signals.push(signal);
        waits.push(yield* signal.listen(pool, key));
      }
      for (const i of [0, 1]) yield* signals[i].give();
      for (const i of [1, 2]) expectStatus((yield* sys.event_cancel(pool, waits[i])).status, 'OK');
      yield* signals[2].give();
      expect((yield* takeAll(pool, scratch(scene))).map(({ key }) => key)).toEqual([128]);
    });
  });

  it('WaitSignalCancel: who has seen the event cancels its own wait for it, whenever others signal', () => {
    expectSuccess(
      function* (scene) {
        const signal = yield* Signal.make(scene);
        const pool = yield* makePool(scene);
        let running = true;
        yield* spawn(scene, 'signaler', function* () {
          for (let i = 0; running; i++) {
            yield* signal.give();
            yield* sys.thread_sleep(scene.system.time + [0, 10, 2, 0, 15, 0][i % 6]);
          }
        });
        for (let i = 0; i < 60; i++) {
          const wait = yield* signal.listen(pool, 919);
          const at = scratch(scene, 1);
          expectStatus((yield* sys.event_wait(signal.topic, SOURCE.TOPIC, SEEN_NOW, FOREVER, at)).status, 'OK');
          expectStatus((yield* sys.event_cancel(pool, wait)).status, 'OK');
        }
        running = false;
        expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
      },
      { quantum: 7 },
    );
  });
});

describe('ports of Zircon, as pools: edges', () => {
  it('EdgeTriggerDetected: a thread that waits already gets what happens then', () => {
    expectSuccess(function* (scene) {
      const signal = yield* Signal.make(scene);
      const pool = yield* makePool(scene);
      yield* signal.listen(pool, 2);
      const keys: number[] = [];
      yield* spawn(
        scene,
        'waiter',
        function* () {
          expectStatus((yield* sys.pool_take(pool, FOREVER, scratch(scene, 1), 0, 0)).status, 'OK');
          keys.push((yield* packetAt(scratch(scene, 1))).key);
        },
        20,
      );
      expect(keys).toEqual([]);
      yield* signal.give();
      expect(keys).toEqual([2]);
    });
  });

  it('EdgeTriggerCancel: of three waits those are silent that were cancelled, before the event or after it', () => {
    expectSuccess(function* (scene) {
      const signal = yield* Signal.make(scene);
      const pool = yield* makePool(scene);
      const waits = [];
      for (const key of [42, 999, 2020]) waits.push(yield* signal.listen(pool, key));
      expectStatus((yield* sys.event_cancel(pool, waits[1])).status, 'OK');
      yield* signal.give();
      expectStatus((yield* sys.event_cancel(pool, waits[2])).status, 'OK');
      expect((yield* take(pool, scratch(scene))).key).toBe(42);
      yield* expectEmpty(scene, pool);
    });
  });

  it('EdgeTriggerTimeout: what happened before anybody asked is not told', () => {
    expectSuccess(function* (scene) {
      const signal = yield* Signal.make(scene);
      const pool = yield* makePool(scene);
      yield* signal.give();
      yield* signal.listen(pool, 1);
      yield* expectEmpty(scene, pool);
    });
  });

  it('WaitForEventSignaled, WaitForEventTimeout, WaitForEventThenSignal: a thread waits for one object', () => {
    expectSuccess(function* (scene) {
      const signal = yield* Signal.make(scene);
      const wait = function* (deadline: number, page: number): CallScript<number> {
        return (yield* sys.event_wait(signal.topic, SOURCE.TOPIC, 0, deadline, scratch(scene, page))).status;
      };
      expectStatus(yield* wait(scene.system.time + 1000, 1), 'TIMED_OUT');
      const statuses: number[] = [];
      yield* spawn(
        scene,
        'waiter',
        function* () {
          statuses.push(yield* wait(FOREVER, 2));
        },
        20,
      );
      yield* signal.give();
      expect(statuses).toEqual([0]);
      expectStatus(yield* wait(FOREVER, 1), 'OK');
    });
  });
});
