/** What Genode's test of requests for resources asserts, told of ours. A name begins with the name of the test that it tells. */
import { describe, expect, it } from 'vitest';
import type { Script } from '../../../kernel/index.js';
import { COST } from '../../../kernel/limits.js';
import { SOURCE } from '../../../syscalls/calls.js';
import { EXIT_REASON } from '../../../syscalls/layouts.js';
import { FOREVER, PAGE_BYTES } from '../../../syscalls/limits.js';
import { MEMORY_STATE, VERDICT } from '../../../syscalls/options.js';
import * as sys from '../../../userland/script/calls.js';
import type { Script as CallScript } from '../../../userland/script/script.js';
import { expectStatus, type Scene, spawn } from '../../kernel/booted.js';
import { callOf } from '../../kernel/compiled.js';
import { allocatorFields } from '../../kernel/information.js';
import { scratch, takeWaiting } from '../../kernel/packets.js';
import { Listener, makeAllocator, wordOf } from '../../kernel/shortage/shortages.js';
import { expectNothingLost } from '../countfree.js';
import { REGION, ROOM, startChild, touchPages, waitForEnd } from '../guests.js';

const SECOND = 1_000_000_000;
const HALF_MIB = 512 << 10;
/** What the child leaves itself before it begins, and how many objects it then makes: more than that holds. */
const LEFT = 16 << 10;
const OBJECTS = 300;

interface Grant {
  readonly step: string;
  readonly pages: number;
}

/** The monitor: a thread that gives whoever runs short of an allocator, or below it, what was asked for. */
function* monitor(scene: Scene, allocator: number, source: number, step: () => string): CallScript<Grant[]> {
  const grants: Grant[] = [];
  const listener = yield* Listener.make(scene, allocator, source);
  const script = function* () {
    for (;;) {
      const { state, wanted } = wordOf(yield* takeWaiting(listener.pool, scratch(scene, 65)));
      if (state !== MEMORY_STATE.OOM) continue;
      const pages = Math.ceil(wanted / PAGE_BYTES);
      grants.push({ step: step(), pages });
      expectStatus(yield* listener.answer(VERDICT.GRANTED, pages, scene.allocator), 'OK');
    }
  };
  yield* spawn(scene, 'monitor', script, 24);
  return grants;
}

/** The child: it runs short in four ways, and never notices but by the time that it takes. */
class Requester {
  step = 'waste';
  readonly used: number[] = [];

  *run(allocator: number): CallScript<void> {
    yield* this.waste(allocator);
    this.step = 'draining';
    yield* this.drain(allocator);
    yield* this.note(allocator);
    this.step = 'session';
    const session = yield* this.openSession(allocator);
    yield* this.note(allocator);
    this.step = 'transfer';
    expectStatus((yield* sys.allocator_transfer(allocator, session, HALF_MIB)).status, 'OK');
    yield* this.note(allocator);
    this.step = 'allocation';
    // The pages of the region come with the call that fills them.
    const { vmo } = yield* sys.vmo_create(session, HALF_MIB);
    expectStatus((yield* sys.vmo_read(vmo, 0, REGION, HALF_MIB)).status, 'OK');
    yield* this.note(allocator);
    yield* sys.process_exit(0);
  }

  private *free(allocator: number): CallScript<number> {
    const { quota, used, children } = yield* allocatorFields(allocator, ROOM);
    return quota - used - children;
  }

  private *note(allocator: number): CallScript<void> {
    this.used.push((yield* allocatorFields(allocator, ROOM)).used);
  }

  private *waste(allocator: number): CallScript<void> {
    const pages = Math.floor(((yield* this.free(allocator)) - LEFT) / PAGE_BYTES);
    const { vmo } = yield* sys.vmo_create(allocator, pages * PAGE_BYTES);
    for (let page = 0; page < pages; page++)
      expectStatus((yield* sys.vmo_write(vmo, page * PAGE_BYTES, ROOM, PAGE_BYTES)).status, 'OK');
  }

  /** Objects that others could signal, and all of them away again. */
  private *drain(allocator: number): CallScript<void> {
    const topics: number[] = [];
    for (let made = 0; made < OBJECTS; made++) {
      const { status, topic } = yield* sys.topic_create(allocator, made, 4);
      expectStatus(status, 'OK');
      topics.push(topic);
    }
    for (const topic of topics) expectStatus((yield* sys.handle_close(topic)).status, 'OK');
  }

  /** A process on an account of its own, which gets more than there is. */
  private *openSession(allocator: number): CallScript<number> {
    const pages = Math.ceil((yield* this.free(allocator)) / PAGE_BYTES) + 16;
    const { status, child } = yield* sys.allocator_create(allocator, pages * PAGE_BYTES);
    expectStatus(status, 'OK');
    expectStatus((yield* sys.process_create(0, child, 0, 0)).status, 'OK');
    return child;
  }
}

const told = (grants: readonly Grant[]): string[] => [...new Set(grants.map(({ step }) => step))];

function* expectRequests(scene: Scene, allocator: number, listened: number, source: number): CallScript<void> {
  const requester = new Requester();
  const grants = yield* monitor(scene, listened, source, () => requester.step);
  const before = yield* allocatorFields(allocator, scratch(scene));
  const deadline = scene.system.time + 30 * SECOND;
  const code = (given: number): Script => requester.run(given);
  const child = yield* startChild(scene, { allocator, pages: HALF_MIB / PAGE_BYTES, wait: FOREVER, code });
  expect(yield* waitForEnd(scene, child, deadline)).toEqual([EXIT_REASON.EXITED, 0]);
  expect(told(grants)).toEqual(['draining', 'session', 'transfer', 'allocation']);
  const [first, second, third, fourth] = requester.used;
  // The account itself, and handles to it, the process and its region: no memory of the session.
  expect(second - first).toBe(COST.allocator + 3 * COST.handle);
  expect(third).toBe(second);
  expect(fourth - third).toBeGreaterThanOrEqual(HALF_MIB);
  const granted = grants.reduce((sum, { pages }) => sum + pages * PAGE_BYTES, 0);
  expect((yield* allocatorFields(allocator, scratch(scene))).quota).toBe(before.quota + granted);
}

describe('requests for resources of Genode, as ours', () => {
  it('resource_request: who runs short of objects, quota or pages waits, is granted what it asked for, and goes on', () => {
    expectNothingLost(function* (scene) {
      const allocator = yield* makeAllocator(scene, 63);
      yield* expectRequests(scene, allocator, allocator, SOURCE.MEMORY);
    });
  });

  it('resource_request: where the parent has nothing to give, its own parent hears of the same requests', () => {
    expectNothingLost(function* (scene) {
      const init = yield* makeAllocator(scene, 65);
      const allocator = yield* makeAllocator(scene, 63, {}, init);
      yield* expectRequests(scene, allocator, init, SOURCE.MEMORY_SUBTREE);
    });
  });

  it('resource_request: a compiled child whose every page is a request touches them all', () => {
    expectNothingLost(function* (scene) {
      const allocator = yield* makeAllocator(scene, 8);
      const grants = yield* monitor(scene, allocator, SOURCE.MEMORY, () => 'touch');
      const code = [...touchPages(REGION, 40, ROOM), ...callOf('process_exit', 7)];
      const child = yield* startChild(scene, { allocator, pages: 40, wait: SECOND, code });
      expect(yield* waitForEnd(scene, child, scene.system.time + 30 * SECOND)).toEqual([EXIT_REASON.EXITED, 7]);
      expect(grants.length).toBeGreaterThan(30);
      expect(grants.every(({ pages }) => pages === 1)).toBe(true);
    });
  });
});
