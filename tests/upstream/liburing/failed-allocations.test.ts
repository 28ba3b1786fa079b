/**
 * What liburing's test of overflowing completions asserts where the kernel's allocations are made to fail, told of rings. A name
 * begins with the name of the test that it tells.
 */
import { describe, expect, it } from 'vitest';
import { CHOICE, type ChoiceSource, type Script } from '../../../kernel/index.js';
import { CALL_NUMBER, POOL_KIND } from '../../../syscalls/calls.js';
import { statusName } from '../../../syscalls/errors.js';
import { PAGE_BYTES } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../../userland/script/script.js';
import { expectStatus, type Scene } from '../../kernel/booted.js';
import { mapAt } from '../../kernel/copy-scene.js';
import { type Packet, scratch, takeAll } from '../../kernel/packets.js';
import { NULL_CALL, type Submission, TestRing } from '../../kernel/ring-memory.js';
import { expectNothingLost } from '../countfree.js';

/** Reads of test_io, and where they go. Theirs are 32, with room for 16. */
const READS = 8;
const BUFFERS = 0x3000_0000;

/** Lets allocations fail: all of them from when it is told to, or the n-th from then on. */
class Failing implements ChoiceSource {
  private which: 'none' | 'all' | number = 'none';
  private count = 0;
  failed = 0;

  fail(which: 'none' | 'all' | number): void {
    this.which = which;
    this.count = 0;
  }

  pick(kind: number): number {
    if (kind !== CHOICE.ALLOCATION || this.which === 'none') return 0;
    this.count++;
    if (this.which !== 'all' && this.which !== this.count) return 0;
    this.failed++;
    return 1;
  }
}

/** Runs a scenario in which allocations can be made to fail; nothing is lost by it. */
function withFailing(script: (scene: Scene, failing: Failing) => Script): Failing {
  const failing = new Failing();
  expectNothingLost((scene) => script(scene, failing), { failAllocation: 'chosen', choices: failing });
  return failing;
}

/** Runs a scenario with the n-th allocation failing from where it says so, for every n until none does; gives how many did. */
function eachAllocation(script: (scene: Scene, arm: () => Failing) => Script): { readonly failed: number } {
  for (let n = 1; ; n++) {
    const { failed } = withFailing((scene, failing) =>
      script(scene, () => {
        failing.fail(n);
        return failing;
      }),
    );
    if (failed === 0) return { failed: n - 1 };
  }
}

const numbers = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i);
const nulls = (count: number, from = 0): Submission[] =>
  numbers(count, from).map((key): Submission => ({ ...NULL_CALL, key }));

function* reap(scene: Scene, { pool }: TestRing): CallScript<Packet[]> {
  return yield* takeAll(pool, scratch(scene));
}

/** A ring whose completions have half the room of its submissions. */
function* makeRing(scene: Scene, entries: number, packets: number): CallScript<TestRing> {
  const ring = yield* TestRing.make(scene, entries, undefined, packets);
  // What the test itself writes to has its page before allocations fail.
  yield* store(scratch(scene), new Uint8Array(PAGE_BYTES));
  yield* ring.header();
  return ring;
}

/** Reads of a page each into pages that nobody has touched. */
function* makeReads(scene: Scene, count: number): CallScript<Submission[]> {
  const { vmo: file } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES);
  yield* store(scratch(scene), Uint8Array.of(0xa5));
  yield* sys.vmo_write(file, 0, scratch(scene), 1);
  const { vmo } = yield* sys.vmo_create(scene.allocator, count * PAGE_BYTES);
  yield* mapAt(scene.vmar, vmo, count, BUFFERS);
  return numbers(count).map((key) => ({
    key,
    number: CALL_NUMBER.vmo_read,
    words: [file, 0, BUFFERS + key * PAGE_BYTES, PAGE_BYTES],
  }));
}

/** Enters and reaps until so many have completed, which come in the order of the submissions; then there is nothing more. */
function* completeAll(scene: Scene, ring: TestRing, count: number): CallScript<Packet[]> {
  const packets: Packet[] = [];
  while (packets.length < count) {
    const { status, taken } = yield* ring.enter(count - packets.length);
    expectStatus(status, 'OK');
    const some = yield* reap(scene, ring);
    expect(some.length).toBe(taken);
    expect(taken).toBeGreaterThan(0);
    packets.push(...some);
  }
  expect(yield* ring.enter(count)).toEqual({ status: 0, taken: 0 });
  const keys = packets.map(({ key }) => key);
  expect(keys).toEqual([...keys].sort((a, b) => a - b));
  expect(new Set(keys).size).toBe(count);
  return packets;
}

