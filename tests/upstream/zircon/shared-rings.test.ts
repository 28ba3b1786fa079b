/**
 * What Zircon's tests of I/O buffers assert of memory that both sides write, told of mapped pools and of rings. A name begins with
 * the names of the tests that it tells.
 */
import { describe, expect, it } from 'vitest';
import { SOURCE } from '../../../syscalls/calls.js';
import { statusName } from '../../../syscalls/errors.js';
import { FOREVER, LIMITS, PAGE_BYTES } from '../../../syscalls/limits.js';
import { ALL_RIGHTS, RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from '../../kernel/booted.js';
import { allocatorFields } from '../../kernel/information.js';
import { listen, makePool, PACKET_BYTES, packetAt, post, scratch, take } from '../../kernel/packets.js';
import { NULL_CALL, TestRing } from '../../kernel/ring-memory.js';

/** A fixed pool that the program reads in its own memory. */
class MappedPool {
  private constructor(
    readonly pool: number,
    readonly at: number,
    readonly capacity: number,
  ) {}

  static *make(scene: Scene, capacity: number): CallScript<MappedPool> {
    const pool = yield* makePool(scene, capacity);
    const { status, addr } = yield* sys.pool_map(pool, scene.vmar);
    expectStatus(status, 'OK');
    return new MappedPool(pool, addr, capacity);
  }

  *indices(): CallScript<{ head: number; tail: number }> {
    const [head, tail] = new Uint32Array((yield* load(this.at, 8)).slice().buffer);
    return { head, tail };
  }

  *setHead(head: number): CallScript<void> {
    yield* store(this.at, new Uint8Array(Int32Array.of(head).buffer));
  }

  /** The packet with a number. */
  *packet(number: number) {
    return yield* packetAt(this.at + PAGE_BYTES + (number % this.capacity) * PACKET_BYTES);
  }
}

describe('I/O buffers of Zircon, as mapped pools and rings: making them', () => {
  it('Create: one is made and goes with its handle; one of no size is INVALID_ARGS', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      yield* allocatorFields(scene.allocator, scratch(scene));
      const { used } = yield* allocatorFields(scene.allocator, scratch(scene));
      const { ring, address } = yield* TestRing.make(scene, 4, pool);
      yield* sys.vmar_unmap(scene.vmar, address, PAGE_BYTES);
      expectStatus((yield* sys.handle_close(ring)).status, 'OK');
      expect((yield* allocatorFields(scene.allocator, scratch(scene))).used).toBe(used);
      expectStatus((yield* sys.ring_create(scene.allocator, 0, pool, scene.vmar)).status, 'INVALID_ARGS');
      expectStatus((yield* sys.pool_create(scene.allocator, 0, 0, 0)).status, 'INVALID_ARGS');
    });
  });

  it('CreateHuge: a size that would wrap when it is rounded up is OUT_OF_RANGE', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      for (const size of [LIMITS.ringEntries + 1, 0xffff_ffff])
        expectStatus((yield* sys.ring_create(scene.allocator, size, pool, scene.vmar)).status, 'OUT_OF_RANGE');
      expectStatus((yield* sys.pool_create(scene.allocator, 0, 0xffff_ffff, 0)).status, 'OUT_OF_RANGE');
    });
  });

  it('BadVmOptions: options that there are not are INVALID_ARGS', () => {
    expectSuccess(function* (scene) {
      expectStatus((yield* sys.pool_create(scene.allocator, 0, 4, 0xfff)).status, 'INVALID_ARGS');
    });
  });

  it('RoundedSizes: a size is rounded up, and the memory says to what', () => {
    expectSuccess(function* (scene) {
      for (const [asked, entries] of [
        [8, 8],
        [9, 16],
        [7, 8],
      ]) {
        const ring = yield* TestRing.make(scene, asked);
        expect((yield* ring.header()).entries).toBe(entries);
      }
    });
  });

  it('RegionMap: what the kernel writes at one side the program reads at the other', () => {
    expectSuccess(function* (scene) {
      const mapped = yield* MappedPool.make(scene, 4);
      yield* post(mapped.pool, scratch(scene), 77, 0x4746_4544);
      const { key, data } = yield* mapped.packet(0);
      expect([key, data[0]]).toEqual([77, 0x4746_4544]);
    });
  });

  it('MappingRights: without the rights to read and to map it cannot be mapped', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      for (const missing of [RIGHTS.MAP, RIGHTS.READ]) {
        const { copy } = yield* sys.handle_duplicate(pool, ALL_RIGHTS & ~missing);
        expectStatus((yield* sys.pool_map(copy, scene.vmar)).status, 'ACCESS_DENIED');
      }
      expectStatus((yield* sys.pool_map(pool, scene.vmar)).status, 'OK');
    });
  });
});

