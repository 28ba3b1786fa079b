/**
 * What a front end sees of the system that it debugs. A front end uses this and nothing else of the kernel; it is made of the
 * debug calls of the call table (`session.ts`), which it makes from outside the machine, where no guest can notice them.
 *
 * Processes and threads are named by their koids. Addresses are virtual, 0 to 2^32 - 1. Between two `run`s nothing moves: the
 * world is stopped, and so is virtual time.
 */
import type { Branch, Happened, Moment, Outcome, WhyBlocked } from '../../kernel/index.js';

/** Why the world stopped. */
export type StopKind =
  /** A thread is about to execute an instruction with a breakpoint. */
  | 'breakpoint'
  /** A thread is about to load from or store to what is watched. Nothing of the instruction has happened. */
  | 'watchpoint'
  /** A thread that was to execute one instruction has done so. */
  | 'step'
  /** A fault that memory cannot satisfy, or an `ebreak` of the program's own: cause, pc, address and detail say which. */
  | 'fault'
  /** A thread is about to make a system call that is caught; its arguments are in a0 to a5, the number in a7. */
  | 'call'
  /** A call that is caught has ended: a0 has the status, a1 and up the results. */
  | 'return'
  /** A thread that waited goes on: what it waited for came. */
  | 'event'
  | 'thread started'
  | 'thread ended'
  | 'process started'
  | 'process ended'
  /** The front end asked for it (`stop`), or went to another moment. */
  | 'stopped'
  /** Nothing that one looks for lies before; or the recording ends here. The world is stopped. */
  | 'beginning of history'
  | 'end of history';

export interface Stop {
  readonly kind: StopKind;
  readonly process: number;
  /** 0: the process as a whole ('process started', 'process ended'), or nobody had the hart ('stopped'). */
  readonly thread: number;
  /** Numbers of the breakpoints and watchpoints that were hit; empty for other kinds. */
  readonly breakpoints: readonly number[];
  /** `fault`: mcause. */
  readonly cause: number;
  readonly pc: number;
  /** `fault`: mtval. `watchpoint`: the first watched address of the breakpoint that was hit. */
  readonly address: number;
  /** `fault`: FAULT_DETAIL. `call`, `return`: the number of the call. `process ended`: the exit code. */
  readonly detail: number;
  /** `return`, `event`: the status. `process ended`: EXIT_REASON. */
  readonly status: number;
  /** `fault`: 2 where nobody else wanted it and it is told again. */
  readonly chance: 1 | 2;
}

/** What is answered to a fault when its thread goes on. Everything else goes on whatever is said. */
export type Verdict = 'pass' | 'handled' | 'kill thread' | 'kill process';

export interface DebuggedProcess {
  readonly koid: number;
  readonly name: string;
  readonly state: 'new' | 'running' | 'ended';
}

export interface DebuggedThread {
  readonly koid: number;
  readonly process: number;
  readonly name: string;
  /** 'running': it has the hart. */
  readonly state: 'new' | 'running' | 'ready' | 'blocked' | 'ended';
  /** What it waits for and who holds it, as `tocsin ps` has it: "waits for lock #9, held by philosopher-3 #7"; '' where it does not. */
  readonly waits: string;
  readonly priority: number;
  /** Why it is stopped; undefined where it is only stopped with all others. */
  readonly stop: Stop | undefined;
  /** A thread that a generator executes has no registers and no code. */
  readonly isScript: boolean;
}

/** Control registers as the thread would find them, or its trap has left them. */
export interface ControlRegisters {
  readonly mstatus: number;
  readonly mie: number;
  readonly mip: number;
  readonly mcause: number;
  readonly mepc: number;
  readonly mtval: number;
  readonly satp: number;
  /** 64-bit counters. */
  readonly cycle: bigint;
  readonly time: bigint;
  readonly instret: bigint;
}

export type BreakpointKind = 'execute' | 'load' | 'store' | 'access';

export interface BreakpointPlace {
  readonly kind: BreakpointKind;
  readonly address: number;
  /** Bytes, at least 1; 1 for 'execute'. */
  readonly length: number;
  /** Only in this process (koid); 0: in every process. */
  readonly process?: number;
  /** Only when this thread (koid) is there; 0: any. */
  readonly thread?: number;
}

/** What is to be told beyond faults and breakpoints. */
export interface Notices {
  readonly threadStarts?: boolean;
  readonly threadEnds?: boolean;
  readonly processStarts?: boolean;
  readonly processEnds?: boolean;
  /** Faults that neither the program nor anyone else handled are told again. */
  readonly secondChance?: boolean;
}

