/**
 * A whole system: a board, a kernel and a program, to be booted and run. The front door of this layer.
 *
 * A run is its image, its options and its choices: the same give the same journal, byte for byte, on any machine.
 */
import { Board, MachineError, STOP } from '../machine/index.js';
import { EXIT_REASON } from '../syscalls/layouts.js';
import { PAGE_BYTES } from '../syscalls/limits.js';
import { type FailingAllocation, failingAllocations, NO_ALLOCATIONS } from './allocations.js';
import { type BlockedThread, blockedThreads, type ThreadName, waitCycle } from './blocked.js';
import { boot } from './boot.js';
import { CHOICE_OF_BOARD, seededChoices } from './choices.js';
import { withoutConsole } from './console.js';
import { executeDebugged, keepPassing } from './debug/executing.js';
import { OutsideDebugger, type ToldOutside } from './debug/outside.js';
import { isFrozen } from './debug/world.js';
import { nameText } from './information.js';
import { type InputSource, Inputs } from './inputs.js';
import { isInterrupted } from './interrupts/controller.js';
import { invariantViolations } from './invariants/all.js';
import { Subscription, type SubscriptionOptions } from './journal/subscription.js';
import { Kernel } from './kernel.js';
import { JOURNAL_RECORDS, QUANTUM, QUOTA_BYTES } from './limits.js';
import type { Observer } from './observer.js';
import { KernelPanic } from './panic.js';
import { BootError } from './program.js';
import type { ScriptFunction } from './scripts.js';
import type { State } from './state/state.js';
import { Stepper } from './step.js';
import type { SystemOptions } from './system-options.js';
import { HALTED_AT_ROOT } from './transitions/root-oom.js';
import { compareMoments, momentOf } from './travel/moment.js';
import {
  endOutsideSessions,
  hasOutsideSession,
  type SystemSnapshot,
  takeOn,
  takeSnapshot,
} from './travel/system-snapshot.js';
import { type ViewName, viewRows } from './views/all.js';
import type { ViewRow } from './views/view.js';

/** Why `run` came back. */
export type Outcome =
  | { readonly kind: 'exited'; readonly code: number }
  /** A program stopped the machine; or, with an epitaph, it stopped itself for want of frames. */
  | { readonly kind: 'halted'; readonly code: number; readonly epitaph?: string }
  | { readonly kind: 'killed' }
  /** It was killed because the machine had no frame left. */
  | { readonly kind: 'out of memory' }
  | {
      readonly kind: 'fault';
      /** mcause, mepc and mtval. */
      readonly cause: number;
      readonly pc: number;
      readonly address: number;
      /** FAULT_DETAIL: denied, no memory, or a guard page. */
      readonly detail: number;
      readonly thread: ThreadName;
    }
  /** The limit of instructions was reached; `run` can be called again. */
  | { readonly kind: 'limit' }
  /**
   * Every thread waits, 'blocked' for something that cannot happen any more, 'input' perhaps for what is typed: a driver
   * listens to the UART, and input has not ended. After `input`, `endInput` or a wire that is set `run` can be called again.
   * With `interactive: 'at once'` it ends with 'input' also while other threads could run.
   */
  | {
      readonly kind: 'blocked';
      readonly threads: readonly BlockedThread[];
      readonly cycle: readonly BlockedThread[];
    }
  | { readonly kind: 'input' }
  /** A debug session from outside has stopped the world; `run` can be called again when it has resumed. */
  | { readonly kind: 'stopped' };

/** Bytes of console output that are kept before they are handed on. */
const OUTPUT_BYTES = 65_536;

export class System {
  readonly kernel: Kernel;
  private readonly stepper: Stepper;
  private readonly inputs: InputSource;
  private readonly allocations: FailingAllocation | undefined;
  private readonly output = new Uint8Array(OUTPUT_BYTES);
  private outputLength = 0;
  private outcome: Outcome | undefined;
  /** What is checked after each step, where anything is. */
  private readonly checks: (() => void) | undefined;
  /** The point of `runUntil` is reached: the run comes back before anything else happens. */
  private isReached = false;
  /** A run stopped between the operation of a script and what was due with it: that comes first, or the journal would show the stop. */
  private isDue = false;
  private lastFaulting: ThreadName | undefined;
  private readonly debuggers = new Set<OutsideDebugger>();

