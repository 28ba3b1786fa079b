/** Transitions of sources, registrations and pools. */

import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { LISTEN, PACKET, POOL_KIND, RECEIVE } from '../../syscalls/options.js';
import { COST } from '../limits.js';
import { must } from '../panic.js';
import {
  absorb,
  addPacket,
  addSource,
  blankRegistration,
  endRegistration,
  enterParked,
  enterPool,
  enterSource,
  hasRoom,
  leaveParked,
  leaveSource,
  markEnded,
  promise,
  removePacket,
  removeSource,
  slotsOf,
  takeNumber,
  takePacket,
  takePackets,
  unpromise,
  visibleSeq,
} from '../state/sources.js';
import type { MutableState } from '../state/state.js';
import { releaseRow, takeRow } from '../state/table.js';
import { QUEUE, ROLE } from '../state/tables.js';
import { transition } from '../state/transition.js';
import { charge, uncharge } from './memory.js';

/** Bytes of a packet, the unit in which room in pools is counted. */
export const UNIT_BYTES = 64;

/** Units of a packet that carries so many bytes, and a word for each handle behind them. */
export function unitsOf(bytes: number, handles: number): number {
  return 1 + Math.ceil((((bytes + 3) & ~3) + handles * 4) / UNIT_BYTES);
}

export const poolCreated = transition(
  'pool_created',
  {
    about: 'A pool was made; its packets lie in the memory object. `units` of 64 bytes are what fits.',
    fields: ['row', 'koid', 'allocator', 'kind', 'vmo', 'units'],
  },
  (s, row, koid, allocator, kind, vmo, units) => {
    const t = s.pools;
    takeRow(t, row);
    t.koid[row] = koid;
    s.nextKoid = koid + 1;
    t.allocator[row] = allocator;
    t.kind[row] = kind;
    t.vmo[row] = vmo;
    t.units[row] = units;
    t.firstPacket[row] = -1;
    t.lastPacket[row] = -1;
    t.firstRegistration[row] = -1;
    t.firstRing[row] = -1;
    t.parkedHead[row] = -1;
    t.parkedTail[row] = -1;
    t.received[row] = addSource(s, OBJECT_TYPE.pool, row, 2);
    t.takers[row] = addSource(s, OBJECT_TYPE.pool, row, QUEUE.TAKERS);
    s.vmos.references[vmo]++;
    charge(s, allocator, COST.pool);
  },
);

export const poolRemoved = transition(
  'pool_removed',
  { about: 'A pool that nobody names went away.', fields: ['row'] },
  (s, row) => {
    const t = s.pools;
    must(t.firstPacket[row] < 0 && t.firstRegistration[row] < 0, 'a pool in use was removed');
    removeSource(s, t.received[row]);
    removeSource(s, t.takers[row]);
    s.vmos.references[t.vmo[row]]--;
    uncharge(s, t.allocator[row], COST.pool);
    releaseRow(t, row);
  },
);

export const poolShared = transition(
  'pool_shared',
  { about: 'A pool was mapped (1), is mapped and corrupt (2), or is mapped no more (0).', fields: ['row', 'shared'] },
  (s, row, shared) => {
    const t = s.pools;
    const isParked = t.parkedHead[row] >= 0;
    if (isParked && t.shared[row] !== 0) s.parkedMapped--;
    t.shared[row] = shared;
    if (isParked && shared !== 0) s.parkedMapped++;
  },
);

export const registrationMade = transition(
  'registration_made',
  {
    about:
      'A pool began to listen at a source; what it may need of its room is promised to it. `role_subject`: what for (listen, receive, send, lock) in the low byte, and whom or what it concerns, plus one, above it.',
    fields: ['row', 'pool', 'source', 'role_subject', 'key0', 'key1', 'options', 'max'],
    formats: { key0: 'hexadecimal', key1: 'hexadecimal', options: 'hexadecimal' },
  },
  (s, row, pool, source, roleAndSubject, key0, key1, options, max) => {
    const r = s.registrations;
    const role = roleAndSubject & 0xff;
    blankRegistration(s, row, role);
    r.subject[row] = (roleAndSubject >>> 8) - 1;
    takeNumber(s, row);
    r.key0[row] = key0;
    r.key1[row] = key1;
    r.options[row] = options;
    r.max[row] = max;
    r.units[row] = registrationUnits(role, s.pools.kind[pool], max);
    r.slots[row] = role === ROLE.LISTEN ? slotsOf(options) : 1;
    enterPool(s, row, pool);
    enterSource(s, row, source);
    promise(s, row);
    charge(s, s.pools.allocator[pool], COST.registration);
  },
);

/** Units that one packet of a registration takes at the most. Up to 16 handles come with a message. */
export function registrationUnits(role: number, kind: number, max: number): number {
  return role === ROLE.RECEIVE && kind === POOL_KIND.VARIABLE ? unitsOf(max, 16) : 1;
}

export const registrationEnded = transition(
  'registration_ended',
  {
    about: 'A registration listens no more: cancelled, or what it listened to went away. Its packets stay.',
    fields: ['row'],
  },
  (s, row) => endRegistration(s, row),
);

