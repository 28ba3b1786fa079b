/** Shortages where something else happens at the same time: deaths, calls that use up what they were given, pages and handles at once. */
import { describe, expect, it } from 'vitest';
import { encode } from '../../../machine/index.js';
import { MAP_OPTIONS, POOL_KIND, SOURCE } from '../../../syscalls/calls.js';
import { BLOCKED_ON, EXIT_REASON } from '../../../syscalls/layouts.js';
import { FOREVER, PAGE_BYTES } from '../../../syscalls/limits.js';
import { LISTEN } from '../../../syscalls/options.js';
import { SAME_RIGHTS } from '../../../syscalls/rights.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene, spawn } from '../booted.js';
import { A0, CODE, callOf, makeProcess, mapCode } from '../compiled.js';
import { processFields } from '../information.js';
import { copied, desk, makeChannel } from '../messages.js';
import { makePool, scratch } from '../packets.js';
import { ask, free, Listener, makeAllocator, setAnswerTime, setWait, takePages } from './shortages.js';

const LONG = 1_000_000_000;
const OPTIONS = MAP_OPTIONS.READ | MAP_OPTIONS.WRITE | MAP_OPTIONS.FIXED;
const SOMEWHERE = 0x2000_0000;

/** Takes all of the scene's own quota but so many bytes, or up to 31 more; what took whole pages can be closed. */
function* leave(scene: Scene, bytes: number): CallScript<number> {
  yield* free(scene, scene.allocator); // what it is asked with has its page
  const left = yield* free(scene, scene.allocator);
  const held = yield* takePages(scene.allocator, Math.floor((left - bytes - 96) / PAGE_BYTES));
  while ((yield* free(scene, scene.allocator)) >= bytes + 32)
    expectStatus((yield* sys.handle_duplicate(scene.allocator, SAME_RIGHTS)).status, 'OK');
  return held;
}

