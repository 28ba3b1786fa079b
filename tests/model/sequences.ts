/**
 * Random sequences of calls. What is drawn are small numbers; the model says which calls they mean: only threads that wait for
 * nothing call, and only what is there is named. So every sequence makes sense, also with parts of it left out.
 */
import fc from 'fast-check';
import {
  type Call,
  type CallName,
  type Deadline,
  IN_RINGS,
  NOBODY,
  REGISTERS,
  type SourceName,
  type Submission,
} from './calls.js';
import type { Model } from './model.js';
import type { Interrupt } from './rules/objects.js';

/** A call as it is drawn. */
export interface Drawn {
  readonly call: CallName;
  readonly by: number;
  readonly picks: readonly number[];
}

/** How often each call is drawn. */
const WEIGHTS: Readonly<Record<CallName, number>> = {
  event_wait: 8,
  event_wait_many: 3,
  event_listen: 14,
  event_cancel: 9,
  pool_take: 14,
  pool_post: 6,
  channel_send: 8,
  channel_send_async: 8,
  channel_receive: 12,
  channel_receive_async: 12,
  channel_call: 6,
  channel_reply: 8,
  lock_acquire: 10,
  lock_acquire_async: 7,
  lock_release: 9,
  timer_set: 5,
  topic_publish: 12,
  interrupt_trigger: 5,
  event_resolve: 12,
  pool_map: 3,
  read_mapped: 5,
  ring_enter: 7,
  wire: 12,
  task_kill: 1,
  handle_close: 4,
  nothing: 1,
};

const PICKS = 9;
const HIGHEST_PICK = 23;
/** Most picks are among the first few, so that calls meet at the same objects. */
const LOW_PICK = 3;

/** Up to so many calls in a sequence. */
export function sequences(longest: number): fc.Arbitrary<Drawn[]> {
  const calls = (Object.entries(WEIGHTS) as [CallName, number][]).map(([call, weight]) => ({
    weight,
    arbitrary: fc.constant(call),
  }));
  const drawn = fc.record({
    call: fc.oneof(...calls),
    by: fc.nat(4),
    picks: fc.array(
      fc.oneof({ weight: 3, arbitrary: fc.nat(LOW_PICK) }, { weight: 2, arbitrary: fc.nat(HIGHEST_PICK) }),
      { minLength: PICKS, maxLength: PICKS },
    ),
  });
  return fc.array(drawn, { minLength: 1, maxLength: longest, size: 'max' });
}

const ROOMS = [0, 4, 60, 200, 4096];
const SENDS = [4, 0, 60, 200, 1000];

/** The call that was meant, or undefined where there is nobody or nothing to make it with. */
export function callOf(model: Model, { call, by, picks }: Drawn): Call | undefined {
  const alive = model.threads.filter((thread) => thread.alive);
  if (alive.length === 0) return undefined;
  const idle = alive.filter((thread) => thread.wait === undefined);
  if (idle.length === 0 || call === 'nothing') return { by: NOBODY, call: 'nothing' };
  return new Meaning(model, idle[by % idle.length].name, picks).of(call);
}

/** Turns picks into names and numbers, one after the other. A pick of 0 means the simplest, to which shrinking leads. */
class Meaning {
  private next = 0;

  constructor(
    private readonly model: Model,
    private readonly by: string,
    private readonly picks: readonly number[],
  ) {}

  of(name: CallName): Call | undefined {
    try {
      return this.make(name);
    } catch (error) {
      if (error === NOTHING_THERE) return undefined;
      throw error;
    }
  }

