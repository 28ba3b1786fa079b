/** Every check of rings can fail: one number of the state is made wrong, and the right sentence comes. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { System } from '../../kernel/index.js';
import { invariantViolations } from '../../kernel/invariants/all.js';
import type { MutableState } from '../../kernel/state/state.js';
import { BLOCKED_ON, TASK_STATE } from '../../syscalls/layouts.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { runScript, type Scene, spawn } from './booted.js';
import { type Change, type Damage, itFindsEach, writable } from './damages.js';
import { makePool } from './packets.js';
import { NULL_CALL, TestRing } from './ring-memory.js';

/** Pools and rings in the order in which they are made. */
const POOL = 0;
const OTHER_POOL = 1;
const WAITED = 0;
const WAITER = 1;

/** Two rings of one pool in which a completion lies; a thread waits at the first ring for more. */
function* something(scene: Scene): CallScript {
  const pool = yield* makePool(scene, 4);
  yield* makePool(scene, 4);
  const ring = yield* TestRing.make(scene, 4, pool);
  yield* TestRing.make(scene, 4, pool);
  yield* ring.submit(NULL_CALL);
  yield* ring.enter(1);
  yield* spawn(scene, 'waiter', () => ring.enter(0, 3), 20);
  for (;;) yield* sys.clock_get(0);
}

let system: System;
beforeAll(() => {
  ({ system } = runScript(something, { maxInstructions: 200 }));
});

const waiters = (s: MutableState): number => s.rings.waiters[WAITED];
const waiting = (s: MutableState): number => s.sources.head[waiters(s)];

/** Makes every handle to the first ring one to the second. */
function hidden(s: MutableState): Change[] {
  const changes: Change[] = [];
  for (let row = 0; row < s.handles.used; row++)
    if (s.handles.type[row] === OBJECT_TYPE.ring && s.handles.object[row] === WAITED)
      changes.push([s.handles.object, row, 1]);
  return changes;
}

const DAMAGES: readonly Damage[] = [
  [/^ring row 0 is in the list of pool row 0$/, (s) => [[s.rings.pool, WAITED, OTHER_POOL]]],
  [/^pool row 0 is not linked both ways at ring row 0$/, (s) => [[s.rings.previousOfPool, WAITED, -1]]],
  [/^pool row 0 counts its rings wrong$/, (s) => [[s.pools.ringCount, POOL, 1]]],
  [/^ring row 0 is unknown to pool row 0$/, (s) => [[s.pools.firstRing, POOL, -1]]],
  [/^the waiters of ring row 0 wait for something else$/, (s) => [[s.sources.type, waiters(s), OBJECT_TYPE.timer]]],
  [/^the waiters of ring row 0 wait for something else$/, (s) => [[s.sources.object, waiters(s), 1]]],
  [/^the waiters of ring row 0 wait for something else$/, (s) => [[s.sources.name, waiters(s), 0]]],
  [/^registration row \d+ waits at ring row 0 for nobody$/, (s) => [[s.registrations.thread, waiting(s), -1]]],
  [/^registration row \d+ waits at ring row 0 for nobody$/, (s) => [[s.threads.state, WAITER, TASK_STATE.RUNNABLE]]],
  [/^registration row \d+ waits at ring row 0 for nobody$/, (s) => [[s.threads.blockedOn, WAITER, BLOCKED_ON.POOL]]],
  [/^21: ring row 0 counts 1 handles in flight, there are 0$/, (s) => [[s.rings.flying, WAITED, 1]]],
  [/^21: nobody can get at ring row 0 any more$/, (s) => hidden(s)],
  [/^thread row 1 waits for completions that are there$/, (s) => [[s.threads.wait0, WAITER, 1]]],
];

describe('invariants of rings', () => {
  it('all hold of two rings of one pool and a thread that waits for completions', () => {
    expect(invariantViolations(system.kernel)).toEqual([]);
    const { rings, pools, threads } = writable(system);
    expect([rings.live, pools.packets[POOL], threads.blockedOn[WAITER]]).toEqual([2, 1, BLOCKED_ON.RING]);
  });

  itFindsEach(() => system, DAMAGES);
});
