/** How a thread executes where there are debug sessions: with its triggers set, and one instruction alone where it is stepped. */
import { CAUSE, STOP } from '../../machine/index.js';
import type { Kernel } from '../kernel.js';
import type { Stepper } from '../step.js';
import { installTriggers } from './breakpoints.js';
import type { DebugHost } from './host.js';

/** Before the thread that has the hart executes; or instead of that: then it is true, and the run looks what is next. */
export function executeDebugged(k: Kernel, stepper: Stepper, debug: DebugHost, thread: number): boolean {
  const { hart } = k;
  const isStepping = k.state.threads.stepping[thread] !== 0;
  if (isStepping && debug.stepDone.has(thread)) {
    stepper.takeStep();
    return true;
  }
  if (k.loaded !== thread) {
    // A script is stepped by its operations, each of which counts as an instruction.
    debug.passing.delete(thread);
    if (isStepping) debug.stepDone.add(thread);
    return false;
  }
  installTriggers(k, k.loadedSpace);
  const isPassing = debug.passing.delete(thread);
  if (isPassing) hart.triggers.stopAt(hart.pc);
  if (!isStepping) return false;
  const before = hart.retired;
  const stop = hart.run(1);
  if (isPassing && stop === STOP.TRAP) keepPassing(k, debug, thread, before);
  // A fault that memory satisfies, or an interrupt, is not yet the instruction.
  const isDone = hart.retired !== before || (stop === STOP.TRAP && hart.csr.mcause === CAUSE.ECALL_FROM_U);
  if (isDone) debug.stepDone.add(thread);
  if (stop === STOP.TRAP) stepper.takeTrap();
  else if (stop === STOP.TRIGGER) stepper.takeTrigger();
  return true;
}

/** A thread that had been told of where it is trapped before it executed the instruction: it is not told again. */
export function keepPassing(k: Kernel, debug: DebugHost, thread: number, before: number): void {
  const { hart } = k;
  if (hart.retired === before && hart.csr.mcause !== CAUSE.ECALL_FROM_U) debug.passing.add(thread);
}
