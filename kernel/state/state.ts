/**
 * The state of the kernel: tables of numbers, and nothing else. What is not here (page tables, save areas, user data) is bytes
 * in the machine's memory; what can be computed again from here is nowhere.
 *
 * Only transitions get a `MutableState`; the rest of the kernel sees `State`, whose columns cannot be written (law 1).
 * A reference to a row is the row's number, with -1 for none; columns that begin as "none" are set so when the row is made.
 */
import { LIMITS } from '../../syscalls/limits.js';
import { TABLE_LIMIT } from '../limits.js';
import { copyTable, type ReadonlyColumn, type ReadonlyTable, type TableRows, tableDifference } from './table.js';
import * as table from './tables.js';

/** Levels of priority, 0 lowest. */
export const PRIORITIES = 32;
/** Chains of the handle table's hash, and of the futex queues'. Powers of two. */
export const HANDLE_BUCKETS = 16_384;
export const FUTEX_BUCKETS = 1024;
export const REGISTRATION_BUCKETS = 16_384;
export const SHARE_BUCKETS = 8192;

/** What a frame of physical memory is used for. */
export const FRAME_USE = {
  FREE: 0,
  PAGE: 1,
  PAGE_TABLE: 2,
  SAVE_AREA: 3,
  /** Pays for what the journal keeps (`root-oom/journal-cache.ts`); no owner. */
  JOURNAL: 4,
} as const;

/** Where the root path is between two records: not begun, in the middle of a step, or with the monitor. */
export const ROOT_PATH = { NO: 0, OPEN: 1, DECIDING: 2 } as const;

/** All that can have a deadline. */
const DEADLINES = TABLE_LIMIT.threads + TABLE_LIMIT.timers + TABLE_LIMIT.interrupts + TABLE_LIMIT.allocators;

export class MutableState {
  /** The step that is being done or was done last, and its virtual time. */
  seq = 0;
  time = 0;
  /** The id that the next object gets; ids are never reused. */
  nextKoid = 1;
  /** The number that the next registration of a pool gets. */
  nextRegistration = 1;
  /** Rows of the table of packets that are promised to registrations. */
  promisedPackets = 0;
  /** Jobs in which some calls are denied. */
  denyingJobs = 0;
  /** Changes so far of what is in use, or may be, at allocators that are watched. */
  memoryChanges = 0;
  /** Shortages whose listeners are busy with another one, and answers that are owed to any. */
  deferredShortages = 0;
  memoryAnswersOwed = 0;
  /** Pools that are mapped and have registrations that wait for room in them. */
  parkedMapped = 0;
  /** The thread that has the hart, and since when it has it. */
  current = -1;
  currentSince = 0;
  /** The virtual time at which its quantum is over. */
  quantumEnd = 0;
  /** Bit n: level n of the run queue is not empty. */
  readyLevels = 0;
  /** Entries of the deadline heap, and how many were ever made (earlier ones win ties). */
  deadlineCount = 0;
  deadlinesEver = 0;
  /** Discardable objects that nobody has pinned: the one that was left alone first, and the last. */
  discardHead = -1;
  discardTail = -1;
  /** 1 when a program has stopped the machine, and the code that it gave. */
  halted = 0;
  haltCode = 0;
  /** ROOT_PATH: whether the machine is out of frames, and the monitor decides. */
  rootPath = 0;
  /** On the root path: frames that are wanted, that were in use when it began, and the thread that waits for them, -1 for none. */
  rootWanted = 0;
  rootLive = 0;
  rootThread = -1;
  /** The virtual time at which the monitor's time is over. */
  rootDeadline = 0;
  /** Frames that pay for what the journal keeps. */
  journalFrames = 0;
  /** The monitor's thread, -1 for none. */
  monitor = -1;
  /** Threads that are stopped at a fault, the first that stopped first. */
  firstFaulted = -1;
  lastFaulted = -1;
  /** Steps that no program can notice: they do not count in the numbers that packets show. */
  hiddenSteps = 0;
  /** Those of them that are no part of the run: debuggers outside the machine made them. */
  outsideSteps = 0;
  /** Debug sessions that have stopped the world, and those of them that are programs'. */
  worldStops = 0;
  guestStops = 0;
  /** 1: the world is stopped for a program that debugs, and goes on when that has nothing more to do. */
  isWorldHeld = 0;
  /** The thread that had the hart when the world was stopped, -1 for none; since when, and until when. */
  heldThread = -1;
  heldSince = 0;
  heldQuantumEnd = 0;
  /** Of debug sessions and breakpoints those that are programs'; and how many there are of some kinds. */
  guestSessions = 0;
  guestBreakpoints = 0;
  placeBreakpoints = 0;
  callCatches = 0;
  eventCatches = 0;
  /** Changes so far of what the hart has to stop at. */
  breakpointChanges = 0;

  readonly processes = table.processes();
  readonly threads = table.threads();
  readonly handles = table.handles();
  readonly allocators = table.allocators();
  readonly vmos = table.vmos();
  readonly vmars = table.vmars();
  readonly mappings = table.mappings();
  readonly frames: ReturnType<typeof table.frames>;
  readonly shares = table.shares();
  readonly sources = table.sources();
  readonly registrations = table.registrations();
  readonly pools = table.pools();
  readonly packets = table.packets();
  readonly channels = table.channels();
  readonly messages = table.messages();
  readonly replies = table.replies();
  readonly locks = table.locks();
  readonly timers = table.timers();
  readonly interrupts = table.interrupts();
  readonly topics = table.topics();
  readonly jobs = table.jobs();
  readonly rings = table.rings();
  readonly tokens = table.tokens();
  readonly sessions = table.sessions();
  readonly breakpoints = table.breakpoints();
  readonly resources = table.resources();

