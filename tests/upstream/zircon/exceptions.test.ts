/** What Zircon's tests of exceptions assert, told of faults and debug sessions. A name begins with the tests that it tells. */
import { describe, expect, it } from 'vitest';
import { CAUSE, encode } from '../../../machine/index.js';
import { EXIT_REASON, TASK_STATE } from '../../../syscalls/layouts.js';
import { LISTEN, SESSION, SOURCE, VERDICT } from '../../../syscalls/options.js';
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { expectSuccess, runScript, type Scene } from '../../kernel/booted.js';
import { at, EBREAK, letGo, makeTarget, NOP, Session, start } from '../../kernel/debuggees.js';
import { makeJob } from '../../kernel/errors/time.js';
import { answerFault, takeFault } from '../../kernel/faults/handlers.js';
import { processFields, threadFields } from '../../kernel/information.js';
import { listen, makePool, scratch, takeAll } from '../../kernel/packets.js';

const ILLEGAL = 0;
const LOAD_NULL = encode('lw', { rd: 10, rs1: 0, imm: 0 });
const STORE_NULL = encode('sw', { rs1: 0, rs2: 0, imm: 0 });
const JUMP_NULL = encode('jalr', { rd: 0, rs1: 0, imm: 0 });

function* handler(scene: Scene, task: number): CallScript<number> {
  const pool = yield* makePool(scene, 4);
  yield* listen(task, SOURCE.FAULT, pool, 0, LISTEN.PERSISTENT);
  return pool;
}

