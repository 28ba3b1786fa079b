/** Copies of memory objects, by comparison with plain arrays. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statusName } from '../../syscalls/errors.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { load, store } from '../../userland/script/script.js';
import { expectSuccess } from './booted.js';
import { mapAt, peek, put, SOMEWHERE, smallAllocator, usedOf, vmoOf } from './copy-scene.js';
import { allocatorFields } from './information.js';

interface Place {
  readonly who: number;
  readonly page: number;
  readonly value: number;
}

type Deed =
  | { readonly kind: 'copy'; readonly who: number }
  | { readonly kind: 'close'; readonly who: number }
  | ({ readonly kind: 'write' } & Place)
  | ({ readonly kind: 'store' } & Place)
  | ({ readonly kind: 'release' } & Place);

const PAGES = 4;
const who = fc.nat(20);
const place = { who, page: fc.nat(PAGES - 1), value: fc.integer({ min: 1, max: 255 }) };
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constant('copy' as const), who }),
  fc.record({ kind: fc.constant('close' as const), who }),
  fc.record({ kind: fc.constant('write' as const), ...place }),
  fc.record({ kind: fc.constant('store' as const), ...place }),
  fc.record({ kind: fc.constant('release' as const), ...place }),
);

/** An object and what it should hold. */
interface Kept {
  readonly vmo: number;
  readonly holds: number[];
}

describe('copies, by comparison with plain arrays', () => {
  it('whatever is copied, written, released and closed in whatever order: every object is what it should be, nothing is left', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 40 }), fc.integer({ min: 4, max: 14 }), (deeds, quota) => {
        expectSuccess(function* (scene) {
          const frames = scene.system.kernel.state.frames.live;
          yield* store(scene.stackLow, Uint8Array.of(0));
          const before = yield* usedOf(scene, scene.allocator);
          const payer = yield* smallAllocator(scene, quota);
          const objects: Kept[] = [{ vmo: yield* vmoOf(scene, PAGES, payer), holds: Array(PAGES).fill(0) }];
          for (const done of deeds) {
            const object = objects[done.who % Math.max(objects.length, 1)];
            if (object === undefined) continue;
            if (done.kind === 'close') {
              yield* sys.handle_close(object.vmo);
              objects.splice(objects.indexOf(object), 1);
            } else if (done.kind === 'copy') {
              const made = yield* sys.vmo_child(payer, object.vmo, 0, PAGES * PAGE_BYTES);
              if (made.status === 0) objects.push({ vmo: made.vmo, holds: [...object.holds] });
              else expect(statusName(made.status)).toBe('NO_MEMORY');
            } else if (done.kind === 'release') {
              yield* sys.vmo_release(object.vmo, done.page * PAGE_BYTES, PAGE_BYTES);
              object.holds[done.page] = 0;
            } else if (done.kind === 'write') {
              const status = yield* put(scene, object.vmo, done.page, done.value);
              if (status === 0) object.holds[done.page] = done.value;
              else expect(statusName(status)).toBe('NO_MEMORY');
            } else {
              // As a program stores: mapped, and read first. Only where a frame can be had, or the script would end.
              yield* mapAt(scene.vmar, object.vmo, PAGES, SOMEWHERE);
              const fields = yield* allocatorFields(payer, scene.stackLow);
              if (fields.quota - fields.used >= PAGES * PAGE_BYTES) {
                expect([...(yield* load(SOMEWHERE + done.page * PAGE_BYTES, 1))]).toEqual([object.holds[done.page]]);
                yield* store(SOMEWHERE + done.page * PAGE_BYTES, Uint8Array.of(done.value));
                object.holds[done.page] = done.value;
              }
              yield* sys.vmar_unmap(scene.vmar, SOMEWHERE, PAGES * PAGE_BYTES);
            }
            for (const { vmo, holds } of objects) expect(peek(scene, vmo, PAGES)).toEqual(holds);
          }
          for (const { vmo } of objects) yield* sys.handle_close(vmo);
          yield* sys.handle_close(payer);
          expect(yield* usedOf(scene, scene.allocator)).toBe(before);
          // The stack's page, and the tables that mapping took.
          expect(scene.system.kernel.state.frames.live).toBeLessThanOrEqual(frames + 3);
        });
      }),
      { numRuns: 40 },
    );
  });
});
