/** Transitions of channels, messages, handles in flight, and replies. */
import { BLOCKED_ON } from '../../syscalls/layouts.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { COST } from '../limits.js';
import { must } from '../panic.js';
import { CARRIER, carrierOf, enterCarrier, moveToPacket } from '../state/carried.js';
import { referencesOf } from '../state/objects.js';
import { addSource, leaveSource, removeSource } from '../state/sources.js';
import type { MutableState } from '../state/state.js';
import { releaseRow, takeRow } from '../state/table.js';
import { QUEUE, REGISTRATION_STATE, ROLE } from '../state/tables.js';
import { transition } from '../state/transition.js';
import { adopt, enterProcess, leaveHolder } from './handles.js';
import { charge, uncharge } from './memory.js';

export const channelCreated = transition(
  'channel_created',
  {
    about:
      'An endpoint of a channel was made. The second of a pair names the first as its peer, and both know each other.',
    fields: ['row', 'koid', 'allocator', 'peer', 'max_message'],
  },
  (s, row, koid, allocator, peer, maxMessage) => {
    const t = s.channels;
    takeRow(t, row);
    t.koid[row] = koid;
    s.nextKoid = koid + 1;
    t.allocator[row] = allocator;
    t.maxMessage[row] = maxMessage;
    t.peer[row] = peer;
    if (peer >= 0) {
      t.peer[peer] = row;
      t.peerKoid[peer] = koid;
      t.peerKoid[row] = t.koid[peer];
    }
    t.senders[row] = addSource(s, OBJECT_TYPE.channel, row, QUEUE.SENDERS);
    t.receivers[row] = addSource(s, OBJECT_TYPE.channel, row, QUEUE.RECEIVERS);
    charge(s, allocator, COST.channel);
  },
);

export const channelRemoved = transition(
  'channel_removed',
  { about: 'An endpoint that nobody names went away; what is sent to it is refused from now on.', fields: ['row'] },
  (s, row) => {
    const t = s.channels;
    if (t.peer[row] >= 0) t.peer[t.peer[row]] = -1;
    removeSource(s, t.senders[row]);
    removeSource(s, t.receivers[row]);
    uncharge(s, t.allocator[row], COST.channel);
    releaseRow(t, row);
  },
);

function holdReply(s: MutableState, reply: number, by: number): void {
  if (reply < 0) return;
  s.replies.references[reply] += by;
  s.replies.flying[reply] += by;
}

export const messageMade = transition(
  'message_made',
  {
    about:
      'A message waits at an endpoint for a receiver. `registration` is its sender; the bytes are at `place`: an address of a sender that waits, the row of a memory object (-1: no bytes) of one that does not.',
    fields: ['row', 'channel', 'registration', 'allocator', 'bytes', 'place', 'badge', 'reply'],
    formats: { place: 'hexadecimal' },
  },
  (s, row, channel, registration, allocator, bytes, place, badge, reply) => {
    const t = s.messages;
    takeRow(t, row);
    t.channel[row] = channel;
    t.registration[row] = registration;
    t.allocator[row] = allocator;
    t.bytes[row] = bytes;
    const isCopied = s.registrations.role[registration] === ROLE.SEND;
    t.address[row] = isCopied ? 0 : place;
    t.vmo[row] = isCopied ? place : -1;
    if (t.vmo[row] >= 0) s.vmos.references[t.vmo[row]]++;
    t.firstHandle[row] = -1;
    t.badge[row] = badge;
    t.reply[row] = reply;
    holdReply(s, reply, 1);
    s.registrations.subject[registration] = row;
    charge(s, allocator, COST.message);
  },
);

export const messageRemoved = transition(
  'message_removed',
  { about: 'A message was received, or will not be; nothing is in it any more.', fields: ['row'] },
  (s, row) => {
    const t = s.messages;
    must(t.firstHandle[row] < 0, 'a message went away with what it carried');
    s.registrations.subject[t.registration[row]] = -1;
    if (t.vmo[row] >= 0) s.vmos.references[t.vmo[row]]--;
    holdReply(s, t.reply[row], -1);
    uncharge(s, t.allocator[row], COST.message);
    releaseRow(t, row);
  },
);

/** Puts a handle into a message, whose allocator pays for it while it is there. */
function enterMessage(s: MutableState, row: number, message: number, place: number): void {
  const payer = s.messages.allocator[message];
  enterCarrier(s, row, carrierOf(CARRIER.MESSAGE, message), place, payer);
  if (s.messages.handles[message] <= place) s.messages.handles[message] = place + 1;
  charge(s, payer, COST.handle);
}

