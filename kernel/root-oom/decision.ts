/** What the monitor decided, or did not: it is done, and where it is not enough the machine helps itself. */

import { killJob } from '../jobs.js';
import type { Kernel } from '../kernel.js';
import { endProcess } from '../tasks/process.js';
import { ROOT_OUTCOME, rootOomBegun } from '../transitions/root-oom.js';
import { CAUSE_OF_DEATH } from './epitaph.js';
import { endPass, finishPass, haltMachine, isAlive, killUntil } from './path.js';
import { resumeWithFrames } from './request.js';
import { OUT_OF_MEMORY } from './victim.js';
import { framesFor, isEnough, waitsAtRoot } from './wanted.js';

/** The monitor says that frames are free now. */
export function monitorFreed(k: Kernel): void {
  settle(k, ROOT_OUTCOME.FREED);
}

/** The monitor has a job killed, or a process; the other is -1. */
export function monitorKills(k: Kernel, job: number, process: number): void {
  if (job >= 0) killJob(k, job, OUT_OF_MEMORY);
  else endProcess(k, process, OUT_OF_MEMORY);
  settle(k, ROOT_OUTCOME.KILLED);
}

/** The monitor stops the machine. */
export function monitorHalts(k: Kernel): void {
  haltMachine(k, k.state.rootWanted, CAUSE_OF_DEATH.MONITOR);
}

/** Its time is over, or it waits for something else, or it is gone. */
export function monitorFailed(k: Kernel): void {
  settle(k, ROOT_OUTCOME.NO_ANSWER);
}

/** Ends the monitor's pass; then whoever waits goes on, when there are frames. */
function settle(k: Kernel, outcome: number): void {
  const { rootWanted: wanted, rootThread: thread } = k.state;
  const koid = thread < 0 ? 0 : k.state.threads.koid[thread];
  const isWaiting = waitsAtRoot(k, thread);
  endPass(k, outcome);
  finishPass(k);
  if (thread >= 0 && !isAlive(k, thread, koid)) return;
  // A request that waited at the root is served in its queue, or was already.
  if (isWaiting && !waitsAtRoot(k, thread)) return;
  if (!isEnough(k, wanted, thread)) {
    k.journal.commit(rootOomBegun, wanted, framesFor(k, thread), thread);
    killUntil(k, wanted, thread);
  }
  if (thread >= 0 && !isWaiting && isAlive(k, thread, koid)) resumeWithFrames(k, thread);
}
