/**
 * The way of every call, from compiled threads and from scripts: number, checks, handler, record. The record of the call
 * follows those of what it changed.
 */
import { CALLS, type CallName, isPlannedNumber } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { threadName } from '../blocked.js';
import type { Kernel } from '../kernel.js';
import { isAccessible, readUser } from '../memory/user-memory.js';
import { READABLE } from '../memory/vmar.js';
import { callAtRoot } from '../root-oom/request.js';
import { BY_CALL, endGrant, mayWait, waitForMemory } from '../shortage/requests.js';
import { fallShort } from '../shortage/shortage.js';
import { isLive } from '../state/table.js';
import { CALL_WAITS } from '../transitions/steps.js';
import { ALLOCATOR_CALLS } from './allocators.js';
import { BOOT_CALLS } from './boot.js';
import { CHANNEL_CALLS } from './channels.js';
import { checkArguments, checkHandles, type Plan, planOf } from './check.js';
import { DEBUG_CALLS } from './debug.js';
import { EVENT_CALLS } from './events.js';
import type { CallFrame } from './frame.js';
import { FUTEX_CALLS } from './futex.js';
import type { Handler } from './handler.js';
import { HANDLE_CALLS } from './handles.js';
import { INTERRUPT_CALLS } from './interrupts.js';
import { isDenied, JOB_CALLS } from './jobs.js';
import { JOURNAL_CALLS } from './journal.js';
import { LOCK_CALLS } from './locks.js';
import { MEMORY_CALLS } from './memory.js';
import { POOL_CALLS } from './pools.js';
import { PROPERTY_CALLS } from './properties.js';
import { ringCalls } from './rings.js';
import { SUSPENSION_CALLS } from './suspension.js';
import { TASK_CALLS } from './tasks.js';
import { TIME_CALLS } from './time.js';
import { TIMER_CALLS } from './timers.js';
import { TOPIC_CALLS } from './topics.js';
import { VMO_CALLS } from './vmo.js';

/** Every row of the call table has its handler here: the type says so. */
const HANDLERS: Readonly<Record<CallName, Handler>> = {
  ...HANDLE_CALLS,
  ...PROPERTY_CALLS,
  ...EVENT_CALLS,
  ...POOL_CALLS,
  ...ringCalls(makeCall),
  ...CHANNEL_CALLS,
  ...LOCK_CALLS,
  ...INTERRUPT_CALLS,
  ...TIMER_CALLS,
  ...TOPIC_CALLS,
  ...JOB_CALLS,
  ...SUSPENSION_CALLS,
  ...FUTEX_CALLS,
  ...TIME_CALLS,
  ...MEMORY_CALLS,
  ...ALLOCATOR_CALLS,
  ...VMO_CALLS,
  ...TASK_CALLS,
  ...DEBUG_CALLS,
  ...JOURNAL_CALLS,
  ...BOOT_CALLS,
};

/** A call as it is made. All entries have the same shape, whatever their handlers leave out. */
interface Entry {
  readonly plan: Plan;
  readonly check: Handler['check'];
  readonly notInRing: boolean;
  readonly onlyOnce: boolean;
  readonly run: Handler['run'];
}

const ENTRIES: (Entry | undefined)[] = [];
for (const call of CALLS) {
  const { check, notInRing = false, onlyOnce = false, run }: Handler = HANDLERS[call.name as CallName];
  ENTRIES[call.number] = { plan: planOf(call), check, notInRing, onlyOnce, run };
}

/** May a call that found no frame be made again? Nothing waits in a ring, and some calls consume what they were given. */
function mayRepeat(call: CallFrame): boolean {
  return !call.inRing && !ENTRIES[call.number]?.onlyOnce;
}

/** Makes the call that the frame holds; returns its status, CALL_WAITS, CALL_REPEATS or NO_RETURN. */
export function makeCall(k: Kernel, call: CallFrame): number {
  call.resultCount = 0;
  call.clockHeld = k.state.processes.clockHeld[call.process];
  k.requester = call.process;
  if (k.state.threads.grantOf[call.thread] !== 0 && !call.inRing) endGrant(k, call.thread);
  k.shortage.allocator = -1;
  k.framesWanted = 0;
  let status = perform(k, call);
  if (status === STATUS.NO_MEMORY && k.framesWanted > 0 && mayRepeat(call)) status = callAtRoot(k, call, perform);
  if (status === STATUS.NO_MEMORY && k.shortage.allocator >= 0) status = fellShort(k, call);
  k.journal.commitCall((call.number & 0xffff) | (status << 16), call.words);
  // Whom the machine killed for this very request is gone already.
  if (k.observer?.call && isLive(k.state.threads, call.thread)) observe(k, call, status);
  return status;
}

/** A call found no memory, and changed nothing: all who listen are told, and the thread may wait to make it again. */
function fellShort(k: Kernel, call: CallFrame): number {
  const waits = !call.inRing && !ENTRIES[call.number]?.onlyOnce && mayWait(k, call.thread);
  if (waits) waitForMemory(k, call.thread, BY_CALL, 0);
  fallShort(k);
  return waits ? CALL_WAITS : STATUS.NO_MEMORY;
}

function perform(k: Kernel, call: CallFrame): number {
  const entry = call.number >= 0 && call.number < ENTRIES.length ? ENTRIES[call.number] : undefined;
  if (entry === undefined) return isPlannedNumber(call.number) ? STATUS.NOT_SUPPORTED : STATUS.BAD_CALL;
  if (k.state.denyingJobs !== 0 && isDenied(k, call)) return STATUS.ACCESS_DENIED;
  const { plan, check, run } = entry;
  if (call.inRing && entry.notInRing) return STATUS.NOT_SUPPORTED;
  let status = checkArguments(k, call, plan);
  if (status !== STATUS.OK) return status;
  if (check !== undefined) {
    status = check(k, call);
    if (status !== STATUS.OK) return status;
  }
  status = checkHandles(k, call, plan);
  return status === STATUS.OK ? run(k, call) : status;
}

const text = new TextDecoder();

function observe(k: Kernel, call: CallFrame, status: number): void {
  const { process } = call;
  k.observer?.call?.(
    threadName(k.state, call.thread),
    call.number,
    call.words,
    status,
    call.results.subarray(0, call.resultCount),
    (address, length) => {
      // A process that this very call ended has no memory any more.
      if (k.state.processes.vmar[process] < 0 || !isAccessible(k, process, address, length, READABLE)) return undefined;
      const bytes = new Uint8Array(length);
      readUser(k, process, address, bytes);
      return text.decode(bytes);
    },
  );
}
