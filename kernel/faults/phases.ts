/**
 * The phases of a fault (debugging.md). A thread that does what cannot be done stops, and executes nothing until they end: debug
 * sessions, listeners on the thread, listeners on its process, sessions that asked for a second chance, jobs from child to root;
 * then its process is killed. Inside a phase all are told; it ends when all answers are given or void, and the strongest counts,
 * in whatever order they came. Pass: the next phase.
 */
import { CAUSE } from '../../machine/index.js';
import { EXIT_REASON } from '../../syscalls/layouts.js';
import { isOfferedToSessions, offerToSessions } from '../debug/chances.js';
import type { Kernel } from '../kernel.js';
import { killByFault } from '../tasks/faults.js';
import { exitThread } from '../tasks/process.js';
import { repeat } from '../tasks/waiting.js';
import { faultAsked, faultDeferred, faultEnded, threadFaulted } from '../transitions/faults.js';
import { PHASE, sourceAsked } from './asked.js';
import { isSomebodyBusy, passForStopped, tellListeners } from './listeners.js';
import { STRENGTH } from './strength.js';

/** A thread's fault cannot be satisfied by memory. Where nobody listens its process ends in this step. `detail`: FAULT_DETAIL. */
export function raiseFault(
  k: Kernel,
  thread: number,
  cause: number,
  pc: number,
  address: number,
  detail: number,
): void {
  if (!isHeard(k, thread, cause)) {
    killByFault(k, thread, cause, pc, address, detail);
    return;
  }
  k.journal.commit(threadFaulted, thread, cause, pc, address, detail);
  goOn(k, thread);
}

/** Is there anybody to ask? Usually not, and then nothing is recorded of phases. */
function isHeard(k: Kernel, thread: number, cause: number): boolean {
  if (isOfferedToSessions(k, thread)) return true;
  const { threads, processes, jobs, sources } = k.state;
  const process = threads.process[thread];
  const isBreak = cause === CAUSE.BREAKPOINT;
  if (sources.length[(isBreak ? threads.breaks : threads.faults)[thread]] > 0) return true;
  if (sources.length[(isBreak ? processes.breaks : processes.faults)[process]] > 0) return true;
  for (let job = processes.job[process]; job >= 0; job = jobs.parent[job])
    if (sources.length[(isBreak ? jobs.breaks : jobs.faults)[job]] > 0) return true;
  return false;
}

/** Begins the next phase, until one has somebody to wait for, or the last is over. */
function goOn(k: Kernel, thread: number): void {
  const { threads, processes, jobs } = k.state;
  for (;;) {
    const phase = threads.faultPhase[thread];
    if (phase < PHASE.JOBS) {
      const job = phase + 1 === PHASE.JOBS ? processes.job[threads.process[thread]] + 1 : 0;
      k.journal.commit(faultAsked, thread, phase + 1, job);
    } else {
      const above = jobs.parent[threads.faultJob[thread] - 1];
      if (above < 0) {
        decide(k, thread, STRENGTH.KILL_PROCESS);
        return;
      }
      k.journal.commit(faultAsked, thread, PHASE.JOBS, above + 1);
    }
    if (ask(k, thread)) return;
  }
}

/** Asks those whom the phase concerns: true where there is something to wait for. */
function ask(k: Kernel, thread: number): boolean {
  const { threads } = k.state;
  const phase = threads.faultPhase[thread];
  if (phase === PHASE.SESSIONS || phase === PHASE.SECOND_CHANCE)
    return offerToSessions(k, thread, phase === PHASE.SECOND_CHANCE);
  const source = sourceAsked(k.state, thread);
  // Who listens later must not hear of a fault that nobody but a debug session was told of.
  if (k.state.sources.length[source] === 0) return false;
  if (isSomebodyBusy(k, source)) {
    k.journal.commit(faultDeferred, thread);
    return true;
  }
  tellListeners(k, source, thread);
  return threads.owed[thread] > 0;
}

/** All answers of a phase are given. */
export function phaseEnded(k: Kernel, thread: number): void {
  const { verdict } = k.state.threads;
  if (verdict[thread] === STRENGTH.PASS) goOn(k, thread);
  else decide(k, thread, verdict[thread]);
}

/** What comes of a fault, by the strongest answer. */
export function decide(k: Kernel, thread: number, strength: number): void {
  const { threads } = k.state;
  const cause = threads.faultCause[thread];
  const pc = threads.faultPc[thread] >>> 0;
  const address = threads.faultAddress[thread] >>> 0;
  const detail = threads.faultDetail[thread];
  k.journal.commit(faultEnded, thread, strength);
  if (strength === STRENGTH.HANDLED) repeat(k, thread, false);
  else if (strength === STRENGTH.KILL_THREAD) exitThread(k, thread, EXIT_REASON.KILLED);
  else killByFault(k, thread, cause, pc, address, detail);
}

/**
 * At the end of a step in which threads are stopped at faults: who owes an answer and cannot run any more passes, what waited for
 * a listener that is free now is asked, and phases that are over end. Whether anything was done.
 */
export function settleFaults(k: Kernel): boolean {
  const { threads } = k.state;
  let done = false;
  for (let thread = k.state.firstFaulted; thread >= 0; ) {
    const next = threads.nextFaulted[thread];
    if (settle(k, thread)) done = true;
    // What was decided may have ended the next one, too: then again from the front.
    thread = next >= 0 && threads.faultPhase[next] === PHASE.NONE ? k.state.firstFaulted : next;
  }
  return done;
}

function settle(k: Kernel, thread: number): boolean {
  const { threads } = k.state;
  const phase = threads.faultPhase[thread];
  if (phase === PHASE.SESSIONS || phase === PHASE.SECOND_CHANCE) {
    if (threads.told[thread] !== 0) return false;
    phaseEnded(k, thread);
    return true;
  }
  if (threads.faultDeferred[thread] !== 0) {
    if (isSomebodyBusy(k, sourceAsked(k.state, thread))) return false;
    k.journal.commit(faultAsked, thread, phase, threads.faultJob[thread]);
    if (!ask(k, thread)) phaseEnded(k, thread);
    return true;
  }
  const passed = passForStopped(k, thread);
  if (threads.owed[thread] > 0) return passed;
  phaseEnded(k, thread);
  return true;
}
