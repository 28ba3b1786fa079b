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
import { PAGE_BYTES } from '../../syscalls/limits.js';
import { MEMORY_STATE, VERDICT } from '../../syscalls/options.js';
import { closeSource, eachListener } from '../events/broadcast.js';
import { deliverToPool, wakeWithEvent } from '../events/deliver.js';
import { Event } from '../events/event.js';
import { isPersistent } from '../events/listen.js';
import { type Kernel, NOT_SETTLED } from '../kernel.js';
import { SHORTAGE_ROUNDS } from '../limits.js';
import { freeBytes } from '../memory/frames.js';
import { ROOT, rootOutOfMemory } from '../root-oom/path.js';
import { couldBeHad } from '../root-oom/wanted.js';
import { ROOT_PATH } from '../state/state.js';
import { isLive } from '../state/table.js';
import { sourceFired } from '../transitions/events.js';
import {
  answerTimeBegun,
  answerTimeEnded,
  answerTimeSet,
  memoryAnswerGiven,
  memoryAnswerOwed,
  memoryStateSet,
  shortageAsked,
  shortageClosed,
  shortageDeferred,
} from '../transitions/shortage.js';
import { unparkPools } from './parked.js';
import { endQueue, firstWaiting, giveUpAll, serve } from './requests.js';

/** Somebody fails to get what `k.shortage` remembers, or waits for it. */
export function fallShort(k: Kernel): void {
  const { allocators } = k.state;
  const { allocator, bytes } = k.shortage;
  const isOpen = allocators.asked[allocator] !== 0 && allocators.kind[allocator] === MEMORY_STATE.OOM;
  if (allocators.state[allocator] !== MEMORY_STATE.OOM || allocators.wanted[allocator] !== bytes)
    k.journal.commit(memoryStateSet, allocator, MEMORY_STATE.OOM, bytes);
  if (isOpen) return;
  endAnswerTime(k, allocator);
  ask(k, allocator, allocator, MEMORY_STATE.OOM, 1, bytes);
  if (!isAwaiting(k, allocator)) goOn(k, allocator);
}

/** Asks who listens to an allocator to give so many bytes back. While a shortage is open it is none of its own. */
export function requestBack(k: Kernel, allocator: number, bytes: number): void {
  if (k.state.allocators.asked[allocator] === 0) press(k, allocator, bytes);
}

