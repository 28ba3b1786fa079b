/** Requests that wait for memory of the root itself: there is nobody above it to ask but the machine. */
import { describe, expect, it } from 'vitest';
import { MAP_OPTIONS, ROOT_OOM_ANSWER } from '../../syscalls/calls.js';
import { EXIT_REASON } from '../../syscalls/layouts.js';
import { FOREVER, PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { type Script, store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene } from './booted.js';
import { eat, endingOf, FOOD, hungry, oomWait } from './hungry.js';
import { recordsOfType } from './records.js';
import { setWait } from './shortage/shortages.js';

/** A machine that promises what it has, and not more. */
const PLAIN = { memoryBytes: 1 << 20 } as const;
const PAGES = 110;

/** Writes so many pages of a new object in one call: its status. */
function* take(scene: Scene, pages: number): Script<number> {
  const { vmo } = yield* sys.vmo_create(scene.allocator, pages * PAGE_BYTES, 0);
  // Reads pages that were never touched: nothing but the object needs memory.
  return (yield* sys.vmo_write(vmo, 0, scene.stackLow, pages * PAGE_BYTES)).status;
}

/** Another process has most of the machine's memory when the first one asks. */
function* beside(scene: Scene, wait: number, ask: () => Script, pages = 180): Script<number> {
  const large = yield* hungry(scene, eat(pages));
  yield* sys.thread_sleep(scene.system.time + 100_000);
  yield* setWait(scene, scene.thread, wait);
  yield* ask();
  return endingOf(scene, large);
}

describe('a request that waits for memory of the root', () => {
  it('has the machine kill a victim when nobody who listens can help, and is then served', () => {
    const { system } = expectSuccess(function* (scene) {
      const ending = yield* beside(scene, FOREVER, function* () {
        expectStatus(yield* take(scene, PAGES), 'OK');
      });
      expect(ending).toBe(EXIT_REASON.OUT_OF_MEMORY);
    }, PLAIN);
    expect(recordsOfType(system, 'root_oom')).toHaveLength(1);
  });

  it('is a page fault as well', () => {
    expectSuccess(function* (scene) {
      const ending = yield* beside(scene, FOREVER, function* () {
        const { vmo } = yield* sys.vmo_create(scene.allocator, PAGES * PAGE_BYTES, 0);
        const options = MAP_OPTIONS.READ | MAP_OPTIONS.WRITE | MAP_OPTIONS.FIXED;
        expectStatus((yield* sys.vmar_map(scene.vmar, vmo, 0, PAGES * PAGE_BYTES, options, FOOD)).status, 'OK');
        for (let page = 0; page < PAGES; page++) yield* store(FOOD + page * PAGE_BYTES, Uint8Array.of(1));
      });
      expect(ending).toBe(EXIT_REASON.OUT_OF_MEMORY);
    }, PLAIN);
  });

  it('that does not wait kills nobody: it is NO_MEMORY', () => {
    const { system } = expectSuccess(function* (scene) {
      const ending = yield* beside(scene, 0, function* () {
        expectStatus(yield* take(scene, PAGES), 'NO_MEMORY');
      });
      expect(ending).toBe(EXIT_REASON.NONE);
    }, PLAIN);
    expect(recordsOfType(system, 'root_oom')).toEqual([]);
  });

  it('for more than the machine ever had is NO_MEMORY, and kills nobody', () => {
    expectSuccess(function* (scene) {
      const ending = yield* beside(scene, FOREVER, function* () {
        const { vmo } = yield* sys.vmo_create(scene.allocator, 8 << 20, 0);
        expectStatus((yield* sys.allocator_create(scene.allocator, 8 << 20)).status, 'NO_MEMORY');
        yield* sys.handle_close(vmo);
      });
      expect(ending).toBe(EXIT_REASON.NONE);
    }, PLAIN);
  });

  it('of an allocator below the root is not the business of the machine', () => {
    expectSuccess(function* (scene) {
      const { child } = yield* sys.allocator_create(scene.allocator, 8 * PAGE_BYTES);
      const ending = yield* beside(scene, FOREVER, function* () {
        expectStatus(yield* take({ ...scene, allocator: child }, 16), 'NO_MEMORY');
      });
      expect(ending).toBe(EXIT_REASON.NONE);
    }, PLAIN);
  });

  it('waits until the monitor has decided, and is served with what that gave', () => {
    expectSuccess(
      function* (scene) {
        const ending = yield* beside(
          scene,
          FOREVER,
          function* () {
            expectStatus(yield* take(scene, 200), 'OK');
          },
          280,
        );
        expect(ending).toBe(EXIT_REASON.OUT_OF_MEMORY);
      },
      {
        memoryBytes: 2 << 20,
        *monitor(startup) {
          let told = yield* oomWait(startup, ROOT_OOM_ANSWER.NONE);
          for (;;) {
            const [most] = [...told.tasks].sort((a, b) => b.frames - a.frames);
            told = yield* oomWait(startup, ROOT_OOM_ANSWER.KILL, most.process);
          }
        },
      },
    );
  });
});
