/** Every check of channels can fail: one number of the state is made wrong, and the right sentence comes. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { System } from '../../kernel/index.js';
import { invariantViolations } from '../../kernel/invariants/all.js';
import type { MutableState } from '../../kernel/state/state.js';
import { MAP_OPTIONS, RECEIVE } from '../../syscalls/calls.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { expectStatus, runScript, type Scene, spawn } from './booted.js';
import { copied, desk, lent, makeChannel, moved } from './messages.js';
import { makePool } from './packets.js';

/** Endpoints in the order in which they are made; messages and replies likewise. */
const AT = { FULL: 1, HUNGRY: 3, CALLED: 5 } as const;

/**
 * An endpoint at which two threads and a pool wait to send, one at which two threads and a re-entering pool wait to receive, and a
 * call that was received, with something lent; then a thread that runs on.
 */
function* something(scene: Scene): CallScript {
  const [full, hungry, called] = [yield* makeChannel(scene), yield* makeChannel(scene), yield* makeChannel(scene)];
  const pool = yield* makePool(scene);
  const { vmo } = yield* sys.vmo_create(scene.allocator, 4096, 0);
  const kept = yield* sys.vmo_create(scene.allocator, 4096, 0);
  yield* spawn(scene, 'one', () => desk(scene, 1).send(full.first, 'one', [moved(vmo), copied(scene.process)]), 20);
  yield* spawn(scene, 'two', () => desk(scene, 2).send(full.first, 'two'), 20);
  const message = yield* desk(scene).message('three');
  expectStatus((yield* sys.channel_send_async(full.first, message, pool, 3)).status, 'OK');
  yield* spawn(scene, 'four', () => desk(scene, 4).receive(hungry.second), 20);
  yield* spawn(scene, 'five', () => desk(scene, 5).receive(hungry.second), 20);
  expectStatus((yield* sys.channel_receive_async(hungry.second, pool, 1, 0, RECEIVE.REENTER)).status, 'OK');
  yield* spawn(scene, 'caller', () => desk(scene, 6).call(called.first, 'x', [lent(kept.vmo)]), 20);
  const { handles } = yield* desk(scene).receive(called.second);
  expectStatus((yield* sys.vmar_map(scene.vmar, handles[0], 0, 4096, MAP_OPTIONS.READ, 0)).status, 'OK');
  for (;;) yield* sys.clock_get(0);
}

let system: System;
let state: MutableState;

beforeAll(() => {
  system = runScript(something, { maxInstructions: 400 }).system;
  // The kernel sees its state through types that cannot write; what stands behind them can.
  state = system.state as unknown as MutableState;
});

type Column = { [row: number]: number };
type Change = readonly [column: Column, row: number, value: number];

/** Makes changes, and gives what is found then; everything is as it was afterwards. */
function found(changes: readonly Change[]): string[] {
  const old = changes.map(([column, row]) => column[row]);
  for (const [column, row, value] of changes) column[row] = value;
  const violations = invariantViolations(system.kernel);
  changes.forEach(([column, row], i) => {
    column[row] = old[i];
  });
  return violations;
}

const senders = (s: MutableState): number => s.channels.senders[AT.FULL];
const receivers = (s: MutableState): number => s.channels.receivers[AT.HUNGRY];
const nth = (s: MutableState, source: number, n: number): number => {
  let row = s.sources.head[source];
  for (let i = 0; i < n; i++) row = s.registrations.next[row];
  return row;
};
const flying = (s: MutableState): number => s.messages.firstHandle[0];
const lending = (s: MutableState): number => s.replies.firstLent[0];
const mapping = (s: MutableState): number => s.mappings.lease.indexOf(lending(s));

/** Lists the members of a queue of three in another order. */
function reordered(s: MutableState, source: number, order: readonly number[]): Change[] {
  const { next, previous } = s.registrations;
  const members = [0, 1, 2].map((n) => nth(s, source, n));
  const queue = order.map((n) => members[n]);
  return [
    [s.sources.head, source, queue[0]],
    [s.sources.tail, source, queue[2]],
    ...queue.flatMap((row, i): Change[] => [
      [next, row, queue[i + 1] ?? -1],
      [previous, row, queue[i - 1] ?? -1],
    ]),
  ];
}

