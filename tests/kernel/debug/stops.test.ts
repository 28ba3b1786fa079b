/** What stops with a session: the world and its time, or one process and its clock. What others can tell is in kernel/debug/README.md. */
import { describe, expect, it } from 'vitest';
import { CAUSE, encode } from '../../../machine/index.js';
import { CALL_NUMBER, INFO } from '../../../syscalls/calls.js';
import { TASK_STATE } from '../../../syscalls/layouts.js';
import { FOREVER, PAGE_BYTES } from '../../../syscalls/limits.js';
import { DEBUG, MAP_OPTIONS, SESSION, SOURCE } from '../../../syscalls/options.js';
import { ALL_RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, load } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, runScript, type Scene } from '../booted.js';
import { callOf, runInProcess } from '../compiled.js';
import { at, makeTarget, NOP, Session, start, type Target } from '../debuggees.js';
import { processFields, threadFields } from '../information.js';
import { give } from '../messages.js';
import { scratch } from '../packets.js';

const { STOP_PROCESS } = SESSION;
const MEMORY = 0x3000_0000;
/** Offset of data0 in a packet. */
const TOKEN = 44;
/** How long a debugger takes its time, ns. */
const GAP = 1_000_000;

/** A target that a script executes, with memory of its own at MEMORY. */
function* scripted(scene: Scene, script: () => CallScript, priority = 18): CallScript<Target & { entry: number }> {
  const target = yield* makeTarget(scene, [NOP], priority);
  const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
  const options = MAP_OPTIONS.READ | MAP_OPTIONS.WRITE | MAP_OPTIONS.FIXED;
  expectStatus((yield* sys.vmar_map(target.vmar, vmo, 0, PAGE_BYTES, options, MEMORY)).status, 'OK');
  return { ...target, entry: scene.system.enter(script) };
}

function* now(): CallScript<number> {
  return (yield* sys.clock_get(0)).time;
}

/** Stops a target, lets time pass, and lets it go on. */
function* stopFor(scene: Scene, session: Session, ns: number): CallScript {
  yield* session.does(DEBUG.STOP);
  yield* session.rest();
  yield* sys.thread_sleep(scene.system.time + ns);
  yield* session.resume();
}

