/**
 * Bytes that are copied between programs and objects. A hot path: a view of the host's memory costs more than copying a few
 * bytes one by one, and a new array much more.
 */
import { LIMITS } from '../../syscalls/limits.js';

/** Up to so many bytes are copied one by one. */
const FEW = 64;

/** Room for what one call copies; what it holds is of no use any more at the next call. */
export const COPIED = new Uint8Array(LIMITS.copyBytes);

/** Copies `length` bytes at `at` of `from` to `to`, from its byte `place` on. */
export function copyBytes(from: Uint8Array, at: number, to: Uint8Array, place: number, length: number): void {
  if (length > FEW) to.set(from.subarray(at, at + length), place);
  else for (let i = 0; i < length; i++) to[place + i] = from[at + i];
}
