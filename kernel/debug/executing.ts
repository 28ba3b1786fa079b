/** How a thread executes where there are debug sessions: with its triggers set, and one instruction alone where it is stepped. */
import { CAUSE, STOP, type StopReason } from '../../machine/index.js';
import type { Kernel } from '../kernel.js';
import type { Stepper } from '../step.js';
import { installTriggers } from './breakpoints.js';
import type { DebugHost } from './host.js';

/** Before the thread that has the hart executes; or instead of that: then it is true, and the run looks what is next. */
export function executeDebugged(k: Kernel, stepper: Stepper, debug: DebugHost, thread: number): boolean {
  const { hart } = k;
  const stepping = k.state.threads.stepping[thread];
  if (((debug.stepDone.get(thread) ?? 0) & stepping) !== 0) {
    stepper.takeStep();
    return true;
  }
  if (k.loaded !== thread) {
    // A script is stepped by its operations, each of which counts as an instruction.
    debug.passing.delete(thread);
    if (stepping !== 0) debug.stepDone.set(thread, stepping);
    return false;
  }
  installTriggers(k, k.loadedSpace);
  if (debug.passing.size > 0 || debug.passingNow !== 0) pass(k, debug, thread);
  if (stepping === 0) return false;
  const before = hart.retired;
  const stop = hart.run(1);
  // A fault that memory satisfies, or an interrupt, is not yet the instruction.
  const isDone = hart.retired !== before || (stop === STOP.TRAP && hart.csr.mcause === CAUSE.ECALL_FROM_U);
  if (isDone) debug.stepDone.set(thread, stepping);
  keepPassing(k, debug, thread, stop);
  if (stop === STOP.TRAP) stepper.takeTrap();
  else if (stop === STOP.TRIGGER) stepper.takeTrigger();
  return true;
}

/** The sessions for which the thread has stopped at its next instruction do not stop it there again. */
function pass(k: Kernel, debug: DebugHost, thread: number): void {
  const { hart, state } = k;
  debug.passingNow = debug.passing.get(thread) ?? 0;
  debug.passingAt = hart.retired;
  if (debug.passingNow === 0) return;
  debug.passing.delete(thread);
  // Where there is but one it need not be asked whose breakpoint is there.
  if (state.sessions.live === 1) hart.triggers.stopAt(hart.pc);
}

/** A thread that trapped before it executed the instruction at which it has stopped already is not stopped there when it does. */
export function keepPassing(k: Kernel, debug: DebugHost, thread: number, stop: StopReason): void {
  const { hart } = k;
  if (debug.passingNow === 0 || stop !== STOP.TRAP || hart.retired !== debug.passingAt) return;
  if (hart.csr.mcause !== CAUSE.ECALL_FROM_U) debug.passing.set(thread, debug.passingNow);
}
