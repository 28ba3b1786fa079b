import { describe, expect, it } from 'vitest';
import { TASK_STATE } from '../../syscalls/layouts.js';
import { FOREVER } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../userland/script/script.js';
import { createThread, expectStatus, expectSuccess, runScript, type Scene, spawn } from './booted.js';
import { CODE, callOf, li, makeProcess, mapCode } from './compiled.js';
import { acquire, makeLock, others, ownerOf, release, threadRow } from './lock-scene.js';

function* suspend(task: number): CallScript<number> {
  const { status, token } = yield* sys.task_suspend(task);
  expectStatus(status, 'OK');
  return token;
}

/** A thread that counts its turns. */
function* counter(scene: Scene, turns: { count: number }): CallScript<number> {
  return yield* spawn(scene, 'counter', function* () {
    for (;;) {
      turns.count++;
      yield* sys.thread_yield();
    }
  });
}

describe('suspensions', () => {
  it('30: a suspended thread executes nothing until the last handle to its token is closed', () => {
    expectSuccess(function* (scene) {
      const turns = { count: 0 };
      const thread = yield* counter(scene, turns);
      yield* others();
      const token = yield* suspend(thread);
      const before = turns.count;
      yield* others();
      expect(turns.count).toBe(before);
      const { copy } = yield* sys.handle_duplicate(token, 0);
      yield* sys.handle_close(token);
      yield* others();
      expect(turns.count).toBe(before);
      yield* sys.handle_close(copy);
      yield* others();
      expect(turns.count).toBeGreaterThan(before);
      yield* sys.process_exit(0);
    });
  });

  it('several tokens of one thread count', () => {
    expectSuccess(function* (scene) {
      const turns = { count: 0 };
      const thread = yield* counter(scene, turns);
      const tokens = [yield* suspend(thread), yield* suspend(thread)];
      for (const token of tokens) {
        yield* others();
        expect(turns.count).toBe(0);
        yield* sys.handle_close(token);
      }
      yield* others();
      expect(turns.count).toBeGreaterThan(0);
      yield* sys.process_exit(0);
    });
  });

  it('a suspended process runs none of its threads, nor those that it gets later', () => {
    expectSuccess(function* (scene) {
      const { process, vmar, thread } = yield* makeProcess(scene, scene.allocator, 16);
      yield* mapCode(scene, vmar, callOf('process_exit', 7));
      const token = yield* suspend(process);
      expectStatus((yield* sys.process_start(process, thread, CODE, 0, 0)).status, 'OK');
      const second = yield* sys.thread_create(process, 20, 0, 0);
      expectStatus((yield* sys.thread_start(second.thread, CODE, 0, 0)).status, 'OK');
      yield* others();
      expect(scene.system.state.processes.exitReason[1]).toBe(0);
      yield* sys.handle_close(token);
      yield* others();
      expect(scene.system.state.processes.exitCode[1]).toBe(7);
    });
  });

  it('a thread that waits keeps its place in the queue, and gets what it waited for', () => {
    const order: string[] = [];
    expectSuccess(function* (scene) {
      const lock = yield* makeLock(scene);
      yield* acquire(lock);
      const threads: number[] = [];
      for (const name of ['first', 'second']) {
        threads.push(
          yield* spawn(scene, name, function* () {
            yield* acquire(lock);
            order.push(name);
            yield* release(lock);
          }),
        );
        yield* others();
      }
      const token = yield* suspend(threads[0]);
      yield* release(lock);
      yield* others();
      // It is the owner, and does nothing: whoever is behind it waits for it.
      expect([ownerOf(scene), ...order]).toEqual(['first']);
      yield* sys.handle_close(token);
      yield* others();
      expect(order).toEqual(['first', 'second']);
    });
  });

  it('16: a deadline that comes meanwhile ends the wait, and is told when the thread goes on', () => {
    expectSuccess(function* (scene) {
      let status = 0;
      const thread = yield* spawn(scene, 'waiter', function* () {
        ({ status } = yield* sys.futex_wait(scene.stackLow + 4096, 0, 0, 10_000));
      });
      yield* others();
      const token = yield* suspend(thread);
      yield* sys.thread_sleep(20_000);
      expect(scene.system.state.threads.state[threadRow(scene, 'waiter')]).toBe(TASK_STATE.RUNNABLE);
      expect(status).toBe(0);
      yield* sys.handle_close(token);
      yield* others();
      expectStatus(status, 'TIMED_OUT');
    });
  });

  it('who suspends itself goes on when somebody else closes the token', () => {
    expectSuccess(function* (scene) {
      const box = { token: 0, done: false };
      yield* spawn(scene, 'self', function* () {
        const row = threadRow(scene, 'self');
        const { threads } = scene.system.state;
        // Its own handle is the one that spawn gave to the first thread, the last that was opened.
        const thread = scene.system.state.processes.lastHandleValue[threads.process[row]];
        box.token = thread + 1;
        expectStatus((yield* sys.task_suspend(thread)).status, 'OK');
        box.done = true;
      });
      yield* others();
      expect(box.done).toBe(false);
      yield* sys.handle_close(box.token);
      yield* others();
      expect(box.done).toBe(true);
    });
  });

  it('a suspended thread can be killed; its token goes with its last handle', () => {
    expectSuccess(function* (scene) {
      const thread = yield* counter(scene, { count: 0 });
      const token = yield* suspend(thread);
      expectStatus((yield* sys.task_kill(thread)).status, 'OK');
      expectStatus((yield* sys.task_suspend(thread)).status, 'BAD_STATE');
      yield* sys.handle_close(thread);
      expect(scene.system.state.threads.live).toBe(2);
      yield* sys.handle_close(token);
      expect([scene.system.state.threads.live, scene.system.state.tokens.live]).toEqual([1, 0]);
    });
  });

  it('when only suspended threads are left the run ends', () => {
    const { outcome } = runScript(function* (scene) {
      yield* sys.task_suspend(scene.process);
    });
    expect(outcome.kind).toBe('blocked');
  });
});

