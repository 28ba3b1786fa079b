/**
 * 30 to 33: faults and debug sessions. A thread that is stopped at a fault waits for somebody who can answer; who owes an answer
 * is in the list of that thread, once.
 */
import { BLOCKED_ON, TASK_STATE } from '../../syscalls/layouts.js';
import { PHASE } from '../faults/asked.js';
import type { Kernel } from '../kernel.js';
import { FAULT_OWED } from '../state/owing.js';
import { isLive } from '../state/table.js';
import { PLACES } from '../transitions/debug.js';
import { type Report, rows } from './report.js';

export function checkFaults(k: Kernel, report: Report): void {
  const { threads, registrations: r } = k.state;
  const listed = new Set<number>();
  const owing = new Set<number>();
  let previous = -1;
  for (let row = k.state.firstFaulted; row >= 0 && !listed.has(row); row = threads.nextFaulted[row]) {
    listed.add(row);
    report(threads.previousFaulted[row] === previous, () => `30: faults are not linked both ways at thread row ${row}`);
    previous = row;
    checkFault(k, report, row, owing);
  }
  report(k.state.lastFaulted === previous, () => '30: the last fault is another one');
  for (const row of rows(threads)) {
    const isStopped = threads.state[row] === TASK_STATE.BLOCKED && threads.blockedOn[row] === BLOCKED_ON.FAULT;
    report(
      listed.has(row) === isStopped,
      () => `30: thread row ${row} is ${isStopped ? 'not ' : ''}in the list of faults`,
    );
    report(
      isStopped || threads.told[row] === 0,
      () => `32: a session owes an answer to thread row ${row}, which has no fault`,
    );
  }
  for (const row of rows(r)) {
    if (r.owes[row] < FAULT_OWED) continue;
    report(owing.has(row), () => `31: registration row ${row} owes an answer to no fault`);
    report(
      r.thread[row] < 0 || threads.state[r.thread[row]] !== TASK_STATE.ENDED,
      () => `33: registration row ${row} owes an answer, and its thread has ended`,
    );
  }
  checkSessions(k, report);
}

function checkFault(k: Kernel, report: Report, row: number, owing: Set<number>): void {
  const { threads, registrations: r } = k.state;
  const phase = threads.faultPhase[row];
  const isSessions = phase === PHASE.SESSIONS || phase === PHASE.SECOND_CHANCE;
  const isAwaited = isSessions ? threads.told[row] !== 0 : threads.owed[row] > 0 || threads.faultDeferred[row] !== 0;
  report(
    phase !== PHASE.NONE && isAwaited,
    () => `32: thread row ${row} is stopped at a fault, and nobody is to answer`,
  );
  let owed = 0;
  let previous = -1;
  for (let at = threads.firstOwing[row]; at >= 0 && !owing.has(at); at = r.nextOwing[at]) {
    owing.add(at);
    report(
      isLive(r, at) && r.owes[at] === FAULT_OWED + row && r.previousOwing[at] === previous,
      () => `31: registration row ${at} does not owe an answer to thread row ${row}`,
    );
    previous = at;
    owed++;
  }
  report(
    threads.owed[row] === owed,
    () => `31: ${owed} answers are owed to thread row ${row}, not ${threads.owed[row]}`,
  );
}

/** 30: what sessions have stopped is counted, and their breakpoints are. */
function checkSessions(k: Kernel, report: Report): void {
  const { sessions, breakpoints, threads, processes } = k.state;
  let held = 0;
  let guests = 0;
  for (const row of rows(sessions)) {
    held += sessions.holds[row];
    if (sessions.owner[row] >= 0) guests++;
  }
  report(k.state.worldStops === held, () => `30: ${held} sessions stop the world, not ${k.state.worldStops}`);
  report(k.state.guestSessions === guests, () => `30: ${guests} sessions are programs', not ${k.state.guestSessions}`);
  let places = 0;
  for (const row of rows(breakpoints)) {
    if (breakpoints.kind[row] & PLACES) places++;
    report(isLive(sessions, breakpoints.session[row]), () => `30: breakpoint row ${row} is of no session`);
  }
  report(
    k.state.placeBreakpoints === places,
    () => `30: there are ${places} breakpoints, not ${k.state.placeBreakpoints}`,
  );
  for (const row of rows(threads)) {
    // Of those that were there when the session stopped the process; one may have been left out.
    const beyond = threads.held[row] & ~processes.held[threads.process[row]];
    report(beyond === 0, () => `30: thread row ${row} is stopped by a session that has not stopped its process`);
  }
}
