/**
 * A run in which one can go to any moment: a live one, or a recorded one. Going somewhere is the nearest snapshot before it, and
 * exact execution from there. Snapshots are taken and dropped by themselves, within a budget of memory.
 *
 * The past is never rewritten: who changes something there begins a branch, and the run that was there before stays as another one.
 * Whatever debugs the system from outside is gone after each journey, and may begin again.
 */
import type { Snapshot } from '../../machine/index.js';
import { type ChoiceSource, seededChoices } from '../choices.js';
import { isFrozen } from '../debug/world.js';
import type { Recording } from '../journal/recording/recording.js';
import { Playback } from '../replay/playback.js';
import { bootRecorded, lastOf, playbackOf, type RecordedRunOptions } from '../replay/recorded-run.js';
import { Tape } from '../replay/tape.js';
import { TapeChoices } from '../replay/tape-choices.js';
import { TapeInputs } from '../replay/tape-inputs.js';
import { seqOfRun } from '../state/sources.js';
import { copyState, MutableState, type State } from '../state/state.js';
import { type Outcome, System } from '../system.js';
import type { SystemOptions } from '../system-options.js';
import {
  type Condition,
  type Found,
  lastInstructions,
  lastWriteTo,
  reverseContinue,
  reverseStep,
} from './backwards.js';
import { compareMoments, isBefore, type Moment, momentOf, momentText } from './moment.js';
import { type Kept, Snapshots, workOf } from './snapshots.js';
import type { SystemSnapshot } from './system-snapshot.js';
import { type Happened, type WhyBlocked, whatUnblocked, whyBlocked } from './waits.js';

export interface TravelOptions {
  /** Bytes of the host that snapshots may take; 256 MiB where it says nothing. */
  readonly budget?: number;
  /** What is executed between two snapshots while a run goes on, as `Kept.work` has it; 2,097,152 where it says nothing. */
  readonly interval?: number;
}

/** A run that is the same as another one up to a moment, where something was changed. */
export interface Branch {
  readonly number: number;
  /** The number of the branch that was left there; undefined for the first. */
  readonly parent: number | undefined;
  readonly from: Moment;
  /** As far as it went. */
  readonly end: Moment;
}

interface Grown extends Branch {
  end: Moment;
  readonly tape: Tape;
  readonly snapshots: Snapshots;
}

/** What somebody does while a run is gone through again. */
export interface OnTheWay {
  /** The world was stopped, by a debugger that was attached for that. It has to go on again; or `end` is told, by true. */
  readonly stopped?: () => boolean;
  /** After each step. */
  readonly afterStep?: () => void;
}

const BUDGET = 256 << 20;
const SNAPSHOT_WORK = 1 << 21;
/** Instructions that are executed at once. */
export const SLICE = 1 << 18;
/** So many instructions before a moment to which somebody goes snapshots are taken: he may go on backwards. */
const APPROACHES: readonly number[] = [1 << 18, 1 << 14, 1 << 10];
const MOST_BRANCHES = 256;

export class Timeline {
  /** No recording: the run goes on where its end is. */
  readonly isLive: boolean;
  private readonly branchList: Grown[] = [];
  private current: Grown;

  /** Boots a system whose past stays at hand. Throws BootError, and RangeError for options with which there is no going back. */
  static boot(options: SystemOptions, travel: TravelOptions = {}): Timeline {
    if (options.script !== undefined || options.recorder !== undefined || options.inputs !== undefined)
      throw new RangeError(
        'in a script, a run that is being recorded, or one with its own inputs there is no going back',
      );
    if (options.journal?.enabled === false) throw new RangeError('without its journal there is no going back in a run');
    const playback = new Playback(new Tape(), true);
    const { seed, choices, failAllocation, onOutput } = options;
    const live = choices ?? (seed === undefined ? undefined : seededChoices(seed));
    const taped = (source: ChoiceSource): TapeChoices => new TapeChoices(playback, source);
    const box: { inputs?: TapeInputs; timeline?: Timeline } = {};
    const system = System.boot({
      ...options,
      ...(onOutput !== undefined && { onOutput: unlessOnTheWay(box, onOutput) }),
      ...(live !== undefined && { choices: taped(live) }),
      ...(typeof failAllocation === 'object' && { failAllocation: taped(failAllocation) }),
      playback,
      inputs: (k) => {
        box.inputs = new TapeInputs(k, playback);
        return box.inputs;
      },
    });
    box.timeline = new Timeline(system, playback, box.inputs as TapeInputs, undefined, travel);
    return box.timeline;
  }