  /** First and last thread of each level of the run queue. */
  readonly readyHead = new Int32Array(PRIORITIES).fill(-1);
  readonly readyTail = new Int32Array(PRIORITIES).fill(-1);
  /** First and last waiting thread of each chain of futex queues. */
  readonly futexHead = new Int32Array(FUTEX_BUCKETS).fill(-1);
  readonly futexTail = new Int32Array(FUTEX_BUCKETS).fill(-1);
  /** First handle of each chain of the hash over (process, value). */
  readonly handleChain = new Int32Array(HANDLE_BUCKETS).fill(-1);
  /** First frame of each chain of the hash over (memory object, page). */
  readonly frameChain: Int32Array;
  /** First share of each chain of the hash over (memory object, page). */
  readonly shareChain = new Int32Array(SHARE_BUCKETS).fill(-1);
  /** First registration of each chain of the hash over their numbers. */
  readonly registrationChain = new Int32Array(REGISTRATION_BUCKETS).fill(-1);
  /** The interrupt object of each line. */
  readonly lineInterrupt = new Int32Array(LIMITS.interruptLines + 1).fill(-1);
  /** A binary heap of what has a deadline, earliest first; the codes are explained in `deadline-heap.ts`. */
  readonly deadlineHeap = new Int32Array(DEADLINES);

  constructor(readonly frameCount: number) {
    this.frames = table.frames(frameCount);
    this.frameChain = new Int32Array(1 << Math.max(4, 32 - Math.clz32(frameCount - 1))).fill(-1);
  }
}

type ReadonlyField<T> = T extends TableRows
  ? ReadonlyTable<T>
  : T extends Int32Array | Float64Array
    ? ReadonlyColumn
    : T;

/** The state as everyone but transitions sees it. */
export type State = { readonly [K in keyof MutableState]: ReadonlyField<MutableState[K]> };

const NUMBERS = [
  'seq',
  'time',
  'nextKoid',
  'nextRegistration',
  'promisedPackets',
  'denyingJobs',
  'memoryChanges',
  'deferredShortages',
  'memoryAnswersOwed',
  'parkedMapped',
  'current',
  'currentSince',
  'quantumEnd',
  'readyLevels',
  'deadlineCount',
  'deadlinesEver',
  'discardHead',
  'discardTail',
  'halted',
  'haltCode',
  'rootPath',
  'rootWanted',
  'rootLive',
  'rootThread',
  'rootDeadline',
  'journalFrames',
  'monitor',
  'firstFaulted',
  'lastFaulted',
  'hiddenSteps',
  'outsideSteps',
  'worldStops',
  'guestStops',
  'isWorldHeld',
  'heldThread',
  'heldSince',
  'heldQuantumEnd',
  'guestSessions',
  'guestBreakpoints',
  'placeBreakpoints',
  'callCatches',
  'eventCatches',
  'breakpointChanges',
] as const;
const TABLES = [
  'processes',
  'threads',
  'handles',
  'allocators',
  'vmos',
  'vmars',
  'mappings',
  'frames',
  'shares',
  'sources',
  'registrations',
  'pools',
  'packets',
  'channels',
  'messages',
  'replies',
  'locks',
  'timers',
  'interrupts',
  'topics',
  'jobs',
  'rings',
  'tokens',
  'sessions',
  'breakpoints',
  'resources',
] as const;
const ARRAYS = [
  'readyHead',
  'readyTail',
  'futexHead',
  'futexTail',
  'handleChain',
  'frameChain',
  'shareChain',
  'registrationChain',
  'lineInterrupt',
] as const;

/** Makes `to` equal to `from`. Both have the same number of frames. */
export function copyState(from: State, to: MutableState): void {
  const source = from as MutableState;
  // By index: iterators would be garbage, and the root path makes none.
  for (let i = 0; i < NUMBERS.length; i++) to[NUMBERS[i]] = source[NUMBERS[i]];
  for (let i = 0; i < TABLES.length; i++) copyTable(source[TABLES[i]], to[TABLES[i]]);
  for (let i = 0; i < ARRAYS.length; i++) to[ARRAYS[i]].set(source[ARRAYS[i]]);
  to.deadlineHeap.set(source.deadlineHeap.subarray(0, source.deadlineCount));
}

/** Bytes of the host that a state takes. */
export function stateBytes(state: State): number {
  const s = state as MutableState;
  const columns = TABLES.flatMap((name) => [s[name].rows.link, ...s[name].rows.words, ...s[name].rows.doubles]);
  const arrays = ARRAYS.map((name) => s[name]);
  return [...columns, ...arrays, s.deadlineHeap].reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** The first difference between two states in words ("threads[3].priority: 5, 4"), or undefined when they are equal. */
export function stateDifference(a: State, b: State): string | undefined {
  const left = a as MutableState;
  const right = b as MutableState;
  for (const name of NUMBERS) {
    if (!Object.is(left[name], right[name])) return `${name}: ${left[name]}, ${right[name]}`;
  }
  for (const name of TABLES) {
    const difference = tableDifference(left[name], right[name]);
    if (difference !== undefined) return `${name}${difference.startsWith('[') ? '' : '.'}${difference}`;
  }
  for (const name of ARRAYS) {
    const index = left[name].findIndex((value, i) => value !== right[name][i]);
    if (index >= 0) return `${name}[${index}]: ${left[name][index]}, ${right[name][index]}`;
  }
  for (let i = 0; i < left.deadlineCount; i++) {
    if (left.deadlineHeap[i] !== right.deadlineHeap[i])
      return `deadlineHeap[${i}]: ${left.deadlineHeap[i]}, ${right.deadlineHeap[i]}`;
  }
  return undefined;
}
