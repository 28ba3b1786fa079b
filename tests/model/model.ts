/**
 * The reference model: events.md as short and plain as it can be. Arrays and objects, nothing shared with the kernel, no care for
 * speed or memory. It takes the same calls as the kernel, one a slot of time, and says what comes back to whom, in which order.
 *
 * Its parts build on each other, a file each: `threads.ts`, `pools.ts`, `interrupts.ts`, `broadcast.ts`, `channels.ts`, `locks.ts`,
 * `rings.ts`, and here what joins them: a call, the time that goes by, and death. Rules that a test replaces by wrong ones, to see that it would find them
 * in the kernel, are protected methods.
 */
import { EXIT_REASON } from '../../syscalls/layouts.js';
import { type Call, type CallOf, type Deadline, error, ok, type Result, type Submission } from './calls.js';
import { type Pool, type Thread, unreadOf, WAITS, type Wait } from './rules/objects.js';
import { Rings } from './rules/rings.js';

export class Model extends Rings {
  /** One slot: the call, all that it causes, and the deadlines in the middle of the slot. */
  take(call: Call): void {
    this.returned = [];
    this.now = this.slot;
    if (call.call === 'wire') this.setWire(call);
    else if (call.call !== 'nothing') {
      const caller = this.thread(call.by);
      const result = this.make(call, caller);
      this.settle();
      // It runs on before those whom it woke.
      if (result !== WAITS && caller.alive) this.returned.unshift({ by: caller.name, result });
    }
    this.takeRequests();
    this.lookWhereParked();
    this.expire();
    this.slot++;
  }

  protected makeInRing(call: Submission['call'], caller: Thread): Result {
    // It may have stood in the ring for long.
    const { by, ...named } = call;
    if (Object.values(named).some((value) => this.isClosed(value))) return error('BAD_HANDLE');
    const result = call.call === 'event_wait' ? this.wait(call, caller, [call], true) : this.make(call, caller);
    if (result === WAITS) throw new Error('a call waits in a ring');
    return result;
  }

  private make(call: Exclude<Call, CallOf<'nothing' | 'wire'>>, caller: Thread): Result | undefined {
    switch (call.call) {
      case 'event_wait':
        return this.wait(call, caller, [call], false);
      case 'event_wait_many':
        return this.wait(call, caller, call.items, false);
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
      case 'interrupt_trigger':
        this.happen(this.interrupt(call.interrupt));
        return ok();
      case 'event_resolve':
        return this.resolve(call);
      case 'pool_map':
        return this.map(call);
      case 'read_mapped':
        return this.readMapped(call);
      case 'ring_enter':
        return this.enterRing(call, caller);
      case 'task_kill':
        return this.kill(this.thread(call.thread));
      case 'handle_close':
        this.close(call.object);
        return ok();
    }
  }

  /** The middle of the slot: timers that are due fire, then waits that are over end. Where both come together the event wins. */
  protected expire(): void {
    this.expireAnswers(this.slot + 0.5);
    const now = <T extends { readonly deadline: Deadline; readonly began: number }>(all: readonly T[]): T[] =>
      all.filter(({ deadline }) => deadline === this.slot).sort((a, b) => a.began - b.began);
    for (const timer of now(this.timers)) this.tick(timer, this.slot, this.slot);
    this.settle();
    for (const wait of now(this.threads.flatMap((thread) => thread.wait ?? []))) this.wake(wait, this.timedOut(wait));
    this.settle();
  }

  private timedOut({ taken }: Wait): Result {
    return error('TIMED_OUT', taken === undefined ? {} : { taken });
  }

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
    this.excuse(thread);
    this.fire(thread.lifecycle, 0, [EXIT_REASON.KILLED, 0, 0, 0, 0]);
    return ok();
  }

  /** What can be closed: a thread only when it has ended, since a handle does not keep one alive. */
  closable(): string[] {
    const { ends, locks, timers, topics, interrupts, rings } = this;
    const pools = this.pools.filter((pool) => !this.isKept(pool));
    const open = [...pools, ...ends, ...locks, ...timers, ...topics, ...interrupts, ...rings].filter((one) => one.open);
    const threads = this.threads.filter((thread) => !thread.alive && thread.open);
    const replies = this.replies.map(({ name }) => name ?? '');
    return [...replies, ...[...open, ...threads].map(({ name }) => name)];
  }

  private isClosed(name: unknown): boolean {
    const { threads, pools, ends, locks, timers, topics, interrupts } = this;
    const all = [...threads, ...pools, ...ends, ...locks, ...timers, ...topics, ...interrupts];
    return all.some((one) => one.name === name && !one.open);
  }

  private close(name: string): void {
    const close = <T extends { readonly name: string | undefined }>(all: readonly T[], how: (one: T) => void): void =>
      all.filter((one) => one.name === name).forEach(how);
    close(this.threads, (thread) => {
      thread.open = false;
      this.closeSource(thread.lifecycle);
    });
    close(this.timers, (timer) => {
      timer.open = false;
      timer.deadline = 'never';
      this.closeSource(timer.source);
    });
    close(this.topics, (topic) => {
      topic.open = false;
      this.closeSource(topic.source);
    });
    close(this.locks, (lock) => this.closeLock(lock));
    close(this.pools, (pool) => this.closePool(pool));
    close(this.ends, (end) => this.closeEnd(end));
    close(this.interrupts, (line) => this.closeInterrupt(line));
    close(this.rings, (ring) => this.closeRing(ring));
    close(this.replies, (reply) => this.dropReply(reply));
  }

  private closePool(pool: Pool): void {
    pool.open = false;
    this.closeList(pool.takers, pool.name, 'TAKERS', 'CANCELED');
    this.closeSource(pool.received);
    for (const registration of [...pool.registrations].reverse()) {
      this.discharge(registration, true);
      this.unsend(registration);
      this.end(registration);
      for (const packet of unreadOf(registration).reverse()) this.removePacket(packet);
      this.excuse(registration);
    }
    pool.packets = [];
  }
}
