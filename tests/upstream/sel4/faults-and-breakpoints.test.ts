/** What seL4's tests of faults, breakpoints and single steps assert, told of ours. A name begins with the tests that it tells. */
import { describe, expect, it } from 'vitest';
import { CAUSE, encode } from '../../../machine/index.js';
import { CALL_NUMBER } from '../../../syscalls/calls.js';
import { PAGE_BYTES } from '../../../syscalls/limits.js';
import { DEBUG, LISTEN, MAP_OPTIONS, SOURCE, VERDICT } from '../../../syscalls/options.js';
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene } from '../../kernel/booted.js';
import { A0, A7, CODE, callOf, li, mapCode, S0 } from '../../kernel/compiled.js';
import {
  at,
  EBREAK,
  increment,
  letGo,
  makeTarget,
  NOP,
  registersOf,
  Session,
  setRegister,
  start,
} from '../../kernel/debuggees.js';
import { answerFault, takeFault } from '../../kernel/faults/handlers.js';
import { processFields } from '../../kernel/information.js';
import { listen, makePool } from '../../kernel/packets.js';

const DATA = 0x3000_0000;
const GOOD = 0x3100_0000;
const END = [...li(A7, CALL_NUMBER.thread_exit), ...li(A0, 0), encode('ecall')];

/** What goes wrong with DATA in s0, and right with GOOD there. */
const FAULTS = [
  ['read', encode('lw', { rd: A0, rs1: S0, imm: 0 }), CAUSE.LOAD_PAGE_FAULT],
  ['write', encode('sw', { rs1: S0, rs2: A0, imm: 0 }), CAUSE.STORE_PAGE_FAULT],
  ['execute', encode('jalr', { rd: 1, rs1: S0, imm: 0 }), CAUSE.INSTRUCTION_PAGE_FAULT],
  ['instruction', 0, CAUSE.ILLEGAL_INSTRUCTION],
] as const;

/** A page whose only instruction returns, and which can be read and written. */
function* mapGood(scene: Scene, vmar: number): CallScript {
  const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
  const options = MAP_OPTIONS.READ | MAP_OPTIONS.WRITE | MAP_OPTIONS.FIXED;
  expectStatus((yield* sys.vmar_map(vmar, vmo, 0, PAGE_BYTES, options, GOOD)).status, 'OK');
}

/** Handles a fault as their handler does: looks at the place, mends the register or goes behind the instruction. */
function* handle(scene: Scene, task: number, pool: number, thread: number, cause: number): CallScript {
  const fault = yield* takeFault(scene, pool);
  const isJump = cause === CAUSE.INSTRUCTION_PAGE_FAULT;
  const isMemory = cause !== CAUSE.ILLEGAL_INSTRUCTION;
  expect(fault).toMatchObject({ cause, pc: isJump ? DATA : at(2), address: isMemory ? DATA : 0 });
  if (isMemory && !isJump) yield* setRegister(scene, thread, S0, GOOD);
  else yield* setRegister(scene, thread, 0, at(3));
  yield* answerFault(task, fault.token, VERDICT.HANDLED);
}

describe('sel4test, as ours: faults', () => {
  it('PAGEFAULT0001, PAGEFAULT0002, PAGEFAULT0003, PAGEFAULT0005: another thread of the process mends it, and it goes on', () => {
    for (const [, instruction, cause] of FAULTS)
      expectSuccess(function* (scene) {
        yield* mapCode(scene, scene.vmar, [...li(S0, DATA), instruction, ...END]);
        yield* mapGood(scene, scene.vmar);
        const { thread } = yield* sys.thread_create(scene.process, 20, 0, 0);
        const pool = yield* makePool(scene, 4);
        yield* listen(thread, SOURCE.FAULT, pool, 0, LISTEN.PERSISTENT);
        expectStatus((yield* sys.thread_start(thread, CODE, 0, 0)).status, 'OK');
        yield* handle(scene, thread, pool, thread, cause);
        expectStatus((yield* sys.task_kill(thread)).status, 'BAD_STATE');
      });
  });

  it('PAGEFAULT1001, PAGEFAULT1002, PAGEFAULT1003, PAGEFAULT1005: the same by another process', () => {
    for (const [, instruction, cause] of FAULTS)
      expectSuccess(function* (scene) {
        const code = [...li(S0, DATA), instruction, ...callOf('process_exit', 6)];
        const target = yield* makeTarget(scene, code, 20);
        yield* mapGood(scene, target.vmar);
        const pool = yield* makePool(scene, 4);
        yield* listen(target.process, SOURCE.FAULT, pool, 0, LISTEN.PERSISTENT);
        yield* start(target);
        yield* handle(scene, target.process, pool, target.thread, cause);
        expect((yield* processFields(target.process, scene.stackLow)).exit_code).toBe(6);
      });
  });
});

