/**
 * The machine is out of frames: a request that its quota allows finds none. The path, in order: the record, the shrinkers, the
 * monitor, a victim, the end of the machine. It is outside the event API and allocates nothing: `charge` panics while it is
 * open, and all that it needs is there since boot. Bounded: every round kills somebody, or is the last.
 */
import { TASK_STATE } from '../../syscalls/layouts.js';
import { finishWork } from '../finish.js';
import { type Kernel, NOT_SETTLED } from '../kernel.js';
import { ROOT_STATUS } from '../limits.js';
import { ROOT_PATH } from '../state/state.js';
import { isLive } from '../state/table.js';
import { ROOT_OUTCOME, rootHalted, rootOomBegun, rootOomEnded } from '../transitions/root-oom.js';
import { CAUSE_OF_DEATH } from './epitaph.js';
import { askMonitor, canAskMonitor } from './monitor.js';
import { askShrinkers, freeFrames } from './shrinkers.js';
import { ANYBODY } from './use.js';
import { hasVictim, killVictim } from './victim.js';
import { framesFor, isEnough, ROOT_ALLOCATOR, waitsAtRoot } from './wanted.js';

/** What came of the root path. */
export const ROOT = {
  /** So many frames are free now. */
  GAVE: 0,
  /** The monitor decides; nothing else runs until it has. */
  DECIDING: 1,
  /** Nobody is left to give frames, or whoever wanted them is gone. */
  NOTHING: 2,
} as const;

/**
 * Finds frames for a request, a thread's (its row) or nobody's (-1): of the running thread, or of one that waits at the root. To
 * be called where nothing of the step is half done: it runs the work list of whom it kills, after which rows of objects may be
 * others. Whoever gets DECIDING has the running thread wait for FRAMES, or looks again when the monitor has decided.
 */
export function rootOutOfMemory(k: Kernel, frames: number, thread = -1): number {
  if (k.state.rootPath !== ROOT_PATH.NO || k.state.halted !== 0) return ROOT.NOTHING;
  k.journal.commit(rootOomBegun, frames, framesFor(k, thread), thread);
  if (askShrinkers(k, frames, thread)) {
    endPass(k, ROOT_OUTCOME.SHRUNK);
    return ROOT.GAVE;
  }
  // Nobody is asked to choose among those whose death would not help.
  if (waitsAtRoot(k, thread) && !hasVictim(k, ROOT_ALLOCATOR)) {
    endPass(k, ROOT_OUTCOME.NOTHING);
    return ROOT.NOTHING;
  }
  if (canAskMonitor(k, thread)) {
    askMonitor(k);
    return ROOT.DECIDING;
  }
  return killUntil(k, frames, thread);
}

/**
 * Kills until so many frames are there, or whoever wanted them is gone. For a request that waits at the root those are killed who
 * have anything of the root's, and when there are none the request fails, as at any allocator. The root path has begun.
 */
export function killUntil(k: Kernel, frames: number, thread: number): number {
  const koid = thread < 0 ? 0 : k.state.threads.koid[thread];
  const isWaiting = waitsAtRoot(k, thread);
  for (;;) {
    if (!killVictim(k, isWaiting ? ROOT_ALLOCATOR : ANYBODY)) {
      if (isWaiting) endPass(k, ROOT_OUTCOME.NOTHING);
      else haltMachine(k, frames, CAUSE_OF_DEATH.NO_VICTIM);
      return ROOT.NOTHING;
    }
    endPass(k, ROOT_OUTCOME.KILLED);
    finishPass(k);
    if (thread >= 0 && !isAlive(k, thread, koid)) return ROOT.NOTHING;
    // Whose request waited may have been served by what the deaths caused.
    if (isWaiting !== waitsAtRoot(k, thread) || isEnough(k, frames, thread)) return ROOT.GAVE;
    k.journal.commit(rootOomBegun, frames, framesFor(k, thread), thread);
  }
}

/** The machine stops, and the epitaph says why. The root path has begun, and is over with it. */
export function haltMachine(k: Kernel, frames: number, why: Uint8Array): void {
  k.epitaph.write(frames, freeFrames(k), why);
  k.journal.commit(rootHalted, ROOT_STATUS);
  endPass(k, ROOT_OUTCOME.HALTED);
}

/**
 * Does what the deaths of a pass caused. A shortage of the root that is found there begins no pass within this one, however many
 * victims it takes: it is looked at again at the end of the step.
 */
export function finishPass(k: Kernel): void {
  k.inRootPass = true;
  finishWork(k);
  k.inRootPass = false;
  k.memorySettled = NOT_SETTLED;
}

export function endPass(k: Kernel, outcome: number): void {
  k.journal.commit(rootOomEnded, outcome, freeFrames(k));
}

/** Is a thread still there, and has not ended? Its row may be another's by now. */
export function isAlive(k: Kernel, thread: number, koid: number): boolean {
  const { threads } = k.state;
  return isLive(threads, thread) && threads.koid[thread] === koid && threads.state[thread] !== TASK_STATE.ENDED;
}
