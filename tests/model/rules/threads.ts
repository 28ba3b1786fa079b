/**
 * Part of the reference model: all that there is, and threads that wait. A thread that is woken leaves every list in which it
 * stood; who is woken first runs first.
 */
import { STATUS, type StatusName } from '../../../syscalls/errors.js';
import { type Call, type Deadline, error, type Result, type Told } from '../calls.js';
import { CHANNELS, INTERRUPTS, LOCKS, POOLS, RINGS, THREADS, TIMERS, TOPICS } from '../world.js';
import { named, removeWhere } from './lists.js';
import {
  type End,
  type Interrupt,
  type Listener,
  type Lock,
  type Message,
  NO_DATA,
  type Pool,
  type Registration,
  type Reply,
  type Ring,
  type Source,
  source,
  type Thread,
  type Timer,
  type Topic,
  WAITS,
  type Wait,
} from './objects.js';

export abstract class Threads {
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
    reserved: 0,
    shared: 'NO',
    passed: 0,
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
  readonly interrupts: Interrupt[] = INTERRUPTS.map(({ name, line, edge, hasTime }) => ({
    name,
    number: line,
    edge,
    hasTime,
    open: true,
    high: false,
    requested: false,
    claimed: false,
    edgeMeanwhile: false,
    pending: false,
    owing: [],
    deadline: undefined,
    source: source(name, 'INTERRUPT'),
    observers: source(name, 'INTERRUPT_OBSERVED'),
  }));
  readonly rings: Ring[] = RINGS.map(({ name, pool, entries }) => ({
    name,
    pool: this.pool(pool),
    entries,
    open: true,
    corrupt: false,
    submissions: [],
    waiters: [],
  }));
  readonly topics: Topic[] = TOPICS.map((name) => ({ name, open: true, source: source(name, 'TOPIC') }));
  readonly replies: Reply[] = [];
  /** All that were ever made. */
  readonly registrations: Registration[] = [];
  /** The last number that a registration or a token of a thread got. */
  protected numbers = 0;
  protected readonly allSources = this.sources();
  protected messages = 0;
  protected began = 0;
  protected repliesEver = 0;
  /** Broadcasts that deliveries caused: they come after what is being delivered. */
  protected readonly later: (() => void)[] = [];
  /** Replies that nobody can give any more; what came last goes first. */
  protected readonly unused: (Reply | undefined)[] = [];

  /** Nobody can give this reply any more. */
  protected abstract dropReply(reply: Reply | undefined): void;

  /** The thread waits, unless the deadline has passed already. */
  protected block(thread: Thread, call: Call, deadline: Deadline, lists: Listener[][]): Result | undefined {
    if (deadline === 'past') return error('TIMED_OUT');
    this.stand(thread, call, deadline, lists);
    return WAITS;
  }

  protected stand(thread: Thread, call: Call, deadline: Deadline, lists: Listener[][]): Wait {
    const wait: Wait = { thread, call, deadline, lists, began: this.began++ };
    thread.wait = wait;
    for (const list of lists) list.push(wait);
    return wait;
  }

  /** What came back to a thread in its own call, if it did. */
  protected resultOf(caller: Thread): Result | undefined {
    const at = this.returned.findIndex(({ by }) => by === caller.name);
    return at < 0 ? WAITS : this.returned.splice(at, 1)[0].result;
  }

  protected wake(wait: Wait, result: Result): void {
    this.leave(wait);
    this.returned.push({ by: wait.thread.name, result });
  }

  protected leave(wait: Wait): void {
    for (const list of wait.lists) removeWhere(list, (entry) => entry === wait);
    this.unsend(wait);
    wait.thread.wait = undefined;
  }

  protected unsend(by: Message['by']): void {
    for (const end of this.ends) removeWhere(end.incoming, (message) => message.by === by);
  }

  protected settle(): void {
    while (this.later.length > 0 || this.unused.length > 0) {
      for (let work = this.later.shift(); work !== undefined; work = this.later.shift()) work();
      while (this.unused.length > 0) this.dropReply(this.unused.pop());
    }
  }

  protected told(object: string, type: string, status: number | string, key = 0): Told {
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
    const interrupts = this.interrupts.filter(({ open }) => open).flatMap((one) => [one.source, one.observers]);
    return [...pools, ...others, ...interrupts, ...threads];
  }

  thread(name: string): Thread {
    return named(this.threads, name);
  }

  pool(name: string): Pool {
    return named(this.pools, name);
  }

  endpoint(name: string): End {
    return named(this.ends, name);
  }

  lock(name: string): Lock {
    return named(this.locks, name);
  }

  topic(name: string): Topic {
    return named(this.topics, name);
  }
}
