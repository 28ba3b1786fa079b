/**
 * Part of the reference model: pools. A registration owns the room for what it listens to from the moment it is made, so that a
 * delivery cannot fail; what re-enters its queue without room is parked outside it.
 */
import { type CallOf, error, ok, type Result, type Told, toldText } from '../calls.js';
import { must, remove } from './lists.js';
import {
  contentOf,
  type End,
  flagged,
  live,
  type Packet,
  type Pool,
  promisedTo,
  type Registration,
  type Reply,
  type Source,
  type Thread,
  unitsOf,
  unreadOf,
  type Wait,
} from './objects.js';
import { Threads } from './threads.js';

export abstract class Pools extends Threads {
  /** Tells all who listen of an event. */
  protected abstract fire(from: Source, status: number, data?: readonly number[]): void;

  /** Lets those meet who send to an endpoint and who receive there. */
  protected abstract meet(end: End): void;

  /** Somebody has the means to answer a call; the number of the reply. */
  protected abstract receiveReply(reply: Reply): number;

  /** A packet came: who waits for so many completions goes on. */
  protected abstract tellRings(pool: Pool): void;

  /** Nobody can say any more how many packets a pool holds. */
  protected abstract failRings(pool: Pool): void;

  /** An interrupt need not wait any longer for the answer of somebody who is gone. */
  protected abstract excuse(who: Thread | Registration): void;

  /** What a registration that goes away holds for others. */
  protected abstract discharge(registration: Registration, ownerDied: boolean): void;

  protected register(
    pool: Pool,
    rest: Pick<Registration, 'role' | 'key' | 'object' | 'list'> & Partial<Registration>,
  ): Result {
    const { max = 0, slots = 1 } = rest;
    this.look(pool);
    if (pool.shared === 'CORRUPT') return error('BAD_STATE');
    const units = rest.role === 'receive' && pool.variable ? unitsOf(max, 16) : 1;
    if (this.free(pool) < units * slots) return error('NO_RESOURCES');
    const number = ++this.numbers;
    const made: Registration = {
      stays: false,
      endWhenFull: false,
      truncate: false,
      ...rest,
      number,
      pool,
      max,
      slots,
      units,
      state: 'listening',
    };
    this.registrations.push(made);
    pool.registrations.push(made);
    made.list.push(made);
    return ok({ registration: number });
  }

  /** Room that is neither used nor promised. A removed packet keeps its place until those before it are gone. */
  free(pool: Pool): number {
    const used = pool.packets.reduce((sum, packet) => sum + packet.units, 0);
    const promised = pool.registrations.reduce(
      (sum, registration) => sum + promisedTo(registration) * registration.units,
      0,
    );
    return pool.units - used - promised - pool.reserved;
  }

  /** An event for a pool: as a packet, or taken in by the newest one where all slots hold packets that nobody has taken. */
  protected deliver(to: Registration, told: Told, more: boolean, extra: Partial<Packet> = {}): void {
    const { pool } = to;
    this.look(pool);
    const unread = unreadOf(to);
    const wasEmpty = live(pool).length === 0;
    if (to.role === 'listen' && unread.length === to.slots) this.absorb(to, unread[unread.length - 1], told, more);
    else {
      const flags = flagged(told.flags, more && 'MORE');
      pool.packets.push({ told: { ...told, flags }, registration: to, units: 1, bytes: 0, removed: false, ...extra });
      if (!more) this.end(to);
      else if (to.role !== 'listen') this.reenter(to);
    }
    this.announce(pool, wasEmpty);
  }

  /** A packet came: threads take it, or it is one more of those that are waited for, or the first. */
  protected announce(pool: Pool, wasEmpty: boolean): void {
    this.serveTakers(pool);
    this.tellRings(pool);
    if (wasEmpty && live(pool).length > 0) this.later.push(() => this.received(pool));
  }

  /** Pool received: it was empty and is not any more. */
  protected received(pool: Pool): void {
    const packets = live(pool).length;
    if (packets > 0) this.fire(pool.received, 0, [packets, 0, 0, 0, 0]);
  }

  protected absorb(to: Registration, newest: Packet, told: Told, more: boolean): void {
    const goesOn = more && !to.endWhenFull;
    const flags = flagged(told.flags, goesOn && 'MORE', 'COALESCED', to.endWhenFull && 'LAST');
    newest.told = { ...told, first: newest.told.first, count: newest.told.count + 1, flags };
    if (!goesOn) this.end(to);
  }

  /** Back to the tail of the queue, or outside it until the pool has room. */
  protected reenter(registration: Registration): void {
    remove(registration.list, registration);
    registration.state = 'parked';
    if (this.free(registration.pool) >= registration.units) this.enter(registration);
    else registration.pool.parked.push(registration);
  }

  protected enter(registration: Registration): void {
    registration.state = 'listening';
    registration.list.push(registration);
  }

