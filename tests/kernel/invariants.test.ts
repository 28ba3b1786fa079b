/** Every check of the invariants can fail: one number of the state is made wrong, and the right sentence comes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { KernelPanic, System } from '../../kernel/index.js';
import { invariantViolations } from '../../kernel/invariants/all.js';
import type { MutableState } from '../../kernel/state/state.js';
import { encode } from '../../machine/index.js';
import { MAP_OPTIONS, PROTECTION } from '../../syscalls/calls.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { SAME_RIGHTS } from '../../syscalls/rights.js';
import * as sys from '../../userland/script/calls.js';
import { type Script as CallScript, store } from '../../userland/script/script.js';
import { expectStatus, runScript, type Scene, spawn } from './booted.js';
import { CODE, callOf, imageOf, li, makeProcess, mapCode, SPIN } from './compiled.js';

const SOMEWHERE = 0x2000_0000;
const OPTIONS = PROTECTION.READ | PROTECTION.WRITE | MAP_OPTIONS.FIXED;

/** Rows of what `something` makes, in the order in which it does. */
const THREAD = { MAIN: 0, SLEEPER: 1, WAITER: 2, READY: 3, COMPILED: 4 } as const;
const PROCESS = { BOOT: 0, SECOND: 1 } as const;
const READY_LEVEL = 3;

/** A bit of everything, and then a thread that runs on. */
function* something(scene: Scene): CallScript {
  const { allocator, stackLow, vmar } = scene;
  yield* spawn(scene, 'sleeper', () => sys.thread_sleep(1e9), 20);
  yield* spawn(scene, 'waiter', () => sys.futex_wait(stackLow + 4096, 0, 0, 2e9), 20);
  yield* spawn(scene, 'ready', () => sys.thread_yield(), READY_LEVEL);
  yield* sys.allocator_create(allocator, 8 * PAGE_BYTES);
  const { vmo } = yield* sys.vmo_create(allocator, 2 * PAGE_BYTES, 0);
  yield* sys.handle_duplicate(vmo, SAME_RIGHTS);
  yield* sys.vmar_map(vmar, vmo, 0, 2 * PAGE_BYTES, OPTIONS, SOMEWHERE);
  yield* store(SOMEWHERE, Uint8Array.of(1));
  const made = yield* makeProcess(scene, allocator, 20);
  yield* sys.vmar_map(made.vmar, vmo, 0, 2 * PAGE_BYTES, OPTIONS, SOMEWHERE);
  const touch = [...li(8, SOMEWHERE), encode('sw', { rs1: 8, rs2: 0, imm: 0 })];
  yield* mapCode(scene, made.vmar, [...touch, ...callOf('thread_sleep', -1, 0x7fff_ffff)]);
  expectStatus((yield* sys.process_start(made.process, made.thread, CODE, 0, 0)).status, 'OK');
  for (;;) yield* sys.clock_get(0);
}

let system: System;
let state: MutableState;

beforeAll(() => {
  system = runScript(something, { maxInstructions: 500 }).system;
  // The kernel sees its state through types that cannot write; what stands behind them can.
  state = system.state as unknown as MutableState;
});

type Column = Int32Array | Float64Array;
/** Makes something wrong, and says how to make it right again. */
type Damage = (s: MutableState) => () => void;

const put =
  (
    column: (s: MutableState) => Column,
    index: number | ((s: MutableState) => number),
    value: (old: number) => number,
  ): Damage =>
  (s) => {
    const array = column(s);
    const at = typeof index === 'number' ? index : index(s);
    const old = array[at];
    array[at] = value(old);
    return () => {
      array[at] = old;
    };
  };

const field =
  (name: 'readyLevels' | 'deadlineCount', value: number): Damage =>
  (s) => {
    const old = s[name];
    s[name] = value;
    return () => {
      s[name] = old;
    };
  };

const to = (value: number) => (): number => value;
const more = (old: number): number => old + 1;
const last = (table: { used: number }): number => table.used - 1;

/** A frame of the object that both processes map, and of the boot process's stack. */
const pageFrame = (s: MutableState): number => s.vmos.firstFrame[s.mappings.vmo[lastMappingOf(s, PROCESS.SECOND)]];
/** The last mapping of a process: the two pages at SOMEWHERE, for the second. */
function lastMappingOf(s: MutableState, process: number): number {
  let at = s.vmars.firstMapping[s.processes.vmar[process]];
  while (s.mappings.next[at] >= 0) at = s.mappings.next[at];
  return at;
}
const data = (s: MutableState): number => lastMappingOf(s, PROCESS.SECOND);
const code = (s: MutableState): number => s.mappings.previous[data(s)];
const chainOf = (s: MutableState): number => s.futexHead.indexOf(THREAD.WAITER);

