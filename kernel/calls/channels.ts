/** channel_create, channel_send, channel_send_async, channel_receive, channel_receive_async, channel_call, channel_reply. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { BLOCKED_ON } from '../../syscalls/layouts.js';
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { POOL_KIND, TRANSFER } from '../../syscalls/options.js';
import { ALL_RIGHTS } from '../../syscalls/rights.js';
import { createChannel } from '../channels/channel.js';
import { Extent, HANDLE_BYTES, readBuffer, readMessage, SENT_HANDLES } from '../channels/extent.js';
import { copyTo, handTo, PASSING_HANDLES, passing, received } from '../channels/handover.js';
import { completeSend, meet, nextSender, offer } from '../channels/meet.js';
import {
  consumeHandles,
  dropMessage,
  findSentHandles,
  makeMessage,
  removeMessage,
  roomForMessage,
} from '../channels/messages.js';
import { answer, useUp } from '../channels/replies.js';
import { register, registerGranted, roomToRegister } from '../events/listen.js';
import { bytesToBack } from '../events/pool-memory.js';
import { openHandle, roomForHandles } from '../handles.js';
import type { Kernel } from '../kernel.js';
import { COST } from '../limits.js';
import { frameOffset } from '../memory/frames.js';
import { back } from '../memory/user-memory.js';
import { backGrantedRange, createGrantedVmo, frameOfPage } from '../memory/vmo.js';
import { hasRoom } from '../state/sources.js';
import { freeRows, nextRow } from '../state/table.js';
import { ROLE } from '../state/tables.js';
import { replyMade } from '../transitions/channels.js';
import { registrationUnits } from '../transitions/events.js';
import { CALL_WAITS } from '../transitions/steps.js';
import { threadWaits } from '../transitions/tasks.js';
import type { CallFrame } from './frame.js';
import type { Handler } from './handler.js';

/** The message that the call sends, and the buffer that it offers; filled by the checks. */
const message = new Extent();
const buffer = new Extent();

/** Puts what the call sends into `passing`; its handles are found. OK, or what stands against it. */
function prepare(k: Kernel, call: CallFrame): number {
  const status = findSentHandles(k, call.process, message.count);
  if (status !== STATUS.OK) return status;
  passing.process = call.process;
  passing.address = message.data;
  passing.vmo = -1;
  passing.bytes = message.bytes;
  passing.handles = message.count;
  passing.row = -1;
  passing.badge = 0;
  passing.reply = -1;
  return STATUS.OK;
}

/** The same for a message that is sent into a channel. */
function prepareToSend(k: Kernel, call: CallFrame): number {
  const { channels, handles } = k.state;
  const status = prepare(k, call);
  if (status !== STATUS.OK) return status;
  const endpoint = call.objects[0];
  if (message.bytes > channels.maxMessage[endpoint]) return STATUS.OUT_OF_RANGE;
  if (channels.peer[endpoint] < 0) return consumed(k, STATUS.PEER_CLOSED);
  passing.badge = handles.badge[call.handles[0]];
  return STATUS.OK;
}

/** The call fails after the handles of its message have gone. */
function consumed(k: Kernel, status: number): number {
  consumeHandles(k, message.count);
  return status;
}

/** Backs the buffers of a wait, so that its end needs no memory. */
function backBuffer(k: Kernel, process: number): boolean {
  return back(k, process, buffer.data, buffer.bytes) && back(k, process, buffer.handles, buffer.count * HANDLE_BYTES);
}

/** Sends what is passing to the peer of an endpoint: true where a receiver has it; else it is pending if `mayWait`. */
function sendOrQueue(k: Kernel, call: CallFrame, endpoint: number, allocator: number, mayWait: boolean): boolean {
  const waiter = k.state.threads.waiter[call.thread];
  if (message.count > 0) makeMessage(k, endpoint, waiter, allocator);
  if (offer(k, endpoint)) {
    if (passing.row >= 0) removeMessage(k, passing.row);
    return true;
  }
  if (!mayWait) {
    if (passing.row >= 0) dropMessage(k, passing.row);
  } else if (passing.row < 0) makeMessage(k, endpoint, waiter, allocator);
  return false;
}

