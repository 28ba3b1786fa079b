/**
 * The reference model: events.md as short and plain as it can be. Arrays and objects, nothing shared with the kernel, no care for
 * speed or memory. It takes the same calls as the kernel, one a slot of time, and says what comes back to whom, in which order.
 *
 * Rules that a test replaces by wrong ones, to see that it would find them in the kernel, are methods of their own.
 */
import { STATUS, type StatusName } from '../../syscalls/errors.js';
import { EXIT_REASON } from '../../syscalls/layouts.js';
import { type Call, type Deadline, type Flag, flagsText, type Result, type Told, type Watched } from './calls.js';
import type {
  End,
  Listener,
  Lock,
  Message,
  Packet,
  Pool,
  Registration,
  Reply,
  Source,
  Thread,
  Timer,
  Topic,
  Wait,
} from './objects.js';
import { CHANNELS, LOCKS, POOLS, THREADS, TIMERS, TOPICS } from './world.js';

type CallOf<Name extends Call['call']> = Extract<Call, { call: Name }>;

/** The call has not come back. */
const WAITS = undefined;
const NO_DATA = [0, 0, 0, 0, 0];

export class Model {
  slot = 0;
  /** Calls that came back in this slot, in the order in which their threads run. */
  returned: { by: string; result: Result }[] = [];
  readonly threads: Thread[] = THREADS.map((name) => ({
    name,
    alive: true,
    closed: false,
    wait: undefined,
    lifecycle: source(name, 'LIFECYCLE'),
  }));
  readonly pools: Pool[] = POOLS.map(({ name, kind, capacity }) => ({
    name,
    variable: kind === 'VARIABLE',
    units: kind === 'VARIABLE' ? capacity / 64 : capacity,
    open: true,
    packets: [],
    registrations: [],
    parked: [],
    takers: [],
    received: source(name, 'RECEIVED'),
  }));
  readonly ends: End[] = CHANNELS.flatMap((name) => {
    const a: End = { name: `${name}a`, peer: undefined, open: true, incoming: [], receivers: [] };
    const b: End = { name: `${name}b`, peer: a, open: true, incoming: [], receivers: [] };
    a.peer = b;
    return [a, b];
  });
  readonly locks: Lock[] = LOCKS.map((name) => ({
    name,
    open: true,
    owner: undefined,
    ownerDied: false,
    taken: 0,
    grant: undefined,
    queue: [],
  }));
  readonly timers: Timer[] = TIMERS.map((name) => ({
    name,
    open: true,
    deadline: 'never',
    began: 0,
    period: 0,
    source: source(name, 'TIMER'),
  }));
  readonly topics: Topic[] = TOPICS.map((name) => ({ name, open: true, source: source(name, 'TOPIC') }));
  readonly replies: Reply[] = [];
  /** All that were ever made; the first has number 1. */
  readonly registrations: Registration[] = [];

  private readonly allSources = this.sources();
  private messages = 0;
  private began = 0;
  private repliesEver = 0;
  /** Broadcasts that deliveries caused: they come after what is being delivered. */
  private readonly later: (() => void)[] = [];

  /** One slot: the call, all that it causes, and the deadlines in the middle of the slot. */
  take(call: Call): void {
    this.returned = [];
    if (call.call !== 'nothing') {
      const caller = this.thread(call.by);
      const result = this.make(call, caller);
      this.settle();
      // It runs on before those whom it woke.
      if (result !== WAITS && caller.alive) this.returned.unshift({ by: caller.name, result });
    }
    this.expire();
    this.slot++;
  }

