/** The list of discardable memory objects that nobody has pinned, in the order in which they were left alone. */
import type { MutableState } from './state.js';

/** Puts an object at the end. */
export function joinDiscardable(s: MutableState, vmo: number): void {
  const { nextDiscardable, previousDiscardable } = s.vmos;
  nextDiscardable[vmo] = -1;
  previousDiscardable[vmo] = s.discardTail;
  if (s.discardTail >= 0) nextDiscardable[s.discardTail] = vmo;
  else s.discardHead = vmo;
  s.discardTail = vmo;
}

/** Takes an object out. */
export function leaveDiscardable(s: MutableState, vmo: number): void {
  const { nextDiscardable, previousDiscardable } = s.vmos;
  const next = nextDiscardable[vmo];
  const previous = previousDiscardable[vmo];
  if (next >= 0) previousDiscardable[next] = previous;
  else s.discardTail = previous;
  if (previous >= 0) nextDiscardable[previous] = next;
  else s.discardHead = next;
  nextDiscardable[vmo] = 0;
  previousDiscardable[vmo] = 0;
}