  /** A recorded run, from its beginning on. Throws RecordingError where it cannot be replayed. */
  static open(recording: Recording, options: RecordedRunOptions & TravelOptions = {}): Timeline {
    const playback = playbackOf(recording);
    const { seq, instructions } = lastOf(recording);
    const end = { seq, instruction: instructions };
    const box: { timeline?: Timeline } = {};
    const { onOutput } = options;
    const output = onOutput === undefined ? options : { ...options, onOutput: unlessOnTheWay(box, onOutput) };
    const { system, inputs, choices } = bootRecorded(recording, playback, output, end);
    const { seed } = recording.description.options;
    box.timeline = new Timeline(system, playback, inputs, end, options, () => choices.goOn(seededChoices(seed ?? 0)));
    return box.timeline;
  }

  private isOnTheWay = false;
  /**
   * The snapshot from which the run goes on, and those that were taken since then. Others may have been taken when steps of debuggers
   * from outside stood elsewhere among the records: these do not go on from them.
   */
  private since = new WeakSet<SystemSnapshot>();
  private readonly budget: number;
  private readonly interval: number;

  private constructor(
    readonly system: System,
    private readonly playback: Playback,
    private readonly inputs: TapeInputs,
    private readonly recordedEnd: Moment | undefined,
    { budget = BUDGET, interval = SNAPSHOT_WORK }: TravelOptions,
    /** A branch of a recorded run is live. */
    private readonly goLive: () => void = () => undefined,
  ) {
    this.isLive = recordedEnd === undefined;
    this.budget = budget;
    this.interval = interval;
    const now = momentOf(system);
    const first = this.keptNow();
    this.since.add(first.snapshot);
    const snapshots = new Snapshots(budget, [first]);
    this.current = { number: 0, parent: undefined, from: now, end: recordedEnd ?? now, tape: playback.tape, snapshots };
    this.branchList.push(this.current);
  }

  get now(): Moment {
    return momentOf(this.system);
  }

  /** The last moment of this branch that is known. */
  get end(): Moment {
    const { now, current } = this;
    if (isBefore(current.end, now)) current.end = now;
    return current.end;
  }

  /** The first moment: after boot. */
  get beginning(): Moment {
    return this.current.snapshots.all[0].moment;
  }

  /** Is something known of what comes after now? */
  get isInPast(): boolean {
    return !this.playback.isAtEnd || isBefore(this.now, this.end);
  }

  get branch(): Branch {
    return { ...this.current, end: this.end };
  }

  get branches(): readonly Branch[] {
    return this.branchList.map((branch) => (branch === this.current ? this.branch : branch));
  }

  /** Snapshots of this branch that are kept, and bytes that they take. */
  get memory(): { readonly snapshots: number; readonly bytes: number } {
    const { count, bytes } = this.current.snapshots;
    return { snapshots: count, bytes };
  }

  /**
   * Runs on from now, as `System.run`: in the past as it went, at the end of a live run further than it went. At the end of a recorded
   * one it comes back with 'limit'.
   */
  run(maxInstructions = Number.POSITIVE_INFINITY): Outcome {
    const { system } = this;
    for (let left = maxInstructions; ; ) {
      const before = system.executed;
      const portion = Math.min(left, SLICE);
      const outcome = system.run(portion);
      this.rest();
      // While nobody runs time goes by without instructions.
      left -= Math.max(system.executed - before, outcome.kind === 'limit' ? 1 : 0);
      if (outcome.kind !== 'limit' || left <= 0 || this.isOver) return outcome;
    }
  }

