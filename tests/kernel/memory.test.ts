import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAP_OPTIONS, PROTECTION } from '../../syscalls/calls.js';
import { LIMITS, PAGE_BYTES } from '../../syscalls/limits.js';
import { ALL_RIGHTS, RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, runScript, type Scene } from './booted.js';
import { allocatorFields, vmoFields } from './information.js';
import { Remembered } from './untouched.js';

const { READ, WRITE, EXECUTE } = PROTECTION;
const FIXED = READ | WRITE | MAP_OPTIONS.FIXED;
const SOMEWHERE = 0x2000_0000;
const MAP_BASE = 0x4000_0000;

function* vmoOf({ allocator }: Scene, pages: number): CallScript<number> {
  const { status, vmo } = yield* sys.vmo_create(allocator, pages * PAGE_BYTES, 0);
  expectStatus(status, 'OK');
  return vmo;
}

function* mapAt({ vmar }: Scene, vmo: number, page: number, pages: number, options = FIXED): CallScript<void> {
  const address = SOMEWHERE + page * PAGE_BYTES;
  expectStatus((yield* sys.vmar_map(vmar, vmo, 0, pages * PAGE_BYTES, options, address)).status, 'OK');
}

/** May a call read one byte there? */
function* isReadable(address: number): CallScript<boolean> {
  return (yield* sys.debug_write(address, 1)).status === 0;
}

/** May a call write one byte there? */
function* isWritable(vmo: number, address: number): CallScript<boolean> {
  return (yield* sys.vmo_read(vmo, 0, address, 1)).status === 0;
}

function* readableOf(page: number, pages: number): CallScript<boolean[]> {
  const found: boolean[] = [];
  for (let at = page; at < page + pages; at++) found.push(yield* isReadable(SOMEWHERE + at * PAGE_BYTES));
  return found;
}

describe('memory objects', () => {
  it('a page costs nothing until it is touched, and is zeros then; reading the object touches nothing', () => {
    expectSuccess(function* (scene) {
      const { stackLow, stackHigh, allocator } = scene;
      const vmo = yield* vmoOf(scene, 3);
      yield* mapAt(scene, vmo, 0, 3);
      yield* store(stackLow, Uint8Array.of(9, 9, 9, 9));
      expect((yield* vmoFields(vmo, stackHigh - 8192)).resident).toBe(0);
      const before = (yield* allocatorFields(allocator, stackHigh - 8192)).used;
      expectStatus((yield* sys.vmo_read(vmo, PAGE_BYTES, stackLow, 4)).status, 'OK');
      expect([...(yield* load(stackLow, 4))]).toEqual([0, 0, 0, 0]);
      expect((yield* vmoFields(vmo, stackHigh - 8192)).resident).toBe(0);
      expect([...(yield* load(SOMEWHERE + PAGE_BYTES, 4))]).toEqual([0, 0, 0, 0]);
      expect((yield* vmoFields(vmo, stackHigh - 8192)).resident).toBe(PAGE_BYTES);
      expect((yield* allocatorFields(allocator, stackHigh - 8192)).used).toBe(before + PAGE_BYTES);
    });
  });

  it('a size is rounded up to whole pages', () => {
    expectSuccess(function* ({ allocator, stackLow }) {
      const { vmo } = yield* sys.vmo_create(allocator, PAGE_BYTES + 1, 0);
      expect((yield* vmoFields(vmo, stackLow)).size).toBe(2 * PAGE_BYTES);
    });
  });

  it('what is written through one mapping is read through the others, and through the object', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 2);
      yield* mapAt(scene, vmo, 0, 2);
      yield* mapAt(scene, vmo, 4, 2);
      const text = new TextEncoder().encode('straddles');
      yield* store(SOMEWHERE + PAGE_BYTES - 4, text);
      expect(yield* load(SOMEWHERE + 5 * PAGE_BYTES - 4, text.length)).toEqual(text);
      yield* sys.vmo_read(vmo, PAGE_BYTES - 4, scene.stackLow, text.length);
      expect(yield* load(scene.stackLow, text.length)).toEqual(text);
      yield* store(scene.stackLow, Uint8Array.of(1, 2));
      yield* sys.vmo_write(vmo, PAGE_BYTES - 1, scene.stackLow, 2);
      expect([...(yield* load(SOMEWHERE + PAGE_BYTES - 1, 2))]).toEqual([1, 2]);
    });
  });

  it('a mapping keeps the object; it goes with its last mapping, and its frames come back', () => {
    expectSuccess(function* (scene) {
      const { allocator, stackLow, vmar } = scene;
      yield* store(stackLow, Uint8Array.of(1));
      const before = (yield* allocatorFields(allocator, stackLow)).used;
      const vmo = yield* vmoOf(scene, 2);
      yield* mapAt(scene, vmo, 0, 2);
      yield* sys.handle_close(vmo);
      yield* store(SOMEWHERE, Uint8Array.of(7));
      expect([...(yield* load(SOMEWHERE, 1))]).toEqual([7]);
      yield* sys.vmar_unmap(vmar, SOMEWHERE, PAGE_BYTES);
      expect(yield* isReadable(SOMEWHERE + PAGE_BYTES)).toBe(true);
      yield* sys.vmar_unmap(vmar, SOMEWHERE + PAGE_BYTES, PAGE_BYTES);
      expect((yield* allocatorFields(allocator, stackLow)).used).toBe(before);
    });
  });

  it('frames are zeros again when somebody else gets them', () => {
    expectSuccess(
      function* (scene) {
        for (let round = 0; round < 3; round++) {
          const vmo = yield* vmoOf(scene, 4);
          yield* mapAt(scene, vmo, 0, 4);
          for (let page = 0; page < 4; page++) {
            const address = SOMEWHERE + page * PAGE_BYTES;
            expect((yield* load(address, PAGE_BYTES)).some((byte) => byte !== 0)).toBe(false);
            yield* store(address, new Uint8Array(PAGE_BYTES).fill(0xa5));
          }
          yield* sys.vmar_unmap(scene.vmar, SOMEWHERE, 4 * PAGE_BYTES);
          yield* sys.handle_close(vmo);
        }
      },
      { memoryBytes: 1 << 17 },
    );
  });
});

