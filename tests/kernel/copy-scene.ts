/** Memory objects and copies of them, as tests make, write and read them. */
import { findHandle } from '../../kernel/handles.js';
import { readVmo } from '../../kernel/memory/vmo.js';
import { MAP_OPTIONS, PROTECTION } from '../../syscalls/calls.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, load, store } from '../../userland/script/script.js';
import { expectStatus, type Scene } from './booted.js';
import { allocatorFields } from './information.js';

const READ_WRITE = PROTECTION.READ | PROTECTION.WRITE;
const FIXED = READ_WRITE | MAP_OPTIONS.FIXED;
export const SOMEWHERE = 0x2000_0000;
export const ELSEWHERE = 0x2800_0000;

export function* vmoOf({ allocator }: Scene, pages: number, payer = allocator): CallScript<number> {
  const { status, vmo } = yield* sys.vmo_create(payer, pages * PAGE_BYTES, 0);
  expectStatus(status, 'OK');
  return vmo;
}

export function* copyOf({ allocator }: Scene, vmo: number, pages: number, payer = allocator): CallScript<number> {
  const made = yield* sys.vmo_child(payer, vmo, 0, pages * PAGE_BYTES);
  expectStatus(made.status, 'OK');
  return made.vmo;
}

/** Writes a byte at the beginning of a page of an object; reads it. Both with the stack's first page. */
export function* put({ stackLow }: Scene, vmo: number, page: number, value: number): CallScript<number> {
  yield* store(stackLow, Uint8Array.of(value));
  return (yield* sys.vmo_write(vmo, page * PAGE_BYTES, stackLow, 1)).status;
}
export function* get({ stackLow }: Scene, vmo: number, page: number): CallScript<number> {
  expectStatus((yield* sys.vmo_read(vmo, page * PAGE_BYTES, stackLow, 1)).status, 'OK');
  return (yield* load(stackLow, 1))[0];
}

export function* mapAt(vmar: number, vmo: number, pages: number, address: number): CallScript<void> {
  expectStatus((yield* sys.vmar_map(vmar, vmo, 0, pages * PAGE_BYTES, FIXED, address)).status, 'OK');
}

export function* usedOf({ stackLow }: Scene, allocator: number): CallScript<number> {
  return (yield* allocatorFields(allocator, stackLow)).used;
}

/** An allocator for so many bytes, and the objects and handles that go with it. */
export function* smallAllocator({ allocator }: Scene, pages: number): CallScript<number> {
  const { status, child } = yield* sys.allocator_create(allocator, pages * PAGE_BYTES);
  expectStatus(status, 'OK');
  return child;
}

/** The first bytes of the pages of an object, looked at from outside: no step is taken. */
export function peek({ system: { kernel } }: Scene, vmo: number, pages: number): number[] {
  const row = kernel.state.handles.object[findHandle(kernel, kernel.bootProcess, vmo)];
  const byte = new Uint8Array(1);
  return Array.from({ length: pages }, (_, page) => {
    readVmo(kernel, row, page * PAGE_BYTES, byte);
    return byte[0];
  });
}
