/** Debug sessions: made, ended, and which processes they are about. */
import { STATUS } from '../../syscalls/errors.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { closeSource } from '../events/broadcast.js';
import type { Kernel } from '../kernel.js';
import { GUEST_SESSIONS, TABLE_LIMIT } from '../limits.js';
import { freeRows, isLive } from '../state/table.js';
import { breakpointCleared, onlyNamed, sessionCreated, sessionRemoved, stepArmed } from '../transitions/debug.js';
import { DebugHost } from './host.js';
import { answerAll, letGo } from './stops.js';

/** Begins a session: its row, or NO_RESOURCES. `owner` -1: from outside. There is room for its charge. */
export function createSession(
  k: Kernel,
  allocator: number,
  owner: number,
  type: number,
  task: number,
  options: number,
): number {
  const row = freeSession(k, owner < 0);
  if (row < 0 || (owner >= 0 && freeRows(k.state.sources) < 1)) return STATUS.NO_RESOURCES;
  k.debug ??= new DebugHost();
  k.journal.commit(sessionCreated, row, owner < 0 ? 0 : k.state.nextKoid, allocator, owner, type, task, options);
  return row;
}

/**
 * The row of the next session, or -1: programs have the first rows, front ends outside the machine the others. Sessions are told in
 * the order of their rows, and which row a program's has must not depend on who else debugs.
 */
function freeSession(k: Kernel, isOutside: boolean): number {
  const end = isOutside ? TABLE_LIMIT.sessions : GUEST_SESSIONS;
  for (let row = isOutside ? GUEST_SESSIONS : 0; row < end; row++) if (!isLive(k.state.sessions, row)) return row;
  return -1;
}

/** Is it the session of a debugger outside of the machine? */
export function isOutside(k: Kernel, session: number): boolean {
  return k.state.sessions.owner[session] < 0;
}

/** Ends a session: its breakpoints go, what it has stopped goes on, faults that it was asked about are passed. */
export function endSession(k: Kernel, session: number): void {
  const { breakpoints, threads, sessions } = k.state;
  for (let row = 0; row < breakpoints.used; row++)
    if (isLive(breakpoints, row) && breakpoints.session[row] === session) k.journal.commit(breakpointCleared, row);
  for (let row = 0; row < threads.used; row++)
    if (isLive(threads, row) && (threads.stepping[row] & (1 << session)) !== 0)
      k.journal.commit(stepArmed, row, threads.stepping[row] & ~(1 << session));
  answerAll(k, session, 0);
  letGo(k, session);
  if (sessions.only[session] !== 0) k.journal.commit(onlyNamed, session, 0);
  const allocator = sessions.allocator[session];
  const type = sessions.type[session];
  const task = sessions.task[session];
  const isGuest = sessions.owner[session] >= 0;
  if (isGuest) closeSource(k, sessions.source[session]);
  k.journal.commit(sessionRemoved, session);
  if (k.debug !== undefined) k.debug.told[session] = undefined;
  if (!isGuest) return;
  k.mayBeUnused(type === OBJECT_TYPE.process ? 'process' : 'job', task);
  k.mayBeUnused('allocator', allocator);
}

/** A session that no handle names ends. */
export function removeSessionIfUnused(k: Kernel, session: number): void {
  const { sessions } = k.state;
  if (isLive(sessions, session) && sessions.owner[session] >= 0 && sessions.references[session] === 0)
    endSession(k, session);
}

/** Is a session about a process? Never about the one that debugs: it could not go on. */
export function covers(k: Kernel, session: number, process: number): boolean {
  const { sessions, processes, jobs } = k.state;
  if (!isLive(sessions, session) || sessions.owner[session] === process) return false;
  if (sessions.type[session] === OBJECT_TYPE.process) return sessions.task[session] === process;
  for (let job = processes.job[process]; job >= 0; job = jobs.parent[job])
    if (job === sessions.task[session]) return true;
  return false;
}

/** Processes that a session is about and that have not ended. */
export function* processesOf(k: Kernel, session: number): Generator<number> {
  const { processes } = k.state;
  for (let row = 0; row < processes.used; row++)
    if (isLive(processes, row) && processes.state[row] !== TASK_STATE.ENDED && covers(k, session, row)) yield row;
}