describe('a stop of the world', () => {
  it('takes no time by any clock: of the one that is stopped, of others, of the one that debugs', () => {
    const times = (debugs: boolean): number[] => {
      const seen: number[] = [];
      expectSuccess(function* (scene) {
        const target = yield* scripted(scene, function* () {
          for (let i = 0; i < 5; i++) seen.push(yield* now());
        });
        const other = yield* scripted(scene, function* () {
          for (let i = 0; i < 3; i++) seen.push(yield* now());
        });
        const session = yield* Session.attach(scene, target.process);
        // Handles, breakpoints and calls of the one that debugs are the same in both runs but for what stops.
        yield* session.does(DEBUG.CATCH_CALL, 0, debugs ? 0xffff_ffff : 0xffff_fffe);
        yield* start(target, target.entry);
        yield* start(other, other.entry);
        for (let i = 0; debugs && i < 11; i++) {
          const before = yield* now();
          const told = yield* session.next();
          expect(['CALL', 'RETURN']).toContain(told.kind);
          for (let j = 0; j < 7; j++) yield* sys.thread_yield();
          if (i > 0) expect(yield* now()).toBeGreaterThanOrEqual(before);
          yield* session.resume();
        }
        yield* sys.thread_sleep(scene.system.time + GAP);
      });
      return seen;
    };
    const differences = (all: readonly number[]): number[] => all.slice(1).map((time, i) => time - all[i]);
    const [seen, plain] = [times(true), times(false)];
    expect(seen).toHaveLength(8);
    expect(differences(seen.slice(0, 5))).toEqual(differences(plain.slice(0, 5)));
  });

  it('lets nobody run but the program that debugs', () => {
    expectSuccess(function* (scene) {
      const turns: string[] = [];
      const bystander = yield* scripted(
        scene,
        function* () {
          for (;;) {
            turns.push('bystander');
            yield* sys.thread_yield();
          }
        },
        16,
      );
      yield* start(bystander, bystander.entry);
      const victim = yield* makeTarget(scene, [NOP], 10);
      const inner = yield* scripted(
        scene,
        function* () {
          const { pool } = yield* sys.pool_create(allocator, 0, 4, 0);
          yield* sys.debug_attach(task, pool, 0);
          for (;;) {
            turns.push('debugger');
            yield* sys.thread_yield();
          }
        },
        16,
      );
      const allocator = give(scene.system, scene.allocator, inner.process, ALL_RIGHTS);
      const task = give(scene.system, victim.process, inner.process, ALL_RIGHTS);
      yield* start(inner, inner.entry);
      yield* sys.thread_sleep(scene.system.time + 100);
      expect(new Set(turns)).toEqual(new Set(['bystander', 'debugger']));
      const about = yield* Session.attach(scene, victim.process);
      yield* about.does(DEBUG.STOP);
      turns.length = 0;
      for (let i = 0; i < 5; i++) yield* sys.thread_yield();
      // Nor does another one that debugs, and has not stopped it.
      expect(turns).toEqual([]);
      yield* about.end();
      yield* sys.thread_sleep(scene.system.time + 100);
      expect(new Set(turns)).toEqual(new Set(['bystander', 'debugger']));
      yield* sys.process_exit(0);
    });
  });

  it('two that debug each other: one that is stopped does not run, though it stopped the world before', () => {
    expectSuccess(function* (scene) {
      const turns: string[] = [];
      const victim = yield* makeTarget(scene, [NOP], 10);
      const inner = yield* scripted(
        scene,
        function* () {
          const { pool } = yield* sys.pool_create(allocator, 0, 4, 0);
          const { session } = yield* sys.debug_attach(task, pool, 0);
          yield* sys.debug_control(session, DEBUG.STOP, 0, 0, 0);
          for (let i = 0; i < 3; i++) {
            turns.push('debugger');
            yield* sys.thread_yield();
          }
          yield* sys.debug_control(session, DEBUG.RESUME, 0, 0, 0);
          yield* sys.thread_sleep(FOREVER);
        },
        20,
      );
      const allocator = give(scene.system, scene.allocator, inner.process, ALL_RIGHTS);
      const task = give(scene.system, victim.process, inner.process, ALL_RIGHTS);
      const session = yield* Session.attach(scene, inner.process);
      yield* session.does(DEBUG.CATCH_CALL, 0, CALL_NUMBER.thread_yield);
      yield* start(inner, inner.entry);
      for (let i = 0; i < 3; i++) {
        expect((yield* session.next()).kind).toBe('CALL');
        expect(turns).toHaveLength(i + 1);
        yield* session.resume();
        expect((yield* session.next()).kind).toBe('RETURN');
        yield* session.resume();
      }
      yield* sys.thread_sleep(scene.system.time + 100);
      yield* sys.process_exit(0);
    });
  });

  it('ends when nobody keeps it; a program that waits for time in it waits for ever, and the run says who is blocked', () => {
    const { outcome } = runScript(function* (scene) {
      const target = yield* makeTarget(scene, [NOP], 10);
      const session = yield* Session.attach(scene, target.process);
      yield* session.does(DEBUG.STOP);
      yield* sys.thread_sleep(scene.system.time + 100);
    });
    expect(outcome).toMatchObject({ kind: 'blocked', threads: [{ on: 'sleep', name: 'main' }] });
  });
});

