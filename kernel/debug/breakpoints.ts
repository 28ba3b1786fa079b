/**
 * Breakpoints and watchpoints: rows of a table, and triggers of the hart for those of the process whose address space it has. Memory
 * is never touched. What is not at a place (calls, wakings) stands in the same table, and the kernel itself looks for it.
 */
import type { TriggerKind } from '../../machine/index.js';
import { STATUS } from '../../syscalls/errors.js';
import { DEBUG_EVENT } from '../../syscalls/options.js';
import type { Kernel } from '../kernel.js';
import { GUEST_BREAKPOINTS, TABLE_LIMIT } from '../limits.js';
import { isLive, nextRow } from '../state/table.js';
import { BREAKPOINT, breakpointCleared, breakpointSet, PLACES } from '../transitions/debug.js';
import type { DebugHost } from './host.js';
import { covers } from './sessions.js';

/** As the address of a caught call: any. */
export const ANY_CALL = -1;

/** Sets a breakpoint of a session: its number, or a negative status. Koids of a process and a thread, 0 for any. */
export function setBreakpoint(
  k: Kernel,
  session: number,
  kind: number,
  process: number,
  thread: number,
  address: number,
  length: number,
): number {
  const { breakpoints, sessions, guestBreakpoints } = k.state;
  const isGuest = sessions.owner[session] >= 0;
  const used = isGuest ? guestBreakpoints : breakpoints.live - guestBreakpoints;
  const row = nextRow(breakpoints);
  if (row < 0 || used >= (isGuest ? GUEST_BREAKPOINTS : TABLE_LIMIT.breakpoints - GUEST_BREAKPOINTS))
    return STATUS.NO_RESOURCES;
  const number = sessions.lastNumber[session] + 1;
  k.journal.commit(breakpointSet, row, session, number, kind, process, thread, address, length);
  return number;
}

/** Removes a breakpoint of a session by its number: OK or NOT_FOUND. */
export function clearBreakpoint(k: Kernel, session: number, number: number): number {
  const { breakpoints } = k.state;
  for (let row = 0; row < breakpoints.used; row++) {
    if (!isLive(breakpoints, row) || breakpoints.session[row] !== session || breakpoints.number[row] !== number)
      continue;
    k.journal.commit(breakpointCleared, row);
    return STATUS.OK;
  }
  return STATUS.NOT_FOUND;
}

/** Does a breakpoint concern a process at all? */
function concerns(k: Kernel, row: number, process: number): boolean {
  const { breakpoints, processes } = k.state;
  const only = breakpoints.process[row];
  return (only === 0 || only === processes.koid[process]) && covers(k, breakpoints.session[row], process);
}

/** Does it concern this thread of such a process? */
export function isMeant(k: Kernel, row: number, thread: number): boolean {
  const { breakpoints, threads } = k.state;
  const only = breakpoints.thread[row];
  return (only === 0 || only === threads.koid[thread]) && concerns(k, row, threads.process[thread]);
}

/** Gives the hart the triggers for a process that gets its address space (-1: none), if they are not there. */
export function installTriggers(k: Kernel, process: number): void {
  const { debug } = k;
  if (debug === undefined) return;
  const { breakpoints, breakpointChanges } = k.state;
  if (debug.installedFor === process && debug.installedAt === breakpointChanges) return;
  const { triggers } = k.hart;
  for (const trigger of debug.installed.keys()) triggers.remove(trigger);
  debug.installed.clear();
  debug.installedFor = process;
  debug.installedAt = breakpointChanges;
  if (process < 0) return;
  for (let row = 0; row < breakpoints.used; row++) {
    if (!isLive(breakpoints, row) || (breakpoints.kind[row] & PLACES) === 0 || !concerns(k, row, process)) continue;
    for (const [bit, kind] of TRIGGERS) {
      if ((breakpoints.kind[row] & bit) === 0) continue;
      const address = breakpoints.address[row] >>> 0;
      debug.installed.set(triggers.add({ kind, address, length: breakpoints.length[row] }), row);
    }
  }
}

const TRIGGERS: readonly (readonly [number, TriggerKind])[] = [
  [BREAKPOINT.EXECUTE, 'execute'],
  [BREAKPOINT.LOAD, 'load'],
  [BREAKPOINT.STORE, 'store'],
];

/**
 * The hart stopped at triggers: the breakpoints of sessions that meant this thread and have not stopped it here already, each once.
 * In the order of sessions, and of each as it set them: whose rows these are depends on who else debugs. Hot path: allocates nothing;
 * what it gives is only valid until the next hit.
 */
export function breakpointsHit(k: Kernel, debug: DebugHost, thread: number): readonly number[] {
  const { hits } = debug;
  hits.length = 0;
  const { session, number, thread: only } = k.state.breakpoints;
  const koid = k.state.threads.koid[thread];
  const passing = debug.passingAt === k.hart.retired ? debug.passingNow : 0;
  for (const trigger of k.hart.triggers.hits) {
    const row = debug.installed.get(trigger);
    // Those that do not concern the process were not installed.
    if (row === undefined || hits.includes(row) || (only[row] !== 0 && only[row] !== koid)) continue;
    if (((passing >>> session[row]) & 1) === 0) hits.push(row);
  }
  if (hits.length > 1) hits.sort((a, b) => session[a] - session[b] || number[a] - number[b]);
  return hits;
}

/** What a session is told of a breakpoint. */
export function kindTold(k: Kernel, row: number): number {
  return k.state.breakpoints.kind[row] & BREAKPOINT.EXECUTE ? DEBUG_EVENT.BREAKPOINT : DEBUG_EVENT.WATCHPOINT;
}

/** Sessions that want to be told of this call of a thread, or that a wait of it ended; each once. */
export function catching(k: Kernel, kind: number, thread: number, call: number): number[] {
  const { breakpoints } = k.state;
  const found = new Set<number>();
  for (let row = 0; row < breakpoints.used; row++) {
    if (!isLive(breakpoints, row) || breakpoints.kind[row] !== kind) continue;
    const isIt = kind !== BREAKPOINT.CALL || breakpoints.address[row] === ANY_CALL || breakpoints.address[row] === call;
    if (isIt && isMeant(k, row, thread)) found.add(breakpoints.session[row]);
  }
  return [...found].sort((a, b) => a - b);
}
