import { describe, expect, it } from 'vitest';
import { System, whereabouts } from '../../kernel/index.js';
import { FOREVER } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { createThread, expectStatus, runScript, spawn } from './booted.js';
import { CODE, imageOf, makeProcess, mapCode, SPIN } from './compiled.js';

describe('where every thread is', () => {
  it('a running thread is at its next instruction', () => {
    const NOP = 0x13;
    const system = System.boot({ name: 'test', image: imageOf([NOP, NOP, SPIN]) });
    const pcAfter = (instructions: number): unknown => {
      system.run(instructions);
      return whereabouts(system.kernel);
    };
    // The first instruction faults its page in, which retires nothing.
    expect(pcAfter(1)).toMatchObject([{ name: 'main', process: 'test', state: 'running', pc: CODE + 4 }]);
    expect(pcAfter(1)).toMatchObject([{ state: 'running', pc: CODE + 8 }]);
    expect(pcAfter(1000)).toMatchObject([{ state: 'running', pc: CODE + 8 }]);
  });

  it('a ready one is where it was preempted, also one that has just been started', () => {
    const seen: unknown[] = [];
    runScript(function* (scene) {
      const { process, thread, vmar } = yield* makeProcess(scene);
      yield* mapCode(scene, vmar, [SPIN]);
      expectStatus((yield* sys.process_start(process, thread, CODE, 0, 0)).status, 'OK');
      seen.push(...whereabouts(scene.system.kernel));
      expectStatus((yield* sys.task_kill(process)).status, 'OK');
    });
    expect(seen).toMatchObject([
      { name: 'main', state: 'running', pc: undefined },
      { state: 'ready', pc: CODE },
    ]);
  });

  it('others wait for something, or are not started; what has ended is nowhere', () => {
    const seen: unknown[] = [];
    runScript(function* (scene) {
      yield* spawn(
        scene,
        'ends',
        function* () {
          yield* sys.thread_exit(0);
        },
        20,
      );
      yield* spawn(
        scene,
        'sleeps',
        function* () {
          yield* sys.thread_sleep(FOREVER);
        },
        20,
      );
      yield* createThread(scene, 'waits to begin');
      seen.push(...whereabouts(scene.system.kernel));
      yield* sys.process_exit(0);
    });
    expect(seen).toMatchObject([
      { name: 'main', state: 'running' },
      { name: 'sleeps', state: 'blocked', on: 'sleep', deadline: Number.POSITIVE_INFINITY },
      { name: 'waits to begin', state: 'new' },
    ]);
  });
});
