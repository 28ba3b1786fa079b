/** Every check of sources and pools can fail: one number of the state is made wrong, and the right sentence comes. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { System } from '../../kernel/index.js';
import { invariantViolations } from '../../kernel/invariants/all.js';
import type { MutableState } from '../../kernel/state/state.js';
import { REGISTRATION_STATE } from '../../kernel/state/tables.js';
import { LISTEN, POOL_KIND, RECEIVE, SOURCE } from '../../syscalls/calls.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { expectStatus, runScript, type Scene, spawn } from './booted.js';
import { desk, makeChannel } from './messages.js';
import { Bell, listen, makePool, post, scratch } from './packets.js';

/** Pools in the order in which they are made. */
const BELL = 0;
const POOL = 1;
const FULL = 2;

/** Threads and pools that listen to a bell; a pool with packets of several; a pool so full that it is parked. */
function* something(scene: Scene): CallScript {
  const bell = yield* Bell.make(scene);
  const pool = yield* makePool(scene, 16);
  yield* bell.listen(pool, 1, LISTEN.PERSISTENT | (3 << 8));
  yield* bell.listen(pool, 2);
  yield* listen(scene.process, SOURCE.LIFECYCLE, pool, 3);
  yield* bell.ring(2);
  yield* post(pool, scratch(scene), 4);
  const full = yield* makePool(scene, PAGE_BYTES, POOL_KIND.VARIABLE);
  const { first, second } = yield* makeChannel(scene);
  expectStatus((yield* sys.channel_receive_async(second, full, 1, 3900, RECEIVE.REENTER)).status, 'OK');
  yield* desk(scene, 1).send(first, 'parks it');
  for (const page of [1, 2, 3])
    yield* spawn(scene, `waiter ${page}`, () => bell.wait(scratch(scene, page), 1e9, 2), 20);
  for (;;) yield* sys.clock_get(0);
}

let system: System;
let s: MutableState;

beforeAll(() => {
  system = runScript(something, { maxInstructions: 400 }).system;
  // The kernel sees its state through types that cannot write; what stands behind them can.
  s = system.state as unknown as MutableState;
});

type Change = readonly [column: { [row: number]: number }, row: number, value: number];

const bellSource = (): number => s.pools.received[BELL];
/** Who listens to the bell: the pool, and three threads. */
const head = (): number => s.sources.head[bellSource()];
const tail = (): number => s.sources.tail[bellSource()];
const second = (): number => s.registrations.next[head()];
const parked = (): number => s.pools.parkedHead[FULL];
const oldest = (): number => s.pools.firstPacket[POOL];
const newest = (): number => s.pools.lastPacket[POOL];
const middle = (): number => s.packets.next[oldest()];
/** The registration whose one packet lies in the pool, and which has ended. */
const ended = (): number => {
  let row = s.pools.firstRegistration[POOL];
  while (s.registrations.state[row] !== REGISTRATION_STATE.ENDED) row = s.registrations.nextOfListener[row];
  return row;
};
const bucket = (): number => s.registrationChain.indexOf(ended());

const DAMAGES: readonly (readonly [sentence: RegExp, change: () => Change])[] = [
  [/^12: registration row \d+ is in two queues/, () => [s.registrations.next, tail(), head()]],
  [/^14: registration row \d+ does not belong in the list/, () => [s.registrations.source, second(), 0]],
  [/^12: source row \d+ is not linked both ways/, () => [s.registrations.previous, second(), -1]],
  [/^12: the tail of source row \d+ is wrong$/, () => [s.sources.tail, bellSource(), head()]],
  [/^12: source row \d+ counts its listeners wrong$/, () => [s.sources.length, bellSource(), 3]],
  [/^14: registration row \d+ is in state 1 and not in a list$/, () => [s.sources.head, bellSource(), -1]],
  [
    /^14: registration row \d+ is in state 2 and in a list$/,
    () => [s.registrations.state, second(), REGISTRATION_STATE.PARKED],
  ],
  [
    /^16: thread row \d+ waits in a queue and is not blocked$/,
    () => [s.threads.state, s.registrations.thread[second()], TASK_STATE.RUNNABLE],
  ],
  [/^14: source row \d+ counts those that are parked wrong$/, () => [s.sources.parked, bellSource(), 1]],
  [/^14: source row \d+ counts those that are parked wrong$/, () => [s.registrations.source, parked(), 0]],
  [/^packet row \d+ is in the list of pool row 1$/, () => [s.packets.pool, middle(), FULL]],
  [/^pool row 1 is not linked both ways at packet row \d+$/, () => [s.packets.previous, middle(), -1]],
  [/^packet row \d+ does not lie behind the one before it$/, () => [s.packets.unit, middle(), 7]],
  [/^4: the packets of registration row \d+ do not follow each other$/, () => [s.packets.lastSeq, oldest(), 1e6]],
  [/^the last packet of pool row 1 is wrong$/, () => [s.pools.lastPacket, POOL, oldest()]],
  [/^the tail of pool row 1 is wrong$/, () => [s.pools.tail, POOL, 9]],
  [/^2: pool row 1 uses 4 units, not 5$/, () => [s.pools.usedUnits, POOL, 5]],
  [/^pool row 1 counts its packets wrong$/, () => [s.pools.packets, POOL, 3]],
  [/^registration row \d+ is in the list of pool row 1$/, () => [s.registrations.pool, ended(), FULL]],
  [/^3: registration row \d+ counts 2 packets, there are 1$/, () => [s.registrations.unread, ended(), 2]],
  [/^3: registration row \d+ counts 2 packets, there are 1$/, () => [s.packets.registration, oldest(), ended()]],
  [/^6: registration row \d+ has more packets than slots$/, () => [s.registrations.slots, head(), 1]],
  [/^10: registration row \d+ has ended and is still there$/, () => [s.registrations.unread, ended(), 0]],
  [/^15: registration row \d+ is not found by its number$/, () => [s.registrationChain, bucket(), -1]],
  [/^pool row 1 counts its registrations wrong$/, () => [s.pools.registrations, POOL, 2]],
  [/^2: pool row 1 has promised 2, not 3$/, () => [s.pools.reserved, POOL, 3]],
  [/^2: pool row 1 has promised more than it has$/, () => [s.pools.units, POOL, 4]],
  [/^5: the memory of pool row 1 changed: \d+ bytes$/, () => [s.vmos.resident, s.pools.vmo[POOL], 1]],
  [
    /^2: \d+ packets are promised, not \d+$/,
    () => [s as unknown as { [row: string]: number }, 'promisedPackets' as never, 9],
  ],
  [
    /^2: more packets are promised than the table of packets holds$/,
    () => [s.packets.rows as unknown as { [row: string]: number }, 'live' as never, 524_287],
  ],
];

describe('invariants of sources and pools', () => {
  it('all hold of listeners of every kind', () => {
    expect(invariantViolations(system.kernel)).toEqual([]);
    expect([s.sources.length[bellSource()], s.pools.packets[POOL], parked() >= 0, newest() >= 0]).toEqual([
      4,
      4,
      true,
      true,
    ]);
  });

  it.each(DAMAGES.map(([sentence, change]) => [String(sentence), sentence, change] as const))(
    '%s',
    (_name, sentence, change) => {
      const [column, row, value] = change();
      const { [row]: old } = column;
      column[row] = value;
      const violations = invariantViolations(system.kernel);
      column[row] = old;
      expect(
        violations.some((violation) => sentence.test(violation)),
        `found only: ${violations.join('; ')}`,
      ).toBe(true);
      expect(invariantViolations(system.kernel)).toEqual([]);
    },
  );
});
