/**
 * The clock of a process, which stands still while debug sessions have stopped that process alone: its time is the machine's less
 * how long it stood. Deadlines that go by it stand still with it: those of waits of its threads, and those of timers that it set.
 */
import { FIRST_TIMER, NO_DEADLINE, resumeDeadline, STANDS_STILL, stopDeadline } from '../state/deadline-heap.js';
import type { MutableState } from '../state/state.js';

/** Visits the deadlines that go by the clock of a process, by their codes in the heap. */
function eachDeadline(s: MutableState, process: number, visit: (code: number, slot: number) => void): void {
  const { threads, timers, processes } = s;
  for (let thread = processes.firstThread[process]; thread >= 0; thread = threads.nextInProcess[thread])
    visit(thread, threads.deadlineSlot[thread]);
  for (let timer = 0; timer < timers.used; timer++)
    if (timers.clock[timer] === processes.koid[process]) visit(FIRST_TIMER + timer, timers.deadlineSlot[timer]);
}

export function stopClock(s: MutableState, process: number): void {
  const { processes: p } = s;
  p.heldSince[process] = s.time;
  eachDeadline(s, process, (code, slot) => {
    if (slot > NO_DEADLINE) stopDeadline(s, code);
  });
}

export function startClock(s: MutableState, process: number): void {
  const { processes: p } = s;
  const gap = s.time - p.heldSince[process];
  p.clockHeld[process] += gap;
  p.heldSince[process] = 0;
  p.clockStops[process] = 0;
  eachDeadline(s, process, (code, slot) => {
    if (slot === STANDS_STILL) resumeDeadline(s, code, gap);
  });
}
