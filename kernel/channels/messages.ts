/**
 * Messages that nobody has received yet: made when they have to wait or carry handles, gone when they were received or never
 * will be.
 */
import { STATUS } from '../../syscalls/errors.js';
import { TRANSFER } from '../../syscalls/options.js';
import { RIGHTS } from '../../syscalls/rights.js';
import { closeHandle, findHandle } from '../handles.js';
import type { Kernel } from '../kernel.js';
import { COST } from '../limits.js';
import { fits } from '../memory/frames.js';
import { flyingOf } from '../state/carried.js';
import { typeName } from '../state/objects.js';
import { freeRows, nextRow } from '../state/table.js';
import { handleCopied, handleLent, handleSent, messageMade, messageRemoved } from '../transitions/channels.js';
import { SENT_HANDLES } from './extent.js';
import { PASSING_HANDLES, passing } from './handover.js';

/** Finds the handles that are to be sent, into PASSING_HANDLES: all have to be there, then all have to have the rights. */
export function findSentHandles(k: Kernel, process: number, count: number): number {
  const { rights } = k.state.handles;
  for (let i = 0; i < count; i++) {
    PASSING_HANDLES[i] = findHandle(k, process, SENT_HANDLES[i * 2]);
    if (PASSING_HANDLES[i] < 0) return STATUS.BAD_HANDLE;
  }
  for (let i = 0; i < count; i++) {
    const needed = SENT_HANDLES[i * 2 + 1] === TRANSFER.MOVE ? RIGHTS.TRANSFER : RIGHTS.TRANSFER | RIGHTS.DUPLICATE;
    if ((rights[PASSING_HANDLES[i]] & needed) !== needed) return STATUS.ACCESS_DENIED;
  }
  return STATUS.OK;
}

/** The last handles that a message was to have, which are gone from their sender though nobody gets them. */
export function consumeHandles(k: Kernel, count: number): void {
  for (let i = 0; i < count; i++) if (SENT_HANDLES[i * 2 + 1] === TRANSFER.MOVE) closeHandle(k, PASSING_HANDLES[i]);
}

/**
 * Is there room for a message of a process with handles, paid for by an allocator, which is charged `more` bytes with it? OK, or
 * what stands against it. A sender has this room before it is looked who receives, so that it can always wait.
 */
export function roomForMessage(k: Kernel, process: number, allocator: number, count: number, more: number): number {
  const { messages, handles, processes } = k.state;
  let rows = 0;
  let paid = 0;
  const isOwn = processes.allocator[process] === allocator;
  for (let i = 0; i < count; i++) {
    const what = SENT_HANDLES[i * 2 + 1];
    if (what !== TRANSFER.MOVE) rows += what;
    if (what !== TRANSFER.MOVE) paid += what;
    else if (!isOwn) paid++;
  }
  if (nextRow(messages) < 0 || freeRows(handles) < rows) return STATUS.NO_RESOURCES;
  return fits(k, allocator, COST.message + paid * COST.handle + more) ? STATUS.OK : STATUS.NO_MEMORY;
}

/**
 * Makes a message of what is passing, with its handles, which are in flight from now on. `registration` is its sender's.
 */
export function makeMessage(k: Kernel, endpoint: number, registration: number, allocator: number): void {
  const row = nextRow(k.state.messages);
  const { bytes, badge, reply, handles: count } = passing;
  const isCopied = k.state.registrations.pool[registration] >= 0;
  const place = isCopied ? passing.vmo : passing.address;
  k.journal.commit(messageMade, row, endpoint, registration, allocator, bytes, place, badge, reply);
  passing.row = row;
  // The last goes first, so that the list is in order.
  for (let i = count - 1; i >= 0; i--) sendHandle(k, PASSING_HANDLES[i], SENT_HANDLES[i * 2 + 1], i);
}

function sendHandle(k: Kernel, handle: number, what: number, place: number): void {
  const { row: message, reply } = passing;
  const { handles } = k.state;
  if (what === TRANSFER.MOVE) {
    k.journal.commit(handleSent, handle, message, place);
    const type = handles.type[handle];
    // Its object may be held by nothing but what it holds itself from now on.
    if (flyingOf(k.state, type) !== undefined) k.mayBeUnused(typeName(type), handles.object[handle]);
    return;
  }
  let parent = handle;
  if (what === TRANSFER.LEND) {
    parent = nextRow(handles);
    k.journal.commit(handleLent, parent, handle, reply);
  }
  k.journal.commit(handleCopied, nextRow(handles), parent, message, place);
}

/** A message will not be received: what it holds is closed. */
export function dropMessage(k: Kernel, message: number): void {
  const { messages } = k.state;
  for (let row = messages.firstHandle[message]; row >= 0; row = messages.firstHandle[message]) closeHandle(k, row);
  removeMessage(k, message);
}

/** A message with nothing in it goes. */
export function removeMessage(k: Kernel, message: number): void {
  const { messages, replies } = k.state;
  const vmo = messages.vmo[message];
  const reply = messages.reply[message];
  const allocator = messages.allocator[message];
  k.journal.commit(messageRemoved, message);
  if (vmo >= 0) k.mayBeUnused('vmo', vmo);
  if (reply >= 0 && replies.references[reply] === 0) k.mayBeUnused('reply', reply);
  if (k.state.allocators.references[allocator] === 0) k.mayBeUnused('allocator', allocator);
}