  protected end(registration: Registration): void {
    remove(registration.list, registration);
    remove(registration.pool.parked, registration);
    registration.state = 'ended';
  }

  protected serveTakers(pool: Pool): void {
    while (pool.takers.length > 0 && live(pool).length > 0) {
      const wait = pool.takers[0] as Wait;
      this.wake(wait, this.taken(pool, wait.call as CallOf<'pool_take'>));
    }
  }

  protected takePacket(call: CallOf<'pool_take'>, caller: Thread): Result | undefined {
    const pool = this.pool(call.pool);
    this.look(pool);
    if (pool.shared === 'CORRUPT') return error('IO_DATA_INTEGRITY');
    if (live(pool).length > 0) return this.taken(pool, call);
    return this.block(caller, call, call.deadline, [pool.takers]);
  }

  /** What a thread gets that takes the oldest packet. */
  protected taken(pool: Pool, { room }: CallOf<'pool_take'>): Result {
    const packet = live(pool)[0];
    if (packet.bytes > room) return error('BUFFER_TOO_SMALL', { n: packet.bytes });
    const reply = packet.message?.reply;
    const data = reply === undefined ? packet.told.data : [packet.told.data[0], 0, this.receiveReply(reply), 0, 0];
    remove(pool.packets, packet);
    this.madeRoom(pool);
    return ok({ n: packet.bytes, ...contentOf(packet.message, packet.bytes) }, { ...packet.told, data });
  }

  /** Removed packets at the head go; and parked registrations enter their queues while there is room for them. */
  protected madeRoom(pool: Pool): void {
    while (pool.packets[0]?.removed) pool.packets.shift();
    while (pool.parked.length > 0 && this.free(pool) >= pool.parked[0].units) {
      const registration = must(pool.parked.shift());
      this.enter(registration);
      if (registration.role === 'receive') this.later.push(() => this.meet(this.endpoint(registration.object)));
    }
  }

  protected post(call: CallOf<'pool_post'>): Result {
    const pool = this.pool(call.pool);
    this.look(pool);
    if (pool.shared === 'CORRUPT') return error('IO_DATA_INTEGRITY');
    if (this.free(pool) < 1) return error('SHOULD_WAIT');
    const wasEmpty = live(pool).length === 0;
    const told = { ...this.told('process', 'POSTED', call.status), key: call.key };
    pool.packets.push({ told, registration: undefined, units: 1, bytes: 0, removed: false });
    this.announce(pool, wasEmpty);
    return ok();
  }

  /** OK and nothing of it remains or will come, or NOT_FOUND. */
  protected cancel(call: CallOf<'event_cancel'>): Result {
    const registration = must(this.registrations.find(({ number }) => number === call.registration));
    const { pool } = registration;
    this.look(this.pool(call.pool));
    const unread = unreadOf(registration);
    if (pool.name !== call.pool || (registration.state === 'ended' && unread.length === 0)) return error('NOT_FOUND');
    this.discharge(registration, false);
    this.unsend(registration);
    this.end(registration);
    for (const packet of unread.reverse()) this.removePacket(packet);
    this.excuse(registration);
    this.madeRoom(pool);
    return ok();
  }

  protected map(call: CallOf<'pool_map'>): Result {
    const pool = this.pool(call.pool);
    if (pool.variable) return error('NOT_SUPPORTED');
    if (pool.shared !== 'NO') return error('ALREADY_BOUND');
    pool.shared = 'MAPPED';
    return ok();
  }

  /** A program reads packets without a call, and says in the memory that it has them. */
  protected readMapped({ pool: name, places }: CallOf<'read_mapped'>): Result {
    const pool = this.pool(name);
    const read = pool.packets.slice(pool.passed, pool.passed + places).filter(({ removed }) => !removed);
    pool.passed += places;
    return ok({ read: read.map(({ told }) => `{${toldText(told)}}`).join(' ') });
  }

  /** How far has the program read? The kernel looks only where it has to know; what it finds may be nonsense. */
  protected look(pool: Pool): void {
    const { passed } = pool;
    if (pool.shared !== 'MAPPED' || passed === 0) return;
    pool.passed = 0;
    if (passed > pool.packets.length) {
      pool.shared = 'CORRUPT';
      this.failRings(pool);
      return;
    }
    // Nobody can give the replies any more that came with what was read so.
    for (const packet of pool.packets.splice(0, passed)) if (!packet.removed) this.unused.push(packet.message?.reply);
    this.madeRoom(pool);
  }

  /** Whoever is outside a queue for want of room is let in when the program has made some: that is looked at by itself. */
  protected lookWhereParked(): void {
    for (const pool of this.pools) if (pool.parked.length > 0) this.look(pool);
    this.settle();
  }

  /** A packet that nobody has taken goes, and what it carries with it. Its place stays until those before it are gone. */
  protected removePacket(packet: Packet): void {
    packet.removed = true;
    this.unused.push(packet.message?.reply);
  }
}
