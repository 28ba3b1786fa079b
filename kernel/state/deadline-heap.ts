/**
 * All that has a deadline, as a binary heap: earliest first; among equals objects before threads, because an event wins
 * against the end of a wait in the same step, and otherwise the one that began first. Threads wait until then, timers fire
 * then, handlers of an interrupt and listeners of a shortage have until then for their answers. An entry is a code: the row of a
 * thread; behind those the rows of timers, then of interrupts, then of allocators. Only transitions write it.
 *
 * A deadline by a clock that stands still (`debug/README.md`) is kept, with its order, and is not in the heap meanwhile.
 */
import { TABLE_LIMIT } from '../limits.js';
import type { MutableState, State } from './state.js';

/** Codes from here on are timers, and interrupts. */
export const FIRST_TIMER = TABLE_LIMIT.threads;
export const FIRST_INTERRUPT = FIRST_TIMER + TABLE_LIMIT.timers;
/** And from here on allocators. */
export const FIRST_ALLOCATOR = FIRST_INTERRUPT + TABLE_LIMIT.interrupts;

/** Slots of what has no deadline, and of a deadline that stands still. */
export const NO_DEADLINE = -1;
export const STANDS_STILL = -2;

/** The earliest deadline, or infinity. */
export function earliestDeadline(s: State): number {
  return s.deadlineCount === 0 ? Number.POSITIVE_INFINITY : deadlineOf(s, s.deadlineHeap[0]);
}

/** The code of what has the earliest deadline, or -1. */
export function earliest(s: State): number {
  return s.deadlineCount === 0 ? -1 : s.deadlineHeap[0];
}

function deadlineOf(s: State, code: number): number {
  if (code < FIRST_TIMER) return s.threads.deadline[code];
  if (code < FIRST_INTERRUPT) return s.timers.deadline[code - FIRST_TIMER];
  return code < FIRST_ALLOCATOR
    ? s.interrupts.deadline[code - FIRST_INTERRUPT]
    : s.allocators.deadline[code - FIRST_ALLOCATOR];
}

function orderOf(s: State, code: number): number {
  if (code < FIRST_TIMER) return s.threads.deadlineOrder[code];
  if (code < FIRST_INTERRUPT) return s.timers.deadlineOrder[code - FIRST_TIMER];
  return code < FIRST_ALLOCATOR
    ? s.interrupts.deadlineOrder[code - FIRST_INTERRUPT]
    : s.allocators.deadlineOrder[code - FIRST_ALLOCATOR];
}

/** The table that holds the deadline of a code, and the row there. */
function holder(
  s: MutableState,
  code: number,
): { t: MutableState['timers' | 'interrupts' | 'allocators' | 'threads']; row: number } {
  if (code < FIRST_TIMER) return { t: s.threads, row: code };
  if (code < FIRST_INTERRUPT) return { t: s.timers, row: code - FIRST_TIMER };
  return code < FIRST_ALLOCATOR
    ? { t: s.interrupts, row: code - FIRST_INTERRUPT }
    : { t: s.allocators, row: code - FIRST_ALLOCATOR };
}

export function enterDeadline(s: MutableState, code: number, deadline: number): void {
  const { t, row } = holder(s, code);
  t.deadline[row] = deadline;
  t.deadlineOrder[row] = s.deadlinesEver++;
  rise(s, s.deadlineCount++, code);
}

export function leaveDeadline(s: MutableState, code: number): void {
  const { t, row } = holder(s, code);
  if (t.deadlineSlot[row] !== STANDS_STILL) leaveHeap(s, code);
  t.deadlineSlot[row] = NO_DEADLINE;
  t.deadline[row] = 0;
  t.deadlineOrder[row] = 0;
}

/** A deadline stands still from now on. */
export function stopDeadline(s: MutableState, code: number): void {
  const { t, row } = holder(s, code);
  leaveHeap(s, code);
  t.deadlineSlot[row] = STANDS_STILL;
}

/** It goes on, by so much later. */
export function resumeDeadline(s: MutableState, code: number, later: number): void {
  const { t, row } = holder(s, code);
  t.deadline[row] += later;
  rise(s, s.deadlineCount++, code);
}

function leaveHeap(s: MutableState, code: number): void {
  const { t, row } = holder(s, code);
  const slot = t.deadlineSlot[row];
  const last = s.deadlineHeap[--s.deadlineCount];
  if (last === code) return;
  // The last entry takes the place; it belongs above or below, never both.
  sink(s, slot, last);
  if (s.deadlineHeap[slot] === last) rise(s, slot, last);
}

function before(s: MutableState, a: number, b: number): boolean {
  const first = deadlineOf(s, a);
  const second = deadlineOf(s, b);
  if (first !== second) return first < second;
  const isThread = a < FIRST_TIMER;
  return isThread === b < FIRST_TIMER ? orderOf(s, a) < orderOf(s, b) : !isThread;
}

function place(s: MutableState, slot: number, code: number): void {
  s.deadlineHeap[slot] = code;
  if (code < FIRST_TIMER) s.threads.deadlineSlot[code] = slot;
  else if (code < FIRST_INTERRUPT) s.timers.deadlineSlot[code - FIRST_TIMER] = slot;
  else if (code < FIRST_ALLOCATOR) s.interrupts.deadlineSlot[code - FIRST_INTERRUPT] = slot;
  else s.allocators.deadlineSlot[code - FIRST_ALLOCATOR] = slot;
}

function rise(s: MutableState, from: number, code: number): void {
  let slot = from;
  while (slot > 0) {
    const parent = (slot - 1) >> 1;
    const above = s.deadlineHeap[parent];
    if (!before(s, code, above)) break;
    place(s, slot, above);
    slot = parent;
  }
  place(s, slot, code);
}

function sink(s: MutableState, from: number, code: number): void {
  let slot = from;
  for (;;) {
    let child = slot * 2 + 1;
    if (child >= s.deadlineCount) break;
    if (child + 1 < s.deadlineCount && before(s, s.deadlineHeap[child + 1], s.deadlineHeap[child])) child++;
    if (!before(s, s.deadlineHeap[child], code)) break;
    place(s, slot, s.deadlineHeap[child]);
    slot = child;
  }
  place(s, slot, code);
}
