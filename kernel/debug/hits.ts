/** What debug sessions are told of the running thread: a breakpoint, the end of a step, a call that it is about to make. */
import { DEBUG_EVENT } from '../../syscalls/options.js';
import type { Kernel } from '../kernel.js';
import { BREAKPOINT, stepArmed } from '../transitions/debug.js';
import { catching, kindTold } from './breakpoints.js';
import { letPass, tellSession } from './stops.js';

/** The running thread stands before an instruction at which these breakpoints are. */
export function tellHits(k: Kernel, rows: readonly number[]): void {
  const { breakpoints, threads, current } = k.state;
  const process = threads.process[current];
  const { pc } = k.hart;
  for (const row of rows) {
    const session = breakpoints.session[row];
    // Where only its process stops it will be switched to again: then it executes the instruction.
    letPass(k, session, current);
    const address = breakpoints.address[row];
    tellSession(k, session, kindTold(k, row), process, current, breakpoints.number[row], pc, address);
  }
}

/** The sessions, as bits, for which the running thread has executed the one instruction that it was to execute. */
export function stepsDone(k: Kernel): number {
  const { current, threads } = k.state;
  return threads.stepping[current] & (k.debug?.stepDone.get(current) ?? 0);
}

/** It is told to them. */
export function tellStepped(k: Kernel): void {
  const { current, threads } = k.state;
  const done = stepsDone(k);
  k.debug?.stepDone.delete(current);
  k.journal.commit(stepArmed, current, threads.stepping[current] & ~done);
  const pc = k.loaded === current ? k.hart.pc : 0;
  for (let session = 0; done >>> session !== 0; session++)
    if ((done >>> session) & 1) tellSession(k, session, DEBUG_EVENT.STEP, threads.process[current], current, 0, pc);
}

/** The sessions that want to know of a call before a thread makes it; none where it was stopped there already. */
export function sessionsCatching(k: Kernel, thread: number, number: number): readonly number[] {
  if (k.debug === undefined || k.debug.callPassing.delete(thread)) return [];
  return catching(k, BREAKPOINT.CALL, thread, number);
}

/** A thread is about to make a call; it makes it when it goes on. */
export function tellCall(k: Kernel, sessions: readonly number[], thread: number, number: number, pc: number): void {
  k.debug?.callPassing.add(thread);
  for (const session of sessions)
    tellSession(k, session, DEBUG_EVENT.CALL, k.state.threads.process[thread], thread, number, pc);
}
