/** What Zircon's tests of futexes assert, told of ours. A name begins with the names of the tests that it tells. */
import { describe, expect, it } from 'vitest';
import { statusName } from '../../../syscalls/errors.js';
import { BLOCKED_ON } from '../../../syscalls/layouts.js';
import { FOREVER, LIMITS } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from '../../kernel/booted.js';
import { makeProcess } from '../../kernel/compiled.js';
import { threadFields } from '../../kernel/information.js';
import { scratch } from '../../kernel/packets.js';

const WORD_PAGE = 5;
const word = (scene: Scene, index = 0): number => scratch(scene, WORD_PAGE) + 4 * index;

/** A thread above the test's priority that waits for a word of value 0; its name goes to the end of `order` when it is woken. */
function* waiter(scene: Scene, name: string, order: string[], index = 0): CallScript<number> {
  return yield* spawn(
    scene,
    name,
    function* () {
      expectStatus((yield* sys.futex_wait(word(scene, index), 0, 0, FOREVER)).status, 'OK');
      order.push(name);
    },
    20,
  );
}

function* wake(scene: Scene, count: number, index = 0): CallScript<number> {
  const { status, woken } = yield* sys.futex_wake(word(scene, index), count);
  expectStatus(status, 'OK');
  return woken;
}

function* waits(scene: Scene, thread: number): CallScript<boolean> {
  return (yield* threadFields(thread, scratch(scene))).blocked_on === BLOCKED_ON.FUTEX;
}

describe('futexes of Zircon, as ours: waiting', () => {
  it('WaitValueMismatch: a wait for another value than the word holds does not begin', () => {
    expectSuccess(function* (scene) {
      yield* store(scratch(scene), Uint8Array.of(123, 0, 0, 0));
      expectStatus((yield* sys.futex_wait(scratch(scene), 124, 0, FOREVER)).status, 'SHOULD_WAIT');
    });
  });

  it('WaitTimeout, WaitTimeoutElapsed: a wait ends at its deadline, at once where that has passed, and never before', () => {
    expectSuccess(function* (scene) {
      expectStatus((yield* sys.futex_wait(word(scene), 0, 0, 0)).status, 'TIMED_OUT');
      for (let i = 0; i < 5; i++) {
        const deadline = scene.system.time + 1000;
        expectStatus((yield* sys.futex_wait(word(scene), 0, 0, deadline)).status, 'TIMED_OUT');
        expect(scene.system.time).toBeGreaterThanOrEqual(deadline);
      }
    });
  });

  it('WaitBadAddress, MisalignedFutextAddr: a word that is none or not aligned is refused', () => {
    expectSuccess(function* (scene) {
      for (const address of [0, 0xffff_fff0, word(scene) + 1, word(scene) + 2]) {
        expectStatus((yield* sys.futex_wait(address, 0, 0, FOREVER)).status, 'INVALID_ARGS');
        expectStatus((yield* sys.futex_wake(address, 1)).status, 'INVALID_ARGS');
      }
    });
  });
});