  /** Boots a system. Throws BootError with one line where the program or an option cannot be. */
  static boot(options: SystemOptions): System {
    try {
      return new System(options);
    } catch (error) {
      if (error instanceof MachineError) throw new BootError(error.message);
      throw error;
    }
  }

  private constructor(private readonly options: SystemOptions) {
    const { memoryBytes = 64 << 20, quantum = QUANTUM.fallback, journal = {}, seed, overcommit = 0 } = options;
    const capacity = journal.capacity ?? JOURNAL_RECORDS.fallback;
    inRange('quantum', quantum, QUANTUM.least, QUANTUM.most);
    inRange('journal capacity', capacity, JOURNAL_RECORDS.least, JOURNAL_RECORDS.most);
    inRange('overcommit', overcommit, 0, QUOTA_BYTES - PAGE_BYTES);
    // What memory may be is for the board to say.
    if (overcommit > 0 && memoryBytes + overcommit >= QUOTA_BYTES)
      throw new BootError(`${memoryBytes} bytes of RAM and ${overcommit} of overcommit are together not less than 2G`);
    if (overcommit % PAGE_BYTES !== 0) throw new BootError(`overcommit ${overcommit} is no multiple of ${PAGE_BYTES}`);
    if (seed !== undefined) inRange('seed', seed, 0, 0xffff_ffff);
    if (options.recorder !== undefined && (journal.enabled === false || journal.hashed === false))
      throw new BootError('a run that is recorded needs its journal on, and hashed');
    if ((options.image === undefined) === (options.script === undefined))
      throw new BootError('a system boots one image or one script');
    const choices = options.choices ?? (seed === undefined ? undefined : seededChoices(seed));
    const board = new Board({
      memoryBytes,
      firmware: 'host',
      onOutput: (byte) => this.keepOutput(byte),
      // Nobody asks before there is a kernel: the board is only being made.
      ...(choices !== undefined && { choose: (kind, count) => this.kernel.choose(CHOICE_OF_BOARD[kind], count) }),
    });
    this.kernel = new Kernel({
      board,
      quantum,
      journal: { capacity, enabled: journal.enabled ?? true, hashed: journal.hashed ?? true },
      choices,
    });
    this.allocations = failingAllocations(options.failAllocation, choices);
    this.kernel.observer = this.observe(options.observer);
    this.stepper = new Stepper(this.kernel);
    this.inputs = options.inputs?.(this.kernel) ?? new Inputs(this.kernel);
    if (options.checked === 'at failures') this.checks = this.checkAtFailures();
    else this.checks = options.checked ? () => this.check() : undefined;
    this.stepper.afterStep = this.checks;
    const program = {
      name: options.name,
      arguments: options.arguments ?? [],
      image: options.image,
      script: options.script,
      console: options.console,
      monitor: options.monitor,
    };
    const listener = options.recorder ?? options.playback;
    listener?.attach(this.kernel.journal, () => this.kernel.executed);
    this.stepper.outside(() => boot(this.kernel, program, seed ?? 0, overcommit));
    this.kernel.allocationChoices = this.allocations;
  }

  /**
   * Begins a debug session from outside the machine about everything that runs in it, which no guest can notice. `told` is called
   * with whatever the session is told, in the step in which it stops the world. Throws RangeError where there are too many.
   */
  debug(told: ToldOutside): OutsideDebugger {
    const attached = OutsideDebugger.attach(this.kernel, (work) => this.hidden(work), told);
    this.debuggers.add(attached);
    return attached;
  }

  /** A step for a debug session. After 'blocked' `run` can be called again. */
  private hidden(work: () => void, isOutside = true): void {
    this.goOn();
    const { kernel } = this;
    kernel.allocationChoices = undefined;
    try {
      this.stepper.hidden(work, isOutside);
    } catch (error) {
      throw error instanceof KernelPanic ? this.explained(error) : error;
    } finally {
      kernel.allocationChoices = this.allocations;
    }
  }

  /** Runs until the program ends, nothing can run any more, or so many instructions have retired. */
  run(maxInstructions = Number.POSITIVE_INFINITY): Outcome {
    // Nothing but `runUntil` says that a point is reached.
    return this.go(maxInstructions) as Outcome;
  }

