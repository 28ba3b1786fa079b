/** Jobs: a tree over processes, with limits that hold for all below; killing one ends what is under it. */
import { describe, expect, it } from 'vitest';
import { CALLS, PROPERTY, SOURCE } from '../../syscalls/calls.js';
import { EXIT_REASON, TASK_STATE } from '../../syscalls/layouts.js';
import { FOREVER } from '../../syscalls/limits.js';
import { EVENT } from '../../syscalls/options.js';
import { ALL_RIGHTS, RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, call, store } from '../../userland/script/script.js';
import { createThread, expectStatus, expectSuccess, runScript, type Scene, spawn } from './booted.js';
import { makeProcess } from './compiled.js';
import { makeJob } from './errors/time.js';
import { handleFields, processFields, threadFields } from './information.js';
import { expectFlags, listen, makePool, scratch, take, takeAll } from './packets.js';

/** A process in a job with a script for its thread. */
function* start(scene: Scene, job: number, script: () => CallScript<unknown>): CallScript<number> {
  const { status, process, vmar } = yield* sys.process_create(job, scene.allocator, 0, 0);
  expectStatus(status, 'OK');
  const { thread } = yield* sys.thread_create(process, 10, 0, 0);
  expectStatus((yield* sys.process_start(process, thread, scene.system.enter(script), 0, 0)).status, 'OK');
  yield* sys.handle_close(thread);
  yield* sys.handle_close(vmar);
  return process;
}

function* sleepForEver(): CallScript<void> {
  yield* sys.thread_sleep(FOREVER);
}

/** A thread of this process that runs in another one's stead cannot share handles; so what is in a job says so by its state. */
function* stateOf(scene: Scene, process: number): CallScript<number> {
  return (yield* processFields(process, scratch(scene))).state;
}

