/**
 * What xv6's usertests assert of the end of memory, told of all memory of the machine and not of a quota. A name begins with the
 * name of the test that it tells.
 */
import { describe, expect, it } from 'vitest';
import { encode } from '../../../machine/index.js';
import { CALL_NUMBER, MAP_OPTIONS, SOURCE } from '../../../syscalls/calls.js';
import { statusName } from '../../../syscalls/errors.js';
import { EXIT_REASON, FAULT_DETAIL } from '../../../syscalls/layouts.js';
import { FOREVER, PAGE_BYTES } from '../../../syscalls/limits.js';
import * as sys from '../../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../../userland/script/script.js';
import { expectStatus, type Scene } from '../../kernel/booted.js';
import { A0, A1, A7, bytesOf, CODE, callOf, li, type MadeProcess } from '../../kernel/compiled.js';
import { processFields } from '../../kernel/information.js';
import { expectNothingLost } from '../countfree.js';
import { REGION, ROOM, startChild, touchPages, waitForEnd } from '../guests.js';
import { closeAll } from './processes.js';

/** Machines of 256 and of 512 frames. */
const SMALL = { memoryBytes: 1 << 20 };
const MIDDLE = { memoryBytes: 2 << 20 };
/** Pages of what no machine here has: 1000 MiB. */
const TOO_MANY = 256_000;
const KILLED_BY_SHORTAGE = [EXIT_REASON.FAULT, FAULT_DETAIL.NO_MEMORY];
/** Where the parent sees the rooms of its children, one after the other. */
const WINDOW = 0x1000_0000;
const A2 = 12;
const A3 = 13;

const words = (bytes: Uint8Array): number[] => [...new Int32Array(bytes.slice().buffer)];

/** Sleeps until it is killed. */
const SLEEP = callOf('thread_sleep', 0xffff_ffff, 0x7fff_ffff);

/**
 * A compiled child that grows by so many bytes in one call, says in its room that it is done, and with which status, and sleeps.
 * The call copies zeros into pages that it has to take for it.
 */
function growAndSleep(bytes: number): number[] {
  const call = (name: 'vmo_create' | 'vmo_read'): number[] => [...li(A7, CALL_NUMBER[name]), encode('ecall')];
  const move = (rd: number, rs1: number): number => encode('addi', { rd, rs1, imm: 0 });
  return [
    move(A0, A1),
    ...li(A1, bytes),
    ...li(A2, 0),
    ...call('vmo_create'),
    move(A0, A1),
    ...li(A1, 0),
    ...li(A2, REGION),
    ...li(A3, bytes),
    ...call('vmo_read'),
    ...li(A1, ROOM),
    encode('sw', { rs1: A1, rs2: A0, imm: 4 }),
    ...li(A2, 1),
    encode('sw', { rs1: A1, rs2: A2, imm: 0 }),
    ...SLEEP,
  ];
}

/** A compiled child that touches page after page until it is killed for it; gives how many it got, and how it ended. */
function* touchAll(scene: Scene): CallScript<readonly [pages: number, end: readonly number[]]> {
  const code = [...touchPages(REGION, TOO_MANY, ROOM), ...callOf('process_exit', 1)];
  const child = yield* startChild(scene, { allocator: scene.allocator, pages: TOO_MANY, window: WINDOW, code });
  const end = yield* waitForEnd(scene, child, FOREVER);
  const [pages] = words(yield* load(WINDOW, 4));
  yield* sys.vmar_unmap(scene.vmar, WINDOW, 4 * PAGE_BYTES);
  yield* closeAll(child);
  return [pages, end];
}

/** In a child: takes all memory there is, in an object that it gives with the number of its pages. */
function* takeAllMemory(allocator: number): CallScript<readonly [vmo: number, pages: number]> {
  const { status, vmo } = yield* sys.vmo_create(allocator, TOO_MANY * PAGE_BYTES);
  expectStatus(status, 'OK');
  let pages = 0;
  for (let step = 4; step >= 1; ) {
    const wrote = yield* sys.vmo_write(vmo, pages * PAGE_BYTES, ROOM, step * PAGE_BYTES);
    if (wrote.status === 0) pages += step;
    else {
      expectStatus(wrote.status, 'NO_MEMORY');
      step /= 2;
    }
  }
  return [vmo, pages];
}

/** Writes a line and ends, as `echo x` does. */
const ECHO = [...callOf('debug_write', CODE + 48, 2), ...callOf('process_exit', 0), 0x0a78];

/** In a child: makes a process of the program that lies in its room and lets it run, or finds that there is no memory. */
function* exec(allocator: number, bytes: number): CallScript<string> {
  const made = yield* sys.process_create(0, allocator, 0, 0);
  if (made.status !== 0) return statusName(made.status);
  const { status, thread } = yield* sys.thread_create(made.process, 20, 0, 0);
  const code = yield* sys.vmo_create(allocator, PAGE_BYTES);
  const wrote = yield* sys.vmo_write(code.vmo, 0, ROOM, bytes);
  const options = MAP_OPTIONS.READ | MAP_OPTIONS.EXECUTE | MAP_OPTIONS.FIXED;
  const mapped = yield* sys.vmar_map(made.vmar, code.vmo, 0, PAGE_BYTES, options, CODE);
  const failed = [status, code.status, wrote.status, mapped.status].find((each) => each !== 0);
  if (failed !== undefined) return statusName(failed);
  yield* sys.process_start(made.process, thread, CODE, 0, 0);
  yield* sys.event_wait(made.process, SOURCE.LIFECYCLE, 0, FOREVER, ROOM);
  const { exit_reason, exit_code } = yield* processFields(made.process, ROOM);
  if (exit_reason === EXIT_REASON.EXITED) return 'ran';
  expect([exit_reason, exit_code]).toEqual(KILLED_BY_SHORTAGE);
  return 'killed';
}

