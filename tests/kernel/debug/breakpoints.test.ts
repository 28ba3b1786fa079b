/** Breakpoints, watchpoints, steps, calls and wakings: what a session is told, and where the thread is then. */
import { describe, expect, it } from 'vitest';
import { encode } from '../../../machine/index.js';
import { CALL_NUMBER } from '../../../syscalls/calls.js';
import { PAGE_BYTES } from '../../../syscalls/limits.js';
import { DEBUG, MAP_OPTIONS, SESSION } from '../../../syscalls/options.js';
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene } from '../booted.js';
import { A0, CODE, callOf, li, S0 } from '../compiled.js';
import {
  addThread,
  at,
  EBREAK,
  increment,
  koidOf,
  letGo,
  makeTarget,
  NOP,
  registersOf,
  Session,
  start,
  type Target,
} from '../debuggees.js';
import { allocatorFields, processFields } from '../information.js';

const EXIT = callOf('process_exit', 9);
const WAYS = [
  ['the world', 0],
  ['the process', SESSION.STOP_PROCESS],
] as const;
const DATA = 0x3000_0000;
const ANY_CALL = 0xffff_ffff;

function* mapData(scene: Scene, { vmar }: Target): CallScript {
  const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
  const options = MAP_OPTIONS.READ | MAP_OPTIONS.WRITE | MAP_OPTIONS.FIXED;
  expectStatus((yield* sys.vmar_map(vmar, vmo, 0, PAGE_BYTES, options, DATA)).status, 'OK');
}

function* expectExit(scene: Scene, { process }: Target, code = 9): CallScript {
  yield* letGo(scene);
  expect((yield* processFields(process, scene.stackLow)).exit_code).toBe(code);
}

/** `lui s0, DATA`, and an access of a byte, halfword or word at an offset. */
const loads = (name: 'lb' | 'lh' | 'lw', offset: number): number => encode(name, { rd: A0, rs1: S0, imm: offset });
const stores = (name: 'sb' | 'sh' | 'sw', offset: number): number => encode(name, { rs1: S0, rs2: A0, imm: offset });

