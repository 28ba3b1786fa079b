/** What xv6's usertests assert of memory and its end, told of allocators. A name begins with the name of the test that it tells. */
import { describe, expect, it } from 'vitest';
import { PROTECTION } from '../../../syscalls/calls.js';
import { statusName } from '../../../syscalls/errors.js';
import { EXIT_REASON, FAULT_DETAIL } from '../../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../../userland/script/script.js';
import { expectStatus, expectSuccess, type Scene } from '../../kernel/booted.js';
import { makeProcess } from '../../kernel/compiled.js';
import { allocatorFields, processFields } from '../../kernel/information.js';
import { scratch } from '../../kernel/packets.js';
import { closeAll, used } from './processes.js';

const { READ, WRITE } = PROTECTION;

function* makeAllocator(scene: Scene, pages: number): CallScript<number> {
  const { status, child } = yield* sys.allocator_create(scene.allocator, pages * PAGE_BYTES);
  expectStatus(status, 'OK');
  return child;
}

/** Memory in steps of a page until it is refused, and then all of it back; gives how many pages there were. */
function* useUp(scene: Scene, allocator: number): CallScript<number> {
  const vmos: number[] = [];
  let pages = 0;
  for (;;) {
    const { status, vmo } = yield* sys.vmo_create(allocator, PAGE_BYTES, 0);
    if (status === 0) vmos.push(vmo);
    const last = status === 0 ? (yield* sys.vmo_write(vmo, 0, scratch(scene), 4)).status : status;
    if (last !== 0) {
      expectStatus(last, 'NO_MEMORY');
      break;
    }
    pages++;
  }
  for (const vmo of vmos) yield* sys.handle_close(vmo);
  return pages;
}

/** A process that touches so many pages of memory that an allocator pays, one after the other. */
function* greedy(scene: Scene, allocator: number, pages: number): CallScript<readonly [reason: number, code: number]> {
  const made = yield* makeProcess(scene, allocator, 20);
  const { vmo } = yield* sys.vmo_create(allocator, pages * PAGE_BYTES, 0);
  const { addr } = yield* sys.vmar_map(made.vmar, vmo, 0, pages * PAGE_BYTES, READ | WRITE, 0);
  const entry = scene.system.enter(function* () {
    for (let page = 0; page < pages; page++) yield* store(addr + page * PAGE_BYTES, Uint8Array.of(1));
  });
  yield* sys.process_start(made.process, made.thread, entry, 0, 0);
  const { exit_reason, exit_code } = yield* processFields(made.process, scratch(scene));
  yield* sys.handle_close(vmo);
  yield* closeAll(made);
  return [exit_reason, exit_code];
}

