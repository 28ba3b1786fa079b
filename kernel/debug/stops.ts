/**
 * What a debug session is told, and what stops with that: the world with its time, or one process with its clock. A session that
 * resumes lets go of what it has stopped; another one may keep it.
 */
import { STATUS } from '../../syscalls/errors.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import { DEBUG_EVENT, SESSION } from '../../syscalls/options.js';
import { fire } from '../events/broadcast.js';
import type { Kernel } from '../kernel.js';
import { isLive } from '../state/table.js';
import {
  debugTold,
  faultReturned,
  onlyNamed,
  processResumed,
  processStopped,
  stepArmed,
  worldResumed,
  worldStopped,
} from '../transitions/debug.js';
import { covers, processesOf } from './sessions.js';
import { beginStop } from './world.js';

/** Tells a session of something about a process and, mostly, a thread of it (-1: none), and stops what it wants to be stopped. */
export function tellSession(
  k: Kernel,
  session: number,
  kind: number,
  process: number,
  thread: number,
  cause = 0,
  pc = 0,
  address = 0,
  detail = 0,
): void {
  const { sessions, threads, processes } = k.state;
  k.journal.commit(debugTold, session, kind, process, thread, cause, pc, address, detail);
  stop(k, session, process);
  if (sessions.owner[session] < 0) {
    k.debug?.told[session]?.(session, kind, process, thread, cause, pc, address, detail);
    return;
  }
  // The program that is told may run now, and only such ones.
  if (k.debug !== undefined) k.debug.owesSchedule = true;
  const koid = thread >= 0 ? threads.koid[thread] : process >= 0 ? processes.koid[process] : 0;
  fire(k, sessions.source[session], detail, kind, koid, cause, pc, address);
}

/** Stops what a session stops, unless it has already; `process` -1: all that it is about. */
export function stop(k: Kernel, session: number, process: number): void {
  const { sessions, processes } = k.state;
  if (sessions.only[session] !== 0) releaseOthers(k, session);
  if ((sessions.options[session] & SESSION.STOP_PROCESS) === 0) {
    if (sessions.holds[session] !== 0) return;
    if (k.state.worldStops === 0) beginStop(k);
    k.journal.commit(worldStopped, session);
    return;
  }
  const wanted = process >= 0 ? [process] : [...processesOf(k, session)];
  for (const row of wanted) {
    if (processes.state[row] === TASK_STATE.ENDED || (processes.held[row] & (1 << session)) !== 0) continue;
    k.journal.commit(processStopped, session, row, -1);
    if (k.debug) k.debug.owesSchedule = true;
  }
}

/** Those that were kept while one thread ran alone may run again. */
export function releaseOthers(k: Kernel, session: number): void {
  const thread = k.state.sessions.only[session] - 1;
  k.journal.commit(onlyNamed, session, 0);
  const process = k.state.threads.process[thread];
  if (!isLive(k.state.threads, thread) || (k.state.processes.held[process] & (1 << session)) === 0) return;
  k.journal.commit(processResumed, session, process);
  if (k.debug) k.debug.owesSchedule = true;
}

/** Has a session stopped anything that it could let go? */
export function isHolding(k: Kernel, session: number): boolean {
  if (k.state.sessions.holds[session] !== 0) return true;
  for (const process of processesOf(k, session)) if (k.state.processes.held[process] & (1 << session)) return true;
  return false;
}

/** Whatever of a session is at the next instruction of a thread does not stop it: it has stopped there already. */
export function letPass(k: Kernel, session: number, thread: number): void {
  const { debug } = k;
  if (debug !== undefined) debug.passing.set(thread, (debug.passing.get(thread) ?? 0) | (1 << session));
}

/** Lets go of everything that a session has stopped. */
export function letGo(k: Kernel, session: number): void {
  const { sessions, processes } = k.state;
  if (sessions.holds[session] !== 0) {
    if (k.state.current >= 0) letPass(k, session, k.state.current);
    if (k.state.heldThread >= 0) letPass(k, session, k.state.heldThread);
    k.journal.commit(worldResumed, session);
    if (k.debug !== undefined && sessions.owner[session] >= 0) k.debug.owesSchedule = true;
  }
  for (let row = 0; row < processes.used; row++) {
    if (!isLive(processes, row) || (processes.held[row] & (1 << session)) === 0) continue;
    k.journal.commit(processResumed, session, row);
    if (k.debug) k.debug.owesSchedule = true;
  }
}

/** Answers the faults that a session was told of, of all threads or of one. `strength` as in `faults/strength.ts`. */
export function answerAll(k: Kernel, session: number, strength: number, only = -1): void {
  const { threads } = k.state;
  for (let thread = k.state.firstFaulted; thread >= 0; thread = threads.nextFaulted[thread]) {
    if ((threads.told[thread] & (1 << session)) === 0 || (only >= 0 && only !== thread)) continue;
    k.journal.commit(faultReturned, session, thread, strength);
    if (k.debug) k.debug.owesSchedule = true;
  }
}

/**
 * A session resumes. `step`: a thread (-1: none) that is to execute one instruction and then be told of. `only`: whether it alone
 * runs in its process.
 */
export function resumeSession(k: Kernel, session: number, strength: number, step: number, only: number): number {
  const { threads } = k.state;
  const thread = step >= 0 ? step : only;
  if (thread >= 0) {
    if (!isLive(threads, thread) || threads.state[thread] === TASK_STATE.ENDED) return STATUS.NOT_FOUND;
    if (!covers(k, session, threads.process[thread])) return STATUS.NOT_FOUND;
  }
  if (!isHolding(k, session)) return STATUS.BAD_STATE;
  answerAll(k, session, strength);
  letGo(k, session);
  if (step >= 0) {
    const bit = 1 << session;
    // What it did before it was asked for is no step of this session.
    const done = k.debug?.stepDone.get(step) ?? 0;
    if (done & bit) k.debug?.stepDone.set(step, done & ~bit);
    if ((threads.stepping[step] & bit) === 0) k.journal.commit(stepArmed, step, threads.stepping[step] | bit);
  }
  if (only >= 0) {
    k.journal.commit(onlyNamed, session, only + 1);
    k.journal.commit(processStopped, session, threads.process[only], only);
    if (k.debug) k.debug.owesSchedule = true;
  }
  return STATUS.OK;
}

/** The session stops what it is about where it is now. */
export function stopNow(k: Kernel, session: number): number {
  const { state } = k;
  if (isHolding(k, session)) return STATUS.BAD_STATE;
  const thread = state.current;
  const isAbout = thread >= 0 && covers(k, session, state.threads.process[thread]);
  tellSession(k, session, DEBUG_EVENT.STOPPED, isAbout ? state.threads.process[thread] : -1, isAbout ? thread : -1);
  if ((state.sessions.options[session] & SESSION.STOP_PROCESS) !== 0) stop(k, session, -1);
  return STATUS.OK;
}

/** Tells every session that is about a process and whose options ask for it. */
export function tellInterested(
  k: Kernel,
  option: number,
  kind: number,
  process: number,
  thread: number,
  cause: number,
  detail: number,
): void {
  const { sessions } = k.state;
  for (let session = 0; session < sessions.used; session++) {
    if (!isLive(sessions, session) || (sessions.options[session] & option) === 0) continue;
    if (covers(k, session, process)) tellSession(k, session, kind, process, thread, cause, 0, 0, detail);
  }
}
