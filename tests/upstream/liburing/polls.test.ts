/**
 * What liburing's tests assert of operations that wait for something, once or again and again, told of registrations of pools. A
 * name begins with the name of the test that it tells.
 */
import { describe, expect, it } from 'vitest';
import { LISTEN, POOL_KIND, RECEIVE, SOURCE } from '../../../syscalls/calls.js';
import { statusName } from '../../../syscalls/errors.js';
import { FOREVER, PAGE_BYTES } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from '../../kernel/booted.js';
import { desk, makeChannel } from '../../kernel/messages.js';
import { flagsText, listen, makePool, type Packet, packetAt, scratch, take, takeAll } from '../../kernel/packets.js';
import { Signal } from '../topics.js';

const slots = (count: number): number => count << 8;

function* makeTimer({ allocator }: Scene): CallScript<number> {
  const { status, timer } = yield* sys.timer_create(allocator);
  expectStatus(status, 'OK');
  return timer;
}

/** Packets with what they carry, which is dropped. */
function* takeMessages(scene: Scene, pool: number): CallScript<Packet[]> {
  const packets: Packet[] = [];
  for (;;) {
    const at = scratch(scene, 9);
    if ((yield* sys.pool_take(pool, 0, at, at + 1024, 1024)).status !== 0) return packets;
    packets.push(yield* packetAt(at));
  }
}

const told = (packets: readonly Packet[]) =>
  packets.map(({ flags, status }) => `${statusName(status)} ${flagsText(flags)}`);

describe('polls of liburing, as registrations', () => {
  it('poll test_basic: who waits is told by the completion of what it asked for', () => {
    expectSuccess(function* (scene) {
      const signal = yield* Signal.make(scene);
      const pool = yield* makePool(scene);
      yield* signal.listen(pool, 1234);
      const keys: number[] = [];
      yield* spawn(
        scene,
        'child',
        function* () {
          expectStatus((yield* sys.pool_take(pool, FOREVER, scratch(scene, 1), 0, 0)).status, 'OK');
          keys.push((yield* packetAt(scratch(scene, 1))).key);
        },
        20,
      );
      yield* signal.give();
      expect(keys).toEqual([1234]);
    });
  });

  it('poll test_self_poll: a queue of completions that waits for itself', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      // Theirs allows it, and must only not hang. Ours refuses it.
      expectStatus((yield* sys.event_listen(pool, SOURCE.RECEIVED, pool, 0, 0)).status, 'LOOP');
    });
  });

  it('poll-many: of many that are armed those complete that were triggered, once each, and can be armed again', () => {
    expectSuccess(
      function* (scene) {
        const pool = yield* makePool(scene, 128);
        const signals: Signal[] = [];
        for (let key = 0; key < 100; key++) {
          signals.push(yield* Signal.make(scene));
          yield* signals[key].listen(pool, key);
        }
        for (let round = 0; round < 30; round++) {
          const batch = Array.from({ length: 10 }, (_, i) => (round * 37 + i * 7) % 100);
          for (const key of batch) yield* signals[key].give();
          const keys = (yield* takeAll(pool, scratch(scene))).map(({ key }) => key);
          expect(keys).toEqual(batch);
          for (const key of keys) yield* signals[key].listen(pool, key);
        }
      },
      { checked: false },
    );
  });

  it('poll-cancel test_poll_cancel: one that was cancelled completes no more, and cancelling it again finds nothing', () => {
    expectSuccess(function* (scene) {
      const signal = yield* Signal.make(scene);
      const pool = yield* makePool(scene, 2);
      const registration = yield* signal.listen(pool, 1, LISTEN.PERSISTENT);
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'OK');
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'NOT_FOUND');
      yield* signal.give();
      // Theirs completes with ECANCELED, and so does the cancelling. Ours is told by the status of the call.
      expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
    });
  });

  it('poll-mshot-overflow test_downgrade: each completion says that more come, until there is no room for the next', () => {
    expectSuccess(function* (scene) {
      const signal = yield* Signal.make(scene);
      const pool = yield* makePool(scene, 4);
      yield* signal.listen(pool, 1, LISTEN.PERSISTENT | LISTEN.END_WHEN_FULL | slots(2));
      for (let i = 0; i < 8; i++) yield* signal.give();
      expect(told(yield* takeAll(pool, scratch(scene)))).toEqual(['OK MORE', 'OK COALESCED|LAST']);
    });
  });

  it('poll-mshot-overflow test: nothing comes behind the completion that says that it is the last', () => {
    expectSuccess(function* (scene) {
      const signal = yield* Signal.make(scene);
      const pool = yield* makePool(scene, 4);
      const poll = yield* signal.listen(pool, 1, LISTEN.PERSISTENT | LISTEN.END_WHEN_FULL | slots(2));
      for (let i = 0; i < 3; i++) yield* signal.give();
      const [, last] = yield* takeAll(pool, scratch(scene));
      expect(flagsText(last.flags)).toBe('COALESCED|LAST');
      yield* signal.give();
      expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
      expectStatus((yield* sys.event_cancel(pool, poll)).status, 'NOT_FOUND');
    });
  });

  it('recv-multishot: each message says that more come; the end says that none do, be it for want of room or of a sender', () => {
    for (const [how, end] of [
      ['tooLong', 'BUFFER_TOO_SMALL ERROR'],
      ['closed', 'PEER_CLOSED ERROR|LAST'],
    ] as const) {
      expectSuccess(function* (scene) {
        const { first, second } = yield* makeChannel(scene);
        const pool = yield* makePool(scene, PAGE_BYTES, POOL_KIND.VARIABLE);
        expectStatus((yield* sys.channel_receive_async(second, pool, 1234, 16, RECEIVE.REENTER)).status, 'OK');
        for (const text of ['1', '22', '333']) expectStatus(yield* desk(scene).send(first, text), 'OK');
        if (how === 'closed') yield* sys.handle_close(first);
        else expectStatus(yield* desk(scene).send(first, 'x'.repeat(17), [], 0), 'TIMED_OUT');
        const packets = yield* takeMessages(scene, pool);
        expect(told(packets)).toEqual(['OK MORE', 'OK MORE', 'OK MORE', end]);
        expect(packets.slice(0, 3).map(({ data }) => data[0])).toEqual([1, 2, 3]);
      });
    }
  });
});

