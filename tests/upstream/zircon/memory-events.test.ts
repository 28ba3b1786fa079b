/**
 * What Zircon's tests of events about memory assert, told of the events of an allocator. A name begins with the names of the tests
 * that it tells.
 */
import { describe, expect, it } from 'vitest';
import { ROOT_OUTCOME } from '../../../kernel/transitions/root-oom.js';
import { SOURCE } from '../../../syscalls/calls.js';
import { PAGE_BYTES } from '../../../syscalls/limits.js';
import { MEMORY_STATE, PROPERTY, VERDICT, VMO_OPTIONS } from '../../../syscalls/options.js';
import { RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../../userland/script/script.js';
import { expectStatus } from '../../kernel/booted.js';
import { handleFields } from '../../kernel/information.js';
import { makePool, scratch } from '../../kernel/packets.js';
import { recordsOfType } from '../../kernel/records.js';
import { fields, Listener, makeAllocator, takePages, withoutResolve } from '../../kernel/shortage/shortages.js';
import { expectNothingLost } from '../countfree.js';

const { NORMAL, PRESSURE, OOM } = MEMORY_STATE;
/** What a listener needs of an allocator. */
const LISTENER = RIGHTS.WAIT | RIGHTS.RESOLVE | RIGHTS.INSPECT;

function* withRights(h: number, rights: number): CallScript<number> {
  const { status, copy } = yield* sys.handle_duplicate(h, rights);
  expectStatus(status, 'OK');
  return copy;
}

describe('events about memory of Zircon, as ours', () => {
  it('RetrieveOom, RetrieveImminentOom, RetrieveMempressureCritical, RetreiveMempressureWarning, RetrieveMempressureNormal: who may listen', () => {
    expectNothingLost(function* (scene) {
      const allocator = yield* makeAllocator(scene, 8);
      const pool = yield* makePool(scene);
      const { rights } = yield* handleFields(allocator, scratch(scene));
      const deaf = yield* withRights(allocator, rights & ~RIGHTS.WAIT);
      const listening = function* (h: number, source: number): CallScript<number> {
        return (yield* sys.event_listen(h, source, pool, 0)).status;
      };
      for (const source of [SOURCE.MEMORY, SOURCE.MEMORY_SUBTREE]) {
        expectStatus(yield* listening(0, source), 'BAD_HANDLE');
        expectStatus(yield* listening(scene.process, source), 'NOT_FOUND');
        expectStatus(yield* listening(deaf, source), 'ACCESS_DENIED');
        expectStatus(yield* listening(allocator, 0xffff_ffff), 'INVALID_ARGS');
        expectStatus(yield* listening(yield* withRights(allocator, LISTENER), source), 'OK');
      }
    });
  });

  it('CannotSignalOomFromUserspace, CannotSignalImminentOomFromUserspace, CannotSignalMempressureCriticalFromUserspace, CannotSignalMempressureWarningFromUserspace, CannotSignalMempressureNormalFromUserspace, CannotSignalMemoryStallEventFromUserspace: nobody else says how it is', () => {
    expectNothingLost(function* (scene) {
      const allocator = yield* makeAllocator(scene, 8);
      const listener = yield* Listener.make(scene, allocator);
      const h = yield* withRights(allocator, LISTENER);
      yield* store(scratch(scene), new Uint8Array(64));
      expectStatus((yield* sys.topic_publish(h, 0, scratch(scene), 4)).status, 'WRONG_TYPE');
      expectStatus((yield* sys.interrupt_trigger(h)).status, 'WRONG_TYPE');
      expectStatus((yield* sys.pool_post(h, scratch(scene))).status, 'WRONG_TYPE');
      expectStatus((yield* sys.object_set(h, PROPERTY.PRESSURE, scratch(scene), 4)).status, 'ACCESS_DENIED');
      for (const verdict of [VERDICT.RELEASED, VERDICT.CANNOT])
        expectStatus((yield* sys.event_resolve(h, listener.registration, verdict)).status, 'NOT_FOUND');
      expect(yield* listener.heard()).toEqual([]);
      // Who manages the allocator can ask for memory back. That is a question, and no state.
      expectStatus((yield* sys.object_set(allocator, PROPERTY.PRESSURE, scratch(scene), 4)).status, 'OK');
      expect((yield* fields(scene, allocator)).state).toBe(NORMAL);
    });
  });

  it('ExactlyOneMemoryEventSignaled: an allocator is in one state at a time, the one that was told last', () => {
    expectNothingLost(function* (scene) {
      const allocator = yield* makeAllocator(scene, 8, { softMark: 4 });
      const news = yield* Listener.make(scene, yield* withoutResolve(scene, allocator));
      const states: number[] = [];
      const look = function* (...expected: readonly number[]): CallScript<void> {
        expect((yield* news.heard()).map(({ state }) => state)).toEqual(expected);
        states.push(...expected);
        expect((yield* fields(scene, allocator)).state).toBe(states.at(-1) ?? NORMAL);
      };
      yield* look();
      const some = yield* takePages(allocator, 3);
      yield* look();
      const more = yield* takePages(allocator, 2);
      yield* look(PRESSURE);
      expectStatus((yield* sys.allocator_create(allocator, 6 * PAGE_BYTES)).status, 'NO_MEMORY');
      yield* look(OOM);
      yield* sys.handle_close(more);
      yield* look();
      yield* sys.handle_close(some);
      yield* look(NORMAL);
    });
  });

  it('MemoryStallEvent: who makes discardable memory without end is told of before there is more than there can be', () => {
    expectNothingLost(function* (scene) {
      const allocator = yield* makeAllocator(scene, 64);
      const listener = yield* Listener.make(scene, allocator);
      const { quota } = yield* fields(scene, allocator);
      yield* store(scratch(scene), new Uint8Array(4 * PAGE_BYTES).fill(0xa5));
      let made = 0;
      while ((yield* listener.heard()).length === 0) {
        made += 4 * PAGE_BYTES;
        expect(made).toBeLessThanOrEqual(1.05 * quota);
        const { status, vmo } = yield* sys.vmo_create(allocator, 4 * PAGE_BYTES, VMO_OPTIONS.DISCARDABLE);
        if (status !== 0) continue;
        yield* sys.vmo_pin(vmo);
        yield* sys.vmo_write(vmo, 0, scratch(scene), 4 * PAGE_BYTES);
        yield* sys.vmo_unpin(vmo);
      }
      expect(made).toBeGreaterThan(0.9 * quota);
    });
  });

  it('MemoryStallEvent: of a machine that promised more than it has, discardable memory is taken back, and nobody is killed', () => {
    const { system } = expectNothingLost(
      function* (scene) {
        const pages = 4;
        const { limit } = scene.system.state.frames;
        yield* store(scratch(scene), new Uint8Array(pages * PAGE_BYTES).fill(0xa5));
        const caches: number[] = [];
        for (let made = 0; made < 1.05 * limit; made += pages) {
          const { status, vmo } = yield* sys.vmo_create(scene.allocator, pages * PAGE_BYTES, VMO_OPTIONS.DISCARDABLE);
          expectStatus(status, 'OK');
          expect((yield* sys.vmo_pin(vmo)).discards).toBe(0);
          expectStatus((yield* sys.vmo_write(vmo, 0, scratch(scene), pages * PAGE_BYTES)).status, 'OK');
          expectStatus((yield* sys.vmo_unpin(vmo)).status, 'OK');
          caches.push(vmo);
        }
        // The oldest went first; each that went is zeros, and says so to who pins it.
        let taken = 0;
        for (const [i, vmo] of caches.entries()) {
          const { discards } = yield* sys.vmo_pin(vmo);
          yield* sys.vmo_read(vmo, 0, scratch(scene), 1);
          expect([...(yield* load(scratch(scene), 1))]).toEqual([discards > 0 ? 0 : 0xa5]);
          if (discards > 0) expect(taken++).toBe(i);
        }
        expect(taken).toBeGreaterThan(0);
        expect(taken).toBeLessThan(caches.length);
      },
      { memoryBytes: 1 << 20, overcommit: 1 << 20 },
    );
    const outcomes = recordsOfType(system, 'root_oom_ended').map(({ fields }) => fields.outcome);
    expect(new Set(outcomes)).toEqual(new Set([ROOT_OUTCOME.SHRUNK]));
  });

  it('MemoryStallThresholds: a mark lies within the quota, and so does the reserve', () => {
    expectNothingLost(function* (scene) {
      const quota = 8 * PAGE_BYTES;
      const made = function* (reserve: number, mark: number): CallScript<number> {
        return (yield* sys.allocator_create(scene.allocator, quota, reserve, mark)).status;
      };
      for (const good of [0, 1, quota - 1, quota]) {
        expectStatus(yield* made(0, good), 'OK');
        expectStatus(yield* made(good, 0), 'OK');
      }
      for (const bad of [quota + 1, -1, 0x8000_0000]) {
        expectStatus(yield* made(0, bad), 'OUT_OF_RANGE');
        expectStatus(yield* made(bad, 0), 'OUT_OF_RANGE');
      }
    });
  });
});
