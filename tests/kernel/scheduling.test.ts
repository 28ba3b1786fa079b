import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { System } from '../../kernel/index.js';
import { encode } from '../../machine/index.js';
import { CLOCK } from '../../syscalls/calls.js';
import { FOREVER } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { createThread, expectSuccess, runScript, setPriority, spawn } from './booted.js';
import { A0, A1, BOOT_HANDLE, CODE, callOf, imageOf, li, mapCode, SPIN } from './compiled.js';
import { recordsOfType } from './records.js';

/** A script that never leaves the hart by itself. */
function* spin(): CallScript<void> {
  for (;;) yield* sys.clock_get(CLOCK.MONOTONIC);
}

/** A script that notes that it ran, and ends. */
const noting = (order: string[], name: string) =>
  function* (): CallScript<void> {
    order.push(name);
    yield* sys.thread_yield();
  };

describe('priorities', () => {
  it('a thread of a higher priority runs as soon as it is started, one of a lower when nobody above it can', () => {
    const order: string[] = [];
    expectSuccess(function* (scene) {
      for (const [name, priority] of [
        ['low', 1],
        ['same', 16],
        ['high', 31],
        ['lowest', 0],
      ] as const) {
        yield* spawn(
          scene,
          name,
          function* () {
            order.push(name);
            yield* sys.thread_yield();
          },
          priority,
        );
        order.push(`started ${name}`);
      }
      yield* sys.thread_yield();
    });
    expect(order).toEqual([
      'started low',
      'started same',
      'high',
      'started high',
      'started lowest',
      'same',
      'low',
      'lowest',
    ]);
  });

  it('the hart changes hands at the end of the step that wakes a higher priority, and not later', () => {
    const order: string[] = [];
    expectSuccess(function* (scene) {
      const word = scene.stackLow + 4096;
      yield* spawn(
        scene,
        'high',
        function* () {
          yield* sys.futex_wait(word, 0, 0, FOREVER);
          order.push('high');
        },
        20,
      );
      yield* sys.futex_wake(word, 1);
      order.push('main');
    });
    expect(order).toEqual(['high', 'main']);
  });

  it('who was pushed off the hart goes on before others of its level, with a new quantum', () => {
    const order: string[] = [];
    const { system } = expectSuccess(
      function* (scene) {
        yield* spawn(scene, 'other', noting(order, 'other'));
        yield* spawn(
          scene,
          'high',
          function* () {
            yield* sys.thread_sleep(scene.system.time + 50);
          },
          20,
        );
        for (let i = 0; i < 60; i++) yield* sys.clock_get(CLOCK.MONOTONIC);
        order.push('main');
      },
      { quantum: 100 },
    );
    expect(order).toEqual(['main', 'other']);
    const preempted = recordsOfType(system, 'thread_preempted').map(({ fields }) => fields.row);
    expect(preempted.filter((row) => row === 0)).toHaveLength(2);
    // Its quantum begins anew each time that it gets the hart.
    const dispatched = recordsOfType(system, 'thread_dispatched');
    for (const { time, fields } of dispatched) expect(fields.quantum_end - time).toBe(100);
  });

  it('raising a ready thread above oneself gives it the hart; lowering oneself gives the hart away', () => {
    const order: string[] = [];
    expectSuccess(function* (scene) {
      const thread = yield* spawn(scene, 'raised', function* () {
        order.push('raised');
        yield* sys.thread_yield();
        order.push('raised again');
      });
      yield* setPriority(scene, thread, 17);
      order.push('main');
      yield* spawn(scene, 'next', noting(order, 'next'));
      yield* setPriority(scene, scene.thread, 5);
      order.push('main at last');
    });
    expect(order).toEqual(['raised', 'raised again', 'main', 'next', 'main at last']);
  });

  it('a new priority puts a ready thread at the tail of its level, and a waiting one there when it wakes', () => {
    const order: string[] = [];
    expectSuccess(function* (scene) {
      const threads: number[] = [];
      for (const name of ['one', 'two', 'three']) threads.push(yield* spawn(scene, name, noting(order, name)));
      const sleeper = yield* spawn(scene, 'sleeper', function* () {
        yield* sys.thread_sleep(FOREVER);
      });
      yield* setPriority(scene, threads[0], 16);
      yield* sys.thread_yield();
      expect(order).toEqual(['two', 'three', 'one']);
      yield* setPriority(scene, sleeper, 3);
      yield* sys.task_kill(sleeper);
    });
  });
});

