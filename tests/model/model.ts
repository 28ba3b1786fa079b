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
    const a: End = { name: `${name}a`, peer: undefined, open: true, sends: [], receivers: [] };
    const b: End = { name: `${name}b`, peer: a, open: true, sends: [], receivers: [] };
    a.peer = b;
    return [a, b];
  });
  readonly locks: Lock[] = LOCKS.map((name) => ({ name, open: true, owner: undefined, ownerDied: false, queue: [] }));
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
    remove(pool.packets, packet);
    this.madeRoom(pool);
    return ok({ n: packet.bytes, ...contentOf(packet.message, packet.bytes) }, packet.told);
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
    this.end(registration);
    for (const packet of unread) packet.removed = true;
    this.unsend(registration);
    this.madeRoom(pool);
    return ok();
  }

  // Channels

  private send(call: CallOf<'channel_send' | 'channel_call'>, caller: Thread): Result | undefined {
    const end = this.end_(call.end);
    const number = ++this.messages;
    if (end.peer === undefined) return error('PEER_CLOSED');
    const wait = this.block(caller, call, call.deadline, []);
    if (caller.wait === undefined) return wait;
    end.sends.push({ number, bytes: call.bytes, by: caller.wait });
    this.meet(end.peer);
    return WAITS;
  }

  private sendAsync(call: CallOf<'channel_send_async'>): Result {
    const end = this.end_(call.end);
    const number = ++this.messages;
    if (end.peer === undefined) return error('PEER_CLOSED');
    const result = this.register(this.pool(call.pool), { role: 'send', key: call.key, object: call.end, list: [] });
    if (result.status !== 'OK') return result;
    end.sends.push({ number, bytes: call.bytes, by: this.registrations[this.registrations.length - 1] });
    this.meet(end.peer);
    return result;
  }

  private receive(call: CallOf<'channel_receive'>, caller: Thread): Result | undefined {
    const end = this.end_(call.end);
    if (end.peer === undefined && end.sends.length === 0) return error('PEER_CLOSED');
    return this.block(caller, call, call.deadline, [end.receivers]);
  }

  private receiveAsync(call: CallOf<'channel_receive_async'>): Result {
    const { key, max, truncate, reenter } = call;
    const end = this.end_(call.end);
    const pool = this.pool(call.pool);
    if (max > 0 && !pool.variable) return error('NOT_SUPPORTED');
    const result = this.register(pool, {
      role: 'receive',
      key,
      object: call.end,
      list: end.receivers,
      stays: reenter,
      max,
      truncate,
    });
    this.meet(end);
    return result;
  }

  /** While there are both: the oldest message is offered to the receiver at the head, which leaves the queue. */
  protected meet(end: End): void {
    const { peer, receivers } = end;
    while (peer !== undefined && peer.sends.length > 0 && receivers.length > 0) {
      const message = peer.sends[0];
      if (this.offer(end, message, receivers[0])) {
        remove(peer.sends, message);
        this.sent(message, end);
      }
    }
  }

  private offer(end: End, message: Message, to: Listener): boolean {
    if (!isWait(to)) {
      const fits = message.bytes <= to.max || to.truncate;
      const data = [message.bytes, 0, 0, 0, 0];
      const told = { ...this.told(end.name, 'MESSAGE', fits ? 0 : 'BUFFER_TOO_SMALL', to.key), data };
      const bytes = Math.min(message.bytes, to.max);
      if (fits) this.deliver(to, told, to.stays, { message, bytes, units: to.pool.variable ? unitsOf(bytes, 0) : 1 });
      else this.deliver(to, { ...told, flags: 'ERROR' }, false);
      return fits;
    }
    const { room, truncate } = to.call as CallOf<'channel_receive'>;
    const fits = message.bytes <= room || truncate;
    if (!fits) this.wake(to, error('BUFFER_TOO_SMALL', { bytes: message.bytes }));
    else
      this.wake(
        to,
        ok({
          bytes: message.bytes,
          ...contentOf(message, Math.min(message.bytes, room)),
          reply: this.replyTo(message),
        }),
      );
    return fits;
  }

  /** Who receives a call gets the means to answer it. */
  private replyTo({ by }: Message): string {
    if (!isWait(by) || by.call.call !== 'channel_call') return '-';
    const reply = { name: `reply${++this.repliesEver}`, caller: by };
    this.replies.push(reply);
    by.reply = reply;
    return reply.name;
  }

  /** The receiver has it: only now is a message sent. */
  private sent(message: Message, end: End): void {
    const { by } = message;
    if (!isWait(by)) this.deliver(by, this.told(must(end.peer).name, 'SENT', 0, by.key), false);
    else if (by.reply === undefined) this.wake(by, ok());
  }

  private reply(call: CallOf<'channel_reply'>): Result {
    const number = ++this.messages;
    const reply = named(this.replies, call.reply);
    const { caller } = reply;
    reply.caller = undefined;
    remove(this.replies, reply);
    if (caller === undefined || caller.thread.wait !== caller) return error('PEER_CLOSED');
    const { room } = caller.call as CallOf<'channel_call'>;
    if (call.bytes > room) {
      this.wake(caller, error('BUFFER_TOO_SMALL', { bytes: call.bytes }));
      return error('BUFFER_TOO_SMALL');
    }
    this.wake(caller, ok({ bytes: call.bytes, ...contentOf({ number, bytes: call.bytes, by: caller }, call.bytes) }));
    return ok();
  }

  // Locks

  private acquire(call: CallOf<'lock_acquire'>, caller: Thread): Result | undefined {
    const lock = this.lock(call.lock);
    if (lock.owner === caller) return error('BAD_STATE');
    if (lock.owner === undefined) return { status: this.own(lock, caller) };
    if (this.waitsFor(lock.owner, caller)) return error('DEADLOCK');
    return this.block(caller, call, call.deadline, [lock.queue]);
  }

  private acquireAsync(call: CallOf<'lock_acquire_async'>): Result {
    const lock = this.lock(call.lock);
    const owner = this.thread(call.thread);
    if (lock.owner === owner || !owner.alive) return error('BAD_STATE');
    const { key } = call;
    const result = this.register(this.pool(call.pool), {
      role: 'lock',
      key,
      object: lock.name,
      list: lock.queue,
      owner,
    });
    if (result.status === 'OK' && lock.owner === undefined) this.handOver(lock);
    return result;
  }

  /** Does a thread wait, over the owners of locks, for another one? */
  protected waitsFor(thread: Thread, other: Thread): boolean {
    if (thread === other) return true;
    const call = thread.wait?.call;
    const owner = call?.call === 'lock_acquire' ? this.lock(call.lock).owner : undefined;
    return owner !== undefined && this.waitsFor(owner, other);
  }

  private release(lock: Lock, caller: Thread): Result {
    if (lock.owner === undefined) return error('BAD_STATE');
    if (lock.owner !== caller) return error('ACCESS_DENIED');
    this.handOver(lock);
    return ok();
  }

  /** The head of the queue has it now: nobody can take it in between. */
  protected handOver(lock: Lock): void {
    lock.owner = undefined;
    const next = lock.queue[0];
    if (next === undefined) return;
    if (isWait(next)) this.wake(next, { status: this.own(lock, next.thread) });
    else this.deliver(next, this.told(lock.name, 'LOCK', this.own(lock, must(next.owner)), next.key), false);
  }

  private own(lock: Lock, owner: Thread): 'OK' | 'OWNER_DIED' {
    const status = lock.ownerDied ? 'OWNER_DIED' : 'OK';
    lock.owner = owner;
    lock.ownerDied = false;
    return status;
  }

  // Time

  private setTimer({ timer: name, deadline, period }: CallOf<'timer_set'>): Result {
    const timer = named(this.timers, name);
    timer.period = period;
    timer.deadline = deadline === 'past' ? this.slot : deadline;
    timer.began = this.began++;
    if (deadline === 'past') this.tick(timer);
    return ok();
  }

  private tick(timer: Timer): void {
    timer.began = this.began++;
    timer.deadline = timer.period > 0 ? (timer.deadline as number) + timer.period : 'never';
    this.fire(timer.source, 0);
  }

  /** The middle of the slot: timers that are due fire, then waits that are over end. Where both come together the event wins. */
  protected expire(): void {
    const now = <T extends { readonly deadline: Deadline; readonly began: number }>(all: readonly T[]): T[] =>
      all.filter(({ deadline }) => deadline === this.slot).sort((a, b) => a.began - b.began);
    for (const timer of now(this.timers)) this.tick(timer);
    this.settle();
    for (const wait of now(this.threads.flatMap((thread) => thread.wait ?? []))) this.wake(wait, error('TIMED_OUT'));
    this.settle();
  }

  // Death

  private kill(thread: Thread): Result {
    if (!thread.alive) return error('BAD_STATE');
    if (thread.wait !== undefined) this.leave(thread.wait);
    thread.alive = false;
    for (const lock of this.locks) {
      for (const entry of [...lock.queue]) if (!isWait(entry) && entry.owner === thread) this.end(entry);
      if (lock.owner !== thread) continue;
      lock.ownerDied = true;
      this.handOver(lock);
    }
    this.fire(thread.lifecycle, 0, [EXIT_REASON.KILLED, 0, 0, 0, 0]);
    return ok();
  }

  /** What can be closed: a thread only when it has ended, since a handle does not keep one alive. */
  closable(): string[] {
    const open = [...this.pools, ...this.ends, ...this.locks, ...this.timers, ...this.topics].filter((one) => one.open);
    return [...this.replies, ...open, ...this.threads.filter((thread) => !thread.alive && !thread.closed)].map(
      ({ name }) => name,
    );
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
    if (lock !== undefined) {
      lock.open = false;
      lock.owner = undefined;
      this.closeList(lock.queue, name, 'LOCK', 'CANCELED');
    }
    const pool = this.pools.find((one) => one.name === name);
    if (pool !== undefined) this.closePool(pool);
    const end = this.ends.find((one) => one.name === name);
    if (end !== undefined) this.closeEnd(end);
    const reply = this.replies.find((one) => one.name === name);
    if (reply !== undefined) {
      remove(this.replies, reply);
      if (reply.caller?.thread.wait === reply.caller && reply.caller) this.wake(reply.caller, error('CANCELED'));
    }
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

  private closePool(pool: Pool): void {
    pool.open = false;
    this.closeList(pool.takers, pool.name, 'TAKERS', 'CANCELED');
    this.closeSource(pool.received);
    for (const registration of pool.registrations) {
      this.end(registration);
      this.unsend(registration);
    }
    pool.packets = [];
  }

  private closeEnd(end: End): void {
    end.open = false;
    const { peer } = end;
    this.closeList(end.receivers, end.name, 'MESSAGE', 'CANCELED');
    if (peer === undefined) return;
    peer.peer = undefined;
    this.closeList(peer.receivers, peer.name, 'MESSAGE', 'PEER_CLOSED');
    for (const { by } of [...peer.sends]) {
      if (isWait(by)) this.wake(by, error('PEER_CLOSED'));
      else this.deliver(by, { ...this.told(peer.name, 'SENT', 'PEER_CLOSED', by.key), flags: 'ERROR|LAST' }, false);
    }
    peer.sends.length = 0;
  }

  private unsend(by: Message['by']): void {
    for (const end of this.ends) removeWhere(end.sends, (message) => message.by === by);
  }

  // Threads

  /** The thread waits, unless the deadline has passed already. */
  private block(thread: Thread, call: Call, deadline: Deadline, lists: Listener[][]): Result | undefined {
    if (deadline === 'past') return error('TIMED_OUT');
    const wait: Wait = { thread, call, deadline, lists, began: this.began++ };
    thread.wait = wait;
    for (const list of lists) list.push(wait);
    return WAITS;
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

function contentOf(message: Message | undefined, bytes: number): { readonly message?: number } {
  return message === undefined || bytes === 0 ? {} : { message: message.number & 0xff };
}

function ok(values: Result['values'] = {}, event?: Told): Result {
  return { status: 'OK', values, ...(event && { event }) };
}

function error(status: string, values: Result['values'] = {}): Result {
  return { status, values };
}
