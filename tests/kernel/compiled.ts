/** Tiny compiled programs for tests that need the hart, put together from the instruction table. */
import { type ElfImage, encode } from '../../machine/index.js';
import { CALL_NUMBER, type CallName, MAP_OPTIONS } from '../../syscalls/calls.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../userland/script/script.js';
import { expectStatus, type Scene } from './booted.js';

/** Where the code of these programs lies. */
export const CODE = 0x10000;

/** Handles of the first process, in the order in which boot gives them. */
export const BOOT_HANDLE = { PROCESS: 1, THREAD: 2, VMAR: 3, ALLOCATOR: 4 } as const;

export const A0 = 10;
export const A1 = 11;
export const A7 = 17;
export const S0 = 8;

/** Two instructions that put a number into a register. */
export function li(rd: number, value: number): number[] {
  const high = (value + 0x800) & ~0xfff;
  return [encode('lui', { rd, imm: high }), encode('addi', { rd, rs1: rd, imm: (value - high) | 0 })];
}

/** A system call with constant arguments. */
export function callOf(name: CallName, ...words: readonly number[]): number[] {
  return [...words.flatMap((word, i) => li(A0 + i, word)), ...li(A7, CALL_NUMBER[name]), encode('ecall')];
}

/** An instruction that jumps to itself. */
export const SPIN = encode('jal', { rd: 0, imm: 0 });

export function bytesOf(code: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(code).buffer);
}

/** A program of one segment that can be read and executed. */
export function imageOf(code: readonly number[], address = CODE): ElfImage {
  const fileBytes = bytesOf(code);
  const place = { address, physicalAddress: address, fileBytes, memoryBytes: fileBytes.length };
  const segment = { ...place, readable: true, writable: false, executable: true };
  return { entry: address, segments: [segment], symbols: [] };
}

/** Maps code into an address region, at CODE unless told otherwise. */
export function* mapCode(scene: Scene, vmar: number, code: readonly number[], address = CODE): CallScript<void> {
  const bytes = bytesOf(code);
  const length = Math.ceil(bytes.length / 4096) * 4096;
  const { status, vmo } = yield* sys.vmo_create(scene.allocator, length, 0);
  expectStatus(status, 'OK');
  for (let at = 0; at < bytes.length; at += 4096) {
    const part = bytes.subarray(at, at + 4096);
    yield* store(scene.stackLow, part);
    expectStatus((yield* sys.vmo_write(vmo, at, scene.stackLow, part.length)).status, 'OK');
  }
  const options = MAP_OPTIONS.READ | MAP_OPTIONS.EXECUTE | MAP_OPTIONS.FIXED;
  expectStatus((yield* sys.vmar_map(vmar, vmo, 0, length, options, address)).status, 'OK');
  yield* sys.handle_close(vmo);
}

export interface MadeProcess {
  readonly process: number;
  readonly vmar: number;
  readonly thread: number;
}

/** Makes a process with one new thread and nothing mapped. */
export function* makeProcess(scene: Scene, allocator = scene.allocator, priority = 16): CallScript<MadeProcess> {
  const made = yield* sys.process_create(0, allocator, 0, 0);
  expectStatus(made.status, 'OK');
  const { status, thread } = yield* sys.thread_create(made.process, priority, 0, 0);
  expectStatus(status, 'OK');
  return { process: made.process, vmar: made.vmar, thread };
}

/** Runs code in a process of its own until it has ended; the caller gets its handles. */
export function* runInProcess(scene: Scene, code: readonly number[], allocator?: number): CallScript<MadeProcess> {
  const made = yield* makeProcess(scene, allocator);
  yield* mapCode(scene, made.vmar, code);
  // A higher priority than ours, so that it has ended when the call returns.
  yield* store(scene.stackLow, Uint8Array.of(20, 0, 0, 0));
  expectStatus((yield* sys.object_set(made.thread, 1, scene.stackLow, 4)).status, 'OK');
  expectStatus((yield* sys.process_start(made.process, made.thread, CODE, 0, 0)).status, 'OK');
  return made;
}
