import { describe, expect, it } from 'vitest';
import type { Call, CallOf, Result, Told } from './calls.js';
import { Model } from './model.js';
import {
  type End,
  type Interrupt,
  isWait,
  type Listener,
  type Lock,
  type Packet,
  type Pool,
  type Registration,
  type Thread,
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
  'a mapped pool is corrupt',
  'a registration is parked',
  'a registration is parked in a mapped pool',
  'a removed packet keeps its place',
  'a thread and a pool owe answers to one interrupt',
  'a thread stands in a queue behind a pool',
  'a thread waits for completions',
  'an edge is remembered while answers are owed',
  'an interrupt waits for a handler',
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
  'event_resolve NOT_FOUND',
  'event_resolve OK',
  'event_wait BAD_STATE',
  'event_wait CANCELED',
  'event_wait TIMED_OUT',
  'event_wait_many OK',
  'lock_acquire DEADLOCK',
  'lock_acquire OWNER_DIED',
  'lock_release ACCESS_DENIED',
  'pool_post SHOULD_WAIT',
  'pool_take OK',
  'pool_take TIMED_OUT',
  'read_mapped OK',
  'ring_enter IO_DATA_INTEGRITY',
  'ring_enter OK',
  'ring_enter TIMED_OUT',
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
    const pool = this.pool(call.pool);
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

class MaskedLinesDeliver extends Model {
  protected override happen(line: Interrupt): void {
    const owing = line.owing.splice(0);
    super.happen(line);
    line.owing.push(...owing);
  }
}

class EdgesAreForgotten extends Model {
  protected override setWire(call: CallOf<'wire'>): void {
    super.setWire(call);
    this.interrupt(call.interrupt).edgeMeanwhile = false;
  }
}

class TheDeadOweAnswers extends Model {
  protected override excuse(who: Thread | Registration): void {
    if (!('lifecycle' in who)) super.excuse(who);
  }
}

class AnswersHaveAllTime extends Model {
  protected override expireAnswers(): void {
    // Nobody looks.
  }
}

class CompletionsTakeAnyRoom extends Model {
  override free(pool: Pool): number {
    return super.free(pool) + pool.reserved;
  }
}

class NonsenseIsBelieved extends Model {
  protected override look(pool: Pool): void {
    pool.passed = Math.min(pool.passed, pool.packets.length);
    super.look(pool);
  }
}

class RoomInMappedPoolsIsNotSeen extends Model {
  protected override lookWhereParked(): void {
    // Until somebody calls.
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
  ['an interrupt is delivered while answers are owed', MaskedLinesDeliver],
  ['an edge that comes to a masked line is lost', EdgesAreForgotten],
  ['a dead handler still owes its answer', TheDeadOweAnswers],
  ['a handler has all the time that it wants', AnswersHaveAllTime],
  ['calls of a ring may use the slots of its completions', CompletionsTakeAnyRoom],
  ['a head of a mapped pool that cannot be is believed', NonsenseIsBelieved],
  ['a registration stays parked though the program has made room', RoomInMappedPoolsIsNotSeen],
];

describe('a wrong rule is found, and shrunk to a few calls', () => {
  it.each(WRONG)('%s', { timeout: 240_000 }, (_rule, Wrong) => {
    const { disagreement, calls } = search({ sequences: 3000, seed: 3, model: () => new Wrong() });
    expect(disagreement).toMatch(/^kernel and model differ after these calls:\n {2}0 {2}(t\d|nobody): /);
    expect(calls).toBeLessThanOrEqual(12);
  });
});