describe('mappings', () => {
  it('the kernel chooses the lowest range from 0x40000000 on that leaves a page free on both sides', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 8);
      const map = function* (pages: number): CallScript<number> {
        return (yield* sys.vmar_map(scene.vmar, vmo, 0, pages * PAGE_BYTES, READ, 0)).addr;
      };
      const at = (page: number): number => MAP_BASE + page * PAGE_BYTES;
      expect([yield* map(2), yield* map(3), yield* map(1)]).toEqual([at(0), at(3), at(7)]);
      // A hole of five pages takes three and no more.
      yield* sys.vmar_unmap(scene.vmar, at(3), 3 * PAGE_BYTES);
      expect([yield* map(4), yield* map(3)]).toEqual([at(9), at(3)]);
      // Something right below the first address keeps its distance too.
      yield* sys.vmar_unmap(scene.vmar, at(0), 2 * PAGE_BYTES);
      yield* sys.vmar_map(scene.vmar, vmo, 0, PAGE_BYTES, FIXED, at(-1));
      expect([yield* map(1), yield* map(1)]).toEqual([at(1), at(14)]);
    });
  });

  it('a hint that is free is followed; one that is not, or lies outside, is only a hint', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 2);
      const map = (hint: number) => sys.vmar_map(scene.vmar, vmo, 0, 2 * PAGE_BYTES, READ, hint);
      expect((yield* map(SOMEWHERE)).addr).toBe(SOMEWHERE);
      expect((yield* map(SOMEWHERE + PAGE_BYTES)).addr).toBe(MAP_BASE);
      expect((yield* map(SOMEWHERE + 2 * PAGE_BYTES)).addr).toBe(SOMEWHERE + 2 * PAGE_BYTES);
      expect((yield* map(LIMITS.userTop - PAGE_BYTES)).addr).toBe(MAP_BASE + 3 * PAGE_BYTES);
      expect((yield* map(0xffff_f000)).addr).toBe(MAP_BASE + 6 * PAGE_BYTES);
    });
  });

  it('the lowest and the highest user page can be mapped', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 1);
      for (const address of [LIMITS.userBase, LIMITS.userTop - PAGE_BYTES]) {
        expect((yield* sys.vmar_map(scene.vmar, vmo, 0, PAGE_BYTES, FIXED, address)).addr).toBe(address);
        yield* store(address + PAGE_BYTES - 4, Uint8Array.of(1, 2, 3, 4));
        expect([...(yield* load(address + PAGE_BYTES - 4, 4))]).toEqual([1, 2, 3, 4]);
      }
    });
  });

  it('unmapping the middle leaves both ends with what they showed', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 5);
      yield* mapAt(scene, vmo, 0, 5);
      for (let page = 0; page < 5; page++) yield* store(SOMEWHERE + page * PAGE_BYTES, Uint8Array.of(page + 65));
      expectStatus((yield* sys.vmar_unmap(scene.vmar, SOMEWHERE + PAGE_BYTES, 2 * PAGE_BYTES)).status, 'OK');
      expect(yield* readableOf(0, 5)).toEqual([true, false, false, true, true]);
      for (const page of [0, 3, 4]) expect([...(yield* load(SOMEWHERE + page * PAGE_BYTES, 1))]).toEqual([page + 65]);
      expect((yield* vmoFields(vmo, scene.stackLow)).resident).toBe(5 * PAGE_BYTES);
    });
  });

  it('one unmap cuts the mappings at both of its ends and removes those between, and holes do not matter', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 3);
      for (const page of [0, 3, 7]) yield* mapAt(scene, vmo, page, 3);
      expectStatus((yield* sys.vmar_unmap(scene.vmar, SOMEWHERE + PAGE_BYTES, 8 * PAGE_BYTES)).status, 'OK');
      const expected = [true, ...Array.from({ length: 8 }, () => false), true];
      expect(yield* readableOf(0, 10)).toEqual(expected);
    });
  });

  it('protecting a part splits the mapping; every part obeys its own protection', () => {
    expectSuccess(function* (scene) {
      const { vmar } = scene;
      const vmo = yield* vmoOf(scene, 4);
      yield* mapAt(scene, vmo, 0, 4);
      const page = (n: number): number => SOMEWHERE + n * PAGE_BYTES;
      for (let n = 0; n < 4; n++) yield* store(page(n), Uint8Array.of(n));
      expectStatus((yield* sys.vmar_protect(vmar, page(1), PAGE_BYTES, READ)).status, 'OK');
      expectStatus((yield* sys.vmar_protect(vmar, page(2), PAGE_BYTES, 0)).status, 'OK');
      expect(yield* readableOf(0, 4)).toEqual([true, true, false, true]);
      const writable: boolean[] = [];
      for (let n = 0; n < 4; n++) writable.push(yield* isWritable(vmo, page(n) + 8));
      expect(writable).toEqual([true, false, false, true]);
      expectStatus((yield* sys.vmar_protect(vmar, page(0), 4 * PAGE_BYTES, READ | WRITE)).status, 'OK');
      for (let n = 0; n < 4; n++) expect([...(yield* load(page(n), 1))]).toEqual([n]);
    });
  });

  it('a range with a hole cannot be protected, and stays as it was', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 1);
      yield* mapAt(scene, vmo, 0, 1);
      yield* mapAt(scene, vmo, 2, 1);
      const remembered = new Remembered(scene.system);
      for (const [first, pages] of [
        [0, 3],
        [0, 2],
        [1, 2],
        [2, 2],
      ])
        expectStatus(
          (yield* sys.vmar_protect(scene.vmar, SOMEWHERE + first * PAGE_BYTES, pages * PAGE_BYTES, 0)).status,
          'NOT_FOUND',
        );
      expect(remembered.difference()).toBeUndefined();
    });
  });

  it('45: a mapping never gets a protection that the handle which made it did not have', () => {
    expectSuccess(function* (scene) {
      const { vmar } = scene;
      const vmo = yield* vmoOf(scene, 1);
      for (const [rights, denied] of [
        [RIGHTS.MAP | RIGHTS.READ, [READ | WRITE, READ | EXECUTE]],
        [RIGHTS.MAP | RIGHTS.READ | RIGHTS.WRITE, [EXECUTE]],
        [RIGHTS.MAP, [READ, EXECUTE]],
      ] as const) {
        const { copy } = yield* sys.handle_duplicate(vmo, rights);
        const { status, addr } = yield* sys.vmar_map(vmar, copy, 0, PAGE_BYTES, 0, 0);
        expectStatus(status, 'OK');
        for (const protection of denied) {
          expectStatus((yield* sys.vmar_map(vmar, copy, 0, PAGE_BYTES, protection, 0)).status, 'ACCESS_DENIED');
          expectStatus((yield* sys.vmar_protect(vmar, addr, PAGE_BYTES, protection)).status, 'ACCESS_DENIED');
        }
        // Nor may it grow when the handle with fewer rights is gone and a better one is there.
        yield* sys.handle_close(copy);
        expectStatus((yield* sys.vmar_protect(vmar, addr, PAGE_BYTES, denied[0])).status, 'ACCESS_DENIED');
      }
    });
  });

  it('revoking the handle that a mapping was made with leaves the mapping', () => {
    expectSuccess(function* (scene) {
      const vmo = yield* vmoOf(scene, 1);
      const { copy } = yield* sys.handle_duplicate(vmo, ALL_RIGHTS);
      yield* mapAt(scene, copy, 0, 1);
      expect((yield* sys.handle_revoke(vmo)).removed).toBe(1);
      expect(yield* isReadable(SOMEWHERE)).toBe(true);
    });
  });

  it('any sequence of maps, unmaps and protects leaves exactly the pages that a table of pages says', () => {
    const PAGES = 12;
    const operation = fc.record({
      kind: fc.constantFrom('map', 'unmap', 'protect'),
      page: fc.integer({ min: 0, max: PAGES - 1 }),
      pages: fc.integer({ min: 1, max: 5 }),
      protection: fc.constantFrom(0, READ, READ | WRITE, READ | EXECUTE),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 25 }), (operations) => {
        const { outcome } = runScript(
          function* (scene) {
            const vmo = yield* vmoOf(scene, 5);
            const model: (number | undefined)[] = Array.from({ length: PAGES + 5 }, () => undefined);
            for (const { kind, page, pages, protection } of operations) {
              const [address, length] = [SOMEWHERE + page * PAGE_BYTES, pages * PAGE_BYTES];
              const touched = model.slice(page, page + pages);
              if (kind === 'map') {
                const options = protection | MAP_OPTIONS.FIXED;
                const { status } = yield* sys.vmar_map(scene.vmar, vmo, 0, length, options, address);
                const free = touched.every((value) => value === undefined);
                expectStatus(status, free ? 'OK' : 'ALREADY_EXISTS');
                if (free) model.fill(protection, page, page + pages);
              } else if (kind === 'unmap') {
                const { status } = yield* sys.vmar_unmap(scene.vmar, address, length);
                expectStatus(status, touched.some((value) => value !== undefined) ? 'OK' : 'NOT_FOUND');
                model.fill(undefined, page, page + pages);
              } else {
                const { status } = yield* sys.vmar_protect(scene.vmar, address, length, protection);
                const whole = touched.every((value) => value !== undefined);
                expectStatus(status, whole ? 'OK' : 'NOT_FOUND');
                if (whole) model.fill(protection, page, page + pages);
              }
            }
            const readable = model.map((value) => value !== undefined && (value & READ) !== 0);
            expect(yield* readableOf(0, model.length)).toEqual(readable);
          },
          { memoryBytes: 1 << 18 },
        );
        expect(outcome.kind).toBe('exited');
      }),
      { numRuns: 60 },
    );
  });
});

