/** Which source of an object a program means, and how a pool comes to listen there. */
import { STATUS } from '../../syscalls/errors.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import { LIMITS } from '../../syscalls/limits.js';
import { OBJECT_TYPE } from '../../syscalls/objects.js';
import { LISTEN, SOURCE } from '../../syscalls/options.js';
import type { Kernel } from '../kernel.js';
import { COST } from '../limits.js';
import { fits } from '../memory/frames.js';
import { hasRoom, slotsOf } from '../state/sources.js';
import type { State } from '../state/state.js';
import { nextRow, type ReadonlyColumn } from '../state/table.js';
import { REGISTRATION_STATE, ROLE } from '../state/tables.js';
import { registrationMade, registrationUnits } from '../transitions/events.js';
import { WORK } from '../work.js';
import { backUnits } from './pool-memory.js';
import { isCorrupt, readHead } from './shared-pool.js';

/** The source of an object by its name in the ABI, or -1. */
export function sourceOf(s: State, type: number, object: number, name: number): number {
  switch (type) {
    case OBJECT_TYPE.process:
      return sourceOfTask(s.processes, object, name);
    case OBJECT_TYPE.thread:
      return sourceOfTask(s.threads, object, name);
    case OBJECT_TYPE.job:
      return sourceOfTask(s.jobs, object, name);
    case OBJECT_TYPE.pool:
      return name === SOURCE.RECEIVED ? s.pools.received[object] : -1;
    case OBJECT_TYPE.timer:
      return name === SOURCE.TIMER ? s.timers.source[object] : -1;
    case OBJECT_TYPE.topic:
      return name === SOURCE.TOPIC ? s.topics.source[object] : -1;
    case OBJECT_TYPE.interrupt:
      if (name === SOURCE.INTERRUPT) return s.interrupts.source[object];
      return name === SOURCE.INTERRUPT_OBSERVED ? s.interrupts.observers[object] : -1;
    case OBJECT_TYPE.session:
      return name === SOURCE.DEBUG ? s.sessions.source[object] : -1;
    case OBJECT_TYPE.allocator:
      if (name === SOURCE.MEMORY) return s.allocators.source[object];
      return name === SOURCE.MEMORY_SUBTREE ? s.allocators.subtree[object] : -1;
    default:
      return -1;
  }
}

/** What processes, threads and jobs have in common. */
interface TaskSources {
  readonly source: ReadonlyColumn;
  readonly faults: ReadonlyColumn;
  readonly breaks: ReadonlyColumn;
}

function sourceOfTask({ source, faults, breaks }: TaskSources, row: number, name: number): number {
  if (name === SOURCE.LIFECYCLE) return source[row];
  if (name === SOURCE.FAULT) return faults[row];
  return name === SOURCE.BREAK ? breaks[row] : -1;
}

/** Has what the source tells of happened already, so that a listener hears it at once? */
export function isDue(s: State, source: number): boolean {
  const { type, name, object } = s.sources;
  const row = object[source];
  if (name[source] === SOURCE.RECEIVED) return s.pools.packets[row] > 0;
  if (name[source] !== SOURCE.LIFECYCLE) return false;
  if (type[source] === OBJECT_TYPE.process) return s.processes.state[row] === TASK_STATE.ENDED;
  if (type[source] === OBJECT_TYPE.thread) return s.threads.state[row] === TASK_STATE.ENDED;
  return s.jobs.killed[row] !== 0;
}

/**
 * Makes a pool listen: the number of the registration, or a negative status. `subject`: the row that the registration concerns,
 * -1 for none; `max`: bytes of a message.
 */
export function register(
  k: Kernel,
  pool: number,
  source: number,
  role: number,
  key0: number,
  key1: number,
  options: number,
  max = 0,
  subject = -1,
): number {
  const status = roomToRegister(k, pool, role, options, max);
  if (status !== STATUS.OK) return status;
  return registerGranted(k, pool, source, role, key0, key1, options, max, subject);
}

