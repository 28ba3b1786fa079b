/**
 * The world while it is stopped. For a front end outside the machine nothing moves at all: the thread that has the hart keeps it.
 * For a program that debugs its own threads run meanwhile, and only they; the thread that had the hart keeps its turn, its quantum
 * and its reservation, and time is set back to where it was when the world goes on. It goes on when no session keeps it and no
 * thread of those programs could run, so that what they execute afterwards falls into the stop, too.
 */
import type { Kernel } from '../kernel.js';
import { isLive } from '../state/table.js';
import { threadHeld, worldReleased } from '../transitions/debug.js';
import { threadDispatched, threadPreempted } from '../transitions/tasks.js';
import { covers } from './sessions.js';

/** Is the world stopped? Also while programs that debug have still something to do in a stop that is over. */
export function isWorldStopped(k: Kernel): boolean {
  return k.state.worldStops !== 0 || k.state.isWorldHeld !== 0;
}

/** Has a front end outside the machine stopped it? Then nothing moves, nor does anything that a program's own stop would bring. */
export function isFrozen(k: Kernel): boolean {
  return k.state.worldStops > k.state.guestStops;
}

/** The world is about to stop. */
export function beginStop(k: Kernel): void {
  if (k.debug === undefined || isWorldStopped(k)) return;
  k.debug.stoppedRetired = k.hart.retired;
  k.debug.stoppedTime = k.board.time;
}

/**
 * May a thread run while the world is stopped? It is of a program whose session has stopped it, which nobody else who stops it
 * debugs. Others that debug do not: one that always has something to do would keep the world for ever.
 */
export function mayRun(k: Kernel, thread: number): boolean {
  const { sessions, threads } = k.state;
  const process = threads.process[thread];
  if (!isDebugging(k, process)) return false;
  for (let row = 0; row < sessions.used; row++)
    if (isLive(sessions, row) && sessions.holds[row] !== 0 && covers(k, row, process)) return false;
  return true;
}

/** Has a session of this process stopped the world in this stop? */
function isDebugging(k: Kernel, process: number): boolean {
  const { sessions } = k.state;
  for (let row = 0; row < sessions.used; row++)
    if (isLive(sessions, row) && sessions.inStop[row] !== 0 && sessions.owner[row] === process) return true;
  return false;
}

/** The first thread that may run in a stop, -1 for none. */
function firstThatMayRun(k: Kernel): number {
  const { readyHead, threads } = k.state;
  for (let level = readyHead.length - 1; level >= 0; level--)
    for (let thread = readyHead[level]; thread >= 0; thread = threads.queueNext[thread])
      if (mayRun(k, thread)) return thread;
  return -1;
}

/** Who has the hart while the world is stopped. Gives whether it goes on now. */
export function scheduleStopped(k: Kernel): boolean {
  const { state } = k;
  if (state.isWorldHeld === 0) return state.worldStops === 0;
  if (state.current >= 0 && !mayRun(k, state.current)) {
    // Held is who had the hart when the world stopped. Whoever ran since waits as others do: a program that has ended its session,
    // or one that debugs and is stopped now itself.
    if (state.heldThread >= 0 || isDebugging(k, state.threads.process[state.current]))
      k.journal.commit(threadPreempted, state.current);
    else {
      if (k.debug !== undefined && k.loaded === state.current) k.debug.reservation = k.hart.reservation;
      k.journal.commit(threadHeld, state.current);
    }
  }
  const ready = firstThatMayRun(k);
  if (state.current < 0 && ready >= 0) k.journal.commitAt(threadDispatched, Number.POSITIVE_INFINITY, ready);
  if (state.current >= 0 || state.worldStops !== 0) return false;
  release(k);
  return true;
}

function release(k: Kernel): void {
  const { debug } = k;
  const executed = debug === undefined ? 0 : k.hart.retired - debug.stoppedRetired;
  if (debug !== undefined && executed > 0) {
    debug.retiredInStops += executed;
    k.hart.retireForHost(-executed);
  }
  k.journal.commit(worldReleased);
}
