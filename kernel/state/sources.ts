/**
 * Sources and the lists of those who listen to them; pools and what they have promised. Only transitions call what is here:
 * it is the part that several of them share.
 */
import { LISTEN, PACKET } from '../../syscalls/options.js';
import { COST } from '../limits.js';
import { must } from '../panic.js';
import { type MutableState, REGISTRATION_BUCKETS, type State } from './state.js';
import { nextRow, releaseRow, takeRow } from './table.js';
import { REGISTRATION_STATE, ROLE } from './tables.js';

/** The number of the running step as programs see it: steps that nobody can notice do not count. */
export function visibleSeq(s: State): number {
  return s.seq - s.hiddenSteps;
}

/** The number of the running step in its run, whoever debugs it from outside. */
export function seqOfRun(s: State): number {
  return s.seq - s.outsideSteps;
}

/** Makes a source of an object; there is a free row. */
export function addSource(s: MutableState, type: number, object: number, name: number): number {
  const t = s.sources;
  const row = nextRow(t);
  takeRow(t, row);
  t.type[row] = type;
  t.object[row] = object;
  t.name[row] = name;
  t.head[row] = -1;
  t.tail[row] = -1;
  return row;
}

export function removeSource(s: MutableState, row: number): void {
  must(s.sources.head[row] < 0 && s.sources.parked[row] === 0, 'a source went away while somebody listened');
  releaseRow(s.sources, row);
}

/** Puts a registration at the tail of its source's list. */
export function enterSource(s: MutableState, row: number, source: number): void {
  const t = s.sources;
  const r = s.registrations;
  const last = t.tail[source];
  r.source[row] = source;
  r.state[row] = REGISTRATION_STATE.LISTENING;
  r.next[row] = -1;
  r.previous[row] = last;
  if (last >= 0) r.next[last] = row;
  else t.head[source] = row;
  t.tail[source] = row;
  t.length[source]++;
}

/** Takes a registration out of its source's list. It still knows which source that was. */
export function leaveSource(s: MutableState, row: number): void {
  const t = s.sources;
  const r = s.registrations;
  const source = r.source[row];
  const next = r.next[row];
  const previous = r.previous[row];
  if (next >= 0) r.previous[next] = previous;
  else t.tail[source] = previous;
  if (previous >= 0) r.next[previous] = next;
  else t.head[source] = next;
  r.next[row] = -1;
  r.previous[row] = -1;
  t.length[source]--;
}

/** A registration without any place yet. */
export function blankRegistration(s: MutableState, row: number, role: number): void {
  const r = s.registrations;
  takeRow(r, row);
  r.role[row] = role;
  r.source[row] = -1;
  r.next[row] = -1;
  r.previous[row] = -1;
  r.thread[row] = -1;
  r.pool[row] = -1;
  r.nextOfListener[row] = -1;
  r.previousOfListener[row] = -1;
  r.hashNext[row] = -1;
  r.newest[row] = -1;
  r.subject[row] = -1;
}

/** Chain of the hash over registrations' numbers. */
export function registrationBucket(number: number): number {
  return number & (REGISTRATION_BUCKETS - 1);
}

/** Gives a registration the next number, by which it is found. */
export function takeNumber(s: MutableState, row: number): void {
  const r = s.registrations;
  r.number[row] = s.nextRegistration++;
  const bucket = registrationBucket(r.number[row]);
  r.hashNext[row] = s.registrationChain[bucket];
  s.registrationChain[bucket] = row;
}

export function leaveNumbers(s: MutableState, row: number): void {
  const r = s.registrations;
  const bucket = registrationBucket(r.number[row]);
  if (s.registrationChain[bucket] === row) s.registrationChain[bucket] = r.hashNext[row];
  else {
    let at = s.registrationChain[bucket];
    while (r.hashNext[at] !== row) at = r.hashNext[at];
    r.hashNext[at] = r.hashNext[row];
  }
  r.hashNext[row] = -1;
  r.number[row] = 0;
}

/** How many packets a registration is promised room for, beyond those that lie in the pool. */
export function promisedPackets(s: State, row: number): number {
  const r = s.registrations;
  if (r.pool[row] < 0 || r.state[row] !== REGISTRATION_STATE.LISTENING) return 0;
  return r.role[row] === ROLE.LISTEN ? r.slots[row] - r.unread[row] : 1;
}

export function promise(s: MutableState, row: number): void {
  const packets = promisedPackets(s, row);
  s.pools.reserved[s.registrations.pool[row]] += packets * s.registrations.units[row];
  s.promisedPackets += packets;
}

export function unpromise(s: MutableState, row: number): void {
  const packets = promisedPackets(s, row);
  s.pools.reserved[s.registrations.pool[row]] -= packets * s.registrations.units[row];
  s.promisedPackets -= packets;
}

/** Room of a pool that is neither used nor promised, in units. */
export function freeUnits(s: State, pool: number): number {
  return s.pools.units[pool] - s.pools.usedUnits[pool] - s.pools.reserved[pool];
}

