/** 36: accounting. */
import { PAGE_BYTES } from '../../syscalls/limits.js';
import type { Kernel } from '../kernel.js';
import { COST } from '../limits.js';
import { type Report, rows } from './report.js';

/** Tables whose rows name the allocator that pays for them. */
const COST_OF = {
  pools: COST.pool,
  channels: COST.channel,
  messages: COST.message,
  replies: COST.reply,
  locks: COST.lock,
  timers: COST.timer,
  interrupts: COST.interrupt,
  topics: COST.topic,
  jobs: COST.job,
  rings: COST.ring,
  tokens: COST.token,
} as const;
const PAID = Object.keys(COST_OF) as (keyof typeof COST_OF)[];

/** 36: what is charged to an allocator is the sum of what is there; quotas add up. */
export function checkCharges(k: Kernel, report: Report): void {
  const { allocators, processes, threads, handles, vmos, vmars, mappings, frames } = k.state;
  const charged = new Map<number, number>();
  const childrenQuota = new Map<number, number>();
  const children = new Map<number, number>();
  const add = (map: Map<number, number>, row: number, amount: number): void => {
    map.set(row, (map.get(row) ?? 0) + amount);
  };
  for (const row of rows(processes)) add(charged, processes.allocator[row], COST.process);
  for (const row of rows(threads)) {
    add(charged, processes.allocator[threads.process[row]], COST.thread);
    if (threads.grantOf[row] !== 0) add(charged, threads.grantOf[row] - 1, threads.grant[row]);
  }
  for (const row of rows(handles)) {
    const process = handles.process[row];
    add(charged, process < 0 ? handles.payer[row] : processes.allocator[process], COST.handle);
  }
  for (const row of rows(vmos)) add(charged, vmos.allocator[row], COST.vmo);
  for (const row of rows(k.state.shares)) add(charged, vmos.allocator[k.state.shares.vmo[row]], COST.share);
  for (const row of rows(vmars))
    if (vmars.process[row] >= 0) add(charged, processes.allocator[vmars.process[row]], COST.vmar);
  for (const row of rows(mappings)) add(charged, processes.allocator[vmars.process[mappings.vmar[row]]], COST.mapping);
  for (const name of PAID) {
    const table = k.state[name];
    for (const row of rows(table)) add(charged, table.allocator[row], COST_OF[name]);
  }
  const { registrations: r, pools } = k.state;
  for (const row of rows(r)) {
    if (r.pool[row] >= 0) add(charged, pools.allocator[r.pool[row]], COST.registration);
    else if (threads.waiter[r.thread[row]] !== row)
      add(charged, processes.allocator[threads.process[r.thread[row]]], COST.registration);
  }
  for (const row of rows(frames)) add(charged, frames.allocator[row], PAGE_BYTES);
  for (const row of rows(allocators)) {
    const parent = allocators.parent[row];
    if (parent < 0) continue;
    add(charged, parent, COST.allocator);
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
}