describe('sel4test, as ours: breakpoints', () => {
  it('BREAKPOINT_001: each of many breakpoints on instructions says its number and its place', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [NOP, NOP, NOP, NOP, ...callOf('process_exit', 0)], 20);
      const session = yield* Session.attach(scene, target.process);
      const ids: number[] = [];
      for (const place of [3, 1, 0, 2]) ids[place] = yield* session.does(DEBUG.BREAK, target.threadKoid, at(place));
      yield* start(target);
      for (const place of [0, 1, 2, 3]) {
        expect(yield* session.next()).toMatchObject({ kind: 'BREAKPOINT', pc: at(place), cause: ids[place] });
        yield* session.resume();
      }
    });
  });

  it('BREAKPOINT_002: one on a write of a word says the place of the data', () => {
    expectSuccess(function* (scene) {
      const store = encode('sw', { rs1: S0, rs2: 0, imm: 8 });
      const target = yield* makeTarget(scene, [...li(S0, GOOD), store, ...callOf('process_exit', 0)], 20);
      yield* mapGood(scene, target.vmar);
      const session = yield* Session.attach(scene, target.process);
      const id = yield* session.does(DEBUG.WATCH_STORES, 0, GOOD + 8, 4);
      yield* start(target);
      expect(yield* session.next()).toMatchObject({ kind: 'WATCHPOINT', address: GOOD + 8, cause: id, pc: at(2) });
      yield* session.resume();
    });
  });

  it('BREAKPOINT_005, BREAKPOINT_006: one that was removed is not there, of either kind', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [NOP, ...callOf('process_exit', 3)], 20);
      const session = yield* Session.attach(scene, target.process);
      for (const op of [DEBUG.BREAK, DEBUG.WATCH]) {
        const id = yield* session.does(op, 0, at(0), 4);
        yield* session.does(DEBUG.CLEAR, 0, id);
        expectStatus((yield* session.control(DEBUG.CLEAR, 0, id)).status, 'NOT_FOUND');
      }
      yield* start(target);
      yield* letGo(scene);
      expect((yield* processFields(target.process, scene.stackLow)).exit_code).toBe(3);
      expect(yield* session.rest()).toEqual([]);
    });
  });

  it('BREAKPOINT_007: values that make no sense are refused', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [NOP], 20);
      const session = yield* Session.attach(scene, target.process);
      expectStatus((yield* session.control(DEBUG.WATCH, 0, GOOD, 0)).status, 'INVALID_ARGS');
      expectStatus((yield* session.control(DEBUG.WATCH, 0, 0xffff_fffc, 8)).status, 'OUT_OF_RANGE');
      expectStatus((yield* session.control(99, 0, 0, 0)).status, 'INVALID_ARGS');
    });
  });

  it('BREAK_REQUEST_001: an ebreak of the program reaches who listens, with its place', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [NOP, EBREAK], 20);
      const pool = yield* makePool(scene, 4);
      yield* listen(target.thread, SOURCE.BREAK, pool);
      yield* start(target);
      const fault = yield* takeFault(scene, pool);
      expect(fault).toMatchObject({ type: SOURCE.BREAK, thread: target.threadKoid, pc: at(1) });
      yield* answerFault(target.thread, fault.token, VERDICT.KILL_THREAD);
    });
  });

  it('SINGLESTEP_001: a loop with a call in it is stepped to its end, and has counted right', () => {
    const rounds = 4;
    expectSuccess(function* (scene) {
      const loop = [...li(A7, CALL_NUMBER.thread_yield), encode('ecall'), increment(S0)];
      const back = encode('bne', { rs1: S0, rs2: 18, imm: -16 });
      const target = yield* makeTarget(scene, [...li(18, rounds), ...loop, back, ...callOf('process_exit', 0)], 20);
      const session = yield* Session.attach(scene, target.process);
      const id = yield* session.does(DEBUG.BREAK, 0, at(2));
      yield* start(target);
      yield* session.next();
      yield* session.does(DEBUG.CLEAR, 0, id);
      let steps = 0;
      for (let pc = at(2); pc !== at(7); steps++) ({ pc } = yield* session.step(target.threadKoid));
      expect(steps).toBe(5 * rounds);
      expect((yield* registersOf(scene, target.thread))[S0]).toBe(rounds);
      yield* session.resume();
    });
  });
});
