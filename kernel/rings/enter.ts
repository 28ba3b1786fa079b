/**
 * Entering a ring: submissions are system calls, taken in order, each through the same table and checks as a trap's, with the
 * handles and the memory of whoever enters. Nothing waits there: every deadline counts as passed.
 *
 * - The slots for completions are promised before the first is taken, so none can be missing.
 * - A step stays bounded: by the entries of a ring, and by the bytes that its calls copy.
 * - A call may end the thread that made it, or close the ring: rows live until the end of the step, so the rest is in order.
 */
import { argumentRegisters, CALLS } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { BLOCKED_ON, TASK_STATE } from '../../syscalls/layouts.js';
import { LIMITS } from '../../syscalls/limits.js';
import { EVENT } from '../../syscalls/options.js';
import { CallFrame } from '../calls/frame.js';
import { AT, PACKET_BYTES, PACKET_WORDS, putSeq } from '../events/packet-words.js';
import { unitAddress, writeHeader } from '../events/pool-memory.js';
import { isCorrupt, readHead } from '../events/shared-pool.js';
import { serveTakers } from '../events/take.js';
import type { Kernel } from '../kernel.js';
import { must } from '../panic.js';
import { freeUnits } from '../state/sources.js';
import { resultOf } from '../tasks/registers.js';
import { ringEntered, ringLeft, submissionCompleted } from '../transitions/rings.js';
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

/** The submission that is being made. Words: key, number, reserved, a0 to a5. */
const SUBMISSION = new Int32Array(SUBMISSION_BYTES / 4);
const KEY = 0;
const NUMBER = 2;
const RESERVED = 3;
const A0 = 4;

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
  let taken = 0;
  let copied = 0;
  while (taken < slots && copied < LIMITS.copyBytes && threads.state[call.thread] !== TASK_STATE.ENDED) {
    memory.readSubmission(rings.head[ring], SUBMISSION);
    const key0 = SUBMISSION[KEY];
    const key1 = SUBMISSION[KEY + 1];
    const status = makeSubmitted(k, makeCall);
    complete(k, ring, key0, key1, status);
    taken++;
    for (const register of COPIED[frame.number] ?? []) {
      const bytes = frame.unsigned(register);
      if (bytes <= LIMITS.copyBytes) copied += bytes;
    }
  }
  if (taken < slots) k.journal.commit(ringLeft, ring, slots - taken);
  memory.put('head', rings.head[ring]);
  writeHeader(k, pool);
  return taken;
}

/** Makes the call of the submission that was read. */
function makeSubmitted(k: Kernel, makeCall: MakeCall): number {
  const { words } = frame;
  frame.number = SUBMISSION[NUMBER];
  for (let i = 0; i < words.length; i++) words[i] = SUBMISSION[A0 + i];
  if (SUBMISSION[RESERVED] !== 0) {
    frame.resultCount = 0;
    k.journal.commitCall((frame.number & 0xffff) | (STATUS.INVALID_ARGS << 16), words);
    return STATUS.INVALID_ARGS;
  }
  const status = makeCall(k, frame);
  must(status !== CALL_WAITS, 'a call waits in a ring');
  return status === NO_RETURN ? STATUS.OK : status;
}

/** Puts the completion of the oldest submission into the pool. */
function complete(k: Kernel, ring: number, key0: number, key1: number, status: number): void {
  const { rings, pools, packets, sources } = k.state;
  const pool = rings.pool[ring];
  const { results, resultCount } = frame;
  results.fill(0, resultCount);
  const wasEmpty = pools.packets[pool] === 0;
  k.journal.commit(submissionCompleted, ring, status, results[0], results[1], results[2], results[3]);
  const w = PACKET_WORDS;
  w[AT.KEY] = key0;
  w[AT.KEY + 1] = key1;
  w[AT.SOURCE] = rings.koid[ring];
  w[AT.TYPE] = EVENT.COMPLETION;
  w[AT.FLAGS] = 0;
  w[AT.STATUS] = status;
  putSeq(AT.FIRST_SEQ, k.state.seq);
  putSeq(AT.LAST_SEQ, k.state.seq);
  w[AT.COUNT] = 1;
  for (let i = 0; i < results.length; i++) w[AT.DATA + i] = results[i];
  w[AT.DATA + results.length] = 0;
  k.memory.write(unitAddress(k, pool, packets.unit[pools.lastPacket[pool]]), PACKET_BYTES);
  if (sources.head[pools.takers[pool]] >= 0) serveTakers(k, pool);
  tellRings(k, pool);
  if (wasEmpty && pools.packets[pool] > 0) k.work.add(WORK.RECEIVED, pool);
}
