/**
 * What the tests of Zircon's allocator of pages assert, told of allocators with soft marks and reserves. A name begins with the
 * name of the test that it tells.
 */
import { describe, expect, it } from 'vitest';
import { COST } from '../../../kernel/limits.js';
import { PAGE_BYTES } from '../../../syscalls/limits.js';
import { MEMORY_STATE } from '../../../syscalls/options.js';
import * as sys from '../../../userland/script/calls.js';
import { store } from '../../../userland/script/script.js';
import { expectStatus } from '../../kernel/booted.js';
import { vmoFields } from '../../kernel/information.js';
import { scratch } from '../../kernel/packets.js';
import {
  ask,
  fields,
  free,
  Listener,
  makeAllocator,
  requestBytes,
  setAnswerTime,
  takePages,
  withoutResolve,
} from '../../kernel/shortage/shortages.js';
import { expectNothingLost } from '../countfree.js';

const { NORMAL, PRESSURE } = MEMORY_STATE;
const PAGES = 64;
const TEN_MS = 10_000_000;

describe('the allocator of pages of Zircon, as ours', () => {
  it('pmm_node_oversized_alloc_test: a request for more than there is takes nothing', () => {
    expectNothingLost(function* (scene) {
      yield* store(scratch(scene), new Uint8Array((PAGES + 2) * PAGE_BYTES));
      const allocator = yield* makeAllocator(scene, PAGES);
      const { vmo } = yield* sys.vmo_create(allocator, (PAGES + 2) * PAGE_BYTES);
      const before = yield* fields(scene, allocator);
      const most = (PAGES + 1) * PAGE_BYTES;
      expectStatus((yield* sys.vmo_write(vmo, 0, scratch(scene), most)).status, 'NO_MEMORY');
      expect((yield* vmoFields(vmo, scratch(scene))).resident).toBe(0);
      expect((yield* fields(scene, allocator)).used).toBe(before.used);
      expectStatus((yield* sys.vmo_write(vmo, 0, scratch(scene), most - PAGE_BYTES)).status, 'OK');
    });
  });

  it('pmm_node_watermark_level_test: the state changes at the mark, down and up again, and is told once each time', () => {
    expectNothingLost(function* (scene) {
      const { status, child: allocator } = yield* sys.allocator_create(
        scene.allocator,
        (PAGES + 1) * PAGE_BYTES,
        0,
        (PAGES / 2) * PAGE_BYTES + COST.vmo,
      );
      expectStatus(status, 'OK');
      const news = yield* Listener.make(scene, yield* withoutResolve(scene, allocator));
      const { vmo } = yield* sys.vmo_create(allocator, PAGES * PAGE_BYTES);
      const expectState = function* (pages: number) {
        expect([pages, (yield* fields(scene, allocator)).state]).toEqual([
          pages,
          pages > PAGES / 2 ? PRESSURE : NORMAL,
        ]);
      };
      for (let page = 0; page < PAGES; page++) {
        expectStatus((yield* sys.vmo_write(vmo, page * PAGE_BYTES, scratch(scene), 1)).status, 'OK');
        yield* expectState(page + 1);
      }
      for (let page = PAGES - 1; page >= 0; page--) {
        expectStatus((yield* sys.vmo_release(vmo, page * PAGE_BYTES, PAGE_BYTES)).status, 'OK');
        yield* expectState(page);
      }
      expect((yield* news.heard()).map(({ state }) => state)).toEqual([PRESSURE, NORMAL]);
    });
  });

  it('pmm_node_oom_sync_alloc_failure_test: below the reserve who can wait waits, until its time is over or there is more', () => {
    expectNothingLost(function* (scene) {
      const allocator = yield* makeAllocator(scene, 4, { reserve: 2 });
      yield* setAnswerTime(scene, allocator, 0);
      yield* Listener.make(scene, allocator);
      const held = yield* takePages(allocator, 2);
      expect(yield* free(scene, allocator)).toBeGreaterThan(requestBytes(1));
      const begun = scene.system.time;
      const late = yield* ask(scene, allocator, 1, TEN_MS);
      yield* sys.thread_sleep(begun + TEN_MS);
      expect(late.status).toBeUndefined();
      yield* sys.thread_sleep(begun + TEN_MS + 100_000);
      expectStatus(late.status ?? 1, 'NO_MEMORY');
      const patient = yield* ask(scene, allocator, 1, TEN_MS);
      expect(patient.status).toBeUndefined();
      yield* sys.handle_close(held);
      expectStatus(patient.status ?? 1, 'OK');
      const quick = yield* ask(scene, allocator, 1, 0);
      expectStatus(quick.status ?? 1, 'OK');
      for (const { process } of [late, patient, quick]) expectStatus((yield* sys.task_kill(process)).status, 'OK');
    });
  });
});