  private make(call: Exclude<Call, CallOf<'nothing'>>, caller: Thread): Result | undefined {
    switch (call.call) {
      case 'event_wait':
        return this.wait(call, caller, [call]);
      case 'event_wait_many':
        return this.wait(call, caller, call.items);
      case 'event_listen':
        return this.listen(call);
      case 'event_cancel':
        return this.cancel(call);
      case 'pool_take':
        return this.takePacket(call, caller);
      case 'pool_post':
        return this.post(call);
      case 'channel_send':
      case 'channel_call':
        return this.send(call, caller);
      case 'channel_send_async':
        return this.sendAsync(call);
      case 'channel_receive':
        return this.receive(call, caller);
      case 'channel_receive_async':
        return this.receiveAsync(call);
      case 'channel_reply':
        return this.reply(call);
      case 'lock_acquire':
        return this.acquire(call, caller);
      case 'lock_acquire_async':
        return this.acquireAsync(call);
      case 'lock_release':
        return this.release(this.lock(call.lock), caller);
      case 'timer_set':
        return this.setTimer(call);
      case 'topic_publish':
        this.fire(this.topic(call.topic).source, 0, [call.value, 0, 0, 0, 0]);
        return ok();
      case 'task_kill':
        return this.kill(this.thread(call.thread));
      case 'handle_close':
        this.close(call.object);
        return ok();
    }
  }

  // Broadcast

  /** Tells all who listen now. Who begins during a delivery does not hear it. */
  protected fire(from: Source, status: number, data: readonly number[] = NO_DATA): void {
    from.generation++;
    from.last = { ...this.told(from.object, from.type, status), data };
    for (const listener of this.listeners(from.list)) {
      if (!from.list.includes(listener)) continue;
      if (isWait(listener)) this.wakeWithEvent(listener, from);
      else this.deliver(listener, { ...from.last, key: listener.key }, listener.stays);
    }
  }

  /** In the order in which they began to listen. */
  protected listeners(list: readonly Listener[]): Listener[] {
    return [...list];
  }

  private wakeWithEvent(wait: Wait, from: Source): void {
    const { call } = wait;
    const event = { ...must(from.last), flags: '' };
    if (call.call !== 'event_wait_many') this.wake(wait, ok({ generation: from.generation }, event));
    else {
      const index = call.items.findIndex((item) => this.sourceOf(item) === from);
      this.wake(wait, ok({ index, generation: from.generation }, event));
    }
  }

  private wait(
    call: CallOf<'event_wait' | 'event_wait_many'>,
    caller: Thread,
    items: readonly Watched[],
  ): Result | undefined {
    const many = call.call === 'event_wait_many';
    for (const [index, item] of items.entries()) {
      const from = this.sourceOf(item);
      const missed = this.missed(from, item.seen);
      if (missed === 0) continue;
      const event = { ...this.lastOf(from), count: missed, flags: missed > 1 ? 'COALESCED' : '' };
      return ok({ ...(many && { index }), generation: from.generation }, event);
    }
    return this.block(
      caller,
      call,
      call.deadline,
      items.map((item) => this.sourceOf(item).list),
    );
  }

  /** Events since a generation; at least one where it has happened already. */
  private missed(from: Source, seen: number | 'NOW'): number {
    const since = seen === 'NOW' ? 0 : from.generation - seen;
    return this.isDue(from) ? Math.max(since, 1) : since;
  }

  /** What lasts is heard at once: that a pool holds packets, that a thread has ended. */
  private isDue({ type, object }: Source): boolean {
    if (type === 'RECEIVED') return live(this.pool(object)).length > 0;
    return type === 'LIFECYCLE' && !this.thread(object).alive;
  }

  private lastOf(from: Source): Told {
    return from.last ?? this.told(from.object, from.type, 0);
  }

  private listen(call: CallOf<'event_listen'>): Result {
    const from = this.sourceOf(call);
    const pool = this.pool(call.pool);
    if (from.type === 'RECEIVED' && this.wouldLoop(this.pool(from.object), pool)) return error('LOOP');
    const { object, key, persistent, endWhenFull, slots } = call;
    const result = this.register(pool, {
      role: 'listen',
      key,
      object,
      list: from.list,
      stays: persistent,
      endWhenFull,
      slots,
    });
    if (result.status === 'OK' && this.isDue(from)) {
      const made = this.registrations[this.registrations.length - 1];
      this.later.push(() =>
        this.deliver(made, { ...this.lastOf(from), key, first: this.slot, last: this.slot }, persistent),
      );
    }
    return result;
  }

