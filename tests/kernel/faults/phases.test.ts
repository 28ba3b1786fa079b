/** The phases of a fault: who is asked, in which order, and what the answers come to. */
import { describe, expect, it } from 'vitest';
import { CAUSE, encode } from '../../../machine/index.js';
import { CALL_NUMBER } from '../../../syscalls/calls.js';
import { EXIT_REASON, FAULT_DETAIL, TASK_STATE } from '../../../syscalls/layouts.js';
import { LISTEN, SESSION, SOURCE, VERDICT } from '../../../syscalls/options.js';
import { ALL_RIGHTS, RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from '../booted.js';
import { A0, A7, callOf, li, S0, SPIN } from '../compiled.js';
import { addThread, at, EBREAK, makeTarget, NOP, Session, setRegister, start } from '../debuggees.js';
import { makeJob } from '../errors/time.js';
import { processFields, threadFields } from '../information.js';
import { listen, makePool, scratch, takeAll } from '../packets.js';
import { answerFault, type Fault, faultOf, takeFault, waitForFault } from './handlers.js';

/** An instruction that is none. */
const ILLEGAL = 0;
const { PERSISTENT } = LISTEN;
const { HANDLED, PASS, KILL_THREAD, KILL_PROCESS } = VERDICT;

/** A pool that listens to faults of a task. */
function* listener(
  scene: Scene,
  task: number,
  source: number = SOURCE.FAULT,
  options: number = PERSISTENT,
): CallScript<number> {
  const pool = yield* makePool(scene, 4);
  yield* listen(task, source, pool, 0, options);
  return pool;
}

function* silent(scene: Scene, ...pools: readonly number[]): CallScript {
  for (const pool of pools) expect(yield* takeAll(pool, scratch(scene, 62))).toEqual([]);
}

/** Takes the next fault and answers it. */
function* answerNext(scene: Scene, pool: number, task: number, verdict: number): CallScript<Fault> {
  const fault = yield* takeFault(scene, pool);
  yield* answerFault(task, fault.token, verdict);
  return fault;
}

/** How a process has ended; it has to have. */
function* endOf(scene: Scene, process: number): CallScript<Record<string, number>> {
  const fields = yield* processFields(process, scene.stackLow);
  expect(fields.state).toBe(TASK_STATE.ENDED);
  return fields;
}

describe('the phases of a fault', () => {
  it('are sessions, thread, process, second chance, jobs from child to root; then the process is killed', () => {
    expectSuccess(function* (scene) {
      const outer = yield* makeJob(scene);
      const inner = yield* makeJob(scene, outer);
      const { process, thread, ...target } = yield* makeTarget(scene, [NOP, ILLEGAL], 20, inner);
      const session = yield* Session.attach(scene, process, SESSION.SECOND_CHANCE);
      const plain = yield* Session.attach(scene, process);
      // Listening in another order than that in which they are asked.
      const tasks = [thread, process, inner, outer];
      const pools: number[] = [];
      for (const task of [...tasks].reverse()) pools.unshift(yield* listener(scene, task));
      const order: string[] = [];
      yield* start({ process, vmar: 0, thread });
      const told = yield* session.next();
      order.push(told.kind);
      expect(told).toMatchObject({ koid: target.threadKoid, cause: CAUSE.ILLEGAL_INSTRUCTION, pc: at(1) });
      expect((yield* plain.next()).kind).toBe('FAULT');
      yield* silent(scene, ...pools);
      yield* session.resume(PASS);
      yield* silent(scene, ...pools);
      yield* plain.resume(PASS);
      for (const i of [0, 1, -1, 2, 3]) {
        if (i < 0) {
          order.push((yield* session.next()).kind);
          expect(yield* plain.rest()).toEqual([]);
          yield* session.resume(PASS);
          continue;
        }
        yield* silent(scene, ...pools.filter((pool) => pool !== pools[i]));
        const fault = yield* answerNext(scene, pools[i], tasks[i], PASS);
        expect(fault).toMatchObject({ thread: target.threadKoid, type: SOURCE.FAULT, pc: at(1) });
        order.push(['thread', 'process', 'inner', 'outer'][i]);
      }
      expect(order).toEqual(['FAULT', 'thread', 'process', 'SECOND_CHANCE', 'inner', 'outer']);
      expect(yield* endOf(scene, process)).toMatchObject({
        exit_reason: EXIT_REASON.FAULT,
        exit_code: FAULT_DETAIL.DENIED,
        fault_cause: CAUSE.ILLEGAL_INSTRUCTION,
        fault_pc: at(1),
      });
    });
  });

  it('end with the first in which somebody handles it or kills: no later one begins', () => {
    for (const verdict of [HANDLED, KILL_THREAD, KILL_PROCESS])
      expectSuccess(function* (scene) {
        const { process, thread } = yield* makeTarget(scene, [ILLEGAL], 20);
        const first = yield* listener(scene, thread);
        const second = yield* listener(scene, process);
        yield* start({ process, vmar: 0, thread });
        yield* answerNext(scene, first, thread, verdict);
        yield* silent(scene, second);
        // The cause is still there: one who only says that it was handled hears of it again.
        expect(yield* takeAll(first, scratch(scene))).toHaveLength(verdict === HANDLED ? 1 : 0);
        if (verdict !== HANDLED)
          expect((yield* endOf(scene, process)).exit_reason).toBe(
            verdict === KILL_THREAD ? EXIT_REASON.KILLED : EXIT_REASON.FAULT,
          );
        yield* sys.process_exit(0);
      });
  });

  it('an ebreak is BREAK, everything else is FAULT: who listens to the one does not hear the other', () => {
    for (const [code, source, cause] of [
      [EBREAK, SOURCE.BREAK, CAUSE.BREAKPOINT],
      [ILLEGAL, SOURCE.FAULT, CAUSE.ILLEGAL_INSTRUCTION],
    ] as const)
      expectSuccess(function* (scene) {
        const target = yield* makeTarget(scene, [code], 20);
        const other = source === SOURCE.BREAK ? SOURCE.FAULT : SOURCE.BREAK;
        const right = yield* listener(scene, target.process, source);
        const wrong = yield* listener(scene, target.process, other);
        yield* start(target);
        const fault = yield* answerNext(scene, right, target.process, KILL_PROCESS);
        expect([fault.type, fault.cause]).toEqual([source, cause]);
        yield* silent(scene, wrong);
        yield* endOf(scene, target.process);
      });
  });

  it('who listens without RESOLVE hears of it and owes nothing; where nobody else is, the process ends in the same step', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [ILLEGAL], 20);
      const { copy } = yield* sys.handle_duplicate(target.process, ALL_RIGHTS & ~RIGHTS.RESOLVE);
      const pool = yield* listener(scene, copy);
      yield* start(target);
      const fault = yield* takeFault(scene, pool);
      expect(fault).toMatchObject({ token: 0, thread: target.threadKoid, pc: at(0) });
      const end = yield* endOf(scene, target.process);
      expect(end.fault_cause).toBe(CAUSE.ILLEGAL_INSTRUCTION);
      expectStatus((yield* sys.event_resolve(copy, 0, HANDLED)).status, 'ACCESS_DENIED');
      expectStatus((yield* sys.event_resolve(target.process, 0, HANDLED)).status, 'NOT_FOUND');
    });
  });

  it('the answer needs the token, at the object where it was asked, once, and a verdict on faults', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [ILLEGAL], 20);
      const pool = yield* listener(scene, target.process);
      yield* start(target);
      const { token } = yield* takeFault(scene, pool);
      const resolve = (h: number, number: number, verdict: number) => sys.event_resolve(h, number, verdict);
      for (const verdict of [VERDICT.NOT_MINE, VERDICT.RELEASED, VERDICT.CANNOT])
        expectStatus((yield* resolve(target.process, token, verdict)).status, 'INVALID_ARGS');
      expectStatus((yield* resolve(target.process, token + 1, PASS)).status, 'NOT_FOUND');
      expectStatus((yield* resolve(target.thread, token, PASS)).status, 'NOT_FOUND');
      expectStatus((yield* resolve(scene.process, token, PASS)).status, 'NOT_FOUND');
      yield* answerFault(target.process, token, KILL_PROCESS);
      yield* endOf(scene, target.process);
      expectStatus((yield* resolve(target.process, token, PASS)).status, 'NOT_FOUND');
    });
  });

  it('listeners are threads and pools, for one event or for all: each gets a token, and owes one answer at a time', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [EBREAK, EBREAK, ...callOf('process_exit', 7)], 20);
      const once = yield* listener(scene, target.process, SOURCE.BREAK, 0);
      const always = yield* listener(scene, target.process, SOURCE.BREAK);
      const heard: Fault[] = [];
      yield* spawn(
        scene,
        'listener',
        function* () {
          heard.push(yield* waitForFault(scene, target.process, SOURCE.BREAK, 63));
          // It owes an answer: it cannot wait for another fault before it has given it.
          const again = yield* sys.event_wait(target.process, SOURCE.BREAK, 0, 0, scratch(scene, 63));
          expectStatus(again.status, 'BAD_STATE');
          yield* answerFault(target.process, heard[0].token, PASS);
        },
        22,
      );
      yield* start(target);
      const one = yield* takeFault(scene, once);
      const all = yield* takeFault(scene, always);
      expect(new Set([one.token, all.token, heard[0].token, 0]).size).toBe(4);
      expect([one.packet.flags & 1, all.packet.flags & 1]).toEqual([0, 1]);
      yield* setRegister(scene, target.thread, 0, at(1));
      yield* answerFault(target.process, one.token, PASS);
      expect((yield* threadFields(target.thread, scene.stackLow)).state).toBe(TASK_STATE.BLOCKED);
      yield* answerFault(target.process, all.token, HANDLED);
      // The second one: only who listens on hears of it.
      yield* silent(scene, once);
      const second = yield* takeFault(scene, always);
      expect(second).toMatchObject({ token: all.token, pc: at(1) });
      yield* setRegister(scene, target.thread, 0, at(2));
      yield* answerFault(target.process, second.token, HANDLED);
      expect((yield* endOf(scene, target.process)).exit_code).toBe(7);
    });
  });

  it('HANDLED goes on at the pc and with the registers that were written, or faults again', () => {
    expectSuccess(function* (scene) {
      const exit = [encode('addi', { rd: A0, rs1: S0, imm: 1 }), ...li(A7, CALL_NUMBER.process_exit), encode('ecall')];
      const target = yield* makeTarget(scene, [EBREAK, ...exit, ILLEGAL], 20);
      const pool = yield* listener(scene, target.process, SOURCE.BREAK);
      const faults = yield* listener(scene, target.thread);
      yield* start(target);
      for (let i = 0; i < 3; i++) {
        const fault = yield* answerNext(scene, pool, target.process, HANDLED);
        expect(fault.pc).toBe(at(0));
      }
      const { token } = yield* takeFault(scene, pool);
      yield* setRegister(scene, target.thread, S0, 41);
      yield* setRegister(scene, target.thread, 0, at(5));
      yield* answerFault(target.process, token, HANDLED);
      const fault = yield* takeFault(scene, faults);
      expect(fault.pc).toBe(at(5));
      yield* setRegister(scene, target.thread, 0, at(1));
      yield* answerFault(target.thread, fault.token, HANDLED);
      expect(yield* endOf(scene, target.process)).toMatchObject({ exit_reason: EXIT_REASON.EXITED, exit_code: 42 });
    });
  });

  it('two faults at one listener: the second is told when the first is answered', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [ILLEGAL, NOP, ILLEGAL], 20);
      const pool = yield* makePool(scene, 4);
      yield* listen(target.process, SOURCE.FAULT, pool, 0, PERSISTENT | (2 << 8));
      yield* start(target);
      yield* addThread(target, at(1), 20);
      const first = yield* takeFault(scene, pool);
      yield* silent(scene, pool);
      yield* answerFault(target.process, first.token, KILL_THREAD);
      const second = yield* takeFault(scene, pool);
      expect([first.pc, second.pc]).toEqual([at(0), at(2)]);
      yield* answerFault(target.process, second.token, KILL_THREAD);
      yield* endOf(scene, target.process);
    });
  });

  it('a handler that faults itself has its own phases, and what it owed is void', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [ILLEGAL], 20);
      const above = yield* listener(scene, target.process);
      const own = yield* makePool(scene, 4);
      const handler = yield* spawn(
        scene,
        'handler',
        function* () {
          yield* waitForFault(scene, target.thread, SOURCE.FAULT, 63);
          yield* store(0, Uint8Array.of(1));
          throw new Error('it went on');
        },
        22,
      );
      yield* listen(handler, SOURCE.FAULT, own);
      yield* start(target);
      const nested = yield* takeFault(scene, own);
      expect(nested).toMatchObject({ cause: CAUSE.STORE_PAGE_FAULT, address: 0 });
      // It stands still at its own fault, so the fault of the target was passed on.
      yield* answerNext(scene, above, target.process, KILL_PROCESS);
      yield* endOf(scene, target.process);
      yield* answerFault(handler, nested.token, KILL_THREAD);
      expect((yield* threadFields(handler, scene.stackLow)).state).toBe(TASK_STATE.ENDED);
    });
  });

  it('killed while it is stopped: no further phase begins, and nobody owes an answer any more', () => {
    for (const which of ['thread', 'process'] as const)
      expectSuccess(function* (scene) {
        const target = yield* makeTarget(scene, [ILLEGAL, SPIN], 20);
        const first = yield* listener(scene, target.thread);
        const second = yield* listener(scene, target.process);
        yield* start(target);
        const { token } = yield* takeFault(scene, first);
        expectStatus((yield* sys.task_kill(target[which])).status, 'OK');
        yield* silent(scene, second);
        expectStatus((yield* sys.event_resolve(target.thread, token, HANDLED)).status, 'NOT_FOUND');
        expect((yield* endOf(scene, target.process)).exit_reason).toBe(EXIT_REASON.KILLED);
      });
  });

  it('a thread that is stopped at a fault can be suspended and go on, and stays stopped', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [EBREAK, ...callOf('process_exit', 3)], 20);
      const pool = yield* listener(scene, target.process, SOURCE.BREAK);
      yield* start(target);
      const { token } = yield* takeFault(scene, pool);
      const suspended = yield* sys.task_suspend(target.thread);
      yield* setRegister(scene, target.thread, 0, at(1));
      yield* answerFault(target.process, token, HANDLED);
      expect((yield* processFields(target.process, scene.stackLow)).state).toBe(TASK_STATE.RUNNABLE);
      yield* sys.handle_close(suspended.token);
      expect((yield* endOf(scene, target.process)).exit_code).toBe(3);
    });
  });
});

