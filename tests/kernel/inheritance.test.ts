/** 25: who owns what others wait for runs with at least their priority. The invariant is checked after every step here. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FUTEX_OPTIONS } from '../../syscalls/calls.js';
import { FOREVER } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, runScript, type Scene, setPriority, spawn } from './booted.js';
import { acquire, holder, makeLock, others, priorityOf, release } from './lock-scene.js';
import { makePool } from './packets.js';

/** Runs until a time, in ns: one operation is one. */
function* workUntil(time: number): CallScript {
  while ((yield* sys.clock_get(0)).time < time);
}

describe('priority inheritance', () => {
  it('the owner runs with the highest priority of those who wait, and has its own again after the release', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      yield* acquire(lock);
      for (const priority of [20, 25, 22]) {
        yield* holder(scene, `p${priority}`, [lock], priority);
        expect(priorityOf(scene, 'main')).toBe(Math.max(priority, priority > 20 ? 25 : 20));
      }
      expect(scene.system.state.threads.basePriority[0]).toBe(16);
      yield* release(lock);
      expect(priorityOf(scene, 'main')).toBe(16);
      // The first owns it now, for the sake of the second.
      expect(priorityOf(scene, 'p20')).toBe(25);
      yield* sys.process_exit(0);
    });
  });

  it('a thread of middle priority cannot keep an owner from what somebody above it waits for', () => {
    const order: string[] = [];
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      yield* spawn(
        scene,
        'low',
        function* () {
          yield* acquire(lock);
          yield* workUntil(600);
          order.push('low works');
          yield* release(lock);
        },
        3,
      );
      yield* sys.thread_sleep(200);
      yield* spawn(
        scene,
        'high',
        function* () {
          yield* acquire(lock);
          order.push('high');
        },
        25,
      );
      yield* spawn(
        scene,
        'middle',
        function* () {
          yield* sys.thread_sleep(400);
          yield* workUntil(900);
          order.push('middle');
        },
        10,
      );
      yield* sys.thread_sleep(1_000_000);
      expect(order).toEqual(['low works', 'high', 'middle']);
    });
  });

  it('it follows a chain of locks and futexes to its end, and leaves it again', () => {
    expectSuccess(function* (scene) {
      const locks: number[] = [];
      for (let i = 0; i < 3; i++) locks.push(yield* makeLock(scene));
      const word = scene.stackLow + 4096;
      yield* acquire(locks[0]);
      yield* spawn(scene, 'a', function* () {
        yield* acquire(locks[1]);
        yield* acquire(locks[0]);
      });
      yield* others();
      const b = yield* spawn(scene, 'b', function* () {
        yield* acquire(locks[2]);
        yield* acquire(locks[1]);
      });
      yield* others();
      yield* spawn(scene, 'c', () => sys.futex_wait(word, 0, b, FOREVER));
      yield* others();
      const top = yield* spawn(scene, 'top', () => sys.futex_wait(word, 0, b, 50_000), 30);
      expect(['main', 'a', 'b', 'c'].map((name) => priorityOf(scene, name))).toEqual([30, 30, 30, 16]);
      yield* setPriority(scene, top, 28);
      expect(['main', 'a', 'b', 'c'].map((name) => priorityOf(scene, name))).toEqual([28, 28, 28, 16]);
      yield* sys.thread_sleep(60_000);
      expect(['main', 'a', 'b', 'c'].map((name) => priorityOf(scene, name))).toEqual([16, 16, 16, 16]);
      yield* sys.process_exit(0);
    });
  });

  it('what is lent ends with a wait in every way: deadline, death, and the end of the lock', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      yield* acquire(lock);
      yield* spawn(scene, 'late', () => sys.lock_acquire(lock, 5_000), 20);
      expect(priorityOf(scene, 'main')).toBe(20);
      yield* sys.thread_sleep(10_000);
      expect(priorityOf(scene, 'main')).toBe(16);
      const killed = yield* holder(scene, 'killed', [lock], 21);
      expect(priorityOf(scene, 'main')).toBe(21);
      yield* sys.task_kill(killed);
      expect(priorityOf(scene, 'main')).toBe(16);
      yield* spawn(scene, 'canceled', () => sys.lock_acquire(lock, FOREVER), 22);
      expect(priorityOf(scene, 'main')).toBe(22);
      yield* sys.handle_close(lock);
      expect(priorityOf(scene, 'main')).toBe(16);
    });
  });

  it('a new priority is one of its own: what others lend still counts', () => {
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      yield* acquire(lock);
      yield* holder(scene, 'waiter', [lock], 20);
      yield* setPriority(scene, scene.thread, 5);
      expect(priorityOf(scene, 'main')).toBe(20);
      yield* setPriority(scene, scene.thread, 24);
      expect(priorityOf(scene, 'main')).toBe(24);
      yield* setPriority(scene, scene.thread, 7);
      yield* release(lock);
      expect(priorityOf(scene, 'main')).toBe(7);
      yield* sys.process_exit(0);
    });
  });

  it('a pool lends the priority that was set for the thread it names, and nothing of what that one is lent', () => {
    expectSuccess(function* (scene) {
      const [lock, other] = [yield* makeLock(scene), yield* makeLock(scene)];
      const pool = yield* makePool(scene);
      yield* acquire(lock);
      const named = yield* holder(scene, 'named', [other], 18);
      const { registration } = yield* sys.lock_acquire_async(lock, named, pool, 0);
      expect(priorityOf(scene, 'main')).toBe(18);
      yield* holder(scene, 'waits for named', [other], 30);
      expect(priorityOf(scene, 'named')).toBe(30);
      expect(priorityOf(scene, 'main')).toBe(18);
      yield* setPriority(scene, named, 19);
      expect(priorityOf(scene, 'main')).toBe(19);
      yield* setPriority(scene, named, 17);
      expect(priorityOf(scene, 'main')).toBe(17);
      expectStatus((yield* sys.event_cancel(pool, registration)).status, 'OK');
      expect(priorityOf(scene, 'main')).toBe(16);
      yield* sys.process_exit(0);
    });
  });

  it('who wakes a futex hands what others lend it for that word to the one it woke', () => {
    expectSuccess(function* (scene) {
      const [word, another] = [scene.stackLow + 4096, scene.stackLow + 8192];
      const wait = (name: string, at: number, priority: number): CallScript<number> =>
        spawn(scene, name, () => sys.futex_wait(at, 0, scene.thread, FOREVER), priority);
      yield* wait('first', word, 17);
      yield* wait('second', word, 25);
      yield* wait('elsewhere', another, 20);
      expect(priorityOf(scene, 'main')).toBe(25);
      yield* setPriority(scene, scene.thread, 31); // so that nobody runs meanwhile
      expect((yield* sys.futex_wake(word, 1)).woken).toBe(1);
      expect(priorityOf(scene, 'first')).toBe(25);
      yield* setPriority(scene, scene.thread, 16);
      expect(priorityOf(scene, 'main')).toBe(20);
      yield* sys.process_exit(0);
    });
  });

  it('a wait that began regardless of a cycle lends nothing', () => {
    expectSuccess(function* (scene) {
      const [a, b] = [scene.stackLow + 4096, scene.stackLow + 8192];
      const other = yield* spawn(scene, 'other', () => sys.futex_wait(a, 0, scene.thread, FOREVER), 10);
      yield* sys.thread_sleep(1000);
      yield* sys.futex_wait(b, 0, other, 100_000, FUTEX_OPTIONS.REGARDLESS);
      expect(priorityOf(scene, 'other')).toBe(10);
      yield* sys.process_exit(0);
    });
  });

  it('an owner that has ended is lent nothing', () => {
    const { outcome } = runScript(function* (scene) {
      const owner = yield* spawn(scene, 'owner', () => sys.thread_sleep(5000));
      const word = scene.stackLow + 4096;
      yield* spawn(scene, 'waiter', () => sys.futex_wait(word, 0, owner, FOREVER), 20);
      expect(priorityOf(scene, 'owner')).toBe(20);
      yield* sys.thread_sleep(10_000);
      expectStatus((yield* sys.futex_wait(word, 0, owner, 20_000)).status, 'TIMED_OUT');
    });
    expect(outcome.kind).toBe('blocked');
  });
});

