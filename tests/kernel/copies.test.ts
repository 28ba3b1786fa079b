import { describe, expect, it } from 'vitest';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { load, store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, spawn } from './booted.js';
import { copyOf, ELSEWHERE, get, mapAt, peek, put, SOMEWHERE, smallAllocator, usedOf, vmoOf } from './copy-scene.js';
import { vmoFields } from './information.js';

/** What an object and a page that it shares are charged. */
const OBJECT = 64;
const SHARE = 32;
const HANDLE = 32;

describe('copies of memory objects', () => {
  it('a copy is of one moment: what is written to either later is not seen in the other', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 3);
      for (const page of [0, 1]) yield* put(scene, vmo, page, 10 + page);
      const copy = yield* copyOf(scene, vmo, 3);
      yield* put(scene, vmo, 0, 20);
      yield* put(scene, copy, 1, 31);
      yield* put(scene, vmo, 2, 22);
      const pages = [0, 1, 2];
      const [ofVmo, ofCopy]: number[][] = [[], []];
      for (const page of pages) ofVmo.push(yield* get(scene, vmo, page));
      for (const page of pages) ofCopy.push(yield* get(scene, copy, page));
      expect([ofVmo, ofCopy]).toEqual([
        [20, 11, 22],
        [10, 31, 0],
      ]);
    });
  });

  it('a copy of a part begins where the part does, and has its size', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 4);
      for (let page = 0; page < 4; page++) yield* put(scene, vmo, page, page + 1);
      const made = yield* sys.vmo_child(scene.allocator, vmo, PAGE_BYTES, 2 * PAGE_BYTES);
      expect((yield* vmoFields(made.vmo, scene.stackLow)).size).toBe(2 * PAGE_BYTES);
      expect([yield* get(scene, made.vmo, 0), yield* get(scene, made.vmo, 1)]).toEqual([2, 3]);
    });
  });

  it('the rest of a page comes along when it is copied', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 1);
      yield* mapAt(scene.vmar, vmo, 1, SOMEWHERE);
      const bytes = Uint8Array.from({ length: PAGE_BYTES }, (_, i) => (i * 7) & 255);
      yield* store(SOMEWHERE, bytes);
      const copy = yield* copyOf(scene, vmo, 1);
      yield* mapAt(scene.vmar, copy, 1, ELSEWHERE);
      yield* store(ELSEWHERE + 100, Uint8Array.of(1, 2, 3));
      const expected = bytes.slice();
      expected.set([1, 2, 3], 100);
      expect(yield* load(ELSEWHERE, PAGE_BYTES)).toEqual(expected);
      expect(yield* load(SOMEWHERE, PAGE_BYTES)).toEqual(bytes);
    });
  });

  it('36: making one costs an object and a share a page; the writer pays for a frame, and the last who has it writes in place', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 4);
      for (const page of [0, 1, 2]) yield* put(scene, vmo, page, 1);
      const payer = yield* smallAllocator(scene, 4);
      const before = yield* usedOf(scene, scene.allocator);
      const copy = yield* copyOf(scene, vmo, 4, payer);
      expect(yield* usedOf(scene, payer)).toBe(OBJECT + 3 * SHARE);
      expect(yield* usedOf(scene, scene.allocator)).toBe(before + HANDLE);
      // Loading backs nothing that is shown already.
      yield* mapAt(scene.vmar, copy, 4, SOMEWHERE);
      yield* load(SOMEWHERE, 3 * PAGE_BYTES);
      expect(yield* usedOf(scene, payer)).toBe(OBJECT + 3 * SHARE);
      yield* store(SOMEWHERE, Uint8Array.of(2));
      expect(yield* usedOf(scene, payer)).toBe(OBJECT + 2 * SHARE + PAGE_BYTES);
      const settled = yield* usedOf(scene, scene.allocator);
      yield* put(scene, vmo, 0, 3);
      expect(yield* usedOf(scene, scene.allocator)).toBe(settled);
      // The original writes a page that is still shared: it pays, and the frame from before stays charged to it.
      yield* put(scene, vmo, 1, 3);
      expect(yield* usedOf(scene, scene.allocator)).toBe(settled + PAGE_BYTES);
      expect(yield* usedOf(scene, payer)).toBe(OBJECT + SHARE + PAGE_BYTES);
      yield* put(scene, copy, 1, 4);
      expect(yield* usedOf(scene, payer)).toBe(OBJECT + SHARE + PAGE_BYTES);
      yield* sys.vmar_unmap(scene.vmar, SOMEWHERE, 4 * PAGE_BYTES);
      yield* sys.handle_close(copy);
      expect(yield* usedOf(scene, payer)).toBe(0);
    });
  });

  it('36: a frame stays charged to who paid for it until nobody shows it; his allocator goes only then', () => {
    expectSuccess(function* (scene) {
      const used = (): number => scene.system.kernel.state.allocators.live;
      const payer = yield* smallAllocator(scene, 4);
      const vmo = yield* vmoOf(scene, 2, payer);
      for (const page of [0, 1]) yield* put(scene, vmo, page, 5 + page);
      const copy = yield* copyOf(scene, vmo, 2);
      const allocators = used();
      yield* sys.handle_close(vmo);
      expect(yield* usedOf(scene, payer)).toBe(2 * PAGE_BYTES);
      yield* sys.handle_close(payer);
      expect(used()).toBe(allocators);
      expect([yield* get(scene, copy, 0), yield* get(scene, copy, 1)]).toEqual([5, 6]);
      expectStatus((yield* sys.vmo_release(copy, 0, PAGE_BYTES)).status, 'OK');
      expect(used()).toBe(allocators);
      yield* sys.handle_close(copy);
      expect(used()).toBe(allocators - 1);
    });
  });

  it('a write that does not fit the quota is NO_MEMORY, and changes nothing in either', () => {
    expectSuccess(function* (scene) {
      const payer = yield* smallAllocator(scene, 3);
      const vmo = yield* vmoOf(scene, 2);
      for (const page of [0, 1]) yield* put(scene, vmo, page, 5 + page);
      const copy = yield* copyOf(scene, vmo, 2, payer);
      // Room for two frames and not for the object beside them: one fits, two do not.
      yield* vmoOf(scene, 1, payer);
      yield* sys.allocator_create(payer, PAGE_BYTES);
      yield* store(scene.stackLow, new Uint8Array(2 * PAGE_BYTES).fill(9));
      expectStatus((yield* sys.vmo_write(copy, 0, scene.stackLow, 2 * PAGE_BYTES)).status, 'NO_MEMORY');
      expect([yield* get(scene, copy, 0), yield* get(scene, copy, 1)]).toEqual([5, 6]);
      expectStatus(yield* put(scene, copy, 1, 7), 'OK');
      expectStatus(yield* put(scene, copy, 0, 7), 'NO_MEMORY');
      expect([yield* get(scene, vmo, 0), yield* get(scene, vmo, 1)]).toEqual([5, 6]);
      expect([yield* get(scene, copy, 0), yield* get(scene, copy, 1)]).toEqual([5, 7]);
    });
  });

  it('a call that writes its results into shared pages copies them all or none', () => {
    expectSuccess(function* (scene) {
      const payer = yield* smallAllocator(scene, 2);
      const vmo = yield* vmoOf(scene, 2);
      for (const page of [0, 1]) yield* put(scene, vmo, page, 5);
      const copy = yield* copyOf(scene, vmo, 2, payer);
      yield* mapAt(scene.vmar, copy, 2, SOMEWHERE);
      const zeros = yield* vmoOf(scene, 2);
      const into = (bytes: number) => sys.vmo_read(zeros, 0, SOMEWHERE, bytes);
      expectStatus((yield* into(2 * PAGE_BYTES)).status, 'NO_MEMORY');
      expect([yield* get(scene, copy, 0), yield* get(scene, copy, 1)]).toEqual([5, 5]);
      expectStatus((yield* into(PAGE_BYTES)).status, 'OK');
      expect([yield* get(scene, copy, 0), yield* get(scene, vmo, 0)]).toEqual([0, 5]);
    });
  });

  it('a thread that ends in a shared page zeroes its word for itself alone', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 1);
      yield* mapAt(scene.vmar, vmo, 1, SOMEWHERE);
      yield* store(SOMEWHERE, Uint8Array.of(1, 0, 0, 0));
      const copy = yield* copyOf(scene, vmo, 1);
      yield* spawn(scene, 'ends', () => sys.thread_exit(SOMEWHERE), 20);
      expect([...(yield* load(SOMEWHERE, 1))]).toEqual([0]);
      expect(yield* get(scene, copy, 0)).toBe(1);
    });
  });

  it('copies of copies, forty deep, each as it was when it was made; closed from either end', () => {
    for (const fromTheFirst of [true, false]) {
      expectSuccess(function* (scene) {
        yield* store(scene.stackLow, Uint8Array.of(0)); // the page has its frame
        const before = yield* usedOf(scene, scene.allocator);
        const frames = scene.system.kernel.state.frames.live;
        const depths = 40;
        const chain = [yield* vmoOf(scene, 1)];
        for (let depth = 1; depth < depths; depth++) {
          yield* put(scene, chain[depth - 1], 0, depth);
          chain.push(yield* copyOf(scene, chain[depth - 1], 1));
        }
        for (const [i, vmo] of chain.entries()) expect(peek(scene, vmo, 1)).toEqual([Math.min(i + 1, depths - 1)]);
        for (const vmo of fromTheFirst ? chain : chain.reverse()) yield* sys.handle_close(vmo);
        expect(yield* usedOf(scene, scene.allocator)).toBe(before);
        expect(scene.system.kernel.state.frames.live).toBe(frames);
      });
    }
  });
});