describe('shortages at the edges', () => {
  it('39: when all who were asked cannot help, what fits behind a request that does not is served', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 4);
      const listener = yield* Listener.make(scene, allocator);
      const held = yield* takePages(allocator, 4);
      const large = yield* ask(scene, allocator, 9, LONG);
      const small = yield* ask(scene, allocator, 2, LONG);
      yield* sys.handle_close(held);
      expect([large.status, small.status]).toEqual([undefined, undefined]);
      yield* listener.cannot();
      expectStatus(large.status ?? 1, 'NO_MEMORY');
      expectStatus(small.status ?? 1, 'OK');
    });
  });

  it('39: a process whose fault waits in vain, and which owes an answer elsewhere, takes nobody with it', () => {
    expectSuccess(function* (scene) {
      const [here, there] = [yield* makeAllocator(scene, 0), yield* makeAllocator(scene, 1)];
      const listener = yield* Listener.make(scene, here);
      const { vmo } = yield* sys.vmo_create(here, PAGE_BYTES);
      const { process, thread, vmar } = yield* makeProcess(scene, scene.allocator, 20);
      yield* sys.vmar_map(vmar, vmo, 0, PAGE_BYTES, OPTIONS, SOMEWHERE);
      expect(yield* free(scene, here)).toBeGreaterThan(0);
      yield* sys.vmo_create(here, 1);
      yield* setWait(scene, thread, LONG);
      const entry = scene.system.enter(function* (_argument, given) {
        const { pool } = yield* sys.pool_create(given, 0, 1, 0);
        yield* sys.event_listen(given, SOURCE.MEMORY, pool, 0, LISTEN.PERSISTENT);
        yield* store(SOMEWHERE, Uint8Array.of(1));
        yield* sys.thread_sleep(FOREVER);
      });
      const { copy } = yield* sys.handle_duplicate(there, SAME_RIGHTS);
      yield* sys.allocator_transfer(scene.allocator, there, 3 * PAGE_BYTES);
      yield* sys.process_start(process, thread, entry, 0, 0, copy);
      const asker = yield* ask(scene, there, 90, LONG);
      expect((yield* processFields(process, scratch(scene, 1))).exit_reason).toBe(0);
      expect(asker.status).toBeUndefined();
      yield* listener.cannot();
      yield* sys.thread_yield();
      expect((yield* processFields(process, scratch(scene, 1))).exit_reason).toBe(EXIT_REASON.FAULT);
      expectStatus(asker.status ?? 1, 'NO_MEMORY');
    });
  });

  it('39: a handler that faults before it answers said CANNOT', () => {
    expectSuccess(function* (scene) {
      const allocator = yield* makeAllocator(scene, 8);
      const { process, thread, vmar } = yield* makeProcess(scene, scene.allocator, 20);
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES);
      yield* sys.vmar_map(vmar, vmo, 0, PAGE_BYTES, OPTIONS, SOMEWHERE);
      // Waits for the event with the handle that it was given in a1, and then executes nonsense.
      yield* mapCode(scene, vmar, [
        encode('addi', { rd: A0, rs1: 11, imm: 0 }),
        ...callOf('event_wait', 0, SOURCE.MEMORY, -0x8000_0000, -1, 0x7fff_ffff, SOMEWHERE).slice(2),
        0,
      ]);
      const { copy } = yield* sys.handle_duplicate(allocator, SAME_RIGHTS);
      yield* sys.process_start(process, thread, CODE, 0, 0, copy);
      yield* sys.thread_sleep(scene.system.time + 1000);
      const begun = scene.system.time;
      const asker = yield* ask(scene, allocator, 90, LONG);
      yield* sys.thread_sleep(begun + 1000);
      expect((yield* processFields(process, scratch(scene, 1))).exit_reason).toBe(EXIT_REASON.FAULT);
      expectStatus(asker.status ?? 1, 'NO_MEMORY');
      expect(asker.at).toBeLessThan(begun + 1000);
    });
  });

  it('a reply that finds no memory is not made again: its handle is used up', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      yield* spawn(scene, 'caller', () => desk(scene, 1).call(first, 'x'), 20);
      const { reply } = yield* desk(scene, 2).receive(second);
      const message = yield* desk(scene, 2).message('y', [copied(second)]);
      yield* setWait(scene, scene.thread, LONG);
      yield* setAnswerTime(scene, scene.allocator, 0);
      yield* Listener.make(scene, scene.allocator);
      yield* leave(scene, 0);
      const begun = scene.system.time;
      const { status } = yield* sys.channel_reply(reply, message);
      expect(status).not.toBe(0);
      expect(scene.system.time).toBeLessThan(begun + 100);
      expectStatus((yield* sys.handle_close(reply)).status, 'BAD_HANDLE');
      yield* sys.process_exit(0);
    });
  });

  it('36: taking a message whose page and handle fit one by one and not together fails, and changes nothing', () => {
    expectSuccess(function* (scene) {
      const { first, second } = yield* makeChannel(scene);
      const pool = yield* makePool(scene, 2 * PAGE_BYTES, POOL_KIND.VARIABLE);
      expectStatus((yield* sys.channel_receive_async(second, pool, 1, 64, 0)).status, 'OK');
      expectStatus(yield* desk(scene, 1).send(first, 'x', [copied(second)]), 'OK');
      const untouched = scene.stackLow + 150 * PAGE_BYTES;
      yield* store(scratch(scene), Uint8Array.of(0));
      yield* leave(scene, PAGE_BYTES);
      expectStatus((yield* sys.pool_take(pool, 0, scratch(scene), untouched, 128)).status, 'NO_MEMORY');
    });
  });

  it('39: a message that is copied waits for its page and that of the pool together, and does not go round in circles', () => {
    expectSuccess(function* (scene) {
      const { first } = yield* makeChannel(scene);
      const pool = yield* makePool(scene, 2 * PAGE_BYTES, POOL_KIND.VARIABLE);
      yield* setAnswerTime(scene, scene.allocator, 0);
      yield* Listener.make(scene, scene.allocator);
      const message = yield* desk(scene, 1).message('x');
      const statuses: number[] = [];
      const thread = yield* spawn(scene, 'sender', function* () {
        statuses.push((yield* sys.channel_send_async(first, message, pool, 1)).status);
      });
      yield* setWait(scene, thread, LONG);
      const held = yield* leave(scene, PAGE_BYTES + 512);
      yield* sys.thread_yield();
      const { threads } = scene.system.state;
      expect(threads.blockedOn[1]).toBe(BLOCKED_ON.MEMORY);
      expect(statuses).toEqual([]);
      yield* sys.handle_close(held);
      yield* sys.thread_yield();
      expect(statuses).toEqual([0]);
    });
  });
});
