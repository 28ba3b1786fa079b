/**
 * Entering a ring: submissions are system calls, taken in order, each through the same table and checks as a trap's, with the
 * handles and the memory of whoever enters. Nothing waits there: every deadline counts as passed.
 *
 * - The slots for completions are promised before the first is taken, so none can be missing. They come into the pool
 *   together, when the last call of the entering has ended.
 * - A step stays bounded: by the entries of a ring, and by the bytes that its calls copy.
 * - A call may end the thread that made it, or close the ring: rows live until the end of the step, so the rest is in order.
 */
import { argumentRegisters, CALLS } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { BLOCKED_ON, TASK_STATE } from '../../syscalls/layouts.js';
import { LIMITS, PAGE_BYTES } from '../../syscalls/limits.js';
import { EVENT } from '../../syscalls/options.js';
import { CallFrame } from '../calls/frame.js';
import { AT } from '../events/packet-words.js';
import { unitAddress, writeHeader } from '../events/pool-memory.js';
import { isCorrupt, readHead } from '../events/shared-pool.js';
import { serveTakers } from '../events/take.js';
import type { Kernel } from '../kernel.js';
import { must } from '../panic.js';
import { freeUnits, visibleSeq } from '../state/sources.js';
import { resultOf } from '../tasks/registers.js';
import { UNIT_BYTES } from '../transitions/events.js';
import { ringEntered, submissionsCompleted } from '../transitions/rings.js';
import { CALL_WAITS, NO_RETURN } from '../transitions/steps.js';
import { threadWaits } from '../transitions/tasks.js';
import { WORK } from '../work.js';
import { RingMemory, SUBMISSION_BYTES } from './memory.js';
import { submissionsReady } from './ring.js';
import { tellRings } from './waiting.js';

/** Makes the call that a frame holds; returns its status, or NO_RETURN. */
export type MakeCall = (k: Kernel, call: CallFrame) => number;

/** Registers of each call that say how many bytes it copies. */
const COPIED: (readonly number[] | undefined)[] = [];
for (const call of CALLS) {
  const registers = argumentRegisters(call);
  COPIED[call.number] = call.arguments.flatMap(({ kind }, i) => (kind === 'length' ? [registers[i]] : []));
}

/** A submission that straddles a page, put together. Words: key, number, reserved, a0 to a5. */
const SUBMISSION = new Int32Array(SUBMISSION_BYTES / 4);
const WORD = 0x1_0000_0000;
const KEY = 0;
const NUMBER = 2;
const RESERVED = 3;
const A0 = 4;

/** Completions of one entering, until its end: so many packets as a ring has entries at the most. */
const PACKET_WORDS = UNIT_BYTES / 4;
const COMPLETIONS = new Int32Array(LIMITS.ringEntries * PACKET_WORDS);
const COMPLETION_BYTES = new Uint8Array(COMPLETIONS.buffer);
const UNITS_PER_PAGE = PAGE_BYTES / UNIT_BYTES;

const frame = new CallFrame();
frame.inRing = true;

/** ring_enter; the arguments and the handle were checked. */
export function enterRing(k: Kernel, call: CallFrame, makeCall: MakeCall): number {
  const ring = call.objects[0];
  const { rings, pools, threads } = k.state;
  const pool = rings.pool[ring];
  const wanted = call.unsigned(2);
  if (wanted > pools.units[pool]) return STATUS.OUT_OF_RANGE;
  readHead(k, pool);
  const memory = new RingMemory(k, ring);
  const ready = submissionsReady(k, ring, memory);
  if (ready < 0 || isCorrupt(k, pool)) return STATUS.IO_DATA_INTEGRITY;
  const taken = takeSubmissions(k, call, memory, Math.min(call.unsigned(1), ready), makeCall);
  if (threads.state[call.thread] === TASK_STATE.ENDED) return NO_RETURN;
  call.result(taken);
  if (pools.packets[pool] >= wanted) return STATUS.OK;
  const deadline = call.time(3);
  // Who was suspended by a call of its own ring cannot begin to wait.
  if (deadline <= k.board.time || k.state.current !== call.thread) return STATUS.TIMED_OUT;
  resultOf(k, call.thread, 0, taken);
  k.journal.commitAt(threadWaits, deadline, call.thread, BLOCKED_ON.RING, rings.waiters[ring], wanted, 0, 0);
  return CALL_WAITS;
}