  /**
   * Runs as `run` does, and asks after each step whether a point is reached: undefined where that was so. Nothing has happened
   * since then, and the next run goes on as if there had been no stop. What `isReached` throws goes to the caller.
   */
  runUntil(isReached: () => boolean, maxInstructions = Number.POSITIVE_INFINITY): Outcome | undefined {
    const { stepper, checks } = this;
    stepper.afterStep = () => {
      checks?.();
      if (isReached()) this.isReached = true;
    };
    try {
      return this.go(maxInstructions);
    } finally {
      stepper.afterStep = checks;
      this.isReached = false;
    }
  }

  /**
   * Does all of `work` in one step, which is nobody's, and gives its result: between two runs, or where `runUntil` asks, which
   * does not ask about this step. Whoever should have the hart afterwards gets it, and after 'blocked' `run` can be called again.
   */
  step<Result>(work: () => Result): Result {
    const { stepper, kernel } = this;
    const { afterStep } = stepper;
    this.goOn();
    kernel.allocationChoices = undefined;
    stepper.afterStep = this.checks;
    const box: { result?: Result } = {};
    try {
      stepper.outside(() => {
        box.result = work();
      });
    } catch (error) {
      throw error instanceof KernelPanic ? this.explained(error) : error;
    } finally {
      stepper.afterStep = afterStep;
      kernel.allocationChoices = this.allocations;
    }
    return box.result as Result;
  }

  /**
   * The system as it is now, between two runs, for `restore`. It costs what was written since the last one, and a copy of the state.
   * Throws RangeError while a script runs, which nobody can copy.
   */
  snapshot(): SystemSnapshot {
    if (this.kernel.scripts?.isEmpty === false)
      throw new RangeError('a thread runs that is a script: it has no snapshot');
    const { allocations, lastFaulting } = this;
    return takeSnapshot(this.kernel, this.stepper.inMachineMode, allocations, lastFaulting);
  }

  /**
   * Makes this system what it was, or will be. Debuggers outside of the machine are not there any more; where they were when the
   * snapshot was taken, their sessions end, which nobody in the machine can notice.
   */
  restore(snapshot: SystemSnapshot): void {
    const { kernel, stepper, allocations } = this;
    for (const attached of this.debuggers) attached.abandon();
    this.debuggers.clear();
    takeOn(kernel, snapshot);
    stepper.inMachineMode = snapshot.isInMachineMode;
    if (allocations !== undefined) [allocations.count, allocations.failed] = snapshot.allocations;
    this.lastFaulting = snapshot.lastFaulting;
    this.outcome = undefined;
    this.isDue = false;
    if (hasOutsideSession(kernel)) this.hidden(() => endOutsideSessions(kernel));
  }

  private go(maxInstructions: number): Outcome | undefined {
    try {
      this.outcome ??= this.runOn(this.executed + maxInstructions);
      const { outcome } = this;
      if (outcome?.kind === 'limit' || outcome?.kind === 'input' || outcome?.kind === 'stopped')
        this.outcome = undefined;
      return outcome;
    } catch (error) {
      throw error instanceof KernelPanic ? this.explained(error) : error;
    } finally {
      this.flushOutput();
    }
  }

  /** Undefined where the point of `runUntil` was reached. */
  private runOn(end: number): Outcome | undefined {
    const { kernel: k, stepper, inputs } = this;
    const { hart, state } = k;
    // What happens while nobody runs costs no instruction: without this a timer that wakes nobody would keep the host for ever.
    let idle = end - this.executed;
    const atOnce = this.options.interactive === 'at once';
    const { last } = inputs;
    if (this.isDue) {
      this.isDue = false;
      this.takeWhatIsDue();
    }
    for (;;) {
      if (this.isReached) return undefined;
      if (k.debug !== undefined && isFrozen(k)) return { kind: 'stopped' };
      const ended = this.ended();
      if (ended !== undefined) return ended;
      if (!inputs.isEmpty && inputs.isReady) {
        // It went in after this moment, which is where the caller wants to be.
        const { isExact } = inputs;
        if (isExact && this.executed >= end) return { kind: 'limit' };
        if (inputs.isHidden) this.hidden(() => inputs.goIn());
        else stepper.outside(() => inputs.goIn());
        if (this.isReached) return undefined;
        // What a debugger changed may have ended the program, or another one goes in at the same moment.
        if (isExact) continue;
      }
      if (atOnce && inputs.isAwaited) return { kind: 'input' };
      const thread = state.current;
      if (thread < 0) {
        if (!hart.waitForInterrupt()) {
          // Time has gone by to where nothing else happens: what is typed then comes now.
          if (!inputs.isEmpty && inputs.isReady) continue;
          return this.blocked();
        }
        if (idle-- <= 0) return { kind: 'limit' };
        this.takeWhatIsDue();
        continue;
      }
      if (last !== undefined && compareMoments(momentOf(this), last) >= 0) return { kind: 'limit' };
      const left = end - this.executed;
      if (left <= 0) return { kind: 'limit' };
      if (k.debug !== undefined && executeDebugged(k, stepper, k.debug, thread)) continue;
      if (k.loaded === thread) {
        const stop = hart.run(inputs.slice(left));
        if (k.debug !== undefined) keepPassing(k, k.debug, thread, stop);
        if (stop === STOP.TRAP) stepper.takeTrap();
        else if (stop === STOP.TRIGGER) stepper.takeTrigger();
      } else {
        k.scripts?.execute(thread);
        this.isDue = this.isReached;
        if (!this.isDue) this.takeWhatIsDue();
      }
    }
  }