const DAMAGES: readonly (readonly [sentence: RegExp, changes: (s: MutableState) => readonly Change[]])[] = [
  [/^endpoints row 1 and 2 are no pair$/, (s) => [[s.channels.peer, AT.FULL, 2]]],
  [
    /^11: endpoint row 1 has a sender and a receiver that did not meet$/,
    (s) => [[s.channels.receivers, AT.FULL, receivers(s)]],
  ],
  [/^endpoint row 3 has a receiver for whom nothing can come$/, (s) => [[s.channels.peer, AT.HUNGRY, -1]]],
  [
    /^11: registration row \d+ is among the receivers of endpoint row 3 and does not receive$/,
    (s) => [[s.threads.blockedOn, s.registrations.thread[nth(s, receivers(s), 1)], 0]],
  ],
  [
    /^12: thread \d+ in the queue of source row \d+ was overtaken by thread \d+$/,
    (s) => reordered(s, senders(s), [1, 0, 2]),
  ],
  [
    /^12: thread \d+ in the queue of source row \d+ was overtaken by registration \d+$/,
    (s) => reordered(s, senders(s), [2, 0, 1]),
  ],
  [
    /^13: thread \d+ in the queue of source row \d+ was overtaken by re-entering \d+$/,
    (s) => reordered(s, receivers(s), [0, 2, 1]),
  ],
  [
    /^19: sender row \d+ at endpoint row 1 has no message of its own$/,
    (s) => [[s.registrations.subject, nth(s, senders(s), 1), 0]],
  ],
  [/^19: message row 1 does not wait with its sender$/, (s) => [[s.messages.channel, 1, AT.HUNGRY]]],
  [/^19: message row 1 does not wait with its sender$/, (s) => [[s.messages.registration, 1, nth(s, senders(s), 0)]]],
  [/^19: message row 0 is too long$/, (s) => [[s.messages.bytes, 0, 1025]]],
  [/^20: message row 0 changed while it waited$/, (s) => [[s.messages.bytes, 0, 2]]],
  [/^20: message row 1 changed while it waited$/, (s) => [[s.messages.address, 1, 2]]],
  [/^21: handle row \d+ is in flight, and nothing carries it$/, (s) => [[s.messages.firstHandle, 0, -1]]],
  [/^21: handle row \d+ is carried twice, or is not in flight$/, (s) => [[s.handles.process, flying(s), 0]]],
  [/^21: handle row \d+ is carried twice, or is not in flight$/, (s) => [[s.replies.firstLent, 0, flying(s)]]],
  [/^21: handle row \d+ has no place in what carries it$/, (s) => [[s.handles.value, flying(s), 2]]],
  ...(['channels', 'pools', 'replies'] as const).map(
    (table) =>
      [
        /^21: \w+ row 0 counts 1 handles in flight, there are 0$/,
        (s: MutableState): Change[] => [[s[table].flying, 0, 1]],
      ] as const,
  ),
  [/^21: reply row 0 is there for nobody$/, (s) => [[s.replies.references, 0, 0]]],
  [/^21: nobody can get at channel row 0 any more$/, (s) => hidden(s, 0)],
  [
    /^22: registration row \d+ is among the senders of endpoint row 1 and sends nothing$/,
    (s) => [[s.threads.blockedOn, s.registrations.thread[nth(s, senders(s), 1)], 0]],
  ],
  [/^22: thread row \d+ does not wait for reply row 0$/, (s) => [[s.threads.blockedOn, s.replies.thread[0], 0]]],
  [/^22: thread row \d+ waits for a reply that is not there$/, (s) => [[s.threads.reply, s.replies.thread[0], -1]]],
  [/^lending row \d+ counts its mappings wrong$/, (s) => [[s.handles.value, lending(s), 2]]],
  [/^1 lendings are gone, and mappings made through them are not$/, (s) => [[s.mappings.lease, mapping(s), flying(s)]]],
];

/** Makes every handle to an endpoint one to another. */
function hidden(s: MutableState, endpoint: number): Change[] {
  const changes: Change[] = [];
  for (let row = 0; row < s.handles.used; row++)
    if (s.handles.type[row] === OBJECT_TYPE.channel && s.handles.object[row] === endpoint)
      changes.push([s.handles.object, row, 2]);
  return changes;
}

describe('invariants of channels', () => {
  it('all hold of a system with all kinds of waiting', () => {
    expect(invariantViolations(system.kernel)).toEqual([]);
    expect([state.messages.live, state.replies.live, state.sources.length[receivers(state)]]).toEqual([3, 1, 3]);
  });

  it.each(DAMAGES.map(([sentence, changes]) => [String(sentence), sentence, changes] as const))(
    '%s',
    (_name, sentence, changes) => {
      const violations = found(changes(state));
      expect(
        violations.some((violation) => sentence.test(violation)),
        `found only: ${violations.join('; ')}`,
      ).toBe(true);
      expect(invariantViolations(system.kernel)).toEqual([]);
    },
  );
});