describe('registers of a suspended thread', () => {
  /** A compiled thread that spins with 42 in s0. */
  function* spinner(scene: Scene): CallScript<number> {
    const { process, vmar, thread } = yield* makeProcess(scene, scene.allocator, 10);
    yield* mapCode(scene, vmar, [...li(8, 42), 0x0000006f]);
    expectStatus((yield* sys.process_start(process, thread, CODE, 0x7000, 5)).status, 'OK');
    yield* sys.thread_sleep(10_000);
    return thread;
  }

  function* registers(scene: Scene, thread: number): CallScript<Uint32Array> {
    const at = scene.stackLow + 4096;
    expectStatus((yield* sys.thread_read_state(thread, 0, at, 128)).status, 'OK');
    return new Uint32Array((yield* load(at, 128)).slice().buffer);
  }

  it('are read: the pc, and x1 to x31', () => {
    expectSuccess(function* (scene) {
      const thread = yield* spinner(scene);
      yield* suspend(thread);
      const words = yield* registers(scene, thread);
      expect(words[0]).toBe(CODE + 8);
      expect([words[2], words[8], words[10]]).toEqual([0x7000, 42, 5]);
    });
  });

  it('are written: the thread goes on with them', () => {
    expectSuccess(function* (scene) {
      const thread = yield* spinner(scene);
      const token = yield* suspend(thread);
      const words = yield* registers(scene, thread);
      words[8] = 99;
      words[0] = CODE + 8;
      yield* store(scene.stackLow, new Uint8Array(words.buffer));
      expectStatus((yield* sys.thread_write_state(thread, 0, scene.stackLow, 128)).status, 'OK');
      yield* sys.handle_close(token);
      yield* sys.thread_sleep(20_000);
      yield* suspend(thread);
      const after = yield* registers(scene, thread);
      expect([after[0], after[8]]).toEqual([CODE + 8, 99]);
    });
  });

  it('of a thread that runs, is new or has ended are BAD_STATE, and of another length than the set has refused', () => {
    expectSuccess(function* (scene) {
      const at = scene.stackLow + 4096;
      const fresh = yield* createThread(scene, 'new');
      const running = yield* spawn(scene, 'waits', () => sys.thread_sleep(FOREVER));
      yield* others();
      for (const thread of [fresh, running, scene.thread]) {
        expectStatus((yield* sys.thread_read_state(thread, 0, at, 128)).status, 'BAD_STATE');
        expectStatus((yield* sys.thread_write_state(thread, 0, at, 128)).status, 'BAD_STATE');
      }
      yield* suspend(fresh);
      expectStatus((yield* sys.thread_read_state(fresh, 0, at, 128)).status, 'BAD_STATE');
      yield* suspend(running);
      expectStatus((yield* sys.thread_read_state(running, 0, at, 127)).status, 'BUFFER_TOO_SMALL');
      expectStatus((yield* sys.thread_read_state(running, 0, at, 500)).status, 'OK');
      for (const length of [0, 124, 132])
        expectStatus((yield* sys.thread_write_state(running, 0, at, length)).status, 'INVALID_ARGS');
      yield* sys.task_kill(running);
      expectStatus((yield* sys.thread_read_state(running, 0, at, 128)).status, 'BAD_STATE');
    });
  });
});