/** Takes at most so many submissions, as far as there are slots for their completions; gives how many. */
function takeSubmissions(k: Kernel, call: CallFrame, memory: RingMemory, most: number, makeCall: MakeCall): number {
  const ring = call.objects[0];
  const { rings, threads, packets } = k.state;
  const pool = rings.pool[ring];
  const rows = packets.limit - packets.live - k.state.promisedPackets;
  const slots = Math.min(most, freeUnits(k.state, pool), rows);
  if (slots <= 0) return 0;
  k.journal.commit(ringEntered, ring, slots);
  frame.thread = call.thread;
  frame.process = call.process;
  prepareCompletions(slots, rings.koid[ring], visibleSeq(k.state));
  const head = rings.head[ring];
  const { i32 } = k.memory;
  let taken = 0;
  let copied = 0;
  while (taken < slots && copied < LIMITS.copyBytes && threads.state[call.thread] !== TASK_STATE.ENDED) {
    const from = memory.submissionAt(head + taken, SUBMISSION);
    const at = taken * PACKET_WORDS;
    const words = from < 0 ? SUBMISSION : i32;
    const first = Math.max(from, 0);
    COMPLETIONS[at + AT.KEY] = words[first + KEY];
    COMPLETIONS[at + AT.KEY + 1] = words[first + KEY + 1];
    COMPLETIONS[at + AT.STATUS] = makeSubmitted(k, words, first, makeCall);
    const { results, resultCount } = frame;
    for (let i = 0; i < resultCount; i++) COMPLETIONS[at + AT.DATA + i] = results[i];
    taken++;
    copied += bytesCopied();
  }
  complete(k, ring, taken, slots);
  memory.put('head', rings.head[ring]);
  return taken;
}

/** Bytes that the call copied at the most. */
function bytesCopied(): number {
  const registers = COPIED[frame.number];
  if (registers === undefined || registers.length === 0) return 0;
  let copied = 0;
  for (let i = 0; i < registers.length; i++) {
    const bytes = frame.unsigned(registers[i]);
    if (bytes <= LIMITS.copyBytes) copied += bytes;
  }
  return copied;
}

/** Writes what all completions of one entering have in common. */
function prepareCompletions(count: number, koid: number, seq: number): void {
  const first = COMPLETIONS.fill(0, 0, PACKET_WORDS);
  first[AT.SOURCE] = koid;
  first[AT.TYPE] = EVENT.COMPLETION;
  first[AT.FIRST_SEQ] = seq | 0;
  first[AT.FIRST_SEQ + 1] = Math.floor(seq / WORD);
  first[AT.LAST_SEQ] = first[AT.FIRST_SEQ];
  first[AT.LAST_SEQ + 1] = first[AT.FIRST_SEQ + 1];
  first[AT.COUNT] = 1;
  for (let done = 1; done < count; done *= 2)
    COMPLETIONS.copyWithin(done * PACKET_WORDS, 0, Math.min(done, count - done) * PACKET_WORDS);
}

/** Makes the call of the submission whose words begin at `first`. */
function makeSubmitted(k: Kernel, from: ArrayLike<number>, first: number, makeCall: MakeCall): number {
  const { words } = frame;
  frame.number = from[first + NUMBER];
  words[0] = from[first + A0];
  words[1] = from[first + A0 + 1];
  words[2] = from[first + A0 + 2];
  words[3] = from[first + A0 + 3];
  words[4] = from[first + A0 + 4];
  words[5] = from[first + A0 + 5];
  if (from[first + RESERVED] !== 0) {
    frame.resultCount = 0;
    k.journal.commitCall((frame.number & 0xffff) | (STATUS.INVALID_ARGS << 16), words);
    return STATUS.INVALID_ARGS;
  }
  const status = makeCall(k, frame);
  must(status !== CALL_WAITS, 'a call waits in a ring');
  return status === NO_RETURN ? STATUS.OK : status;
}

/** Puts the completions into the pool: they lie there one behind the other. */
function complete(k: Kernel, ring: number, taken: number, slots: number): void {
  const { rings, pools, sources } = k.state;
  const pool = rings.pool[ring];
  const wasEmpty = pools.packets[pool] === 0;
  const first = pools.tail[pool];
  k.journal.commit(submissionsCompleted, ring, taken, slots);
  for (let done = 0; done < taken; ) {
    const place = ((first + done) >>> 0) % pools.units[pool];
    const together = Math.min(taken - done, UNITS_PER_PAGE - (place % UNITS_PER_PAGE), pools.units[pool] - place);
    const bytes = COMPLETION_BYTES.subarray(done * UNIT_BYTES, (done + together) * UNIT_BYTES);
    k.memory.write(unitAddress(k, pool, place), bytes);
    done += together;
  }
  writeHeader(k, pool);
  if (sources.head[pools.takers[pool]] >= 0) serveTakers(k, pool);
  tellRings(k, pool);
  if (wasEmpty && pools.packets[pool] > 0) k.work.add(WORK.RECEIVED, pool);
}
