/** event_wait, event_wait_many, event_listen, event_cancel, event_resolve. */
import type { CallName } from '../../syscalls/calls.js';
import { STATUS } from '../../syscalls/errors.js';
import { BLOCKED_ON, LAYOUTS, layoutBytes } from '../../syscalls/layouts.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { SEEN_NOW, SOURCE, VERDICT } from '../../syscalls/options.js';
import { RIGHTS } from '../../syscalls/rights.js';
import { cancel, findRegistration } from '../events/cancel.js';
import { handEvent, packLast } from '../events/deliver.js';
import { isDue, register, sourceOf, tellLate, wouldLoop } from '../events/listen.js';
import { PACKET_BYTES } from '../events/packet-words.js';
import { readHead } from '../events/shared-pool.js';
import { resolveFault } from '../faults/answers.js';
import { findHandle } from '../handles.js';
import { resolveInterrupt } from '../interrupts/answers.js';
import { isPending, mayHandle } from '../interrupts/interrupt.js';
import type { Kernel } from '../kernel.js';
import { COST } from '../limits.js';
import { fits } from '../memory/frames.js';
import { back, readUser } from '../memory/user-memory.js';
import { resolveShortage } from '../shortage/answers.js';
import { freeRows, nextRow } from '../state/table.js';
import { ROLE } from '../state/tables.js';
import { waitItemAdded } from '../transitions/events.js';
import { answererNamed } from '../transitions/shortage.js';
import { CALL_WAITS } from '../transitions/steps.js';
import { threadWaits } from '../transitions/tasks.js';
import type { CallFrame } from './frame.js';
import type { Handler } from './handler.js';

/** The source that a handle and a name mean, or -1. */
function sourceOfHandle(k: Kernel, handle: number, name: number): number {
  const { handles } = k.state;
  return sourceOf(k.state, handles.type[handle], handles.object[handle], name);
}

/** How many events of a source somebody has missed who has seen a generation; 0 where he has to wait. */
function missed(k: Kernel, source: number, seen: number): number {
  const since = seen === SEEN_NOW ? 0 : (k.state.sources.generation[source] - seen) & 0x7fff_ffff;
  return since === 0 && isDue(k.state, source) ? 1 : since;
}

/** Answers a wait at once with the latest event. */
function answer(k: Kernel, call: CallFrame, source: number, count: number, address: number): number {
  packLast(k, source, k.state.sources.name[source], count);
  const status = handEvent(k, call.process, address);
  if (status === STATUS.OK) call.result(k.state.sources.generation[source]);
  return status;
}

const ITEM_WORDS = layoutBytes(LAYOUTS.wait_item) / 4;

export const EVENT_CALLS = {
  event_wait: {
    run(k, call) {
      const source = sourceOfHandle(k, call.handles[0], call.words[1]);
      if (source < 0) return STATUS.NOT_FOUND;
      const role = mayListen(k, call.handles[0], source, call.thread);
      if (role !== STATUS.OK) return role;
      const address = call.unsigned(5);
      lookAtPool(k, source);
      // An interrupt that is pending goes before one that others handled.
      const pending = isDelivered(k, call, source);
      const count = missed(k, source, call.unsigned(2));
      if (count > 0 && !pending) return answer(k, call, source, count, address);
      const deadline = call.time(3);
      if (deadline <= k.board.time && !pending) return STATUS.TIMED_OUT;
      if (!back(k, call.process, address, PACKET_BYTES.length)) return STATUS.NO_MEMORY;
      k.journal.commitAt(threadWaits, deadline, call.thread, BLOCKED_ON.EVENT, source, address, 0, 0);
      nameAnswerer(k, call, call.handles[0], source, k.state.threads.waiter[call.thread]);
      tellLate(k, source, -1);
      return CALL_WAITS;
    },
  },

  event_wait_many: {
    run(k, call) {
      const count = call.unsigned(1);
      const words = new Int32Array(count * ITEM_WORDS);
      readUser(k, call.process, call.unsigned(0), new Uint8Array(words.buffer));
      const sources: number[] = [];
      const handles: number[] = [];
      const status = findSources(k, call, words, sources, handles);
      if (status !== STATUS.OK) return status;
      const address = call.unsigned(4);
      let pending = false;
      for (let i = 0; i < count; i++) {
        lookAtPool(k, sources[i]);
        pending = isDelivered(k, call, sources[i]);
        if (pending) break;
        const events = missed(k, sources[i], words[i * ITEM_WORDS + 2] >>> 0);
        if (events === 0) continue;
        call.result(i);
        return answer(k, call, sources[i], events, address);
      }
      const deadline = call.time(2);
      if (deadline <= k.board.time && !pending) return STATUS.TIMED_OUT;
      if (freeRows(k.state.registrations) < count) return STATUS.NO_RESOURCES;
      // The page first: what it takes does not fit once more.
      if (!back(k, call.process, address, PACKET_BYTES.length)) return STATUS.NO_MEMORY;
      if (!fits(k, k.state.processes.allocator[call.process], count * COST.registration)) return STATUS.NO_MEMORY;
      // The same source more than once stands there together: a broadcast then finds all of a thread's entries in a row.
      for (let i = 0; i < count; i++) {
        const row = nextRow(k.state.registrations);
        k.journal.commit(waitItemAdded, row, call.thread, sources[i], i);
        nameAnswerer(k, call, handles[i], sources[i], row);
      }
      k.journal.commitAt(threadWaits, deadline, call.thread, BLOCKED_ON.EVENT, -1, address, 0, 0);
      for (let i = 0; i < count; i++) tellLate(k, sources[i], -1);
      return CALL_WAITS;
    },
  },

  event_listen: {
    run(k, call) {
      const source = sourceOfHandle(k, call.handles[0], call.words[1]);
      if (source < 0) return STATUS.NOT_FOUND;
      const pool = call.objects[2];
      const role = mayListen(k, call.handles[0], source, -1);
      if (role !== STATUS.OK) return role;
      if (wouldLoop(k, pool, source)) return STATUS.LOOP;
      lookAtPool(k, source);
      const number = register(k, pool, source, ROLE.LISTEN, call.words[3], call.words[4], call.words[5]);
      if (number < 0) return number;
      nameAnswerer(k, call, call.handles[0], source, findRegistration(k, pool, number));
      tellLate(k, source, number);
      call.result(number);
      return STATUS.OK;
    },
  },

  event_cancel: {
    run: (k, call) => cancel(k, call.objects[0], call.words[1]),
  },

  event_resolve: {
    run(k, call) {
      const [handle] = call.handles;
      const [object] = call.objects;
      const [, token, verdict] = call.words;
      const { type, rights } = k.state.handles;
      const isInterrupt = type[handle] === OBJECT_TYPE.interrupt;
      if ((rights[handle] & (isInterrupt ? RIGHTS.ACK : RIGHTS.RESOLVE)) === 0) return STATUS.ACCESS_DENIED;
      if (type[handle] === OBJECT_TYPE.allocator)
        return resolveShortage(k, object, token, verdict, call.unsigned(3), call.objects[4]);
      if (!isInterrupt) return resolveFault(k, type[handle], object, token, verdict);
      const isAnswer = verdict === VERDICT.HANDLED || verdict === VERDICT.NOT_MINE;
      return isAnswer ? resolveInterrupt(k, object, token, verdict) : STATUS.INVALID_ARGS;
    },
  },
} satisfies Partial<Record<CallName, Handler>>;

