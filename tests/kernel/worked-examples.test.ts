/**
 * The worked examples of the events' specification, call by call: what came back to whom, and how the queue stands afterwards.
 * A pool whose registration re-enters its queue is written P* there; here it is the registration r1 of a pool, t0 the thread T.
 * Every line is what the kernel does; the reference model says the same.
 */
import { describe, expect, it } from 'vitest';
import { playCalls } from '../model/agreement.js';
import type { Call } from '../model/calls.js';

/** A pool receives what comes at c0b, and goes back to the tail of the queue each time. */
const reentering = (by: string, pool: string): Call => ({
  by,
  call: 'channel_receive_async',
  end: 'c0b',
  pool,
  key: 7,
  max: 0,
  truncate: true,
  reenter: true,
});

const receives = (by: string): Call => ({
  by,
  call: 'channel_receive',
  end: 'c0b',
  room: 64,
  truncate: false,
  deadline: 'never',
});

/** A message of so many bytes: 1 is e1, 2 is e2, 3 is e3. */
const sends = (bytes: number): Call => ({ by: 't2', call: 'channel_send', end: 'c0a', bytes, deadline: 'never' });

const takes = (by: string, pool: string): Call => ({ by, call: 'pool_take', pool, room: 64, deadline: 'past' });

/** The trace of calls, without the numbers of the slots; what each brought stands below it. */
function trace(calls: readonly Call[], show: RegExp): string {
  const { lines } = playCalls(calls, { checked: true, show });
  return lines.map((line) => line.replace(/^ *\d+ {2}/, '').replace(/^ {7}/, '  ')).join('\n');
}

describe('queue: pending e1 e2 e3', () => {
  it('[P*, T] gives e1 to P, e2 to T, e3 to P', () => {
    expect(
      trace(
        [reentering('t1', 'p2'), receives('t0'), sends(1), sends(2), sends(3), takes('t1', 'p2'), takes('t1', 'p2')],
        /^c0b/,
      ),
    ).toMatchInlineSnapshot(`
      "t1: channel_receive_async end c0b pool p2 key 7 max 0 truncate reenter
        t1 <- OK registration 1
        c0b RECEIVERS: r1
      t0: channel_receive end c0b room 64 deadline never
        c0b RECEIVERS: r1 t0
      t2: channel_send end c0a bytes 1 deadline never
        t2 <- OK
        c0b RECEIVERS: t0 r1
      t2: channel_send end c0a bytes 2 deadline never
        t2 <- OK
        t0 <- OK bytes 2 message 2 reply -
        c0b RECEIVERS: r1
      t2: channel_send end c0a bytes 3 deadline never
        t2 <- OK
        c0b RECEIVERS: r1
      t1: pool_take pool p2 room 64 deadline past
        t1 <- OK n 0 {MESSAGE of c0b key 7 MORE status 0 slots 2-2 x1 [1 0 0 0 0]}
        c0b RECEIVERS: r1
      t1: pool_take pool p2 room 64 deadline past
        t1 <- OK n 0 {MESSAGE of c0b key 7 MORE status 0 slots 4-4 x1 [3 0 0 0 0]}
        c0b RECEIVERS: r1"
    `);
  });

  it('[T, P*] gives e1 to T, e2 to P, e3 to P', () => {
    expect(
      trace(
        [receives('t0'), reentering('t1', 'p2'), sends(1), sends(2), sends(3), takes('t1', 'p2'), takes('t1', 'p2')],
        /^c0b/,
      ),
    ).toMatchInlineSnapshot(`
      "t0: channel_receive end c0b room 64 deadline never
        c0b RECEIVERS: t0
      t1: channel_receive_async end c0b pool p2 key 7 max 0 truncate reenter
        t1 <- OK registration 1
        c0b RECEIVERS: t0 r1
      t2: channel_send end c0a bytes 1 deadline never
        t2 <- OK
        t0 <- OK bytes 1 message 1 reply -
        c0b RECEIVERS: r1
      t2: channel_send end c0a bytes 2 deadline never
        t2 <- OK
        c0b RECEIVERS: r1
      t2: channel_send end c0a bytes 3 deadline never
        t2 <- OK
        c0b RECEIVERS: r1
      t1: pool_take pool p2 room 64 deadline past
        t1 <- OK n 0 {MESSAGE of c0b key 7 MORE status 0 slots 3-3 x1 [2 0 0 0 0]}
        c0b RECEIVERS: r1
      t1: pool_take pool p2 room 64 deadline past
        t1 <- OK n 0 {MESSAGE of c0b key 7 MORE status 0 slots 4-4 x1 [3 0 0 0 0]}
        c0b RECEIVERS: r1"
    `);
  });

  it('with nobody queued they stay with their senders, who wait, until somebody listens', () => {
    const calls: Call[] = [sends(1), { ...sends(2), by: 't3' }, { ...sends(3), by: 't4' }, reentering('t1', 'p2')];
    expect(trace([...calls, takes('t1', 'p2'), takes('t1', 'p2'), takes('t1', 'p2')], /^c0b/)).toMatchInlineSnapshot(`
      "t2: channel_send end c0a bytes 1 deadline never
        c0b SENDERS: t2
      t3: channel_send end c0a bytes 2 deadline never
        c0b SENDERS: t2 t3
      t4: channel_send end c0a bytes 3 deadline never
        c0b SENDERS: t2 t3 t4
      t1: channel_receive_async end c0b pool p2 key 7 max 0 truncate reenter
        t1 <- OK registration 1
        t2 <- OK
        t3 <- OK
        t4 <- OK
        c0b RECEIVERS: r1
      t1: pool_take pool p2 room 64 deadline past
        t1 <- OK n 0 {MESSAGE of c0b key 7 MORE status 0 slots 3-3 x1 [1 0 0 0 0]}
        c0b RECEIVERS: r1
      t1: pool_take pool p2 room 64 deadline past
        t1 <- OK n 0 {MESSAGE of c0b key 7 MORE status 0 slots 3-3 x1 [2 0 0 0 0]}
        c0b RECEIVERS: r1
      t1: pool_take pool p2 room 64 deadline past
        t1 <- OK n 0 {MESSAGE of c0b key 7 MORE status 0 slots 3-3 x1 [3 0 0 0 0]}
        c0b RECEIVERS: r1"
    `);
  });
});