  private make(call: CallName): Call {
    const { by, model } = this;
    switch (call) {
      case 'event_wait':
        return { by, call, ...this.watched(), deadline: this.deadline() };
      case 'event_wait_many':
        return { by, call, items: [this.watched(), this.watched()], deadline: this.deadline() };
      case 'event_listen': {
        const { object, source } = this.source();
        const pool = this.pool();
        const [persistent, slots, endWhenFull] = [this.chance(2), [1, 1, 2, 3][this.below(4)], !this.chance(4)];
        return { by, call, object, source, pool, key: this.key(), persistent, endWhenFull: !endWhenFull, slots };
      }
      case 'event_cancel': {
        const registration = this.one(model.registrations.filter(({ pool }) => pool.open).slice(-6));
        return { by, call, pool: registration.pool.name, registration: registration.number };
      }
      case 'pool_take':
        return { by, call, pool: this.pool(), room: this.one([4096, 4096, 0, 60]), deadline: this.deadline() };
      case 'pool_post':
        return { by, call, pool: this.pool(), key: this.key(), status: this.below(3) };
      case 'channel_send':
        return { by, call, end: this.end(), bytes: this.one(SENDS), deadline: this.deadline() };
      case 'channel_send_async':
        return { by, call, end: this.end(), bytes: this.one(SENDS), pool: this.pool(), key: this.key() };
      case 'channel_receive': {
        const [end, room] = [this.end(), this.one(ROOMS)];
        return { by, call, end, room, truncate: this.chance(3), deadline: this.deadline() };
      }
      case 'channel_receive_async': {
        const [end, pool] = [this.end(), this.pool()];
        // A fixed pool has no room for messages; asking it is a mistake that is made now and then.
        const max = model.pool(pool).variable || this.chance(8) ? this.one(ROOMS) : 0;
        const [truncate, reenter] = [this.chance(2), this.chance(2)];
        return { by, call, end, pool, key: this.key(), max, truncate, reenter };
      }
      case 'channel_call': {
        const [end, bytes, room] = [this.end(), this.one(SENDS), this.one(ROOMS)];
        return { by, call, end, bytes, room, deadline: this.deadline() };
      }
      case 'channel_reply':
        return { by, call, reply: this.one(model.replies.flatMap(({ name }) => name ?? [])), bytes: this.one(SENDS) };
      case 'lock_acquire':
        return { by, call, lock: this.lock(), deadline: this.deadline() };
      case 'lock_acquire_async': {
        const thread = this.one(model.threads.filter(({ open }) => open)).name;
        return { by, call, lock: this.lock(), thread, pool: this.pool(), key: this.key() };
      }
      case 'lock_release': {
        const owned = model.locks.filter(({ open, owner }) => open && owner !== undefined);
        const own = owned.filter(({ owner }) => owner?.name === by);
        const likely = own.length > 0 ? own : owned;
        return { by, call, lock: likely.length > 0 && !this.chance(8) ? this.one(likely).name : this.lock() };
      }
      case 'timer_set': {
        const timer = this.one(model.timers.filter(({ open }) => open)).name;
        const deadline = this.one<Deadline>([model.slot, 'never', model.slot - 1, model.slot - 4, model.slot + 1]);
        return { by, call, timer, deadline, period: this.one([0, 0, 1, 2]) };
      }
      case 'topic_publish': {
        const topic = this.one(model.topics.filter(({ open }) => open)).name;
        return { by, call, topic, value: this.below(9) };
      }
      case 'interrupt_trigger':
        return {
          by,
          call,
          interrupt: this.one(this.likely(this.interrupts(), ({ source }) => source.list.length > 0)).name,
        };
      case 'event_resolve': {
        const all = this.interrupts();
        const owed = all.filter(({ owing }) => owing.length > 0);
        const mistake = this.chance(10);
        const { name: interrupt, owing } = this.one(mistake ? all : owed);
        const tokens = mistake ? model.registrations.slice(-3).map(({ number }) => number) : owing.map((o) => o.token);
        return { by, call, interrupt, token: this.one(tokens), mine: this.chance(2) };
      }
      case 'pool_map': {
        const pools = model.pools.filter(({ open }) => open);
        return {
          by,
          call,
          pool: this.one(this.likely(pools, ({ variable, shared }) => !variable && shared === 'NO')).name,
        };
      }
      case 'read_mapped': {
        const mapped = model.pools.filter(({ open, shared }) => open && shared === 'MAPPED');
        const pool = this.one(this.likely(mapped, ({ packets, passed }) => packets.length > passed));
        const left = pool.packets.length - pool.passed;
        // Now and then further than there is anything.
        return { by, call, pool: pool.name, places: this.chance(6) ? left + 1 : Math.min(left, 1 + this.below(3)) };
      }
      case 'ring_enter': {
        const ring = this.one(
          this.likely(
            model.rings.filter(({ open }) => open),
            ({ corrupt }) => !corrupt,
          ),
        );
        const nonsense = this.chance(20);
        const room = nonsense ? 0 : Math.min(this.below(4), ring.entries - ring.submissions.length);
        const submissions = Array.from({ length: room }, () => this.submission());
        const [submit, complete] = [this.one([4, 4, 1, 2]), this.one([0, 0, 1, 2, 3])];
        return { by, call, ring: ring.name, submissions, nonsense, submit, complete, deadline: this.deadline() };
      }
      case 'wire': {
        const told = this.likely(this.interrupts(), ({ claimed, source }) => claimed || source.list.length > 0);
        const { name, high } = this.one(told);
        return { by: NOBODY, call, interrupt: name, high: !high };
      }
      case 'task_kill':
        return { by, call, thread: this.one(model.threads.filter(({ open }) => open)).name };
      case 'handle_close':
        return { by, call, object: this.one(model.closable()) };
      case 'nothing':
        return { by: NOBODY, call };
    }
  }

