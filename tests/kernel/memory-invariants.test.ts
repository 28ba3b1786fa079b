/** Every check on shared frames, lists of mappings and discardable objects can fail: one number of the state is made wrong. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { System } from '../../kernel/index.js';
import { invariantViolations } from '../../kernel/invariants/all.js';
import { entryOf, PTE } from '../../kernel/memory/page-tables.js';
import type { MutableState } from '../../kernel/state/state.js';
import { encode } from '../../machine/index.js';
import { VMO_OPTIONS } from '../../syscalls/calls.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import * as sys from '../../userland/script/calls.js';
import { expectStatus, runScript } from './booted.js';
import { CODE, callOf, li, makeProcess, mapCode } from './compiled.js';
import { copyOf, mapAt, put, SOMEWHERE, vmoOf } from './copy-scene.js';

let system: System;
let state: MutableState;
/** Rows of shares: two pages of one copy, the first page of another. */
const SHARE = { FIRST: 0, SECOND: 1, OTHER: 2 } as const;

beforeAll(() => {
  ({ system } = runScript(
    function* (scene) {
      const vmo = yield* vmoOf(scene, 2);
      for (const page of [1, 0]) yield* put(scene, vmo, page, 7);
      const copy = yield* copyOf(scene, vmo, 2);
      yield* copyOf(scene, vmo, 1);
      const made = yield* makeProcess(scene, scene.allocator, 20);
      yield* mapAt(made.vmar, copy, 2, SOMEWHERE);
      yield* mapAt(scene.vmar, copy, 2, SOMEWHERE);
      const touch = [...li(8, SOMEWHERE), encode('lw', { rd: 9, rs1: 8, imm: 0 })];
      yield* mapCode(scene, made.vmar, [...touch, ...callOf('thread_sleep', -1, 0x7fff_ffff)]);
      expectStatus((yield* sys.process_start(made.process, made.thread, CODE, 0, 0)).status, 'OK');
      for (let count = 0; count < 3; count++)
        yield* sys.vmo_create(scene.allocator, PAGE_BYTES, VMO_OPTIONS.DISCARDABLE);
      const pinned = yield* sys.vmo_create(scene.allocator, PAGE_BYTES, VMO_OPTIONS.DISCARDABLE);
      yield* sys.vmo_pin(pinned.vmo);
      for (;;) yield* sys.clock_get(0);
    },
    { maxInstructions: 300 },
  ));
  state = system.state as unknown as MutableState;
});

type Damage = (s: MutableState) => readonly [column: Int32Array, row: number, value: number];

const frame = (s: MutableState): number => s.shares.frame[SHARE.FIRST];
const copy = (s: MutableState): number => s.shares.vmo[SHARE.FIRST];
const head = (s: MutableState): number => s.discardHead;
const second = (s: MutableState): number => s.vmos.nextDiscardable[s.discardHead];
const pinned = (s: MutableState): number => s.vmos.pins.findIndex((pins) => pins > 0);
const bucketOf = (s: MutableState, share: number): number => s.shareChain.indexOf(share);
/** The entry of the page that the program has loaded from, as a word of memory. */
function entry(): readonly [Int32Array, number, number] {
  const { kernel } = system;
  const value = entryOf(kernel, 1, SOMEWHERE);
  const words = kernel.memory.i32;
  return [words, words.indexOf(value), value | PTE.W];
}

const DAMAGES: readonly (readonly [sentence: RegExp, damage: Damage])[] = [
  [/^36: share row 0 is in the list of frame \d+$/, (s) => [s.shares.frame, SHARE.FIRST, s.shares.frame[SHARE.SECOND]]],
  [/^36: frame \d+ is not linked both ways at share row \d$/, (s) => [s.shares.previousOfFrame, SHARE.FIRST, 1]],
  [/^36: two pages of one object show frame \d+$/, (s) => [s.shares.vmo, SHARE.OTHER, copy(s)]],
  [/^36: share row \d is listed by its frame 0 times$/, (s) => [s.frames.firstShare, frame(s), -1]],
  [/^36: share row \d is listed by its frame 2 times$/, (s) => [s.frames.firstShare, frame(s) + 1, SHARE.FIRST]],
  [/^36: share row 0 lies outside its object$/, (s) => [s.shares.page, SHARE.FIRST, 2]],
  [/^36: share row 0 is not found by its page$/, (s) => [s.shareChain, bucketOf(s, SHARE.FIRST), -1]],
  [/^36: share row \d is in the list of memory object row \d+$/, (s) => [s.shares.previousOfVmo, SHARE.FIRST, 7]],
  [/^36: memory object row \d+ counts its shares wrong$/, (s) => [s.vmos.shares, copy(s), 1]],
  [
    /^36: allocator row 0 has \d+ charged, the sum is \d+$/,
    (s) => [s.allocators.charged, 0, s.allocators.charged[0] - 32],
  ],
  [/^36: frame \d+ is not found in its object$/, (s) => [s.frames.owner, frame(s), copy(s)]],
  [/^36: page 131072 of process row 1 can be written, and its frame is shared$/, entry],
  [
    /^mapping row \d+ is in the list of memory object row \d+$/,
    (s) => [s.mappings.previousOfVmo, s.vmos.firstMapping[copy(s)], 3],
  ],
  [/^memory object row \d+ does not list its mappings$/, (s) => [s.vmos.firstMapping, copy(s), -1]],
  [/^the discardable objects are not linked both ways at row \d+$/, (s) => [s.vmos.previousDiscardable, second(s), -1]],
  [/^the last of the discardable objects is wrong$/, (s) => [s.vmos.nextDiscardable, second(s), -1]],
  [/^memory object row \d+ with 1 pins is discardable$/, (s) => [s.vmos.pins, head(s), 1]],
  [/^memory object row \d+ with 0 pins is not discardable$/, (s) => [s.vmos.pins, pinned(s), 0]],
  [/^memory object row \d+ is pinned for nothing$/, (s) => [s.vmos.pins, copy(s), 1]],
  [/^memory object row \d+ is discardable and shares frames$/, (s) => [s.vmos.discardable, copy(s), 1]],
  [/^1 rows that are no objects are discardable$/, (s) => [s.vmos.nextDiscardable, s.discardTail, s.vmos.used]],
];

describe('invariants of memory objects', () => {
  it('all hold of a system that has a bit of everything', () => {
    expect(invariantViolations(system.kernel)).toEqual([]);
    expect(state.shares.live).toBe(3);
  });

  it.each(DAMAGES.map(([sentence, damage]) => [String(sentence), sentence, damage] as const))(
    '%s',
    (_name, sentence, damage) => {
      const [column, row, value] = damage(state);
      const old = column[row];
      column[row] = value;
      const found = invariantViolations(system.kernel);
      column[row] = old;
      expect(
        found.some((violation) => sentence.test(violation)),
        `found only: ${found.join('; ')}`,
      ).toBe(true);
      expect(invariantViolations(system.kernel)).toEqual([]);
    },
  );
});