  /** Would pools tell each other in a circle, or more than four stand in a row? */
  private wouldLoop(teller: Pool, listener: Pool): boolean {
    const told = (pool: Pool): Pool[] =>
      pool.received.list.filter((entry) => !isWait(entry)).map((entry) => (entry as Registration).pool);
    const tellers = (pool: Pool): Pool[] => this.pools.filter((other) => told(other).includes(pool));
    const longest = (pool: Pool, next: (pool: Pool) => Pool[]): number =>
      1 + Math.max(0, ...next(pool).map((other) => longest(other, next)));
    const reaches = (from: Pool): boolean => from === teller || told(from).some(reaches);
    return reaches(listener) || longest(teller, tellers) + longest(listener, told) > 4;
  }

  // Pools

  private register(
    pool: Pool,
    rest: Pick<Registration, 'role' | 'key' | 'object' | 'list'> & Partial<Registration>,
  ): Result {
    const { max = 0, slots = 1 } = rest;
    const units = rest.role === 'receive' && pool.variable ? unitsOf(max, 16) : 1;
    if (this.free(pool) < units * slots) return error('NO_RESOURCES');
    const number = this.registrations.length + 1;
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
    return pool.units - used - promised;
  }

  /** An event for a pool: as a packet, or taken in by the newest one where all slots hold packets that nobody has taken. */
  private deliver(to: Registration, told: Told, more: boolean, extra: Partial<Packet> = {}): void {
    const { pool } = to;
    const unread = unreadOf(to);
    const wasEmpty = live(pool).length === 0;
    if (to.role === 'listen' && unread.length === to.slots) this.absorb(to, unread[unread.length - 1], told, more);
    else {
      const flags = flagged(told.flags, more && 'MORE');
      pool.packets.push({ told: { ...told, flags }, registration: to, units: 1, bytes: 0, removed: false, ...extra });
      if (!more) this.end(to);
      else if (to.role !== 'listen') this.reenter(to);
    }
    this.serveTakers(pool);
    if (wasEmpty && live(pool).length > 0) this.later.push(() => this.received(pool));
  }

