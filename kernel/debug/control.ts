/** What debug_control does, for programs and for front ends outside the machine alike. */
import { STATUS } from '../../syscalls/errors.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import { DEBUG, SESSION } from '../../syscalls/options.js';
import { STRENGTH_OF } from '../faults/strength.js';
import type { Kernel } from '../kernel.js';
import { COST } from '../limits.js';
import { fits } from '../memory/frames.js';
import { isLive } from '../state/table.js';
import { BREAKPOINT, sessionOptionsSet } from '../transitions/debug.js';
import { clearBreakpoint, setBreakpoint } from './breakpoints.js';
import { covers } from './sessions.js';
import { resumeSession, stopNow } from './stops.js';

const ADDRESSES = 2 ** 32;

const PLACED: Readonly<Record<number, number>> = {
  [DEBUG.BREAK]: BREAKPOINT.EXECUTE,
  [DEBUG.WATCH_LOADS]: BREAKPOINT.LOAD,
  [DEBUG.WATCH_STORES]: BREAKPOINT.STORE,
  [DEBUG.WATCH]: BREAKPOINT.LOAD | BREAKPOINT.STORE,
  [DEBUG.CATCH_CALL]: BREAKPOINT.CALL,
  [DEBUG.CATCH_EVENTS]: BREAKPOINT.EVENT,
};

/** All options of a session but the slots of its pool, which are for good. */
const CHANGEABLE = Object.entries(SESSION).reduce((bits, [name, bit]) => (name === 'SLOTS' ? bits : bits | bit), 0);

/** Arguments that only depend on each other: OK, INVALID_ARGS or OUT_OF_RANGE. */
export function checkControl(op: number, address: number, length: number): number {
  if (op === DEBUG.RESUME || op === DEBUG.STEP || op === DEBUG.RESUME_ONLY)
    return STRENGTH_OF[address] === undefined ? STATUS.INVALID_ARGS : STATUS.OK;
  if (op === DEBUG.SET_OPTIONS) return (address & ~CHANGEABLE) === 0 ? STATUS.OK : STATUS.INVALID_ARGS;
  if (op !== DEBUG.WATCH && op !== DEBUG.WATCH_LOADS && op !== DEBUG.WATCH_STORES) return STATUS.OK;
  if (length === 0) return STATUS.INVALID_ARGS;
  return address + length > ADDRESSES ? STATUS.OUT_OF_RANGE : STATUS.OK;
}

/** Does it: the number of a breakpoint that was set, 0, or a negative status. `task`: a koid, 0 for all. */
export function control(k: Kernel, session: number, op: number, task: number, address: number, length: number): number {
  const { state } = k;
  const kind = PLACED[op];
  if (kind !== undefined) {
    const thread = task === 0 ? -1 : threadOf(k, session, task);
    const process = task === 0 || thread >= 0 ? -1 : processOf(k, session, task);
    if (task !== 0 && thread < 0 && process < 0) return STATUS.NOT_FOUND;
    const allocator = state.sessions.allocator[session];
    if (state.sessions.owner[session] >= 0 && !fits(k, allocator, COST.breakpoint)) return STATUS.NO_MEMORY;
    const bytes = op === DEBUG.BREAK ? 1 : length;
    return setBreakpoint(k, session, kind, process >= 0 ? task : 0, thread >= 0 ? task : 0, address | 0, bytes);
  }
  switch (op) {
    case DEBUG.STOP:
      return stopNow(k, session);
    case DEBUG.RESUME:
      return resumeSession(k, session, STRENGTH_OF[address], -1, -1);
    case DEBUG.STEP:
    case DEBUG.RESUME_ONLY: {
      const thread = threadOf(k, session, task);
      if (thread < 0) return STATUS.NOT_FOUND;
      const isStep = op === DEBUG.STEP;
      return resumeSession(k, session, STRENGTH_OF[address], isStep ? thread : -1, isStep ? -1 : thread);
    }
    case DEBUG.CLEAR:
      return clearBreakpoint(k, session, address | 0);
    default: {
      const kept = state.sessions.options[session] & ~CHANGEABLE;
      k.journal.commit(sessionOptionsSet, session, kept | address);
      return STATUS.OK;
    }
  }
}

/** The row of a thread with this koid that has not ended and that a session is about, or -1. */
export function threadOf(k: Kernel, session: number, koid: number): number {
  const { threads } = k.state;
  for (let row = 0; row < threads.used; row++) {
    if (!isLive(threads, row) || threads.koid[row] !== koid || threads.state[row] === TASK_STATE.ENDED) continue;
    return covers(k, session, threads.process[row]) ? row : -1;
  }
  return -1;
}

/** The same of a process; one that has ended is still there while somebody names it. */
export function processOf(k: Kernel, session: number, koid: number): number {
  const { processes } = k.state;
  for (let row = 0; row < processes.used; row++)
    if (isLive(processes, row) && processes.koid[row] === koid) return covers(k, session, row) ? row : -1;
  return -1;
}
