/**
 * The rendezvous. A message moves in the step in which an endpoint has both a sender and a receiver: the head of one queue meets
 * the head of the other. Threads and pools stand in each in the order in which they came. Who cannot take a message (its buffer
 * is too small) leaves its queue with an error, and the message is offered to the next in the same step.
 */
import { STATUS } from '../../syscalls/errors.js';
import { EVENT, PACKET } from '../../syscalls/options.js';
import { deliverToPool } from '../events/deliver.js';
import { Event } from '../events/event.js';
import type { Kernel } from '../kernel.js';
import { isLive } from '../state/table.js';
import { unblock } from '../tasks/waiting.js';
import { messageAccepted } from '../transitions/channels.js';
import { handToPool, handToThread, takeUp } from './handover.js';
import { dropMessage, removeMessage } from './messages.js';

const event = new Event();

/** Offers what is passing to those who wait to receive at an endpoint; true when one of them has it. */
export function offer(k: Kernel, endpoint: number): boolean {
  const { channels, sources, registrations: r } = k.state;
  const receivers = channels.receivers[endpoint];
  for (let row = sources.head[receivers]; row >= 0; row = sources.head[receivers]) {
    const thread = r.thread[row];
    if (thread >= 0 ? handToThread(k, thread) : handToPool(k, row)) return true;
  }
  return false;
}

/** Lets senders and receivers of an endpoint meet until one queue is empty; receivers that nothing can come for are told so. */
export function meet(k: Kernel, endpoint: number): void {
  const { channels, sources } = k.state;
  if (!isLive(channels, endpoint)) return;
  const senders = channels.senders[endpoint];
  const receivers = channels.receivers[endpoint];
  while (sources.head[senders] >= 0 && sources.head[receivers] >= 0) {
    const sender = sources.head[senders];
    if (!takeUp(k, sender)) endSend(k, sender, STATUS.INVALID_ARGS, 0);
    else if (offer(k, endpoint)) completeSend(k, sender);
  }
  if (channels.peer[endpoint] < 0 && sources.head[senders] < 0)
    endReceivers(k, endpoint, STATUS.PEER_CLOSED, PACKET.LAST);
}

/** A queued sender's message is with its receiver. */
export function completeSend(k: Kernel, sender: number): void {
  const { registrations: r, messages } = k.state;
  const message = r.subject[sender];
  const thread = r.thread[sender];
  const bytes = messages.bytes[message];
  const isCall = messages.reply[message] >= 0;
  removeMessage(k, message);
  if (thread < 0) deliverToPool(k, sender, event.set(EVENT.SENT, STATUS.OK, bytes), false);
  else if (isCall) k.journal.commit(messageAccepted, thread);
  else unblock(k, thread, STATUS.OK);
}

/** A queued sender's message will not be received. */
function endSend(k: Kernel, sender: number, status: number, flags: number): void {
  const { registrations: r } = k.state;
  const thread = r.thread[sender];
  dropMessage(k, r.subject[sender]);
  if (thread >= 0) unblock(k, thread, status);
  else deliverToPool(k, sender, event.set(EVENT.SENT, status), false, PACKET.ERROR | flags);
}

/** The next sender of an endpoint whose message can be handed over, taken up; -1 for none. */
export function nextSender(k: Kernel, endpoint: number): number {
  const { channels, sources } = k.state;
  const senders = channels.senders[endpoint];
  for (let sender = sources.head[senders]; sender >= 0; sender = sources.head[senders]) {
    if (takeUp(k, sender)) return sender;
    endSend(k, sender, STATUS.INVALID_ARGS, 0);
  }
  return -1;
}

/** Nobody will receive at an endpoint any more. */
export function endSenders(k: Kernel, endpoint: number): void {
  const { channels, sources } = k.state;
  const senders = channels.senders[endpoint];
  for (let sender = sources.head[senders]; sender >= 0; sender = sources.head[senders])
    endSend(k, sender, STATUS.PEER_CLOSED, PACKET.LAST);
}

/** Those who wait to receive wait in vain. */
export function endReceivers(k: Kernel, endpoint: number, status: number, flags: number): void {
  const { channels, sources, registrations: r } = k.state;
  const receivers = channels.receivers[endpoint];
  for (let row = sources.head[receivers]; row >= 0; row = sources.head[receivers]) {
    if (r.thread[row] >= 0) unblock(k, r.thread[row], status);
    else deliverToPool(k, row, event.set(EVENT.MESSAGE, status), false, PACKET.ERROR | flags);
  }
}