  private submission(): Submission {
    const call = this.make(this.one(IN_RINGS)) as Submission['call'];
    const registers = call.call === 'event_listen' || call.call === 'channel_receive_async';
    return {
      key: this.key() + (registers ? REGISTERS : 0),
      call: 'deadline' in call ? { ...call, deadline: 'past' } : call,
    };
  }

  private interrupts(): readonly Interrupt[] {
    return this.model.interrupts.filter(({ open }) => open);
  }

  /** Those with which something happens; any of them now and then, and where there is none. */
  private likely<T>(all: readonly T[], good: (one: T) => boolean): readonly T[] {
    const some = all.filter(good);
    return some.length > 0 && !this.chance(8) ? some : all;
  }

  private pick(): number {
    return this.picks[this.next++ % this.picks.length];
  }

  private below(count: number): number {
    return this.pick() % count;
  }

  private one<T>(all: readonly T[]): T {
    if (all.length === 0) throw NOTHING_THERE;
    return all[this.below(all.length)];
  }

  /** Yes, one time in so many. */
  private chance(inSoMany: number): boolean {
    return this.below(inSoMany) === inSoMany - 1;
  }

  private key(): number {
    return this.below(100);
  }

  private deadline(): Deadline {
    const { slot } = this.model;
    return this.one<Deadline>(['never', slot, slot + 1, slot + 2, slot + 4, 'past', 'never', slot + 1]);
  }

  private pool(): string {
    return this.one(this.model.pools.filter(({ open }) => open)).name;
  }

  private end(): string {
    return this.one(this.model.ends.filter(({ open }) => open)).name;
  }

  private lock(): string {
    return this.one(this.model.locks.filter(({ open }) => open)).name;
  }

  private source(): { readonly object: string; readonly source: SourceName; readonly generation: number } {
    const all = this.model.sources();
    // Handlers of interrupts owe answers: without many of them little of that would be seen.
    const few = this.chance(3) ? all.filter(({ type }) => type === 'INTERRUPT') : [];
    const { object, type, generation } = this.one(few.length > 0 ? few : all);
    return { object, source: type as SourceName, generation };
  }

  private watched(): { readonly object: string; readonly source: SourceName; readonly seen: number | 'NOW' } {
    const { object, source, generation } = this.source();
    return { object, source, seen: this.one(['NOW', generation, Math.max(0, generation - 1), 0] as const) };
  }
}

/** Thrown, and caught above, where a pick finds nothing to choose from. */
const NOTHING_THERE = new Error('there is nothing to name');