describe('a breakpoint', () => {
  it.each(WAYS)('stops a thread before it executes the instruction, once each time (%s)', (_way, way) => {
    expectSuccess(function* (scene) {
      // Three rounds of a loop.
      const loop = [increment(S0), encode('bne', { rs1: S0, rs2: 18, imm: -4 })];
      const target = yield* makeTarget(scene, [...li(18, 3), ...loop, ...EXIT], 20);
      const session = yield* Session.attach(scene, target.process, way);
      const id = yield* session.does(DEBUG.BREAK, 0, at(2));
      expect(id).toBe(1);
      yield* start(target);
      for (let round = 0; round < 3; round++) {
        expect(yield* session.next()).toMatchObject({
          kind: 'BREAKPOINT',
          koid: target.threadKoid,
          pc: at(2),
          address: at(2),
          cause: id,
        });
        const registers = yield* registersOf(scene, target.thread);
        expect([registers[0], registers[S0]]).toEqual([at(2), round]);
        yield* session.resume();
      }
      yield* expectExit(scene, target);
      expect(yield* session.rest()).toEqual([]);
    });
  });

  it('on an instruction that faults first for its page is told once', () => {
    for (const [, way] of WAYS)
      expectSuccess(function* (scene) {
        const target = yield* makeTarget(scene, [...li(S0, DATA), loads('lw', 0), ...EXIT], 20);
        yield* mapData(scene, target);
        const session = yield* Session.attach(scene, target.process, way);
        // The first instruction brings in the page of code, the third that of the data.
        for (const place of [0, 2]) yield* session.does(DEBUG.BREAK, 0, at(place));
        yield* start(target);
        for (const place of [0, 2]) {
          expect((yield* session.next()).pc).toBe(at(place));
          yield* session.resume();
        }
        yield* expectExit(scene, target);
        expect(yield* session.rest()).toEqual([]);
      });
  });

  it('on an ebreak of the program comes before the fault of that', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [EBREAK], 20);
      const session = yield* Session.attach(scene, target.process);
      yield* session.does(DEBUG.BREAK, 0, at(0));
      yield* start(target);
      for (const kind of ['BREAKPOINT', 'FAULT']) {
        expect((yield* session.next()).kind).toBe(kind);
        yield* session.resume(5);
      }
    });
  });

  it('goes to the session that set it alone; two on one place are told both, each with its own number', () => {
    for (const [, way] of WAYS)
      expectSuccess(function* (scene) {
        const target = yield* makeTarget(scene, [NOP, NOP, ...EXIT], 20);
        const first = yield* Session.attach(scene, target.process, way);
        const second = yield* Session.attach(scene, target.process, way);
        yield* first.does(DEBUG.BREAK, 0, at(0));
        const mine = yield* first.does(DEBUG.BREAK, 0, at(1));
        const other = yield* second.does(DEBUG.BREAK, 0, at(1));
        expect([mine, other]).toEqual([2, 1]);
        yield* start(target);
        expect((yield* first.next()).pc).toBe(at(0));
        expect(yield* second.rest()).toEqual([]);
        yield* first.resume();
        expect((yield* first.next()).cause).toBe(2);
        expect((yield* second.next()).cause).toBe(1);
        // It goes on when both let it.
        yield* second.resume();
        expectStatus((yield* second.control(DEBUG.RESUME)).status, 'BAD_STATE');
        expect((yield* processFields(target.process, scene.stackLow)).exit_code).toBe(0);
        yield* first.resume();
        yield* expectExit(scene, target);
      });
  });

  it('of a thread stops that thread alone; of a process none of another', () => {
    expectSuccess(function* (scene) {
      const code = [NOP, NOP, ...callOf('thread_exit', 0)];
      const target = yield* makeTarget(scene, code, 20);
      const session = yield* Session.attach(scene, target.process, SESSION.STOP_PROCESS);
      const other = yield* sys.thread_create(target.process, 20, 0, 0);
      const koid = yield* koidOf(scene, other.thread);
      yield* session.does(DEBUG.BREAK, koid, at(1));
      yield* session.does(DEBUG.BREAK, target.processKoid, at(2));
      yield* start(target);
      expect(yield* session.next()).toMatchObject({ koid: target.threadKoid, pc: at(2) });
      yield* sys.thread_start(other.thread, CODE, 0, 0);
      yield* session.resume();
      for (const place of [1, 2]) {
        expect(yield* session.next()).toMatchObject({ koid, pc: at(place) });
        yield* session.resume();
      }
    });
  });

  it('that is cleared stops nobody, and its number is not used again', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [NOP, ...EXIT], 20);
      const session = yield* Session.attach(scene, target.process);
      const id = yield* session.does(DEBUG.BREAK, 0, at(0));
      yield* session.does(DEBUG.CLEAR, 0, id);
      expectStatus((yield* session.control(DEBUG.CLEAR, 0, id)).status, 'NOT_FOUND');
      expect(yield* session.does(DEBUG.BREAK, 0, 0x7000_0000)).toBe(id + 1);
      yield* start(target);
      yield* expectExit(scene, target);
      expect(yield* session.rest()).toEqual([]);
    });
  });
});

describe('a watchpoint', () => {
  const ACCESSES: readonly (readonly [name: string, instruction: number, kind: 'load' | 'store', hit: boolean])[] = [
    ['a load of its first byte', loads('lb', 4), 'load', true],
    ['a load of its last byte', loads('lb', 7), 'load', true],
    ['a load before it', loads('lw', 0), 'load', false],
    ['a load behind it', loads('lb', 8), 'load', false],
    ['a load that only ends in it', loads('lh', 2 + 1), 'load', true],
    ['a store of its last byte', stores('sb', 7), 'store', true],
    ['a store behind it', stores('sw', 8), 'store', false],
  ];

  it.each(ACCESSES)('%s', (_name, instruction, kind, hit) => {
    for (const [, way] of WAYS)
      for (const [op, kinds] of [
        [DEBUG.WATCH_LOADS, ['load']],
        [DEBUG.WATCH_STORES, ['store']],
        [DEBUG.WATCH, ['load', 'store']],
      ] as const)
        expectSuccess(function* (scene) {
          const target = yield* makeTarget(scene, [...li(S0, DATA), ...li(A0, 1), instruction, ...EXIT], 20);
          yield* mapData(scene, target);
          const session = yield* Session.attach(scene, target.process, way);
          const id = yield* session.does(op, 0, DATA + 4, 4);
          yield* start(target);
          const told = yield* session.rest();
          if (hit && (kinds as readonly string[]).includes(kind)) {
            expect(told).toMatchObject([{ kind: 'WATCHPOINT', pc: at(4), address: DATA + 4, cause: id }]);
            yield* session.resume();
          } else expect(told).toEqual([]);
          yield* expectExit(scene, target);
        });
  });
});

