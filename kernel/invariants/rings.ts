/** Rings: pools know them, and nobody waits for completions that are there. */
import { BLOCKED_ON, TASK_STATE } from '../../syscalls/layouts.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { isCorrupt } from '../events/shared-pool.js';
import type { Kernel } from '../kernel.js';
import { QUEUE } from '../state/tables.js';
import { type Report, rows } from './report.js';

export function checkRings(k: Kernel, report: Report): void {
  const { rings, pools, sources, registrations: r, threads } = k.state;
  const listed = new Set<number>();
  for (const pool of rows(pools)) {
    let previous = -1;
    let count = 0;
    for (let ring = pools.firstRing[pool]; ring >= 0 && !listed.has(ring); ring = rings.nextOfPool[ring]) {
      listed.add(ring);
      report(rings.pool[ring] === pool, () => `ring row ${ring} is in the list of pool row ${pool}`);
      report(
        rings.previousOfPool[ring] === previous,
        () => `pool row ${pool} is not linked both ways at ring row ${ring}`,
      );
      previous = ring;
      count++;
    }
    report(pools.ringCount[pool] === count, () => `pool row ${pool} counts its rings wrong`);
  }
  for (const ring of rows(rings)) {
    const pool = rings.pool[ring];
    const source = rings.waiters[ring];
    report(listed.has(ring), () => `ring row ${ring} is unknown to pool row ${pool}`);
    report(
      sources.type[source] === OBJECT_TYPE.ring &&
        sources.object[source] === ring &&
        sources.name[source] === QUEUE.COMPLETIONS,
      () => `the waiters of ring row ${ring} wait for something else`,
    );
    for (let row = sources.head[source]; row >= 0; row = r.next[row]) {
      const thread = r.thread[row];
      report(
        thread >= 0 && threads.state[thread] === TASK_STATE.BLOCKED && threads.blockedOn[thread] === BLOCKED_ON.RING,
        () => `registration row ${row} waits at ring row ${ring} for nobody`,
      );
      report(
        isCorrupt(k, pool) || threads.wait0[thread] > pools.packets[pool],
        () => `thread row ${thread} waits for completions that are there`,
      );
    }
  }
}
