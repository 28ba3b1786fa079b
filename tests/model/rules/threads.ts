/**
 * Part of the reference model: all that there is, and threads that wait. A thread that is woken leaves every list in which it
 * stood; who is woken first runs first.
 */
import { STATUS, type StatusName } from '../../../syscalls/errors.js';
import { type Call, type Deadline, error, type Result, type Told } from '../calls.js';
import { CHANNELS, INTERRUPTS, LOCKS, POOLS, RINGS, THREADS, TIMERS, TOPICS } from '../world.js';
import { named, removeWhere } from './lists.js';
import {
  End,
  Interrupt,
  type Listener,
  Lock,
  type Message,
  NO_DATA,
  Pool,
  type Registration,
  type Reply,
  Ring,
  type Source,
  Thread,
  Timer,
  Topic,
  WAITS,
  type Wait,
} from './objects.js';

export abstract class Threads {
  slot = 0;
  /** Calls that came back in this slot, in the order in which their threads run. */
  returned: { by: string; result: Result }[] = [];
  readonly threads = THREADS.map((name) => new Thread(name));
  readonly pools = POOLS.map(({ name, kind, capacity }) =>
    kind === 'VARIABLE' ? new Pool(name, true, capacity / 64) : new Pool(name, false, capacity),
  );
  readonly ends = CHANNELS.flatMap((name) => {
    const [a, b] = [new End(`${name}a`), new End(`${name}b`)];
    a.peer = b;
    b.peer = a;
    return [a, b];
  });
  readonly locks = LOCKS.map((name) => new Lock(name));
  readonly timers = TIMERS.map((name) => new Timer(name));
  readonly interrupts = INTERRUPTS.map(({ name, line, edge, hasTime }) => new Interrupt(name, line, edge, hasTime));
  readonly rings = RINGS.map(({ name, pool, entries }) => new Ring(name, this.pool(pool), entries));
  readonly topics = TOPICS.map((name) => new Topic(name));
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
    const { pools, timers, topics, interrupts, threads } = this;
    const all = [...pools, ...timers, ...topics, ...interrupts, ...threads].filter(({ open }) => open);
    return all.flatMap((one) => {
      if (one instanceof Pool) return [one.received];
      if (one instanceof Thread) return [one.lifecycle];
      return one instanceof Interrupt ? [one.source, one.observers] : [one.source];
    });
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
