/**
 * A message on its way from a sender to a receiver, within one step: bytes go straight from where the sender has them to where
 * the receiver wants them, and handles from the message's list to the receiver's process. There is one such message at a time.
 *
 * Hot path: nothing is allocated.
 */
import { STATUS } from '../../syscalls/errors.js';
import { LIMITS, PAGE_BYTES, PAGE_SHIFT } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { EVENT, PACKET, POOL_KIND, RECEIVE, TRANSFER } from '../../syscalls/options.js';
import { ALL_RIGHTS } from '../../syscalls/rights.js';
import { announce, placePacket } from '../events/deliver.js';
import { Event } from '../events/event.js';
import { backUnits, pieceAddress, pieceLength } from '../events/pool-memory.js';
import { readHead } from '../events/shared-pool.js';
import { nextHandleValue, openHandle, roomForHandles } from '../handles.js';
import type { Kernel } from '../kernel.js';
import { frameOffset } from '../memory/frames.js';
import { back, isAccessible, userOffset, writeUser } from '../memory/user-memory.js';
import { READABLE } from '../memory/vmar.js';
import { frameOfPage } from '../memory/vmo.js';
import { beginDelivery, deliveryFellShort } from '../shortage/deliveries.js';
import { ROLE } from '../state/tables.js';
import { resultOf } from '../tasks/registers.js';
import { unblock } from '../tasks/waiting.js';
import { handleReceived, packetFilled } from '../transitions/channels.js';
import { PARKS, unitsOf } from '../transitions/events.js';
import { WORK } from '../work.js';
import { Extent, HANDLE_BYTES, readBufferAgain, SENT_HANDLES } from './extent.js';

/** The message that is handed over now. */
export const passing = {
  /** Whose memory has the bytes, and where; or the memory object that has them, -1 for none. */
  process: -1,
  address: 0,
  vmo: -1,
  bytes: 0,
  /** Places of handles. They are in flight in the message `row`; where that is -1 they are still the process's. */
  handles: 0,
  row: -1,
  badge: 0,
  /** The reply that the sender waits for, -1 for none. */
  reply: -1,
};

/** What the last receiver got, or would have had to have room for. */
export const received = { bytes: 0, handles: 0, reply: 0, badge: 0 };

/** Rows of the handles of a message that is not in flight, by place. */
export const PASSING_HANDLES = new Int32Array(LIMITS.messageHandles);

/** Takes up the message of a queued sender; false where its bytes cannot be read any more. */
export function takeUp(k: Kernel, sender: number): boolean {
  const { registrations: r, messages, threads } = k.state;
  const row = r.subject[sender];
  const bytes = messages.bytes[row];
  passing.row = row;
  passing.bytes = bytes;
  passing.handles = messages.handles[row];
  passing.badge = messages.badge[row];
  passing.reply = messages.reply[row];
  passing.vmo = messages.vmo[row];
  if (r.role[sender] === ROLE.SEND) return true;
  passing.process = threads.process[r.thread[sender]];
  passing.address = messages.address[row] >>> 0;
  return isAccessible(k, passing.process, passing.address, bytes, READABLE);
}

/** Up to so many bytes are moved word by word. */
const FEW_BYTES = 64;
/** The bits of an address that say where in its page it is; a remainder of doubles would be slow. */
const OFFSET = PAGE_BYTES - 1;

/** Offset in RAM of a byte of the message, -1 where its page was never touched. */
function offsetOfByte(k: Kernel, at: number): number {
  if (passing.vmo < 0) return userOffset(k, passing.process, passing.address + at, false);
  const frame = frameOfPage(k, passing.vmo, at >>> PAGE_SHIFT);
  return frame < 0 ? -1 : frameOffset(frame) + (at & OFFSET);
}