describe('timeouts of liburing, as timers', () => {
  it('timeout test_single_timeout_remove: a timer that nobody waits for any more tells nobody', () => {
    expectSuccess(function* (scene) {
      const [timer, pool] = [yield* makeTimer(scene), yield* makePool(scene)];
      const wait = yield* listen(timer, SOURCE.TIMER, pool, 1);
      yield* sys.timer_set(timer, scene.system.time + 5000, 0);
      expectStatus((yield* sys.event_cancel(pool, wait)).status, 'OK');
      yield* sys.thread_sleep(scene.system.time + 10_000);
      expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
    });
  });

  it('timeout test_single_timeout_remove_notfound: removing what there is not is NOT_FOUND, and the timer goes on', () => {
    expectSuccess(function* (scene) {
      const [timer, pool] = [yield* makeTimer(scene), yield* makePool(scene)];
      const wait = yield* listen(timer, SOURCE.TIMER, pool, 1);
      yield* sys.timer_set(timer, scene.system.time + 5000, 0);
      expectStatus((yield* sys.event_cancel(pool, wait + 1)).status, 'NOT_FOUND');
      yield* sys.thread_sleep(scene.system.time + 10_000);
      expect((yield* take(pool, scratch(scene))).key).toBe(1);
    });
  });

  it('timeout test_timeout_multishot: one that goes on says so each time, until it is removed', () => {
    expectSuccess(function* (scene) {
      const [timer, pool] = [yield* makeTimer(scene), yield* makePool(scene)];
      const wait = yield* listen(timer, SOURCE.TIMER, pool, 1, LISTEN.PERSISTENT);
      yield* sys.timer_set(timer, scene.system.time + 5000, 5000);
      for (let i = 0; i < 2; i++) {
        expectStatus((yield* sys.pool_take(pool, FOREVER, scratch(scene), 0, 0)).status, 'OK');
        expect(flagsText((yield* packetAt(scratch(scene))).flags)).toBe('MORE');
      }
      expectStatus((yield* sys.event_cancel(pool, wait)).status, 'OK');
      yield* sys.thread_sleep(scene.system.time + 20_000);
      expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
      yield* sys.handle_close(timer);
    });
  });

  it('timeout test_timeout_multishot_overflow: without room for the next it ends, and cannot be removed any more', () => {
    expectSuccess(function* (scene) {
      const [timer, pool] = [yield* makeTimer(scene), yield* makePool(scene)];
      const options = LISTEN.PERSISTENT | LISTEN.END_WHEN_FULL;
      const wait = yield* listen(timer, SOURCE.TIMER, pool, 1, options);
      yield* sys.timer_set(timer, scene.system.time + 1000, 1000);
      yield* sys.thread_sleep(scene.system.time + 20_000);
      expect(told(yield* takeAll(pool, scratch(scene)))).toEqual(['OK COALESCED|LAST']);
      expectStatus((yield* sys.event_cancel(pool, wait)).status, 'NOT_FOUND');
      yield* sys.handle_close(timer);
    });
  });
});