describe('I/O buffers of Zircon, as mapped pools and rings: writing', () => {
  it('IobWriteChecksRights: a handle without the right to write writes nothing', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      const { copy } = yield* sys.handle_duplicate(pool, RIGHTS.READ);
      expectStatus(yield* post(copy, scratch(scene), 1), 'ACCESS_DENIED');
      expectStatus(yield* post(pool, scratch(scene), 2), 'OK');
      expect((yield* take(pool, scratch(scene))).key).toBe(2);
    });
  });

  it('IobWriteInvalidArgs: a handle that is none, one to something else, bytes that are none', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      expectStatus(yield* post(0, scratch(scene), 1), 'BAD_HANDLE');
      expectStatus(yield* post(scene.vmar, scratch(scene), 1), 'WRONG_TYPE');
      for (const address of [1, scene.stackHigh - 8, 0xffff_fff8])
        expectStatus((yield* sys.pool_post(pool, address)).status, 'INVALID_ARGS');
      expectStatus(yield* post(pool, scratch(scene), 1), 'OK');
    });
  });

  it('IobWriteSuccess: what is written lies there in order, a full one says so, room comes with the head, and it goes round', () => {
    expectSuccess(function* (scene) {
      const mapped = yield* MappedPool.make(scene, 4);
      for (let key = 0; key < 4; key++) {
        expectStatus(yield* post(mapped.pool, scratch(scene), key), 'OK');
        expect(yield* mapped.indices()).toEqual({ head: 0, tail: key + 1 });
        expect((yield* mapped.packet(key)).key).toBe(key);
      }
      expectStatus(yield* post(mapped.pool, scratch(scene), 4), 'SHOULD_WAIT');
      yield* mapped.setHead(1);
      expectStatus(yield* post(mapped.pool, scratch(scene), 4), 'OK');
      expect(yield* mapped.indices()).toEqual({ head: 1, tail: 5 });
      expect((yield* mapped.packet(4)).key).toBe(4);
    });
  });

  it('IobWriteCorrupt: an index that cannot be is IO_DATA_INTEGRITY', () => {
    expectSuccess(function* (scene) {
      const full = yield* MappedPool.make(scene, 2);
      for (let key = 0; key < 2; key++) yield* post(full.pool, scratch(scene), key);
      yield* full.setHead(9);
      expectStatus(yield* post(full.pool, scratch(scene), 2), 'IO_DATA_INTEGRITY');
      const ring = yield* TestRing.make(scene, 8);
      yield* ring.setTail(9);
      expectStatus((yield* ring.enter(1)).status, 'IO_DATA_INTEGRITY');
      // Theirs goes on when the index is right again; ours never believes that memory again.
      yield* full.setHead(1);
      yield* ring.setTail(0);
      expectStatus(yield* post(full.pool, scratch(scene), 2), 'IO_DATA_INTEGRITY');
      expectStatus((yield* ring.enter(0)).status, 'IO_DATA_INTEGRITY');
      expect(yield* (yield* TestRing.make(scene, 8)).run(NULL_CALL)).toHaveLength(1);
    });
  });

  it('IobWriteWithFaultSucceeds: bytes in a page that nobody has touched can be written', () => {
    expectSuccess(function* (scene) {
      const pool = yield* makePool(scene);
      expectStatus((yield* sys.pool_post(pool, scratch(scene, 150))).status, 'OK');
      expect((yield* take(pool, scratch(scene))).key).toBe(0);
    });
  });

  it('IobWriteUpdatedSignal: who listens hears of what was written', () => {
    expectSuccess(function* (scene) {
      const [mapped, pool] = [yield* MappedPool.make(scene, 4), yield* makePool(scene)];
      yield* listen(mapped.pool, SOURCE.RECEIVED, pool, 0x5678);
      expectStatus((yield* sys.pool_take(pool, 0, scratch(scene), 0, 0)).status, 'TIMED_OUT');
      yield* post(mapped.pool, scratch(scene), 1);
      const { key, type } = yield* take(pool, scratch(scene));
      expect([key, type]).toEqual([0x5678, SOURCE.RECEIVED]);
    });
  });

  it('IobWriteMultiThreaded: what two threads write while a third reads in memory arrives whole, each in its order', () => {
    expectSuccess(
      function* (scene) {
        const mapped = yield* MappedPool.make(scene, 4);
        for (const writer of [1, 2])
          yield* spawn(scene, `writer ${writer}`, function* () {
            for (let i = 0; i < 50; ) {
              const status = yield* post(mapped.pool, scratch(scene, writer), writer, i);
              if (status === 0) i++;
              else {
                expect(statusName(status)).toBe('SHOULD_WAIT');
                yield* sys.thread_yield();
              }
            }
          });
        const read: number[][] = [[], []];
        for (let at = 0; at < 100; ) {
          const { tail } = yield* mapped.indices();
          if (at === tail) {
            expectStatus(
              (yield* sys.event_wait(mapped.pool, SOURCE.RECEIVED, 0, FOREVER, scratch(scene, 3))).status,
              'OK',
            );
            continue;
          }
          for (; at < tail; at++) {
            const { key, data } = yield* mapped.packet(at);
            read[key - 1].push(data[0]);
          }
          yield* mapped.setHead(at);
        }
        const all = Array.from({ length: 50 }, (_, i) => i);
        expect(read).toEqual([all, all]);
      },
      { quantum: 7 },
    );
  });
});
