/** Part of the reference model: broadcasts, timers among them. Every listener hears of an event; sources count their events. */
import { type CallOf, error, ok, type Result, type Told, type Watched } from '../calls.js';
import { Interrupts } from './interrupts.js';
import { named } from './lists.js';
import {
  isWait,
  type Listener,
  live,
  NO_DATA,
  type Pool,
  type Registration,
  type Source,
  type Thread,
  type Timer,
  WAITS,
  type Wait,
} from './objects.js';

export abstract class Broadcast extends Interrupts {
  /** Tells all who listen now. Who begins during a delivery does not hear it. */
  protected fire(from: Source, status: number, data: readonly number[] = NO_DATA): void {
    from.generation++;
    from.last = { ...this.told(from.object, from.type, status), data };
    for (const listener of this.listeners(from.list)) {
      if (!from.list.includes(listener)) continue;
      if (isWait(listener)) this.wakeWithEvent(listener, from, from.last);
      else this.deliver(listener, { ...from.last, key: listener.key }, listener.stays);
    }
  }

  /** In the order in which they began to listen. */
  protected listeners(list: readonly Listener[]): Listener[] {
    return [...list];
  }

  protected wakeWithEvent(wait: Wait, from: Source, told: Told): void {
    const { call } = wait;
    const event = { ...told, flags: '' };
    if (call.call !== 'event_wait_many') this.wake(wait, ok({ generation: from.generation }, event));
    else {
      const index = call.items.findIndex((item) => this.sourceOf(item) === from);
      this.wake(wait, ok({ index, generation: from.generation }, event));
    }
  }

  protected wait(
    call: CallOf<'event_wait' | 'event_wait_many'>,
    caller: Thread,
    items: readonly Watched[],
    inRing: boolean,
  ): Result | undefined {
    const many = call.call === 'event_wait_many';
    const sources = items.map((item) => this.sourceOf(item));
    // Who owes an answer would forget it.
    if (this.owes(caller) && sources.some(({ type }) => type === 'INTERRUPT')) return error('BAD_STATE');
    let isPending = false;
    for (const [index, item] of items.entries()) {
      const from = sources[index];
      this.lookAt(from);
      // What is pending goes to whoever comes, also to one that polls. In a ring nobody waits, so that nobody comes.
      isPending = !inRing && this.isPending(from);
      if (isPending) break;
      const missed = this.missed(from, item.seen);
      if (missed === 0) continue;
      const event = { ...this.lastOf(from), count: missed, flags: missed > 1 ? 'COALESCED' : '' };
      return ok({ ...(many && { index }), generation: from.generation }, event);
    }
    const lists = sources.map(({ list }) => list);
    if (!isPending) return this.block(caller, call, call.deadline, lists);
    this.stand(caller, call, call.deadline, lists);
    for (const from of sources) this.laterPending(from);
    return WAITS;
  }

  private lookAt({ type, object }: Source): void {
    if (type === 'RECEIVED') this.look(this.pool(object));
  }

  /** Events since a generation; at least one where it has happened already. */
  protected missed(from: Source, seen: number | 'NOW'): number {
    const since = seen === 'NOW' ? 0 : from.generation - seen;
    return this.isDue(from) ? Math.max(since, 1) : since;
  }

  /** What lasts is heard at once: that a pool holds packets, that a thread has ended. */
  protected isDue({ type, object }: Source): boolean {
    if (type === 'RECEIVED') return live(this.pool(object)).length > 0;
    return type === 'LIFECYCLE' && !this.thread(object).alive;
  }

  protected lastOf(from: Source): Told {
    return from.last ?? this.told(from.object, from.type, 0);
  }

  protected listen(call: CallOf<'event_listen'>): Result {
    const from = this.sourceOf(call);
    const pool = this.pool(call.pool);
    if (from.type === 'RECEIVED' && this.wouldLoop(this.pool(from.object), pool)) return error('LOOP');
    this.lookAt(from);
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
      const { generation } = from;
      const told = { ...this.lastOf(from), key, first: this.slot, last: this.slot };
      this.later.push(() => {
        // It may have heard of it meanwhile, where several calls are one step.
        if (made.state === 'listening' && from.generation === generation) this.deliver(made, told, persistent);
      });
    } else if (result.status === 'OK') this.laterPending(from);
    return result;
  }

  /** Would pools tell each other in a circle, or more than four stand in a row? */
  protected wouldLoop(teller: Pool, listener: Pool): boolean {
    const told = (pool: Pool): Pool[] =>
      pool.received.list.filter((entry) => !isWait(entry)).map((entry) => (entry as Registration).pool);
    const tellers = (pool: Pool): Pool[] => this.pools.filter((other) => told(other).includes(pool));
    const longest = (pool: Pool, next: (pool: Pool) => Pool[]): number =>
      1 + Math.max(0, ...next(pool).map((other) => longest(other, next)));
    const reaches = (from: Pool): boolean => from === teller || told(from).some(reaches);
    return reaches(listener) || longest(teller, tellers) + longest(listener, told) > 4;
  }

  protected setTimer({ timer: name, deadline, period }: CallOf<'timer_set'>): Result {
    const timer = named(this.timers, name);
    timer.period = period;
    timer.deadline = deadline;
    timer.began = this.began++;
    // The call is made at the beginning of the slot: the last deadline that may have passed was in the slot before.
    if (deadline !== 'never' && deadline !== 'past' && deadline < this.slot) this.tick(timer, deadline, this.slot - 1);
    return ok();
  }

  /** Deadlines are counted from the one before; those that passed unseen are one event that says how many they were. */
  protected tick(timer: Timer, deadline: number, now: number): void {
    const passed = timer.period === 0 ? 1 : 1 + Math.floor((now - deadline) / timer.period);
    timer.began = this.began++;
    timer.deadline = timer.period === 0 ? 'never' : deadline + passed * timer.period;
    this.fire(timer.source, 0, [passed, 0, 0, 0, 0]);
  }

  protected closeSource(gone: Source): void {
    this.closeList(gone.list, gone.object, gone.type, 'CANCELED');
  }

  /** The end of all who stand in a list: threads get the status, pools a last packet. */
  protected closeList(list: Listener[], object: string, type: string, status: string): void {
    for (let listener = list[0]; listener !== undefined; listener = list[0]) {
      if (isWait(listener)) this.wake(listener, error(status));
      else this.deliver(listener, { ...this.told(object, type, status, listener.key), flags: 'ERROR|LAST' }, false);
    }
  }
}
