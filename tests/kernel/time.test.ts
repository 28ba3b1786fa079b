import { describe, expect, it } from 'vitest';
import { encode } from '../../machine/index.js';
import { CLOCK } from '../../syscalls/calls.js';
import { FOREVER } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { createThread, expectStatus, expectSuccess, runScript, spawn } from './booted.js';
import { CODE, callOf, mapCode, S0, SPIN } from './compiled.js';
import { recordsOfType } from './records.js';

describe('time', () => {
  it('sleepers wake in the order of their deadlines, those of one deadline in the order in which they lay down', () => {
    const order: string[] = [];
    expectSuccess(function* (scene) {
      for (const [name, deadline] of [
        ['c', 3000],
        ['a', 1000],
        ['b1', 2000],
        ['b2', 2000],
        ['b3', 2000],
      ] as const)
        yield* spawn(scene, name, function* () {
          yield* sys.thread_sleep(deadline);
          order.push(name);
        });
    });
    expect(order).toEqual(['a', 'b1', 'b2', 'b3', 'c']);
  });

  it('an idle machine jumps to the next deadline and executes nothing meanwhile', () => {
    expectSuccess(function* (scene) {
      yield* sys.thread_sleep(1e15);
      const { time } = yield* sys.clock_get(CLOCK.MONOTONIC);
      expect(time).toBe(1e15 + 1);
      expect(scene.system.instructions).toBe(2);
      expect((yield* sys.clock_get(CLOCK.THREAD)).time).toBeLessThan(5);
    });
  });

  it('a sleeper wakes exactly at its deadline, also while compiled code runs', () => {
    const { system } = runScript(
      function* (scene) {
        yield* mapCode(scene, scene.vmar, [SPIN]);
        const thread = yield* createThread(scene, 'compiled', 3);
        yield* sys.thread_start(thread, CODE, 0, 0);
        for (const deadline of [100, 101, 257, 1000]) {
          yield* sys.thread_sleep(scene.system.time + deadline);
          const { time } = yield* sys.clock_get(CLOCK.MONOTONIC);
          const woken = recordsOfType(scene.system, 'thread_unblocked').at(-1);
          expect(time - 1).toBe(woken?.time);
        }
        yield* sys.task_kill(thread);
      },
      { checked: false },
    );
    const deadlines = recordsOfType(system, 'thread_blocked').map(({ fields }) => fields.deadline);
    expect(recordsOfType(system, 'thread_unblocked').map(({ time }) => time)).toEqual(deadlines);
    expect(deadlines).toHaveLength(4);
  });

  it('17: a deadline in the past never blocks', () => {
    const { system } = expectSuccess(function* () {
      for (const deadline of [0, -1, 1, Number.MIN_SAFE_INTEGER])
        expectStatus((yield* sys.thread_sleep(deadline)).status, 'OK');
    });
    expect(recordsOfType(system, 'thread_blocked')).toHaveLength(0);
  });

  it('a deadline from 2^51 on never comes', () => {
    const { outcome } = runScript(function* () {
      yield* sys.thread_sleep(2 ** 51);
    });
    expect(outcome.kind).toBe('blocked');
  });

  it('the last deadline before that does, and threads take turns behind it', () => {
    const { outcome, system } = runScript(
      function* (scene) {
        yield* mapCode(scene, scene.vmar, [SPIN]);
        yield* sys.thread_sleep(2 ** 51 - 1);
        for (const name of ['one', 'two']) yield* sys.thread_start(yield* createThread(scene, name), CODE, 0, 0);
        yield* sys.thread_sleep(FOREVER);
      },
      { quantum: 1, maxInstructions: 1000, checked: false },
    );
    expect(outcome.kind).toBe('limit');
    const turns = recordsOfType(system, 'thread_dispatched').slice(-100);
    for (let i = 1; i < turns.length; i++) expect(turns[i].fields.row).not.toBe(turns[i - 1].fields.row);
  });

  it('the clock of a thread counts what it executed, and not what others did', () => {
    const { system } = runScript(function* (scene) {
      yield* mapCode(scene, scene.vmar, [
        ...Array.from({ length: 100 }, () => encode('addi', { rd: S0, rs1: S0, imm: 1 })),
        ...callOf('clock_get', CLOCK.THREAD),
        ...callOf('process_exit'),
      ]);
      const thread = yield* createThread(scene, 'compiled');
      yield* sys.thread_sleep(100_000);
      yield* sys.thread_start(thread, CODE, 0, 0);
      for (;;) yield* sys.thread_yield();
    });
    const [call] = recordsOfType(system, 'call').filter(({ fields }) => (fields.number_status & 0xffff) === 0x86);
    // a0 is the status; the time was in a1, which process_exit got as its a1.
    expect(call.fields.a1).toBeGreaterThan(100);
    expect(call.fields.a1).toBeLessThan(115);
  });
});
