/**
 * Step 2: whoever holds frames that it can do without. Shrinkers are registered at boot and asked in that order, each for what
 * is still missing. In the middle of a call those are asked that give back frames of their own, and touch nothing else.
 */
import type { Kernel } from '../kernel.js';
import { ROOT_OUTCOME, rootOomBegun, rootOomEnded } from '../transitions/root-oom.js';
import { framesFor, isEnough } from './wanted.js';

export interface Shrinker {
  readonly name: string;
  /** What it takes may be what a call relies on: it is asked between calls alone. */
  readonly onlyBetweenCalls?: true;
  /** Gives back so many frames where it can, by `releaseFrame`, in bounded time and allocating nothing; returns how many. */
  readonly shrink: (k: Kernel, frames: number) => number;
}

/** Frames that are free. */
export function freeFrames(k: Kernel): number {
  return k.state.frames.limit - k.state.frames.live;
}

/** Asks the shrinkers until so many frames are there for a thread; true where they are. The root path has begun. */
export function askShrinkers(k: Kernel, frames: number, thread = -1, inCall = false): boolean {
  const { shrinkers } = k;
  for (let i = 0; i < shrinkers.length && !isEnough(k, frames, thread); i++) {
    if (!inCall || !shrinkers[i].onlyBetweenCalls) shrinkers[i].shrink(k, Math.max(1, frames - framesFor(k, thread)));
  }
  return isEnough(k, frames, thread);
}

/** A pass of the root path that goes no further than the shrinkers: it can be made wherever a frame is missing. */
export function shrink(k: Kernel, frames: number): boolean {
  if (!k.shrinkers.some(isAskedInCalls)) return false;
  k.journal.commit(rootOomBegun, frames, freeFrames(k), -1);
  const isEnough = askShrinkers(k, frames, -1, true);
  k.journal.commit(rootOomEnded, ROOT_OUTCOME.SHRUNK, freeFrames(k));
  return isEnough;
}

function isAskedInCalls({ onlyBetweenCalls }: Shrinker): boolean {
  return !onlyBetweenCalls;
}
