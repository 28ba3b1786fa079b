/** What a message carries beside its bytes, handles and a reply, while it lies in a pool: given to who takes it, or closed. */
import { STATUS } from '../../syscalls/errors.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { ALL_RIGHTS } from '../../syscalls/rights.js';
import { closeHandle, nextHandleValue, openHandle, roomForHandles } from '../handles.js';
import type { Kernel } from '../kernel.js';
import { handleReceived, packetEmptied } from '../transitions/channels.js';

/** Can a process have what a packet carries? OK, or what stands against it. */
export function roomForCarried(k: Kernel, process: number, packet: number): number {
  const { packets, handles } = k.state;
  let count = packets.reply[packet] >= 0 ? 1 : 0;
  for (let row = packets.firstHandle[packet]; row >= 0; row = handles.nextInProcess[row]) count++;
  return count === 0 ? STATUS.OK : roomForHandles(k, process, count, -1, 0, packets.reply[packet] >= 0 ? 1 : 0);
}

/**
 * Gives a process the handles of a packet through `put`, by their places; 0 where one was revoked meanwhile. Returns the handle
 * of its reply, 0 for none.
 */
export function giveCarried(
  k: Kernel,
  process: number,
  packet: number,
  put: (place: number, handle: number) => void,
): number {
  const { packets, handles } = k.state;
  for (let place = 0; place < packets.handles[packet]; place++) put(place, 0);
  for (let row = packets.firstHandle[packet]; row >= 0; row = packets.firstHandle[packet]) {
    const place = handles.value[row];
    const value = nextHandleValue(k, process);
    const payer = handles.payer[row];
    k.journal.commit(handleReceived, row, process, value);
    // It may have paid for nothing else any more.
    if (k.state.allocators.references[payer] === 0) k.mayBeUnused('allocator', payer);
    put(place, value);
  }
  const reply = packets.reply[packet];
  if (reply < 0) return 0;
  const handle = openHandle(k, process, OBJECT_TYPE.reply, reply, ALL_RIGHTS);
  k.journal.commit(packetEmptied, packet);
  return handle;
}

/** Closes what a packet carries: nobody will take it. */
export function closeCarried(k: Kernel, packet: number): void {
  const { packets, replies } = k.state;
  for (let row = packets.firstHandle[packet]; row >= 0; row = packets.firstHandle[packet]) closeHandle(k, row);
  const reply = packets.reply[packet];
  if (reply < 0) return;
  k.journal.commit(packetEmptied, packet);
  if (replies.references[reply] === 0) k.mayBeUnused('reply', reply);
}
