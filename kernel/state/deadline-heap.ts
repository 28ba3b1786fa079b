/**
 * Threads that wait with a deadline, as a binary heap: earliest first, and among equals the one that began to wait first.
 * Only transitions write it.
 */
import type { MutableState, State } from './state.js';

/** The earliest deadline, or infinity. */
export function earliestDeadline(s: State): number {
  return s.deadlineCount === 0 ? Number.POSITIVE_INFINITY : s.threads.deadline[s.deadlineHeap[0]];
}

/** The thread whose deadline comes first, or -1. */
export function earliestSleeper(s: State): number {
  return s.deadlineCount === 0 ? -1 : s.deadlineHeap[0];
}

export function enterDeadline(s: MutableState, row: number, deadline: number): void {
  s.threads.deadline[row] = deadline;
  s.threads.deadlineOrder[row] = s.deadlinesEver++;
  rise(s, s.deadlineCount++, row);
}

export function leaveDeadline(s: MutableState, row: number): void {
  const { deadlineSlot, deadline, deadlineOrder } = s.threads;
  const slot = deadlineSlot[row];
  deadlineSlot[row] = -1;
  deadline[row] = 0;
  deadlineOrder[row] = 0;
  const last = s.deadlineHeap[--s.deadlineCount];
  if (last === row) return;
  // The last entry takes the place; it belongs above or below, never both.
  sink(s, slot, last);
  if (deadlineSlot[last] === slot) rise(s, slot, last);
}

function before(s: MutableState, a: number, b: number): boolean {
  const { deadline, deadlineOrder } = s.threads;
  return deadline[a] !== deadline[b] ? deadline[a] < deadline[b] : deadlineOrder[a] < deadlineOrder[b];
}

function place(s: MutableState, slot: number, row: number): void {
  s.deadlineHeap[slot] = row;
  s.threads.deadlineSlot[row] = slot;
}

function rise(s: MutableState, from: number, row: number): void {
  let slot = from;
  while (slot > 0) {
    const parent = (slot - 1) >> 1;
    const above = s.deadlineHeap[parent];
    if (!before(s, row, above)) break;
    place(s, slot, above);
    slot = parent;
  }
  place(s, slot, row);
}

function sink(s: MutableState, from: number, row: number): void {
  let slot = from;
  for (;;) {
    let child = slot * 2 + 1;
    if (child >= s.deadlineCount) break;
    if (child + 1 < s.deadlineCount && before(s, s.deadlineHeap[child + 1], s.deadlineHeap[child])) child++;
    if (!before(s, s.deadlineHeap[child], row)) break;
    place(s, slot, s.deadlineHeap[child]);
    slot = child;
  }
  place(s, slot, row);
}