describe('a stop of one process', () => {
  it('its clock stands still, and nothing else does', () => {
    expectSuccess(function* (scene) {
      const seen: number[] = [];
      const target = yield* scripted(
        scene,
        function* () {
          for (;;) {
            seen.push(yield* now());
            yield* sys.thread_yield();
          }
        },
        16,
      );
      const session = yield* Session.attach(scene, target.process, STOP_PROCESS);
      yield* start(target, target.entry);
      yield* sys.thread_yield();
      const before = yield* now();
      yield* stopFor(scene, session, GAP);
      expect((yield* now()) - before).toBeGreaterThanOrEqual(GAP);
      const [last] = seen.slice(-1);
      yield* sys.thread_yield();
      yield* sys.thread_yield();
      expect(seen[seen.indexOf(last) + 1] - last).toBeLessThan(100);
      // What it is behind stays, and adds up.
      yield* stopFor(scene, session, GAP);
      yield* sys.thread_yield();
      expect((yield* now()) - seen[seen.length - 1]).toBeGreaterThanOrEqual(2 * GAP);
      yield* sys.process_exit(0);
    });
  });

  it('deadlines of its waits stand still with it, and are given by its own clock afterwards', () => {
    expectSuccess(function* (scene) {
      const woken: number[] = [];
      const target = yield* scripted(scene, function* () {
        for (const ns of [1000, 2000, 3000]) {
          const begun = yield* now();
          if (ns === 2000) expectStatus((yield* sys.futex_wait(MEMORY, 0, 0, begun + ns)).status, 'TIMED_OUT');
          else yield* sys.thread_sleep(begun + ns);
          woken.push((yield* now()) - begun);
        }
      });
      const session = yield* Session.attach(scene, target.process, STOP_PROCESS);
      yield* start(target, target.entry);
      for (let i = 0; i < 3; i++) {
        expect(woken).toHaveLength(i);
        const state = yield* threadFields(target.thread, scene.stackLow);
        expect(state.state).toBe(TASK_STATE.BLOCKED);
        yield* stopFor(scene, session, GAP);
        expect(woken).toHaveLength(i);
        yield* sys.thread_sleep(scene.system.time + (i + 1) * 1000);
      }
      expect(woken.every((ns, i) => ns >= (i + 1) * 1000 && ns < (i + 1) * 1000 + 100)).toBe(true);
      expect(woken).toHaveLength(3);
    });
  });

  it('so do timers that it has set, and their periods; what they say is by the clock of who asks', () => {
    expectSuccess(function* (scene) {
      const fired: number[] = [];
      const target = yield* scripted(scene, function* () {
        const { timer } = yield* sys.timer_create(allocator);
        const begun = yield* now();
        yield* sys.timer_set(timer, begun + 1000, 2000);
        for (let i = 0; i < 4; i++) {
          expectStatus((yield* sys.event_wait(timer, SOURCE.TIMER, i, FOREVER, MEMORY)).status, 'OK');
          fired.push((yield* now()) - begun);
          yield* sys.object_info(timer, INFO.TIMER, MEMORY + 256, 32);
          const words = new Int32Array((yield* load(MEMORY + 256, 32)).slice().buffer);
          expect(words[2] - begun).toBe(1000 + 2000 * (i + 1));
        }
      });
      const allocator = give(scene.system, scene.allocator, target.process, ALL_RIGHTS);
      const session = yield* Session.attach(scene, target.process, STOP_PROCESS);
      yield* start(target, target.entry);
      yield* stopFor(scene, session, GAP);
      yield* sys.thread_sleep(scene.system.time + 3500);
      expect(fired).toHaveLength(2);
      yield* stopFor(scene, session, GAP);
      yield* sys.thread_sleep(scene.system.time + 5000);
      for (const [i, ns] of fired.entries()) {
        expect(ns).toBeGreaterThanOrEqual(1000 + 2000 * i);
        expect(ns).toBeLessThan(1100 + 2000 * i);
      }
      expect(fired).toHaveLength(4);
    });
  });

  it('an event that comes in a stop ends the wait, and is found when it goes on', () => {
    expectSuccess(function* (scene) {
      let status = 1;
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      const target = yield* scripted(scene, function* () {
        ({ status } = yield* sys.futex_wait(MEMORY + PAGE_BYTES, 0, 0, (yield* now()) + 1000));
      });
      const options = MAP_OPTIONS.READ | MAP_OPTIONS.WRITE | MAP_OPTIONS.FIXED;
      const page = scratch(scene, 0) - 64 * PAGE_BYTES;
      yield* sys.vmar_map(target.vmar, vmo, 0, PAGE_BYTES, options, MEMORY + PAGE_BYTES);
      yield* sys.vmar_map(scene.vmar, vmo, 0, PAGE_BYTES, options, page);
      const session = yield* Session.attach(scene, target.process, STOP_PROCESS);
      yield* start(target, target.entry);
      yield* session.does(DEBUG.STOP);
      yield* sys.thread_sleep(scene.system.time + GAP);
      expect((yield* sys.futex_wake(page, 1)).woken).toBe(1);
      expect(status).toBe(1);
      yield* session.resume();
      yield* sys.thread_yield();
      expectStatus(status, 'OK');
    });
  });

  it('two sessions: the clock goes on when neither keeps the process; RESUME_ONLY does not stop it', () => {
    expectSuccess(function* (scene) {
      const woken: number[] = [];
      const target = yield* scripted(scene, function* () {
        const begun = yield* now();
        yield* sys.thread_sleep(begun + 1000);
        woken.push((yield* now()) - begun);
      });
      const [one, two] = [
        yield* Session.attach(scene, target.process, STOP_PROCESS),
        yield* Session.attach(scene, target.process, STOP_PROCESS),
      ];
      yield* start(target, target.entry);
      const rest = () => sys.thread_sleep(scene.system.time + GAP);
      yield* one.does(DEBUG.STOP);
      yield* rest();
      yield* two.does(DEBUG.STOP);
      yield* one.resume();
      yield* rest();
      // Now alone, which stops no clock; then the other one stops it again.
      yield* one.does(DEBUG.STOP);
      yield* one.does(DEBUG.RESUME_ONLY, target.threadKoid);
      yield* rest();
      expect(woken).toEqual([]);
      yield* two.resume();
      yield* rest();
      expect(woken).toHaveLength(1);
      expect(woken[0]).toBeGreaterThanOrEqual(1000);
      expect(woken[0]).toBeLessThan(1100);
    });
  });

  it('who ends in a stop leaves nothing that stands still: timers that others know go on', () => {
    expectSuccess(function* (scene) {
      const { timer } = yield* sys.timer_create(scene.allocator);
      const target = yield* scripted(scene, function* () {
        yield* sys.timer_set(shared, (yield* now()) + 1000, 0);
        yield* sys.thread_sleep(FOREVER);
      });
      const shared = give(scene.system, timer, target.process, ALL_RIGHTS);
      const session = yield* Session.attach(scene, target.process, STOP_PROCESS);
      yield* start(target, target.entry);
      yield* session.does(DEBUG.STOP);
      const { time: deadline } = { time: scene.system.time + GAP };
      expectStatus((yield* sys.event_wait(timer, SOURCE.TIMER, 0, deadline, scratch(scene))).status, 'TIMED_OUT');
      expectStatus((yield* sys.task_kill(target.process)).status, 'OK');
      expectStatus((yield* sys.event_wait(timer, SOURCE.TIMER, 0, FOREVER, scratch(scene))).status, 'OK');
    });
  });

  it('threads go on in the order in which they would have run, and one that is made meanwhile is stopped, too', () => {
    expectSuccess(function* (scene) {
      const order: string[] = [];
      const target = yield* scripted(scene, function* () {
        yield* sys.thread_sleep(FOREVER);
      });
      const session = yield* Session.attach(scene, target.process, STOP_PROCESS);
      yield* start(target, target.entry);
      const make = function* (name: string): CallScript {
        const { thread } = yield* sys.thread_create(target.process, 10, 0, 0);
        const entry = scene.system.enter(function* () {
          order.push(name);
          yield* sys.thread_exit(0);
        });
        expectStatus((yield* sys.thread_start(thread, entry, 0, 0)).status, 'OK');
      };
      for (const name of ['a', 'b', 'c']) yield* make(name);
      yield* session.does(DEBUG.STOP);
      yield* make('late');
      yield* sys.thread_sleep(scene.system.time + GAP);
      expect(order).toEqual([]);
      yield* session.resume();
      yield* sys.thread_sleep(scene.system.time + GAP);
      expect(order.filter((name) => name !== 'late')).toEqual(['a', 'b', 'c']);
      expect(order).toContain('late');
    });
  });

  it('no program can read the counters of the hart, which go on: that is an illegal instruction', () => {
    for (const counter of [0xc00, 0xc01, 0xc02, 0xc80, 0xc81, 0xc82])
      expectSuccess(function* (scene) {
        const read = encode('csrrs', { rd: 10, rs1: 0, imm: counter });
        const { process } = yield* runInProcess(scene, [read, ...callOf('process_exit', 0)]);
        const end = yield* processFields(process, scene.stackLow);
        expect([end.fault_cause, end.fault_pc]).toEqual([CAUSE.ILLEGAL_INSTRUCTION, at(0)]);
      });
  });
});

