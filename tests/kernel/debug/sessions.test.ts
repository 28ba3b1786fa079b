/** Debug sessions of programs: who can begin one, what it is told, what it stops, and how it ends. */
import { describe, expect, it } from 'vitest';
import { CAUSE, encode } from '../../../machine/index.js';
import { CALL_NUMBER, INFO } from '../../../syscalls/calls.js';
import { EXIT_REASON, TASK_STATE } from '../../../syscalls/layouts.js';
import { FOREVER } from '../../../syscalls/limits.js';
import { DEBUG, EVENT, SESSION, SOURCE, VERDICT } from '../../../syscalls/options.js';
import { ALL_RIGHTS, RIGHTS, SAME_RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from '../booted.js';
import { A0, CODE, callOf, li, S0, SPIN } from '../compiled.js';
import {
  addThread,
  at,
  bytesAt,
  EBREAK,
  increment,
  koidOf,
  letGo,
  makeTarget,
  NOP,
  registersOf,
  Session,
  setRegister,
  start,
  type Target,
} from '../debuggees.js';
import { makeJob } from '../errors/time.js';
import { allocatorFields, handleFields, processFields, threadFields } from '../information.js';
import { give } from '../messages.js';
import { makePool, scratch, takeWaiting } from '../packets.js';

const { STOP_PROCESS } = SESSION;
const EXIT = callOf('process_exit', 9);
/** Both ways of stopping: what a session is told does not depend on it. */
const WAYS = [
  ['the world', 0],
  ['the process', STOP_PROCESS],
] as const;

function* endOf(scene: Scene, { process }: Target): CallScript<Record<string, number>> {
  return yield* processFields(process, scene.stackLow);
}

describe('beginning a session', () => {
  it('takes DEBUG, which no handle of a process to itself has, nor one that it opens', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const { process } = yield* makeTarget(scene, [NOP]);
      const { copy } = yield* sys.handle_duplicate(process, ALL_RIGHTS & ~RIGHTS.DEBUG);
      expectStatus((yield* sys.debug_attach(copy, pool, 0)).status, 'ACCESS_DENIED');
      expectStatus((yield* sys.debug_attach(scene.process, pool, 0)).status, 'ACCESS_DENIED');
      expect((yield* handleFields(scene.process, scene.stackLow)).rights & RIGHTS.DEBUG).toBe(0);
    });
  });

  it('is refused for the process itself, for one that has ended, and without room in the pool', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene, 2);
      const job = yield* makeJob(scene);
      const target = yield* makeTarget(scene, [NOP], 16, job);
      expectStatus((yield* sys.debug_attach(target.process, pool, 0, 3 << 8)).status, 'NO_RESOURCES');
      expectStatus((yield* sys.task_kill(target.process)).status, 'OK');
      expectStatus((yield* sys.debug_attach(target.process, pool, 0)).status, 'BAD_STATE');
      expectStatus((yield* sys.debug_attach(job, pool, 0)).status, 'OK');
    });
  });

  it('events are packets with its key, as many as there are slots; then they are counted together', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [NOP, NOP, SPIN], 10);
      const pool = yield* makePool(scene, 4);
      const key = 0x1_0000_0007;
      const { session } = yield* sys.debug_attach(target.process, pool, key, SESSION.THREAD_STARTS | (2 << 8));
      const control = (op: number) => sys.debug_control(session, op, 0, 0, 0);
      yield* start(target);
      yield* control(DEBUG.RESUME);
      for (let i = 0; i < 3; i++) {
        expectStatus((yield* control(DEBUG.STOP)).status, 'OK');
        expectStatus((yield* control(DEBUG.RESUME)).status, 'OK');
      }
      const first = yield* takeWaiting(pool, scratch(scene));
      const second = yield* takeWaiting(pool, scratch(scene));
      const koid = yield* koidOf(scene, session);
      for (const packet of [first, second]) expect(packet).toMatchObject({ key, source: koid, type: EVENT.DEBUG });
      expect([first.count, second.count]).toEqual([1, 3]);
      expectStatus((yield* sys.pool_take(pool, 0, scratch(scene), 0, 0)).status, 'TIMED_OUT');
      expectStatus((yield* sys.handle_close(session)).status, 'OK');
      const last = yield* takeWaiting(pool, scratch(scene));
      expect(last.flags & 8).toBe(8);
      yield* sys.process_exit(0);
    });
  });

  it('of a job covers what is in it and below, now and later, but not the process that debugs', () => {
    expectSuccess(function* (scene) {
      const outer = yield* makeJob(scene);
      const inner = yield* makeJob(scene, outer);
      const session = yield* Session.attach(scene, outer, SESSION.PROCESS_STARTS);
      const inside = yield* makeTarget(scene, EXIT, 20, inner);
      const outside = yield* makeTarget(scene, EXIT, 20);
      yield* start(outside);
      expect((yield* endOf(scene, outside)).state).toBe(TASK_STATE.ENDED);
      yield* start(inside);
      expect(yield* session.next()).toMatchObject({ kind: 'PROCESS_STARTED', koid: inside.threadKoid });
      expect((yield* endOf(scene, inside)).state).toBe(TASK_STATE.RUNNABLE);
      yield* session.resume();
      yield* letGo(scene);
      expect((yield* endOf(scene, inside)).exit_code).toBe(9);
      expect(yield* session.rest()).toEqual([]);
    });
  });

  it('its description says what it is about, whether it has stopped it, and how many faults and breakpoints it has', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [EBREAK, NOP, SPIN], 20);
      const session = yield* Session.attach(scene, target.process, STOP_PROCESS);
      const fields = function* (): CallScript<number[]> {
        expectStatus((yield* sys.object_info(session.handle, INFO.SESSION, scene.stackLow, 24)).status, 'OK');
        return [...new Int32Array((yield* load(scene.stackLow, 24)).slice().buffer)];
      };
      const koid = yield* koidOf(scene, session.handle);
      const options = STOP_PROCESS | (8 << 8);
      expect(yield* fields()).toEqual([koid, target.processKoid, options, 0, 0, 0]);
      yield* session.does(DEBUG.BREAK, 0, at(1));
      yield* start(target);
      expect(yield* fields()).toEqual([koid, target.processKoid, options, 1, 1, 1]);
    });
  });
});

