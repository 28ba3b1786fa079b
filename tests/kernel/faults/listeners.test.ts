/** Listeners that cannot run keep nobody stopped, and nobody handles its own fault. */
import { describe, expect, it } from 'vitest';
import { EXIT_REASON, TASK_STATE } from '../../../syscalls/layouts.js';
import { FOREVER, PAGE_BYTES } from '../../../syscalls/limits.js';
import { LISTEN, MAP_OPTIONS, POOL_KIND, SOURCE, VERDICT } from '../../../syscalls/options.js';
import { ALL_RIGHTS, SAME_RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, runScript, type Scene, spawn } from '../booted.js';
import { makeProcess } from '../compiled.js';
import { makeTarget, start, type Target } from '../debuggees.js';
import { makeJob } from '../errors/time.js';
import { processFields, threadFields } from '../information.js';
import { give } from '../messages.js';
import { listen, makePool, scratch, takeAll, takeWaiting } from '../packets.js';
import { answerFault, faultOf, takeFault, waitForFault } from './handlers.js';

const ILLEGAL = 0;
const { PERSISTENT } = LISTEN;
const { KILL_PROCESS } = VERDICT;

function* isStopped(scene: Scene, { thread }: Target): CallScript<boolean> {
  return (yield* threadFields(thread, scene.stackLow)).state === TASK_STATE.BLOCKED;
}

function* hasEnded(scene: Scene, { process }: Target): CallScript<boolean> {
  const { state, exit_reason } = yield* processFields(process, scene.stackLow);
  return state === TASK_STATE.ENDED && exit_reason === EXIT_REASON.FAULT;
}

interface Handler {
  readonly process: number;
  readonly threads: readonly number[];
  /** Whether its pool was told. */
  heard: boolean;
}

/** A process that waits for the fault of a target in a pool of its own, and then for ever; it never answers. */
function* handlerOf(scene: Scene, target: Target, threads = 1, after?: () => CallScript): CallScript<Handler> {
  const made = yield* makeProcess(scene, scene.allocator, 22);
  const task = give(scene.system, target.process, made.process, ALL_RIGHTS);
  const page = scratch(scene, 70);
  const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
  const options = MAP_OPTIONS.READ | MAP_OPTIONS.WRITE | MAP_OPTIONS.FIXED;
  expectStatus((yield* sys.vmar_map(made.vmar, vmo, 0, PAGE_BYTES, options, page)).status, 'OK');
  const handler: Handler = { process: made.process, threads: [made.thread], heard: false };
  const main = scene.system.enter(function* (_argument, allocator) {
    const { pool } = yield* sys.pool_create(allocator, POOL_KIND.FIXED, 4, 0);
    yield* listen(task, SOURCE.FAULT, pool, 0, PERSISTENT);
    yield* takeWaiting(pool, page);
    handler.heard = true;
    if (after !== undefined) yield* after();
    yield* sys.thread_sleep(FOREVER);
  });
  const { copy } = yield* sys.handle_duplicate(scene.allocator, SAME_RIGHTS);
  expectStatus((yield* sys.process_start(made.process, made.thread, main, 0, 0, copy)).status, 'OK');
  const more: number[] = [];
  for (let i = 1; i < threads; i++) {
    const { thread } = yield* sys.thread_create(made.process, 22, 0, 0);
    const sleep = scene.system.enter(() => sys.thread_sleep(FOREVER));
    expectStatus((yield* sys.thread_start(thread, sleep, 0, 0)).status, 'OK');
    more.push(thread);
  }
  return Object.assign(handler, { threads: [made.thread, ...more] });
}

/** Runs a script whose handlers wait for ever: it ends the process at last. */
function told(script: (scene: Scene) => CallScript): void {
  expectSuccess(function* (scene) {
    yield* script(scene);
    yield* sys.process_exit(0);
  });
}

const suspend = function* (task: number): CallScript {
  expectStatus((yield* sys.task_suspend(task)).status, 'OK');
};

