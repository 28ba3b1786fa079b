import { describe, expect, it } from 'vitest';
import { threadName } from '../../kernel/blocked.js';
import { encode } from '../../machine/index.js';
import { INFO, PROPERTY } from '../../syscalls/calls.js';
import { BLOCKED_ON, EXIT_REASON, TASK_STATE } from '../../syscalls/layouts.js';
import { FOREVER } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { load, store } from '../../userland/script/script.js';
import { createThread, expectStatus, expectSuccess, runScript, spawn } from './booted.js';
import { A0, CODE, callOf, li, makeProcess, mapCode, runInProcess } from './compiled.js';
import { nameOf, processFields, threadFields } from './information.js';

const encoder = new TextEncoder();

describe('processes', () => {
  it('a process is new, runs, and ends; its exit record stays while it is named', () => {
    expectSuccess(function* (scene) {
      const { process, vmar, thread } = yield* makeProcess(scene);
      const start = yield* processFields(process, scene.stackLow);
      expect(start).toMatchObject({ state: TASK_STATE.NEW, threads: 1, exit_reason: EXIT_REASON.NONE });
      expectStatus(
        (yield* sys.process_start(
          process,
          thread,
          scene.system.enter(function* () {
            yield* sys.thread_sleep(10_000);
            yield* sys.process_exit(-7);
          }),
          0,
          0,
        )).status,
        'OK',
      );
      expect((yield* processFields(process, scene.stackLow)).state).toBe(TASK_STATE.RUNNABLE);
      yield* sys.thread_sleep(20_000);
      const end = { state: TASK_STATE.ENDED, threads: 0, exit_reason: EXIT_REASON.EXITED, exit_code: -7 };
      expect(yield* processFields(process, scene.stackLow)).toMatchObject({ ...end, fault_cause: 0, fault_pc: 0 });
      for (const handle of [thread, vmar]) yield* sys.handle_close(handle);
      expect((yield* processFields(process, scene.stackLow)).exit_code).toBe(-7);
    });
  });

  it('each has an address space of its own', () => {
    expectSuccess(function* (scene) {
      const { process } = yield* runInProcess(scene, [
        ...li(A0, scene.stackLow),
        encode('lw', { rd: A0, rs1: A0, imm: 0 }),
      ]);
      const record = yield* processFields(process, scene.stackLow);
      expect(record).toMatchObject({ exit_reason: EXIT_REASON.FAULT, fault_cause: 13, fault_address: scene.stackLow });
    });
  });

  it('one that takes the place of another that ended has its own address space, and not the rest of that one', () => {
    expectSuccess(function* (scene) {
      for (const code of [3, 7]) {
        const made = yield* runInProcess(scene, callOf('process_exit', code));
        expect((yield* processFields(made.process, scene.stackLow)).exit_code).toBe(code);
        for (const handle of [made.process, made.vmar, made.thread]) yield* sys.handle_close(handle);
        expect(scene.system.counts.processes).toBe(1);
        // What were its page tables is somebody's data now.
        const { vmo } = yield* sys.vmo_create(scene.allocator, 5 * 4096, 0);
        yield* sys.vmo_write(vmo, 0, scene.stackLow, 5 * 4096);
      }
    });
  });

  it('a new process holds no handles: the numbers of others mean nothing to it', () => {
    expectSuccess(function* (scene) {
      const made = yield* makeProcess(scene);
      const seen: number[] = [];
      yield* sys.process_start(
        made.process,
        made.thread,
        scene.system.enter(function* () {
          for (const handle of [scene.process, scene.thread, made.process, made.vmar])
            seen.push((yield* sys.handle_close(handle)).status);
        }),
        0,
        0,
      );
      yield* sys.thread_sleep(1000);
      expect(seen).toEqual([-3, -3, -3, -3]);
    });
  });

  it('its end ends its threads, wherever they are, and no others', () => {
    const ran: string[] = [];
    expectSuccess(function* (scene) {
      const made = yield* makeProcess(scene);
      const more = (yield* sys.thread_create(made.process, 16, 0, 0)).thread;
      const never = (yield* sys.thread_create(made.process, 16, 0, 0)).thread;
      yield* spawn(scene, 'outsider', function* () {
        yield* sys.thread_sleep(5000);
        ran.push('outsider');
      });
      yield* sys.process_start(
        made.process,
        made.thread,
        scene.system.enter(function* () {
          yield* sys.thread_sleep(1000);
          ran.push('sleeper');
        }),
        0,
        0,
      );
      yield* sys.thread_start(
        more,
        scene.system.enter(function* () {
          for (;;) yield* sys.thread_yield();
        }),
        0,
        0,
      );
      yield* sys.thread_sleep(300);
      expectStatus((yield* sys.task_kill(made.process)).status, 'OK');
      for (const thread of [made.thread, more, never])
        expect((yield* threadFields(thread, scene.stackLow)).state).toBe(TASK_STATE.ENDED);
      expectStatus((yield* sys.thread_start(never, 0, 0, 0)).status, 'BAD_STATE');
    });
    expect(ran).toEqual(['outsider']);
  });

  it('it ends with code 0 when its last thread exits, and KILLED when that was killed', () => {
    expectSuccess(function* (scene) {
      for (const [kill, reason] of [
        [false, EXIT_REASON.EXITED],
        [true, EXIT_REASON.KILLED],
      ] as const) {
        const { process, thread } = yield* makeProcess(scene);
        yield* sys.process_start(
          process,
          thread,
          scene.system.enter(function* () {
            yield* sys.thread_sleep(scene.system.time + 1000);
          }),
          0,
          0,
        );
        if (kill) yield* sys.task_kill(thread);
        yield* sys.thread_sleep(scene.system.time + 5000);
        const record = yield* processFields(process, scene.stackLow);
        expect(record).toMatchObject({ state: TASK_STATE.ENDED, exit_reason: reason, exit_code: 0, threads: 0 });
      }
    });
  });

  it('it ends with the last thread that was started: a new one that nobody starts does not keep it', () => {
    expectSuccess(function* (scene) {
      const made = yield* makeProcess(scene);
      const never = (yield* sys.thread_create(made.process, 16, 0, 0)).thread;
      yield* sys.process_start(
        made.process,
        made.thread,
        scene.system.enter(function* () {}),
        0,
        0,
      );
      yield* sys.thread_yield();
      expect((yield* processFields(made.process, scene.stackLow)).state).toBe(TASK_STATE.ENDED);
      expect((yield* threadFields(never, scene.stackLow)).state).toBe(TASK_STATE.ENDED);
      yield* createThread(scene, 'never');
    });
  });

  it('killing the only thread of a process that was not started leaves the process as it was: new', () => {
    expectSuccess(function* (scene) {
      const { process, thread } = yield* makeProcess(scene);
      yield* sys.task_kill(thread);
      expect(yield* processFields(process, scene.stackLow)).toMatchObject({ state: TASK_STATE.NEW, threads: 0 });
      const second = (yield* sys.thread_create(process, 16, 0, 0)).thread;
      const entry = scene.system.enter(function* () {});
      expectStatus((yield* sys.process_start(process, second, entry, 0, 0)).status, 'OK');
    });
  });

  it('who kills its own process does not return', () => {
    const { outcome } = runScript(function* ({ process }) {
      yield* sys.task_kill(process);
      throw new Error('it returned');
    });
    expect(outcome).toEqual({ kind: 'killed' });
  });

  it('system_halt stops everything with its code, and is for the boot process alone', () => {
    const { outcome } = runScript(function* (scene) {
      const { process } = yield* makeProcess(scene);
      expectStatus((yield* sys.system_halt(process, 3)).status, 'ACCESS_DENIED');
      yield* sys.system_halt(scene.process, 42);
      throw new Error('it returned');
    });
    expect(outcome).toEqual({ kind: 'halted', code: 42 });
  });
});