describe('overflowing rings of liburing, as ours: allocations fail', () => {
  it('cq-overflow test_overflow: no completion is lost, and all come in order, though no allocation succeeds', () => {
    withFailing(function* (scene, failing) {
      const ring = yield* makeRing(scene, 16, 8);
      yield* ring.submit(...nulls(16));
      failing.fail('all');
      const keys: number[] = [];
      for (const taken of [8, 8]) {
        expect(yield* ring.enter(16)).toEqual({ status: 0, taken });
        keys.push(...(yield* reap(scene, ring)).map(({ key }) => key));
      }
      expect(keys).toEqual(numbers(16));
      // They do fail.
      expectStatus((yield* sys.vmo_create(scene.allocator, 1)).status, 'NO_MEMORY');
      expect(failing.failed).toBeGreaterThan(0);
      failing.fail('none');
    });
  });

  it('cq-overflow test_overflow_handling: with too little room each has its turn, though no allocation succeeds', () => {
    withFailing(function* (scene, failing) {
      const ring = yield* makeRing(scene, 8, 2);
      yield* ring.submit(...nulls(8));
      failing.fail('all');
      const completed = Array<number>(8).fill(0);
      for (let turn = 0; turn < 32; turn++) {
        yield* ring.enter(8);
        const packets = yield* reap(scene, ring);
        expect(packets.length).toBe(2);
        for (const { key } of packets) {
          completed[key]++;
          yield* ring.submit({ ...NULL_CALL, key });
        }
      }
      expect(completed).toEqual(Array(8).fill(8));
      failing.fail('none');
    });
  });

  it('cq-overflow test_overflow: whichever allocation fails, the ring is there or it is not, and can be made afterwards', () => {
    const ends: string[] = [];
    const { failed } = eachAllocation(function* (scene, arm) {
      yield* store(scratch(scene), new Uint8Array(PAGE_BYTES));
      const failing = arm();
      const made = yield* sys.pool_create(scene.allocator, POOL_KIND.FIXED, 8);
      let { status } = made;
      if (status === 0) {
        const { status: ringStatus, ring } = yield* sys.ring_create(scene.allocator, 16, made.pool, scene.vmar);
        if (ringStatus === 0) yield* sys.handle_close(ring);
        yield* sys.handle_close(made.pool);
        status = ringStatus;
      }
      failing.fail('none');
      ends.push(statusName(status));
      const ring = yield* makeRing(scene, 4, 4);
      expect((yield* ring.run(...nulls(4))).map(({ key }) => key)).toEqual(numbers(4));
    });
    expect(failed).toBeGreaterThan(4);
    expect(ends).toEqual([...Array(failed).fill('NO_MEMORY'), 'OK']);
  });

  it('cq-overflow test_io: of reads whose buffers need pages each completes once, and says whether it had them', () => {
    const { failed } = eachAllocation(function* (scene, arm) {
      const ring = yield* makeRing(scene, READS, READS / 2);
      const submissions = yield* makeReads(scene, READS);
      yield* ring.submit(...submissions);
      const failing = arm();
      const first = yield* completeAll(scene, ring, READS);
      const isFailing = failing.failed > 0;
      failing.fail('none');
      const short = first.filter(({ status }) => status !== 0);
      expect(short.map(({ status }) => statusName(status))).toEqual(isFailing ? ['NO_MEMORY'] : []);
      // What had no page has one now.
      for (const { key } of short) yield* ring.submit(submissions[key]);
      const second = yield* completeAll(scene, ring, short.length);
      expect(second.map(({ key, status }) => [key, status])).toEqual(short.map(({ key }) => [key, 0]));
      for (let i = 0; i < READS; i++) expect([...(yield* load(BUFFERS + i * PAGE_BYTES, 1))]).toEqual([0xa5]);
    });
    expect(failed).toBeGreaterThanOrEqual(READS);
  });

  it('cq-overflow test_io: of reads that all fail, and one to a place that is none, each completes', () => {
    withFailing(function* (scene, failing) {
      const ring = yield* makeRing(scene, READS, READS / 2);
      const submissions = yield* makeReads(scene, READS);
      yield* sys.vmar_unmap(scene.vmar, BUFFERS + 3 * PAGE_BYTES, PAGE_BYTES);
      yield* ring.submit(...submissions);
      failing.fail('all');
      const statuses = (yield* completeAll(scene, ring, READS)).map(({ status }) => statusName(status));
      failing.fail('none');
      expect(statuses).toEqual(numbers(READS).map((i) => (i === 3 ? 'INVALID_ARGS' : 'NO_MEMORY')));
    });
  });
});