/** Copies what is passing into a memory object of an allocator in which it fits; -1 where there are no bytes. */
function copyToObject(k: Kernel, allocator: number): number {
  const { bytes } = passing;
  if (bytes === 0) return -1;
  const vmo = createGrantedVmo(k, allocator, Math.ceil(bytes / PAGE_BYTES));
  backGrantedRange(k, vmo, 0, bytes);
  for (let done = 0; done < bytes; done += PAGE_BYTES) {
    const frame = frameOfPage(k, vmo, done / PAGE_BYTES);
    copyTo(k, frameOffset(frame), done, Math.min(PAGE_BYTES, bytes - done));
  }
  return vmo;
}

/** Is there room for a message that is copied, with the registration of the pool that hears of its end? */
function roomToCopy(k: Kernel, call: CallFrame, pool: number, more = 0): number {
  const { vmos, frames, pools } = k.state;
  const pages = Math.ceil(message.bytes / PAGE_BYTES);
  if (pages > 0 && nextRow(vmos) < 0) return STATUS.NO_RESOURCES;
  if (pages + more / PAGE_BYTES > freeRows(frames)) return STATUS.NO_MEMORY;
  const bytes = more + COST.registration + (pages > 0 ? COST.vmo + pages * PAGE_BYTES : 0);
  return roomForMessage(k, call.process, pools.allocator[pool], message.count, bytes);
}

