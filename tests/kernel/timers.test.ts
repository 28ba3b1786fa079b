/** Timers: events.md "Cancel, time, death", kernel.md "Timers". */
import { describe, expect, it } from 'vitest';
import { CLOCK, LISTEN, SEEN_NOW, SOURCE } from '../../syscalls/calls.js';
import { FOREVER, LIMITS } from '../../syscalls/limits.js';
import { EVENT } from '../../syscalls/options.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, runScript, type Scene, spawn } from './booted.js';
import { expectFlags, listen, makePool, packetAt, scratch, take, takeAll, takeWaiting } from './packets.js';
import { recordsOfType } from './records.js';

function* makeTimer(scene: Scene): CallScript<number> {
  const { status, timer } = yield* sys.timer_create(scene.allocator);
  expectStatus(status, 'OK');
  return timer;
}

function* now(): CallScript<number> {
  return (yield* sys.clock_get(CLOCK.MONOTONIC)).time;
}

describe('timers', () => {
  it('a timer fires at its deadline, once, and tells threads and pools that listen', () => {
    const { system } = expectSuccess(function* (scene) {
      const timer = yield* makeTimer(scene);
      const pool = yield* makePool(scene);
      yield* listen(timer, SOURCE.TIMER, pool, 7, LISTEN.PERSISTENT);
      yield* spawn(
        scene,
        'waiter',
        function* () {
          expectStatus((yield* sys.event_wait(timer, SOURCE.TIMER, 0, FOREVER, scratch(scene, 1))).status, 'OK');
          expect((yield* packetAt(scratch(scene, 1))).data[0]).toBe(1);
        },
        20,
      );
      expectStatus((yield* sys.timer_set(timer, 5000, 0)).status, 'OK');
      const packet = yield* takeWaiting(pool, scratch(scene));
      expect(packet).toMatchObject({ key: 7, type: EVENT.TIMER, status: 0, count: 1, data: [1, 0, 0, 0, 0] });
      expectFlags(packet, 'MORE');
      yield* sys.thread_sleep(20_000);
      expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
    });
    const [fired] = recordsOfType(system, 'source_fired').filter(({ time }) => time >= 5000);
    expect(fired.time).toBe(5000);
    const woken = recordsOfType(system, 'thread_unblocked').filter(({ seq }) => seq === fired.seq);
    expect(woken).toHaveLength(2);
  });

  it('periodic deadlines are counted from the previous deadline, however late somebody looks', () => {
    const times: number[] = [];
    const { system } = expectSuccess(function* (scene) {
      const timer = yield* makeTimer(scene);
      expectStatus((yield* sys.timer_set(timer, 3333, 1000)).status, 'OK');
      let seen = 0;
      for (let turn = 0; turn < 4; turn++) {
        const { status, generation } = yield* sys.event_wait(timer, SOURCE.TIMER, seen, FOREVER, scratch(scene));
        expectStatus(status, 'OK');
        seen = generation;
        yield* sys.thread_sleep((yield* now()) + 100 * turn);
      }
      expectStatus((yield* sys.timer_set(timer, FOREVER, 0)).status, 'OK');
    });
    times.push(...recordsOfType(system, 'timer_passed').map(({ time }) => time));
    expect(times).toEqual([3333, 4333, 5333, 6333]);
  });

  it('deadlines that passed before the timer was set are one event with their number, and the next is in step with them', () => {
    const { system } = expectSuccess(function* (scene) {
      const timer = yield* makeTimer(scene);
      const pool = yield* makePool(scene);
      yield* listen(timer, SOURCE.TIMER, pool, 0, LISTEN.PERSISTENT | (4 << 8));
      yield* sys.thread_sleep(10_499);
      expectStatus((yield* sys.timer_set(timer, 3000, 1000)).status, 'OK');
      expect((yield* take(pool, scratch(scene))).data[0]).toBe(8);
      expect((yield* takeWaiting(pool, scratch(scene))).data[0]).toBe(1);
      yield* sys.timer_set(timer, FOREVER, 0);
    });
    expect(recordsOfType(system, 'timer_passed').map(({ fields }) => fields.next)).toEqual([11_000, 12_000]);
    expect(recordsOfType(system, 'timer_passed')[1].time).toBe(11_000);
  });

  it('17: a deadline in the past fires in the step that sets the timer, one before boot as boot', () => {
    const { system } = expectSuccess(function* (scene) {
      const timer = yield* makeTimer(scene);
      const pool = yield* makePool(scene);
      yield* listen(timer, SOURCE.TIMER, pool, 0, LISTEN.PERSISTENT);
      yield* sys.thread_sleep(5000);
      for (const deadline of [0, 100, -1, -(2 ** 60)]) {
        expectStatus((yield* sys.timer_set(timer, deadline, 0)).status, 'OK');
        expect((yield* take(pool, scratch(scene))).data[0]).toBe(1);
      }
      expectStatus((yield* sys.timer_set(timer, -(2 ** 60), 1000)).status, 'OK');
      expect((yield* take(pool, scratch(scene))).data[0]).toBe(6);
      yield* sys.timer_set(timer, FOREVER, 0);
    });
    const passed = recordsOfType(system, 'timer_passed').map(({ seq }) => seq);
    const set = recordsOfType(system, 'timer_set').map(({ seq }) => seq);
    expect(set).toEqual(expect.arrayContaining(passed));
  });

  it('a new setting replaces the old one; one that never comes unsets the timer', () => {
    const { system } = expectSuccess(function* (scene) {
      const timer = yield* makeTimer(scene);
      yield* sys.timer_set(timer, 5000, 1000);
      yield* sys.timer_set(timer, 9000, 0);
      const { status } = yield* sys.event_wait(timer, SOURCE.TIMER, 0, 8999, scratch(scene));
      expectStatus(status, 'TIMED_OUT');
      expectStatus((yield* sys.event_wait(timer, SOURCE.TIMER, 0, 9500, scratch(scene))).status, 'OK');
      yield* sys.timer_set(timer, 20_000, 1000);
      yield* sys.timer_set(timer, FOREVER, 1000);
      expectStatus((yield* sys.event_wait(timer, SOURCE.TIMER, SEEN_NOW, 30_000, scratch(scene))).status, 'TIMED_OUT');
    });
    expect(recordsOfType(system, 'timer_passed').map(({ time }) => time)).toEqual([9000]);
  });

  it('a period that never ends is none', () => {
    const { outcome } = runScript(function* (scene) {
      const timer = yield* makeTimer(scene);
      expectStatus((yield* sys.timer_set(timer, 5000, FOREVER)).status, 'OK');
      expectStatus((yield* sys.event_wait(timer, SOURCE.TIMER, 0, FOREVER, scratch(scene))).status, 'OK');
      yield* sys.event_wait(timer, SOURCE.TIMER, SEEN_NOW, FOREVER, scratch(scene));
    });
    expect(outcome.kind).toBe('blocked');
  });

  it('an event and an expiry in one step: the event wins, whoever had its deadline first', () => {
    expectSuccess(function* (scene) {
      const timer = yield* makeTimer(scene);
      const ends: string[] = [];
      yield* spawn(
        scene,
        'waiter',
        function* () {
          const { status } = yield* sys.event_wait(timer, SOURCE.TIMER, 0, 5000, scratch(scene, 1));
          expectStatus(status, 'OK');
          ends.push('OK');
        },
        20,
      );
      yield* sys.timer_set(timer, 5000, 0);
      yield* sys.thread_sleep(5001);
      expect(ends).toEqual(['OK']);
    });
  });

  it('a thread that was busy loses nothing: its generation says how many deadlines it has missed', () => {
    expectSuccess(function* (scene) {
      const timer = yield* makeTimer(scene);
      yield* sys.timer_set(timer, 2000, 1000);
      const { generation } = yield* sys.event_wait(timer, SOURCE.TIMER, 0, FOREVER, scratch(scene));
      expect(generation).toBe(1);
      yield* sys.thread_sleep(6500);
      const late = yield* sys.event_wait(timer, SOURCE.TIMER, generation, 0, scratch(scene));
      expectStatus(late.status, 'OK');
      expect(late.generation).toBe(5);
      expect((yield* packetAt(scratch(scene))).count).toBe(4);
      yield* sys.timer_set(timer, FOREVER, 0);
    });
  });

  it('a timer that nobody names goes, set as it is; those who wait are CANCELED, pools get a last packet', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const timer = yield* makeTimer(scene);
      yield* listen(timer, SOURCE.TIMER, pool, 3, LISTEN.PERSISTENT);
      yield* spawn(
        scene,
        'waiter',
        function* () {
          const { status } = yield* sys.event_wait(timer, SOURCE.TIMER, 0, FOREVER, scratch(scene));
          expectStatus(status, 'CANCELED');
        },
        20,
      );
      yield* sys.timer_set(timer, 1e6, 1000);
      expectStatus((yield* sys.handle_close(timer)).status, 'OK');
      const packet = yield* take(pool, scratch(scene));
      expectFlags(packet, 'ERROR|LAST');
      expect(packet.key).toBe(3);
      yield* sys.handle_close(pool);
      expect(scene.system.state.timers.live).toBe(0);
    });
  });

  it('the shortest period is 1,000 ns, and the longest time a deadline may have does not end the machine', () => {
    expectSuccess(function* (scene) {
      const timer = yield* makeTimer(scene);
      for (const period of [1, LIMITS.timerPeriod - 1, -1, -(2 ** 60)])
        expectStatus((yield* sys.timer_set(timer, 1e6, period)).status, 'OUT_OF_RANGE');
      yield* sys.timer_set(timer, 2 ** 51 - 1000, 1000);
      expectStatus((yield* sys.event_wait(timer, SOURCE.TIMER, 0, FOREVER, scratch(scene))).status, 'OK');
      expectStatus(
        (yield* sys.event_wait(timer, SOURCE.TIMER, SEEN_NOW, (yield* now()) + 500, scratch(scene))).status,
        'TIMED_OUT',
      );
    });
  });

  it('a machine in which only a timer goes on ends at its limit, though nothing retires', () => {
    const { outcome } = runScript(
      function* (scene) {
        const timer = yield* makeTimer(scene);
        yield* sys.timer_set(timer, 1000, 1000);
        const pool = yield* makePool(scene);
        yield* sys.pool_take(pool, FOREVER, scratch(scene), 0, 0);
      },
      { maxInstructions: 300 },
    );
    expect(outcome.kind).toBe('limit');
  });
});