describe('a thread is never its own handler', () => {
  it('a thread of the same process handles it; the last one that could has nobody left', () => {
    const { outcome } = runScript(function* (scene) {
      const pool = yield* makePool(scene, 4);
      yield* listen(scene.process, SOURCE.FAULT, pool, 0, PERSISTENT);
      const other = yield* spawn(scene, 'other', () => store(8, Uint8Array.of(1)), 20);
      const fault = yield* takeFault(scene, pool);
      expect(fault.address).toBe(8);
      yield* answerFault(scene.process, fault.token, VERDICT.KILL_THREAD);
      expect((yield* threadFields(other, scene.stackLow)).state).toBe(TASK_STATE.ENDED);
      yield* store(12, Uint8Array.of(1));
    });
    expect(outcome).toMatchObject({ kind: 'fault', address: 12 });
  });
});

describe('33: a stopped listener never keeps a thread stopped', () => {
  it('a process that does not answer keeps it while it could; told is who could run when it happened', () => {
    told(function* (scene) {
      const target = yield* makeTarget(scene, [ILLEGAL], 20);
      const handler = yield* handlerOf(scene, target);
      yield* start(target);
      expect([handler.heard, yield* isStopped(scene, target)]).toEqual([true, true]);
      yield* sys.thread_sleep(scene.system.time + 1_000_000);
      expect(yield* isStopped(scene, target)).toBe(true);
    });
  });

  it('a process that was suspended before is passed over', () => {
    told(function* (scene) {
      const target = yield* makeTarget(scene, [ILLEGAL], 20);
      const handler = yield* handlerOf(scene, target);
      yield* suspend(handler.process);
      yield* start(target);
      expect([handler.heard, yield* hasEnded(scene, target)]).toEqual([false, true]);
    });
  });

  it('a thread that was suspended before is passed over, though it waits', () => {
    told(function* (scene) {
      const target = yield* makeTarget(scene, [ILLEGAL], 20);
      const thread = yield* spawn(scene, 'listener', () => waitForFault(scene, target.process, SOURCE.FAULT, 64), 22);
      yield* suspend(thread);
      yield* start(target);
      expect(yield* hasEnded(scene, target)).toBe(true);
    });
  });

  /** What makes a process, or one that listens here, unable to answer after it was told. */
  const STOPS: Readonly<Record<string, (scene: Scene, handler: Handler) => CallScript>> = {
    *'is suspended'(_scene, { process }) {
      yield* suspend(process);
    },
    *'has its only thread suspended'(_scene, { threads }) {
      yield* suspend(threads[0]);
    },
    *'is killed'(_scene, { process }) {
      expectStatus((yield* sys.task_kill(process)).status, 'OK');
    },
    *'loses its only thread'(_scene, { threads }) {
      expectStatus((yield* sys.task_kill(threads[0])).status, 'OK');
    },
  };

  it.each(Object.entries(STOPS))('a process that %s after it was told has passed', (_name, happens) => {
    told(function* (scene) {
      const target = yield* makeTarget(scene, [ILLEGAL], 20);
      const handler = yield* handlerOf(scene, target);
      yield* start(target);
      expect([handler.heard, yield* isStopped(scene, target)]).toEqual([true, true]);
      yield* happens(scene, handler);
      expect(yield* hasEnded(scene, target)).toBe(true);
    });
  });

  it('a process whose threads are stopped one after the other has passed with the last', () => {
    told(function* (scene) {
      const target = yield* makeTarget(scene, [ILLEGAL], 20);
      const { threads } = yield* handlerOf(scene, target, 3);
      yield* start(target);
      for (const thread of threads) {
        expect(yield* isStopped(scene, target)).toBe(true);
        yield* suspend(thread);
      }
      expect(yield* hasEnded(scene, target)).toBe(true);
    });
  });

  it('a process that faults itself before it has answered, with nobody else in it, has passed', () => {
    told(function* (scene) {
      const target = yield* makeTarget(scene, [ILLEGAL], 20);
      const handler = yield* handlerOf(scene, target, 1, () => store(0, Uint8Array.of(1)));
      const pool = yield* makePool(scene, 4);
      yield* listen(handler.process, SOURCE.FAULT, pool);
      yield* start(target);
      // It is stopped itself: its own fault is told here, and the other one is over.
      const { token } = yield* takeFault(scene, pool);
      expect(yield* hasEnded(scene, target)).toBe(true);
      yield* answerFault(handler.process, token, KILL_PROCESS);
    });
  });

  it('one whose registration is cancelled, or whose pool goes, has passed; what is not taken yet goes with it', () => {
    for (const how of ['cancel', 'pool'] as const)
      told(function* (scene) {
        const target = yield* makeTarget(scene, [ILLEGAL], 20);
        const pool = yield* makePool(scene, 4);
        const number = yield* listen(target.process, SOURCE.FAULT, pool, 0, PERSISTENT);
        yield* start(target);
        expect(yield* isStopped(scene, target)).toBe(true);
        if (how === 'cancel') expectStatus((yield* sys.event_cancel(pool, number)).status, 'OK');
        else yield* sys.handle_close(pool);
        expect(yield* hasEnded(scene, target)).toBe(true);
        if (how === 'cancel') expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
      });
  });

  it('a thread that was woken with a token and ends has passed; one that is suspended too', () => {
    for (const how of ['ends', 'suspended'] as const)
      told(function* (scene) {
        const target = yield* makeTarget(scene, [ILLEGAL], 20);
        const thread = yield* spawn(
          scene,
          'listener',
          function* () {
            yield* waitForFault(scene, target.process, SOURCE.FAULT, 64);
            if (how === 'suspended') yield* sys.thread_sleep(FOREVER);
            expect(yield* isStopped(scene, target)).toBe(true);
          },
          22,
        );
        yield* start(target);
        if (how === 'suspended') {
          expect(yield* isStopped(scene, target)).toBe(true);
          yield* suspend(thread);
        }
        expect(yield* hasEnded(scene, target)).toBe(true);
      });
  });

  it('the rest decide: one that is stopped does not weaken what another says', () => {
    told(function* (scene) {
      const target = yield* makeTarget(scene, [ILLEGAL], 20);
      const handler = yield* handlerOf(scene, target);
      const pool = yield* makePool(scene, 4);
      yield* listen(target.process, SOURCE.FAULT, pool, 0, PERSISTENT);
      yield* start(target);
      const { token } = yield* takeFault(scene, pool);
      yield* answerFault(target.process, token, VERDICT.KILL_THREAD);
      expect(yield* isStopped(scene, target)).toBe(true);
      yield* suspend(handler.process);
      const { state, exit_reason } = yield* processFields(target.process, scene.stackLow);
      expect([state, exit_reason]).toEqual([TASK_STATE.ENDED, EXIT_REASON.KILLED]);
    });
  });

  it('where two faults wait for one listener that is stopped, both go on to the next phase', () => {
    told(function* (scene) {
      const target = yield* makeTarget(scene, [ILLEGAL], 20);
      const job = yield* makeJob(scene);
      const second = yield* makeTarget(scene, [ILLEGAL], 20, job);
      const handler = yield* handlerOf(scene, target);
      const pool = yield* makePool(scene, 4);
      for (const { process } of [target, second]) yield* listen(process, SOURCE.FAULT, pool, 0, PERSISTENT);
      yield* start(target);
      yield* start(second);
      const faults = (yield* takeAll(pool, scratch(scene))).map(faultOf);
      expect(faults.map(({ thread }) => thread)).toEqual([target.threadKoid, second.threadKoid]);
      yield* sys.handle_close(pool);
      expect(yield* hasEnded(scene, second)).toBe(true);
      expect(yield* isStopped(scene, target)).toBe(true);
      yield* suspend(handler.process);
      expect(yield* hasEnded(scene, target)).toBe(true);
    });
  });
});