describe('what a session is told', () => {
  it.each(WAYS)(
    'starts and ends of threads and processes, before they have executed anything, as %s stops',
    (_way, way) => {
      const { THREAD_STARTS, THREAD_ENDS, PROCESS_STARTS, PROCESS_ENDS } = SESSION;
      expectSuccess(function* (scene) {
        const target = yield* makeTarget(scene, [increment(S0), ...callOf('thread_exit', 0)], 20);
        const all = THREAD_STARTS | THREAD_ENDS | PROCESS_STARTS | PROCESS_ENDS;
        const session = yield* Session.attach(scene, target.process, way | all);
        yield* start(target);
        const kinds = (yield* session.rest()).map(({ kind, koid }) => [kind, koid]);
        expect(kinds).toEqual([
          ['PROCESS_STARTED', target.threadKoid],
          ['THREAD_STARTED', target.threadKoid],
        ]);
        const registers = yield* registersOf(scene, target.thread);
        expect([registers[0], registers[S0]]).toEqual([CODE, 0]);
        yield* session.resume();
        expect(yield* session.next()).toMatchObject({ kind: 'THREAD_ENDED', cause: EXIT_REASON.EXITED });
        // A process that ends cannot be stopped: all of it is told.
        const ended = yield* session.next();
        expect(ended).toMatchObject({ kind: 'PROCESS_ENDED', koid: target.processKoid, status: 0 });
        expect((yield* endOf(scene, target)).state).toBe(TASK_STATE.ENDED);
      });
    },
  );

  it('nothing of that unless its options ask for it, which can be changed', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [SPIN], 10);
      const session = yield* Session.attach(scene, target.process, SESSION.THREAD_STARTS);
      yield* session.does(DEBUG.SET_OPTIONS, 0, 0);
      yield* start(target);
      expect(yield* session.rest()).toEqual([]);
      expectStatus((yield* session.control(DEBUG.SET_OPTIONS, 0, SESSION.SLOTS)).status, 'INVALID_ARGS');
      yield* session.does(DEBUG.SET_OPTIONS, 0, SESSION.THREAD_STARTS);
      yield* addThread(target, CODE, 10);
      expect((yield* session.next()).kind).toBe('THREAD_STARTED');
      yield* session.end();
      yield* sys.task_kill(target.process);
    });
  });

  it.each(WAYS)(
    'the first chance at faults, and at an ebreak of its own, as %s stops; the verdict is the answer',
    (_way, way) => {
      for (const verdict of [VERDICT.HANDLED, VERDICT.KILL_THREAD, VERDICT.KILL_PROCESS])
        expectSuccess(function* (scene) {
          const target = yield* makeTarget(scene, [NOP, EBREAK, ...EXIT], 20);
          const session = yield* Session.attach(scene, target.process, way);
          yield* start(target);
          const told = yield* session.next();
          expect(told).toMatchObject({ kind: 'FAULT', koid: target.threadKoid, cause: CAUSE.BREAKPOINT, pc: at(1) });
          yield* setRegister(scene, target.thread, 0, at(2));
          yield* session.resume(verdict);
          yield* letGo(scene);
          const end = yield* endOf(scene, target);
          if (verdict === VERDICT.HANDLED) expect(end.exit_code).toBe(9);
          else expect(end.exit_reason).toBe(verdict === VERDICT.KILL_THREAD ? EXIT_REASON.KILLED : EXIT_REASON.FAULT);
        });
    },
  );

  it('a verdict that is none is refused, and nothing goes on', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [EBREAK], 20);
      const session = yield* Session.attach(scene, target.process);
      yield* start(target);
      yield* session.next();
      for (const verdict of [VERDICT.NOT_MINE, VERDICT.CANNOT, 99, -1])
        for (const op of [DEBUG.RESUME, DEBUG.STEP, DEBUG.RESUME_ONLY])
          expectStatus((yield* session.control(op, target.threadKoid, verdict)).status, 'INVALID_ARGS');
      expect((yield* endOf(scene, target)).state).toBe(TASK_STATE.RUNNABLE);
      yield* session.resume(VERDICT.PASS);
      expect((yield* endOf(scene, target)).exit_reason).toBe(EXIT_REASON.FAULT);
    });
  });

  it('of two sessions both are asked about a fault, and the stronger answer counts', () => {
    expectSuccess(function* (scene) {
      for (const [first, second] of [
        [VERDICT.PASS, VERDICT.KILL_THREAD],
        [VERDICT.KILL_THREAD, VERDICT.HANDLED],
      ]) {
        const target = yield* makeTarget(scene, [EBREAK], 20);
        const sessions = [yield* Session.attach(scene, target.process), yield* Session.attach(scene, target.process)];
        yield* start(target);
        for (const session of sessions) expect((yield* session.next()).kind).toBe('FAULT');
        yield* sessions[0].resume(first);
        expect((yield* endOf(scene, target)).state).toBe(TASK_STATE.RUNNABLE);
        yield* sessions[1].resume(second);
        expect((yield* endOf(scene, target)).exit_reason).toBe(EXIT_REASON.KILLED);
        for (const session of sessions) yield* session.end();
      }
    });
  });
});