/** Can a pool promise room for packets of so many units each? */
export function hasRoom(s: State, pool: number, units: number, packets: number): boolean {
  const { packets: table } = s;
  return freeUnits(s, pool) >= units * packets && table.limit - table.live - s.promisedPackets >= packets;
}

export function enterPool(s: MutableState, row: number, pool: number): void {
  const r = s.registrations;
  const first = s.pools.firstRegistration[pool];
  r.pool[row] = pool;
  r.nextOfListener[row] = first;
  r.previousOfListener[row] = -1;
  if (first >= 0) r.previousOfListener[first] = row;
  s.pools.firstRegistration[pool] = row;
  s.pools.registrations[pool]++;
}

function leavePool(s: MutableState, row: number): void {
  const r = s.registrations;
  const pool = r.pool[row];
  const next = r.nextOfListener[row];
  const previous = r.previousOfListener[row];
  if (next >= 0) r.previousOfListener[next] = previous;
  if (previous >= 0) r.nextOfListener[previous] = next;
  else s.pools.firstRegistration[pool] = next;
  s.pools.registrations[pool]--;
}

export function enterParked(s: MutableState, row: number): void {
  const r = s.registrations;
  const pool = r.pool[row];
  const last = s.pools.parkedTail[pool];
  r.state[row] = REGISTRATION_STATE.PARKED;
  r.next[row] = -1;
  r.previous[row] = last;
  if (last >= 0) r.next[last] = row;
  else {
    s.pools.parkedHead[pool] = row;
    if (s.pools.shared[pool] !== 0) s.parkedMapped++;
  }
  s.pools.parkedTail[pool] = row;
  s.sources.parked[r.source[row]]++;
}

export function leaveParked(s: MutableState, row: number): void {
  const r = s.registrations;
  const pool = r.pool[row];
  const next = r.next[row];
  const previous = r.previous[row];
  if (next >= 0) r.previous[next] = previous;
  else s.pools.parkedTail[pool] = previous;
  if (previous >= 0) r.next[previous] = next;
  else s.pools.parkedHead[pool] = next;
  if (s.pools.parkedHead[pool] < 0 && s.pools.shared[pool] !== 0) s.parkedMapped--;
  r.next[row] = -1;
  r.previous[row] = -1;
  s.sources.parked[r.source[row]]--;
}

/** Takes a registration out of whatever list it is in, and its promise back; its packets may still be in the pool. */
export function endRegistration(s: MutableState, row: number): void {
  const r = s.registrations;
  if (r.state[row] === REGISTRATION_STATE.LISTENING) {
    unpromise(s, row);
    leaveSource(s, row);
  } else if (r.state[row] === REGISTRATION_STATE.PARKED) leaveParked(s, row);
  r.state[row] = REGISTRATION_STATE.ENDED;
  releaseIfDone(s, row);
}

/** A registration that has left every list and has no promise listens no more; a packet of it is in the pool. */
export function markEnded(s: MutableState, row: number): void {
  s.registrations.state[row] = REGISTRATION_STATE.ENDED;
}

/** A registration that has ended goes when its last packet has, and the answer that it owes. */
export function releaseIfDone(s: MutableState, row: number): void {
  const r = s.registrations;
  if (r.state[row] !== REGISTRATION_STATE.ENDED || r.unread[row] > 0 || r.owes[row] !== 0) return;
  const pool = r.pool[row];
  leavePool(s, row);
  leaveNumbers(s, row);
  const allocator = s.pools.allocator[pool];
  s.allocators.charged[allocator] -= COST.registration;
  if (s.allocators.watched[allocator] !== 0) s.memoryChanges++;
  releaseRow(r, row);
}

/** Puts a packet at the tail of a pool, of a registration (its promise is used up) or of nobody (-1). */
export function addPacket(s: MutableState, pool: number, registration: number, units: number, flags: number): void {
  const row = addRow(s, pool, registration, units, 1);
  s.packets.flags[row] = flags;
  if (registration < 0) return;
  const t = s.packets;
  const r = s.registrations;
  const older = r.newest[registration];
  t.older[row] = older;
  if (older >= 0) t.newer[older] = row;
  r.newest[registration] = row;
  r.unread[registration]++;
}

/** Puts so many packets of nobody, a unit each, at the tail of a pool: one row. */
export function addRun(s: MutableState, pool: number, run: number): void {
  addRow(s, pool, -1, run, run);
}