  /** Instructions that the hart has executed, those of programs that debug in stops of the world among them. */
  get executed(): number {
    return this.kernel.executed;
  }

  /** The hart does not run: interrupts and the timer come without a trap, in the hart's order. */
  private takeWhatIsDue(): void {
    const { kernel: k, stepper } = this;
    if (isInterrupted(k)) stepper.takeInterrupt();
    else if (k.board.time >= k.timerAt) stepper.takeExpiry();
  }

  /** Types bytes into the UART, as recorded input: before the next instruction, as far as it has room, then as it is read. */
  input(bytes: Uint8Array): void {
    this.inputs.type(bytes);
    this.goOn();
  }

  /** Nothing more will be typed: when everything before has been read, the UART loses its carrier (DCD of MSR is clear). */
  endInput(): void {
    this.inputs.end();
    this.goOn();
  }

  /** Raises the wire of an interrupt line, 1 to 95, that no device of the board has. Throws RangeError for another. */
  raiseInterrupt(line: number): void {
    this.inputs.setLine(line, true);
    this.goOn();
  }

  /** Lowers the wire of such a line. */
  lowerInterrupt(line: number): void {
    this.inputs.setLine(line, false);
    this.goOn();
  }

  /** Does the guest wait for what is typed? */
  get awaitsInput(): boolean {
    return this.inputs.isAwaited;
  }

  /** Bytes that were typed and have not gone in yet. */
  get inputWaiting(): number {
    return this.inputs.waiting;
  }

  /** Something comes from outside: who was blocked may not be any more. */
  private goOn(): void {
    if (this.outcome?.kind === 'blocked') this.outcome = undefined;
  }

  /** How the boot process ended, if it has. */
  private ended(): Outcome | undefined {
    const { kernel: k } = this;
    const { processes } = k.state;
    if (k.state.halted === HALTED_AT_ROOT) return { kind: 'halted', code: k.state.haltCode, epitaph: k.epitaph.text };
    const row = k.bootProcess;
    const reason = processes.exitReason[row];
    if (reason === EXIT_REASON.NONE) return undefined;
    if (k.state.halted === 1) return { kind: 'halted', code: k.state.haltCode };
    if (reason === EXIT_REASON.EXITED) return { kind: 'exited', code: processes.exitCode[row] };
    if (reason === EXIT_REASON.KILLED) return { kind: 'killed' };
    if (reason === EXIT_REASON.OUT_OF_MEMORY) return { kind: 'out of memory' };
    return {
      kind: 'fault',
      cause: processes.faultCause[row] >>> 0,
      pc: processes.faultPc[row] >>> 0,
      address: processes.faultAddress[row] >>> 0,
      detail: processes.exitCode[row],
      thread: this.nameOfFaulting(row),
    };
  }

  private nameOfFaulting(process: number): ThreadName {
    const { processes } = this.kernel.state;
    const koid = processes.faultThread[process];
    if (this.lastFaulting?.koid === koid) return this.lastFaulting;
    return { koid, name: '', process: nameText(processes, process) };
  }

  private blocked(): Outcome {
    if (this.options.interactive && this.inputs.isAwaited) return { kind: 'input' };
    const threads = withoutConsole(this.kernel, blockedThreads(this.kernel.state));
    return { kind: 'blocked', threads, cycle: waitCycle(threads) };
  }

