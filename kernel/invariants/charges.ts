/** 36: accounting. */
import type { Kernel } from '../kernel.js';
import { eachCharge } from '../memory/charges.js';
import { FRAME_USE } from '../state/state.js';
import { type Report, rows } from './report.js';

/** The columns that count frames by what they are used for. */
const FRAME_COUNTS = [
  [[FRAME_USE.PAGE, FRAME_USE.JOURNAL], 'pageFrames'],
  [[FRAME_USE.PAGE_TABLE], 'tableFrames'],
  [[FRAME_USE.SAVE_AREA], 'saveAreaFrames'],
] as const;

/** 36: what is charged to an allocator is the sum of what is there; quotas add up. */
export function checkCharges(k: Kernel, report: Report): void {
  const { allocators } = k.state;
  const charged = new Map<number, number>();
  const childrenQuota = new Map<number, number>();
  const children = new Map<number, number>();
  const add = (map: Map<number, number>, row: number, amount: number): void => {
    map.set(row, (map.get(row) ?? 0) + amount);
  };
  eachCharge(k.state, (allocator, _kind, bytes) => add(charged, allocator, bytes));
  for (const row of rows(allocators)) {
    const parent = allocators.parent[row];
    if (parent < 0) continue;
    add(childrenQuota, parent, allocators.quota[row]);
    add(children, parent, 1);
  }
  for (const row of rows(allocators)) {
    const { charged: used, childrenQuota: lent, quota, peak } = allocators;
    report(
      used[row] === (charged.get(row) ?? 0),
      () => `36: allocator row ${row} has ${used[row]} charged, the sum is ${charged.get(row) ?? 0}`,
    );
    report(
      lent[row] === (childrenQuota.get(row) ?? 0),
      () => `36: the quotas under allocator row ${row} do not add up`,
    );
    report(
      allocators.children[row] === (children.get(row) ?? 0),
      () => `36: allocator row ${row} counts its children wrong`,
    );
    report(used[row] + lent[row] <= quota[row], () => `36: allocator row ${row} is beyond its quota`);
    report(used[row] <= peak[row], () => `36: the peak of allocator row ${row} is below its use`);
  }
  checkFrameCounts(k, report);
}

/** 36: each allocator's counts of its frames by use. */
function checkFrameCounts(k: Kernel, report: Report): void {
  const { allocators, frames } = k.state;
  const counts = new Map<string, number>();
  for (const frame of rows(frames)) {
    const key = `${frames.allocator[frame]} ${frames.use[frame]}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const row of rows(allocators)) {
    for (const [uses, column] of FRAME_COUNTS) {
      const there = uses.reduce((sum, use) => sum + (counts.get(`${row} ${use}`) ?? 0), 0);
      report(
        allocators[column][row] === there,
        () => `36: allocator row ${row} counts ${allocators[column][row]} ${column}, there are ${there}`,
      );
    }
  }
}