function addRow(s: MutableState, pool: number, registration: number, units: number, run: number): number {
  const t = s.packets;
  const p = s.pools;
  const row = nextRow(t);
  takeRow(t, row);
  const last = p.lastPacket[pool];
  t.pool[row] = pool;
  t.next[row] = -1;
  t.previous[row] = last;
  t.unit[row] = p.tail[pool];
  t.units[row] = units;
  t.run[row] = run;
  t.older[row] = -1;
  t.newer[row] = -1;
  t.registration[row] = registration;
  t.count[row] = 1;
  t.firstSeq[row] = visibleSeq(s);
  t.lastSeq[row] = visibleSeq(s);
  t.firstHandle[row] = -1;
  t.reply[row] = -1;
  if (last >= 0) t.next[last] = row;
  else p.firstPacket[pool] = row;
  p.lastPacket[pool] = row;
  p.tail[pool] = (p.tail[pool] + units) | 0;
  p.usedUnits[pool] += units;
  p.packets[pool] += run;
  return row;
}

/** The newest packet of a registration stands for one more event. */
export function absorb(s: MutableState, registration: number, flags: number): void {
  const t = s.packets;
  const row = s.registrations.newest[registration];
  t.count[row]++;
  t.lastSeq[row] = visibleSeq(s);
  t.flags[row] = flags | PACKET.COALESCED;
  s.pools.version[t.pool[row]]++;
}

/** Takes a packet from its registration, whose slot it was. */
function disown(s: MutableState, row: number): void {
  const t = s.packets;
  const r = s.registrations;
  const registration = t.registration[row];
  const older = t.older[row];
  const newer = t.newer[row];
  if (newer >= 0) t.older[newer] = older;
  else r.newest[registration] = older;
  if (older >= 0) t.newer[older] = newer;
  r.unread[registration]--;
}

function unlinkPacket(s: MutableState, row: number): void {
  const t = s.packets;
  const p = s.pools;
  const pool = t.pool[row];
  must(t.firstHandle[row] < 0 && t.reply[row] < 0, 'a packet went away with what it carried');
  must(p.firstPacket[pool] === row, 'a packet in the middle was unlinked');
  const next = t.next[row];
  p.firstPacket[pool] = next;
  if (next >= 0) t.previous[next] = -1;
  else p.lastPacket[pool] = -1;
  p.usedUnits[pool] -= t.units[row];
  p.head[pool] = (p.head[pool] + t.units[row]) | 0;
  releaseRow(t, row);
}

/** Frees the places of removed packets at the head. */
function dropRemoved(s: MutableState, pool: number): void {
  const p = s.pools;
  while (p.firstPacket[pool] >= 0 && s.packets.registration[p.firstPacket[pool]] === REMOVED)
    unlinkPacket(s, p.firstPacket[pool]);
}

/** As the registration of a packet: it was removed, and only its place is left. */
export const REMOVED = -2;

/** Takes the oldest packet out of a pool; a registration that still listens has its slot back. */
export function takePacket(s: MutableState, pool: number): void {
  takePackets(s, pool, 1);
}

/** Takes the oldest packets out of a pool: at most so many, and only those that are one row. Gives how many. */
export function takePackets(s: MutableState, pool: number, most: number): number {
  const p = s.pools;
  const t = s.packets;
  const row = p.firstPacket[pool];
  must(row >= 0 && t.registration[row] !== REMOVED, 'a packet was taken out of an empty pool');
  const run = t.run[row];
  if (run > most) {
    p.packets[pool] -= most;
    p.usedUnits[pool] -= most;
    p.head[pool] = (p.head[pool] + most) | 0;
    t.run[row] -= most;
    t.units[row] -= most;
    t.unit[row] = (t.unit[row] + most) | 0;
    return most;
  }
  takeRowOf(s, pool, row);
  return run;
}

function takeRowOf(s: MutableState, pool: number, row: number): void {
  const registration = s.packets.registration[row];
  if (registration >= 0) disown(s, row);
  s.pools.packets[pool] -= s.packets.run[row];
  unlinkPacket(s, row);
  if (registration >= 0) {
    const r = s.registrations;
    if (r.role[registration] === ROLE.LISTEN && r.state[registration] === REGISTRATION_STATE.LISTENING) {
      s.pools.reserved[pool] += r.units[registration];
      s.promisedPackets++;
    }
    releaseIfDone(s, registration);
  }
  dropRemoved(s, pool);
}

/** Removes a packet of a registration that has ended, wherever it stands; its place stays used until those before it are gone. */
export function removePacket(s: MutableState, row: number): void {
  const t = s.packets;
  const pool = t.pool[row];
  const registration = t.registration[row];
  must(t.firstHandle[row] < 0 && t.reply[row] < 0, 'a packet was removed with what it carried');
  if (registration >= 0) {
    must(s.registrations.state[registration] === REGISTRATION_STATE.ENDED, 'a listener lost a packet');
    disown(s, row);
    releaseIfDone(s, registration);
  }
  t.registration[row] = REMOVED;
  s.pools.packets[pool] -= t.run[row];
  s.pools.version[pool]++;
  dropRemoved(s, pool);
}

/** The slots that options of event_listen ask for. */
export function slotsOf(options: number): number {
  return (options & LISTEN.SLOTS) >>> 8 || 1;
}