describe('queue: re-entry without a free slot', () => {
  it('parks the pool outside the queue, and does not hold up the others', () => {
    const calls = [
      reentering('t1', 'p0'),
      receives('t0'),
      sends(1),
      sends(2),
      sends(3),
      takes('t1', 'p0'),
      takes('t1', 'p0'),
    ];
    expect(trace(calls, /^(c0b|p0)/)).toMatchInlineSnapshot(`
      "t1: channel_receive_async end c0b pool p0 key 7 max 0 truncate reenter
        t1 <- OK registration 1
        c0b RECEIVERS: r1
        p0 holds [] parked [] free 0
      t0: channel_receive end c0b room 64 deadline never
        c0b RECEIVERS: r1 t0
        p0 holds [] parked [] free 0
      t2: channel_send end c0a bytes 1 deadline never
        t2 <- OK
        c0b RECEIVERS: t0
        p0 holds [r1/1 x1 MORE] parked [r1] free 0
      t2: channel_send end c0a bytes 2 deadline never
        t2 <- OK
        t0 <- OK bytes 2 message 2 reply -
        p0 holds [r1/1 x1 MORE] parked [r1] free 0
      t2: channel_send end c0a bytes 3 deadline never
        c0b SENDERS: t2
        p0 holds [r1/1 x1 MORE] parked [r1] free 0
      t1: pool_take pool p0 room 64 deadline past
        t1 <- OK n 0 {MESSAGE of c0b key 7 MORE status 0 slots 2-2 x1 [1 0 0 0 0]}
        t2 <- OK
        p0 holds [r1/1 x1 MORE] parked [r1] free 0
      t1: pool_take pool p0 room 64 deadline past
        t1 <- OK n 0 {MESSAGE of c0b key 7 MORE status 0 slots 5-5 x1 [3 0 0 0 0]}
        c0b RECEIVERS: r1
        p0 holds [] parked [] free 0"
    `);
  });
});

