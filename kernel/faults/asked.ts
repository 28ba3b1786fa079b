/** Where a fault is: which phase, and at which source its listeners are asked. */
import { CAUSE } from '../../machine/index.js';
import type { State } from '../state/state.js';

export const PHASE = { NONE: 0, SESSIONS: 1, THREAD: 2, PROCESS: 3, SECOND_CHANCE: 4, JOBS: 5 } as const;

/** The source that a phase asks at; -1 for the phases of debug sessions. */
export function sourceAsked(s: State, thread: number): number {
  const { threads, processes, jobs } = s;
  const isBreak = threads.faultCause[thread] === CAUSE.BREAKPOINT;
  const process = threads.process[thread];
  switch (threads.faultPhase[thread]) {
    case PHASE.THREAD:
      return (isBreak ? threads.breaks : threads.faults)[thread];
    case PHASE.PROCESS:
      return (isBreak ? processes.breaks : processes.faults)[process];
    case PHASE.JOBS:
      return (isBreak ? jobs.breaks : jobs.faults)[threads.faultJob[thread] - 1];
    default:
      return -1;
  }
}
