/** Discardable memory objects: what may be taken, in which order, and how their owner hears of it. */
import { describe, expect, it } from 'vitest';
import { discard } from '../../kernel/memory/discardable.js';
import { VMO_OPTIONS } from '../../syscalls/calls.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene } from './booted.js';
import { get, mapAt, put, SOMEWHERE, usedOf, vmoOf } from './copy-scene.js';

/** A discardable object whose pages all hold 7; nobody has pinned it. */
function* cacheOf(scene: Scene, pages: number): CallScript<number> {
  const { status, vmo } = yield* sys.vmo_create(scene.allocator, pages * PAGE_BYTES, VMO_OPTIONS.DISCARDABLE);
  expectStatus(status, 'OK');
  for (let page = 0; page < pages; page++) yield* put(scene, vmo, page, 7);
  return vmo;
}

function* pin(vmo: number): CallScript<number> {
  const { status, discards } = yield* sys.vmo_pin(vmo);
  expectStatus(status, 'OK');
  return discards;
}

function* unpin(vmo: number): CallScript<void> {
  expectStatus((yield* sys.vmo_unpin(vmo)).status, 'OK');
}

const shrink = (scene: Scene, wanted: number): number => discard(scene.system.kernel, wanted);

describe('discardable memory', () => {
  it('its pages are zeros after it was taken, its frames are back, and who pins it is told', () => {
    expectSuccess(function* (scene) {
      const cache = yield* cacheOf(scene, 3);
      expect(yield* pin(cache)).toBe(0);
      yield* unpin(cache);
      const before = yield* usedOf(scene, scene.allocator);
      expect(shrink(scene, 1)).toBe(3);
      expect(yield* usedOf(scene, scene.allocator)).toBe(before - 3 * PAGE_BYTES);
      expect(yield* pin(cache)).toBe(1);
      expect([yield* get(scene, cache, 0), yield* get(scene, cache, 2)]).toEqual([0, 0]);
      expect(yield* pin(cache)).toBe(1);
    });
  });

  it('a pinned object keeps its frames until its last pin goes', () => {
    expectSuccess(function* (scene) {
      const cache = yield* cacheOf(scene, 2);
      yield* pin(cache);
      yield* pin(cache);
      expect(shrink(scene, 1)).toBe(0);
      yield* unpin(cache);
      expect(shrink(scene, 1)).toBe(0);
      expect(yield* get(scene, cache, 1)).toBe(7);
      yield* unpin(cache);
      expect(shrink(scene, 1)).toBe(2);
    });
  });

  it('first goes what was left alone longest, whole objects, no more than are needed; what is empty does not count', () => {
    expectSuccess(function* (scene) {
      const [first, second, third] = [yield* cacheOf(scene, 2), yield* cacheOf(scene, 3), yield* cacheOf(scene, 1)];
      const left = function* (): CallScript<number[]> {
        return [yield* get(scene, first, 0), yield* get(scene, second, 0), yield* get(scene, third, 0)];
      };
      yield* pin(first);
      yield* unpin(first); // the last one now
      expect(shrink(scene, 2)).toBe(3);
      expect(yield* left()).toEqual([7, 0, 7]);
      expect(shrink(scene, 2)).toBe(3);
      expect(yield* left()).toEqual([0, 0, 0]);
      expect(shrink(scene, 2)).toBe(0);
      expect([yield* pin(first), yield* pin(second), yield* pin(third)]).toEqual([1, 1, 1]);
    });
  });

  it('other memory is never taken', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 2);
      yield* put(scene, vmo, 0, 5);
      const frames = scene.system.kernel.state.frames.live;
      expect(shrink(scene, 1000)).toBe(0);
      expect(scene.system.kernel.state.frames.live).toBe(frames);
      expect(yield* get(scene, vmo, 0)).toBe(5);
    });
  });

  it('where it is mapped it is zeros too, and the next store takes a frame', () => {
    expectSuccess(function* (scene) {
      const cache = yield* cacheOf(scene, 2);
      yield* mapAt(scene.vmar, cache, 2, SOMEWHERE);
      expect([...(yield* load(SOMEWHERE, 1))]).toEqual([7]);
      expect(shrink(scene, 1)).toBe(2);
      expect([...(yield* load(SOMEWHERE, 1))]).toEqual([0]);
      yield* store(SOMEWHERE, Uint8Array.of(9));
      expect(yield* get(scene, cache, 0)).toBe(9);
      expect(shrink(scene, 1)).toBe(1);
      expect(yield* pin(cache)).toBe(2);
    });
  });

  it('an object that goes, pinned or not, is in nobody’s way', () => {
    expectSuccess(function* (scene) {
      const caches = [yield* cacheOf(scene, 1), yield* cacheOf(scene, 1), yield* cacheOf(scene, 1)];
      yield* pin(caches[0]);
      yield* sys.handle_close(caches[0]);
      yield* sys.handle_close(caches[1]);
      expect(shrink(scene, 5)).toBe(1);
      yield* sys.handle_close(caches[2]);
      expect(shrink(scene, 5)).toBe(0);
    });
  });
});