/** The same where it was asked before whether there is room. */
export function registerGranted(
  k: Kernel,
  pool: number,
  source: number,
  role: number,
  key0: number,
  key1: number,
  options: number,
  max = 0,
  subject = -1,
): number {
  const row = nextRow(k.state.registrations);
  k.journal.commit(registrationMade, row, pool, source, role | ((subject + 1) << 8), key0, key1, options, max);
  return k.state.registrations.number[row];
}

/** Can a pool take a registration on? Frames of a variable pool are taken at once. */
export function roomToRegister(k: Kernel, pool: number, role: number, options: number, max: number): number {
  readHead(k, pool);
  if (isCorrupt(k, pool)) return STATUS.BAD_STATE;
  const { pools, registrations } = k.state;
  const units = registrationUnits(role, pools.kind[pool], max);
  const slots = role === ROLE.LISTEN ? slotsOf(options) : 1;
  if (nextRow(registrations) < 0 || !hasRoom(k.state, pool, units, slots)) return STATUS.NO_RESOURCES;
  if (!fits(k, pools.allocator[pool], COST.registration)) return STATUS.NO_MEMORY;
  return backUnits(k, pool, units * slots, COST.registration) ? STATUS.OK : STATUS.NO_MEMORY;
}

/** After a pool began to listen: what has happened already is told at once, what is pending is delivered. */
export function tellLate(k: Kernel, source: number, registration: number): void {
  if (registration >= 0 && isDue(k.state, source)) k.work.add(WORK.LATE_LISTENER, registration);
  else if (k.state.sources.type[source] === OBJECT_TYPE.interrupt)
    k.work.add(WORK.INTERRUPT, k.state.sources.object[source]);
}

/** Would a pool that listens to another one tell itself in the end, or be the last of too many in a row? */
export function wouldLoop(k: Kernel, listener: number, source: number): boolean {
  const { sources } = k.state;
  if (sources.name[source] !== SOURCE.RECEIVED || sources.type[source] !== OBJECT_TYPE.pool) return false;
  const told = sources.object[source];
  return listener === told || depthBelow(k, listener, told, 1) + depthAbove(k, told, 1) > LIMITS.poolDepth;
}

/** How many pools stand in a row from this one on, over those that listen to it; too many where `end` is among them. */
function depthBelow(k: Kernel, pool: number, end: number, depth: number): number {
  if (depth > LIMITS.poolDepth) return depth;
  const { pools, sources, registrations: r } = k.state;
  let deepest = 1;
  for (let row = sources.head[pools.received[pool]]; row >= 0; row = r.next[row]) {
    if (r.pool[row] < 0) continue;
    if (r.pool[row] === end) return LIMITS.poolDepth + 1;
    deepest = Math.max(deepest, 1 + depthBelow(k, r.pool[row], end, depth + 1));
  }
  return deepest;
}

/** How many pools stand in a row up to this one, over those that it listens to. */
function depthAbove(k: Kernel, pool: number, depth: number): number {
  if (depth > LIMITS.poolDepth) return depth;
  const { pools, sources, registrations: r } = k.state;
  let deepest = 1;
  for (let row = pools.firstRegistration[pool]; row >= 0; row = r.nextOfListener[row]) {
    const source = r.source[row];
    // One that has ended tells nobody any more, and its source may be gone.
    if (r.state[row] !== REGISTRATION_STATE.LISTENING) continue;
    if (r.role[row] !== ROLE.LISTEN || sources.name[source] !== SOURCE.RECEIVED) continue;
    deepest = Math.max(deepest, 1 + depthAbove(k, sources.object[source], depth + 1));
  }
  return deepest;
}

/** Is every event to be heard, or the next one alone? */
export function isPersistent(options: number): boolean {
  return (options & LISTEN.PERSISTENT) !== 0;
}
