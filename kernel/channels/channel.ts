/** Channels: pairs of endpoints, made together, gone one by one. */
import { STATUS } from '../../syscalls/errors.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { PACKET } from '../../syscalls/options.js';
import { endParked } from '../events/broadcast.js';
import type { Kernel } from '../kernel.js';
import { freeRows, isLive, nextRow } from '../state/table.js';
import { channelCreated, channelRemoved } from '../transitions/channels.js';
import { WORK } from '../work.js';
import { breakCycle } from './cycles.js';
import { endReceivers, endSenders } from './meet.js';

/** Makes a channel whose charge fits: the first endpoint (the second is its peer), or a negative status. */
export function createChannel(k: Kernel, allocator: number, maxMessage: number): number {
  const { channels, sources } = k.state;
  if (freeRows(channels) < 2 || freeRows(sources) < 4) return STATUS.NO_RESOURCES;
  const first = nextRow(channels);
  k.journal.commit(channelCreated, first, k.state.nextKoid, allocator, -1, maxMessage);
  k.journal.commit(channelCreated, nextRow(channels), k.state.nextKoid, allocator, first, maxMessage);
  return first;
}

/** An endpoint goes when no handle names it. What waits to be received there is dropped; what it has sent is still received. */
export function removeChannelIfUnused(k: Kernel, row: number): void {
  const { channels } = k.state;
  if (!isLive(channels, row)) return;
  if (channels.references[row] > 0) breakCycle(k, OBJECT_TYPE.channel, row);
  if (channels.references[row] > 0) return;
  endSenders(k, row);
  endReceivers(k, row, STATUS.CANCELED, PACKET.LAST);
  endParked(k, channels.receivers[row]);
  const peer = channels.peer[row];
  const allocator = channels.allocator[row];
  k.journal.commit(channelRemoved, row);
  if (peer >= 0) k.work.add(WORK.MEET, peer);
  k.mayBeUnused('allocator', allocator);
}