/** How `run` came back: the world stopped; or what `System.run` says: it ended, the limit, blocked for ever, input awaited. */
export type Ran = { readonly kind: 'stop'; readonly stop: Stop } | Exclude<Outcome, { readonly kind: 'stopped' }>;

/** An instruction that a thread executed, or a call that it made, and the moment before it. */
export interface Executed {
  readonly moment: Moment;
  readonly pc: number;
  /** x2. */
  readonly sp: number;
}

/**
 * The past of what is debugged. Whoever goes somewhere finds the world stopped there, with all breakpoints set; to go on from there is
 * to go on as it went. Who changes something there begins a branch, and what came after is on another one.
 */
export interface Past {
  readonly now: Moment;
  readonly beginning: Moment;
  /** The last moment that is known. */
  readonly end: Moment;
  /** Is it a recording? Then nothing is known beyond its end. */
  readonly isRecorded: boolean;
  readonly branches: readonly Branch[];
  readonly branch: Branch;
  /** Back to the instruction, or call, of this thread before this one: 'step', or 'beginning of history'. */
  reverseStep(thread: number): Stop;
  /**
   * Back to the last stop before now of which `isWanted` says so; it may look at registers and memory as they are there. For 'access',
   * 'load' and 'store' nothing of the instruction has happened.
   */
  reverseContinue(isWanted?: (stop: Stop) => boolean): Stop;
  /** What a thread executed last before now, in order, at most so many. */
  executed(thread: number, most: number): readonly Executed[];
  /** Throws RangeError with one line where the run is not known to be there. */
  goTo(moment: Moment): Stop;
  goToStep(seq: number): Stop;
  goToInstruction(instruction: number): Stop;
  goToBranch(number: number): Stop;
  whatUnblocked(thread: number): Happened | undefined;
  whyBlocked(thread: number): WhyBlocked | undefined;
  /** Back to the last write to these bytes: an instruction about to store there, or a call before the kernel did. */
  lastWriteTo(process: number, address: number, length: number): Stop;
}

export interface Debuggee {
  /** All processes that are there, in the order of their koids; the ended ones that somebody still names among them. */
  processes(): DebuggedProcess[];
  /** All threads that have not ended, in the order of their koids. */
  threads(): DebuggedThread[];
  /** pc, x1 to x31: 32 words. Undefined for a thread that is gone or was never started, or has no registers. */
  registers(thread: number): Int32Array | undefined;
  /** Whether they could be written. */
  setRegisters(thread: number, words: Int32Array): boolean;
  controlRegisters(thread: number): ControlRegisters | undefined;
  /** As many bytes as can be read from there on, at most `length`; pages that were never touched are zeros. */
  readMemory(process: number, address: number, length: number): Uint8Array;
  /** Whether all could be written: protections of the program do not matter, but there has to be a mapping. */
  writeMemory(process: number, address: number, bytes: Uint8Array): boolean;
  /** The number of the breakpoint; undefined where there are too many. */
  setBreakpoint(place: BreakpointPlace): number | undefined;
  /** Stops at system calls, all (undefined) or the one with this number; before and after them. A number, as of breakpoints. */
  catchCalls(call: number | undefined): number | undefined;
  /** Stops whenever a thread's wait ends. */
  catchEvents(): number | undefined;
  /** Removes a breakpoint or catch; whether it was there. */
  clear(breakpoint: number): boolean;
  notice(notices: Notices): void;
  /**
   * Lets the world go on when it runs next. `verdict` is the answer to faults that are told: 'pass' where it says nothing.
   * `step`: this thread stops after its next instruction (a system call that waits counts as one). `only`: nobody else of its
   * process runs before the next stop.
   */
  resume(how?: { readonly verdict?: Verdict; readonly step?: number; readonly only?: number }): void;
  /** Runs until the world stops or so many instructions have retired. Resumes first, if it is stopped. */
  run(maxInstructions?: number): Ran;
  /** The stop that the world is in; undefined while it is not stopped. */
  readonly stopped: Stop | undefined;
  /** Stops the world where it is, between two instructions. */
  stop(): Stop;
  killProcess(process: number): boolean;
  /** Going backwards; undefined where nothing is kept of the past. */
  readonly past: Past | undefined;
  /** Takes every breakpoint away and lets everything go on; nothing can be done with it afterwards. */
  detach(): void;
}