describe('quanta', () => {
  /** Two threads that spin for ever, as compiled code; the second is started by the first. */
  const twoSpinners = [
    ...callOf('thread_create', BOOT_HANDLE.PROCESS, 16, 0, 0),
    encode('addi', { rd: A0, rs1: A1, imm: 0 }),
    ...li(A1, CODE + 4096 - 4),
    ...li(12, 0),
    ...li(13, 0),
    ...callOf('thread_start'),
  ];
  const spinners = [...twoSpinners, ...Array.from({ length: 1024 - twoSpinners.length }, () => SPIN)];

  it.each([1, 2, 7, 1000])('two compiled threads that spin take turns of exactly %i instructions', (quantum) => {
    const system = System.boot({
      name: 'spin',
      image: imageOf(spinners),
      quantum,
      memoryBytes: 1 << 20,
      checked: true,
    });
    expect(system.run(200 + 12 * quantum)).toEqual({ kind: 'limit' });
    system.check();
    const turns = recordsOfType(system, 'thread_dispatched').slice(4);
    expect(turns.length).toBeGreaterThan(5);
    for (let i = 1; i < turns.length; i++) {
      expect(turns[i].time - turns[i - 1].time).toBe(quantum);
      expect(turns[i].fields.row).not.toBe(turns[i - 1].fields.row);
    }
  });

  it.each([1, 2, 7, 1000])('two scripts that spin take turns of exactly %i instructions', (quantum) => {
    const { system, outcome } = runScript(
      function* (scene) {
        yield* spawn(scene, 'second', spin);
        yield* spin();
      },
      { quantum, maxInstructions: 100 + 12 * quantum, checked: quantum < 100 },
    );
    expect(outcome).toEqual({ kind: 'limit' });
    const turns = recordsOfType(system, 'thread_dispatched').slice(4);
    expect(turns.length).toBeGreaterThan(5);
    for (let i = 1; i < turns.length; i++) expect(turns[i].time - turns[i - 1].time).toBe(quantum);
  });

  it('a script and a compiled thread share the hart by the same quanta', () => {
    const { system } = runScript(
      function* (scene) {
        yield* mapCode(scene, scene.vmar, [SPIN]);
        const thread = yield* createThread(scene, 'compiled');
        yield* sys.thread_start(thread, CODE, 0, 0);
        yield* spin();
      },
      { quantum: 50, maxInstructions: 1000 },
    );
    const turns = recordsOfType(system, 'thread_dispatched').slice(3);
    expect(turns.length).toBeGreaterThan(10);
    for (let i = 1; i < turns.length; i++) expect(turns[i].time - turns[i - 1].time).toBe(50);
  });

  it('a thread that is alone at its level is never interrupted for its quantum', () => {
    const { system } = runScript(
      function* (scene) {
        yield* spawn(scene, 'lower', spin, 3);
        yield* spin();
      },
      { quantum: 10, maxInstructions: 500, checked: false },
    );
    expect(recordsOfType(system, 'thread_dispatched')).toHaveLength(1);
    // A page that the script touches first is a trap, too.
    const causes = recordsOfType(system, 'trap').map(({ fields }) => fields.cause);
    expect(causes.filter((cause) => cause < 0)).toEqual([]);
  });

  it('yielding gives the hart to the next of the level, and alone there it is nothing', () => {
    const order: string[] = [];
    const { system } = expectSuccess(function* (scene) {
      const dispatches = (): number => recordsOfType(scene.system, 'thread_dispatched').length;
      const before = dispatches();
      yield* sys.thread_yield();
      expect(dispatches()).toBe(before);
      for (const name of ['one', 'two'])
        yield* spawn(scene, name, function* () {
          for (let i = 0; i < 2; i++) {
            order.push(name);
            yield* sys.thread_yield();
          }
        });
      for (let i = 0; i < 3; i++) {
        order.push('main');
        yield* sys.thread_yield();
      }
    });
    expect(order).toEqual(['main', 'one', 'two', 'main', 'one', 'two', 'main']);
    expect(recordsOfType(system, 'thread_requeued').length).toBeGreaterThan(5);
  });
});

describe('48: the run queue holds each runnable thread once', () => {
  it('whatever threads of any priority do, each gets done, and the invariants hold after every step', () => {
    const action = fc.oneof(
      fc.constant({ kind: 'yield', by: 0 }),
      fc.record({ kind: fc.constant('sleep'), by: fc.integer({ min: 0, max: 40 }) }),
      fc.record({ kind: fc.constant('priority'), by: fc.integer({ min: 0, max: 31 }) }),
      fc.record({ kind: fc.constant('wake'), by: fc.integer({ min: 0, max: 3 }) }),
      fc.record({ kind: fc.constant('wait'), by: fc.integer({ min: 1, max: 40 }) }),
    );
    const thread = fc.record({
      priority: fc.integer({ min: 0, max: 31 }),
      actions: fc.array(action, { maxLength: 8 }),
    });
    fc.assert(
      fc.property(
        fc.array(thread, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 20 }),
        (threads, quantum) => {
          const done: number[] = [];
          const { outcome } = runScript(
            function* (scene) {
              const word = scene.stackLow + 4096;
              for (const [i, { priority, actions }] of threads.entries()) {
                yield* spawn(
                  scene,
                  `t${i}`,
                  function* () {
                    for (const { kind, by } of actions) {
                      if (kind === 'yield') yield* sys.thread_yield();
                      else if (kind === 'sleep') yield* sys.thread_sleep(scene.system.time + by);
                      else if (kind === 'priority') yield* setPriority(scene, scene.thread, by);
                      else if (kind === 'wake') yield* sys.futex_wake(word, by);
                      else yield* sys.futex_wait(word, 0, 0, scene.system.time + by);
                    }
                    done.push(i);
                  },
                  priority,
                );
              }
            },
            { quantum, memoryBytes: 1 << 18 },
          );
          expect(outcome).toEqual({ kind: 'exited', code: 0 });
          expect(done.sort()).toEqual(threads.map((_, i) => i));
        },
      ),
      { numRuns: 60 },
    );
  });
});