  get state(): State {
    return this.kernel.state;
  }

  /** Instructions retired since boot. */
  get instructions(): number {
    return this.kernel.hart.retired;
  }

  /** Steps taken since boot. */
  get steps(): number {
    return this.kernel.state.seq;
  }

  /** Records written since boot. */
  get records(): number {
    return this.kernel.journal.count;
  }

  /** Virtual time since boot, ns. */
  get time(): number {
    return this.kernel.board.time;
  }

  /** Bytes of RAM that are in use. */
  get memoryUsed(): number {
    return this.kernel.state.frames.live * 4096;
  }

  /** The most bytes that were charged at once. */
  get memoryPeak(): number {
    return this.kernel.state.allocators.peak[0];
  }

  /** Threads and processes that are in the tables now. */
  get counts(): { readonly processes: number; readonly threads: number; readonly handles: number } {
    const { processes, threads, handles } = this.kernel.state;
    return { processes: processes.live, threads: threads.live, handles: handles.live };
  }

  /** Allocations since boot that fitted, and how many of them failed all the same; 0 where `failAllocation` did not ask for that. */
  get allocationsMade(): { readonly count: number; readonly failed: number } {
    const { count, failed } = this.allocations ?? NO_ALLOCATIONS;
    return { count, failed };
  }

  /** What there is, as a table: plain objects by the names of the view's columns. */
  view(name: ViewName): ViewRow[] {
    return viewRows(this.kernel.state, name);
  }

  /** Records of these types from now on, to be read in batches. Throws RangeError. */
  subscribe(options: SubscriptionOptions = {}): Subscription {
    return new Subscription(this.kernel.journal, options);
  }

  /** 32 hexadecimal digits over all records; undefined where `hashed` was off and the ring no longer holds them all. */
  journalHash(): string | undefined {
    return this.kernel.journal.hash();
  }

  /** An entry address for a script, to be given to thread_start or process_start. */
  enter(script: ScriptFunction): number {
    const { scripts } = this.kernel;
    if (scripts === undefined) throw new KernelPanic('a system without scripts');
    return scripts.enter(script);
  }

  /** Checks that the folded journal equals the live state and that every invariant holds. Throws KernelPanic. */
  check(): void {
    const violations = invariantViolations(this.kernel);
    const difference = this.kernel.journal.foldDifference();
    if (difference !== undefined) violations.push(`live and folded state differ: ${difference}`);
    if (violations.length > 0) throw this.explained(new KernelPanic(violations.join('\n')));
  }

  private checkAtFailures(): () => void {
    let seen = 0;
    return () => {
      const { failed } = this.allocationsMade;
      if (failed === seen) return;
      seen = failed;
      this.check();
    };
  }

  private explained(panic: KernelPanic): KernelPanic {
    if (panic.message.includes('\nstep ')) return panic;
    const { seed, name, failAllocation } = this.options;
    const failing = typeof failAllocation !== 'number' ? '' : `, failing allocation ${failAllocation}`;
    const lines = [
      `${panic.message}`,
      `step ${this.kernel.state.seq} at ${this.time} ns of ${name}${seed === undefined ? '' : `, seed ${seed}`}${failing}, quantum ${this.kernel.quantum}; last records:`,
      ...this.kernel.journal.tail(12).map((line) => `  ${line}`),
    ];
    return new KernelPanic(lines.join('\n'), { cause: panic });
  }

  /** Remembers the name of a thread that faults: when its process has ended it may be gone. */
  private observe(observer: Observer | undefined): Observer {
    return {
      ...observer,
      fault: (thread, cause, pc, address) => {
        this.lastFaulting = thread;
        observer?.fault?.(thread, cause, pc, address);
      },
    };
  }

  private keepOutput(byte: number): void {
    this.options.observer?.output?.(byte);
    this.output[this.outputLength++] = byte;
    if (this.outputLength === OUTPUT_BYTES) this.flushOutput();
  }

  private flushOutput(): void {
    if (this.outputLength === 0) return;
    this.options.onOutput?.(this.output.slice(0, this.outputLength));
    this.outputLength = 0;
  }
}

function inRange(what: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new BootError(`${what} ${value} is not a whole number from ${least} to ${most}`);
}
