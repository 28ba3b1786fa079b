/** The chances that debug sessions have at a fault: the first, before anybody else, and, who asked for it, a second one at the end. */
import { DEBUG_EVENT, SESSION } from '../../syscalls/options.js';
import type { Kernel } from '../kernel.js';
import { isLive } from '../state/table.js';
import { faultOffered } from '../transitions/debug.js';
import { covers } from './sessions.js';
import { tellSession } from './stops.js';

/** Is any session about the process of a thread? */
export function isOfferedToSessions(k: Kernel, thread: number): boolean {
  const { sessions, threads } = k.state;
  if (sessions.live === 0) return false;
  for (let session = 0; session < sessions.used; session++)
    if (covers(k, session, threads.process[thread])) return true;
  return false;
}

/** Tells the sessions of the fault of a thread; whether anybody has to answer. */
export function offerToSessions(k: Kernel, thread: number, again: boolean): boolean {
  const { sessions, threads } = k.state;
  if (sessions.live === 0) return false;
  const process = threads.process[thread];
  for (let session = 0; session < sessions.used; session++) {
    if (!isLive(sessions, session) || !covers(k, session, process)) continue;
    if (again && (sessions.options[session] & SESSION.SECOND_CHANCE) === 0) continue;
    k.journal.commit(faultOffered, session, thread);
    tellSession(
      k,
      session,
      again ? DEBUG_EVENT.SECOND_CHANCE : DEBUG_EVENT.FAULT,
      process,
      thread,
      threads.faultCause[thread],
      threads.faultPc[thread],
      threads.faultAddress[thread],
      threads.faultDetail[thread],
    );
  }
  return threads.told[thread] !== 0;
}
