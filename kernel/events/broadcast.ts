/**
 * Broadcast: every listener hears an event, in the order in which they began to listen. Who begins during a delivery does not
 * hear it.
 */
import { STATUS } from '../../syscalls/errors.js';
import { LISTEN, PACKET } from '../../syscalls/options.js';
import type { Kernel } from '../kernel.js';
import { isLive } from '../state/table.js';
import { REGISTRATION_STATE } from '../state/tables.js';
import { unblock } from '../tasks/waiting.js';
import { registrationEnded, sourceFired } from '../transitions/events.js';
import { deliverToPool, wakeWithEvent } from './deliver.js';
import { Event } from './event.js';

const event = new Event();

/** Fires a source: all that listen now are told. */
export function fire(
  k: Kernel,
  source: number,
  status: number,
  data0 = 0,
  data1 = 0,
  data2 = 0,
  data3 = 0,
  data4 = 0,
): void {
  const { sources } = k.state;
  k.journal.commit(sourceFired, source, status, data0, data1, data2, data3, data4);
  if (sources.head[source] < 0) return;
  event.set(sources.name[source], status, data0, data1, data2, data3, data4);
  eachListener(k, source, tellEvent, 0);
}

function tellEvent(k: Kernel, row: number): void {
  tell(k, row, event);
}

/** Visits all who listen now, in their order; a visit may end the registration. `subject` is for who visits. */
export function eachListener(
  k: Kernel,
  source: number,
  visit: (k: Kernel, row: number, subject: number) => void,
  subject: number,
): void {
  const { sources, registrations: r } = k.state;
  let left = sources.length[source];
  for (let row = sources.head[source]; row >= 0 && left > 0; ) {
    const thread = r.thread[row];
    let next = r.next[row];
    left--;
    // A thread that waits here more than once leaves with all its registrations, which stand together.
    while (thread >= 0 && next >= 0 && r.thread[next] === thread) {
      next = r.next[next];
      left--;
    }
    visit(k, row, subject);
    row = next;
  }
}

/** Tells one listener of an event. */
export function tell(k: Kernel, row: number, what: Event): void {
  const { registrations } = k.state;
  if (registrations.thread[row] >= 0) wakeWithEvent(k, row, what);
  else deliverToPool(k, row, what, (registrations.options[row] & LISTEN.PERSISTENT) !== 0);
}

/** The object of a source goes away: waits end, pools get a last packet, registrations end. */
export function closeSource(k: Kernel, source: number): void {
  const { sources, registrations: r } = k.state;
  for (let row = sources.head[source]; row >= 0; row = sources.head[source]) {
    if (r.thread[row] >= 0) unblock(k, r.thread[row], STATUS.CANCELED);
    else {
      event.set(sources.name[source], STATUS.CANCELED);
      deliverToPool(k, row, event, false, PACKET.LAST | PACKET.ERROR);
    }
  }
  endParked(k, source);
}

/** Registrations that wait outside a queue for room in their pools end with it; there is no room for a word about it. */
export function endParked(k: Kernel, source: number): void {
  const { sources, registrations: r } = k.state;
  for (let row = 0; sources.parked[source] > 0 && row < r.used; row++) {
    if (isLive(r, row) && r.source[row] === source && r.state[row] === REGISTRATION_STATE.PARKED)
      k.journal.commit(registrationEnded, row);
  }
}