/** Copies bytes of the message, from `done` on, to an offset in RAM behind which there is room for them. */
export function copyTo(k: Kernel, to: number, done: number, length: number): void {
  const { memory } = k;
  for (let copied = 0; copied < length; ) {
    const at = done + copied;
    const within = (passing.vmo < 0 ? passing.address + at : at) & OFFSET;
    const bytes = Math.min(PAGE_BYTES - within, length - copied);
    const from = offsetOfByte(k, at);
    const target = to + copied;
    if (from < 0) memory.fill(memory.base + target, bytes, 0);
    // Moving bytes by a call of the host's takes longer than this.
    else if (bytes <= FEW_BYTES && ((from | target | bytes) & 3) === 0) memory.copyWords(target, from, bytes >> 2);
    else memory.copy(memory.base + target, memory.base + from, bytes);
    copied += bytes;
  }
}

/** Copies the first bytes of the message into a process's memory, which is backed. */
function copyToUser(k: Kernel, process: number, address: number, length: number): void {
  for (let done = 0; done < length; ) {
    const at = address + done;
    const bytes = Math.min(PAGE_BYTES - (at & OFFSET), length - done);
    copyTo(k, userOffset(k, process, at, false), done, bytes);
    done += bytes;
  }
}

/** How many handles a process gets with the message: those that were revoked in flight are not among them. */
function handlesToGive(k: Kernel): number {
  let count = passing.reply >= 0 ? 1 : 0;
  if (passing.handles === 0) return count;
  if (passing.row < 0) return count + passing.handles;
  const { handles, messages } = k.state;
  for (let row = messages.firstHandle[passing.row]; row >= 0; row = handles.nextInProcess[row]) count++;
  return count;
}

/** How many of them are not there yet: a reply, and copies that are not in flight. */
function handlesToMake(): number {
  let count = passing.reply >= 0 ? 1 : 0;
  if (passing.row >= 0) return count;
  for (let place = 0; place < passing.handles; place++) if (SENT_HANDLES[place * 2 + 1] !== TRANSFER.MOVE) count++;
  return count;
}

/** An array of handles as the receiver sees it: number and type of each. */
const ARRIVED = new Int32Array(LIMITS.messageHandles * 2);
const arrivedBytes = new Uint8Array(ARRIVED.buffer);

/** Gives a handle that stands at a place of the message to a process. */
function give(k: Kernel, process: number, row: number, place: number): void {
  const value = nextHandleValue(k, process);
  k.journal.commit(handleReceived, row, process, value);
  ARRIVED[place * 2] = value;
  ARRIVED[place * 2 + 1] = k.state.handles.type[row];
}

function giveHandles(k: Kernel, process: number, address: number): void {
  const count = passing.handles;
  ARRIVED.fill(0, 0, count * 2);
  const { handles, messages } = k.state;
  if (passing.row >= 0) {
    for (let row = messages.firstHandle[passing.row]; row >= 0; row = messages.firstHandle[passing.row])
      give(k, process, row, handles.value[row]);
  } else {
    for (let place = 0; place < count; place++) {
      const row = PASSING_HANDLES[place];
      if (SENT_HANDLES[place * 2 + 1] === TRANSFER.MOVE) give(k, process, row, place);
      else {
        const type = handles.type[row];
        ARRIVED[place * 2] = openHandle(k, process, type as never, handles.object[row], handles.rights[row], row);
        ARRIVED[place * 2 + 1] = type;
      }
    }
  }
  writeUser(k, process, address, arrivedBytes.subarray(0, count * HANDLE_BYTES));
}

