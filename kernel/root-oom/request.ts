/**
 * Requests that found no frame. They failed with NO_MEMORY and changed nothing, so they can be made again: at once, where the
 * root path gave frames, or when the monitor has decided; until then their thread waits for FRAMES.
 *
 * Only what a thread asks for itself comes here: a call, or a page that it touches. A submission in a ring, and bytes for a
 * thread that waits for a message or an event, never wait and kill nobody: shrinkers are asked, then it is NO_MEMORY.
 */

import { STATUS } from '../../syscalls/errors.js';
import { BLOCKED_ON } from '../../syscalls/layouts.js';
import type { CallFrame } from '../calls/frame.js';
import type { Kernel } from '../kernel.js';
import { CALL_REPEATS, NO_RETURN } from '../transitions/steps.js';
import { threadUnblocked, threadWaits } from '../transitions/tasks.js';
import { isAlive, ROOT, rootOutOfMemory } from './path.js';

/** What became of a thread whose request found no frame. */
export const REQUEST = { AGAIN: 0, WAITS: 1, GONE: 2, FAILED: 3 } as const;

/** The running thread's request lacks `framesWanted`: the root path is entered for it. */
export function requestAtRoot(k: Kernel, thread: number): number {
  const koid = k.state.threads.koid[thread];
  const came = rootOutOfMemory(k, k.framesWanted, thread);
  k.framesWanted = 0;
  if (came === ROOT.DECIDING) {
    k.journal.commitAt(threadWaits, Number.POSITIVE_INFINITY, thread, BLOCKED_ON.FRAMES, -1, 0, 0, 0);
    return REQUEST.WAITS;
  }
  if (!isAlive(k, thread, koid)) return REQUEST.GONE;
  return came === ROOT.GAVE ? REQUEST.AGAIN : REQUEST.FAILED;
}

/** A call failed with NO_MEMORY for want of frames: it is made again as often as the root path gives some. Its status. */
export function callAtRoot(k: Kernel, call: CallFrame, make: (k: Kernel, call: CallFrame) => number): number {
  const { thread } = call;
  let status: number = STATUS.NO_MEMORY;
  while (status === STATUS.NO_MEMORY && k.framesWanted > 0) {
    const came = requestAtRoot(k, thread);
    if (came === REQUEST.WAITS) return CALL_REPEATS;
    if (came === REQUEST.GONE) return NO_RETURN;
    if (came === REQUEST.FAILED) return status;
    call.resultCount = 0;
    k.shortage.allocator = -1;
    status = make(k, call);
  }
  return status;
}

/** A thread that waited for frames makes its request again, call or instruction: its registers are as they were. */
export function resumeWithFrames(k: Kernel, thread: number): void {
  k.journal.commit(threadUnblocked, thread, STATUS.OK);
}
