/** The end of a step: what deliveries caused, then the objects that went out of use, until nothing is left to do. */

import { SOURCE } from '../syscalls/options.js';
import { meet } from './channels/meet.js';
import { fire, tell } from './events/broadcast.js';
import { Event } from './events/event.js';
import { settleFaults } from './faults/phases.js';
import { deliverPending } from './interrupts/interrupt.js';
import type { Kernel } from './kernel.js';
import { tellOfDelivery } from './shortage/deliveries.js';
import { poolFellShort } from './shortage/parked.js';
import { settleMemory } from './shortage/shortage.js';
import { registrationBucket, visibleSeq } from './state/sources.js';
import { ROOT_PATH } from './state/state.js';
import { REGISTRATION_STATE } from './state/tables.js';
import { removeUnused } from './tasks/lifetime.js';
import { WORK, type WorkHandler } from './work.js';

const HANDLERS: WorkHandler[] = [];

HANDLERS[WORK.RECEIVED] = (k, pool) => {
  const { pools, packets } = k.state;
  // It may have been emptied, or be gone, by what ran before.
  if (pools.packets[pool] > 0 && packets.live > 0) fire(k, pools.received[pool], 0, pools.packets[pool]);
};
HANDLERS[WORK.MEET] = meet;
HANDLERS[WORK.INTERRUPT] = deliverPending;
HANDLERS[WORK.PARKED] = poolFellShort;
HANDLERS[WORK.SHORT] = tellOfDelivery;

const late = new Event();

/** Who began to listen to something that has happened already hears it at once. */
HANDLERS[WORK.LATE_LISTENER] = (k, number) => {
  const { registrations: r, registrationChain, sources: t } = k.state;
  let row = registrationChain[registrationBucket(number)];
  while (row >= 0 && r.number[row] !== number) row = r.hashNext[row];
  if (row < 0 || r.state[row] !== REGISTRATION_STATE.LISTENING) return;
  const source = r.source[row];
  // In a ring a pool may have been filled before: who listens now has heard of that in this step already.
  if (t.name[source] === SOURCE.RECEIVED && t.lastSeq[source] === visibleSeq(k.state)) return;
  late.set(
    t.name[source],
    t.status[source],
    t.data0[source],
    t.data1[source],
    t.data2[source],
    t.data3[source],
    t.data4[source],
  );
  tell(k, row, late);
};

/** Quotas changed since they were looked at last. While the machine is out of frames nobody is granted anything. */
function hasMemoryToSettle(k: Kernel): boolean {
  return k.memorySettled !== k.state.memoryChanges && k.state.rootPath === ROOT_PATH.NO;
}

export function finishWork(k: Kernel): void {
  do {
    while (!k.work.isEmpty || !k.doubtful.isEmpty || hasMemoryToSettle(k)) {
      k.work.run(k, HANDLERS);
      if (!k.doubtful.isEmpty) removeUnused(k);
      else if (hasMemoryToSettle(k)) settleMemory(k);
    }
  } while (k.state.firstFaulted >= 0 && settleFaults(k));
}