type Action =
  | { readonly kind: 'acquire' | 'release' | 'claim'; readonly lock: number }
  | { readonly kind: 'acquire for a time'; readonly lock: number; readonly time: number }
  | { readonly kind: 'futex'; readonly owner: number; readonly time: number }
  | { readonly kind: 'wake'; readonly count: number }
  | { readonly kind: 'priority'; readonly thread: number; readonly priority: number }
  | { readonly kind: 'kill'; readonly thread: number }
  | { readonly kind: 'sleep'; readonly time: number };

const LOCKS = 4;
const THREADS = 5;
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constantFrom('acquire', 'release', 'claim'), lock: fc.nat(LOCKS - 1) }),
  fc.record({ kind: fc.constant('acquire for a time'), lock: fc.nat(LOCKS - 1), time: fc.nat(20_000) }),
  fc.record({ kind: fc.constant('futex'), owner: fc.nat(THREADS - 1), time: fc.nat(20_000) }),
  fc.record({ kind: fc.constant('wake'), count: fc.nat(3) }),
  fc.record({ kind: fc.constant('priority'), thread: fc.nat(THREADS - 1), priority: fc.nat(31) }),
  fc.record({ kind: fc.constant('sleep'), time: fc.nat(20_000) }),
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill'), thread: fc.nat(THREADS - 1) }) },
);