describe('a step', () => {
  it.each(WAYS)('executes one instruction, whatever it is: jumps, page faults, calls (%s)', (_way, way) => {
    expectSuccess(function* (scene) {
      const code = [
        encode('jal', { rd: 0, imm: 8 }),
        EBREAK,
        ...li(S0, DATA),
        loads('lw', 0),
        ...callOf('thread_yield'),
        ...EXIT,
      ];
      const target = yield* makeTarget(scene, code, 20);
      yield* mapData(scene, target);
      const session = yield* Session.attach(scene, target.process, way);
      yield* session.does(DEBUG.BREAK, 0, at(0));
      yield* start(target);
      yield* session.next();
      for (const place of [2, 3, 4, 5, 6, 7, 8]) {
        const told = yield* session.step(target.threadKoid);
        expect(told).toMatchObject({ kind: 'STEP', koid: target.threadKoid, pc: at(place) });
        expect((yield* registersOf(scene, target.thread))[0]).toBe(at(place));
      }
      yield* session.resume();
      yield* expectExit(scene, target);
      expect(yield* session.rest()).toEqual([]);
    });
  });

  it('over a call that waits ends when the wait is over', () => {
    for (const [, way] of WAYS)
      expectSuccess(function* (scene) {
        const target = yield* makeTarget(scene, [...callOf('thread_sleep', 50_000, 0), ...EXIT], 20);
        const session = yield* Session.attach(scene, target.process, way);
        const call = callOf('thread_sleep', 50_000, 0).length - 1;
        yield* session.does(DEBUG.BREAK, 0, at(call));
        yield* start(target);
        yield* session.next();
        expect(yield* session.step(target.threadKoid)).toMatchObject({ kind: 'STEP', pc: at(call + 1) });
        expect(scene.system.time).toBeGreaterThanOrEqual(50_000);
        yield* session.resume();
        yield* expectExit(scene, target);
      });
  });

  it('of a thread that another session steps, too, is told to both', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [NOP, NOP, ...EXIT], 20);
      const sessions = [yield* Session.attach(scene, target.process), yield* Session.attach(scene, target.process)];
      for (const session of sessions) yield* session.does(DEBUG.BREAK, 0, at(0));
      yield* start(target);
      for (const session of sessions) yield* session.next();
      yield* sessions[0].does(DEBUG.STEP, target.threadKoid);
      yield* sessions[1].does(DEBUG.STEP, target.threadKoid);
      for (const session of sessions) expect(yield* session.next()).toMatchObject({ kind: 'STEP', pc: at(1) });
      for (const session of sessions) yield* session.resume();
      yield* expectExit(scene, target);
    });
  });

  it('RESUME_ONLY lets one thread of the process run, until the session stops again', () => {
    for (const [, way] of WAYS)
      expectSuccess(
        function* (scene) {
          const count = [increment(S0), encode('jal', { rd: 0, imm: -4 })];
          const target = yield* makeTarget(scene, [...count, NOP, ...callOf('thread_sleep', 100, 0), NOP, ...EXIT], 10);
          const session = yield* Session.attach(scene, target.process, way | SESSION.THREAD_STARTS);
          yield* start(target);
          yield* session.next();
          yield* session.resume();
          const main = yield* addThread(target, at(2), 10);
          yield* session.next();
          const mainKoid = yield* koidOf(scene, main);
          const before = (yield* registersOf(scene, target.thread))[S0];
          yield* session.does(DEBUG.BREAK, mainKoid, at(8));
          yield* session.does(DEBUG.RESUME_ONLY, mainKoid);
          expect(yield* session.next()).toMatchObject({ kind: 'BREAKPOINT', koid: mainKoid });
          expect((yield* registersOf(scene, target.thread))[S0]).toBe(before);
          yield* session.resume();
          yield* expectExit(scene, target);
        },
        { quantum: 200 },
      );
  });
});

