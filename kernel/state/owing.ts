/**
 * Answers that are owed: registrations in the list of what they have to answer, an interrupt, the shortage of an allocator or the
 * fault of a thread. `owes` of a registration is the interrupt's row plus one, or the allocator's plus one and negative, or the
 * thread's from FAULT_OWED on. Only transitions write it.
 */
import { must } from '../panic.js';
import { leaveNumbers, releaseIfDone, takeNumber } from './sources.js';
import type { MutableState } from './state.js';

/** From here on `owes` is a thread that faulted. */
export const FAULT_OWED = 0x1_0000;

/** What has such a list: its first registration, and how many stand in it. */
interface Owed {
  readonly firstOwing: Int32Array;
  readonly owed: Int32Array;
}

/** A registration owes an answer from now on; that of a thread gets a number as its token. */
export function enterOwing(s: MutableState, t: Owed, object: number, row: number, owes: number): void {
  const r = s.registrations;
  must(r.owes[row] === 0, 'a listener owes two answers');
  if (r.pool[row] < 0) takeNumber(s, row);
  const first = t.firstOwing[object];
  r.owes[row] = owes;
  r.nextOwing[row] = first;
  r.previousOwing[row] = -1;
  if (first >= 0) r.previousOwing[first] = row;
  t.firstOwing[object] = row;
  t.owed[object]++;
}

/** It owes it no more; one that has ended goes with its last answer. */
export function leaveOwing(s: MutableState, t: Owed, object: number, row: number): void {
  const r = s.registrations;
  const next = r.nextOwing[row];
  const previous = r.previousOwing[row];
  if (next >= 0) r.previousOwing[next] = previous;
  if (previous >= 0) r.nextOwing[previous] = next;
  else t.firstOwing[object] = next;
  r.owes[row] = 0;
  r.nextOwing[row] = 0;
  r.previousOwing[row] = 0;
  t.owed[object]--;
  if (r.pool[row] < 0) leaveNumbers(s, row);
  else releaseIfDone(s, row);
}