describe('futexes of Zircon, as ours: waking', () => {
  it('Wakeup: one that waits is woken', () => {
    expectSuccess(function* (scene) {
      const order: string[] = [];
      yield* waiter(scene, 'a', order);
      expect(order).toEqual([]);
      expect(yield* wake(scene, LIMITS.wakeAll)).toBe(1);
      expect(order).toEqual(['a']);
    });
  });

  it('WakeupLimit: as many are woken as were asked for', () => {
    expectSuccess(function* (scene) {
      const order: string[] = [];
      for (const name of ['a', 'b', 'c', 'd']) yield* waiter(scene, name, order);
      expect(yield* wake(scene, 2)).toBe(2);
      expect(order).toEqual(['a', 'b']);
      yield* sys.thread_sleep(scene.system.time + 1000);
      expect(order).toHaveLength(2);
      expect(yield* wake(scene, LIMITS.wakeAll)).toBe(2);
      expect(order).toHaveLength(4);
    });
  });

  it('WakeupAddress: a wake at one word leaves those at another where they are', () => {
    expectSuccess(function* (scene) {
      const order: string[] = [];
      const [one, two] = [yield* waiter(scene, 'one', order, 0), yield* waiter(scene, 'two', order, 1)];
      expect(yield* wake(scene, LIMITS.wakeAll, 2)).toBe(0);
      expect([yield* waits(scene, one), yield* waits(scene, two)]).toEqual([true, true]);
      expect(yield* wake(scene, LIMITS.wakeAll, 0)).toBe(1);
      expect([...order, yield* waits(scene, two)]).toEqual(['one', true]);
      expect(yield* wake(scene, LIMITS.wakeAll, 1)).toBe(1);
    });
  });

  it('ThreadSuspended: one that was suspended while it waited waits on, and is woken', () => {
    expectSuccess(function* (scene) {
      const order: string[] = [];
      const thread = yield* waiter(scene, 'a', order);
      const { token } = yield* sys.task_suspend(thread);
      yield* sys.thread_sleep(scene.system.time + 1000);
      yield* sys.handle_close(token);
      expect([...order, yield* waits(scene, thread)]).toEqual([true]);
      expect(yield* wake(scene, 1)).toBe(1);
      expect(order).toEqual(['a']);
    });
  });

  it('EventSignaling: three that wait for a flag all go on when it is set', () => {
    expectSuccess(function* (scene) {
      const done: string[] = [];
      for (const name of ['1', '2', '3'])
        yield* spawn(
          scene,
          name,
          function* () {
            while ((yield* load(word(scene), 4))[0] === 0) yield* sys.futex_wait(word(scene), 0, 0, FOREVER);
            done.push(name);
          },
          20,
        );
      expect(done).toEqual([]);
      yield* store(word(scene), Uint8Array.of(1, 0, 0, 0));
      expect(yield* wake(scene, LIMITS.wakeAll)).toBe(3);
      expect(done).toEqual(['1', '2', '3']);
    });
  });

  it('TestFutexThreadKilled: one that waits can be killed, and does not go on', () => {
    expectSuccess(function* (scene) {
      const order: string[] = [];
      const dying = yield* waiter(scene, 'dying', order);
      yield* waiter(scene, 'living', order);
      expectStatus((yield* sys.task_kill(dying)).status, 'OK');
      expect(yield* wake(scene, 1)).toBe(1);
      expect(order).toEqual(['living']);
    });
  });
});

describe('futexes of Zircon, as ours: owners', () => {
  it('Wait: the owner is a thread of the process, and neither who waits nor who waits there already', () => {
    expectSuccess(function* (scene) {
      const order: string[] = [];
      const waiting = yield* spawn(
        scene,
        'waiting',
        function* () {
          expectStatus((yield* sys.futex_wait(word(scene), 0, scene.thread, FOREVER)).status, 'OK');
          order.push('waiting');
        },
        20,
      );
      const refused = function* (expected: number, owner: number): CallScript<string> {
        return statusName((yield* sys.futex_wait(word(scene), expected, owner, FOREVER)).status);
      };
      expect(yield* refused(1, 0)).toBe('SHOULD_WAIT');
      expect(yield* refused(0, scene.thread)).toBe('BAD_STATE');
      // It waits for us: to wait for it would never end.
      expect(yield* refused(0, waiting)).toBe('DEADLOCK');
      expect(yield* refused(0, scene.vmar)).toBe('WRONG_TYPE');
      // Memory is shared between processes, and so is what a word in it stands for.
      const { thread } = yield* makeProcess(scene);
      expectStatus((yield* sys.futex_wait(word(scene), 0, thread, 0)).status, 'TIMED_OUT');
      expect(yield* wake(scene, 1)).toBe(1);
      expect(order).toEqual(['waiting']);
    });
  });

  it('WaitExitRace: an owner that ends meanwhile harms nobody', () => {
    expectSuccess(
      function* (scene) {
        const ends = new Set<string>();
        for (let i = 0; i < 40; i++) {
          const owner = yield* spawn(scene, 'owner', () => sys.thread_sleep(scene.system.time + 10 * i));
          // A page that nobody has touched yet.
          const at = scratch(scene, 110 + i);
          ends.add(statusName((yield* sys.futex_wait(at, 0, owner, scene.system.time + 100)).status));
          yield* sys.handle_close(owner);
        }
        expect([...ends]).toEqual(['TIMED_OUT']);
      },
      { quantum: 3 },
    );
  });
});