/** Hands the message to a process whose buffers were checked; what became of it stands in `received`. */
export function handTo(k: Kernel, process: number, buffer: Extent, options: number): number {
  const { bytes, handles: count } = passing;
  received.bytes = bytes;
  received.handles = count;
  received.reply = 0;
  received.badge = passing.badge;
  const isCut = bytes > buffer.bytes;
  if ((isCut && (options & RECEIVE.TRUNCATE) === 0) || count > buffer.count) return STATUS.BUFFER_TOO_SMALL;
  const length = isCut ? buffer.bytes : bytes;
  const given = handlesToGive(k);
  const made = handlesToMake();
  if (given > 0) {
    const room = roomForHandles(k, process, given, -1, 0, made);
    if (room !== STATUS.OK) return room;
  }
  // A message that goes into one page needs its address once.
  const isInPage = length > 0 && (buffer.data & OFFSET) + length <= PAGE_BYTES;
  const place = isInPage ? userOffset(k, process, buffer.data, true) : -1;
  if (isInPage ? place < 0 : !back(k, process, buffer.data, length)) return STATUS.NO_MEMORY;
  if (!back(k, process, buffer.handles, count * HANDLE_BYTES)) return STATUS.NO_MEMORY;
  // The pages that were backed may have cost what the handles need.
  if (given > 0) {
    const room = roomForHandles(k, process, given, -1, 0, made);
    if (room !== STATUS.OK) return room;
  }
  if (isInPage) copyTo(k, place, 0, length);
  else copyToUser(k, process, buffer.data, length);
  if (count > 0) giveHandles(k, process, buffer.handles);
  if (passing.reply >= 0) received.reply = openHandle(k, process, OBJECT_TYPE.reply, passing.reply, ALL_RIGHTS);
  return STATUS.OK;
}

const buffer = new Extent();

/** Hands the message to a thread that waits to receive; true where it has it. Its wait ends in any case. */
export function handToThread(k: Kernel, thread: number): boolean {
  const { threads } = k.state;
  const process = threads.process[thread];
  let status = readBufferAgain(k, process, threads.wait0[thread] >>> 0, buffer);
  if (status === STATUS.OK) {
    beginDelivery(k);
    status = handTo(k, process, buffer, threads.wait1[thread]);
    resultOf(k, thread, 0, received.bytes);
    resultOf(k, thread, 1, received.handles);
    if (status === STATUS.OK) {
      resultOf(k, thread, 2, received.reply);
      resultOf(k, thread, 3, received.badge);
    } else if (status === STATUS.NO_MEMORY) deliveryFellShort(k);
  }
  unblock(k, thread, status);
  return status === STATUS.OK;
}

const event = new Event();

/** Hands the message to a pool at the head of the queue; true where it has it. */
export function handToPool(k: Kernel, receiver: number): boolean {
  const { registrations: r, pools, packets } = k.state;
  const pool = r.pool[receiver];
  const { bytes, handles, row, reply } = passing;
  const most = r.max[receiver];
  const options = r.options[receiver];
  const tooLong = bytes > most && (options & RECEIVE.TRUNCATE) === 0;
  if (pools.shared[pool] !== 0) readHead(k, pool);
  const wasEmpty = pools.packets[pool] === 0;
  event.set(EVENT.MESSAGE, tooLong ? STATUS.BUFFER_TOO_SMALL : STATUS.OK, bytes, handles, 0, passing.badge);
  if (tooLong) placePacket(k, receiver, event, false, PACKET.ERROR);
  else {
    const length = Math.min(bytes, most);
    const reenters = (options & RECEIVE.REENTER) !== 0;
    const parks =
      reenters && !backUnits(k, pool, pools.kind[pool] === POOL_KIND.VARIABLE ? unitsOf(length, handles) : 1);
    placePacket(k, receiver, event, reenters, parks ? PARKS : 0);
    const packet = pools.lastPacket[pool];
    for (let done = 0; done < length; ) {
      const part = pieceLength(k, pool, packets.unit[packet], done, length);
      copyTo(k, pieceAddress(k, pool, packets.unit[packet], done) - k.memory.base, done, part);
      done += part;
    }
    if (length > 0 || handles > 0 || reply >= 0)
      k.journal.commit(packetFilled, packet, length, handles, reply, handles > 0 ? row : -1);
    // The pool may be among what it holds now.
    if (handles > 0) k.mayBeUnused('pool', pool);
  }
  if (pools.parkedHead[pool] >= 0 && pools.kind[pool] === POOL_KIND.VARIABLE) k.work.add(WORK.PARKED, pool);
  announce(k, pool, wasEmpty);
  return !tooLong;
}