/** Sets the time for answers; that of a shortage which is open begins again. */
export function setAnswerTime(k: Kernel, allocator: number, time: number): void {
  endAnswerTime(k, allocator);
  k.journal.commitAt(answerTimeSet, time, allocator);
  if (k.state.allocators.asked[allocator] !== 0) k.journal.commit(answerTimeBegun, allocator);
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
function goOn(k: Kernel, row: number): void {
  const { allocators: t } = k.state;
  for (;;) {
    endAnswerTime(k, row);
    if (t.kind[row] === MEMORY_STATE.PRESSURE) break;
    serve(k, row);
    const isRelieved = t.relieved[row] !== 0;
    if (isRelieved && firstWaiting(k, row) < 0) break;
    const round = t.rounds[row];
    if (isRelieved && freeBytes(k, row) > t.freeBefore[row] && round < SHORTAGE_ROUNDS)
      ask(k, row, t.asked[row] - 1, MEMORY_STATE.OOM, round + 1, t.wanted[row]);
    else {
      const above = t.parent[t.asked[row] - 1];
      if (above < 0) {
        const head = firstWaiting(k, row);
        const came = head >= 0 && t.parent[row] < 0 ? askMachine(k, row, head) : ROOT.NOTHING;
        // Whoever was killed may have ended the shortage with what came back.
        if (came === ROOT.DECIDING || t.asked[row] === 0) return;
        // Each time somebody was killed, or gave frames.
        if (came === ROOT.GAVE || firstWaiting(k, row) !== head) continue;
        giveUpAll(k, row);
        break;
      }
      ask(k, row, above, MEMORY_STATE.OOM, round, t.wanted[row]);
    }
    if (isAwaiting(k, row)) return;
  }
  k.journal.commit(shortageClosed, row);
}

/**
 * What is short is the root itself, the machine: before those who wait are given up, the root path looks for frames for the first of
 * them. What came of it (ROOT); DECIDING where the shortage goes on later. Nothing of the step is half done when a shortage goes on.
 */
function askMachine(k: Kernel, row: number, thread: number): number {
  // It is looked at again when that pass is over, in this step.
  if (k.inRootPass) return ROOT.DECIDING;
  const bytes = k.state.threads.wait0[thread] >>> 0;
  if (!couldBeHad(k, bytes)) return ROOT.NOTHING;
  const came = rootOutOfMemory(k, Math.ceil(bytes / PAGE_BYTES), thread);
  if (came === ROOT.DECIDING) {
    // It is asked again when the monitor has decided.
    k.journal.commit(shortageDeferred, row);
    k.journal.commit(answerTimeBegun, row);
  }
  return came;
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
/** Of the telling that goes on: the state it is about, and whether who may answer owes it. */
let tellingKind = 0;
let isAsking = false;
/** Of the asking that is going on: somebody may answer, and owes the answer to another shortage. */
let isBusy = false;

/** Tells the listeners of `asked`, the allocator or one above it, that `bytes` are sought; who may answer owes it. */
function ask(k: Kernel, row: number, asked: number, kind: number, round: number, bytes: number): void {
  const { allocators: t } = k.state;
  k.journal.commit(shortageAsked, row, asked, kind, round, bytes);
  isAsking = true;
  isBusy = false;
  tellAll(k, row, sourceAsked(k, row), kind);
  if (t.owed[row] === 0 && isBusy) k.journal.commit(shortageDeferred, row);
  if (isAwaiting(k, row) && t.deadlineSlot[row] < 0) k.journal.commit(answerTimeBegun, row);
}

/** Where those listen who were asked last. */
function sourceAsked(k: Kernel, row: number): number {
  const { asked, source, subtree } = k.state.allocators;
  const at = asked[row] - 1;
  return at === row ? source[row] : subtree[at];
}

function tellAll(k: Kernel, row: number, source: number, kind: number): void {
  const { allocators: t } = k.state;
  tellingKind = kind;
  k.journal.commit(sourceFired, source, STATUS.OK, 0, kind, t.sought[row], t.koid[row], freeBytes(k, row));
  eachListener(k, source, tell, row);
}

function tell(k: Kernel, registration: number, row: number): void {
  const { allocators: t, registrations: r, sources, threads } = k.state;
  const thread = r.thread[registration];
  const owing = thread >= 0 ? threads.waiter[thread] : registration;
  const may = mayAnswer(k, registration);
  const already = r.owes[owing];
  const isOwed = already === -(row + 1);
  const owes = isAsking && may && already === 0;
  if (may && already !== 0 && !isOwed) isBusy = true;
  let token = 0;
  if (thread < 0 && may && (owes || isOwed)) token = r.number[registration];
  else if (thread >= 0 && owes) token = k.state.nextRegistration;
  const name = sources.name[r.source[registration]];
  event.set(name, STATUS.OK, token, tellingKind, t.sought[row], t.koid[row], freeBytes(k, row));
  if (thread >= 0) {
    if (wakeWithEvent(k, registration, event) === STATUS.OK && owes) k.journal.commit(memoryAnswerOwed, owing, row);
    return;
  }
  // It owes before it is told: one that listens for one event alone ends with it, and is kept for its answer.
  if (owes) k.journal.commit(memoryAnswerOwed, registration, row);
  deliverToPool(k, registration, event, isPersistent(r.options[registration]));
}

/** May a listener answer? A thread that listens here more than once may, if it may with one of them: they stand together. */
function mayAnswer(k: Kernel, registration: number): boolean {
  const { answers, thread, next } = k.state.registrations;
  if (answers[registration] !== 0 || thread[registration] < 0) return answers[registration] !== 0;
  for (let at = next[registration]; at >= 0 && thread[at] === thread[registration]; at = next[at])
    if (answers[at] !== 0) return true;
  return false;
}

/** Has one of those whom a shortage waits for given its other answer? Or is none of them left? */
function isSomebodyFree(k: Kernel, row: number): boolean {
  const { sources, registrations: r } = k.state;
  let busy = 0;
  for (let at = sources.head[sourceAsked(k, row)]; at >= 0; at = r.next[at]) {
    if (r.pool[at] < 0 || r.answers[at] === 0) continue;
    if (r.owes[at] === 0) return true;
    busy++;
  }
  return busy === 0;
}

/** Tells of PRESSURE, and asks for so many bytes. */
function press(k: Kernel, row: number, bytes: number): void {
  ask(k, row, row, MEMORY_STATE.PRESSURE, 1, bytes);
  if (!isAwaiting(k, row)) k.journal.commit(shortageClosed, row);
}

/** At the end of a step in which something changed at allocators that are watched: who waits is served, states are told. */
export function settleMemory(k: Kernel): void {
  const { allocators: t } = k.state;
  while (k.memorySettled !== k.state.memoryChanges) {
    k.memorySettled = k.state.memoryChanges;
    for (let row = 0; row < t.used; row++) {
      if (!isLive(t, row)) continue;
      if (k.state.rootPath !== ROOT_PATH.NO) {
        // The monitor was asked for the root: nobody is granted anything until it has decided.
        k.memorySettled = NOT_SETTLED;
        return;
      }
      if (t.state[row] === MEMORY_STATE.OOM) unparkPools(k, row);
      if (t.asked[row] !== 0) settleShortage(k, row);
      if (t.watched[row] !== 0) settleState(k, row);
    }
  }
}

/** Somebody may have given back, answered, or left the queue of an allocator that is short. */
function settleShortage(k: Kernel, row: number): void {
  const { allocators: t } = k.state;
  if (t.kind[row] === MEMORY_STATE.OOM) serve(k, row);
  if (t.deferred[row] !== 0 && isSomebodyFree(k, row))
    ask(k, row, t.asked[row] - 1, t.kind[row], t.rounds[row], t.sought[row]);
  if (!isAwaiting(k, row)) goOn(k, row);
}

/** The state follows what is in use, unless a shortage is open. A request to give back does not hold it up. */
function settleState(k: Kernel, row: number): void {
  const { allocators: t } = k.state;
  if (t.asked[row] !== 0 && t.kind[row] === MEMORY_STATE.OOM) return;
  const free = freeBytes(k, row);
  const used = t.quota[row] - free;
  if (t.state[row] === MEMORY_STATE.OOM && free - t.reserve[row] < t.wanted[row]) return;
  const isPressed = t.softMark[row] > 0 && used > t.softMark[row];
  const state = isPressed ? MEMORY_STATE.PRESSURE : MEMORY_STATE.NORMAL;
  if (state === t.state[row]) return;
  k.journal.commit(memoryStateSet, row, state, 0);
  if (isPressed) {
    press(k, row, used - t.softMark[row]);
    return;
  }
  // Only news; who owes an answer still finds the token in it.
  isAsking = false;
  tellAll(k, row, t.source[row], state);
}

/** An allocator goes: its shortage is void, nobody can wait there or listen. */
export function closeShortage(k: Kernel, row: number): void {
  const { allocators } = k.state;
  dropAnswers(k, row);
  endAnswerTime(k, row);
  endQueue(k, row);
  if (allocators.asked[row] !== 0) k.journal.commit(shortageClosed, row);
  closeSource(k, allocators.source[row]);
  closeSource(k, allocators.subtree[row]);
}
