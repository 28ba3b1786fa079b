/**
 * The end of registrations and of pools. What a listener owed is discharged: packets that carry something give it up, sends that
 * nobody received are dropped, interrupts that were to be answered count as answered.
 */
import { STATUS } from '../../syscalls/errors.js';
import { closeCarried } from '../channels/carried.js';
import { dropMessage } from '../channels/messages.js';
import type { Kernel } from '../kernel.js';
import { dischargeClaim } from '../locks/lock.js';
import { registrationBucket } from '../state/sources.js';
import { REGISTRATION_STATE, ROLE } from '../state/tables.js';
import { packetRemoved, packetTaken, poolRemoved, poolShared, registrationEnded } from '../transitions/events.js';
import { closeSource } from './broadcast.js';
import { answerMissing } from './owed.js';
import { PACKET_WORDS } from './packet-words.js';
import { unitAddress, writeHeader } from './pool-memory.js';
import { makeRoom } from './room.js';
import { readHead, SHARED, showHead } from './shared-pool.js';

/** The registration of a pool with this number, or -1. */
export function findRegistration(k: Kernel, pool: number, number: number): number {
  const { registrations: r, registrationChain } = k.state;
  let row = registrationChain[registrationBucket(number)];
  while (row >= 0 && (r.number[row] !== number || r.pool[row] !== pool)) row = r.hashNext[row];
  return row;
}

/** Cancels: OK, and nothing of the registration remains or will come, or NOT_FOUND. */
export function cancel(k: Kernel, pool: number, number: number): number {
  readHead(k, pool);
  const row = findRegistration(k, pool, number | 0);
  if (row < 0 || onlyOwes(k, row)) return STATUS.NOT_FOUND;
  endWithPackets(k, row, false);
  showHead(k, pool);
  makeRoom(k, pool);
  writeHeader(k, pool);
  return STATUS.OK;
}

/** Has a registration ended, and its last packet been taken? It is kept for the answer that somebody still owes. */
function onlyOwes(k: Kernel, row: number): boolean {
  const { state, unread } = k.state.registrations;
  return state[row] === REGISTRATION_STATE.ENDED && unread[row] === 0;
}

/** Ends a registration and removes its packets; `poolGoes`: with its pool. */
function endWithPackets(k: Kernel, row: number, poolGoes: boolean): void {
  const { registrations: r, packets } = k.state;
  discharge(k, row, poolGoes);
  let packet = r.newest[row];
  if (r.state[row] !== REGISTRATION_STATE.ENDED) k.journal.commit(registrationEnded, row);
  while (packet >= 0) {
    const older = packets.older[packet];
    closeCarried(k, packet);
    markRemoved(k, packet);
    k.journal.commit(packetRemoved, packet);
    packet = older;
  }
  // One that owes an answer is still there, without any packet.
  if (r.owes[row] !== 0) answerMissing(k, row);
}

/** In a mapped pool a removed packet says that it is none. */
function markRemoved(k: Kernel, packet: number): void {
  const { packets, pools } = k.state;
  const pool = packets.pool[packet];
  if (pools.shared[pool] === SHARED.NO) return;
  PACKET_WORDS.fill(0);
  const at = unitAddress(k, pool, packets.unit[packet]);
  // A count of 0 events: readers pass over it.
  for (let i = 0; i < PACKET_WORDS.length; i++) k.memory.writeWord(at + i * 4, 0);
}

/** What a registration that goes away owes, or holds for others. */
function discharge(k: Kernel, row: number, poolGoes: boolean): void {
  const { registrations: r } = k.state;
  if (r.role[row] === ROLE.SEND && r.subject[row] >= 0 && r.state[row] !== REGISTRATION_STATE.ENDED)
    dropMessage(k, r.subject[row]);
  if (r.role[row] === ROLE.LOCK) dischargeClaim(k, row, poolGoes);
}

/** A pool that nobody names goes away, with everything in it. */
export function removePool(k: Kernel, pool: number): void {
  const { pools } = k.state;
  if (pools.shared[pool] !== SHARED.NO) k.journal.commit(poolShared, pool, SHARED.NO);
  closeSource(k, pools.takers[pool]);
  closeSource(k, pools.received[pool]);
  for (let row = pools.firstRegistration[pool]; row >= 0; row = pools.firstRegistration[pool])
    endWithPackets(k, row, true);
  // What is left was posted by programs, or is the place of a packet that was removed.
  while (pools.packets[pool] > 0) k.journal.commit(packetTaken, pool);
  const allocator = pools.allocator[pool];
  const vmo = pools.vmo[pool];
  k.journal.commit(poolRemoved, pool);
  k.mayBeUnused('vmo', vmo);
  k.mayBeUnused('allocator', allocator);
}