describe('memory that runs out', () => {
  it('a write that needs more frames than the quota has writes nothing and takes nothing', () => {
    expectSuccess(function* (scene) {
      const { allocator, stackLow } = scene;
      const { child } = yield* sys.allocator_create(allocator, 3 * PAGE_BYTES);
      const { vmo } = yield* sys.vmo_create(child, 8 * PAGE_BYTES, 0);
      // The object itself is charged too: two pages fit into three.
      const remembered = new Remembered(scene.system);
      expectStatus((yield* sys.vmo_write(vmo, 0, stackLow, 2 * PAGE_BYTES + 1)).status, 'NO_MEMORY');
      expect(remembered.differenceBesidesShortage()).toBeUndefined();
      expectStatus((yield* sys.vmo_write(vmo, PAGE_BYTES, stackLow, 2 * PAGE_BYTES)).status, 'OK');
      expectStatus((yield* sys.vmo_write(vmo, PAGE_BYTES, stackLow, 2 * PAGE_BYTES)).status, 'OK');
      expectStatus((yield* sys.vmo_write(vmo, 0, stackLow, 1)).status, 'NO_MEMORY');
    });
  });

  it('46: a buffer that cannot be backed in full is NO_MEMORY, and none of it is backed', () => {
    expectSuccess(function* (scene) {
      const { allocator, vmar } = scene;
      const { child } = yield* sys.allocator_create(allocator, 3 * PAGE_BYTES);
      const small = yield* sys.vmo_create(child, 8 * PAGE_BYTES, 0);
      expectStatus((yield* sys.vmar_map(vmar, small.vmo, 0, 8 * PAGE_BYTES, FIXED, SOMEWHERE)).status, 'OK');
      const vmo = yield* vmoOf(scene, 8);
      const remembered = new Remembered(scene.system);
      expectStatus((yield* sys.vmo_read(vmo, 0, SOMEWHERE + 8, 2 * PAGE_BYTES)).status, 'NO_MEMORY');
      expect(remembered.differenceBesidesShortage()).toBeUndefined();
      expectStatus((yield* sys.vmo_read(vmo, 0, SOMEWHERE, 2 * PAGE_BYTES)).status, 'OK');
    });
  });

  it('a buffer that shows one page twice needs one frame for it', () => {
    expectSuccess(function* (scene) {
      const { allocator, vmar } = scene;
      const { child } = yield* sys.allocator_create(allocator, 2 * PAGE_BYTES);
      const { vmo } = yield* sys.vmo_create(child, PAGE_BYTES, 0);
      for (const page of [0, 1]) yield* sys.vmar_map(vmar, vmo, 0, PAGE_BYTES, FIXED, SOMEWHERE + page * PAGE_BYTES);
      expectStatus((yield* sys.vmo_read(yield* vmoOf(scene, 2), 0, SOMEWHERE, 2 * PAGE_BYTES)).status, 'OK');
    });
  });
});
