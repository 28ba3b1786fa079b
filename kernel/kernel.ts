/**
 * The kernel as its parts see it: the hardware, the journal, the state. What the parts do stands in their own files, as
 * functions over this; nothing here decides anything.
 */
import type { Board, Hart, PhysicalMemory } from '../machine/index.js';
import type { ObjectTypeName } from '../syscalls/objects.js';
import type { AuditWindow } from './audit/window.js';
import { CHOICE, type ChoiceSource } from './choices.js';
import type { DebugHost } from './debug/host.js';
import { DoubtfulList } from './doubtful.js';
import { Journal, type JournalOptions } from './journal/journal.js';
import type { Observer } from './observer.js';
import { Epitaph } from './root-oom/epitaph.js';
import type { Shrinker } from './root-oom/shrinkers.js';
import type { ScriptThreads } from './scripts.js';
import type { State } from './state/state.js';
import { chosen } from './transitions/steps.js';
import { WorkList } from './work.js';

export interface KernelOptions {
  readonly board: Board;
  /** Instructions that a thread may run before the next of its priority does. */
  readonly quantum: number;
  readonly journal: JournalOptions;
  readonly choices: ChoiceSource | undefined;
}

/** As `memorySettled`: allocators have to be looked at, whatever changed. */
export const NOT_SETTLED = -1;

/** How many regions' mappings are remembered; a power of 2. */
export const MAPPING_GUESSES = 64;

export class Kernel {
  readonly board: Board;
  readonly hart: Hart;
  readonly memory: PhysicalMemory;
  readonly journal: Journal;
  readonly state: State;
  readonly quantum: number;
  readonly choices: ChoiceSource | undefined;
  /** Who lets allocations fail that fit; undefined where none is to, and then nothing is asked and nothing recorded. */
  allocationChoices: ChoiceSource | undefined;
  /** Threads that a generator executes. Set when the first is spawned. */
  scripts: ScriptThreads | undefined;
  /** Told what happens, for traces; sees nothing that the journal does not have. */
  observer: Observer | undefined;
  /** The thread whose registers the hart holds, -1 for none. Follows from what was dispatched; no state of its own. */
  loaded = -1;
  /** The process whose page tables satp names, -1 for none. */
  loadedSpace = -1;
  /** Which mapping was found last in regions with these low bits: where `mappingOf` looks first. Guesses, and no state. */
  readonly mappingGuesses = new Int32Array(MAPPING_GUESSES);
  /**
   * For each frame, 1 if it may stand in a page table: it was entered in one since it was taken. Follows from what was entered; no
   * state of its own.
   */
  readonly shownFrames: Uint8Array;
  /** What mtimecmp was set to. */
  timerAt = Number.POSITIVE_INFINITY;
  /** The process that was there at boot, -1 before it is made. */
  bootProcess = -1;
  /** The koid of the console driver's process, -1 where there is none. */
  consoleKoid = -1;
  /** The koid of the monitor's process, -1 where there is none. */
  monitorKoid = -1;
  /** Frames that a request of this step did not find, 0 for none: the root path is for these. */
  framesWanted = 0;
  /** What the deaths of a pass of the root path cause is being done: no other pass begins before that is over. */
  inRootPass = false;
  /** Who gives frames back when there are none, in this order. Registered at boot. */
  readonly shrinkers: Shrinker[] = [];
  /** Why the machine stopped for want of frames. */
  readonly epitaph = new Epitaph();
  /** The process that asks in this step, -1 for nobody: it may draw on a reserve, if it owes an answer to a shortage. */
  requester = -1;
  /** What did not fit last in this call or fault: the allocator, -1 for none, and the bytes. */
  readonly shortage = { allocator: -1, bytes: 0 };
  /** `memoryChanges` of the state when the allocators were looked at last. */
  memorySettled = 0;
  /** What there is of debugging beside the state; undefined until there is a debug session. */
  debug: DebugHost | undefined;
  /** The records that programs have asked for; undefined until one does. */
  audit: AuditWindow | undefined;
  /** What deliveries caused in the running step (law 2). */
  readonly work = new WorkList();
  /** Objects that may have to go at its end. */
  readonly doubtful = new DoubtfulList();

  constructor(options: KernelOptions) {
    this.board = options.board;
    this.hart = options.board.harts[0];
    this.memory = options.board.memory;
    this.quantum = options.quantum;
    this.choices = options.choices;
    this.journal = new Journal(this.memory.bytes / 4096, options.journal);
    this.state = this.journal.state;
    this.shownFrames = new Uint8Array(this.state.frameCount);
  }

  /**
   * The virtual time of the running step, ns. The state has that of the last record, which before the first one of a step may be long
   * ago; but while the world is held, time stands still though programs that debug execute, and each step has a record from the first.
   */
  get now(): number {
    return this.state.isWorldHeld === 0 ? this.board.time : this.state.time;
  }

  /** Instructions that the hart has executed, those of programs that debug in stops of the world among them. */
  get executed(): number {
    return this.debug === undefined ? this.hart.retired : this.hart.retired + this.debug.retiredInStops;
  }

  /** Puts an object on the work list: at the end of the step it goes, if nothing uses it any more. */
  mayBeUnused(type: ObjectTypeName, row: number): void {
    this.doubtful.add(type, row);
  }

  /** Asks the source of choices, and records its answer; 0 where there is no source or only one way. */
  choose(kind: number, count: number): number {
    return this.chooseFrom(this.choices, kind, count);
  }

  /** Is an allocation that fits to fail all the same? */
  allocationFails(): boolean {
    return this.chooseFrom(this.allocationChoices, CHOICE.ALLOCATION, 2) === 1;
  }

  private chooseFrom(choices: ChoiceSource | undefined, kind: number, count: number): number {
    if (choices === undefined || count < 2) return 0;
    const picked = choices.pick(kind, count);
    if (!Number.isInteger(picked) || picked < 0 || picked >= count)
      throw new RangeError(`a choice of ${count} ways got ${picked}`);
    this.journal.commitOutside(chosen, kind, count, picked);
    return picked;
  }
}
