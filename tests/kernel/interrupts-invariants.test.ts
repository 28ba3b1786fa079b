/**
 * Every check on interrupts can fail: a kernel that forgets one thing, or does one too many, is told by the right sentence. What
 * it would have done wrong is done here, to its state or to the controller.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { System } from '../../kernel/index.js';
import { invariantViolations } from '../../kernel/invariants/all.js';
import type { MutableState } from '../../kernel/state/state.js';
import { PLIC_BASE } from '../../machine/index.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import { FOREVER } from '../../syscalls/limits.js';
import { INTERRUPT_OPTIONS } from '../../syscalls/options.js';
import * as sys from '../../userland/script/calls.js';
import type { Script as CallScript } from '../../userland/script/script.js';
import { runScript, type Scene, spawn } from './booted.js';
import { makeInterrupt, PoolHandler, pulse, raise, waitForInterrupt } from './drivers.js';

/** Rows of interrupts, and their lines. */
const OWED = { row: 0, line: 20 };
const PENDING = { row: 1, line: 21 };
const OPEN = { row: 2, line: 22 };

/** The line of one is owed two answers of pools and one of a thread; that of another waits for a handler; a third is open. */
function* something(scene: Scene): CallScript {
  const owed = yield* makeInterrupt(scene, OWED.line, 0, 1e9);
  yield* PoolHandler.make(scene, owed);
  yield* PoolHandler.make(scene, owed);
  yield* spawn(
    scene,
    'driver',
    function* () {
      yield* waitForInterrupt(scene, owed);
      yield* sys.thread_sleep(FOREVER);
    },
    20,
  );
  yield* raise(scene, OWED.line);
  yield* makeInterrupt(scene, PENDING.line, INTERRUPT_OPTIONS.EDGE);
  for (let edges = 0; edges < 2; edges++) yield* pulse(scene, PENDING.line);
  yield* PoolHandler.make(scene, yield* makeInterrupt(scene, OPEN.line));
  for (;;) yield* sys.clock_get(0);
}

let system: System;
let state: MutableState;

beforeAll(() => {
  system = runScript(something, { maxInstructions: 300 }).system;
  // The kernel sees its state through types that cannot write; what stands behind them can.
  state = system.state as unknown as MutableState;
});

type Damage = (s: MutableState) => () => void;

const put =
  (column: (s: MutableState) => Int32Array, at: (s: MutableState) => number, value: number): Damage =>
  (s) => {
    const array = column(s);
    const index = at(s);
    const old = array[index];
    array[index] = value;
    return () => {
      array[index] = old;
    };
  };

type InterruptColumn = 'owed' | 'firstOwing' | 'claimed' | 'latched' | 'deadlineSlot';
const interrupt = (name: InterruptColumn, { row }: { row: number }, value: number): Damage =>
  put(
    (s) => s.interrupts[name],
    () => row,
    value,
  );

/** Those who owe, by their place in the list. */
const owing = (place: number) => (s: MutableState) => {
  let row = s.interrupts.firstOwing[OWED.row];
  for (let i = 0; i < place; i++) row = s.registrations.nextOwing[row];
  return row;
};

/** The handler of the open line, which owes nothing. */
const idle = (s: MutableState): number => s.sources.head[s.interrupts.source[OPEN.row]];

const first = (s: MutableState): number => owing(0)(s);

/** Bits that the controller keeps to itself. */
const bit =
  (set: 'levels' | 'pending' | 'claimed' | 'remembered', line: number): Damage =>
  () => {
    const words = (system.kernel.board.plic as unknown as Record<string, Uint32Array>)[set];
    words[line >>> 5] ^= 1 << (line & 31);
    return () => {
      words[line >>> 5] ^= 1 << (line & 31);
    };
  };

const enable =
  (line: number): Damage =>
  () => {
    const { bus } = system.kernel.board;
    const address = PLIC_BASE + 0x2000 + 4 * (line >>> 5);
    const flip = (): void => {
      bus.store(address, 4, (bus.load(address, 4) ?? 0) ^ (1 << (line & 31)));
    };
    flip();
    return flip;
  };

