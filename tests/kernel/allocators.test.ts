import { describe, expect, it } from 'vitest';
import { encode } from '../../machine/index.js';
import { MAP_OPTIONS, PROTECTION } from '../../syscalls/calls.js';
import { EXIT_REASON } from '../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene } from './booted.js';
import { A0, CODE, callOf, li, type MadeProcess, makeProcess, mapCode } from './compiled.js';
import { allocatorFields, processFields } from './information.js';

const OPTIONS = PROTECTION.READ | PROTECTION.WRITE | MAP_OPTIONS.FIXED;

/** Backs the page that descriptions go to, so that asking changes nothing afterwards. */
function* touchScratch({ stackLow }: Scene): CallScript<void> {
  yield* store(stackLow, new Uint8Array(64));
}

function* childOf({ allocator }: Scene, pages: number): CallScript<number> {
  const { status, child } = yield* sys.allocator_create(allocator, pages * PAGE_BYTES);
  expectStatus(status, 'OK');
  return child;
}

describe('the tree of allocators', () => {
  it('36: quota is moved, not shared: the parent has that much less, and gets it back with the child', () => {
    expectSuccess(function* (scene) {
      yield* touchScratch(scene);
      const before = yield* allocatorFields(scene.allocator, scene.stackLow);
      const child = yield* childOf(scene, 8);
      const meanwhile = yield* allocatorFields(scene.allocator, scene.stackLow);
      expect(meanwhile.children).toBe(before.children + 8 * PAGE_BYTES);
      expect(yield* allocatorFields(child, scene.stackLow)).toMatchObject({
        quota: 8 * PAGE_BYTES,
        used: 0,
        children: 0,
      });
      const left = meanwhile.quota - meanwhile.used - meanwhile.children;
      const tooMuch = Math.ceil(left / PAGE_BYTES) * PAGE_BYTES;
      expectStatus((yield* sys.allocator_create(scene.allocator, tooMuch)).status, 'NO_MEMORY');
      yield* sys.handle_close(child);
      expect(yield* allocatorFields(scene.allocator, scene.stackLow)).toEqual({ ...before, peak: meanwhile.peak });
    });
  });

  it('a child that is closed lives until nothing is charged to it any more, and its ancestors with it', () => {
    expectSuccess(function* (scene) {
      yield* touchScratch(scene);
      const before = yield* allocatorFields(scene.allocator, scene.stackLow);
      const child = yield* childOf(scene, 8);
      const { child: grandchild } = yield* sys.allocator_create(child, 4 * PAGE_BYTES);
      const { vmo } = yield* sys.vmo_create(grandchild, PAGE_BYTES, 0);
      for (const allocator of [child, grandchild]) yield* sys.handle_close(allocator);
      expect(scene.system.state.allocators.live).toBe(3);
      expectStatus((yield* sys.vmo_write(vmo, 0, scene.stackLow, 4)).status, 'OK');
      yield* sys.handle_close(vmo);
      expect(scene.system.state.allocators.live).toBe(1);
      const after = yield* allocatorFields(scene.allocator, scene.stackLow);
      expect([after.used, after.children]).toEqual([before.used, before.children]);
    });
  });

  it('a quota is used to the last byte and not beyond', () => {
    expectSuccess(function* (scene) {
      const child = yield* childOf(scene, 1);
      const vmos: number[] = [];
      for (let made = 0; made < PAGE_BYTES / 64; made++) vmos.push((yield* sys.vmo_create(child, 1, 0)).vmo);
      expect(yield* allocatorFields(child, scene.stackLow)).toMatchObject({ used: PAGE_BYTES, quota: PAGE_BYTES });
      expectStatus((yield* sys.vmo_create(child, 1, 0)).status, 'NO_MEMORY');
      for (const vmo of vmos) yield* sys.handle_close(vmo);
      expect(yield* allocatorFields(child, scene.stackLow)).toMatchObject({ used: 0, peak: PAGE_BYTES });
    });
  });

  it('what two processes hold is charged to the one allocator that both were given', () => {
    expectSuccess(function* (scene) {
      yield* touchScratch(scene);
      const child = yield* childOf(scene, 16);
      const one = yield* makeProcess(scene, child);
      const { used } = yield* allocatorFields(child, scene.stackLow);
      yield* makeProcess(scene, child);
      expect((yield* allocatorFields(child, scene.stackLow)).used).toBe(2 * used);
      for (const handle of [one.process, one.vmar, one.thread]) yield* sys.handle_close(handle);
      expect((yield* allocatorFields(child, scene.stackLow)).used).toBe(used);
    });
  });
});

/** A program that opens handles, maps, touches and makes threads, and then ends as told. */
function busy(ending: readonly number[]): number[] {
  return [
    ...callOf('thread_create', 1, 16, 0, 0),
    ...li(A0, 0x3000_0000),
    encode('sw', { rs1: A0, rs2: A0, imm: 0 }),
    encode('sw', { rs1: A0, rs2: A0, imm: 64 }),
    ...ending,
  ];
}

const ENDINGS: Readonly<Record<string, { code: readonly number[]; kill?: true; reason: number }>> = {
  'it exits': { code: callOf('process_exit', 3), reason: EXIT_REASON.EXITED },
  'its last thread exits': { code: callOf('thread_exit', 0), reason: EXIT_REASON.EXITED },
  'it faults': { code: [encode('ebreak')], reason: EXIT_REASON.FAULT },
  'it is killed': { code: callOf('thread_sleep', 0xffff_ffff, 0x7fff_ffff), kill: true, reason: EXIT_REASON.KILLED },
};

