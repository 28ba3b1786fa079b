/**
 * Interrupts: one object a line. An interrupt that comes is told to every handler, and its line is masked until they have all
 * answered (`answers.ts`); with no handler it stays pending for the first one. Observers hear of what handlers are told.
 */
import { STATUS } from '../../syscalls/errors.js';
import { SOURCE } from '../../syscalls/options.js';
import { closeSource, eachListener, fire } from '../events/broadcast.js';
import { deliverToPool, wakeWithEvent } from '../events/deliver.js';
import { Event } from '../events/event.js';
import { isPersistent } from '../events/listen.js';
import type { Kernel } from '../kernel.js';
import { must } from '../panic.js';
import { freeRows, isLive, nextRow } from '../state/table.js';
import { sourceFired } from '../transitions/events.js';
import {
  ANSWER,
  answerGiven,
  answerOwed,
  interruptClaimed,
  interruptCreated,
  interruptDelivered,
  interruptPended,
  interruptRemoved,
} from '../transitions/interrupts.js';
import { completeLine, disableLine, enableLine } from './controller.js';

/** Makes the object of a line that has none: its row, or a negative status. */
export function createInterrupt(k: Kernel, allocator: number, line: number, edge: boolean, answerTime: number): number {
  const row = nextRow(k.state.interrupts);
  if (row < 0 || freeRows(k.state.sources) < 2) return STATUS.NO_RESOURCES;
  k.journal.commitAt(interruptCreated, answerTime, row, k.state.nextKoid, allocator, line, edge ? 1 : 0);
  enableLine(k, line, edge);
  return row;
}

/** An interrupt that no handle names goes: answers that are owed are void, listeners are told, the line is closed. */
export function removeInterruptIfUnused(k: Kernel, row: number): void {
  const { interrupts } = k.state;
  if (!isLive(interrupts, row) || interrupts.references[row] > 0) return;
  while (interrupts.firstOwing[row] >= 0) k.journal.commit(answerGiven, interrupts.firstOwing[row], ANSWER.NONE);
  closeSource(k, interrupts.source[row]);
  closeSource(k, interrupts.observers[row]);
  const line = interrupts.line[row];
  // Completion counts only while the line is enabled.
  if (interrupts.claimed[row] !== 0) completeLine(k, line);
  disableLine(k, line);
  const allocator = interrupts.allocator[row];
  k.journal.commit(interruptRemoved, row);
  k.mayBeUnused('allocator', allocator);
}

/** Nothing is delivered: answers are owed, or it was nobody's too often. */
function isMasked(k: Kernel, row: number): boolean {
  const { owed, stuck } = k.state.interrupts;
  return owed[row] > 0 || stuck[row] !== 0;
}

/** The kernel claimed a line: its handlers are told. */
export function lineClaimed(k: Kernel, line: number): void {
  const row = k.state.lineInterrupt[line];
  must(row >= 0, `line ${line} interrupted and has no object`);
  k.journal.commit(interruptClaimed, row);
  // Of a level nothing need be remembered: it is looked at again when the line opens.
  if (!isMasked(k, row) || k.state.interrupts.edge[row] !== 0) happen(k, row);
}

/** An interrupt happens, by its line or by a program. */
export function happen(k: Kernel, row: number): void {
  const { interrupts, sources } = k.state;
  if (!isMasked(k, row) && sources.head[interrupts.source[row]] >= 0) tellHandlers(k, row);
  else if (interrupts.latched[row] === 0) k.journal.commit(interruptPended, row);
}

/** Will a handler that comes now be told of a pending interrupt in this step? */
export function isPending(k: Kernel, row: number): boolean {
  return k.state.interrupts.latched[row] !== 0 && !isMasked(k, row);
}

/** There is a handler, or the line has opened: a pending interrupt is delivered. */
export function deliverPending(k: Kernel, row: number): void {
  const { interrupts, sources } = k.state;
  if (!isLive(interrupts, row) || !isPending(k, row)) return;
  if (sources.head[interrupts.source[row]] >= 0) tellHandlers(k, row);
}

const event = new Event();

/** As a broadcast, but each handler has a token of its own in the event, and owes an answer afterwards. */
function tellHandlers(k: Kernel, row: number): void {
  const { interrupts } = k.state;
  const line = interrupts.line[row];
  const source = interrupts.source[row];
  k.journal.commit(sourceFired, source, STATUS.OK, 0, line, 0, 0, 0);
  eachListener(k, source, tellHandler, row);
  if (interrupts.owed[row] > 0) k.journal.commit(interruptDelivered, row);
  else if (interrupts.latched[row] === 0) k.journal.commit(interruptPended, row);
  fire(k, interrupts.observers[row], STATUS.OK, 0, line);
}

function tellHandler(k: Kernel, registration: number, row: number): void {
  const thread = k.state.registrations.thread[registration];
  const line = k.state.interrupts.line[row];
  if (thread >= 0) tellThread(k, registration, thread, row, line);
  else tellPool(k, registration, row, line);
}

/** A thread whose buffer has gone meanwhile learns nothing, and owes nothing. */
function tellThread(k: Kernel, registration: number, thread: number, row: number, line: number): void {
  const waiter = k.state.threads.waiter[thread];
  event.set(SOURCE.INTERRUPT, STATUS.OK, k.state.nextRegistration, line);
  if (wakeWithEvent(k, registration, event) === STATUS.OK) k.journal.commit(answerOwed, waiter, row);
}

function tellPool(k: Kernel, registration: number, row: number, line: number): void {
  const { number, options } = k.state.registrations;
  event.set(SOURCE.INTERRUPT, STATUS.OK, number[registration], line);
  // It owes before it is told: one that listens for one event alone ends with it, and is kept for its answer.
  k.journal.commit(answerOwed, registration, row);
  deliverToPool(k, registration, event, isPersistent(options[registration]));
}

/** May a thread or pool become a handler? `thread` -1 for a pool. OK or BAD_STATE. */
export function mayHandle(k: Kernel, row: number, thread: number): number {
  const { interrupts, registrations, threads } = k.state;
  const owes = thread >= 0 && registrations.owes[threads.waiter[thread]] !== 0;
  return interrupts.stuck[row] !== 0 || owes ? STATUS.BAD_STATE : STATUS.OK;
}
