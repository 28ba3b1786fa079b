/**
 * Endpoints, pools, rings and replies that hold each other, and that nobody else holds. A message can carry a handle to the very
 * endpoint at which it will be received, or to a pool in which it comes to lie, or to a ring whose completions come into that pool:
 * where such handles are all that is left of an object, nobody can ever get at it, and what it holds is let go of.
 *
 * The question is only asked when every handle to an object is in flight (a pool may have rings beside them), and the answer looks
 * at no more than what can be reached from it: those of its references that do not come from there come from outside.
 */
import { STATUS } from '../../syscalls/errors.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import type { Kernel } from '../kernel.js';
import { flyingOf } from '../state/carried.js';
import { referencesOf } from '../state/objects.js';
import type { MutableState, State } from '../state/state.js';
import { unblock } from '../tasks/waiting.js';
import { closeCarried } from './carried.js';
import { endSenders } from './meet.js';

type Visit = (type: number, row: number) => void;

/** Visits what the handles of a list name, and a reply that comes with them. */
function eachCarried(s: State, first: number, reply: number, visit: Visit): void {
  const { handles } = s;
  for (let row = first; row >= 0; row = handles.nextInProcess[row]) visit(handles.type[row], handles.object[row]);
  if (reply >= 0) visit(OBJECT_TYPE.reply, reply);
}

/** Visits everything that an object holds by handles in flight, each as often as it does; a ring holds its pool. */
export function eachHeld(s: State, type: number, object: number, visit: Visit): void {
  const { channels, sources, registrations, messages, pools, packets, replies, rings } = s;
  if (type === OBJECT_TYPE.channel) {
    for (let at = sources.head[channels.senders[object]]; at >= 0; at = registrations.next[at]) {
      const message = registrations.subject[at];
      eachCarried(s, messages.firstHandle[message], messages.reply[message], visit);
    }
  } else if (type === OBJECT_TYPE.pool) {
    for (let at = pools.firstPacket[object]; at >= 0; at = packets.next[at])
      eachCarried(s, packets.firstHandle[at], packets.reply[at], visit);
  } else if (type === OBJECT_TYPE.ring) visit(OBJECT_TYPE.pool, rings.pool[object]);
  else if (type === OBJECT_TYPE.reply) eachCarried(s, replies.firstLent[object], -1, visit);
}

/** Is every reference to an object one of those that objects here have: a handle in flight, or a ring's to its pool? */
function isHeldHereAlone(s: State, type: number, row: number): boolean {
  const flying = flyingOf(s, type);
  const references = referencesOf(s as MutableState, type)[row];
  const rings = type === OBJECT_TYPE.pool ? s.pools.ringCount[row] : 0;
  return flying !== undefined && references > 0 && references === flying[row] + rings;
}

/** Objects that hold others are few kinds; type and row in one number. */
const KINDS = 32;
const nameOf = (type: number, row: number): number => row * KINDS + type;

/** Can nobody but what it holds itself get at an object? */
function isUnreachable(s: State, type: number, row: number): boolean {
  if (!isHeldHereAlone(s, type, row)) return false;
  const held = new Map<number, number>([[nameOf(type, row), 0]]);
  const toVisit = [nameOf(type, row)];
  for (let at = toVisit.pop(); at !== undefined; at = toVisit.pop()) {
    eachHeld(s, at % KINDS, Math.floor(at / KINDS), (heldType, heldRow) => {
      if (flyingOf(s, heldType) === undefined) return;
      const name = nameOf(heldType, heldRow);
      const times = held.get(name);
      if (times === undefined) toVisit.push(name);
      held.set(name, (times ?? 0) + 1);
    });
  }
  // Those that are held from outside too, and all that these hold, can be reached.
  const reached = new Set<number>();
  for (const [name, times] of held) {
    if (referencesOf(s as MutableState, name % KINDS)[Math.floor(name / KINDS)] > times) toVisit.push(name);
  }
  for (let at = toVisit.pop(); at !== undefined; at = toVisit.pop()) {
    if (reached.has(at)) continue;
    reached.add(at);
    eachHeld(s, at % KINDS, Math.floor(at / KINDS), (heldType, heldRow) => {
      if (flyingOf(s, heldType) !== undefined) toVisit.push(nameOf(heldType, heldRow));
    });
  }
  return !reached.has(nameOf(type, row));
}

/** Lets go of what an object holds where nobody can get at it any more; then it goes as others do. */
export function breakCycle(k: Kernel, type: number, row: number): void {
  const { pools, packets, replies, rings } = k.state;
  if (!isUnreachable(k.state, type, row)) return;
  if (type === OBJECT_TYPE.channel) endSenders(k, row);
  else if (type === OBJECT_TYPE.reply) {
    if (replies.thread[row] >= 0) unblock(k, replies.thread[row], STATUS.CANCELED);
  } else if (type === OBJECT_TYPE.pool)
    for (let at = pools.firstPacket[row]; at >= 0; at = packets.next[at]) closeCarried(k, at);
  // What a ring holds, it holds through its pool, which is not always unreachable with it.
  else breakCycle(k, OBJECT_TYPE.pool, rings.pool[row]);
}