describe('a full fixed pool', () => {
  const listens = (endWhenFull: boolean): Call => ({
    by: 't0',
    call: 'event_listen',
    object: 'e0',
    source: 'TOPIC',
    pool: 'p2',
    key: 7,
    persistent: true,
    endWhenFull,
    slots: 1,
  });
  const publishes = (value: number): Call => ({ by: 't2', call: 'topic_publish', topic: 'e0', value });

  it('takes a fact in with its newest packet, which counts', () => {
    expect(
      trace([listens(false), publishes(1), publishes(2), publishes(3), takes('t0', 'p2')], /^(e0|p2)/),
    ).toMatchInlineSnapshot(`
      "t0: event_listen object e0 source TOPIC pool p2 key 7 persistent slots 1
        t0 <- OK registration 1
        e0 TOPIC: r1
        p2 holds [] parked [] free 7
      t2: topic_publish topic e0 value 1
        t2 <- OK
        e0 TOPIC: r1
        p2 holds [r1/1 x1 MORE] parked [] free 7
      t2: topic_publish topic e0 value 2
        t2 <- OK
        e0 TOPIC: r1
        p2 holds [r1/1 x2 MORE|COALESCED] parked [] free 7
      t2: topic_publish topic e0 value 3
        t2 <- OK
        e0 TOPIC: r1
        p2 holds [r1/1 x3 MORE|COALESCED] parked [] free 7
      t0: pool_take pool p2 room 64 deadline past
        t0 <- OK n 0 {TOPIC of e0 key 7 MORE|COALESCED status 0 slots 1-3 x3 [3 0 0 0 0]}
        e0 TOPIC: r1
        p2 holds [] parked [] free 7"
    `);
  });

  it('ends the registration instead, where it asked for that', () => {
    expect(
      trace([listens(true), publishes(1), publishes(2), publishes(3), takes('t0', 'p2')], /^(e0|p2)/),
    ).toMatchInlineSnapshot(`
      "t0: event_listen object e0 source TOPIC pool p2 key 7 persistent endWhenFull slots 1
        t0 <- OK registration 1
        e0 TOPIC: r1
        p2 holds [] parked [] free 7
      t2: topic_publish topic e0 value 1
        t2 <- OK
        e0 TOPIC: r1
        p2 holds [r1/1 x1 MORE] parked [] free 7
      t2: topic_publish topic e0 value 2
        t2 <- OK
        p2 holds [r1/1 x2 COALESCED|LAST] parked [] free 7
      t2: topic_publish topic e0 value 3
        t2 <- OK
        p2 holds [r1/1 x2 COALESCED|LAST] parked [] free 7
      t0: pool_take pool p2 room 64 deadline past
        t0 <- OK n 0 {TOPIC of e0 key 7 COALESCED|LAST status 0 slots 1-2 x2 [2 0 0 0 0]}
        p2 holds [] parked [] free 8"
    `);
  });
});

describe('a message that is too long', () => {
  it('ends the wait of a thread and the registration of a pool, and is offered to the next', () => {
    const small: Call = { by: 't1', call: 'channel_receive', end: 'c0b', room: 4, truncate: false, deadline: 'never' };
    const pool: Call = { ...reentering('t2', 'p3'), truncate: false } as Call;
    expect(
      trace([small, pool, receives('t0'), { ...sends(60), by: 't3' } as Call], /^(c0b|p3)/),
    ).toMatchInlineSnapshot(`
      "t1: channel_receive end c0b room 4 deadline never
        c0b RECEIVERS: t1
        p3 holds [] parked [] free 64
      t2: channel_receive_async end c0b pool p3 key 7 max 0 reenter
        t2 <- OK registration 1
        c0b RECEIVERS: t1 r1
        p3 holds [] parked [] free 62
      t0: channel_receive end c0b room 64 deadline never
        c0b RECEIVERS: t1 r1 t0
        p3 holds [] parked [] free 62
      t3: channel_send end c0a bytes 60 deadline never
        t3 <- OK
        t1 <- BUFFER_TOO_SMALL bytes 60
        t0 <- OK bytes 60 message 1 reply -
        p3 holds [r1/1 x1 ERROR] parked [] free 63"
    `);
  });
});

describe('lock: release hands over to the head of the queue', () => {
  it('threads and pools in the order in which they came', () => {
    const acquires = (by: string): Call => ({ by, call: 'lock_acquire', lock: 'l0', deadline: 'never' });
    const releases = (by: string): Call => ({ by, call: 'lock_release', lock: 'l0' });
    const pool: Call = { by: 't3', call: 'lock_acquire_async', lock: 'l0', thread: 't3', pool: 'p2', key: 7 };
    const calls = [
      acquires('t0'),
      acquires('t1'),
      pool,
      acquires('t2'),
      releases('t0'),
      releases('t1'),
      releases('t3'),
    ];
    expect(trace(calls, /^(l0|p2)/)).toMatchInlineSnapshot(`
      "t0: lock_acquire lock l0 deadline never
        t0 <- OK
        l0 owner t0 died 0
        p2 holds [] parked [] free 8
      t1: lock_acquire lock l0 deadline never
        l0 LOCK: t1
        l0 owner t0 died 0
        p2 holds [] parked [] free 8
      t3: lock_acquire_async lock l0 thread t3 pool p2 key 7
        t3 <- OK registration 1
        l0 LOCK: t1 r1
        l0 owner t0 died 0
        p2 holds [] parked [] free 7
      t2: lock_acquire lock l0 deadline never
        l0 LOCK: t1 r1 t2
        l0 owner t0 died 0
        p2 holds [] parked [] free 7
      t0: lock_release lock l0
        t0 <- OK
        t1 <- OK
        l0 LOCK: r1 t2
        l0 owner t1 died 0
        p2 holds [] parked [] free 7
      t1: lock_release lock l0
        t1 <- OK
        l0 LOCK: t2
        l0 owner t3 died 0
        p2 holds [r1/1 x1 -] parked [] free 7
      t3: lock_release lock l0
        t3 <- OK
        t2 <- OK
        l0 owner t2 died 0
        p2 holds [r1/1 x1 -] parked [] free 7"
    `);
  });
});
