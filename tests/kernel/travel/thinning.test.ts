/** Snapshots are kept within a budget: many near where one is, fewer farther away, and the first one always. */
import { describe, expect, it } from 'vitest';
import { System, Timeline } from '../../../kernel/index.js';
import { momentOf } from '../../../kernel/travel/moment.js';
import { type Kept, Snapshots, workOf } from '../../../kernel/travel/snapshots.js';
import { parseElf } from '../../../machine/index.js';
import { LOOPS, TALKS_FOR_EVER } from '../../tools/guest-programs.js';

const STEP = 1000;
const COUNT = 400;

/** Snapshots of a run, one every so many instructions. */
function runOf(count: number): Kept[] {
  const system = System.boot({ name: 'talk', image: parseElf(TALKS_FOR_EVER), memoryBytes: 1 << 20 });
  return Array.from({ length: count }, () => {
    const kept = {
      moment: momentOf(system),
      snapshot: system.snapshot(),
      position: 0,
      work: workOf(system.executed, system.records),
    };
    system.run(STEP);
    return kept;
  });
}

describe('snapshots', () => {
  const run = runOf(COUNT);
  const [first] = run;
  const bytesOf = (kept: readonly Kept[]) => new Snapshots(Number.POSITIVE_INFINITY, kept).bytes;
  const one = bytesOf([first]);
  const budget = 21 * one;

  it('take no more bytes than the budget has, and the first stays', () => {
    const snapshots = new Snapshots(budget, [first]);
    for (const kept of run) {
      snapshots.add(kept, kept.work);
      expect(snapshots.bytes).toBeLessThanOrEqual(budget);
      expect(snapshots.all[0].moment).toEqual(first.moment);
    }
    expect(snapshots.count).toBeGreaterThan(10);
    expect(snapshots.count).toBeLessThan(COUNT);
    expect(snapshots.bytes).toBe(bytesOf(snapshots.all));
  });

  it('are many near the cursor and few far away, wherever it is', () => {
    const snapshots = new Snapshots(budget, [first]);
    for (const kept of run) snapshots.add(kept, kept.work);
    const end = run[COUNT - 1].work;
    const gaps = snapshots.all.slice(1).map(({ work }, i) => work - snapshots.all[i].work);
    const nearest = gaps.slice(-4).reduce((sum, gap) => sum + gap);
    expect(nearest).toBeLessThan(end / 20);
    expect(Math.max(...gaps)).toBeLessThan(end * 0.75);
    // Going back to the middle: what is added there pushes out what is near the end.
    const middle = run[COUNT / 2];
    for (let i = COUNT / 2 - 20; i < COUNT / 2; i++) snapshots.add(run[i], middle.work);
    const near = (work: number) => snapshots.all.filter((kept) => Math.abs(kept.work - work) < end / 40).length;
    expect(near(middle.work)).toBeGreaterThan(near(end) * 2);
    expect(snapshots.bytes).toBeLessThanOrEqual(budget);
  });

  it('of one moment are one', () => {
    const snapshots = new Snapshots(budget, [first]);
    snapshots.add(run[3], 0);
    snapshots.add({ ...run[3] }, 0);
    expect(snapshots.count).toBe(2);
  });

  it('are found by moment and by instruction', () => {
    const snapshots = new Snapshots(Number.POSITIVE_INFINITY, run.slice(0, 10));
    const { moment } = run[4];
    expect(snapshots.nearest(moment)).toMatchObject({ moment });
    expect(snapshots.nearest({ ...moment, instruction: moment.instruction + 1 })).toMatchObject({ moment });
    expect(snapshots.before(moment)).toMatchObject({ moment: run[3].moment });
    expect(snapshots.before(first.moment)).toBeUndefined();
    expect(snapshots.nearest({ seq: 0, instruction: 0 })).toMatchObject({ moment: first.moment });
    snapshots.keepLastAfter(moment);
    expect(snapshots.all.map((kept) => kept.moment)).toEqual([0, 1, 2, 3, 4, 9].map((i) => run[i].moment));
    snapshots.dropAfter(moment);
    expect(snapshots.count).toBe(5);
    expect(snapshots.bytes).toBe(bytesOf(run.slice(0, 5)));
  });

  it('of a long run stay within the budget, and one comes back to its beginning', () => {
    const small = 30 * one;
    const options = { name: 'loop', image: parseElf(LOOPS), memoryBytes: 1 << 20, quantum: 1000 };
    const timeline = Timeline.boot(options, { budget: small, interval: 20_000 });
    const { beginning } = timeline;
    timeline.run(6_000_000);
    expect(timeline.memory.bytes).toBeLessThanOrEqual(small);
    expect(timeline.memory.snapshots).toBeGreaterThan(10);
    for (const instruction of [5_999_999, 3_000_001, 17, 1_234_567, 4_000_000]) {
      timeline.goToInstruction(instruction);
      expect(timeline.now.instruction).toBe(instruction);
      expect(timeline.memory.bytes).toBeLessThanOrEqual(small);
    }
    timeline.goTo(beginning);
    expect(timeline.now).toEqual(beginning);
  });
});
