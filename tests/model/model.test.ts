import { describe, expect, it } from 'vitest';
import type { Call, Result, Told } from './calls.js';
import { Model } from './model.js';
import {
  type End,
  isWait,
  type Listener,
  type Lock,
  type Packet,
  type Pool,
  type Registration,
  type Wait,
} from './rules/objects.js';
import { search } from './search.js';

const SEQUENCES = 2000;

describe('the kernel equals the reference model of events.md', () => {
  it(`on ${SEQUENCES} random sequences of calls by five threads and five pools`, { timeout: 240_000 }, () => {
    const { disagreement, outcomes } = search({ sequences: SEQUENCES, seed: 1 });
    expect(disagreement).toBe(undefined);
    // Were the sequences dull, nothing would have been compared.
    for (const outcome of IN_THE_MIX) expect([...outcomes.keys()]).toContain(outcome);
  });

  it('on sequences after each step of which every invariant holds', { timeout: 240_000 }, () => {
    expect(search({ sequences: 12, seed: 2, checked: true }).disagreement).toBe(undefined);
  });
});

/** Cancel, expiry, full pools, death and the end of objects have to be there. */
const IN_THE_MIX = [
  'a caller waits for its reply',
  'a last packet tells of an end',
  'a packet stands for several events',
  'a pool stands in a queue behind a thread',
  'a registration ended because its slots were full',
  'a registration is parked',
  'a removed packet keeps its place',
  'a thread stands in a queue behind a pool',
  'channel_call CANCELED',
  'channel_call OK',
  'channel_receive BUFFER_TOO_SMALL',
  'channel_receive OK',
  'channel_receive_async NO_RESOURCES',
  'channel_reply PEER_CLOSED',
  'channel_send PEER_CLOSED',
  'channel_send TIMED_OUT',
  'event_cancel NOT_FOUND',
  'event_cancel OK',
  'event_listen LOOP',
  'event_listen NO_RESOURCES',
  'event_wait CANCELED',
  'event_wait TIMED_OUT',
  'event_wait_many OK',
  'lock_acquire DEADLOCK',
  'lock_acquire OWNER_DIED',
  'lock_release ACCESS_DENIED',
  'pool_post SHOULD_WAIT',
  'pool_take OK',
  'pool_take TIMED_OUT',
  'task_kill OK',
];

class ExpiryLeavesTheQueue extends Model {
  protected override wake(wait: Wait, result: Result): void {
    const lists = result.status === 'TIMED_OUT' ? [...wait.lists] : [];
    super.wake(wait, result);
    for (const list of lists) list.push(wait);
  }
}

class FullPoolLosesEvents extends Model {
  protected override absorb(to: Registration, newest: Packet, told: Told, more: boolean): void {
    super.absorb(to, newest, { ...told, count: 1 }, more);
    newest.told = { ...newest.told, count: newest.told.count - 1 };
  }
}

class CancelLeavesPackets extends Model {
  protected override cancel(call: Extract<Call, { call: 'event_cancel' }>): Result {
    const { pool } = this.registrations[call.registration - 1];
    const packets = [...pool.packets];
    const result = super.cancel(call);
    for (const packet of packets) packet.removed = false;
    pool.packets = packets;
    return result;
  }
}

class RemovedPacketsFreeTheirPlace extends Model {
  override free(pool: Pool): number {
    return super.free(pool) + pool.packets.filter(({ removed }) => removed).length;
  }
}

class BroadcastIsBackwards extends Model {
  protected override listeners(list: readonly Listener[]): Listener[] {
    return [...list].reverse();
  }
}

class ReentryIsAtTheHead extends Model {
  protected override reenter(registration: Registration): void {
    super.reenter(registration);
    const { list, state } = registration;
    if (state === 'listening') list.unshift(...list.splice(list.indexOf(registration), 1));
  }
}

class ReleaseLeavesTheLockFree extends Model {
  protected override handOver(lock: Lock): void {
    const waiting = lock.queue.splice(0);
    super.handOver(lock);
    lock.queue.push(...waiting);
  }
}

class DeadlocksAreNotSeen extends Model {
  protected override waitsFor(): boolean {
    return false;
  }
}

class TooLargeAMessageStaysForThatReceiver extends Model {
  protected override meet(end: End): void {
    const [message] = end.incoming;
    const [first] = end.receivers;
    const room = first !== undefined && isWait(first) && first.call.call === 'channel_receive' ? first.call.room : 4096;
    if (message === undefined || message.bytes <= room) super.meet(end);
  }
}

const WRONG: readonly (readonly [rule: string, model: new () => Model])[] = [
  ['a wait that timed out still stands in its queue', ExpiryLeavesTheQueue],
  ['a full pool does not count what its newest packet takes in', FullPoolLosesEvents],
  ['cancel leaves the packets that nobody has taken', CancelLeavesPackets],
  ['a packet that was removed from the middle gives its place back at once', RemovedPacketsFreeTheirPlace],
  ['a broadcast wakes those first who came last', BroadcastIsBackwards],
  ['a pool that re-enters stands before those who were queued', ReentryIsAtTheHead],
  ['release leaves the lock free for whoever comes', ReleaseLeavesTheLockFree],
  ['a wait that closes a cycle begins', DeadlocksAreNotSeen],
  ['a receive that is too small keeps the message from the others', TooLargeAMessageStaysForThatReceiver],
];

describe('a wrong rule is found, and shrunk to a few calls', () => {
  it.each(WRONG)('%s', { timeout: 240_000 }, (_rule, Wrong) => {
    const { disagreement, calls } = search({ sequences: 3000, seed: 3, model: () => new Wrong() });
    expect(disagreement).toMatch(/^kernel and model differ after these calls:\n {2}0 {2}t\d: /);
    expect(calls).toBeLessThanOrEqual(12);
  });
});