  /** Pool received: it was empty and is not any more. */
  private received(pool: Pool): void {
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

  private enter(registration: Registration): void {
    registration.state = 'listening';
    registration.list.push(registration);
  }

  private end(registration: Registration): void {
    remove(registration.list, registration);
    remove(registration.pool.parked, registration);
    registration.state = 'ended';
  }

  private serveTakers(pool: Pool): void {
    while (pool.takers.length > 0 && live(pool).length > 0) {
      const wait = pool.takers[0] as Wait;
      this.wake(wait, this.taken(pool, wait.call as CallOf<'pool_take'>));
    }
  }

  private takePacket(call: CallOf<'pool_take'>, caller: Thread): Result | undefined {
    const pool = this.pool(call.pool);
    if (live(pool).length > 0) return this.taken(pool, call);
    return this.block(caller, call, call.deadline, [pool.takers]);
  }

  /** What a thread gets that takes the oldest packet. */
  private taken(pool: Pool, { room }: CallOf<'pool_take'>): Result {
    const packet = live(pool)[0];
    if (packet.bytes > room) return error('BUFFER_TOO_SMALL', { n: packet.bytes });
    const reply = packet.message?.reply;
    const data = reply === undefined ? packet.told.data : [packet.told.data[0], 0, this.receiveReply(reply), 0, 0];
    remove(pool.packets, packet);
    this.madeRoom(pool);
    return ok({ n: packet.bytes, ...contentOf(packet.message, packet.bytes) }, { ...packet.told, data });
  }

  /** Removed packets at the head go; and parked registrations enter their queues while there is room for them. */
  private madeRoom(pool: Pool): void {
    while (pool.packets[0]?.removed) pool.packets.shift();
    while (pool.parked.length > 0 && this.free(pool) >= pool.parked[0].units) {
      const registration = must(pool.parked.shift());
      this.enter(registration);
      if (registration.role === 'receive') this.later.push(() => this.meet(this.end_(registration.object)));
    }
  }

  private post(call: CallOf<'pool_post'>): Result {
    const pool = this.pool(call.pool);
    if (this.free(pool) < 1) return error('SHOULD_WAIT');
    const wasEmpty = live(pool).length === 0;
    const told = { ...this.told('process', 'POSTED', call.status), key: call.key };
    pool.packets.push({ told, registration: undefined, units: 1, bytes: 0, removed: false });
    this.serveTakers(pool);
    if (wasEmpty && live(pool).length > 0) this.later.push(() => this.received(pool));
    return ok();
  }

  /** OK and nothing of it remains or will come, or NOT_FOUND. */
  protected cancel(call: CallOf<'event_cancel'>): Result {
    const registration = this.registrations[call.registration - 1];
    const { pool } = registration;
    const unread = unreadOf(registration);
    if (pool.name !== call.pool || (registration.state === 'ended' && unread.length === 0)) return error('NOT_FOUND');
    this.discharge(registration, false);
    this.unsend(registration);
    this.end(registration);
    for (const packet of unread.reverse()) this.remove_(packet);
    this.madeRoom(pool);
    return ok();
  }

  // Channels

  private send(call: CallOf<'channel_send' | 'channel_call'>, caller: Thread): Result | undefined {
    const { peer } = this.end_(call.end);
    const message = { number: ++this.messages, bytes: call.bytes };
    if (peer === undefined) return error('PEER_CLOSED');
    // No reply could come within the step.
    if (call.call === 'channel_call' && call.deadline === 'past') return error('TIMED_OUT');
    const by: Wait = this.stand(caller, call, call.deadline, []);
    const reply = call.call === 'channel_call' ? { name: undefined, caller: by } : undefined;
    peer.incoming.push({ ...message, by, reply });
    this.meet(peer);
    // A deadline in the past polls: the message is with a receiver that waited already, or is withdrawn.
    if (call.deadline === 'past' && caller.wait === by) this.wake(by, error('TIMED_OUT'));
    return this.resultOf(caller);
  }

  private sendAsync(call: CallOf<'channel_send_async'>): Result {
    const { peer } = this.end_(call.end);
    const message = { number: ++this.messages, bytes: call.bytes };
    if (peer === undefined) return error('PEER_CLOSED');
    const result = this.register(this.pool(call.pool), { role: 'send', key: call.key, object: call.end, list: [] });
    if (result.status !== 'OK') return result;
    peer.incoming.push({ ...message, by: this.registrations[this.registrations.length - 1], reply: undefined });
    this.meet(peer);
    return result;
  }

  private receive(call: CallOf<'channel_receive'>, caller: Thread): Result | undefined {
    const end = this.end_(call.end);
    if (end.peer === undefined && end.incoming.length === 0) return error('PEER_CLOSED');
    const wait = this.stand(caller, call, call.deadline, [end.receivers]);
    this.meet(end);
    if (call.deadline === 'past' && caller.wait === wait) this.wake(wait, error('TIMED_OUT'));
    return this.resultOf(caller);
  }

  private receiveAsync(call: CallOf<'channel_receive_async'>): Result {
    const { key, max, truncate, reenter } = call;
    const end = this.end_(call.end);
    const pool = this.pool(call.pool);
    if (max > 0 && !pool.variable) return error('NOT_SUPPORTED');
    if (end.peer === undefined && end.incoming.length === 0) return error('PEER_CLOSED');
    const list = end.receivers;
    const result = this.register(pool, { role: 'receive', key, object: call.end, list, stays: reenter, max, truncate });
    this.meet(end);
    return result;
  }

  /** While there are both: the oldest message is offered to the receiver at the head, which leaves the queue. */
  protected meet(end: End): void {
    while (end.incoming.length > 0 && end.receivers.length > 0) {
      const [message] = end.incoming;
      if (!this.offer(end, message, end.receivers[0])) continue;
      remove(end.incoming, message);
      this.sent(message);
    }
    if (end.peer === undefined && end.incoming.length === 0) this.endReceivers(end, 'PEER_CLOSED');
  }

  private offer(end: End, message: Message, to: Listener): boolean {
    if (isWait(to)) {
      const { room, truncate } = to.call as CallOf<'channel_receive'>;
      const { bytes } = message;
      const fits = bytes <= room || truncate;
      if (!fits) this.wake(to, error('BUFFER_TOO_SMALL', { bytes }));
      else {
        const reply = message.reply === undefined ? '-' : `reply${this.receiveReply(message.reply)}`;
        this.wake(to, ok({ bytes, ...contentOf(message, Math.min(bytes, room)), reply }));
      }
      return fits;
    }
    const fits = message.bytes <= to.max || to.truncate;
    const data = [message.bytes, 0, 0, 0, 0];
    const told = { ...this.told(end.name, 'MESSAGE', fits ? 0 : 'BUFFER_TOO_SMALL', to.key), data };
    const bytes = Math.min(message.bytes, to.max);
    if (fits) this.deliver(to, told, to.stays, { message, bytes, units: to.pool.variable ? unitsOf(bytes, 0) : 1 });
    else this.deliver(to, { ...told, flags: 'ERROR' }, false);
    return fits;
  }

  /** Somebody has the means to answer a call; its number. */
  private receiveReply(reply: Reply): number {
    reply.name = `reply${++this.repliesEver}`;
    this.replies.push(reply);
    return this.repliesEver;
  }

  /** The receiver has it: only now is a message sent. A call goes on to wait for its reply. */
  private sent({ by, bytes, reply }: Message): void {
    if (!isWait(by)) this.deliver(by, { ...this.told(by.object, 'SENT', 0, by.key), data: [bytes, 0, 0, 0, 0] }, false);
    else if (reply === undefined) this.wake(by, ok());
    else by.reply = reply;
  }

  private reply(call: CallOf<'channel_reply'>): Result {
    const message = { number: ++this.messages, bytes: call.bytes };
    const reply = must(this.replies.find(({ name }) => name === call.reply));
    remove(this.replies, reply);
    const { caller } = reply;
    if (caller.thread.wait !== caller) return error('PEER_CLOSED');
    const { room } = caller.call as CallOf<'channel_call'>;
    const { bytes } = call;
    const fits = bytes <= room;
    this.wake(caller, fits ? ok({ bytes, ...contentOf(message, bytes) }) : error('BUFFER_TOO_SMALL', { bytes }));
    return fits ? ok() : error('BUFFER_TOO_SMALL');
  }

  /** Nobody will answer. */
  private dropReply(reply: Reply | undefined): void {
    if (reply === undefined) return;
    remove(this.replies, reply);
    if (reply.caller.thread.wait === reply.caller) this.wake(reply.caller, error('CANCELED'));
  }

  private endReceivers(end: End, status: string): void {
    this.closeList(end.receivers, end.name, 'MESSAGE', status);
  }

  /** Messages to it are not received any more; those that it has sent still are. */
  private closeEnd(end: End): void {
    end.open = false;
    for (const message of [...end.incoming]) {
      remove(end.incoming, message);
      const { by } = message;
      if (isWait(by)) this.wake(by, error('PEER_CLOSED'));
      else this.deliver(by, { ...this.told(by.object, 'SENT', 'PEER_CLOSED', by.key), flags: 'ERROR|LAST' }, false);
    }
    this.endReceivers(end, 'CANCELED');
    for (const parked of this.pools.flatMap((pool) => pool.parked)) if (parked.list === end.receivers) this.end(parked);
    const { peer } = end;
    if (peer === undefined) return;
    peer.peer = undefined;
    this.later.push(() => this.meet(peer));
  }

  // Locks

  private acquire(call: CallOf<'lock_acquire'>, caller: Thread): Result | undefined {
    const lock = this.lock(call.lock);
    if (lock.owner === caller) return error('BAD_STATE');
    if (lock.owner === undefined) return { status: this.own(lock, caller) };
    if (call.deadline === 'past') return error('TIMED_OUT');
    if (this.before(lock, undefined).some((thread) => this.waitsFor(thread, caller))) return error('DEADLOCK');
    return this.block(caller, call, call.deadline, [lock.queue]);
  }

  private acquireAsync(call: CallOf<'lock_acquire_async'>): Result {
    const lock = this.lock(call.lock);
    const owner = this.thread(call.thread);
    if (lock.owner === owner || !owner.alive) return error('BAD_STATE');
    const { key } = call;
    const list = lock.queue;
    const result = this.register(this.pool(call.pool), { role: 'lock', key, object: lock.name, list, owner });
    if (result.status === 'OK' && lock.owner === undefined) this.handOver(lock);
    return result;
  }

  /** Who has a lock before somebody in its queue does: its owner, and those for whom pools stand ahead. */
  private before(lock: Lock, place: Listener | undefined): Thread[] {
    const ahead = place === undefined ? lock.queue : lock.queue.slice(0, lock.queue.indexOf(place));
    const threads = ahead.flatMap((entry) => (isWait(entry) ? [] : (entry.owner ?? [])));
    return lock.owner === undefined ? threads : [lock.owner, ...threads];
  }

  /** Does a thread wait, over locks, for another one? */
  protected waitsFor(thread: Thread, other: Thread): boolean {
    if (thread === other) return true;
    const { wait } = thread;
    if (wait?.call.call !== 'lock_acquire') return false;
    return this.before(this.lock(wait.call.lock), wait).some((next) => this.waitsFor(next, other));
  }

  private release(lock: Lock, caller: Thread): Result {
    if (lock.owner === undefined) return error('BAD_STATE');
    if (lock.owner !== caller) return error('ACCESS_DENIED');
    lock.ownerDied = false;
    this.handOver(lock);
    return ok();
  }

  /** The head of the queue has it now: nobody can take it in between. */
  protected handOver(lock: Lock): void {
    lock.owner = undefined;
    lock.grant = undefined;
    const [next] = lock.queue;
    if (next === undefined) return;
    if (isWait(next)) {
      this.wake(next, { status: this.own(lock, next.thread) });
      return;
    }
    const status = this.own(lock, must(next.owner));
    // Undone, the grant leaves the news for the one after.
    lock.ownerDied = status === 'OWNER_DIED';
    lock.grant = next;
    this.tellClaim(next, status, '');
  }

  private own(lock: Lock, owner: Thread): 'OK' | 'OWNER_DIED' {
    const status = lock.ownerDied ? 'OWNER_DIED' : 'OK';
    lock.owner = owner;
    lock.ownerDied = false;
    lock.taken = this.began++;
    return status;
  }

  /** A pool that stood in the queue for a thread hears what became of it. */
  private tellClaim(claim: Registration, status: string, flags: string): void {
    const data = [this.threads.indexOf(must(claim.owner)), 0, 0, 0, 0];
    this.deliver(claim, { ...this.told(claim.object, 'LOCK', status, claim.key), data, flags }, false);
  }

  /** The registration goes through which the lock was granted, and nobody has read that: the grant is undone. */
  private discharge(registration: Registration, ownerDied: boolean): void {
    const lock = this.locks.find(({ grant }) => grant === registration);
    if (lock === undefined || unreadOf(registration).length === 0) return;
    lock.ownerDied ||= ownerDied;
    this.handOver(lock);
  }

  // Time

  private setTimer({ timer: name, deadline, period }: CallOf<'timer_set'>): Result {
    const timer = named(this.timers, name);
    timer.period = period;
    timer.deadline = deadline;
    timer.began = this.began++;
    // The call is made at the beginning of the slot: the last deadline that may have passed was in the slot before.
    if (deadline !== 'never' && deadline !== 'past' && deadline < this.slot) this.tick(timer, deadline, this.slot - 1);
    return ok();
  }

  /** Deadlines are counted from the one before; those that passed unseen are one event that says how many they were. */
  private tick(timer: Timer, deadline: number, now: number): void {
    const passed = timer.period === 0 ? 1 : 1 + Math.floor((now - deadline) / timer.period);
    timer.began = this.began++;
    timer.deadline = timer.period === 0 ? 'never' : deadline + passed * timer.period;
    this.fire(timer.source, 0, [passed, 0, 0, 0, 0]);
  }

  /** The middle of the slot: timers that are due fire, then waits that are over end. Where both come together the event wins. */
  protected expire(): void {
    const now = <T extends { readonly deadline: Deadline; readonly began: number }>(all: readonly T[]): T[] =>
      all.filter(({ deadline }) => deadline === this.slot).sort((a, b) => a.began - b.began);
    for (const timer of now(this.timers)) this.tick(timer, this.slot, this.slot);
    this.settle();
    for (const wait of now(this.threads.flatMap((thread) => thread.wait ?? []))) this.wake(wait, error('TIMED_OUT'));
    this.settle();
  }

  // Death

  private kill(thread: Thread): Result {
    if (!thread.alive) return error('BAD_STATE');
    thread.alive = false;
    if (thread.wait !== undefined) this.leave(thread.wait);
    // What was last comes first: claims of pools for it, then the locks that it owns.
    const claims = this.registrations.filter(({ owner, state }) => owner === thread && state === 'listening');
    for (const claim of claims.reverse()) this.tellClaim(claim, 'CANCELED', 'ERROR|LAST');
    const owned = this.locks.filter(({ owner }) => owner === thread).sort((a, b) => b.taken - a.taken);
    for (const lock of owned) {
      lock.ownerDied = true;
      this.handOver(lock);
    }
    this.fire(thread.lifecycle, 0, [EXIT_REASON.KILLED, 0, 0, 0, 0]);
    return ok();
  }

  /** What can be closed: a thread only when it has ended, since a handle does not keep one alive. */
  closable(): string[] {
    const open = [...this.pools, ...this.ends, ...this.locks, ...this.timers, ...this.topics].filter((one) => one.open);
    const threads = this.threads.filter((thread) => !thread.alive && !thread.closed);
    const replies = this.replies.map(({ name }) => name ?? '');
    return [...replies, ...[...open, ...threads].map(({ name }) => name)];
  }

  private close(name: string): void {
    const thread = this.threads.find((one) => one.name === name);
    if (thread !== undefined) {
      thread.closed = true;
      this.closeSource(thread.lifecycle);
    }
    const timer = this.timers.find((one) => one.name === name);
    if (timer !== undefined) {
      timer.open = false;
      timer.deadline = 'never';
      this.closeSource(timer.source);
    }
    const topic = this.topics.find((one) => one.name === name);
    if (topic !== undefined) {
      topic.open = false;
      this.closeSource(topic.source);
    }
    const lock = this.locks.find((one) => one.name === name);
    if (lock !== undefined) this.closeLock(lock);
    const pool = this.pools.find((one) => one.name === name);
    if (pool !== undefined) this.closePool(pool);
    const end = this.ends.find((one) => one.name === name);
    if (end !== undefined) this.closeEnd(end);
    this.dropReply(this.replies.find((one) => one.name === name));
  }

  private closeSource(gone: Source): void {
    this.closeList(gone.list, gone.object, gone.type, 'CANCELED');
  }

  /** The end of all who stand in a list: threads get the status, pools a last packet. */
  private closeList(list: Listener[], object: string, type: string, status: string): void {
    for (let listener = list[0]; listener !== undefined; listener = list[0]) {
      if (isWait(listener)) this.wake(listener, error(status));
      else this.deliver(listener, { ...this.told(object, type, status, listener.key), flags: 'ERROR|LAST' }, false);
    }
  }

  private closeLock(lock: Lock): void {
    lock.open = false;
    lock.owner = undefined;
    lock.grant = undefined;
    for (let listener = lock.queue[0]; listener !== undefined; listener = lock.queue[0]) {
      if (isWait(listener)) this.wake(listener, error('CANCELED'));
      else this.tellClaim(listener, 'CANCELED', 'ERROR|LAST');
    }
  }

  private closePool(pool: Pool): void {
    pool.open = false;
    this.closeList(pool.takers, pool.name, 'TAKERS', 'CANCELED');
    this.closeSource(pool.received);
    for (const registration of [...pool.registrations].reverse()) {
      this.discharge(registration, true);
      this.unsend(registration);
      this.end(registration);
      for (const packet of unreadOf(registration).reverse()) this.remove_(packet);
    }
    pool.packets = [];
  }

  /** A packet that nobody has taken goes, and what it carries with it. Its place stays until those before it are gone. */
  private remove_(packet: Packet): void {
    packet.removed = true;
    this.later.push(() => this.dropReply(packet.message?.reply));
  }

  private unsend(by: Message['by']): void {
    for (const end of this.ends) removeWhere(end.incoming, (message) => message.by === by);
  }

  // Threads

  /** The thread waits, unless the deadline has passed already. */
  private block(thread: Thread, call: Call, deadline: Deadline, lists: Listener[][]): Result | undefined {
    if (deadline === 'past') return error('TIMED_OUT');
    this.stand(thread, call, deadline, lists);
    return WAITS;
  }

  private stand(thread: Thread, call: Call, deadline: Deadline, lists: Listener[][]): Wait {
    const wait: Wait = { thread, call, deadline, lists, began: this.began++ };
    thread.wait = wait;
    for (const list of lists) list.push(wait);
    return wait;
  }

  /** What came back to a thread in its own call, if it did. */
  private resultOf(caller: Thread): Result | undefined {
    const at = this.returned.findIndex(({ by }) => by === caller.name);
    return at < 0 ? WAITS : this.returned.splice(at, 1)[0].result;
  }

  protected wake(wait: Wait, result: Result): void {
    this.leave(wait);
    this.returned.push({ by: wait.thread.name, result });
  }

  private leave(wait: Wait): void {
    for (const list of wait.lists) removeWhere(list, (entry) => entry === wait);
    this.unsend(wait);
    wait.thread.wait = undefined;
  }

  private settle(): void {
    for (let work = this.later.shift(); work !== undefined; work = this.later.shift()) work();
  }

  private told(object: string, type: string, status: number | string, key = 0): Told {
    const value = typeof status === 'number' ? status : STATUS[status as StatusName];
    return {
      key,
      source: object,
      type,
      flags: '',
      status: value,
      first: this.slot,
      last: this.slot,
      count: 1,
      data: NO_DATA,
    };
  }

  sourceOf({ object, source: type }: { readonly object: string; readonly source: string }): Source {
    const found = this.allSources.find((one) => one.object === object && one.type === type);
    if (found === undefined) throw new Error(`${object} has no source ${type}`);
    return found;
  }

  /** Of all that can be named. */
  sources(): Source[] {
    const threads = this.threads.filter(({ closed }) => !closed).map(({ lifecycle }) => lifecycle);
    const pools = this.pools.filter(({ open }) => open).map(({ received }) => received);
    const others = [...this.timers, ...this.topics].filter(({ open }) => open).map((one) => one.source);
    return [...pools, ...others, ...threads];
  }

  thread(name: string): Thread {
    return named(this.threads, name);
  }

  pool(name: string): Pool {
    return named(this.pools, name);
  }

  end_(name: string): End {
    return named(this.ends, name);
  }

  lock(name: string): Lock {
    return named(this.locks, name);
  }

  topic(name: string): Topic {
    return named(this.topics, name);
  }
}

function source(object: string, type: string): Source {
  return { object, type, generation: 0, last: undefined, list: [] };
}

function named<T extends { readonly name: string }>(all: readonly T[], name: string): T {
  return must(all.find((one) => one.name === name));
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the model has lost something');
  return value;
}

export function isWait(listener: Listener | Message['by']): listener is Wait {
  return 'thread' in listener;
}

function removeWhere<T>(all: T[], goes: (one: T) => boolean): void {
  for (let i = all.length - 1; i >= 0; i--) if (goes(all[i])) all.splice(i, 1);
}

function remove<T>(all: T[], one: T): void {
  removeWhere(all, (other) => other === one);
}

/** Packets that can be taken. */
export function live(pool: Pool): Packet[] {
  return pool.packets.filter(({ removed }) => !removed);
}

function unreadOf(registration: Registration): Packet[] {
  return live(registration.pool).filter((packet) => packet.registration === registration);
}

/** Packets for which room is kept. */
function promisedTo(registration: Registration): number {
  if (registration.state !== 'listening') return 0;
  return registration.role === 'listen' ? registration.slots - unreadOf(registration).length : 1;
}

/** Units of a packet with a message: itself, and what it carries. */
function unitsOf(bytes: number, handles: number): number {
  return 1 + Math.ceil((Math.ceil(bytes / 4) * 4 + handles * 4) / 64);
}

function flagged(text: string, ...more: readonly (Flag | false)[]): string {
  return flagsText((flag) => text.includes(flag) || more.includes(flag));
}

function contentOf(message: Pick<Message, 'number'> | undefined, bytes: number): { readonly message?: number } {
  return message === undefined || bytes === 0 ? {} : { message: message.number & 0xff };
}

function ok(values: Result['values'] = {}, event?: Told): Result {
  return { status: 'OK', values, ...(event && { event }) };
}

function error(status: string, values: Result['values'] = {}): Result {
  return { status, values };
}
