/**
 * A shortage of an allocator, from the request that found no memory to its end. All listeners of the allocator are asked at once,
 * and nobody can keep the event from the others. When all who owe an answer have given it, or their time is over, waiting
 * requests are served; where that was not enough the listeners of the next allocator up the tree are asked that listen to its
 * subtree, and past the root the requests that wait are given up. So every wait ends.
 *
 * - While a shortage is open further ones of the same allocator only add to it.
 * - Answers that brought memory begin a new round with the same listeners, as long as there is more than before.
 * - PRESSURE (more in use than the soft mark, or somebody asks for memory back) is told in the same way, and goes no further.
 */
import { STATUS } from '../../syscalls/errors.js';
import { MEMORY_STATE, VERDICT } from '../../syscalls/options.js';
import { closeSource, eachListener, fire } from '../events/broadcast.js';
import { deliverToPool, wakeWithEvent } from '../events/deliver.js';
import { Event } from '../events/event.js';
import { isPersistent } from '../events/listen.js';
import type { Kernel } from '../kernel.js';
import { SHORTAGE_ROUNDS } from '../limits.js';
import { freeBytes } from '../memory/frames.js';
import { isLive } from '../state/table.js';
import { sourceFired } from '../transitions/events.js';
import {
  answerTimeBegun,
  answerTimeEnded,
  memoryAnswerGiven,
  memoryAnswerOwed,
  memoryStateSet,
  shortageAsked,
  shortageClosed,
  shortageDeferred,
} from '../transitions/shortage.js';
import { firstWaiting, giveUpAll, serve } from './requests.js';

/** Somebody fails to get what `k.shortage` remembers, or waits for it. */
export function fallShort(k: Kernel): void {
  const { allocators } = k.state;
  const { allocator, bytes } = k.shortage;
  const isOpen = allocators.asked[allocator] !== 0 && allocators.kind[allocator] === MEMORY_STATE.OOM;
  if (allocators.state[allocator] !== MEMORY_STATE.OOM || allocators.wanted[allocator] !== bytes)
    k.journal.commit(memoryStateSet, allocator, MEMORY_STATE.OOM, bytes);
  if (isOpen) return;
  endAnswerTime(k, allocator);
  ask(k, allocator, allocator, MEMORY_STATE.OOM, 1);
  if (!isAwaiting(k, allocator)) goOn(k, allocator);
}

/** Asks who listens to an allocator to give so many bytes back. While a shortage is open it is none of its own. */
export function requestBack(k: Kernel, allocator: number, bytes: number): void {
  if (k.state.allocators.asked[allocator] !== 0) return;
  press(k, allocator, k.state.allocators.state[allocator], bytes);
}

/** Has a shortage answers to wait for? */
function isAwaiting(k: Kernel, row: number): boolean {
  const { owed, deferred } = k.state.allocators;
  return owed[row] > 0 || deferred[row] !== 0;
}

function endAnswerTime(k: Kernel, row: number): void {
  if (k.state.allocators.deadlineSlot[row] >= 0) k.journal.commit(answerTimeEnded, row);
}

/** All that can be done at this level is done: answers are given, or nobody owes one. */
export function goOn(k: Kernel, row: number): void {
  const { allocators: t } = k.state;
  for (;;) {
    endAnswerTime(k, row);
    if (t.kind[row] === MEMORY_STATE.PRESSURE) break;
    serve(k, row);
    const isRelieved = t.relieved[row] !== 0;
    if (isRelieved && firstWaiting(k, row) < 0) break;
    const round = t.rounds[row];
    if (isRelieved && freeBytes(k, row) > t.freeBefore[row] && round < SHORTAGE_ROUNDS)
      ask(k, row, t.asked[row] - 1, MEMORY_STATE.OOM, round + 1);
    else {
      const above = t.parent[t.asked[row] - 1];
      if (above < 0) {
        giveUpAll(k, row);
        break;
      }
      ask(k, row, above, MEMORY_STATE.OOM, round);
    }
    if (isAwaiting(k, row)) return;
  }
  k.journal.commit(shortageClosed, row);
}

/** The time for answers to a shortage is over. */
export function expireShortage(k: Kernel, row: number): void {
  dropAnswers(k, row);
  goOn(k, row);
}

/** Answers that are owed will not come. */
function dropAnswers(k: Kernel, row: number): void {
  const { firstOwing } = k.state.allocators;
  while (firstOwing[row] >= 0) k.journal.commit(memoryAnswerGiven, firstOwing[row], VERDICT.CANNOT, 0, 0);
}