const DAMAGES: readonly (readonly [sentence: RegExp, damage: Damage])[] = [
  [
    /^26: line 20 does not know its interrupt row 0$/,
    put(
      (s) => s.lineInterrupt,
      () => OWED.line,
      -1,
    ),
  ],
  [
    /^26: line 40 has interrupt row 50, which is not there$/,
    put(
      (s) => s.lineInterrupt,
      () => 40,
      50,
    ),
  ],
  [/^26: line 22 is not enabled$/, enable(OPEN.line)],
  [/^26: line 40 is enabled$/, enable(40)],
  [/^26: line 20 is masked at the controller, the kernel thinks otherwise$/, interrupt('claimed', OWED, 0)],
  [/^26: line 22 is not masked at the controller, the kernel thinks otherwise$/, interrupt('claimed', OPEN, 1)],
  [/^26: line 20 is not masked at the controller, the kernel thinks otherwise$/, bit('claimed', OWED.line)],
  [/^26: line 20 is masked, and nobody owes an answer$/, interrupt('owed', OWED, 0)],
  [/^26: line 21 is masked, and nobody owes an answer$/, interrupt('latched', PENDING, 0)],
  [/^26: 3 answers are owed to interrupt row 0, not 2$/, interrupt('owed', OWED, 2)],
  [/^26: 0 answers are owed to interrupt row 0, not 3$/, interrupt('firstOwing', OWED, -1)],
  [/^26: interrupt row 0 has no deadline with 3 answers owed$/, interrupt('deadlineSlot', OWED, -1)],
  [/^26: interrupt row 2 has a deadline with 0 answers owed$/, interrupt('deadlineSlot', OPEN, 0)],
  [/^26: registration row \d+ owes two answers$/, (s) => put((t) => t.registrations.nextOwing, owing(2), first(s))(s)],
  [/^26: registration row \d+ does not owe an answer to interrupt row 0$/, put((s) => s.registrations.owes, first, 2)],
  [/^26: those who owe are not linked both ways at row \d+$/, put((s) => s.registrations.previousOwing, owing(1), 99)],
  [/^26: registration row \d+ owes an answer that nobody waits for$/, put((s) => s.registrations.owes, idle, 3)],
  [/^27: an interrupt of line 22 is pending, and its handlers are not told$/, interrupt('latched', OPEN, 1)],
  [/^27: an edge of line 22 came while it was masked, and it is open$/, bit('remembered', OPEN.line)],
  [/^28: line 22 is high and open, and does not interrupt$/, bit('levels', OPEN.line)],
  [
    /^29: registration row \d+ owes an answer, and its thread has ended$/,
    put(
      (s) => s.threads.state,
      (s) => s.registrations.thread[first(s)],
      TASK_STATE.ENDED,
    ),
  ],
];

describe('checks on interrupts', () => {
  it('all hold where answers are owed, a line is pending, and another open', () => {
    expect(invariantViolations(system.kernel)).toEqual([]);
    const { interrupts: t } = state;
    expect([t.owed[OWED.row], t.latched[PENDING.row], t.claimed[PENDING.row], t.claimed[OPEN.row]]).toEqual([
      3, 1, 1, 0,
    ]);
    expect(system.kernel.board.plic.gateway(PENDING.line).remembered).toBe(true);
  });

  it.each(DAMAGES.map(([sentence, damage]) => [String(sentence), sentence, damage] as const))(
    '%s',
    (_name, sentence, damage) => {
      const undo = damage(state);
      const found = invariantViolations(system.kernel);
      undo();
      expect(
        found.some((violation) => sentence.test(violation)),
        `found only: ${found.join('; ')}`,
      ).toBe(true);
      expect(invariantViolations(system.kernel)).toEqual([]);
    },
  );
});