describe('31: the verdict does not depend on the order of answers', () => {
  /** From the weakest to the strongest. */
  const VERDICTS = [PASS, HANDLED, KILL_THREAD, KILL_PROCESS] as const;
  const NAMES = ['PASS', 'HANDLED', 'KILL_THREAD', 'KILL_PROCESS'] as const;

  function permutations(count: number): number[][] {
    if (count === 0) return [[]];
    return permutations(count - 1).flatMap((order) =>
      Array.from({ length: count }, (_, place) => [...order.slice(0, place), count - 1, ...order.slice(place)]),
    );
  }

  /** Rows of so many verdicts: all of them, or where who answers does not matter, those that do not fall. */
  function rowsOf(count: number, all: boolean, from = 0): number[][] {
    if (count === 0) return [[]];
    return VERDICTS.flatMap((_, i) =>
      i < from ? [] : rowsOf(count - 1, all, all ? 0 : i).map((rest) => [i, ...rest]),
    );
  }

  /** What becomes of a fault that these listeners of a process answer in this order; a job above is asked where all pass. */
  function* outcome(
    scene: Scene,
    job: number,
    verdicts: readonly number[],
    order: readonly number[],
  ): CallScript<string> {
    const target = yield* makeTarget(scene, [EBREAK, ...callOf('process_exit', 5)], 20, job);
    const pools: number[] = [];
    for (const _ of verdicts) pools.push(yield* listener(scene, target.process, SOURCE.BREAK));
    const above = yield* listener(scene, job, SOURCE.BREAK);
    yield* start(target);
    const tokens: number[] = [];
    for (const pool of pools) tokens.push((yield* takeFault(scene, pool)).token);
    yield* setRegister(scene, target.thread, 0, at(1));
    for (const [i, who] of order.entries()) {
      if (i > 0) yield* silent(scene, above);
      expect((yield* threadFields(target.thread, scene.stackLow)).state).toBe(TASK_STATE.BLOCKED);
      yield* answerFault(target.process, tokens[who], VERDICTS[verdicts[who]]);
    }
    const passed = (yield* takeAll(above, scratch(scene, 62))).map(faultOf);
    if (passed.length > 0) yield* answerFault(job, passed[0].token, KILL_PROCESS);
    const { exit_reason } = yield* endOf(scene, target.process);
    for (const h of [...pools, above, target.thread, target.vmar, target.process]) yield* sys.handle_close(h);
    if (passed.length > 0) return 'PASS';
    if (exit_reason === EXIT_REASON.EXITED) return 'HANDLED';
    return exit_reason === EXIT_REASON.KILLED ? 'KILL_THREAD' : 'KILL_PROCESS';
  }

  // Of one to three holders every one with every verdict; four of them are alike.
  it.each([1, 2, 3, 4])('of %i who hold a token, in every order, whatever each of them says', (count) => {
    let tried = 0;
    for (const verdicts of rowsOf(count, count < 4))
      expectSuccess(
        function* (scene) {
          const job = yield* makeJob(scene);
          for (const order of permutations(count)) {
            tried++;
            const expected = NAMES[Math.max(...verdicts)];
            expect([verdicts, order, yield* outcome(scene, job, verdicts, order)]).toEqual([verdicts, order, expected]);
          }
        },
        { checked: count < 3, ...(count > 2 && { playedOnce: 'the fewer holders show the same' }) },
      );
    expect(tried).toBe([4, 32, 384, 840][count - 1]);
  });
});
