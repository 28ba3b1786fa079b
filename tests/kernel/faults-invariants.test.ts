/** Every check of faults and debug sessions can fail: one number of the state is made wrong, and the right sentence comes. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { System } from '../../kernel/index.js';
import { invariantViolations } from '../../kernel/invariants/all.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import { DEBUG, LISTEN, SESSION, SOURCE } from '../../syscalls/options.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { runScript, type Scene, spawn } from './booted.js';
import { CODE, SPIN } from './compiled.js';
import { type Damage, field, itFindsEach, writable } from './damages.js';
import { addThread, makeTarget, NOP, Session, start } from './debuggees.js';
import { waitForFault } from './faults/handlers.js';
import { listen, makePool } from './packets.js';

const ILLEGAL = 0;
/** Threads in the order in which they are made: the first process's two, then those of the targets. */
const [MAIN, ASKED, LISTENER, DEFERRED, OFFERED, SLEEPER] = [0, 1, 2, 3, 4, 5];
const [STOPPED_PROCESS] = [3];
const TIMER = 0;
const NOT_THERE = 30;

/** Two threads are stopped at faults, the second waits for the listeners of the first, a third one's is offered to a session. */
function* something(scene: Scene): CallScript {
  const made = yield* makeTarget(scene, [ILLEGAL, SPIN], 20);
  yield* spawn(
    scene,
    'listener',
    function* () {
      yield* waitForFault(scene, made.process, SOURCE.FAULT, 64);
      yield* sys.thread_sleep(1e12);
    },
    22,
  );
  const pool = yield* makePool(scene, 4);
  yield* listen(made.process, SOURCE.FAULT, pool, 0, LISTEN.PERSISTENT);
  yield* start(made);
  yield* addThread(made, CODE, 20);
  const offered = yield* makeTarget(scene, [ILLEGAL], 20);
  const faults = yield* Session.attach(scene, offered.process, SESSION.STOP_PROCESS);
  yield* faults.does(DEBUG.BREAK, 0, 0x5000_0000);
  yield* start(offered);
  const stopped = yield* makeTarget(scene, [NOP], 20);
  const { timer } = yield* sys.timer_create(scene.allocator);
  const entry = scene.system.enter(function* () {
    yield* sys.thread_sleep(1e12);
  });
  yield* start(stopped, entry);
  const holding = yield* Session.attach(scene, stopped.process, SESSION.STOP_PROCESS);
  yield* holding.does(DEBUG.STOP);
  yield* sys.timer_set(timer, 1e12, 0);
  for (;;) yield* sys.clock_get(0);
}

let system: System;
beforeAll(() => {
  ({ system } = runScript(something, { maxInstructions: 400, playedOnce: 'it is one state that is looked at' }));
});

/** The registration that owes the first answer about a fault. */
const owing = (s: { threads: { firstOwing: Int32Array } }): number => s.threads.firstOwing[ASKED];

const DAMAGES: readonly Damage[] = [
  [/^30: faults are not linked both ways at thread row 3$/, (s) => [[s.threads.previousFaulted, DEFERRED, -1]]],
  [/^30: the last fault is another one$/, (s) => [field(s, 'lastFaulted', ASKED)]],
  [/^30: thread row 4 is not in the list of faults$/, (s) => [[s.threads.nextFaulted, DEFERRED, -1]]],
  [/^30: thread row 1 is in the list of faults$/, (s) => [[s.threads.blockedOn, ASKED, 1]]],
  [/^32: a session owes an answer to thread row 0, which has no fault$/, (s) => [[s.threads.told, MAIN, 1]]],
  [/^32: thread row 4 is stopped at a fault, and nobody is to answer$/, (s) => [[s.threads.told, OFFERED, 0]]],
  [
    /^32: thread row 3 is stopped at a fault, and nobody is to answer$/,
    (s) => [[s.threads.faultDeferred, DEFERRED, 0]],
  ],
  [/^32: thread row 1 is stopped at a fault, and nobody is to answer$/, (s) => [[s.threads.faultPhase, ASKED, 0]]],
  [/^31: registration row \d+ owes an answer to no fault$/, (s) => [[s.threads.firstOwing, ASKED, -1]]],
  [/^31: registration row \d+ does not owe an answer to thread row 1$/, (s) => [[s.registrations.owes, owing(s), 0]]],
  [/^31: 2 answers are owed to thread row 1, not 1$/, (s) => [[s.threads.owed, ASKED, 1]]],
  [
    /^33: registration row \d+ owes an answer, and its thread has ended$/,
    (s) => [[s.threads.state, LISTENER, TASK_STATE.ENDED]],
  ],
  [/^30: 0 sessions stop the world, not 1$/, (s) => [field(s, 'worldStops', 1)]],
  [/^30: 1 sessions stop the world, not 0$/, (s) => [[s.sessions.holds, 0, 1]]],
  [/^30: 2 sessions are programs', not 1$/, (s) => [field(s, 'guestSessions', 1)]],
  [/^30: there are 1 breakpoints, not 0$/, (s) => [field(s, 'placeBreakpoints', 0)]],
  [/^30: breakpoint row 0 is of no session$/, (s) => [[s.breakpoints.session, 0, NOT_THERE]]],
  [
    /^30: thread row 5 is stopped by a session that has not stopped its process$/,
    (s) => [[s.processes.held, STOPPED_PROCESS, 0]],
  ],
  [
    /^30: the clock of process row 3 is stopped by a session that has not stopped the process$/,
    (s) => [[s.processes.clockStops, STOPPED_PROCESS, 1 << 5]],
  ],
  [
    /^16: the deadline of thread row 5 stands still, and its clock does not$/,
    (s) => [[s.processes.clockStops, STOPPED_PROCESS, 0]],
  ],
  [
    /^16: the deadline of timer row 0 goes on, and its clock does not$/,
    (s) => [[s.timers.clock, TIMER, s.processes.koid[STOPPED_PROCESS]]],
  ],
];

describe('30 to 33: invariants of faults and debug sessions', () => {
  it('all hold where threads are stopped at faults, by sessions, and by both', () => {
    expect(invariantViolations(system.kernel)).toEqual([]);
    const { threads, processes, firstFaulted } = writable(system);
    expect([firstFaulted, threads.owed[ASKED], threads.faultDeferred[DEFERRED]]).toEqual([ASKED, 2, 1]);
    expect(threads.told[OFFERED]).toBe(1);
    expect([threads.deadlineSlot[SLEEPER], processes.clockStops[STOPPED_PROCESS]]).toEqual([-2, 2]);
  });

  itFindsEach(() => system, DAMAGES);
});
