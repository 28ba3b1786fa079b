/** Part of the reference model: locks. Release hands over; nobody can take the lock in between. */
import { type CallOf, error, ok, type Result } from '../calls.js';
import { Channels } from './channels.js';
import { must } from './lists.js';
import { isWait, type Listener, type Lock, type Registration, type Thread, unreadOf } from './objects.js';

export abstract class Locks extends Channels {
  protected acquire(call: CallOf<'lock_acquire'>, caller: Thread): Result | undefined {
    const lock = this.lock(call.lock);
    if (lock.owner === caller) return error('BAD_STATE');
    if (lock.owner === undefined) return { status: this.own(lock, caller) };
    if (call.deadline === 'past') return error('TIMED_OUT');
    if (this.before(lock, undefined).some((thread) => this.waitsFor(thread, caller))) return error('DEADLOCK');
    return this.block(caller, call, call.deadline, [lock.queue]);
  }

  protected acquireAsync(call: CallOf<'lock_acquire_async'>): Result {
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
  protected before(lock: Lock, place: Listener | undefined): Thread[] {
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

  protected release(lock: Lock, caller: Thread): Result {
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

  protected own(lock: Lock, owner: Thread): 'OK' | 'OWNER_DIED' {
    const status = lock.ownerDied ? 'OWNER_DIED' : 'OK';
    lock.owner = owner;
    lock.ownerDied = false;
    lock.taken = this.began++;
    return status;
  }

  /** A pool that stood in the queue for a thread hears what became of it. */
  protected tellClaim(claim: Registration, status: string, flags: string): void {
    const data = [this.threads.indexOf(must(claim.owner)), 0, 0, 0, 0];
    this.deliver(claim, { ...this.told(claim.object, 'LOCK', status, claim.key), data, flags }, false);
  }

  /** The registration goes through which the lock was granted, and nobody has read that: the grant is undone. */
  protected discharge(registration: Registration, ownerDied: boolean): void {
    const lock = this.locks.find(({ grant }) => grant === registration);
    if (lock === undefined || unreadOf(registration).length === 0) return;
    lock.ownerDied ||= ownerDied;
    this.handOver(lock);
  }

  protected closeLock(lock: Lock): void {
    lock.open = false;
    lock.owner = undefined;
    lock.grant = undefined;
    for (let listener = lock.queue[0]; listener !== undefined; listener = lock.queue[0]) {
      if (isWait(listener)) this.wake(listener, error('CANCELED'));
      else this.tellClaim(listener, 'CANCELED', 'ERROR|LAST');
    }
  }
}
