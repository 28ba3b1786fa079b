/**
 * Part of the reference model: rings. A submission is a call that does not wait; a slot for its completion is kept before it is
 * made, so that completions cannot overflow. They come into the pool together.
 */
import { type CallOf, error, ok, type Result, type Submission } from '../calls.js';
import { named } from './lists.js';
import { Locks } from './locks.js';
import { live, type Packet, type Pool, type Ring, type Thread, type Wait } from './objects.js';

export abstract class Rings extends Locks {
  /** Makes the call of a submission. */
  protected abstract makeInRing(call: Submission['call'], caller: Thread): Result;

  protected enterRing(call: CallOf<'ring_enter'>, caller: Thread): Result | undefined {
    const ring = named(this.rings, call.ring);
    const { pool } = ring;
    ring.submissions.push(...call.submissions);
    if (call.complete > pool.units) return error('OUT_OF_RANGE');
    this.look(pool);
    if (call.nonsense) ring.corrupt = true;
    if (ring.corrupt || pool.shared === 'CORRUPT') return error('IO_DATA_INTEGRITY');
    const taken = this.takeSubmissions(ring, call.submit, caller);
    if (live(pool).length >= call.complete) return ok({ taken });
    if (call.deadline === 'past') return error('TIMED_OUT', { taken });
    const waits = this.block(caller, call, call.deadline, [ring.waiters]);
    if (caller.wait !== undefined) caller.wait.taken = taken;
    return waits;
  }

  private takeSubmissions(ring: Ring, most: number, caller: Thread): number {
    const { pool } = ring;
    const slots = Math.min(most, ring.submissions.length, this.free(pool));
    if (slots <= 0) return 0;
    pool.reserved += slots;
    const completions = ring.submissions.splice(0, slots).map(({ key, call }): Packet => {
      const { status, values = {} } = this.makeInRing(call, caller);
      const data = [...Object.values(values).map(Number), 0, 0, 0, 0, 0].slice(0, 5);
      const told = { ...this.told(ring.name, 'COMPLETION', status, key), data };
      return { told, registration: undefined, units: 1, bytes: 0, removed: false };
    });
    pool.reserved -= slots;
    const wasEmpty = live(pool).length === 0;
    pool.packets.push(...completions);
    this.announce(pool, wasEmpty);
    return slots;
  }

  protected tellRings(pool: Pool): void {
    for (const wait of this.waitersOf(pool))
      if ((wait.call as CallOf<'ring_enter'>).complete <= live(pool).length)
        this.wake(wait, ok({ taken: wait.taken ?? 0 }));
  }

  protected failRings(pool: Pool): void {
    for (const wait of this.waitersOf(pool)) this.wake(wait, error('IO_DATA_INTEGRITY'));
  }

  private waitersOf(pool: Pool): Wait[] {
    return this.rings.filter((ring) => ring.pool === pool).flatMap(({ waiters }) => [...waiters] as Wait[]);
  }

  /** A ring keeps its pool. */
  protected isKept(pool: Pool): boolean {
    return this.rings.some((ring) => ring.open && ring.pool === pool);
  }

  protected closeRing(ring: Ring): void {
    ring.open = false;
    this.closeList(ring.waiters, ring.name, 'COMPLETIONS', 'CANCELED');
  }
}
