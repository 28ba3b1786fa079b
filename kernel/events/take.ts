/** Taking the oldest packet out of a pool: by a call that finds one, or for a thread that waits for one. */
import { STATUS } from '../../syscalls/errors.js';
import { giveCarried, roomForCarried } from '../channels/carried.js';
import type { Kernel } from '../kernel.js';
import { COPIED, copyBytes } from '../memory/copying.js';
import { back, isAccessible, writeUser } from '../memory/user-memory.js';
import { WRITABLE } from '../memory/vmar.js';
import { beginDelivery, deliveryFellShort } from '../shortage/deliveries.js';
import { resultOf } from '../tasks/registers.js';
import { unblock } from '../tasks/waiting.js';
import { packetTaken } from '../transitions/events.js';
import { AT, PACKET_BYTES, PACKET_WORDS } from './packet-words.js';
import { eachPiece, unitOffset, writeHead } from './pool-memory.js';
import { makeRoom } from './room.js';

/** What the last take gave as its result: bytes of the message and its handles. */
let taken = 0;

/** Bytes that the last `takePacketFor` wrote, or would have had to. */
export function takenBytes(): number {
  return taken;
}

/** Takes the oldest packet for a thread of a process into its buffers; they were checked. There is a packet. */
export function takePacketFor(k: Kernel, pool: number, process: number, at: number, buf: number, len: number): number {
  const { pools, packets } = k.state;
  const packet = pools.firstPacket[pool];
  const bytes = packets.bytes[packet];
  const handles = packets.handles[packet];
  const handlesAt = (bytes + 3) & ~3;
  taken = handles > 0 ? handlesAt + handles * 4 : bytes;
  if (taken > len) return STATUS.BUFFER_TOO_SMALL;
  const status = roomForCarried(k, process, packet);
  if (status !== STATUS.OK) return status;
  if (!back(k, process, at, PACKET_BYTES.length) || !back(k, process, buf, taken)) return STATUS.NO_MEMORY;
  // The pages that were backed may have cost what the handles need.
  const still = roomForCarried(k, process, packet);
  if (still !== STATUS.OK) return still;
  const unit = packets.unit[packet];
  if (bytes > 0) {
    eachPiece(k, pool, unit, bytes, (address, done, length) => {
      // The program may have mapped the pool and want it to be written over itself.
      copyBytes(k.memory.u8, address - k.memory.base, COPIED, 0, length);
      writeUser(k, process, buf + done, COPIED, length);
    });
  }
  const word = new Int32Array(1);
  const reply = giveCarried(k, process, packet, (place, handle) => {
    word[0] = handle;
    writeUser(k, process, buf + handlesAt + place * 4, new Uint8Array(word.buffer));
  });
  const first = unitOffset(k, pool, unit) >> 2;
  for (let i = 0; i < PACKET_WORDS.length; i++) PACKET_WORDS[i] = k.memory.i32[first + i];
  if (reply !== 0) PACKET_WORDS[AT.DATA + 2] = reply;
  writeUser(k, process, at, PACKET_BYTES);
  k.journal.commit(packetTaken, pool);
  if (pools.shared[pool] !== 0) writeHead(k, pool);
  makeRoom(k, pool);
  return STATUS.OK;
}

/** Hands packets to the threads that wait for them, in the order in which they began to wait. */
export function serveTakers(k: Kernel, pool: number): void {
  const { pools, sources, registrations, threads } = k.state;
  const takers = pools.takers[pool];
  while (pools.packets[pool] > 0 && sources.head[takers] >= 0) {
    const thread = registrations.thread[sources.head[takers]];
    const process = threads.process[thread];
    const at = threads.wait0[thread] >>> 0;
    const buf = threads.wait1[thread] >>> 0;
    const len = threads.wait2[thread] >>> 0;
    const fine =
      isAccessible(k, process, at, PACKET_BYTES.length, WRITABLE) && isAccessible(k, process, buf, len, WRITABLE);
    beginDelivery(k);
    const status = fine ? takePacketFor(k, pool, process, at, buf, len) : STATUS.INVALID_ARGS;
    if (status === STATUS.NO_MEMORY) deliveryFellShort(k);
    resultOf(k, thread, 0, taken);
    unblock(k, thread, status);
  }
}