  /** Has a recorded run come to its end? */
  get isOver(): boolean {
    return this.inputs.last !== undefined && compareMoments(this.now, this.inputs.last) >= 0;
  }

  /** To be called between two runs: takes a snapshot where the last one is far away. */
  rest(): void {
    const { now, current, system } = this;
    if (this.playback.wasCut) this.forgetFuture();
    if (isBefore(current.end, now)) current.end = now;
    const last = current.snapshots.nearest(now);
    const work = workOf(system.executed, system.records);
    if (work - last.work >= this.interval) this.keep();
  }

  /** Keeps a snapshot of now, unless a debugger has stopped the world. */
  private keep(): void {
    const { kernel } = this.system;
    if (kernel.debug !== undefined && isFrozen(kernel)) return;
    const kept = this.keptNow();
    this.since.add(kept.snapshot);
    this.current.snapshots.add(kept, kept.work);
  }

  private keptNow(): Kept {
    const { system, playback } = this;
    const { executed, records } = system;
    const { position } = playback;
    return { moment: momentOf(system), snapshot: system.snapshot(), position, work: workOf(executed, records) };
  }

  /** Goes to a moment of this branch at which the run was. Throws RangeError for one that is none. */
  goTo(moment: Moment): void {
    if (isBefore(moment, this.beginning) || isBefore(this.end, moment)) throw this.outOfRange(momentText(moment));
    const { now } = this;
    const nearest = this.current.snapshots.nearest(moment);
    if (isBefore(moment, now) || isBefore(now, nearest.moment)) this.takeOn(nearest);
    this.advance(moment);
    if (compareMoments(this.now, moment) === 0) return;
    const reached = momentText(this.now);
    throw new RangeError(`the run is never at ${momentText(moment)}; this is ${reached}`);
  }

  /** Goes to the end of a step. Throws RangeError where that is not known. */
  goToStep(seq: number): void {
    const { beginning, end } = this;
    if (!(seq >= beginning.seq && seq <= end.seq)) throw this.outOfRange(`step ${seq}`);
    this.takeOn(this.current.snapshots.nearest({ seq, instruction: 0 }));
    this.advance({ seq, instruction: 0 });
  }

  /** Goes to where so many instructions had been executed, before anything else happens. Throws RangeError. */
  goToInstruction(instruction: number): void {
    const { beginning, end } = this;
    if (!(instruction >= beginning.instruction && instruction <= end.instruction))
      throw this.outOfRange(`instruction ${instruction}`);
    this.takeOn(this.current.snapshots.nearestByInstruction(instruction));
    const { system } = this;
    this.onTheWay(() => {
      while (system.executed < instruction) if (system.run(instruction - system.executed).kind !== 'limit') break;
    });
  }

  /** The kernel's state after a step. Where one is now does not change, but debuggers outside of the machine are gone. */
  stateAt(seq: number): State {
    return (
      this.folded(seq) ??
      this.aside(() => {
        this.goToStep(seq);
        const state = new MutableState(this.system.state.frameCount);
        copyState(this.system.state, state);
        return state;
      })
    );
  }

  /** From the nearest snapshot, with records that the ring still has; undefined where it does not. */
  private folded(seq: number): State | undefined {
    const { journal, state } = this.system.kernel;
    if (seq > seqOfRun(state) || seq < this.beginning.seq) return undefined;
    const { snapshots } = this.current;
    for (let kept = snapshots.nearest({ seq, instruction: 0 }); ; ) {
      if (this.since.has(kept.snapshot)) return journal.stateAfter(kept.snapshot.journal, seq);
      const before = snapshots.before(kept.moment);
      if (before === undefined) return undefined;
      kept = before;
    }
  }