describe('locks under any sequence of calls', () => {
  it('23, 24, 25: owners, queues and priorities are what they should be after every step', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(action, { maxLength: 12 }), { minLength: THREADS, maxLength: THREADS }),
        (scripts) => {
          runScript((scene) => everybody(scene, scripts), { maxInstructions: 3000, memoryBytes: 1 << 20 });
        },
      ),
      { numRuns: 20 },
    );
  });
});

function* everybody(scene: Scene, scripts: readonly (readonly Action[])[]): CallScript {
  const locks: number[] = [];
  for (let i = 0; i < LOCKS; i++) locks.push(yield* makeLock(scene));
  const pool = yield* makePool(scene, 64);
  const threads: number[] = [];
  for (const [i, script] of scripts.entries()) {
    threads.push(
      yield* spawn(
        scene,
        `t${i}`,
        function* () {
          for (const step of script) yield* act(scene, step, locks, pool, threads, i);
        },
        10 + i,
      ),
    );
  }
}

function* act(
  scene: Scene,
  step: Action,
  locks: readonly number[],
  pool: number,
  threads: readonly number[],
  self: number,
): CallScript {
  const word = scene.stackLow + 8192;
  switch (step.kind) {
    case 'acquire':
      yield* sys.lock_acquire(locks[step.lock], FOREVER);
      return;
    case 'acquire for a time':
      yield* sys.lock_acquire(locks[step.lock], (yield* sys.clock_get(0)).time + step.time);
      return;
    case 'release':
      yield* sys.lock_release(locks[step.lock]);
      return;
    case 'claim':
      yield* sys.lock_acquire_async(locks[step.lock], threads[self], pool, self);
      return;
    case 'futex':
      yield* sys.futex_wait(
        word,
        0,
        threads[step.owner],
        (yield* sys.clock_get(0)).time + step.time,
        FUTEX_OPTIONS.REGARDLESS,
      );
      return;
    case 'wake':
      yield* sys.futex_wake(word, step.count);
      return;
    case 'priority':
      yield* setPriority(scene, threads[step.thread], step.priority);
      return;
    case 'kill':
      yield* sys.task_kill(threads[step.thread]);
      return;
    case 'sleep':
      yield* sys.thread_sleep((yield* sys.clock_get(0)).time + step.time);
      return;
  }
}
