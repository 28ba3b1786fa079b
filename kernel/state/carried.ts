/**
 * Handles in flight: they belong to no process but to what carries them, a message, a packet, or the reply to the call with
 * which they were lent. They keep their place in the tree of derivation, so revoking reaches them. Only transitions call what is
 * here.
 */
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import type { MutableState } from './state.js';
import type { ReadonlyColumn } from './table.js';

/** What a handle in flight is carried by: the low bits of `carrier`; the row stands above them. */
export const CARRIER = { MESSAGE: 0, PACKET: 1, REPLY: 2 } as const;
const KIND_BITS = 2;

export function carrierOf(kind: number, row: number): number {
  return kind | (row << KIND_BITS);
}

export function carrierKind(carrier: number): number {
  return carrier & ((1 << KIND_BITS) - 1);
}

export function carrierRow(carrier: number): number {
  return carrier >> KIND_BITS;
}

/** The first handle of every carrier of a kind. */
function firstOf(s: MutableState, kind: number): Int32Array {
  if (kind === CARRIER.MESSAGE) return s.messages.firstHandle;
  return kind === CARRIER.PACKET ? s.packets.firstHandle : s.replies.firstLent;
}

interface Flying {
  readonly channels: { readonly flying: ReadonlyColumn };
  readonly pools: { readonly flying: ReadonlyColumn };
  readonly replies: { readonly flying: ReadonlyColumn };
  readonly rings: { readonly flying: ReadonlyColumn };
}

/**
 * The column that counts the handles in flight to objects of a type, for those that can themselves hold handles in flight: a ring
 * does so through its pool.
 */
export function flyingOf<S extends Flying>(s: S, type: number): S['channels']['flying'] | undefined {
  if (type === OBJECT_TYPE.channel) return s.channels.flying;
  if (type === OBJECT_TYPE.pool) return s.pools.flying;
  if (type === OBJECT_TYPE.ring) return s.rings.flying;
  return type === OBJECT_TYPE.reply ? s.replies.flying : undefined;
}

function count(s: MutableState, row: number, by: number): void {
  const column = flyingOf(s, s.handles.type[row]) as Int32Array | undefined;
  if (column !== undefined) column[s.handles.object[row]] += by;
}

/** Puts a handle that is in no list first among those of a carrier. */
export function enterCarrier(s: MutableState, row: number, carrier: number, place: number, payer: number): void {
  const t = s.handles;
  const heads = firstOf(s, carrierKind(carrier));
  const at = carrierRow(carrier);
  const first = heads[at];
  t.process[row] = -1;
  t.value[row] = place;
  t.carrier[row] = carrier;
  t.payer[row] = payer;
  t.nextInProcess[row] = first;
  t.previousInProcess[row] = -1;
  if (first >= 0) t.previousInProcess[first] = row;
  heads[at] = row;
  count(s, row, 1);
}

export function leaveCarrier(s: MutableState, row: number): void {
  const t = s.handles;
  const carrier = t.carrier[row];
  const next = t.nextInProcess[row];
  const previous = t.previousInProcess[row];
  if (next >= 0) t.previousInProcess[next] = previous;
  if (previous >= 0) t.nextInProcess[previous] = next;
  else firstOf(s, carrierKind(carrier))[carrierRow(carrier)] = next;
  t.carrier[row] = 0;
  t.payer[row] = 0;
  count(s, row, -1);
}

/** What a message carried is carried by a packet now. */
export function moveToPacket(s: MutableState, message: number, packet: number): void {
  const first = s.messages.firstHandle[message];
  for (let row = first; row >= 0; row = s.handles.nextInProcess[row])
    s.handles.carrier[row] = carrierOf(CARRIER.PACKET, packet);
  s.packets.firstHandle[packet] = first;
  s.messages.firstHandle[message] = -1;
}