describe("Zircon's ExceptionTest, as ours", () => {
  it('Trigger: a debugger hears of every kind, then of the end of the thread', () => {
    const kinds: readonly (readonly [code: number, cause: number])[] = [
      [LOAD_NULL, CAUSE.LOAD_PAGE_FAULT],
      [STORE_NULL, CAUSE.STORE_PAGE_FAULT],
      [JUMP_NULL, CAUSE.INSTRUCTION_PAGE_FAULT],
      [ILLEGAL, CAUSE.ILLEGAL_INSTRUCTION],
      [EBREAK, CAUSE.BREAKPOINT],
    ];
    expectSuccess(function* (scene) {
      for (const [code, cause] of kinds) {
        const target = yield* makeTarget(scene, [NOP, code], 20);
        const { THREAD_STARTS, THREAD_ENDS, STOP_PROCESS } = SESSION;
        const session = yield* Session.attach(scene, target.process, STOP_PROCESS | THREAD_STARTS | THREAD_ENDS);
        yield* start(target);
        expect((yield* session.next()).kind).toBe('THREAD_STARTED');
        yield* session.resume();
        expect(yield* session.next()).toMatchObject({ kind: 'FAULT', koid: target.threadKoid, cause });
        yield* session.resume(VERDICT.PASS);
        expect(yield* session.next()).toMatchObject({ kind: 'THREAD_ENDED', cause: EXIT_REASON.FAULT });
        yield* session.end();
      }
    });
  });

  it('ExitClosingExcpHandle: a process that listens to itself exits', () => {
    const { outcome } = runScript(function* (scene) {
      yield* handler(scene, scene.process);
      yield* sys.process_exit(0);
    });
    expect(outcome).toEqual({ kind: 'exited', code: 0 });
  });

  it('ThreadReceive, ProcessReceive, JobReceive: each hears of it with the koid of the thread, which waits', () => {
    expectSuccess(function* (scene) {
      for (const which of ['thread', 'process', 'job'] as const) {
        const job = yield* makeJob(scene);
        const target = yield* makeTarget(scene, [LOAD_NULL], 20, job);
        const task = which === 'job' ? job : target[which];
        const pool = yield* handler(scene, task);
        yield* start(target);
        const fault = yield* takeFault(scene, pool);
        expect(fault).toMatchObject({ thread: target.threadKoid, cause: CAUSE.LOAD_PAGE_FAULT, pc: at(0), address: 0 });
        expect((yield* threadFields(target.thread, scene.stackLow)).state).toBe(TASK_STATE.BLOCKED);
        yield* answerFault(task, fault.token, VERDICT.PASS);
        expect((yield* processFields(target.process, scene.stackLow)).exit_reason).toBe(EXIT_REASON.FAULT);
      }
    });
  });

  it('ProcessDebuggerReceive, JobDebuggerReceive: a session about the process or a job above hears of it', () => {
    expectSuccess(function* (scene) {
      for (const isJob of [false, true]) {
        const outer = yield* makeJob(scene);
        const target = yield* makeTarget(scene, [LOAD_NULL], 20, yield* makeJob(scene, outer));
        const session = yield* Session.attach(scene, isJob ? outer : target.process);
        yield* start(target);
        const told = yield* session.next();
        expect(told).toMatchObject({ kind: 'FAULT', koid: target.threadKoid, cause: CAUSE.LOAD_PAGE_FAULT });
        yield* session.resume(VERDICT.KILL_PROCESS);
        yield* letGo(scene);
        expect((yield* processFields(target.process, scene.stackLow)).state).toBe(TASK_STATE.ENDED);
      }
    });
  });

  it('ExceptionResume: one that was handled and is not mended comes again, to the same handler', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [LOAD_NULL], 20);
      const first = yield* handler(scene, target.thread);
      const above = yield* handler(scene, target.process);
      yield* start(target);
      for (const verdict of [VERDICT.HANDLED, VERDICT.HANDLED, VERDICT.PASS]) {
        const { token } = yield* takeFault(scene, first);
        expect(yield* takeAll(above, scratch(scene))).toEqual([]);
        yield* answerFault(target.thread, token, verdict);
      }
      yield* answerFault(target.process, (yield* takeFault(scene, above)).token, VERDICT.KILL_PROCESS);
    });
  });

  it('CloseChannelWithException: a pool that goes with the packet in it passes the fault on', () => {
    expectSuccess(function* (scene) {
      const target = yield* makeTarget(scene, [LOAD_NULL], 20);
      const first = yield* handler(scene, target.thread);
      const above = yield* handler(scene, target.process);
      yield* start(target);
      expect(yield* takeAll(above, scratch(scene))).toEqual([]);
      yield* sys.handle_close(first);
      yield* answerFault(target.process, (yield* takeFault(scene, above)).token, VERDICT.KILL_PROCESS);
    });
  });

  it('SkipClosedExceptionChannel: one that has gone before is left out, and the others come in their order', () => {
    expectSuccess(function* (scene) {
      const job = yield* makeJob(scene);
      const target = yield* makeTarget(scene, [LOAD_NULL], 20, job);
      const [inJob, inProcess] = [yield* handler(scene, job), yield* handler(scene, target.process)];
      yield* sys.handle_close(yield* handler(scene, target.thread));
      yield* start(target);
      const { token } = yield* takeFault(scene, inProcess);
      expect(yield* takeAll(inJob, scratch(scene))).toEqual([]);
      yield* answerFault(target.process, token, VERDICT.PASS);
      yield* answerFault(job, (yield* takeFault(scene, inJob)).token, VERDICT.KILL_PROCESS);
    });
  });

  it('DebugChannelClosedBeforeSecondChance: a session that has ended by then is left out', () => {
    expectSuccess(function* (scene) {
      const job = yield* makeJob(scene);
      const target = yield* makeTarget(scene, [LOAD_NULL], 20, job);
      const [inJob, inProcess] = [yield* handler(scene, job), yield* handler(scene, target.process)];
      const session = yield* Session.attach(scene, target.process, SESSION.SECOND_CHANCE | SESSION.STOP_PROCESS);
      yield* start(target);
      expect((yield* session.next()).kind).toBe('FAULT');
      yield* session.end();
      yield* answerFault(target.process, (yield* takeFault(scene, inProcess)).token, VERDICT.PASS);
      yield* answerFault(job, (yield* takeFault(scene, inJob)).token, VERDICT.PASS);
      expect((yield* processFields(target.process, scene.stackLow)).exit_reason).toBe(EXIT_REASON.FAULT);
    });
  });
});