  /** The machine as it was when so many instructions had been executed. Where one is now does not change. */
  machineAt(instruction: number): Snapshot {
    return this.aside(() => {
      this.goToInstruction(instruction);
      return this.system.kernel.board.snapshot();
    });
  }

  /** Does something elsewhere, and comes back. */
  aside<Result>(work: () => Result): Result {
    const { now } = this;
    const here = this.keptNow();
    try {
      return work();
    } finally {
      if (compareMoments(now, this.now) !== 0) this.takeOn(here);
    }
  }

  /**
   * Goes back to where a thread (koid) was about to execute the instruction, or make the call, that it executed last before now. Gives
   * whether there was one; if not, one stays where one is.
   */
  reverseStep(thread: number): boolean {
    return reverseStep(this, thread);
  }

  /**
   * Goes back to where a condition held last before now: for a state the end of the first step of that time, for places before the
   * instruction. Undefined where it never did; then one stays where one is.
   */
  reverseContinue(condition: Condition): Found | undefined {
    return reverseContinue(this, condition);
  }

  /**
   * Goes back to where somebody was about to write to some bytes of a process (koid) last before now: an instruction of a thread, or
   * the kernel for a call, then the end of the step before it. Undefined where nobody did; then one stays where one is.
   */
  lastWriteTo(process: number, address: number, length: number): Found | undefined {
    return lastWriteTo(this, process, address, length);
  }

  /** The moments before what a thread (koid) executed last before now, in order, at most so many. One stays where one is. */
  lastInstructions(thread: number, most: number): readonly Moment[] {
    return lastInstructions(this, thread, most);
  }

  /** The step that ended the last wait of a thread (koid). Undefined where it never waited. One stays where one is. */
  whatUnblocked(thread: number): Happened | undefined {
    return whatUnblocked(this, thread);
  }

  /** Why a thread (koid) waits now. Undefined where it does not, or is not there. One stays where one is. */
  whyBlocked(thread: number): WhyBlocked | undefined {
    return whyBlocked(this, thread);
  }

  /**
   * Goes back to the last moment before now that `look` finds, part by part: it is called where a part begins, goes on to where that
   * ends, and gives the last moment that it looks for in it. True where there was one; otherwise one is where one was.
   */
  search(look: (to: Moment) => Moment | undefined): boolean {
    const here = this.keptNow();
    let to = here.moment;
    for (;;) {
      const kept = this.current.snapshots.before(to);
      if (kept === undefined) break;
      this.takeOn(kept);
      const found = look(to);
      if (found !== undefined) {
        this.goTo(found);
        return true;
      }
      to = kept.moment;
    }
    this.takeOn(here);
    return false;
  }

  /** Goes to where a snapshot was taken. */
  takeOn(kept: Kept): void {
    this.current.end = this.end;
    this.restore(kept);
  }

  private restore(kept: Kept): void {
    this.since = new WeakSet([kept.snapshot]);
    this.playback.position = kept.position;
    this.system.restore(kept.snapshot);
    this.inputs.forget();
  }

  /**
   * Executes up to a moment that comes, and no further; or until `stopped` says that it is enough. Nothing that is printed on the way
   * is handed on.
   */
  advance(to: Moment, { stopped, afterStep }: OnTheWay = {}): void {
    const { system } = this;
    const isThere = (): boolean => {
      afterStep?.();
      return seqOfRun(system.state) >= to.seq;
    };
    this.onTheWay(() => {
      let isBeyond = seqOfRun(system.state) >= to.seq;
      while (!isBeyond || system.executed < to.instruction) {
        const left = to.instruction - system.executed;
        // Behind its last step the moment is before the next one.
        const most = isBeyond ? Math.min(left, untilApproach(left)) : untilApproach(left);
        const outcome = system.runUntil(isThere, most);
        if (outcome === undefined) {
          if (isBeyond && compareMoments(this.now, to) > 0) return;
          isBeyond = true;
        } else if (outcome.kind === 'stopped') {
          if (stopped === undefined || stopped()) return;
        } else if (outcome.kind !== 'limit') return;
        else if (!isBeyond && to.instruction > 0 && system.executed > to.instruction) return;
        else if (APPROACHES.includes(to.instruction - system.executed)) this.keep();
      }
    });
    if (this.playback.wasCut) this.forgetFuture();
  }

