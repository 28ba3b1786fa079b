/**
 * Which handles let a call succeed: a thread that was not started, a lock that the caller owns. Looked up in the kernel's state,
 * since a program of random calls would hardly ever have them by chance.
 */
import { findHandle } from '../../../kernel/handles.js';
import type { Kernel } from '../../../kernel/kernel.js';
import { hasStillRegisters } from '../../../kernel/suspension.js';
import { TASK_STATE } from '../../../syscalls/layouts.js';
import { OBJECT_TYPE } from '../../../syscalls/objects.js';
import { POOL_KIND } from '../../../syscalls/options.js';

type Fits = (k: Kernel, object: number, thread: number, before: readonly number[], process: number) => boolean;

const isNewThread: Fits = ({ state }, thread) => state.threads.state[thread] === TASK_STATE.NEW;
const isFixed: Fits = ({ state }, pool) => state.pools.kind[pool] === POOL_KIND.FIXED;

/** By call and argument: is this the object to have? `before` are the words of the arguments before. */
const FITS: Readonly<Record<string, Fits>> = {
  'process_start process': ({ state }, process) => state.processes.state[process] === TASK_STATE.NEW,
  'process_start thread': (k, thread, caller, before, process) =>
    isNewThread(k, thread, caller, before, process) &&
    k.state.threads.process[thread] === k.state.handles.object[findHandle(k, process, before[0])],
  'thread_start thread': (k, thread, caller, before, process) =>
    isNewThread(k, thread, caller, before, process) && k.state.threads.process[thread] === process,
  'thread_read_state thread': hasStillRegisters,
  'thread_write_state thread': hasStillRegisters,
  'lock_acquire lock': ({ state }, lock, caller) => state.locks.owner[lock] !== caller,
  'lock_release lock': ({ state }, lock, caller) => state.locks.owner[lock] === caller,
  'pool_map pool': (k, pool, ...rest) => isFixed(k, pool, ...rest) && k.state.pools.shared[pool] === 0,
  'ring_create pool': isFixed,
  'channel_receive_async pool': (k, pool, ...rest) => !isFixed(k, pool, ...rest),
  'channel_receive h': ({ state }, end) => state.channels.peer[end] >= 0,
  'interrupt_trigger interrupt': ({ state }, interrupt) => state.interrupts.owed[interrupt] === 0,
  'event_resolve h': ({ state }, interrupt) => state.interrupts.owed[interrupt] > 0,
};

/** Those of a process's handles with which a call fits; all of them where none does, or the call does not care. */
export function fitting(
  k: Kernel,
  process: number,
  thread: number,
  call: string,
  argument: string,
  values: readonly number[],
  before: readonly number[],
): readonly number[] {
  const fits = FITS[`${call} ${argument}`];
  if (fits === undefined) return values;
  const good = values.filter((value) => {
    const row = findHandle(k, process, value);
    return row >= 0 && fits(k, k.state.handles.object[row], thread, before, process);
  });
  return good.length > 0 ? good : values;
}

/** The token of an answer that is owed to the interrupt which a handle names: of the last one who was told; 0 for none. */
export function owedToken(k: Kernel, process: number, handle: number): number {
  const { handles, interrupts, registrations } = k.state;
  const row = findHandle(k, process, handle);
  if (row < 0 || handles.type[row] !== OBJECT_TYPE.interrupt) return 0;
  const owing = interrupts.firstOwing[handles.object[row]];
  return owing < 0 ? 0 : registrations.number[owing];
}
