/** Threads: made, started, ended; and their save areas, the frames in which their registers lie while they do not run. */
import { STATUS } from '../../syscalls/errors.js';
import { tellEnded, tellStarted } from '../debug/notices.js';
import { fire } from '../events/broadcast.js';
import { answerMissing } from '../events/owed.js';
import { abandonFault } from '../faults/answers.js';
import type { Kernel } from '../kernel.js';
import { COST } from '../limits.js';
import { lockAwaited, queueFell, settle } from '../locks/inheritance.js';
import { leaveLocks } from '../locks/lock.js';
import { fits, framesLeft, releaseFrame, takeGrantedFrame } from '../memory/frames.js';
import { endGrant } from '../shortage/requests.js';
import { FRAME_USE } from '../state/state.js';
import { freeRows, nextRow } from '../state/table.js';
import { threadCreated, threadEnded, threadStarted } from '../transitions/tasks.js';
import { savedRegister } from './registers.js';
import { leaveChannels } from './waiting.js';

/** What a thread is charged when it is made. */
export const THREAD_BYTES = COST.thread + 4096;

/** Makes a thread: its row, or a negative status. */
export function createThread(k: Kernel, process: number, priority: number): number {
  const allocator = k.state.processes.allocator[process];
  const row = nextRow(k.state.threads);
  if (row < 0 || freeRows(k.state.registrations) < 1 || freeRows(k.state.sources) < 3) return STATUS.NO_RESOURCES;
  if (!fits(k, allocator, THREAD_BYTES) || !framesLeft(k, 1)) return STATUS.NO_MEMORY;
  k.journal.commit(threadCreated, row, k.state.nextKoid, process, priority);
  takeGrantedFrame(k, FRAME_USE.SAVE_AREA, row, 0, allocator);
  return row;
}

/** Lets a new thread run from an entry point. `given` is the number of a handle that its process begins with, 0 for none. */
export function startThread(k: Kernel, thread: number, entry: number, sp: number, argument: number, given = 0): void {
  k.memory.writeWord(savedRegister(k, thread, 0), entry | 0);
  k.memory.writeWord(savedRegister(k, thread, 2), sp | 0);
  k.memory.writeWord(savedRegister(k, thread, 10), argument | 0);
  k.memory.writeWord(savedRegister(k, thread, 11), given);
  k.journal.commit(threadStarted, thread);
  if (k.state.sessions.live > 0) tellStarted(k, thread);
  k.scripts?.attach(thread, entry >>> 0, argument, given);
}

/** Ends a thread that has not ended, wherever it is. */
export function endThread(k: Kernel, thread: number, reason: number): void {
  const lock = lockAwaited(k.state, thread);
  const owner = k.state.threads.lendsTo[thread];
  leaveChannels(k, thread);
  abandonFault(k, thread);
  k.journal.commit(threadEnded, thread, reason);
  if (lock >= 0) queueFell(k, lock, k.state.threads.priority[thread]);
  else if (owner >= 0) settle(k, owner);
  leaveLocks(k, thread);
  releaseFrame(k, k.state.threads.saveArea[thread]);
  if (k.loaded === thread) k.loaded = -1;
  k.scripts?.ended(thread);
  endGrant(k, thread);
  const waiter = k.state.threads.waiter[thread];
  if (k.state.registrations.owes[waiter] !== 0) answerMissing(k, waiter);
  fire(k, k.state.threads.source[thread], STATUS.OK, reason);
  if (k.state.sessions.live > 0) tellEnded(k, thread, reason);
  k.mayBeUnused('thread', thread);
}
