/** Whatever object is named by nobody who is counted, or paid for by the wrong one, is found, whatever its type. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { System } from '../../kernel/index.js';
import { invariantViolations } from '../../kernel/invariants/all.js';
import { OBJECT_TABLE } from '../../kernel/state/objects.js';
import type { MutableState } from '../../kernel/state/state.js';
import { type AnyTable, isLive } from '../../kernel/state/table.js';
import { SOURCE } from '../../syscalls/calls.js';
import { FOREVER } from '../../syscalls/limits.js';
import type { ObjectTypeName } from '../../syscalls/objects.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../userland/script/script.js';
import { runScript, type Scene, spawn } from './booted.js';
import { type Change, type Damage, itFindsEach, writable } from './damages.js';
import { copied, desk, lent, makeChannel } from './messages.js';
import { listen, makePool, scratch } from './packets.js';
import { makeThings } from './things.js';

/**
 * An object of every type; a registration of a pool, and those of a thread that waits for two things; a message with a handle that
 * nobody received, and a call in a pool with something lent; an allocator under another.
 */
function* something(scene: Scene): CallScript {
  const { handles } = yield* makeThings(scene);
  yield* listen(scene.process, SOURCE.LIFECYCLE, yield* makePool(scene));
  yield* sys.allocator_create(scene.allocator, 4096);
  const [queued, called] = [yield* makeChannel(scene), yield* makeChannel(scene)];
  yield* spawn(scene, 'sender', () => desk(scene, 2).send(queued.first, 'one', [copied(scene.process)]), 20);
  yield* sys.channel_receive_async(called.second, yield* makePool(scene), 1, 0, 0);
  yield* spawn(scene, 'caller', () => desk(scene, 3).call(called.first, '', [lent(handles.vmo ?? 0)]), 20);
  const items = Uint32Array.of(scene.process, SOURCE.LIFECYCLE, 0, scene.thread, SOURCE.LIFECYCLE, 0);
  const at = scratch(scene, 4);
  yield* store(at, new Uint8Array(items.buffer));
  yield* spawn(scene, 'of two', () => sys.event_wait_many(at, 2, FOREVER, at + 64), 20);
  for (;;) yield* sys.clock_get(0);
}

let system: System;
beforeAll(() => {
  ({ system } = runScript(something, { maxInstructions: 400 }));
});

/** The first row of a table that is in use, and of which something holds. */
function rowOf(table: AnyTable, holds: (row: number) => boolean = () => true): number {
  for (let row = 0; row < table.rows.used; row++) if (isLive(table, row) && holds(row)) return row;
  throw new Error('there is no such row');
}

const TYPES = Object.keys(OBJECT_TABLE) as ObjectTypeName[];

/** One handle too many of each type of object. */
const MISCOUNTED = TYPES.map((type): Damage => {
  const changes = (s: MutableState): Change[] => {
    const table = s[OBJECT_TABLE[type]];
    const row = rowOf(table);
    return [[table.references, row, table.references[row] + 1]];
  };
  return [new RegExp(`^21: ${type} row \\d+ counts \\d+ handles, there are \\d+$`), changes];
});

/** Users of objects that are no handles: what they use has a user less. */
const MISUSED: readonly Damage[] = [
  [/^21: vmo row \d+ counts \d+ handles, there are \d+$/, (s) => [[s.pools.vmo, rowOf(s.pools), -1]]],
  [/^21: vmo row \d+ counts \d+ handles, there are \d+$/, (s) => [[s.rings.vmo, rowOf(s.rings), -1]]],
  [/^21: pool row \d+ counts 2 handles, there are 1$/, (s) => [[s.rings.pool, rowOf(s.rings), 15]]],
  [/^21: thread row \d+ counts \d+ handles, there are \d+$/, (s) => [[s.tokens.task, rowOf(s.tokens), 15]]],
  [
    /^21: reply row \d+ counts 1 handles, there are 0$/,
    (s) => [[s.packets.reply, rowOf(s.packets, (row) => s.packets.reply[row] >= 0), -1]],
  ],
  [/^49: handle row \d+ was derived from a handle that is gone$/, (s) => [[s.handles.parent, rowOf(s.handles), 9999]]],
];

const CHARGED_WRONG = /^36: allocator row 0 has \d+ charged, the sum is \d+$/;
/** No such allocator. */
const NOBODY = 9999;
const PAID = [
  ...(['vmos', 'pools', 'channels', 'messages', 'replies', 'locks', 'timers', 'interrupts'] as const),
  ...(['topics', 'jobs', 'rings', 'tokens', 'frames', 'processes'] as const),
] as const;

/** Whatever is paid for costs nobody anything. */
const UNPAID: readonly Damage[] = [
  ...PAID.map((table): Damage => [CHARGED_WRONG, (s) => [[s[table].allocator, rowOf(s[table]), NOBODY]]]),
  // A handle in flight, a registration of a pool, and one of a thread that waits for several things.
  [CHARGED_WRONG, (s) => [[s.handles.payer, rowOf(s.handles, (row) => s.handles.process[row] < 0), NOBODY]]],
  [
    CHARGED_WRONG,
    (s) => [[s.registrations.pool, rowOf(s.registrations, (row) => s.registrations.pool[row] >= 0), NOBODY]],
  ],
  [CHARGED_WRONG, (s) => [[s.threads.waiter, rowOf(s.threads, (row) => s.threads.firstWait[row] >= 0), -1]]],
  [CHARGED_WRONG, (s) => [[s.mappings.vmar, rowOf(s.mappings), NOBODY]]],
  [CHARGED_WRONG, (s) => [[s.vmars.process, rowOf(s.vmars), -1]]],
  [CHARGED_WRONG, (s) => [[s.allocators.parent, 1, -1]]],
];

describe('invariants of all objects', () => {
  it('all hold of a system with an object of every type', () => {
    expect(invariantViolations(system.kernel)).toEqual([]);
    for (const type of TYPES) expect(writable(system)[OBJECT_TABLE[type]].live, type).toBeGreaterThan(0);
  });

  describe('a handle too many', () => itFindsEach(() => system, MISCOUNTED));
  describe('a use that is not there', () => itFindsEach(() => system, MISUSED));
  describe('a charge that nobody pays', () => itFindsEach(() => system, UNPAID));
});