describe('jobs', () => {
  it('the first process is in the first job, and 0 means the job of the caller', () => {
    expectSuccess(function* (scene) {
      const { processes, jobs } = scene.system.state;
      expect([jobs.live, processes.job[0]]).toEqual([1, 0]);
      yield* makeProcess(scene);
      expect([jobs.processes[0], jobs.threads[0]]).toEqual([2, 2]);
      const job = yield* makeJob(scene);
      yield* sys.process_create(job, scene.allocator, 0, 0);
      expect(jobs.parent[1]).toBe(0);
      expect([jobs.processes[0], jobs.processes[1]]).toEqual([3, 1]);
    });
  });

  it('killing a job ends everything in it and below it, and nothing else', () => {
    expectSuccess(function* (scene) {
      const outer = yield* makeJob(scene);
      const inner = yield* makeJob(scene, outer);
      const other = yield* makeJob(scene);
      const ending = [];
      for (const job of [outer, inner, yield* makeJob(scene, inner), outer])
        ending.push(yield* start(scene, job, sleepForEver));
      const staying = [yield* start(scene, other, sleepForEver), yield* start(scene, 0, sleepForEver)];
      expectStatus((yield* sys.task_kill(outer)).status, 'OK');
      for (const process of ending) {
        const { state, exit_reason } = yield* processFields(process, scratch(scene));
        expect([state, exit_reason]).toEqual([TASK_STATE.ENDED, EXIT_REASON.KILLED]);
      }
      for (const process of staying) expect(yield* stateOf(scene, process)).toBe(TASK_STATE.RUNNABLE);
      for (const process of staying) yield* sys.task_kill(process);
    });
  });

  it('a tree of any width and depth is killed without recursion, in one step', () => {
    expectSuccess(
      function* (scene) {
        const top = yield* makeJob(scene);
        let deep = top;
        for (let depth = 2; depth < 15; depth++) {
          deep = yield* makeJob(scene, deep);
          for (let width = 0; width < 20; width++) yield* makeJob(scene, deep);
          yield* start(scene, deep, sleepForEver);
        }
        const { jobs, processes } = scene.system.state;
        expect(jobs.live).toBe(1 + 1 + 13 * 21);
        const before = scene.system.steps;
        expectStatus((yield* sys.task_kill(top)).status, 'OK');
        expect(scene.system.steps).toBe(before + 1);
        expect(jobs.processes[1]).toBe(0);
        expect(processes.used).toBe(14);
      },
      { checked: false },
    );
  });

  it('a job that was killed takes nothing in any more, and killing it again is BAD_STATE', () => {
    expectSuccess(function* (scene) {
      const outer = yield* makeJob(scene);
      const inner = yield* makeJob(scene, outer);
      yield* sys.task_kill(outer);
      for (const job of [outer, inner]) {
        expectStatus((yield* sys.process_create(job, scene.allocator, 0, 0)).status, 'BAD_STATE');
        expectStatus((yield* sys.job_create(job, scene.allocator, scratch(scene, 8))).status, 'BAD_STATE');
        expectStatus((yield* sys.task_kill(job)).status, 'BAD_STATE');
      }
    });
  });

  it('who listens to LIFECYCLE of a job hears that it was killed, also afterwards', () => {
    expectSuccess(function* (scene) {
      const outer = yield* makeJob(scene);
      const inner = yield* makeJob(scene, outer);
      const pool = yield* makePool(scene);
      yield* listen(inner, SOURCE.LIFECYCLE, pool, 1);
      yield* sys.task_kill(outer);
      const { koid } = yield* handleFields(inner, scratch(scene));
      const packet = yield* take(pool, scratch(scene));
      expect(packet).toMatchObject({ key: 1, type: EVENT.LIFECYCLE, source: koid, status: 0 });
      expect(packet.data[0]).toBe(EXIT_REASON.KILLED);
      yield* listen(outer, SOURCE.LIFECYCLE, pool, 2);
      expect((yield* take(pool, scratch(scene))).key).toBe(2);
    });
  });

  it('a program that kills its own job does not return', () => {
    const { outcome } = runScript(function* (scene) {
      const own = yield* makeJob(scene);
      yield* start(scene, own, sleepForEver);
      // A job of which the caller is no part: it goes on.
      expectStatus((yield* sys.task_kill(own)).status, 'OK');
      const first = scene.job;
      yield* sys.task_kill(first);
      expect('this').toBe('not reached');
    });
    expect(outcome.kind).toBe('killed');
  });

  it('limits of processes and threads hold for everything below, and count what has not ended', () => {
    expectSuccess(function* (scene) {
      const outer = yield* makeJob(scene, 0, 2, 3);
      const inner = yield* makeJob(scene, outer);
      const first = yield* sys.process_create(outer, scene.allocator, 0, 0);
      const second = yield* sys.process_create(inner, scene.allocator, 0, 0);
      expectStatus(second.status, 'OK');
      for (const job of [outer, inner])
        expectStatus((yield* sys.process_create(job, scene.allocator, 0, 0)).status, 'NO_RESOURCES');
      const threads = [];
      for (const process of [first.process, second.process, second.process]) {
        const { status, thread } = yield* sys.thread_create(process, 1, 0, 0);
        expectStatus(status, 'OK');
        threads.push(thread);
      }
      for (const { process } of [first, second])
        expectStatus((yield* sys.thread_create(process, 1, 0, 0)).status, 'NO_RESOURCES');
      yield* sys.task_kill(threads[1]);
      expectStatus((yield* sys.thread_create(first.process, 1, 0, 0)).status, 'OK');
      yield* sys.task_kill(second.process);
      expectStatus((yield* sys.process_create(inner, scene.allocator, 0, 0)).status, 'OK');
    });
  });

  it('a priority that a job above does not allow is ACCESS_DENIED, for new threads and for old ones', () => {
    expectSuccess(function* (scene) {
      const outer = yield* makeJob(scene, 0, 0, 0, 11);
      const inner = yield* makeJob(scene, outer, 0, 0, 20);
      const { process } = yield* sys.process_create(inner, scene.allocator, 0, 0);
      for (const priority of [11, 16, 19, 31])
        expectStatus((yield* sys.thread_create(process, priority, 0, 0)).status, 'ACCESS_DENIED');
      const { status, thread } = yield* sys.thread_create(process, 10, 0, 0);
      expectStatus(status, 'OK');
      const at = scratch(scene, 3);
      yield* store(at, Uint8Array.of(11, 0, 0, 0));
      expectStatus((yield* sys.object_set(thread, PROPERTY.PRIORITY, at, 4)).status, 'ACCESS_DENIED');
      yield* store(at, Uint8Array.of(9, 0, 0, 0));
      expectStatus((yield* sys.object_set(thread, PROPERTY.PRIORITY, at, 4)).status, 'OK');
      expect((yield* threadFields(thread, scratch(scene))).priority).toBe(9);
    });
  });

  it('calls that a job denies are ACCESS_DENIED before anything is looked at, for all below it', () => {
    const denied = [...new Set(CALLS.map(({ number }) => number >> 4))];
    expectSuccess(function* (scene) {
      const results = new Map<number, number[]>();
      for (const area of denied) {
        const job = yield* makeJob(scene, yield* makeJob(scene, 0, 0, 0, 0, 1 << area));
        yield* start(scene, job, function* () {
          const statuses: number[] = [];
          for (const other of denied) {
            const [row] = CALLS.filter(({ number }) => number >> 4 === other && ![0x85, 0x86].includes(number));
            // Arguments that are all wrong: whoever looks at them says so.
            statuses.push((yield call(row.number, -1, -1, -1, -1, -1, -1)).status);
          }
          results.set(area, statuses);
        });
        yield* sys.thread_sleep(scene.system.time + 1000);
      }
      for (const area of denied) {
        const refused = results.get(area)?.map((status, i) => (status === -5 ? denied[i] : -1)) ?? [];
        expect(refused.filter((other) => other >= 0)).toEqual([area]);
      }
    });
  });

  it('thread_exit and process_exit cannot be denied: whoever may run may end', () => {
    expectSuccess(function* (scene) {
      const job = yield* makeJob(scene, 0, 0, 0, 0, 0x7ff);
      const ended = yield* start(scene, job, function* () {
        expectStatus((yield* sys.clock_get(0)).status, 'ACCESS_DENIED');
      });
      const exited = yield* start(scene, job, () => sys.process_exit(7));
      yield* sys.thread_sleep(1e6);
      expect(yield* stateOf(scene, ended)).toBe(TASK_STATE.ENDED);
      expect((yield* processFields(exited, scratch(scene))).exit_code).toBe(7);
    });
  });

  it('a policy that cannot be is refused: bits of areas that are not, priorities above 31', () => {
    expectSuccess(function* (scene) {
      const at = scratch(scene, 8);
      for (const [policy, status] of [
        [[0, 0, 0, 1 << 11], 'INVALID_ARGS'],
        [[0, 0, 0, -1], 'INVALID_ARGS'],
        [[0, 0, 33, 0], 'OUT_OF_RANGE'],
        [[0, 0, -1, 0], 'OUT_OF_RANGE'],
        [[0xffff_ffff, 0xffff_ffff, 32, 0x7ff], 'OK'],
      ] as const) {
        yield* store(at, new Uint8Array(Uint32Array.from(policy).buffer));
        expectStatus((yield* sys.job_create(0, scene.allocator, at)).status, status);
      }
    });
  });

  it('a job goes when nothing names it and nothing is in it; what was charged goes back', () => {
    expectSuccess(function* (scene) {
      const { jobs, allocators } = scene.system.state;
      yield* store(scratch(scene, 8), new Uint8Array(16));
      const pool = yield* makePool(scene);
      yield* store(scratch(scene), new Uint8Array(4)); // where packets go has its frame
      const charged = allocators.charged[0];
      const outer = yield* makeJob(scene);
      const inner = yield* makeJob(scene, outer);
      const process = yield* start(scene, inner, sleepForEver);
      yield* listen(outer, SOURCE.LIFECYCLE, pool);
      yield* sys.handle_close(outer);
      yield* sys.handle_close(inner);
      expect(jobs.live).toBe(3);
      yield* sys.task_kill(process);
      expect(jobs.live).toBe(3);
      yield* sys.handle_close(process);
      expect(jobs.live).toBe(1);
      expectFlags(yield* take(pool, scratch(scene)), 'ERROR|LAST');
      expect(yield* takeAll(pool, scratch(scene))).toEqual([]);
      expect(allocators.charged[0]).toBe(charged);
    });
  });

  it('a job without MANAGE lets nobody in, and without DESTROY nobody kills it', () => {
    expectSuccess(function* (scene) {
      const job = yield* makeJob(scene);
      const { copy } = yield* sys.handle_duplicate(job, ALL_RIGHTS & ~RIGHTS.MANAGE & ~RIGHTS.DESTROY);
      expectStatus((yield* sys.process_create(copy, scene.allocator, 0, 0)).status, 'ACCESS_DENIED');
      expectStatus((yield* sys.job_create(copy, scene.allocator, scratch(scene, 8))).status, 'ACCESS_DENIED');
      expectStatus((yield* sys.task_kill(copy)).status, 'ACCESS_DENIED');
    });
  });

  it('a job has a name', () => {
    expectSuccess(function* (scene) {
      const job = yield* makeJob(scene);
      yield* store(scratch(scene), new TextEncoder().encode('tests'));
      expectStatus((yield* sys.object_set(job, PROPERTY.NAME, scratch(scene), 5)).status, 'OK');
      expect(scene.system.state.jobs.name0[1]).toBe(0x74736574);
    });
  });

  it('limits hold whatever the order in which things end', () => {
    expectSuccess(function* (scene) {
      const job = yield* makeJob(scene, 0, 3, 3);
      for (let turn = 0; turn < 5; turn++) {
        const made = [];
        for (let i = 0; i < 3; i++) made.push(yield* start(scene, job, sleepForEver));
        expectStatus((yield* sys.process_create(job, scene.allocator, 0, 0)).status, 'NO_RESOURCES');
        for (const process of turn % 2 ? made.reverse() : made) yield* sys.task_kill(process);
      }
      yield* spawn(scene, 'other', sleepForEver);
      yield* createThread(scene, 'new');
      yield* sys.process_exit(0);
    });
  });
});
