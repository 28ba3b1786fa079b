/**
 * The memory of a process as a debugger sees it: whatever is mapped, whatever its protection. Reading changes nothing: a page that
 * was never touched is zeros. Writing backs pages as a store of the process would. Registers of devices are not touched.
 */
import { LIMITS, PAGE_BYTES } from '../../syscalls/limits.js';
import type { Kernel } from '../kernel.js';
import { copyBytes } from '../memory/copying.js';
import { userOffset } from '../memory/user-memory.js';
import { mappingOf } from '../memory/vmar.js';
import { isDevice } from '../memory/vmo.js';

const OFFSET = PAGE_BYTES - 1;

/** How many of these bytes there are, from the first on. */
function mappedLength(k: Kernel, process: number, address: number, length: number): number {
  const vmar = k.state.processes.vmar[process];
  if (vmar < 0 || address < LIMITS.userBase) return 0;
  const end = Math.min(address + length, LIMITS.userTop);
  let at = address;
  while (at < end) {
    const mapping = mappingOf(k, vmar, Math.floor(at / PAGE_BYTES));
    if (mapping < 0 || isDevice(k, k.state.mappings.vmo[mapping])) break;
    at = Math.min(end, at - (at & OFFSET) + PAGE_BYTES);
  }
  return at - address;
}

/** Is there a byte that a debugger can read and write? */
export function isMapped(k: Kernel, process: number, address: number): boolean {
  return mappedLength(k, process, address, 1) === 1;
}

/** Reads as many bytes as are mapped from there on, at most as many as `target` holds: how many. */
export function readMemory(k: Kernel, process: number, address: number, target: Uint8Array): number {
  const length = mappedLength(k, process, address, target.length);
  for (let done = 0; done < length; ) {
    const at = address + done;
    const bytes = Math.min(PAGE_BYTES - (at & OFFSET), length - done);
    const offset = userOffset(k, process, at, false);
    if (offset < 0) target.fill(0, done, done + bytes);
    else copyBytes(k.memory.u8, offset, target, done, bytes);
    done += bytes;
  }
  return length;
}

/** Writes as many bytes as are mapped and can be backed, from there on: how many. */
export function writeMemory(k: Kernel, process: number, address: number, source: Uint8Array): number {
  const length = mappedLength(k, process, address, source.length);
  let done = 0;
  while (done < length) {
    const at = address + done;
    const bytes = Math.min(PAGE_BYTES - (at & OFFSET), length - done);
    const offset = userOffset(k, process, at, true);
    if (offset < 0) break;
    k.memory.putBytes(offset, source, done, bytes);
    done += bytes;
  }
  return done;
}
