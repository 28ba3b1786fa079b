/** Badges: who published or sent is known by the handle that it was done with. */
import { describe, expect, it } from 'vitest';
import { LISTEN, PROPERTY, SOURCE } from '../../syscalls/calls.js';
import { ALL_RIGHTS, RIGHTS, SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene } from './booted.js';
import { handleFields } from './information.js';
import { listen, makePool, scratch, take } from './packets.js';
import { Remembered } from './untouched.js';

function* badge(scene: Scene, handle: number, value: number): CallScript<number> {
  const at = scratch(scene, 5);
  yield* store(at, new Uint8Array(Uint32Array.of(value).buffer));
  return (yield* sys.object_set(handle, PROPERTY.BADGE, at, 4)).status;
}

function* badgeOf(scene: Scene, handle: number): CallScript<number> {
  return (yield* handleFields(handle, scratch(scene))).badge;
}

describe('badges', () => {
  it('a subscriber sees in status by which handle was published', () => {
    expectSuccess(function* (scene) {
      const { topic } = yield* sys.topic_create(scene.allocator, 1, 0);
      const pool = yield* makePool(scene);
      yield* listen(topic, SOURCE.TOPIC, pool, 0, LISTEN.PERSISTENT);
      for (const value of [1, 0x7fff_ffff, 0xffff_ffff]) {
        const { copy } = yield* sys.handle_duplicate(topic, SAME_RIGHTS);
        expectStatus(yield* badge(scene, copy, value), 'OK');
        const client = yield* sys.handle_duplicate(copy, RIGHTS.SIGNAL);
        expectStatus((yield* sys.topic_publish(client.copy, 1, 0, 0)).status, 'OK');
        expect((yield* take(pool, scratch(scene))).status >>> 0).toBe(value);
      }
      expectStatus((yield* sys.topic_publish(topic, 1, 0, 0)).status, 'OK');
      expect((yield* take(pool, scratch(scene))).status).toBe(0);
    });
  });

  it('what is derived from a handle has its badge, to any depth; what was derived before has not', () => {
    expectSuccess(function* (scene) {
      const { topic } = yield* sys.topic_create(scene.allocator, 1, 0);
      const early = yield* sys.handle_duplicate(topic, SAME_RIGHTS);
      expectStatus(yield* badge(scene, topic, 42), 'OK');
      expect(yield* badgeOf(scene, early.copy)).toBe(0);
      let handle = topic;
      for (let depth = 0; depth < 5; depth++) handle = (yield* sys.handle_duplicate(handle, SAME_RIGHTS)).copy;
      expect(yield* badgeOf(scene, handle)).toBe(42);
      handle = (yield* sys.handle_replace(handle, SAME_RIGHTS)).replacement;
      expect(yield* badgeOf(scene, handle)).toBe(42);
    });
  });

  it('a badge is set once: neither its holder nor one who derived from it can pass for another', () => {
    expectSuccess(function* (scene) {
      const { topic } = yield* sys.topic_create(scene.allocator, 1, 0);
      expectStatus(yield* badge(scene, topic, 0), 'OK');
      expectStatus(yield* badge(scene, topic, 42), 'OK');
      const { copy } = yield* sys.handle_duplicate(topic, SAME_RIGHTS);
      for (const handle of [topic, copy]) {
        for (const value of [43, 42, 0]) expectStatus(yield* badge(scene, handle, value), 'BAD_STATE');
        expect(yield* badgeOf(scene, handle)).toBe(42);
      }
    });
  });

  it('45: without MANAGE a badge cannot be set, and nothing changes', () => {
    expectSuccess(
      function* (scene) {
        const { topic } = yield* sys.topic_create(scene.allocator, 1, 0);
        const { copy } = yield* sys.handle_duplicate(topic, ALL_RIGHTS & ~RIGHTS.MANAGE);
        yield* badge(scene, topic, 0);
        const remembered = new Remembered(scene.system);
        expectStatus((yield* sys.object_set(copy, PROPERTY.BADGE, scratch(scene, 5), 4)).status, 'ACCESS_DENIED');
        expect(remembered.difference()).toBeUndefined();
      },
      { checked: false, memoryBytes: 1 << 20 },
    );
  });

  it('a badge fits a handle to any object; a name does not', () => {
    expectSuccess(function* (scene) {
      const { topic } = yield* sys.topic_create(scene.allocator, 1, 0);
      const { timer } = yield* sys.timer_create(scene.allocator);
      for (const handle of [topic, timer, scene.allocator, scene.vmar, scene.process, scene.thread]) {
        expectStatus(yield* badge(scene, handle, 9), 'OK');
        expect(yield* badgeOf(scene, handle)).toBe(9);
      }
      for (const handle of [topic, timer, scene.allocator, scene.vmar])
        expectStatus((yield* sys.object_set(handle, PROPERTY.NAME, 0, 0)).status, 'WRONG_TYPE');
    });
  });

  it('a badge of another length than a word is INVALID_ARGS', () => {
    expectSuccess(function* (scene) {
      for (const length of [0, 1, 3, 5, 8])
        expectStatus(
          (yield* sys.object_set(scene.process, PROPERTY.BADGE, scratch(scene), length)).status,
          'INVALID_ARGS',
        );
    });
  });
});