describe('33: a debug session is no reason to pass a fault on', () => {
  it('a listener that a session has stopped is asked, and has time: nobody can tell that it is debugged', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [0], 20);
      const heard: number[] = [];
      const listener = yield* scripted(
        scene,
        function* () {
          yield* sys.event_wait(task, SOURCE.FAULT, 0, FOREVER, MEMORY);
          const [token] = new Uint32Array((yield* load(MEMORY + TOKEN, 4)).slice().buffer);
          heard.push(token);
          yield* sys.event_resolve(task, token, 6);
        },
        18,
      );
      const task = give(scene.system, target.process, listener.process, ALL_RIGHTS);
      yield* start(listener, listener.entry);
      const session = yield* Session.attach(scene, listener.process, STOP_PROCESS);
      yield* session.does(DEBUG.STOP);
      yield* start(target);
      yield* sys.thread_sleep(scene.system.time + GAP);
      expect((yield* processFields(target.process, scene.stackLow)).state).toBe(TASK_STATE.RUNNABLE);
      yield* session.resume();
      yield* sys.thread_sleep(scene.system.time + GAP);
      expect((yield* processFields(target.process, scene.stackLow)).state).toBe(TASK_STATE.ENDED);
      expect(heard).toHaveLength(1);
    });
  });
});