describe('how a session ends', () => {
  it.each(WAYS)(
    'with its last handle: what it has stopped goes on, faults are passed, its breakpoints go (%s)',
    (_way, way) => {
      expectSuccess(function* (scene) {
        const target = yield* makeTarget(scene, [NOP, NOP, ...EXIT], 20);
        const session = yield* Session.attach(scene, target.process, way);
        for (const place of [0, 1, 2]) yield* session.does(DEBUG.BREAK, 0, at(place));
        const { used } = yield* allocatorFields(scene.allocator, scene.stackLow);
        yield* start(target);
        expect((yield* session.next()).kind).toBe('BREAKPOINT');
        const { copy } = yield* sys.handle_duplicate(session.handle, SAME_RIGHTS);
        yield* session.end();
        expect((yield* endOf(scene, target)).state).toBe(TASK_STATE.RUNNABLE);
        yield* sys.handle_close(copy);
        expect((yield* endOf(scene, target)).exit_code).toBe(9);
        const after = yield* allocatorFields(scene.allocator, scene.stackLow);
        expect(after.used).toBeLessThan(used);
        const faulting = yield* makeTarget(scene, [EBREAK], 20);
        const second = yield* Session.attach(scene, faulting.process, way);
        yield* start(faulting);
        yield* second.next();
        yield* second.end();
        expect((yield* endOf(scene, faulting)).exit_reason).toBe(EXIT_REASON.FAULT);
      });
    },
  );

  it.each(WAYS)('with the process that debugs, in whatever way that ends (%s)', (_way, way) => {
    for (const how of ['exits', 'is killed'] as const)
      expectSuccess(function* (scene) {
        const target = yield* makeTarget(scene, [NOP, ...EXIT], 20);
        const made = yield* sys.process_create(0, scene.allocator, 0, 0);
        const { thread } = yield* sys.thread_create(made.process, 18, 0, 0);
        const self = give(scene.system, made.process, made.process, ALL_RIGHTS);
        const task = give(scene.system, target.process, made.process, ALL_RIGHTS);
        const allocator = give(scene.system, scene.allocator, made.process, ALL_RIGHTS);
        const debugger_ = scene.system.enter(function* () {
          const { pool } = yield* sys.pool_create(allocator, 0, 4, 0);
          const { session } = yield* sys.debug_attach(task, pool, 0, way);
          yield* sys.debug_control(session, DEBUG.BREAK, 0, at(0), 0);
          yield* sys.event_wait(pool, SOURCE.RECEIVED, 0, FOREVER, 0x2000_0000);
          // The other one has stopped; it ends without a word.
          if (how === 'is killed') yield* sys.task_kill(self);
          yield* sys.process_exit(0);
        });
        const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
        yield* sys.vmar_map(made.vmar, vmo, 0, 4096, 3 | 8, 0x2000_0000);
        yield* sys.process_start(made.process, thread, debugger_, 0, 0);
        yield* start(target);
        yield* letGo(scene);
        expect((yield* endOf(scene, target)).exit_code).toBe(9);
      });
  });

  it.each(WAYS)(
    'a thread that is killed at a fault owes the session nothing, nor the session it an answer (%s)',
    (_way, way) => {
      expectSuccess(function* (scene) {
        const target = yield* makeTarget(scene, [EBREAK, ...EXIT], 20);
        const session = yield* Session.attach(scene, target.process, way);
        yield* start(target);
        expect((yield* session.next()).kind).toBe('FAULT');
        // Its handle keeps the thread in the table; the invariants are looked at after this step.
        expectStatus((yield* sys.task_kill(target.thread)).status, 'OK');
        expect(scene.system.state.firstFaulted).toBe(-1);
        expect((yield* threadFields(target.thread, scene.stackLow)).state).toBe(TASK_STATE.ENDED);
      });
    },
  );

  it.each(WAYS)(
    'what it debugs can be killed while it is stopped; the session goes on, about nothing (%s)',
    (_way, way) => {
      expectSuccess(function* (scene) {
        const target = yield* makeTarget(scene, [NOP, EBREAK], 20);
        const session = yield* Session.attach(scene, target.process, way | SESSION.PROCESS_ENDS);
        yield* session.does(DEBUG.BREAK, 0, at(0));
        yield* start(target);
        yield* session.next();
        expectStatus((yield* sys.task_kill(target.process)).status, 'OK');
        expect(yield* session.next()).toMatchObject({ kind: 'PROCESS_ENDED', cause: EXIT_REASON.KILLED });
        for (const op of [DEBUG.STEP, DEBUG.RESUME_ONLY])
          expectStatus((yield* session.control(op, target.threadKoid)).status, 'NOT_FOUND');
        expectStatus((yield* session.control(DEBUG.RESUME)).status, way === STOP_PROCESS ? 'BAD_STATE' : 'OK');
        yield* session.end();
      });
    },
  );
});

