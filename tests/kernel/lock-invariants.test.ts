/** Every check on locks, inheritance and suspensions can fail: one number of the state is made wrong. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { System } from '../../kernel/index.js';
import { invariantViolations } from '../../kernel/invariants/all.js';
import type { MutableState } from '../../kernel/state/state.js';
import { FOREVER } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { runScript, spawn } from './booted.js';
import { acquire, holder, makeLock } from './lock-scene.js';
import { makePool } from './packets.js';

let system: System;
let state: MutableState;
const THREAD = { MAIN: 0, WAITER: 1, FUTEX: 2, STOPPED: 3 } as const;

beforeAll(() => {
  ({ system } = runScript(
    function* (scene) {
      const [lock] = [yield* makeLock(scene), yield* makeLock(scene)];
      yield* acquire(lock);
      yield* holder(scene, 'waiter', [lock], 20);
      yield* sys.lock_acquire_async(lock, scene.thread, yield* makePool(scene), 0);
      yield* spawn(scene, 'futex', () => sys.futex_wait(scene.stackLow + 4096, 0, scene.thread, FOREVER), 22);
      const stopped = yield* spawn(scene, 'stopped', () => sys.thread_sleep(FOREVER), 3);
      const other = yield* makePool(scene);
      yield* sys.lock_acquire_async(lock, stopped, other, 0);
      yield* sys.task_suspend(stopped);
      for (;;) yield* sys.clock_get(0);
    },
    { maxInstructions: 200 },
  ));
  state = system.state as unknown as MutableState;
});

type Damage = (s: MutableState) => readonly [column: Int32Array, row: number, value: number];

const claim = (s: MutableState): number => s.threads.firstClaim[THREAD.STOPPED];

const DAMAGES: readonly (readonly [sentence: RegExp, damage: Damage])[] = [
  [/^23: the owner of lock row 0 does not list it$/, (s) => [s.locks.owner, 0, THREAD.WAITER]],
  [/^24: lock row 0 is free, and somebody waits for it$/, (s) => [s.locks.owner, 0, -1]],
  [/^23: lock row 0 is not linked both ways$/, (s) => [s.locks.previousOfOwner, 0, 1]],
  [/^23: lock row 0 has two owners$/, (s) => [s.threads.firstLock, THREAD.FUTEX, 0]],
  [/^23: lock row 0 counts the pools in its queue wrong$/, (s) => [s.locks.claims, 0, 7]],
  [/^23: registration row \d+ is not in the list of the thread/, (s) => [s.threads.firstClaim, THREAD.STOPPED, -1]],
  [/^23: registration row \d+ claims a lock for two threads$/, (s) => [s.threads.firstClaim, THREAD.FUTEX, claim(s)]],
  [/^23: thread row 0 has ended and owns a lock, or will$/, (s) => [s.threads.state, THREAD.MAIN, 3]],
  [/^25: thread row 0 has priority 17, it follows 22$/, (s) => [s.threads.priority, THREAD.MAIN, 17]],
  [/^25: thread row 0 has priority 22, it follows 31$/, (s) => [s.threads.basePriority, THREAD.MAIN, 31]],
  [/^25: the highest priority in the queue of lock row 0 is 20, not 4$/, (s) => [s.locks.highest, 0, 4]],
  [/^25: thread row 1 lends to the owner of a futex and waits for none$/, (s) => [s.threads.lendsTo, THREAD.WAITER, 0]],
  [/^25: thread row 2 is among those who lend to row 0$/, (s) => [s.threads.lendsTo, THREAD.FUTEX, THREAD.STOPPED]],
  [/^30: thread row 3 counts its suspensions wrong$/, (s) => [s.threads.suspensions, THREAD.STOPPED, 2]],
  [/^30: process row 0 counts its suspensions wrong$/, (s) => [s.processes.suspensions, 0, 1]],
];

describe('invariants of locks', () => {
  it('all hold of a system that has a bit of everything', () => {
    expect(invariantViolations(system.kernel)).toEqual([]);
  });

  it.each(DAMAGES.map(([sentence, damage]) => [String(sentence), sentence, damage] as const))(
    '%s',
    (_name, sentence, damage) => {
      const [column, row, value] = damage(state);
      const old = column[row];
      column[row] = value;
      const found = invariantViolations(system.kernel);
      column[row] = old;
      expect(
        found.some((violation) => sentence.test(violation)),
        `found only: ${found.join('; ')}`,
      ).toBe(true);
      expect(invariantViolations(system.kernel)).toEqual([]);
    },
  );
});
