/** What can be seen of an object from outside: who stands at its queues and listens to its sources, and what a pool holds. */
import { unitAddress } from '../../kernel/events/pool-memory.js';
import type { Kernel } from '../../kernel/kernel.js';
import { isLive } from '../../kernel/state/table.js';
import { QUEUE } from '../../kernel/state/tables.js';
import { LAYOUTS, layoutBytes } from '../../syscalls/layouts.js';
import { SOURCE } from '../../syscalls/options.js';
import { unpacked } from './structures.js';

/** Names of queues and sources. */
export type QueueName = Lowercase<keyof typeof QUEUE | keyof typeof SOURCE>;

const NAMES = new Map<number, QueueName>(
  [...Object.entries(QUEUE), ...Object.entries(SOURCE)].map(([name, value]) => [
    value,
    name.toLowerCase() as QueueName,
  ]),
);

/** Koids of the threads and pools at every source of an object, each list in its order; without those at which nobody stands. */
export function queuesOf({ state }: Kernel, type: number, row: number): Partial<Record<QueueName, number[]>> {
  const { sources, registrations, threads, pools } = state;
  const found: Partial<Record<QueueName, number[]>> = {};
  for (let source = 0; source < sources.used; source++) {
    const name = NAMES.get(sources.name[source]);
    if (!isLive(sources, source) || name === undefined) continue;
    if (sources.type[source] !== type || sources.object[source] !== row) continue;
    const listeners: number[] = [];
    for (let at = sources.head[source]; at >= 0; at = registrations.next[at]) {
      const thread = registrations.thread[at];
      listeners.push(thread >= 0 ? threads.koid[thread] : pools.koid[registrations.pool[at]]);
    }
    if (listeners.length > 0) found[name] = listeners;
  }
  return found;
}

const REMOVED = -2;

/** The packets of a pool that can be taken, oldest first. */
export function packetsOf(k: Kernel, pool: number): Record<string, number>[] {
  const { pools, packets } = k.state;
  const found: Record<string, number>[] = [];
  const bytes = layoutBytes(LAYOUTS.packet);
  for (let at = pools.firstPacket[pool]; at >= 0; at = packets.next[at]) {
    if (packets.registration[at] === REMOVED) continue;
    const from = unitAddress(k, pool, packets.unit[at]) - k.memory.base;
    found.push(unpacked('packet', k.memory.u8.slice(from, from + bytes)));
  }
  return found;
}
