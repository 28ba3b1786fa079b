/** 16, 17: what has a deadline is in the heap, and nothing else is; earliest first, objects before threads. */
import { TASK_STATE } from '../../syscalls/layouts.js';
import type { Kernel } from '../kernel.js';
import { FIRST_ALLOCATOR, FIRST_INTERRUPT, FIRST_TIMER, NO_DEADLINE, STANDS_STILL } from '../state/deadline-heap.js';
import { isLive } from '../state/table.js';
import { type Report, rows } from './report.js';

/** What an entry of the heap stands for. */
function entryOf(k: Kernel, code: number) {
  const { threads, timers, interrupts, allocators } = k.state;
  if (code < FIRST_TIMER) {
    const waits = isLive(threads, code) && threads.state[code] === TASK_STATE.BLOCKED;
    return { table: threads, row: code, name: 'thread row', isDue: waits };
  }
  if (code < FIRST_INTERRUPT) {
    const row = code - FIRST_TIMER;
    return { table: timers, row, name: 'timer row', isDue: isLive(timers, row) };
  }
  if (code < FIRST_ALLOCATOR) {
    const row = code - FIRST_INTERRUPT;
    return { table: interrupts, row, name: 'interrupt row', isDue: isLive(interrupts, row) };
  }
  const row = code - FIRST_ALLOCATOR;
  return { table: allocators, row, name: 'allocator row', isDue: isLive(allocators, row) };
}

/** 16: the heap holds exactly the threads that wait with a deadline, and the objects that have one. */
export function checkDeadlines(k: Kernel, report: Report): void {
  const { threads, timers, interrupts, allocators, deadlineHeap, deadlineCount } = k.state;
  for (let slot = 0; slot < deadlineCount; slot++) {
    const { table, row, name, isDue } = entryOf(k, deadlineHeap[slot]);
    const what = `${name} ${row}`;
    report(isDue, () => `16: ${what} has a deadline and does not wait`);
    report(table.deadlineSlot[row] === slot, () => `16: ${what} does not know its place among the deadlines`);
    if (slot === 0) continue;
    const above = entryOf(k, deadlineHeap[(slot - 1) >> 1]);
    const first = above.table.deadline[above.row];
    const second = table.deadline[row];
    const isObjectBehind = above.table === threads && table !== threads;
    report(
      first < second || (first === second && !isObjectBehind),
      () => `16: deadline of ${what} is before that of its parent`,
    );
  }
  for (const table of [threads, timers, interrupts, allocators]) {
    for (const row of rows(table)) {
      const slot = table.deadlineSlot[row];
      const isThere = slot < 0 || (slot < deadlineCount && entryOf(k, deadlineHeap[slot]).table === table);
      report(isThere, () => `16: a deadline of row ${row} is not among the deadlines`);
    }
  }
  let expected = 0;
  for (const table of [threads, timers, interrupts, allocators])
    for (const row of rows(table)) if (table.deadlineSlot[row] >= 0) expected++;
  report(expected === deadlineCount, () => `16: ${expected} have a deadline, the heap has ${deadlineCount}`);
  checkStill(k, report);
  for (const row of rows(timers)) {
    report(
      timers.deadlineSlot[row] < 0 || timers.deadline[row] >= k.state.time,
      () => `17: the deadline of timer row ${row} has passed`,
    );
    report(
      timers.deadlineSlot[row] !== NO_DEADLINE || timers.period[row] === 0,
      () => `timer row ${row} has a period and no deadline`,
    );
  }
}

/** What goes by the clock of a process stands still exactly while that does. */
function checkStill(k: Kernel, report: Report): void {
  const { threads, timers, processes } = k.state;
  const stopped = new Set([...rows(processes)].filter((row) => processes.clockStops[row] !== 0));
  const koids = new Set([...stopped].map((row) => processes.koid[row]));
  for (const row of rows(threads)) {
    const isStill = stopped.has(threads.process[row]);
    report(
      threads.deadlineSlot[row] === NO_DEADLINE || (threads.deadlineSlot[row] === STANDS_STILL) === isStill,
      () => `16: the deadline of thread row ${row} ${isStill ? 'goes on' : 'stands still'}, and its clock does not`,
    );
  }
  for (const row of rows(timers)) {
    const isStill = koids.has(timers.clock[row]);
    report(
      timers.deadlineSlot[row] === NO_DEADLINE || (timers.deadlineSlot[row] === STANDS_STILL) === isStill,
      () => `16: the deadline of timer row ${row} ${isStill ? 'goes on' : 'stands still'}, and its clock does not`,
    );
  }
  for (const row of rows(processes))
    report(
      (processes.clockStops[row] & ~processes.held[row]) === 0,
      () => `30: the clock of process row ${row} is stopped by a session that has not stopped the process`,
    );
}