/** Finds the source of every item: all handles first, then rights, then whether there is such a source. */
function findSources(k: Kernel, call: CallFrame, words: Int32Array, sources: number[], rows: number[]): number {
  const { handles } = k.state;
  for (let i = 0; i < words.length; i += ITEM_WORDS) rows.push(findHandle(k, call.process, words[i]));
  if (rows.some((row) => row < 0)) return STATUS.BAD_HANDLE;
  if (rows.some((row) => (handles.rights[row] & RIGHTS.WAIT) === 0)) return STATUS.ACCESS_DENIED;
  rows.forEach((row, i) => {
    sources.push(sourceOfHandle(k, row, words[i * ITEM_WORDS + 1]));
  });
  if (sources.some((source) => source < 0)) return STATUS.NOT_FOUND;
  const roles = rows.map((row, i) => mayListen(k, row, sources[i], call.thread));
  if (roles.includes(STATUS.ACCESS_DENIED)) return STATUS.ACCESS_DENIED;
  return roles.find((role) => role !== STATUS.OK) ?? STATUS.OK;
}

/** Is it a shortage of memory or a fault, and whoever has the handle may answer it? */
function mayResolve(k: Kernel, handle: number, source: number): boolean {
  const name = k.state.sources.name[source];
  return IS_RESOLVED.has(name) && (k.state.handles.rights[handle] & RIGHTS.RESOLVE) !== 0;
}

const IS_RESOLVED: ReadonlySet<number> = new Set([SOURCE.MEMORY, SOURCE.MEMORY_SUBTREE, SOURCE.FAULT, SOURCE.BREAK]);

/** A registration began to listen: as one who may answer, if the handle says so. */
function nameAnswerer(k: Kernel, call: CallFrame, handle: number, source: number, registration: number): void {
  if (mayResolve(k, handle, source))
    k.journal.commit(answererNamed, registration, k.state.processes.koid[call.process]);
}

/** Who waits for an interrupt, or listens to it, has to be able to answer; who owes an answer cannot. `thread` -1: a pool. */
function mayListen(k: Kernel, handle: number, source: number, thread: number): number {
  const { sources, handles, registrations, threads } = k.state;
  if (thread >= 0 && registrations.owes[threads.waiter[thread]] !== 0 && mayResolve(k, handle, source))
    return STATUS.BAD_STATE;
  if (sources.name[source] !== SOURCE.INTERRUPT) return STATUS.OK;
  if ((handles.rights[handle] & RIGHTS.ACK) === 0) return STATUS.ACCESS_DENIED;
  return mayHandle(k, sources.object[source], thread);
}

/**
 * Will a thread that begins to wait here have its event before the step is over? In a ring nobody begins to wait: what is
 * pending stays so, for a handler that waits or is a pool.
 */
function isDelivered(k: Kernel, call: CallFrame, source: number): boolean {
  const { sources } = k.state;
  return !call.inRing && sources.name[source] === SOURCE.INTERRUPT && isPending(k, sources.object[source]);
}

/** Before it is asked whether a pool is empty: a mapped one may be by now. */
function lookAtPool(k: Kernel, source: number): void {
  const { sources } = k.state;
  if (sources.type[source] === OBJECT_TYPE.pool) readHead(k, sources.object[source]);
}