describe('usertests of xv6, as ours: the end of all memory', () => {
  it('mem: all memory is allocated in small pieces and freed, and then a larger piece can be had', () => {
    expectNothingLost(function* (scene) {
      const code = function* (allocator: number) {
        yield* store(ROOM, new Uint8Array(4 * PAGE_BYTES));
        const pieces: number[] = [];
        const piece = function* (bytes: number): CallScript<number> {
          const { status, vmo } = yield* sys.vmo_create(allocator, bytes);
          if (status !== 0) return status;
          pieces.push(vmo);
          return (yield* sys.vmo_write(vmo, 0, ROOM, Math.min(bytes, 4 * PAGE_BYTES))).status;
        };
        let status = 0;
        while (status === 0) status = yield* piece(10_001);
        expectStatus(status, 'NO_MEMORY');
        expect(pieces.length).toBeGreaterThan(60);
        for (const vmo of pieces) expectStatus((yield* sys.handle_close(vmo)).status, 'OK');
        expectStatus(yield* piece(20 * 1024), 'OK');
        yield* sys.process_exit(0);
      };
      const child = yield* startChild(scene, { allocator: scene.allocator, code });
      expect(yield* waitForEnd(scene, child, FOREVER)).toEqual([EXIT_REASON.EXITED, 0]);
    }, SMALL);
  });

  it('sbrkfail: of ten that want half of memory those that fail hold nothing; who touches more than there is is killed', () => {
    expectNothingLost(function* (scene) {
      const children: MadeProcess[] = [];
      const ends: string[] = [];
      for (let i = 0; i < 10; i++) {
        const window = WINDOW + i * 4 * PAGE_BYTES;
        const code = growAndSleep(250 * PAGE_BYTES);
        children.push(yield* startChild(scene, { allocator: scene.allocator, pages: 250, window, code }));
        const [isDone, status] = words(yield* load(window, 8));
        expect(isDone).toBe(1);
        ends.push(statusName(status));
      }
      expect(ends).toEqual(['OK', ...Array(9).fill('NO_MEMORY')]);
      yield* sys.vmo_create(scene.allocator, PAGE_BYTES);
      const { status, vmo } = yield* sys.vmo_create(scene.allocator, PAGE_BYTES);
      expectStatus(status, 'OK');
      for (const child of children) {
        yield* sys.task_kill(child.process);
        expect(yield* waitForEnd(scene, child, FOREVER)).toEqual([EXIT_REASON.KILLED, 0]);
        yield* closeAll(child);
      }
      expectStatus((yield* sys.vmo_write(vmo, 0, WINDOW, 1)).status, 'OK');
      yield* sys.vmar_unmap(scene.vmar, WINDOW, 40 * PAGE_BYTES);
      const [pages, end] = yield* touchAll(scene);
      expect(end).toEqual(KILLED_BY_SHORTAGE);
      expect(pages).toBeGreaterThan(400);
    }, MIDDLE);
  });

  it('execout: with none to 14 pages left a program is made and runs, or is refused; nothing stays either way', () => {
    const ends: string[] = [];
    const { output } = expectNothingLost(function* (scene) {
      const free: number[] = [];
      for (let left = 0; left < 15; left++) {
        const code = function* (allocator: number) {
          const program = bytesOf(ECHO);
          yield* store(ROOM, new Uint8Array(4 * PAGE_BYTES));
          yield* store(ROOM, program);
          const [vmo, pages] = yield* takeAllMemory(allocator);
          for (let page = pages - left; page < pages; page++)
            expectStatus((yield* sys.vmo_release(vmo, page * PAGE_BYTES, PAGE_BYTES)).status, 'OK');
          ends.push(yield* exec(allocator, program.length));
          yield* sys.process_exit(0);
        };
        const child = yield* startChild(scene, { allocator: scene.allocator, code });
        expect(yield* waitForEnd(scene, child, FOREVER)).toEqual([EXIT_REASON.EXITED, 0]);
        yield* closeAll(child);
        free.push(scene.system.memoryUsed);
      }
      expect(new Set(free).size).toBe(1);
    }, SMALL);
    const ran = ends.filter((end) => end === 'ran').length;
    // What has no page left for its first instruction is made, and ends there.
    const killed = ends.filter((end) => end === 'killed').length;
    const refused = 15 - killed - ran;
    expect(ends).toEqual([
      ...Array(refused).fill('NO_MEMORY'),
      ...Array(killed).fill('killed'),
      ...Array(ran).fill('ran'),
    ]);
    expect(ran).toBeGreaterThan(5);
    expect(ran).toBeLessThan(14);
    expect(output).toBe('x\n'.repeat(ran));
  });

  it('countfree: what can be counted by touching it is all that is free, and is the same after others ended for want of it', () => {
    expectNothingLost(function* (scene) {
      const [first, end] = yield* touchAll(scene);
      expect(end).toEqual(KILLED_BY_SHORTAGE);
      expect(first).toBeGreaterThan(200);
      expect(yield* touchAll(scene)).toEqual([first, end]);
      const code = function* (allocator: number) {
        yield* takeAllMemory(allocator);
        yield* store(REGION, Uint8Array.of(1));
      };
      const child = yield* startChild(scene, { allocator: scene.allocator, pages: 1, code });
      expect(yield* waitForEnd(scene, child, FOREVER)).toEqual(KILLED_BY_SHORTAGE);
      yield* closeAll(child);
      expect(yield* touchAll(scene)).toEqual([first, end]);
    }, SMALL);
  });
});
