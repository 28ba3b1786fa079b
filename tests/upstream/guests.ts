/** Children of scenarios about memory: processes on an allocator of their own, by a script or by a little compiled code. */
import type { Script } from '../../kernel/index.js';
import { encode } from '../../machine/index.js';
import { MAP_OPTIONS, SOURCE } from '../../syscalls/calls.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { expectStatus, type Scene } from '../kernel/booted.js';
import { CODE, li, type MadeProcess, makeProcess, mapCode, S0 } from '../kernel/compiled.js';
import { processFields } from '../kernel/information.js';
import { scratch } from '../kernel/packets.js';
import { setWait } from '../kernel/shortage/shortages.js';

/** Where a child has four pages to write to, and where it has a region that nobody has touched yet. */
export const ROOM = 0x2000_0000;
export const REGION = 0x3000_0000;

const ROOM_PAGES = 4;
const OPTIONS = MAP_OPTIONS.READ | MAP_OPTIONS.WRITE | MAP_OPTIONS.FIXED;

export interface Child {
  /** Who pays for it; it gets a handle to this. */
  readonly allocator: number;
  /** Pages of its region. */
  readonly pages?: number;
  /** Where the parent sees the child's room, too. */
  readonly window?: number;
  /** ns that its requests for memory may wait. */
  readonly wait?: number;
  /** What it executes: compiled code, or a script. */
  readonly code: readonly number[] | ((allocator: number) => Script);
}

/** Maps fresh memory, here and there. */
function* mapFresh(
  allocator: number,
  pages: number,
  ...places: readonly [vmar: number, at: number][]
): CallScript<void> {
  const { status, vmo } = yield* sys.vmo_create(allocator, pages * PAGE_BYTES);
  expectStatus(status, 'OK');
  for (const [vmar, at] of places)
    expectStatus((yield* sys.vmar_map(vmar, vmo, 0, pages * PAGE_BYTES, OPTIONS, at)).status, 'OK');
  yield* sys.handle_close(vmo);
}

/** Starts a child above the scenario's priority: it has run until it waits for something when this returns. */
export function* startChild(scene: Scene, child: Child): CallScript<MadeProcess> {
  const { allocator, pages = 0, wait = 0, window, code } = child;
  const made = yield* makeProcess(scene, allocator, 20);
  const views: [number, number][] = window === undefined ? [] : [[scene.vmar, window]];
  yield* mapFresh(allocator, ROOM_PAGES, [made.vmar, ROOM], ...views);
  if (pages > 0) yield* mapFresh(allocator, pages, [made.vmar, REGION]);
  yield* setWait(scene, made.thread, wait);
  const { copy } = yield* sys.handle_duplicate(allocator, SAME_RIGHTS);
  let entry = CODE;
  if (typeof code === 'function') entry = scene.system.enter((_argument, given) => code(given));
  else yield* mapCode(scene, made.vmar, code);
  expectStatus((yield* sys.process_start(made.process, made.thread, entry, 0, 0, copy)).status, 'OK');
  return made;
}

/** Waits until a child has ended; gives how. Past the deadline the test fails. */
export function* waitForEnd(scene: Scene, { process }: MadeProcess, deadline: number): CallScript<readonly number[]> {
  expectStatus((yield* sys.event_wait(process, SOURCE.LIFECYCLE, 0, deadline, scratch(scene))).status, 'OK');
  const { exit_reason, exit_code } = yield* processFields(process, scratch(scene));
  return [exit_reason, exit_code];
}

const S1 = 9;
const T0 = 5;
const T1 = 6;

/** Code that stores to pages, one after the other, and after each of them how many there were to a word. */
export function touchPages(from: number, pages: number, counter: number): number[] {
  return [
    ...li(S0, from),
    ...li(S1, pages),
    ...li(T0, counter),
    encode('sw', { rs1: T0, rs2: 0, imm: 0 }),
    // loop:
    encode('sw', { rs1: S0, rs2: S0, imm: 4 }),
    encode('lw', { rd: T1, rs1: T0, imm: 0 }),
    encode('addi', { rd: T1, rs1: T1, imm: 1 }),
    encode('sw', { rs1: T0, rs2: T1, imm: 0 }),
    encode('lui', { rd: T1, imm: PAGE_BYTES }),
    encode('add', { rd: S0, rs1: S0, rs2: T1 }),
    encode('addi', { rd: S1, rs1: S1, imm: -1 }),
    encode('bne', { rs1: S1, rs2: 0, imm: -28 }),
  ];
}