describe('threads', () => {
  it('a thread is new, ready, blocked and ended, and object_info says on what it waits', () => {
    expectSuccess(function* (scene) {
      const { stackLow } = scene;
      const word = stackLow + 4096;
      const thread = yield* createThread(scene, 'subject', 9);
      expect(yield* threadFields(thread, stackLow)).toMatchObject({ state: TASK_STATE.NEW, priority: 9 });
      const entry = scene.system.enter(function* () {
        yield* sys.futex_wait(word, 0, 0, FOREVER);
        yield* sys.thread_sleep(FOREVER);
      });
      yield* sys.thread_start(thread, entry, 0, 0);
      expect((yield* threadFields(thread, stackLow)).state).toBe(TASK_STATE.RUNNABLE);
      yield* sys.thread_sleep(10_000);
      const waiting = { state: TASK_STATE.BLOCKED, blocked_on: BLOCKED_ON.FUTEX, blocked_address: word };
      expect(yield* threadFields(thread, stackLow)).toMatchObject(waiting);
      yield* sys.futex_wake(word, 1);
      yield* sys.thread_sleep(20_000);
      const sleeping = { state: TASK_STATE.BLOCKED, blocked_on: BLOCKED_ON.SLEEP, blocked_address: 0 };
      expect(yield* threadFields(thread, stackLow)).toMatchObject(sleeping);
      yield* sys.task_kill(thread);
      const ended = { state: TASK_STATE.ENDED, blocked_on: BLOCKED_ON.NOTHING };
      expect(yield* threadFields(thread, stackLow)).toMatchObject(ended);
    });
  });

  it('it begins at its entry with its argument and stack pointer, and zeros everywhere else', () => {
    expectSuccess(function* (scene) {
      // Stores x1 to x31 at the stack pointer that it was given.
      const stores = Array.from({ length: 31 }, (_, i) => encode('sw', { rs1: 2, rs2: i + 1, imm: 4 * i }));
      const made = yield* makeProcess(scene);
      yield* mapCode(scene, made.vmar, [...stores, ...callOf('process_exit', 0)]);
      const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
      yield* sys.vmar_map(made.vmar, vmo, 0, 4096, 11, 0x2000_0000);
      yield* sys.process_start(made.process, made.thread, CODE, 0x2000_0000, 0x1234_5678);
      yield* sys.thread_sleep(10_000);
      yield* sys.vmo_read(vmo, 0, scene.stackLow, 124);
      const bytes = yield* load(scene.stackLow, 124);
      const registers = Array.from(new Uint32Array(bytes.slice().buffer));
      const expected = registers.map((_, i) => (i + 1 === 2 ? 0x2000_0000 : i + 1 === A0 ? 0x1234_5678 : 0));
      expect(registers).toEqual(expected);
    });
  });

  it('who kills itself does not return, and the others go on', () => {
    const ran: string[] = [];
    expectSuccess(function* (scene) {
      const box = { own: 0 };
      box.own = yield* spawn(scene, 'suicide', function* () {
        ran.push('before');
        yield* sys.task_kill(box.own);
        ran.push('after');
      });
      yield* sys.thread_sleep(1000);
      ran.push('others');
      expect((yield* threadFields(box.own, scene.stackLow)).state).toBe(TASK_STATE.ENDED);
    });
    expect(ran).toEqual(['before', 'others']);
  });

  it('handles to it may all be closed while it runs', () => {
    const ran: string[] = [];
    const { system } = expectSuccess(function* (scene) {
      yield* sys.handle_close(
        yield* spawn(scene, 'unnamed', function* () {
          yield* sys.thread_sleep(1000);
          ran.push('unnamed');
        }),
      );
      yield* sys.thread_sleep(2000);
      expect(scene.system.counts.threads).toBe(1);
    });
    expect(ran).toEqual(['unnamed']);
    expect(system.counts.threads).toBe(0);
  });

  it('names can be changed, to 24 bytes of anything', () => {
    expectSuccess(function* (scene) {
      const names = ['', 'a', 'exactly-twenty-four-byte', 'grüße'];
      for (const [handle, what] of [
        [scene.process, INFO.PROCESS],
        [scene.thread, INFO.THREAD],
      ]) {
        for (const name of names) {
          const bytes = encoder.encode(name);
          yield* store(scene.stackLow, bytes);
          expectStatus((yield* sys.object_set(handle, PROPERTY.NAME, scene.stackLow, bytes.length)).status, 'OK');
          expect(yield* nameOf(handle, what, scene.stackLow)).toBe(name);
        }
      }
      expect(threadName(scene.system.state, 0)).toMatchObject({ name: 'grüße', process: 'grüße' });
      yield* store(scene.stackLow, Uint8Array.of(27, 91, 72, 10));
      yield* sys.object_set(scene.thread, PROPERTY.NAME, scene.stackLow, 4);
      expect(threadName(scene.system.state, 0).name).toBe('?[H?');
    });
  });

  it('PRIORITY is no property of a process, and its value is one word', () => {
    expectSuccess(function* ({ process, thread, stackLow }) {
      expectStatus((yield* sys.object_set(process, PROPERTY.PRIORITY, stackLow, 4)).status, 'WRONG_TYPE');
      for (const length of [0, 3, 5, 24]) {
        expectStatus((yield* sys.object_set(thread, PROPERTY.PRIORITY, stackLow, length)).status, 'INVALID_ARGS');
      }
    });
  });
});