describe('memory and tasks of what is debugged', () => {
  it('35: memory shows the bytes of the program, whatever breakpoints are there, to everybody', () => {
    expectSuccess(function* (scene) {
      const read = [...li(S0, CODE), encode('lw', { rd: A0, rs1: S0, imm: 0 })];
      const target = yield* makeTarget(scene, [...read, ...li(17, CALL_NUMBER.process_exit), encode('ecall')], 20);
      const before = yield* bytesAt(scene, target.process, CODE, 32);
      const session = yield* Session.attach(scene, target.process);
      for (let place = 0; place < 8; place++) yield* session.does(DEBUG.BREAK, 0, at(place));
      expect(yield* bytesAt(scene, target.process, CODE, 32)).toEqual(before);
      yield* start(target);
      for (let place = 0; place < 6; place++) {
        expect(yield* session.next()).toMatchObject({ kind: 'BREAKPOINT', pc: at(place) });
        expect(yield* bytesAt(scene, target.process, CODE, 32)).toEqual(before);
        yield* session.resume();
      }
      yield* letGo(scene);
      // The program has loaded the word of its first instruction, on which a breakpoint stands.
      expect((yield* endOf(scene, target)).exit_code).toBe(new DataView(before.buffer).getInt32(0, true));
    });
  });

  it('reading tells how much is there, also of what was never touched, and changes nothing; writing to code takes effect', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [increment(A0), ...callOf('process_exit', 0).slice(2)], 20);
      expect(yield* bytesAt(scene, target.process, CODE + 4090, 100)).toEqual(new Uint8Array(6));
      expect(yield* bytesAt(scene, target.process, 0x5000_0000, 8)).toEqual(new Uint8Array(0));
      expect(yield* bytesAt(scene, target.process, 0, 8)).toEqual(new Uint8Array(0));
      const changed = Uint32Array.of(encode('addi', { rd: A0, rs1: 0, imm: 55 }));
      yield* store(scratch(scene), new Uint8Array(changed.buffer));
      const written = yield* sys.process_write_memory(target.process, CODE, scratch(scene), 4);
      expect([written.status, written.n]).toEqual([0, 4]);
      const across = yield* sys.process_write_memory(target.process, CODE + 4094, scratch(scene), 4);
      expect([across.status, across.n]).toEqual([0, 2]);
      expect((yield* sys.process_write_memory(target.process, 0x5000_0000, scratch(scene), 4)).n).toBe(0);
      yield* start(target);
      expect((yield* endOf(scene, target)).exit_code).toBe(55);
    });
  });

  it('a session opens its threads and processes by their koids, with rights to read, write and debug', () => {
    expectSuccess(function* (scene) {
      const job = yield* makeJob(scene);
      const target = yield* makeTarget(scene, [SPIN], 10, job);
      const session = yield* Session.attach(scene, job);
      for (const koid of [target.processKoid, target.threadKoid]) {
        const { status, task } = yield* sys.task_open(session.handle, koid);
        expectStatus(status, 'OK');
        expect(yield* koidOf(scene, task)).toBe(koid);
        const { rights } = yield* handleFields(task, scene.stackLow);
        const expected = RIGHTS.READ | RIGHTS.WRITE | RIGHTS.MANAGE | RIGHTS.DEBUG | RIGHTS.DESTROY;
        expect(rights & expected).toBe(expected);
      }
      expectStatus((yield* sys.task_open(session.handle, 1)).status, 'NOT_FOUND');
    });
  });

  it('a thread of the process that debugs can be told of by none of its sessions', () => {
    expectSuccess(function* (scene) {
      const job = yield* makeJob(scene);
      const session = yield* Session.attach(scene, job);
      yield* session.does(DEBUG.CATCH_CALL, 0, 0xffff_ffff);
      yield* spawn(scene, 'other', () => sys.thread_yield(), 20);
      expect(yield* session.rest()).toEqual([]);
      expect((yield* threadFields(scene.thread, scene.stackLow)).state).toBe(TASK_STATE.RUNNABLE);
    });
  });
});