const DAMAGES: readonly (readonly [sentence: RegExp, damage: Damage])[] = [
  [/^48: thread row 3 in state 1 is not queued$/, put((s) => s.readyHead, READY_LEVEL, to(-1))],
  [/^48: thread row 2 in state 2 is not queued$/, put((s) => s.futexHead, chainOf, to(-1))],
  [/^48: the bit of level 3 is wrong$/, field('readyLevels', 0)],
  [/^48: the bit of level 31 is wrong$/, field('readyLevels', (1 << 31) | (1 << READY_LEVEL))],
  [/^48: the tail of level 3 is wrong$/, put((s) => s.readyTail, READY_LEVEL, to(-1))],
  [/^48: level 3 is not linked both ways at row 3$/, put((s) => s.threads.queuePrevious, THREAD.READY, to(0))],
  [/^48: thread row 3 does not belong in level 3$/, put((s) => s.threads.priority, THREAD.READY, to(4))],
  [
    /^48: thread row 2 is in level 3 and in futex chain \d+$/,
    put((s) => s.threads.queueNext, THREAD.READY, to(THREAD.WAITER)),
  ],
  [
    /^48: thread row 2 does not belong in futex chain/,
    put(
      (s) => s.threads.blockedKey,
      THREAD.WAITER,
      (old) => old + 4,
    ),
  ],
  [
    /^30: the thread that has the hart is not runnable$/,
    put((s) => s.threads.state, THREAD.MAIN, to(TASK_STATE.ENDED)),
  ],
  [
    /^16: thread row 1 has a deadline and does not wait$/,
    put((s) => s.threads.state, THREAD.SLEEPER, to(TASK_STATE.RUNNABLE)),
  ],
  [/^16: thread row 1 does not know its place/, put((s) => s.threads.deadlineSlot, THREAD.SLEEPER, to(1))],
  [/^16: deadline of thread row 2 is before that of its parent$/, put((s) => s.threads.deadline, THREAD.WAITER, to(0))],
  [/^16: 2 have a deadline, the heap has 1$/, field('deadlineCount', 1)],
  [/^process row 0 counts its threads wrong$/, put((s) => s.processes.liveThreads, PROCESS.BOOT, more)],
  [/^process row 1 counts its threads wrong$/, put((s) => s.processes.startedThreads, PROCESS.SECOND, more)],
  [/^process row 0 counts its handles wrong$/, put((s) => s.processes.handleCount, PROCESS.BOOT, more)],
  [/^process row 1 in state 0 has 1 threads/, put((s) => s.processes.state, PROCESS.SECOND, to(TASK_STATE.NEW))],
  [/^thread row 4 is in the list of process row 1$/, put((s) => s.threads.process, THREAD.COMPILED, to(PROCESS.BOOT))],
  [/^36: allocator row 0 has \d+ charged, the sum is \d+$/, put((s) => s.allocators.charged, 0, more)],
  ...(['pageFrames', 'tableFrames', 'saveAreaFrames'] as const).map(
    (column) =>
      [
        new RegExp(`^36: allocator row 0 counts \\d+ ${column}, there are \\d+$`),
        put((s) => s.allocators[column], 0, more),
      ] as const,
  ),
  [/^36: allocator row 0 counts \d+ pageFrames, there are \d+$/, put((s) => s.frames.use, pageFrame, to(2))],
  [/^36: the quotas under allocator row 0 do not add up$/, put((s) => s.allocators.childrenQuota, 0, more)],
  [/^36: allocator row 0 counts its children wrong$/, put((s) => s.allocators.children, 0, more)],
  [/^36: allocator row 0 is beyond its quota$/, put((s) => s.allocators.quota, 0, to(4096))],
  [/^36: the peak of allocator row 0 is below its use$/, put((s) => s.allocators.peak, 0, to(4096))],
  [/^21: handle row 2 is not found by its number$/, put((s) => s.handles.value, 2, to(9999))],
  [/^49: handle row 3 was derived from a handle that is gone$/, put((s) => s.handles.parent, 3, to(9999))],
  ...(['processes', 'threads', 'allocators', 'vmos', 'vmars'] as const).map(
    (table) => [/^21: \w+ row 0 counts \d+ handles, there are \d+$/, put((s) => s[table].references, 0, more)] as const,
  ),
  [/^36: frame \d+ is not found in its object$/, put((s) => s.frames.owner, pageFrame, more)],
  [/^36: frame \d+ is not found in its object$/, put((s) => s.frames.page, pageFrame, more)],
  [
    /^36: frame \d+ lies outside its object$/,
    put(
      (s) => s.vmos.pages,
      (s) => s.mappings.vmo[data(s)],
      to(0),
    ),
  ],
  [/^36: save area \d+ is nobody's$/, put((s) => s.threads.saveArea, THREAD.READY, more)],
  [/^36: memory object row \d+ counts its frames wrong$/, put((s) => s.vmos.resident, 0, more)],
  [/^mapping row \d+ overlaps the one before it$/, put((s) => s.mappings.page, data, to(0))],
  [/^mapping row \d+ lies outside its object$/, put((s) => s.mappings.vmoPage, data, more)],
  [/^mapping row \d+ lies outside its object$/, put((s) => s.mappings.pages, data, to(0))],
  [/^45: mapping row \d+ allows more than its handle did$/, put((s) => s.mappings.allowed, data, to(PROTECTION.READ))],
  [/^address region row 1 counts its mappings wrong$/, put((s) => s.vmars.mappingCount, 1, more)],
  [/^1 mappings are in no address region$/, put((s) => s.mappings.next, code, to(-1))],
  [/^memory object row \d+ counts its mappings wrong$/, put((s) => s.vmos.mappings, 0, more)],
  [/^page 131072 of process row 1 is in the page table and not mapped$/, put((s) => s.mappings.page, data, more)],
  [/^page 131072 of process row 1 shows another frame$/, put((s) => s.mappings.vmoPage, data, more)],
  [/^page 131072 of process row 1 can be written$/, put((s) => s.mappings.protection, data, to(PROTECTION.READ))],
  [/^page 16 of process row 1 can be executed$/, put((s) => s.mappings.protection, code, to(PROTECTION.READ))],
  [
    /^21: handle row \d+ is not found/,
    put(
      (s) => s.handleChain,
      (s) => s.handleChain.findIndex((row) => row >= 0),
      to(-1),
    ),
  ],
];

describe('invariants', () => {
  it('all hold of a system that has a bit of everything', () => {
    expect(invariantViolations(system.kernel)).toEqual([]);
    expect(last(state.threads)).toBe(THREAD.COMPILED);
    expect(state.deadlineCount).toBe(2);
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

  it('a frame that is in a page table and not known to be is found', () => {
    const { shownFrames } = system.kernel;
    const before = shownFrames.slice();
    shownFrames.fill(0);
    const found = invariantViolations(system.kernel);
    shownFrames.set(before);
    expect(found).toContain(
      'page 131072 of process row 1 is in the page table, and its frame is taken for one that is in none',
    );
    expect(invariantViolations(system.kernel)).toEqual([]);
  });

  it('a system that goes back knows of each frame that is in a page table again, whatever became of it meanwhile', () => {
    const going = System.boot({ name: 'test', image: imageOf([SPIN]) });
    going.run(100);
    const snapshot = going.snapshot();
    // As if all frames had been taken anew, and been in no page table since.
    going.kernel.shownFrames.fill(0);
    expect(invariantViolations(going.kernel).length).toBeGreaterThan(0);
    going.restore(snapshot);
    expect(invariantViolations(going.kernel)).toEqual([]);
  });

  it('a check that fails throws a panic with the sentence, the step, and the last records', () => {
    const undo = put((s) => s.allocators.charged, 0, more)(state);
    let panic: unknown;
    try {
      system.check();
    } catch (error) {
      panic = error;
    }
    undo();
    expect(panic).toBeInstanceOf(KernelPanic);
    const lines = (panic as KernelPanic).message.split('\n');
    expect(lines[0]).toMatch(/^36: allocator row 0/);
    expect(lines.some((line) => /^step \d+ at \d+ ns of test, quantum 50000; last records:$/.test(line))).toBe(true);
    expect(lines.at(-1)).toMatch(/^ {2}\d+ @\d+ #5 call /);
    system.check();
  });

  it('42: state that was changed beside the journal is found, and where', () => {
    for (const [damage, sentence] of [
      [put((s) => s.threads.timeUsed, THREAD.READY, more), 'threads[3].timeUsed: 1, 0'],
      [put((s) => s.processes.name0, PROCESS.SECOND, to(65)), 'processes[1].name0: 65, 0'],
      [put((s) => s.readyTail, 31, to(7)), 'readyTail[31]: 7, -1'],
    ] as const) {
      const undo = damage(state);
      const difference = system.kernel.journal.foldDifference();
      undo();
      expect(difference).toBe(sentence);
    }
    expect(system.kernel.journal.foldDifference()).toBeUndefined();
  });
});
