/**
 * Delivery of an event to one listener: to a thread, whose wait ends, or to a pool, as a packet. It allocates nothing and cannot
 * fail: whoever listens has the room for it (law 5).
 */
import { STATUS } from '../../syscalls/errors.js';
import { LISTEN, PACKET } from '../../syscalls/options.js';
import type { Kernel } from '../kernel.js';
import { back, isAccessible, writeUser } from '../memory/user-memory.js';
import { WRITABLE } from '../memory/vmar.js';
import { tellRings } from '../rings/waiting.js';
import { beginDelivery, deliveryFellShort } from '../shortage/deliveries.js';
import { koidOf } from '../state/objects.js';
import { visibleSeq } from '../state/sources.js';
import { QUEUE, ROLE } from '../state/tables.js';
import { resultOf } from '../tasks/registers.js';
import { unblock } from '../tasks/waiting.js';
import { packetDelivered } from '../transitions/events.js';
import { WORK } from '../work.js';
import type { Event } from './event.js';
import { AT, PACKET_BYTES, PACKET_WORDS, packEvent, putSeq } from './packet-words.js';
import { unitOffset, writeHeader } from './pool-memory.js';
import { readHead } from './shared-pool.js';
import { serveTakers } from './take.js';

/** Koid of the object that a source belongs to. */
export function koidOfSource(k: Kernel, source: number): number {
  const { type, object, name } = k.state.sources;
  // Senders queue where they will be received; what they know is their own endpoint.
  if (name[source] === QUEUE.SENDERS) return k.state.channels.peerKoid[object[source]];
  return koidOf(k.state, type[source], object[source]);
}

/** Writes the packet words where a thread wants its event; the status with which its wait has to end. */
export function handEvent(k: Kernel, process: number, address: number): number {
  if (!isAccessible(k, process, address, PACKET_BYTES.length, WRITABLE)) return STATUS.INVALID_ARGS;
  if (!back(k, process, address, PACKET_BYTES.length)) return STATUS.NO_MEMORY;
  writeUser(k, process, address, PACKET_BYTES);
  return STATUS.OK;
}

/** Ends a thread's wait at a broadcast with an event, or with the status returned. `row` is the registration that heard it. */
export function wakeWithEvent(k: Kernel, row: number, event: Event): number {
  const { registrations, sources, threads } = k.state;
  const thread = registrations.thread[row];
  const source = registrations.source[row];
  const seq = visibleSeq(k.state);
  packEvent(event, 0, 0, koidOfSource(k, source), 0, 1, seq, seq);
  beginDelivery(k);
  const status = handEvent(k, threads.process[thread], threads.wait0[thread] >>> 0);
  if (status === STATUS.NO_MEMORY) deliveryFellShort(k);
  const isMany = threads.firstWait[thread] >= 0;
  if (isMany) resultOf(k, thread, 0, registrations.subject[row]);
  resultOf(k, thread, isMany ? 1 : 0, sources.generation[source]);
  unblock(k, thread, status);
  return status;
}

/**
 * Puts an event into the pool of a registration. `more`: the registration goes on, if its own options let it. `flags`: ERROR
 * and LAST.
 */
export function deliverToPool(k: Kernel, row: number, event: Event, more: boolean, flags = 0): void {
  const pool = k.state.registrations.pool[row];
  // The program may have emptied it: that decides whether the packet is taken in by another, and whether anybody is told.
  if (k.state.pools.shared[pool] !== 0) readHead(k, pool);
  const wasEmpty = k.state.pools.packets[pool] === 0;
  placePacket(k, row, event, more, flags);
  announce(k, pool, wasEmpty);
}

/** Writes the packet of an event; nobody is told of it yet. */
export function placePacket(k: Kernel, row: number, event: Event, more: boolean, flags: number): void {
  const { registrations: r, pools } = k.state;
  const pool = r.pool[row];
  const isListen = r.role[row] === ROLE.LISTEN;
  const isFull = isListen && r.unread[row] === r.slots[row];
  const ends = isFull && (r.options[row] & LISTEN.END_WHEN_FULL) !== 0;
  const all = (more && !ends ? PACKET.MORE : 0) | flags | (ends ? PACKET.LAST : 0);
  const key0 = r.key0[row];
  const key1 = r.key1[row];
  const koid = koidOfSource(k, r.source[row]);
  k.journal.commit(
    packetDelivered,
    row,
    all | (event.type << 8),
    event.status,
    event.data0,
    event.data1,
    event.data2,
    event.data3,
    event.data4,
  );
  const { packets } = k.state;
  const packet = isFull ? r.newest[row] : pools.lastPacket[pool];
  packEvent(
    event,
    key0,
    key1,
    koid,
    packets.flags[packet],
    packets.count[packet],
    packets.firstSeq[packet],
    packets.lastSeq[packet],
  );
  k.memory.writeWords(unitOffset(k, pool, packets.unit[packet]), PACKET_WORDS);
}

/** A packet was placed: the program of a mapped pool sees it, those who wait take it, those who listen hear of it. */
export function announce(k: Kernel, pool: number, wasEmpty: boolean): void {
  const { pools } = k.state;
  writeHeader(k, pool);
  if (k.state.sources.head[pools.takers[pool]] >= 0) serveTakers(k, pool);
  if (pools.firstRing[pool] >= 0) tellRings(k, pool);
  if (wasEmpty && pools.packets[pool] > 0) k.work.add(WORK.RECEIVED, pool);
}

/** Words of an event that a source had earlier, for somebody who has missed `count` of them. */
export function packLast(k: Kernel, source: number, type: number, count: number): void {
  const t = k.state.sources;
  const w = PACKET_WORDS;
  w.fill(0);
  w[AT.SOURCE] = koidOfSource(k, source);
  w[AT.TYPE] = type;
  w[AT.STATUS] = t.status[source];
  putSeq(AT.FIRST_SEQ, t.lastSeq[source]);
  putSeq(AT.LAST_SEQ, t.lastSeq[source]);
  w[AT.FLAGS] = count > 1 ? PACKET.COALESCED : 0;
  w[AT.COUNT] = count;
  w[AT.DATA] = t.data0[source];
  w[AT.DATA + 1] = t.data1[source];
  w[AT.DATA + 2] = t.data2[source];
  w[AT.DATA + 3] = t.data3[source];
  w[AT.DATA + 4] = t.data4[source];
}