export const CHANNEL_CALLS = {
  channel_create: {
    run(k, call) {
      const [allocator] = call.objects;
      const room = roomForHandles(k, call.process, 2, allocator, 2 * COST.channel);
      if (room !== STATUS.OK) return room;
      const first = createChannel(k, allocator, call.words[1]);
      if (first < 0) return first;
      call.result(openHandle(k, call.process, OBJECT_TYPE.channel, first, ALL_RIGHTS));
      call.result(openHandle(k, call.process, OBJECT_TYPE.channel, k.state.channels.peer[first], ALL_RIGHTS));
      return STATUS.OK;
    },
  },

  channel_send: {
    check: (k, call) => readMessage(k, call.process, call.unsigned(1), message, false),
    run(k, call) {
      const status = prepareToSend(k, call);
      if (status !== STATUS.OK) return status;
      const { channels, processes } = k.state;
      const endpoint = channels.peer[call.objects[0]];
      const allocator = processes.allocator[call.process];
      const room = roomForMessage(k, call.process, allocator, message.count, 0);
      if (room !== STATUS.OK) return room;
      const deadline = call.time(2);
      const mayWait = deadline > k.board.time;
      if (sendOrQueue(k, call, endpoint, allocator, mayWait)) return STATUS.OK;
      if (!mayWait) return STATUS.TIMED_OUT;
      k.journal.commitAt(threadWaits, deadline, call.thread, BLOCKED_ON.SEND, channels.senders[endpoint], 0, 0, 0);
      return CALL_WAITS;
    },
  },

  channel_send_async: {
    check: (k, call) => readMessage(k, call.process, call.unsigned(1), message, false),
    run(k, call) {
      let status = prepareToSend(k, call);
      if (status !== STATUS.OK) return status;
      const { channels, pools, registrations } = k.state;
      const endpoint = channels.peer[call.objects[0]];
      const pool = call.objects[2];
      status = roomToCopy(k, call, pool);
      if (status !== STATUS.OK) return status;
      // All at once: what the pool needs for its packet may be what the message would have needed.
      const units = registrationUnits(ROLE.SEND, pools.kind[pool], 0);
      if (hasRoom(k.state, pool, units, 1)) status = roomToCopy(k, call, pool, bytesToBack(k, pool, units));
      if (status === STATUS.OK) status = roomToRegister(k, pool, ROLE.SEND, 0, 0);
      if (status !== STATUS.OK) return status;
      const row = nextRow(registrations);
      const [, , , key0, key1] = call.words;
      const number = registerGranted(k, pool, channels.senders[endpoint], ROLE.SEND, key0, key1, 0);
      const allocator = pools.allocator[pool];
      passing.vmo = copyToObject(k, allocator);
      makeMessage(k, endpoint, row, allocator);
      meet(k, endpoint);
      call.result(number);
      return STATUS.OK;
    },
  },

  channel_receive: {
    check: (k, call) => readBuffer(k, call.process, call.unsigned(1), buffer),
    run(k, call) {
      const endpoint = call.objects[0];
      const { channels } = k.state;
      const options = call.words[2];
      const sender = nextSender(k, endpoint);
      if (sender >= 0) {
        const status = handTo(k, call.process, buffer, options);
        call.result(received.bytes);
        call.result(received.handles);
        if (status !== STATUS.OK) return status;
        call.result(received.reply);
        call.result(received.badge);
        completeSend(k, sender);
        return STATUS.OK;
      }
      if (channels.peer[endpoint] < 0) return STATUS.PEER_CLOSED;
      const deadline = call.time(3);
      if (deadline <= k.board.time) return STATUS.TIMED_OUT;
      if (!backBuffer(k, call.process)) return STATUS.NO_MEMORY;
      const source = channels.receivers[endpoint];
      k.journal.commitAt(threadWaits, deadline, call.thread, BLOCKED_ON.RECEIVE, source, call.words[1], options, 0);
      return CALL_WAITS;
    },
  },

  channel_receive_async: {
    run(k, call) {
      const [endpoint, pool] = call.objects;
      const { channels, pools, sources } = k.state;
      const [, , key0, key1, max, options] = call.words;
      if (max > 0 && pools.kind[pool] === POOL_KIND.FIXED) return STATUS.NOT_SUPPORTED;
      if (channels.peer[endpoint] < 0 && sources.head[channels.senders[endpoint]] < 0) return STATUS.PEER_CLOSED;
      const number = register(k, pool, channels.receivers[endpoint], ROLE.RECEIVE, key0, key1, options, max);
      if (number < 0) return number;
      meet(k, endpoint);
      call.result(number);
      return STATUS.OK;
    },
  },

  channel_call: {
    check(k, call) {
      const status = readMessage(k, call.process, call.unsigned(1), message, true);
      return status === STATUS.OK ? readBuffer(k, call.process, call.unsigned(2), buffer) : status;
    },
    run(k, call) {
      const status = prepareToSend(k, call);
      if (status !== STATUS.OK) return status;
      const { channels, processes, replies } = k.state;
      const deadline = call.time(3);
      // No reply comes within this step.
      if (deadline <= k.board.time) return consumed(k, STATUS.TIMED_OUT);
      const allocator = processes.allocator[call.process];
      const reply = nextRow(replies);
      if (reply < 0) return STATUS.NO_RESOURCES;
      const room = roomForMessage(k, call.process, allocator, message.count, COST.reply);
      if (room !== STATUS.OK) return room;
      if (!backBuffer(k, call.process)) return STATUS.NO_MEMORY;
      const still = roomForMessage(k, call.process, allocator, message.count, COST.reply);
      if (still !== STATUS.OK) return still;
      k.journal.commit(replyMade, reply, k.state.nextKoid, call.thread, allocator);
      passing.reply = reply;
      const endpoint = channels.peer[call.objects[0]];
      const isReceived = sendOrQueue(k, call, endpoint, allocator, true);
      const on = isReceived ? BLOCKED_ON.REPLY : BLOCKED_ON.SEND;
      const source = isReceived ? -1 : channels.senders[endpoint];
      k.journal.commitAt(threadWaits, deadline, call.thread, on, source, 0, call.words[2], 0);
      return CALL_WAITS;
    },
  },

  channel_reply: {
    onlyOnce: true,
    check: (k, call) => readMessage(k, call.process, call.unsigned(1), message, false),
    run(k, call) {
      let status = prepare(k, call);
      if (status !== STATUS.OK) return status;
      const handle = call.handles[0];
      for (let i = 0; i < message.count; i++) {
        // What is used up by the call cannot go with it.
        if (PASSING_HANDLES[i] === handle && SENT_HANDLES[i * 2 + 1] === TRANSFER.MOVE) return STATUS.INVALID_ARGS;
      }
      const reply = call.objects[0];
      if (k.state.replies.thread[reply] < 0) status = consumed(k, STATUS.PEER_CLOSED);
      else {
        status = answer(k, reply);
        // The caller has taken its buffer away: for the one who answers that is as if it had gone itself.
        if (status === STATUS.INVALID_ARGS || status === STATUS.OUT_OF_RANGE) status = STATUS.PEER_CLOSED;
      }
      useUp(k, handle);
      return status;
    },
  },
} satisfies Partial<Record<CallName, Handler>>;
