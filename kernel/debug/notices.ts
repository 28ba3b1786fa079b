/** What debug sessions are told of beyond faults and breakpoints: starts, ends, calls, and ends of waits. */
import { DEBUG_EVENT, SESSION } from '../../syscalls/options.js';
import type { Kernel } from '../kernel.js';
import { isLive } from '../state/table.js';
import { savedPc } from '../tasks/faults.js';
import { savedRegister } from '../tasks/registers.js';
import { BREAKPOINT } from '../transitions/debug.js';
import { ANY_CALL, catching } from './breakpoints.js';
import { releaseOthers, tellInterested, tellSession } from './stops.js';

/** The register that holds the number of a call. */
const A7 = 17;

/** A thread may run for the first time; the first of a process starts the process. It has executed nothing yet. */
export function tellStarted(k: Kernel, thread: number): void {
  const { threads, processes } = k.state;
  const process = threads.process[thread];
  if (processes.startedThreads[process] === 1)
    tellInterested(k, SESSION.PROCESS_STARTS, DEBUG_EVENT.PROCESS_STARTED, process, thread, 0, 0);
  tellInterested(k, SESSION.THREAD_STARTS, DEBUG_EVENT.THREAD_STARTED, process, thread, 0, 0);
}

export function tellEnded(k: Kernel, thread: number, reason: number): void {
  const process = k.state.threads.process[thread];
  if (k.debug !== undefined) {
    k.debug.passing.delete(thread);
    k.debug.callPassing.delete(thread);
    k.debug.stepDone.delete(thread);
  }
  const { sessions } = k.state;
  // Those that waited for it to run alone would wait for ever.
  for (let session = 0; session < sessions.used; session++)
    if (isLive(sessions, session) && sessions.only[session] === thread + 1) releaseOthers(k, session);
  tellInterested(k, SESSION.THREAD_ENDS, DEBUG_EVENT.THREAD_ENDED, process, thread, reason, 0);
}

export function tellProcessEnded(k: Kernel, process: number, reason: number, code: number): void {
  tellInterested(k, SESSION.PROCESS_ENDS, DEBUG_EVENT.PROCESS_ENDED, process, -1, reason, code);
}

/** A call that may be caught has ended. */
export function tellReturned(k: Kernel, thread: number, call: number, status: number): void {
  const process = k.state.threads.process[thread];
  for (const session of catching(k, BREAKPOINT.CALL, thread, call))
    tellSession(k, session, DEBUG_EVENT.RETURN, process, thread, call, savedPc(k, thread), 0, status);
}

/** The same of a call that waited: its number is still in a7. Of a script only who catches all calls is told. */
export function tellReturnedLate(k: Kernel, thread: number, status: number): void {
  if (k.scripts?.has(thread)) tellReturned(k, thread, ANY_CALL, status);
  else if (k.loaded === thread) tellReturned(k, thread, k.hart.x[A7], status);
  else tellReturned(k, thread, k.memory.i32[(savedRegister(k, thread, A7) - k.memory.base) >> 2], status);
}

/** A wait of a thread has ended, with this status. */
export function tellWoken(k: Kernel, thread: number, status: number): void {
  const process = k.state.threads.process[thread];
  for (const session of catching(k, BREAKPOINT.EVENT, thread, 0))
    tellSession(k, session, DEBUG_EVENT.WOKEN, process, thread, status, savedPc(k, thread));
}