describe('usertests of xv6, as ours: memory', () => {
  it('mem: memory can be used up, is refused then, and can be used again when it was given back', () => {
    expectSuccess(function* (scene) {
      const child = yield* makeAllocator(scene, 32);
      expect(yield* useUp(scene, child)).toBeGreaterThan(28);
      expect((yield* allocatorFields(child, scratch(scene))).used).toBe(0);
      const { vmo } = yield* sys.vmo_create(child, 5 * PAGE_BYTES, 0);
      expectStatus((yield* sys.vmo_write(vmo, 0, scratch(scene), 5 * PAGE_BYTES)).status, 'OK');
    });
  });

  it('sbrkbasic: more memory than there is cannot be had; who touches it anyway ends', () => {
    expectSuccess(function* (scene) {
      expect(yield* greedy(scene, scene.allocator, 262_144)).toEqual([EXIT_REASON.FAULT, FAULT_DETAIL.NO_MEMORY]);
    });
  });

  it('sbrkmuch: memory can be given back from the middle and had again there; it is zeros then', () => {
    expectSuccess(function* (scene) {
      const bytes = 64 * PAGE_BYTES;
      const { vmo } = yield* sys.vmo_create(scene.allocator, bytes, 0);
      const { addr } = yield* sys.vmar_map(scene.vmar, vmo, 0, bytes, READ | WRITE, 0);
      for (let at = 0; at < bytes; at += PAGE_BYTES) yield* store(addr + at, Uint8Array.of(99));
      const last = addr + bytes - PAGE_BYTES;
      expectStatus((yield* sys.vmar_unmap(scene.vmar, last, PAGE_BYTES)).status, 'OK');
      const again = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, 0);
      const mapped = yield* sys.vmar_map(scene.vmar, again.vmo, 0, PAGE_BYTES, READ | WRITE, last);
      expectStatus(mapped.status, 'OK');
      expect(mapped.addr).toBe(last);
      expect([...(yield* load(last, 1)), ...(yield* load(last - PAGE_BYTES, 1))]).toEqual([0, 99]);
    });
  });

  it('sbrkfail: requests that fail take nothing, and who ends for want of memory gives every page back', () => {
    expectSuccess(function* (scene) {
      // The pages that requests read from are touched before anything is counted.
      yield* store(scratch(scene), new Uint8Array(40 * PAGE_BYTES));
      const before = yield* used(scene);
      const child = yield* makeAllocator(scene, 64);
      const vmos: number[] = [];
      const ends: string[] = [];
      for (let i = 0; i < 10; i++) {
        const { vmo } = yield* sys.vmo_create(child, 40 * PAGE_BYTES, 0);
        vmos.push(vmo);
        ends.push(statusName((yield* sys.vmo_write(vmo, 0, scratch(scene), 40 * PAGE_BYTES)).status));
      }
      expect(ends).toEqual(['OK', ...Array(9).fill('NO_MEMORY')]);
      const { vmo } = yield* sys.vmo_create(child, PAGE_BYTES, 0);
      expectStatus((yield* sys.vmo_write(vmo, 0, scratch(scene), 4)).status, 'OK');
      for (const handle of [...vmos, vmo]) yield* sys.handle_close(handle);
      expect(yield* greedy(scene, child, 400)).toEqual([EXIT_REASON.FAULT, FAULT_DETAIL.NO_MEMORY]);
      yield* sys.handle_close(child);
      expect(yield* used(scene)).toBe(before);
    });
  });

  it('countfree: counted by using it up there is as much memory after as before, whoever ended for want of it', () => {
    expectSuccess(function* (scene) {
      const child = yield* makeAllocator(scene, 48);
      const before = yield* useUp(scene, child);
      for (let i = 0; i < 5; i++)
        expect(yield* greedy(scene, child, 64)).toEqual([EXIT_REASON.FAULT, FAULT_DETAIL.NO_MEMORY]);
      expect(yield* useUp(scene, child)).toBe(before);
    });
  });

  it('forktest: processes can be made until there is no memory; all of them end, and not one more', () => {
    expectSuccess(function* (scene) {
      const child = yield* makeAllocator(scene, 64);
      const processes: number[][] = [];
      for (;;) {
        const { status, process, vmar } = yield* sys.process_create(0, child, 0, 0);
        if (status !== 0) {
          expectStatus(status, 'NO_MEMORY');
          break;
        }
        processes.push([process, vmar]);
      }
      expect(processes.length).toBeGreaterThan(10);
      expect(processes.length).toBeLessThan(64);
      for (const handles of processes) for (const handle of handles) yield* sys.handle_close(handle);
      expect((yield* allocatorFields(child, scratch(scene))).used).toBe(0);
    });
  });

  it('execout: with any few pages left a program is made or refused, and nothing is left of what was refused', () => {
    expectSuccess(function* (scene) {
      const ends = new Set<string>();
      for (let pages = 1; pages <= 15; pages++) {
        const child = yield* makeAllocator(scene, pages);
        const made = yield* sys.process_create(0, child, 0, 0);
        const handles = made.status === 0 ? [made.process, made.vmar] : [];
        let { status } = made;
        if (status === 0) {
          const created = yield* sys.thread_create(made.process, 20, 0, 0);
          if (created.status === 0) handles.push(created.thread);
          const code = yield* sys.vmo_create(child, 4 * PAGE_BYTES, 0);
          if (code.status === 0) handles.push(code.vmo);
          const wrote = yield* sys.vmo_write(code.vmo, 0, scratch(scene), 4 * PAGE_BYTES);
          const mapped = yield* sys.vmar_map(made.vmar, code.vmo, 0, 4 * PAGE_BYTES, READ, 0);
          status = [created, code, wrote, mapped].find((step) => step.status !== 0)?.status ?? 0;
        }
        ends.add(statusName(status));
        for (const handle of handles) expectStatus((yield* sys.handle_close(handle)).status, 'OK');
        expect((yield* allocatorFields(child, scratch(scene))).used).toBe(0);
        yield* sys.handle_close(child);
      }
      expect([...ends]).toEqual(['NO_MEMORY', 'OK']);
    });
  });
});