/** Runs a process on an allocator of its own until it has ended (or sleeps, to be killed). */
function* runOn(scene: Scene, child: number, code: readonly number[]): CallScript<MadeProcess> {
  const made = yield* makeProcess(scene, child);
  yield* mapCode(scene, made.vmar, busy(code));
  const { vmo } = yield* sys.vmo_create(child, 4 * PAGE_BYTES, 0);
  expectStatus((yield* sys.vmar_map(made.vmar, vmo, 0, 4 * PAGE_BYTES, OPTIONS, 0x3000_0000)).status, 'OK');
  yield* sys.handle_close(vmo);
  expectStatus((yield* sys.process_start(made.process, made.thread, CODE, 0, 0)).status, 'OK');
  yield* sys.thread_sleep(scene.system.time + 100_000);
  return made;
}

describe('37: ending a process gives back exactly what it was charged', () => {
  it.each(Object.entries(ENDINGS))('when %s', (_name, { code, kill, reason }) => {
    expectSuccess(function* (scene) {
      yield* touchScratch(scene);
      const child = yield* childOf(scene, 32);
      const frames = scene.system.memoryUsed;
      const before = yield* allocatorFields(scene.allocator, scene.stackLow);
      const { process, vmar, thread } = yield* runOn(scene, child, code);
      if (kill) {
        // All that a process holds: pages, page tables, save areas.
        expect((yield* allocatorFields(child, scene.stackLow)).used).toBeGreaterThan(5 * PAGE_BYTES);
        expectStatus((yield* sys.task_kill(process)).status, 'OK');
      }
      expect((yield* processFields(process, scene.stackLow)).exit_reason).toBe(reason);
      // The exit records stay while a handle names them; the frames are back already.
      expect(scene.system.memoryUsed).toBe(frames);
      expect((yield* allocatorFields(child, scene.stackLow)).used).toBe(256 + 256);
      for (const handle of [process, vmar, thread]) yield* sys.handle_close(handle);
      expect((yield* allocatorFields(child, scene.stackLow)).used).toBe(0);
      const after = yield* allocatorFields(scene.allocator, scene.stackLow);
      expect(after).toEqual({ ...before, peak: after.peak });
    });
  });

  it('a process that was never started goes with its last handle', () => {
    expectSuccess(function* (scene) {
      const child = yield* childOf(scene, 8);
      const { process, vmar, thread } = yield* makeProcess(scene, child);
      for (const handle of [process, thread, vmar]) yield* sys.handle_close(handle);
      expect((yield* allocatorFields(child, scene.stackLow)).used).toBe(0);
      expect(scene.system.counts).toMatchObject({ processes: 1, threads: 1 });
    });
  });

  it('one that was killed with its region still named is closed: nothing can be mapped there any more', () => {
    expectSuccess(function* (scene) {
      const { process, vmar } = yield* makeProcess(scene);
      const { vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      expectStatus((yield* sys.task_kill(process)).status, 'OK');
      expectStatus((yield* sys.vmar_map(vmar, vmo, 0, PAGE_BYTES, OPTIONS, 0x3000_0000)).status, 'BAD_STATE');
      expectStatus((yield* sys.vmar_unmap(vmar, 0x3000_0000, PAGE_BYTES)).status, 'BAD_STATE');
      expectStatus((yield* sys.vmar_protect(vmar, 0x3000_0000, PAGE_BYTES, 0)).status, 'BAD_STATE');
    });
  });

  it('memory that two processes map goes with the second', () => {
    expectSuccess(function* (scene) {
      yield* touchScratch(scene);
      const child = yield* childOf(scene, 4);
      const { vmo } = yield* sys.vmo_create(child, PAGE_BYTES, 0);
      yield* sys.vmo_write(vmo, 0, scene.stackLow, 4);
      const [one, two] = [yield* makeProcess(scene), yield* makeProcess(scene)];
      for (const { vmar } of [one, two]) yield* sys.vmar_map(vmar, vmo, 0, PAGE_BYTES, OPTIONS, 0x3000_0000);
      yield* sys.handle_close(vmo);
      yield* sys.task_kill(one.process);
      expect((yield* allocatorFields(child, scene.stackLow)).used).toBe(64 + PAGE_BYTES);
      yield* sys.task_kill(two.process);
      expect((yield* allocatorFields(child, scene.stackLow)).used).toBe(0);
    });
  });
});

describe('object_info of an allocator', () => {
  it('says what its use consists of: pages, page tables, save areas, and the objects', () => {
    expectSuccess(function* (scene) {
      yield* touchScratch(scene);
      const child = yield* childOf(scene, 32);
      const { process, vmar, thread } = yield* makeProcess(scene, child);
      const { vmo } = yield* sys.vmo_create(child, 2 * PAGE_BYTES, 0);
      expectStatus((yield* sys.vmo_write(vmo, 0, scene.stackLow, 4)).status, 'OK');
      const use = yield* allocatorFields(child, scene.stackLow);
      // The root page table; the thread's save area; process, thread, address region and memory object.
      expect(use).toMatchObject({ page_bytes: 4096, table_bytes: 4096, save_area_bytes: 4096, object_bytes: 640 });
      expect(use.used).toBe(3 * 4096 + 640);
      for (const handle of [thread, process, vmar, vmo]) yield* sys.handle_close(handle);
      const nothing = { used: 0, page_bytes: 0, table_bytes: 0, save_area_bytes: 0, object_bytes: 0 };
      expect(yield* allocatorFields(child, scene.stackLow)).toMatchObject(nothing);
    });
  });
});
