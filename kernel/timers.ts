/**
 * Timers: a deadline and an optional period.
 *
 * - Periodic deadlines are computed from the previous deadline, never from when somebody looked: they do not drift.
 * - Deadlines that passed unseen are one event that says how many they were.
 * - A deadline in the past fires in the step that sets it.
 */
import { STATUS } from '../syscalls/errors.js';
import { closeSource, fire } from './events/broadcast.js';
import type { Kernel } from './kernel.js';
import { COST, LAST_DEADLINE } from './limits.js';
import { fits } from './memory/frames.js';
import { freeRows, isLive, nextRow } from './state/table.js';
import { timerCreated, timerPassed, timerRemoved, timerSet } from './transitions/timers.js';

const NEVER = Number.POSITIVE_INFINITY;

/** What the event says of more deadlines than a word counts. */
const MOST_PASSED = 0xffff_ffff;

/** Makes a timer: its row, or a negative status. */
export function createTimer(k: Kernel, allocator: number): number {
  const row = nextRow(k.state.timers);
  if (row < 0 || freeRows(k.state.sources) < 1) return STATUS.NO_RESOURCES;
  if (!fits(k, allocator, COST.timer)) return STATUS.NO_MEMORY;
  k.journal.commit(timerCreated, row, k.state.nextKoid, allocator);
  return row;
}

/**
 * Sets a timer, replacing what it was set to. Times in ns, by the clock of a process; a deadline before boot counts as boot;
 * `period` 0 for none.
 */
export function setTimer(k: Kernel, timer: number, deadline: number, period: number, process: number): void {
  const { clockHeld, koid } = k.state.processes;
  const from = Math.max(deadline, 0) + clockHeld[process];
  const every = from === NEVER ? 0 : period;
  k.journal.commitAt(timerSet, from, timer, every | 0, Math.floor(every / 0x1_0000_0000), koid[process]);
  if (from <= k.board.time) passTimer(k, timer, from);
}

/** The deadline of a timer has come: it has the next one, and whoever listens hears how many have passed. */
export function expireTimer(k: Kernel, timer: number): void {
  passTimer(k, timer, k.state.timers.deadline[timer]);
}

function passTimer(k: Kernel, timer: number, deadline: number): void {
  const { period, source } = k.state.timers;
  const every = period[timer];
  let passed = 1;
  let next = NEVER;
  if (every > 0) {
    passed += Math.floor((k.board.time - deadline) / every);
    next = deadline + passed * every;
    if (next >= LAST_DEADLINE) next = NEVER;
  }
  k.journal.commitAt(timerPassed, next, timer);
  fire(k, source[timer], STATUS.OK, Math.min(passed, MOST_PASSED));
}

/** A timer goes when no handle names it, set or not: nobody could listen to it any more. */
export function removeTimerIfUnused(k: Kernel, row: number): void {
  const { timers } = k.state;
  if (!isLive(timers, row) || timers.references[row] > 0) return;
  const allocator = timers.allocator[row];
  closeSource(k, timers.source[row]);
  k.journal.commit(timerRemoved, row);
  k.mayBeUnused('allocator', allocator);
}
