/** 2 to 18: sources, registrations and pools are what their lists say, and every promise can be kept. */
import { TASK_STATE } from '../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { POOL_KIND } from '../../syscalls/options.js';
import type { Kernel } from '../kernel.js';
import { promisedPackets, REMOVED, registrationBucket } from '../state/sources.js';
import { isLive } from '../state/table.js';
import { REGISTRATION_STATE, ROLE } from '../state/tables.js';
import { type Report, rows } from './report.js';

/** Every source lists exactly those who listen there, once, linked both ways; who waits is blocked, who is not does not. */
export function checkSources(k: Kernel, report: Report): void {
  const { sources, registrations: r, threads } = k.state;
  const listed = new Map<number, number>();
  for (const source of rows(sources)) {
    let previous = -1;
    let length = 0;
    for (let row = sources.head[source]; row >= 0; row = r.next[row]) {
      report(!listed.has(row), () => `12: registration row ${row} is in two queues, or twice in one`);
      if (listed.has(row)) break;
      listed.set(row, source);
      report(
        isLive(r, row) && r.source[row] === source && r.state[row] === REGISTRATION_STATE.LISTENING,
        () => `14: registration row ${row} does not belong in the list of source row ${source}`,
      );
      report(r.previous[row] === previous, () => `12: source row ${source} is not linked both ways at row ${row}`);
      previous = row;
      length++;
    }
    report(sources.tail[source] === previous, () => `12: the tail of source row ${source} is wrong`);
    report(sources.length[source] === length, () => `12: source row ${source} counts its listeners wrong`);
  }
  const parked = new Map<number, number>();
  for (const row of rows(r)) {
    const state = r.state[row];
    if (state === REGISTRATION_STATE.PARKED) parked.set(r.source[row], (parked.get(r.source[row]) ?? 0) + 1);
    report(
      (state === REGISTRATION_STATE.LISTENING) === listed.has(row),
      () => `14: registration row ${row} is in state ${state} and ${listed.has(row) ? '' : 'not '}in a list`,
    );
    const thread = r.thread[row];
    if (thread < 0) continue;
    report(
      state !== REGISTRATION_STATE.LISTENING || threads.state[thread] === TASK_STATE.BLOCKED,
      () => `16: thread row ${thread} waits in a queue and is not blocked`,
    );
  }
  for (const source of rows(sources)) {
    report(
      sources.parked[source] === (parked.get(source) ?? 0),
      () => `14: source row ${source} counts those that are parked wrong`,
    );
  }
}

/** A pool's packets are in order and its room is what it uses, has promised and has left; every registration has its slots. */
export function checkPools(k: Kernel, report: Report): void {
  const { pools, packets, registrations: r, vmos } = k.state;
  let promisedRows = 0;
  for (const pool of rows(pools)) {
    const unread = new Map<number, number>();
    const lastSeq = new Map<number, number>();
    let used = 0;
    let taken = 0;
    let unit = pools.head[pool];
    let previous = -1;
    for (let row = pools.firstPacket[pool]; row >= 0; row = packets.next[row]) {
      report(packets.pool[row] === pool, () => `packet row ${row} is in the list of pool row ${pool}`);
      report(packets.previous[row] === previous, () => `pool row ${pool} is not linked both ways at packet row ${row}`);
      report((packets.unit[row] | 0) === (unit | 0), () => `packet row ${row} does not lie behind the one before it`);
      used += packets.units[row];
      unit += packets.units[row];
      previous = row;
      const registration = packets.registration[row];
      if (registration === REMOVED) continue;
      const run = packets.run[row];
      taken += run;
      report(
        run > 0 && (run === 1 || (registration < 0 && packets.units[row] === run)),
        () => `packet row ${row} stands for ${run} packets in ${packets.units[row]} units`,
      );
      if (registration < 0) continue;
      unread.set(registration, (unread.get(registration) ?? 0) + 1);
      report(
        // Equal where one step had several events.
        packets.firstSeq[row] >= (lastSeq.get(registration) ?? 0) && packets.firstSeq[row] <= packets.lastSeq[row],
        () => `4: the packets of registration row ${registration} do not follow each other`,
      );
      lastSeq.set(registration, packets.lastSeq[row]);
    }
    report(pools.lastPacket[pool] === previous, () => `the last packet of pool row ${pool} is wrong`);
    report((pools.tail[pool] | 0) === (unit | 0), () => `the tail of pool row ${pool} is wrong`);
    report(
      pools.usedUnits[pool] === used,
      () => `2: pool row ${pool} uses ${used} units, not ${pools.usedUnits[pool]}`,
    );
    report(pools.packets[pool] === taken, () => `pool row ${pool} counts its packets wrong`);
    let reserved = 0;
    let count = 0;
    for (let row = pools.firstRegistration[pool]; row >= 0; row = r.nextOfListener[row]) {
      count++;
      const promised = promisedPackets(k.state, row);
      reserved += promised * r.units[row];
      promisedRows += promised;
      report(r.pool[row] === pool, () => `registration row ${row} is in the list of pool row ${pool}`);
      report(
        r.unread[row] === (unread.get(row) ?? 0),
        () => `3: registration row ${row} counts ${r.unread[row]} packets, there are ${unread.get(row) ?? 0}`,
      );
      report(
        r.role[row] !== ROLE.LISTEN || r.unread[row] <= r.slots[row],
        () => `6: registration row ${row} has more packets than slots`,
      );
      report(
        r.state[row] !== REGISTRATION_STATE.ENDED || r.unread[row] > 0 || r.owes[row] !== 0,
        () => `10: registration row ${row} has ended and is still there`,
      );
      let found = k.state.registrationChain[registrationBucket(r.number[row])];
      while (found >= 0 && found !== row) found = r.hashNext[found];
      report(found === row, () => `15: registration row ${row} is not found by its number`);
    }
    report(pools.registrations[pool] === count, () => `pool row ${pool} counts its registrations wrong`);
    report(
      pools.reserved[pool] === reserved,
      () => `2: pool row ${pool} has promised ${reserved}, not ${pools.reserved[pool]}`,
    );
    report(used + reserved <= pools.units[pool], () => `2: pool row ${pool} has promised more than it has`);
    const wanted = pools.kind[pool] === POOL_KIND.FIXED ? vmos.pages[pools.vmo[pool]] : undefined;
    report(
      wanted === undefined || vmos.resident[pools.vmo[pool]] === wanted,
      () => `5: the memory of pool row ${pool} changed: ${vmos.resident[pools.vmo[pool]] * PAGE_BYTES} bytes`,
    );
  }
  report(
    k.state.promisedPackets === promisedRows,
    () => `2: ${promisedRows} packets are promised, not ${k.state.promisedPackets}`,
  );
  report(
    packets.live + promisedRows <= packets.limit,
    () => '2: more packets are promised than the table of packets holds',
  );
}