  private onTheWay(work: () => void): void {
    this.isOnTheWay = true;
    try {
      work();
    } finally {
      this.isOnTheWay = false;
    }
  }

  /** Is a run gone through again, so that what it prints is printed already? */
  get repeats(): boolean {
    return this.isOnTheWay;
  }

  /**
   * To be called before anything is changed from outside: in the past a branch begins. Throws RangeError where there are too many.
   */
  change(): void {
    if (!this.isInPast) return;
    const { now, playback, current, branchList } = this;
    if (branchList.length >= MOST_BRANCHES) throw new RangeError(`a run has at most ${MOST_BRANCHES} branches`);
    const tape = playback.tape.beginning(playback.position);
    const before = current.snapshots.all.filter(({ moment }) => !isBefore(now, moment));
    const snapshots = new Snapshots(this.budget, before);
    current.snapshots.keepLastAfter(now);
    this.current = { number: branchList.length, parent: current.number, from: now, end: now, tape, snapshots };
    branchList.push(this.current);
    playback.tape = tape;
    this.goOn();
  }

  /** The run may go on beyond what is on its tape. */
  private goOn(): void {
    const { playback, inputs } = this;
    if (!playback.grows) {
      playback.grows = true;
      this.goLive();
    }
    inputs.last = undefined;
    inputs.forget();
  }

  /** Goes to the end of another branch. Throws RangeError where there is none with this number. */
  goToBranch(number: number): void {
    const branch = this.branchList[number];
    if (branch === undefined) throw new RangeError(`there are branches 0 to ${this.branchList.length - 1}`);
    this.current.end = this.end;
    this.current = branch;
    this.playback.tape = branch.tape;
    // What was recorded ends where it ended; its branches go on.
    const isRecorded = branch.number === 0 && !this.isLive;
    this.playback.grows = !isRecorded;
    this.inputs.last = isRecorded ? this.recordedEnd : undefined;
    // Where one is now is no moment of that branch.
    this.restore(branch.snapshots.nearest(branch.end));
    this.advance(branch.end);
  }

  /** What came after now cannot come again: a debugger took part in it in a way that is not repeated. */
  private forgetFuture(): void {
    this.playback.wasCut = false;
    this.current.end = this.now;
    this.current.snapshots.dropAfter(this.now);
  }

  /** As of `System`; in the past a branch begins. */
  input(bytes: Uint8Array): void {
    this.change();
    this.system.input(bytes);
  }

  endInput(): void {
    this.change();
    this.system.endInput();
  }

  raiseInterrupt(line: number): void {
    this.change();
    this.system.raiseInterrupt(line);
  }

  lowerInterrupt(line: number): void {
    this.change();
    this.system.lowerInterrupt(line);
  }

  private outOfRange(what: string): RangeError {
    const { beginning, end } = this;
    return new RangeError(`${what} is not known: the run is known from ${momentText(beginning)} to ${momentText(end)}`);
  }
}

/** Instructions up to where a snapshot is taken on the way, or as many as are executed at once; `left` are left to where one goes. */
function untilApproach(left: number): number {
  for (const approach of APPROACHES) if (left > approach) return Math.min(SLICE, left - approach);
  return SLICE;
}

/** Hands on what is printed for the first time, or when somebody runs through it again; not while he goes somewhere. */
function unlessOnTheWay(
  box: { readonly timeline?: Timeline },
  onOutput: NonNullable<SystemOptions['onOutput']>,
): NonNullable<SystemOptions['onOutput']> {
  return (bytes) => {
    if (box.timeline?.repeats !== true) onOutput(bytes);
  };
}
