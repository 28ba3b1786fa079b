/**
 * Handles: process-local numbers that name objects with rights. A number is never given out again in its process, so a stale
 * one can only be BAD_HANDLE, never somebody else's object.
 */
import { STATUS } from '../syscalls/errors.js';
import type { ObjectType } from '../syscalls/objects.js';
import type { Kernel } from './kernel.js';
import { COST } from './limits.js';
import { fits } from './memory/frames.js';
import { endLeases } from './memory/leases.js';
import { must } from './panic.js';
import { CARRIER, carrierKind } from './state/carried.js';
import { typeName } from './state/objects.js';
import { freeRows, nextRow } from './state/table.js';
import { handleBucket, handleClosed, handleOpened } from './transitions/handles.js';

/** The last number that a process can give to a handle. */
const LAST_VALUE = 0x7fff_ffff;

/** The row of a handle of a process, or -1. */
export function findHandle(k: Kernel, process: number, value: number): number {
  const { handles, handleChain } = k.state;
  let row = handleChain[handleBucket(process, value)];
  while (row >= 0 && (handles.value[row] !== value || handles.process[row] !== process)) row = handles.hashNext[row];
  return row;
}

/**
 * Can a process get so many more handles, and an allocator be charged so many more bytes with them? OK, or what stands against
 * it. The process's own allocator pays for the handles; it may be the same one. `rows`: so many of the handles are not there yet.
 */
export function roomForHandles(
  k: Kernel,
  process: number,
  count: number,
  allocator = -1,
  bytes = 0,
  rows = count,
): number {
  const { handles, processes } = k.state;
  if (freeRows(handles) < rows || !hasHandleValues(k, process, count)) return STATUS.NO_RESOURCES;
  const own = processes.allocator[process];
  if (own === allocator) return fits(k, own, count * COST.handle + bytes) ? STATUS.OK : STATUS.NO_MEMORY;
  const fit = fits(k, own, count * COST.handle) && (allocator < 0 || fits(k, allocator, bytes));
  return fit ? STATUS.OK : STATUS.NO_MEMORY;
}

/** The number that the next handle of a process gets. */
export function nextHandleValue(k: Kernel, process: number): number {
  return k.state.processes.lastHandleValue[process] + 1;
}

/** Has a process still a number for another handle? */
export function hasHandleValues(k: Kernel, process: number, count: number): boolean {
  return k.state.processes.lastHandleValue[process] + count <= LAST_VALUE;
}

/** Gives a process a handle; there is room for it. Returns its number. */
export function openHandle(
  k: Kernel,
  process: number,
  type: ObjectType,
  object: number,
  rights: number,
  parent = -1,
): number {
  const row = nextRow(k.state.handles);
  must(row >= 0, 'a handle was opened without room');
  const value = nextHandleValue(k, process);
  k.journal.commit(handleOpened, row, process, value, type, object, rights, parent);
  return value;
}

/** Closes a handle; its object goes at the end of the step if nothing else uses it. */
export function closeHandle(k: Kernel, row: number): void {
  const { type, object, process, payer, carrier } = k.state.handles;
  const name = typeName(type[row]);
  const target = object[row];
  const paying = process[row] < 0 ? payer[row] : -1;
  if (paying >= 0 && carrierKind(carrier[row]) === CARRIER.REPLY) endLeases(k, row);
  k.journal.commit(handleClosed, row);
  k.mayBeUnused(name, target);
  if (paying >= 0) k.mayBeUnused('allocator', paying);
}

/** Closes the handles that were derived from one, deepest first, without recursion; gives how many. */
export function revoke(k: Kernel, handle: number): number {
  const { firstChild, parent } = k.state.handles;
  let removed = 0;
  for (let at = firstChild[handle]; at >= 0; ) {
    while (firstChild[at] >= 0) at = firstChild[at];
    const up = parent[at];
    closeHandle(k, at);
    removed++;
    at = up === handle ? firstChild[handle] : up;
  }
  return removed;
}
