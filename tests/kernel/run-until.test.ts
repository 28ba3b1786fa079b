import { describe, expect, it } from 'vitest';
import { System, type SystemOptions } from '../../kernel/index.js';
import { unblock } from '../../kernel/tasks/waiting.js';
import { inputEnded } from '../../kernel/transitions/inputs.js';
import { STATUS } from '../../syscalls/errors.js';
import * as sys from '../../userland/script/calls.js';
import type { Script } from '../../userland/script/script.js';
import { callOf, imageOf } from './compiled.js';

/** Sleeps of which some are over by the time that the next operation is. */
function* sleeper(): Script {
  for (let i = 1; i <= 6; i++) {
    yield* sys.clock_get(0);
    yield* sys.thread_sleep(i * 3);
  }
}

const COMPILED = Array.from({ length: 6 }, (_, i) => [...callOf('clock_get', 0), ...callOf('thread_sleep', i * 300)]);
const PROGRAMS: readonly (readonly [string, Partial<SystemOptions>])[] = [
  ['a script', { script: sleeper }],
  ['compiled code', { image: imageOf([...COMPILED.flat(), ...callOf('process_exit', 0)]) }],
];

const booted = (options: Partial<SystemOptions>): System =>
  System.boot({ name: 'main', memoryBytes: 1 << 20, checked: true, ...options });

/** A system whose first thread waits for ever; ends with the status of the wait. */
function blocked(): System {
  const system = booted({ image: imageOf([...callOf('thread_sleep', -1, 0x7fff_ffff), ...callOf('process_exit', 3)]) });
  expect(system.run()).toMatchObject({ kind: 'blocked' });
  return system;
}

/** Ends the wait of the first thread. */
function wake({ kernel }: System): void {
  unblock(kernel, kernel.state.processes.firstThread[kernel.bootProcess], STATUS.OK);
}

describe('a run until a point', () => {
  it.each(PROGRAMS)('stops after the very step: %s', (_, options) => {
    const system = booted(options);
    const first = system.steps + 1;
    for (let step = first; step < first + 8; step++) {
      expect(system.runUntil(() => system.steps === step)).toBeUndefined();
      expect(system.steps).toBe(step);
    }
  });

  it.each(PROGRAMS)('cannot be seen in the journal, wherever it stops: %s', (_, options) => {
    const whole = booted(options);
    const outcome = whole.run();
    const pieces = booted(options);
    let stops = 0;
    while (pieces.runUntil(() => true) === undefined) stops++;
    expect(stops).toBeGreaterThan(12);
    expect(pieces.run()).toEqual(outcome);
    expect(pieces.journalHash()).toBe(whole.journalHash());
    expect([pieces.time, pieces.instructions]).toEqual([whole.time, whole.instructions]);
  });

  it('that never comes has the outcome of any run', () => {
    const system = booted({ script: sleeper });
    expect(system.runUntil(() => false, 3)).toEqual({ kind: 'limit' });
    expect(system.runUntil(() => false)).toEqual({ kind: 'exited', code: 0 });
  });

  it('hands on what the question throws, and asks no more', () => {
    const system = booted({ image: imageOf([...callOf('clock_get', 0), ...callOf('process_exit', 4)]) });
    const ask = (): boolean => {
      throw new RangeError('asked');
    };
    expect(() => system.runUntil(ask)).toThrow(new RangeError('asked'));
    expect(system.run()).toEqual({ kind: 'exited', code: 4 });
  });
});

describe('a step from outside', () => {
  it('is one step, gives its result, and wakes who had blocked for ever', () => {
    const system = blocked();
    const { steps } = system;
    const result = system.step(() => {
      wake(system);
      return 7;
    });
    expect(result).toBe(7);
    expect(system.steps).toBe(steps + 1);
    expect(system.run()).toEqual({ kind: 'exited', code: 3 });
  });

  it('can be taken where a run until a point asks, which does not ask about it', () => {
    const system = booted({ image: imageOf([...callOf('clock_get', 0), ...callOf('process_exit', 4)]) });
    const asked: number[] = [];
    const first = system.steps + 1;
    const outcome = system.runUntil(() => {
      asked.push(system.steps);
      if (asked.length === 1) system.step(() => system.kernel.journal.commit(inputEnded));
      return false;
    });
    expect(outcome).toEqual({ kind: 'exited', code: 4 });
    expect(asked).toEqual([first, first + 2, first + 3]);
  });

  it('is checked as any other', () => {
    const system = booted({ script: sleeper });
    const broken = (): void => {
      (system.state.threads.rows as { live: number }).live++;
    };
    expect(() => system.step(broken)).toThrow(/\nstep /);
  });
});
