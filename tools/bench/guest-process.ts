/** Starts a compiled process that has a page of code, a page of data and a handle of its maker's. */
import type { Startup } from '../../kernel/index.js';
import { MAP_OPTIONS } from '../../syscalls/calls.js';
import { SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script, store } from '../../userland/script/script.js';
import { A1, HANDLE, mv } from './guest-code.js';

export const PAGE = 4096;
const CODE = 0x1_0000;
/** Where its data lie, and the device that it has, if any. */
export const DATA = 0x2_0000;
export const DEVICE = 0x3_0000;

export interface GuestProcess {
  readonly priority: number;
  /** What its process gets a duplicate of. */
  readonly handle: number;
  /** Its code, which finds the number of that in HANDLE. */
  readonly code: readonly number[];
  /** What the page of data begins with. */
  readonly data?: Uint8Array;
  /** A memory object of one page, to be mapped. */
  readonly device?: number;
}

export function* startGuest({ allocator, stackLow: scratch }: Startup, guest: GuestProcess): Script {
  const { READ, WRITE, EXECUTE, FIXED } = MAP_OPTIONS;
  const { process, vmar } = yield* sys.process_create(0, allocator, 0, 0);
  const { thread } = yield* sys.thread_create(process, guest.priority, 0, 0);
  const code = new Uint8Array(Uint32Array.of(mv(HANDLE, A1), ...guest.code).buffer);
  for (const [address, bytes, options] of [
    [CODE, code, READ | EXECUTE | FIXED],
    [DATA, guest.data ?? new Uint8Array(4), READ | WRITE | FIXED],
  ] as const) {
    const { vmo } = yield* sys.vmo_create(allocator, PAGE, 0);
    yield* store(scratch, bytes);
    yield* sys.vmo_write(vmo, 0, scratch, bytes.length);
    yield* sys.vmar_map(vmar, vmo, 0, PAGE, options, address);
  }
  if (guest.device !== undefined) yield* sys.vmar_map(vmar, guest.device, 0, PAGE, READ | WRITE | FIXED, DEVICE);
  const { copy } = yield* sys.handle_duplicate(guest.handle, SAME_RIGHTS);
  const { status } = yield* sys.process_start(process, thread, CODE, 0, 0, copy);
  if (status !== 0) throw new Error(`a process did not start: ${status}`);
}
