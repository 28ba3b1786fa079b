import { expect, it } from 'vitest';
import { FOREVER, PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import type { Scene } from '../kernel/booted.js';
import { expectNothingLost } from './countfree.js';
import { startChild } from './guests.js';

it('a scenario whose child lives on has lost what that holds', () => {
  const forgetful = function* (scene: Scene) {
    const { child } = yield* sys.allocator_create(scene.allocator, 16 * PAGE_BYTES);
    yield* startChild(scene, {
      allocator: child,
      code: function* () {
        yield* sys.thread_sleep(FOREVER);
      },
    });
  };
  expect(() => expectNothingLost(forgetful)).toThrow('frames');
});

it('a scenario that ends early has not passed', () => {
  const early = function* () {
    yield* sys.process_exit(0);
  };
  expect(() => expectNothingLost(early)).toThrow('isDone');
});
