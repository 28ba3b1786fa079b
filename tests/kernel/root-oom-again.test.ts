/** Passes of the root path that do not find enough at once, while somebody waits for memory of the root itself. */
import { describe, expect, it } from 'vitest';
import { ROOT_OOM_ANSWER } from '../../syscalls/calls.js';
import { EXIT_REASON } from '../../syscalls/layouts.js';
import { FOREVER, PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import type { Script } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene } from './booted.js';
import { eat, endingOf, type Hungry, hungry, oomWait } from './hungry.js';
import { recordsOfType } from './records.js';
import { ask, Listener, makeAllocator, setWait } from './shortage/shortages.js';

/** Waits for so many pages of the root, which others have. */
function* takeWaiting(scene: Scene, pages: number): Script {
  yield* setWait(scene, scene.thread, FOREVER);
  const { vmo } = yield* sys.vmo_create(scene.allocator, pages * PAGE_BYTES, 0);
  const { status } = yield* sys.vmo_write(vmo, 0, scene.stackLow, pages * PAGE_BYTES);
  expectStatus(status, 'OK');
}

describe('who waits for memory of the root', () => {
  it('is served by the machine where the monitor named too small a victim', () => {
    expectSuccess(
      function* (scene) {
        const large = yield* hungry(scene, eat(270));
        const small = yield* hungry(scene, eat(4));
        yield* sys.thread_sleep(scene.system.time + 100_000);
        yield* takeWaiting(scene, 200);
        expect([large, small].map((one) => endingOf(scene, one))).toEqual([
          EXIT_REASON.OUT_OF_MEMORY,
          EXIT_REASON.OUT_OF_MEMORY,
        ]);
      },
      {
        memoryBytes: 2 << 20,
        *monitor(startup) {
          let told = yield* oomWait(startup, ROOT_OOM_ANSWER.NONE);
          for (;;) {
            const [, least] = told.tasks.filter(({ name }) => name === 'hungry').sort((a, b) => b.frames - a.frames);
            told = yield* oomWait(startup, ROOT_OOM_ANSWER.KILL, least.process);
          }
        },
      },
    );
  });

  it('has the monitor asked in the very step in which another allocator could serve who waits there: that comes afterwards', () => {
    expectSuccess(
      function* (scene) {
        const large = yield* hungry(scene, eat(270));
        const below = yield* makeAllocator(scene, 8);
        yield* Listener.make(scene, below);
        // This pool is paid for below, and owes the answer to the shortage of the root.
        const listener = yield* Listener.make({ ...scene, allocator: below }, scene.allocator);
        yield* sys.thread_sleep(scene.system.time + 100_000);
        const first = yield* ask(scene, scene.allocator, 200, FOREVER);
        const second = yield* ask(scene, below, 8, FOREVER);
        yield* sys.thread_sleep(scene.system.time + 1000);
        expect([first.status, second.status]).toEqual([undefined, undefined]);
        yield* sys.handle_close(listener.pool);
        yield* sys.thread_sleep(scene.system.time + 1000);
        expect([first.status, second.status]).toEqual([0, 0]);
        expect(endingOf(scene, large)).toBe(EXIT_REASON.OUT_OF_MEMORY);
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

  it('is served by many small victims, one pass after the other, in one step', () => {
    const { system } = expectSuccess(
      function* (scene) {
        const many: Hungry[] = [];
        for (let i = 0; i < 900; i++) many.push(yield* hungry(scene, eat(10)));
        yield* sys.thread_sleep(scene.system.time + 1_000_000);
        yield* setWait(scene, scene.thread, FOREVER);
        expectStatus((yield* sys.allocator_create(scene.allocator, 15_000 * PAGE_BYTES)).status, 'OK');
        expect(endingOf(scene, many[899])).toBe(EXIT_REASON.OUT_OF_MEMORY);
      },
      { memoryBytes: 64 << 20, checked: false },
    );
    expect(recordsOfType(system, 'root_oom').length).toBeGreaterThan(10);
  });
});