describe('calls and wakings', () => {
  it.each(WAYS)(
    'a caught call is told before it is made and after it, with its number and its status (%s)',
    (_way, way) => {
      expectSuccess(function* (scene) {
        const yields = callOf('thread_yield');
        const bad = callOf('handle_close', 77);
        const target = yield* makeTarget(scene, [...yields, ...bad, ...EXIT], 20);
        const session = yield* Session.attach(scene, target.process, way);
        yield* session.does(DEBUG.CATCH_CALL, 0, CALL_NUMBER.handle_close);
        yield* start(target);
        const call = yields.length + bad.length - 1;
        expect(yield* session.next()).toMatchObject({ kind: 'CALL', cause: CALL_NUMBER.handle_close, pc: at(call) });
        expect((yield* registersOf(scene, target.thread))[A0]).toBe(77);
        yield* session.resume();
        const returned = yield* session.next();
        expect(returned).toMatchObject({ kind: 'RETURN', cause: CALL_NUMBER.handle_close, pc: at(call + 1) });
        expectStatus(returned.status, 'BAD_HANDLE');
        expect((yield* registersOf(scene, target.thread))[A0] | 0).toBe(returned.status);
        yield* session.resume();
        yield* expectExit(scene, target);
      });
    },
  );

  it('every call where its number is 0xffffffff; one that does not return is told once', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [...callOf('thread_yield'), ...EXIT], 20);
      const session = yield* Session.attach(scene, target.process);
      yield* session.does(DEBUG.CATCH_CALL, target.processKoid, ANY_CALL);
      yield* start(target);
      const kinds: string[] = [];
      for (let i = 0; i < 3; i++) {
        const { kind, cause } = yield* session.next();
        kinds.push(`${kind} ${cause === CALL_NUMBER.thread_yield ? 'yield' : 'exit'}`);
        yield* session.resume();
      }
      expect(kinds).toEqual(['CALL yield', 'RETURN yield', 'CALL exit']);
      yield* expectExit(scene, target);
    });
  });

  it('of a script too, whose operations are its instructions', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [NOP], 20);
      const order: string[] = [];
      const entry = scene.system.enter(function* () {
        yield* sys.thread_yield();
        order.push('yielded');
      });
      const session = yield* Session.attach(scene, target.process);
      yield* session.does(DEBUG.CATCH_CALL, 0, CALL_NUMBER.thread_yield);
      yield* start(target, entry);
      expect((yield* session.next()).kind).toBe('CALL');
      yield* session.resume();
      expect((yield* session.next()).kind).toBe('RETURN');
      expect(order).toEqual([]);
      yield* session.resume();
      yield* letGo(scene);
      expect(order).toEqual(['yielded']);
    });
  });

  it.each(WAYS)('the end of a wait is told, with its status, before the thread goes on (%s)', (_way, way) => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [...callOf('futex_wait', DATA, 0, 0, 5000, 0), ...EXIT], 20);
      yield* mapData(scene, target);
      const session = yield* Session.attach(scene, target.process, way);
      yield* session.does(DEBUG.CATCH_EVENTS, target.threadKoid);
      yield* start(target);
      const told = yield* session.next();
      expect(told).toMatchObject({ kind: 'WOKEN', koid: target.threadKoid });
      expectStatus(told.cause | 0, 'TIMED_OUT');
      expect(scene.system.time).toBeGreaterThanOrEqual(5000);
      yield* session.resume();
      yield* expectExit(scene, target);
    });
  });

  it('breakpoints cost the one who sets them, up to a limit', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [NOP], 20);
      const session = yield* Session.attach(scene, target.process);
      const used = function* (): CallScript<number> {
        return (yield* allocatorFields(scene.allocator, scene.stackLow)).used;
      };
      const before = yield* used();
      const id = yield* session.does(DEBUG.BREAK, 0, CODE);
      expect((yield* used()) - before).toBe(32);
      yield* session.does(DEBUG.CLEAR, 0, id);
      expect(yield* used()).toBe(before);
    });
  });
});
