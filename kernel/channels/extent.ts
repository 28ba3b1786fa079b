/**
 * Where the parts of a message are in a process, or where they go: the structure `message` of `syscalls/layouts.ts`, as a program
 * wrote it. Read once and checked as a whole, so that what another thread writes there later changes nothing.
 */
import { STATUS } from '../../syscalls/errors.js';
import { LIMITS } from '../../syscalls/limits.js';
import { TRANSFER } from '../../syscalls/options.js';
import type { Kernel } from '../kernel.js';
import { isAccessible, readUser, userOffset } from '../memory/user-memory.js';
import { READABLE, WRITABLE } from '../memory/vmar.js';

/** Bytes of the structure, and of an item of its array of handles. */
export const MESSAGE_BYTES = 16;
export const HANDLE_BYTES = 8;

export class Extent {
  /** Address and length of the bytes. */
  data = 0;
  bytes = 0;
  /** Address and length of the array of handles. */
  handles = 0;
  count = 0;
}

const words = new Int32Array(MESSAGE_BYTES / 4);
const wordBytes = new Uint8Array(words.buffer);

/** Reads the structure at an address that was checked. */
export function readExtent(k: Kernel, process: number, address: number, extent: Extent): void {
  const within = address & 4095;
  const offset = within <= 4096 - MESSAGE_BYTES ? userOffset(k, process, address, false) : -1;
  if (offset >= 0) {
    const { i32 } = k.memory;
    const at = offset >> 2;
    extent.data = i32[at] >>> 0;
    extent.bytes = i32[at + 1] >>> 0;
    extent.handles = i32[at + 2] >>> 0;
    extent.count = i32[at + 3] >>> 0;
    return;
  }
  readUser(k, process, address, wordBytes);
  extent.data = words[0] >>> 0;
  extent.bytes = words[1] >>> 0;
  extent.handles = words[2] >>> 0;
  extent.count = words[3] >>> 0;
}

/** The handles of the message that a call sends, as the program wrote them: numbers, and what to do with each. */
export const SENT_HANDLES = new Int32Array(LIMITS.messageHandles * 2);
const sentHandleBytes = new Uint8Array(SENT_HANDLES.buffer);

/** Reads and checks a message to be sent: its extent, and its array of handles into SENT_HANDLES. `mayLend`: LEND is possible. */
export function readMessage(k: Kernel, process: number, address: number, extent: Extent, mayLend: boolean): number {
  readExtent(k, process, address, extent);
  const { bytes, count } = extent;
  if (bytes > LIMITS.messageBytes || count > LIMITS.messageHandles) return STATUS.OUT_OF_RANGE;
  if (!isAccessible(k, process, extent.data, bytes, READABLE)) return STATUS.INVALID_ARGS;
  if (count === 0) return STATUS.OK;
  if (extent.handles % 4 !== 0 || !isAccessible(k, process, extent.handles, count * HANDLE_BYTES, READABLE))
    return STATUS.INVALID_ARGS;
  readUser(k, process, extent.handles, sentHandleBytes.subarray(0, count * HANDLE_BYTES));
  for (let i = 0; i < count; i++) {
    const what = SENT_HANDLES[i * 2 + 1] >>> 0;
    if (what > TRANSFER.LEND || (what === TRANSFER.LEND && !mayLend)) return STATUS.INVALID_ARGS;
    // What is moved can be in the message once; copies may come beside copies.
    for (let j = 0; j < i; j++) {
      const isSame = SENT_HANDLES[i * 2] === SENT_HANDLES[j * 2];
      if (isSame && (what === TRANSFER.MOVE || SENT_HANDLES[j * 2 + 1] === TRANSFER.MOVE)) return STATUS.INVALID_ARGS;
    }
  }
  return STATUS.OK;
}

/** Reads and checks where a message is to go. */
export function readBuffer(k: Kernel, process: number, address: number, extent: Extent): number {
  readExtent(k, process, address, extent);
  if (extent.bytes > LIMITS.messageBytes || extent.count > LIMITS.messageHandles) return STATUS.OUT_OF_RANGE;
  const fine =
    isAccessible(k, process, extent.data, extent.bytes, WRITABLE) &&
    (extent.count === 0 ||
      (extent.handles % 4 === 0 && isAccessible(k, process, extent.handles, extent.count * HANDLE_BYTES, WRITABLE)));
  return fine ? STATUS.OK : STATUS.INVALID_ARGS;
}

/** The same at the end of a wait: the program may have changed the structure, or its mappings, meanwhile. */
export function readBufferAgain(k: Kernel, process: number, address: number, extent: Extent): number {
  if (!isAccessible(k, process, address, MESSAGE_BYTES, READABLE)) return STATUS.INVALID_ARGS;
  return readBuffer(k, process, address, extent);
}