describe('pages that are given back', () => {
  it('read as zero again, in every mapping; their frames are back, and the next touch takes one', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 4);
      yield* mapAt(scene.vmar, vmo, 4, SOMEWHERE);
      yield* mapAt(scene.vmar, vmo, 4, ELSEWHERE);
      for (let page = 0; page < 4; page++) yield* store(SOMEWHERE + page * PAGE_BYTES, Uint8Array.of(page + 1));
      yield* load(ELSEWHERE, 4 * PAGE_BYTES);
      yield* store(scene.stackLow, Uint8Array.of(0)); // the page has its frame
      const before = yield* usedOf(scene, scene.allocator);
      expectStatus((yield* sys.vmo_release(vmo, PAGE_BYTES, 2 * PAGE_BYTES)).status, 'OK');
      expect(yield* usedOf(scene, scene.allocator)).toBe(before - 2 * PAGE_BYTES);
      const found: number[] = [];
      for (let page = 0; page < 4; page++) found.push((yield* load(ELSEWHERE + page * PAGE_BYTES, 1))[0]);
      expect(found).toEqual([1, 0, 0, 4]);
      expect(yield* usedOf(scene, scene.allocator)).toBe(before);
      expectStatus((yield* sys.vmo_release(vmo, 0, 4 * PAGE_BYTES)).status, 'OK');
      expectStatus((yield* sys.vmo_release(vmo, 0, 4 * PAGE_BYTES)).status, 'OK');
      expect((yield* vmoFields(vmo, scene.stackLow)).resident).toBe(0);
    });
  });

  it('of an original stay with its copy, and of a copy with the original', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 2);
      for (const page of [0, 1]) yield* put(scene, vmo, page, 5 + page);
      const copy = yield* copyOf(scene, vmo, 2);
      yield* sys.vmo_release(vmo, 0, PAGE_BYTES);
      yield* sys.vmo_release(copy, PAGE_BYTES, PAGE_BYTES);
      expect([yield* get(scene, vmo, 0), yield* get(scene, vmo, 1)]).toEqual([0, 6]);
      expect([yield* get(scene, copy, 0), yield* get(scene, copy, 1)]).toEqual([5, 0]);
    });
  });
});