export const handleSent = transition(
  'handle_sent',
  { about: 'A process gave a handle away in a message.', fields: ['row', 'message', 'place'] },
  (s, row, message, place) => {
    leaveHolder(s, row);
    enterMessage(s, row, message, place);
  },
);

/** A handle like another one, derived from it, that is in no list yet. */
function derive(s: MutableState, row: number, parent: number): void {
  const t = s.handles;
  takeRow(t, row);
  t.type[row] = t.type[parent];
  t.object[row] = t.object[parent];
  t.rights[row] = t.rights[parent];
  t.badge[row] = t.badge[parent];
  t.firstChild[row] = -1;
  adopt(s, parent, row);
  referencesOf(s, t.type[row])[t.object[row]]++;
}

export const handleCopied = transition(
  'handle_copied',
  {
    about: 'A handle that was derived from another one is in a message.',
    fields: ['row', 'parent', 'message', 'place'],
  },
  (s, row, parent, message, place) => {
    derive(s, row, parent);
    enterMessage(s, row, message, place);
  },
);

export const handleLent = transition(
  'handle_lent',
  {
    about:
      'A handle is lent until a call has its reply: what the receiver gets is derived from this one, which nobody has and which goes with the call.',
    fields: ['row', 'parent', 'reply'],
  },
  (s, row, parent, reply) => {
    derive(s, row, parent);
    const payer = s.replies.allocator[reply];
    enterCarrier(s, row, carrierOf(CARRIER.REPLY, reply), 0, payer);
    charge(s, payer, COST.handle);
  },
);

export const handleReceived = transition(
  'handle_received',
  {
    about: 'A process has a handle that was in flight, or that another process gave to it in a reply.',
    fields: ['row', 'process', 'value'],
  },
  (s, row, process, value) => {
    leaveHolder(s, row);
    enterProcess(s, row, process, value);
  },
);

export const packetFilled = transition(
  'packet_filled',
  {
    about: 'The newest packet of a pool carries bytes, the handles of a message (-1: none), and a reply (-1: none).',
    fields: ['packet', 'bytes', 'handles', 'reply', 'message'],
  },
  (s, packet, bytes, handles, reply, message) => {
    const t = s.packets;
    t.bytes[packet] = bytes;
    t.handles[packet] = handles;
    t.reply[packet] = reply;
    holdReply(s, reply, 1);
    if (message >= 0) moveToPacket(s, message, packet);
  },
);

export const packetEmptied = transition(
  'packet_emptied',
  { about: 'A packet does not carry its reply any more.', fields: ['packet'] },
  (s, packet) => {
    holdReply(s, s.packets.reply[packet], -1);
    s.packets.reply[packet] = -1;
  },
);

export const replyMade = transition(
  'reply_made',
  {
    about: 'The running thread makes a call; this is what answers it.',
    fields: ['row', 'koid', 'thread', 'allocator'],
  },
  (s, row, koid, thread, allocator) => {
    const t = s.replies;
    takeRow(t, row);
    t.koid[row] = koid;
    s.nextKoid = koid + 1;
    t.allocator[row] = allocator;
    t.thread[row] = thread;
    t.firstLent[row] = -1;
    s.threads.reply[thread] = row;
    charge(s, allocator, COST.reply);
  },
);

/** A thread whose wait ends waits for no reply any more. */
export function leaveReply(s: MutableState, thread: number): void {
  const reply = s.threads.reply[thread];
  if (reply < 0) return;
  s.replies.thread[reply] = -1;
  s.threads.reply[thread] = -1;
}

export const replyRemoved = transition(
  'reply_removed',
  { about: 'What answered a call went away.', fields: ['row'] },
  (s, row) => {
    const t = s.replies;
    must(t.thread[row] < 0 && t.firstLent[row] < 0 && t.references[row] === 0, 'a reply in use was removed');
    uncharge(s, t.allocator[row], COST.reply);
    releaseRow(t, row);
  },
);

export const messageAccepted = transition(
  'message_accepted',
  { about: 'A receiver has the message of a call; the caller waits for the reply alone now.', fields: ['thread'] },
  (s, thread) => {
    const waiter = s.threads.waiter[thread];
    leaveSource(s, waiter);
    s.registrations.state[waiter] = REGISTRATION_STATE.IDLE;
    s.registrations.source[waiter] = -1;
    s.threads.blockedOn[thread] = BLOCKED_ON.REPLY;
  },
);