export const registrationUnparked = transition(
  'registration_unparked',
  { about: 'A pool has room again for a registration: it went to the tail of its queue.', fields: ['row'] },
  (s, row) => {
    leaveParked(s, row);
    enterSource(s, row, s.registrations.source[row]);
    promise(s, row);
  },
);

/** In the flags of `packetDelivered`: a registration that re-enters its queue is parked, because frames are short. */
export const PARKS = 0x80;

/** Moves the head of a queue to its tail, or parks it where its pool has no room for another packet. */
function reenter(s: MutableState, row: number, parks: boolean): void {
  const r = s.registrations;
  const source = r.source[row];
  leaveSource(s, row);
  if (!parks && hasRoom(s, r.pool[row], r.units[row], 1)) {
    enterSource(s, row, source);
    promise(s, row);
  } else enterParked(s, row);
}

export const packetDelivered = transition(
  'packet_delivered',
  {
    about:
      'An event came into a pool: as a packet of its own, or taken in by the newest packet of a registration whose slots are all full. `flags_type`: PACKET in the low byte (and 128: parks), EVENT above it.',
    fields: ['registration', 'flags_type', 'status', 'data0', 'data1', 'data2', 'data3', 'data4'],
    formats: { status: 'status' },
  },
  (s, row, flagsAndType, _status, data0, data1) => {
    const r = s.registrations;
    const pool = r.pool[row];
    const flags = flagsAndType & 0xff & ~PARKS;
    const role = r.role[row];
    if (role === ROLE.LISTEN && r.unread[row] === r.slots[row]) absorb(s, row, flags);
    else {
      const carries = role === ROLE.RECEIVE && s.pools.kind[pool] === POOL_KIND.VARIABLE && !(flags & PACKET.ERROR);
      const units = carries ? unitsOf(Math.min(data0 >>> 0, r.max[row]), data1) : 1;
      // What was promised is used now.
      unpromise(s, row);
      addPacket(s, pool, row, units, flags);
      if (role !== ROLE.LISTEN) {
        if (flags & PACKET.MORE) reenter(s, row, (flagsAndType & PARKS) !== 0);
        else {
          leaveSource(s, row);
          markEnded(s, row);
        }
        return;
      }
      promise(s, row);
    }
    if (!(flags & PACKET.MORE)) endRegistration(s, row);
  },
);

export const packetPosted = transition(
  'packet_posted',
  {
    about: 'A program put a packet into a pool.',
    fields: ['pool', 'status', 'data0', 'data1', 'data2', 'data3', 'data4'],
  },
  (s, pool) => addPacket(s, pool, -1, 1, 0),
);

export const packetTaken = transition(
  'packet_taken',
  { about: 'The oldest packet of a pool was taken out.', fields: ['pool'] },
  (s, pool) => takePacket(s, pool),
);

export const packetsRead = transition(
  'packets_read',
  {
    about: 'The program has read so many packets of a mapped pool without a call, places of removed ones among them.',
    fields: ['pool', 'units'],
  },
  (s, pool, units) => {
    const head = (s.pools.head[pool] + units) | 0;
    // The places of removed packets behind the last one go with it: that may be further than the program has come.
    for (let left = units; left > 0; left = (head - s.pools.head[pool]) | 0) takePackets(s, pool, left);
  },
);

export const packetRemoved = transition(
  'packet_removed',
  { about: 'A packet was removed because its registration was cancelled or its pool went away.', fields: ['row'] },
  (s, row) => removePacket(s, row),
);

export const sourceFired = transition(
  'source_fired',
  {
    about: 'An event of a broadcast happened. Deliveries follow.',
    fields: ['source', 'status', 'data0', 'data1', 'data2', 'data3', 'data4'],
  },
  (s, source, status, data0, data1, data2, data3, data4) => {
    const t = s.sources;
    t.generation[source] = (t.generation[source] + 1) & 0x7fff_ffff;
    t.lastSeq[source] = visibleSeq(s);
    t.status[source] = status;
    t.data0[source] = data0;
    t.data1[source] = data1;
    t.data2[source] = data2;
    t.data3[source] = data3;
    t.data4[source] = data4;
  },
);

export const waitItemAdded = transition(
  'wait_item_added',
  {
    about: 'The running thread will wait for this source among others.',
    fields: ['row', 'thread', 'source', 'index'],
  },
  (s, row, thread, source, index) => {
    const r = s.registrations;
    blankRegistration(s, row, ROLE.WAIT);
    r.thread[row] = thread;
    r.subject[row] = index;
    r.nextOfListener[row] = s.threads.firstWait[thread];
    s.threads.firstWait[thread] = row;
    enterSource(s, row, source);
    charge(s, s.processes.allocator[s.threads.process[thread]], COST.registration);
  },
);

/** Does a registration at a queue go back to it after a delivery? */
export function reenters(role: number, options: number): boolean {
  return role === ROLE.RECEIVE
    ? (options & RECEIVE.REENTER) !== 0
    : role === ROLE.LISTEN && (options & LISTEN.PERSISTENT) !== 0;
}