const event = new Event();
/** Of the asking that is going on: somebody may answer, and owes the answer to another shortage. */
let isBusy = false;

/** Tells the listeners of `asked`, the allocator or one above it; who may answer owes it. */
function ask(k: Kernel, row: number, asked: number, kind: number, round: number): void {
  const { allocators: t } = k.state;
  k.journal.commit(shortageAsked, row, asked, kind, round);
  const source = asked === row ? t.source[row] : t.subtree[asked];
  k.journal.commit(sourceFired, source, STATUS.OK, 0, kind, t.wanted[row], t.koid[row], freeBytes(k, row));
  isBusy = false;
  eachListener(k, source, tell, row);
  if (t.owed[row] === 0 && isBusy) k.journal.commit(shortageDeferred, row);
  if (isAwaiting(k, row) && t.deadlineSlot[row] < 0) k.journal.commit(answerTimeBegun, row);
}

function tell(k: Kernel, registration: number, row: number): void {
  const { allocators: t, registrations: r, sources, threads } = k.state;
  const thread = r.thread[registration];
  const owing = thread >= 0 ? threads.waiter[thread] : registration;
  const may = r.answers[registration] !== 0;
  const already = r.owes[owing];
  const owes = may && already === 0;
  if (may && already !== 0 && already !== -(row + 1)) isBusy = true;
  let token = 0;
  if (thread < 0 && may && (owes || already === -(row + 1))) token = r.number[registration];
  else if (thread >= 0 && owes) token = k.state.nextRegistration;
  const name = sources.name[r.source[registration]];
  event.set(name, STATUS.OK, token, t.kind[row], t.wanted[row], t.koid[row], freeBytes(k, row));
  if (thread >= 0) {
    if (wakeWithEvent(k, registration, event) === STATUS.OK && owes) k.journal.commit(memoryAnswerOwed, owing, row);
    return;
  }
  // It owes before it is told: one that listens for one event alone ends with it, and is kept for its answer.
  if (owes) k.journal.commit(memoryAnswerOwed, registration, row);
  deliverToPool(k, registration, event, isPersistent(r.options[registration]));
}

/** Tells of PRESSURE, and asks for so many bytes. */
function press(k: Kernel, row: number, state: number, bytes: number): void {
  k.journal.commit(memoryStateSet, row, state, bytes);
  ask(k, row, row, MEMORY_STATE.PRESSURE, 1);
  if (!isAwaiting(k, row)) k.journal.commit(shortageClosed, row);
}

/** At the end of a step in which something changed at allocators that are watched: who waits is served, states are told. */
export function settleMemory(k: Kernel): void {
  const { allocators } = k.state;
  while (k.memorySettled !== k.state.memoryChanges) {
    k.memorySettled = k.state.memoryChanges;
    for (let row = 0; row < allocators.used; row++) {
      if (isLive(allocators, row) && allocators.watched[row] !== 0) settle(k, row);
    }
  }
}

function settle(k: Kernel, row: number): void {
  const { allocators: t } = k.state;
  serve(k, row);
  if (t.deferred[row] !== 0) {
    ask(k, row, t.asked[row] - 1, t.kind[row], t.rounds[row]);
    if (!isAwaiting(k, row)) goOn(k, row);
  }
  if (t.asked[row] !== 0) return;
  const free = freeBytes(k, row);
  const used = t.quota[row] - free;
  if (t.state[row] === MEMORY_STATE.OOM && free < t.wanted[row]) return;
  const isPressed = t.softMark[row] > 0 && used > t.softMark[row];
  const state = isPressed ? MEMORY_STATE.PRESSURE : MEMORY_STATE.NORMAL;
  if (state === t.state[row]) return;
  if (isPressed) {
    press(k, row, state, used - t.softMark[row]);
    return;
  }
  k.journal.commit(memoryStateSet, row, state, 0);
  fire(k, t.source[row], STATUS.OK, 0, state, 0, t.koid[row], free);
}

/** An allocator goes: its shortage is void, nobody can wait there or listen. */
export function closeShortage(k: Kernel, row: number): void {
  const { allocators } = k.state;
  dropAnswers(k, row);
  endAnswerTime(k, row);
  giveUpAll(k, row);
  if (allocators.asked[row] !== 0) k.journal.commit(shortageClosed, row);
  closeSource(k, allocators.source[row]);
  closeSource(k, allocators.subtree[row]);
}
