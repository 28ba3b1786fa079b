/**
 * Calls and their replies. A call is a send whose sender waits on for one reply; what answers it is an object that the receiver
 * gets with the message and may pass on. It answers once. When it goes unused, the caller is told CANCELED.
 */
import { STATUS } from '../../syscalls/errors.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { closeHandle, revoke } from '../handles.js';
import type { Kernel } from '../kernel.js';
import { isLive } from '../state/table.js';
import { resultOf } from '../tasks/registers.js';
import { unblock } from '../tasks/waiting.js';
import { replyRemoved } from '../transitions/channels.js';
import { handleClosed } from '../transitions/handles.js';
import { breakCycle } from './cycles.js';
import { Extent, readBufferAgain } from './extent.js';
import { handTo, passing, received } from './handover.js';
import { consumeHandles, dropMessage } from './messages.js';

const buffer = new Extent();

/** Hands what is passing to a caller as its reply, and ends its wait; the status that the caller gets. */
export function answer(k: Kernel, reply: number): number {
  const { replies, threads } = k.state;
  const thread = replies.thread[reply];
  const process = threads.process[thread];
  let status = readBufferAgain(k, process, threads.wait1[thread] >>> 0, buffer);
  if (status === STATUS.OK) {
    status = handTo(k, process, buffer, 0);
    resultOf(k, thread, 0, received.bytes);
    resultOf(k, thread, 1, received.handles);
  }
  // Before the end of the wait takes back what was lent: that may be among them.
  if (status !== STATUS.OK) consumeHandles(k, passing.handles);
  unblock(k, thread, status);
  return status;
}

/** What was lent with a call is the caller's alone again. */
function endLending(k: Kernel, reply: number): void {
  const { replies } = k.state;
  for (let row = replies.firstLent[reply]; row >= 0; row = replies.firstLent[reply]) {
    revoke(k, row);
    closeHandle(k, row);
  }
}

/** The wait of a thread that sends or calls ends, for whatever reason: its message is withdrawn, what it lent comes back. */
export function withdraw(k: Kernel, thread: number): void {
  const { threads, registrations, replies } = k.state;
  const message = registrations.subject[threads.waiter[thread]];
  if (message >= 0) dropMessage(k, message);
  const reply = threads.reply[thread];
  if (reply < 0) return;
  endLending(k, reply);
  if (replies.references[reply] === 0) k.mayBeUnused('reply', reply);
}

/** A reply has been given, or cannot be any more: the handle that was used goes. */
export function useUp(k: Kernel, handle: number): void {
  const reply = k.state.handles.object[handle];
  k.journal.commit(handleClosed, handle);
  removeReplyIfUnused(k, reply);
}

/** A reply goes when nothing names it and nothing carries it; a caller that still waits learns that nobody will answer. */
export function removeReplyIfUnused(k: Kernel, row: number): void {
  const { replies } = k.state;
  if (!isLive(replies, row)) return;
  if (replies.references[row] > 0) breakCycle(k, OBJECT_TYPE.reply, row);
  if (replies.references[row] > 0) return;
  if (replies.thread[row] >= 0) unblock(k, replies.thread[row], STATUS.CANCELED);
  const allocator = replies.allocator[row];
  k.journal.commit(replyRemoved, row);
  if (k.state.allocators.references[allocator] === 0) k.mayBeUnused('allocator', allocator);
}
