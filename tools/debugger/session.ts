/** A debug session about a whole system, from outside the machine: the debug calls of the kernel in the words of front ends. */
import {
  type Attached,
  blockedThreads,
  KernelPanic,
  type Outcome,
  type System,
  type ToldOutside,
  waitSentence,
} from '../../kernel/index.js';
import { CSR } from '../../machine/index.js';
import { TASK_STATE } from '../../syscalls/layouts.js';
import { DEBUG, DEBUG_EVENT, SESSION, VERDICT } from '../../syscalls/options.js';
import type {
  BreakpointPlace,
  ControlRegisters,
  DebuggedProcess,
  DebuggedThread,
  Debuggee,
  Notices,
  Ran,
  Stop,
  StopKind,
  Verdict,
} from './debuggee.js';

const KINDS: Readonly<Record<number, StopKind>> = {
  [DEBUG_EVENT.FAULT]: 'fault',
  [DEBUG_EVENT.SECOND_CHANCE]: 'fault',
  [DEBUG_EVENT.BREAKPOINT]: 'breakpoint',
  [DEBUG_EVENT.WATCHPOINT]: 'watchpoint',
  [DEBUG_EVENT.STEP]: 'step',
  [DEBUG_EVENT.CALL]: 'call',
  [DEBUG_EVENT.RETURN]: 'return',
  [DEBUG_EVENT.WOKEN]: 'event',
  [DEBUG_EVENT.THREAD_STARTED]: 'thread started',
  [DEBUG_EVENT.THREAD_ENDED]: 'thread ended',
  [DEBUG_EVENT.PROCESS_STARTED]: 'process started',
  [DEBUG_EVENT.PROCESS_ENDED]: 'process ended',
  [DEBUG_EVENT.STOPPED]: 'stopped',
};

const VERDICTS: Readonly<Record<Verdict, number>> = {
  pass: VERDICT.PASS,
  handled: VERDICT.HANDLED,
  'kill thread': VERDICT.KILL_THREAD,
  'kill process': VERDICT.KILL_PROCESS,
};

const OPERATIONS: Readonly<Record<BreakpointPlace['kind'], number>> = {
  execute: DEBUG.BREAK,
  load: DEBUG.WATCH_LOADS,
  store: DEBUG.WATCH_STORES,
  access: DEBUG.WATCH,
};

const ANY_CALL = 0xffff_ffff;

/** Attaches to a system. It is not stopped by that: the first `run` runs it, and `stop` stops it before it has run at all. */
export function attach(system: System): Debuggee {
  return new Session(system);
}

class Session implements Debuggee {
  readonly past = undefined;
  private readonly attached: Attached;
  /** What was told since the world went on last, in order. */
  private readonly told: Stop[] = [];
  private shown: Stop | undefined;
  /** The answer to faults that were told in this stop. */
  private verdict: Verdict = 'pass';

  constructor(private readonly system: System) {
    this.attached = system.debug((...what) => this.hear(what));
  }

  private hear([, kind, process, thread, cause, pc, address, detail]: Parameters<ToldOutside>): void {
    const { threads, processes } = this.system.state;
    const isPlace = kind === DEBUG_EVENT.BREAKPOINT || kind === DEBUG_EVENT.WATCHPOINT;
    const isFault = kind === DEBUG_EVENT.FAULT || kind === DEBUG_EVENT.SECOND_CHANCE;
    const isCall = kind === DEBUG_EVENT.CALL || kind === DEBUG_EVENT.RETURN;
    const stop: Stop = {
      kind: KINDS[kind],
      process: process < 0 ? 0 : processes.koid[process],
      thread: thread < 0 ? 0 : threads.koid[thread],
      breakpoints: isPlace ? [cause] : [],
      cause: isFault ? cause : 0,
      pc: pc >>> 0,
      address: address >>> 0,
      detail: isCall ? cause : detail,
      status: kind === DEBUG_EVENT.RETURN ? detail : isFault || isPlace || isCall ? 0 : cause,
      chance: kind === DEBUG_EVENT.SECOND_CHANCE ? 2 : 1,
    };
    const last = this.told.at(-1);
    // Several breakpoints at one instruction are one stop.
    if (isPlace && last !== undefined && last.kind === stop.kind && last.thread === stop.thread)
      this.told[this.told.length - 1] = { ...last, breakpoints: [...last.breakpoints, cause] };
    else this.told.push(stop);
  }

  get stopped(): Stop | undefined {
    this.shown ??= this.told.shift();
    return this.shown;
  }

  processes(): DebuggedProcess[] {
    const { processes } = this.system.state;
    return this.attached
      .processRows()
      .map((row) => ({
        koid: processes.koid[row],
        name: this.attached.nameOf('process', row),
        state: PROCESS_STATES[processes.state[row]] ?? 'running',
      }))
      .sort((a, b) => a.koid - b.koid);
  }

  threads(): DebuggedThread[] {
    const { state } = this.system;
    const { threads, processes } = state;
    const waits = new Map(blockedThreads(state).map((thread) => [thread.koid, waitSentence(thread)]));
    return this.attached
      .threadRows()
      .map((row): DebuggedThread => {
        const koid = threads.koid[row];
        return {
          koid,
          process: processes.koid[threads.process[row]],
          name: this.attached.nameOf('thread', row),
          state: this.stateOf(row),
          waits: waits.get(koid) ?? '',
          priority: threads.priority[row],
          stop: this.shown?.thread === koid ? this.shown : undefined,
          isScript: this.attached.isScript(row),
        };
      })
      .sort((a, b) => a.koid - b.koid);
  }

  private stateOf(row: number): DebuggedThread['state'] {
    const { state } = this.system;
    if (state.current === row || state.heldThread === row) return 'running';
    if (state.threads.state[row] === TASK_STATE.NEW) return 'new';
    const isKept = state.threads.suspensions[row] > 0;
    return state.threads.state[row] === TASK_STATE.RUNNABLE && !isKept ? 'ready' : 'blocked';
  }

  registers(thread: number): Int32Array | undefined {
    return this.attached.readRegisters(thread);
  }

  setRegisters(thread: number, words: Int32Array): boolean {
    return this.attached.writeRegisters(thread, words);
  }

  controlRegisters(thread: number): ControlRegisters | undefined {
    if (this.registers(thread) === undefined) return undefined;
    const { hart } = this.system.kernel;
    const read = (number: number): number => hart.csrRead(number) >>> 0;
    const wide = (low: number, high: number): bigint => (BigInt(read(high)) << 32n) | BigInt(read(low));
    return {
      mstatus: read(CSR.mstatus),
      mie: read(CSR.mie),
      mip: read(CSR.mip),
      mcause: read(CSR.mcause),
      mepc: read(CSR.mepc),
      mtval: read(CSR.mtval),
      satp: this.attached.satpOf(thread) >>> 0,
      cycle: wide(CSR.mcycle, CSR.mcycleh),
      time: BigInt(this.system.time),
      instret: wide(CSR.minstret, CSR.minstreth),
    };
  }

  readMemory(process: number, address: number, length: number): Uint8Array {
    return this.attached.readMemory(process, address, length);
  }

  writeMemory(process: number, address: number, bytes: Uint8Array): boolean {
    return this.attached.writeMemory(process, address, bytes) === bytes.length;
  }

  setBreakpoint({ kind, address, length, process = 0, thread = 0 }: BreakpointPlace): number | undefined {
    return this.numbered(OPERATIONS[kind], thread || process, address, length);
  }

  catchCalls(call: number | undefined): number | undefined {
    return this.numbered(DEBUG.CATCH_CALL, 0, call ?? ANY_CALL, 0);
  }

  catchEvents(): number | undefined {
    return this.numbered(DEBUG.CATCH_EVENTS, 0, 0, 0);
  }

  private numbered(operation: number, task: number, address: number, length: number): number | undefined {
    const number = this.attached.control(operation, task, address, length);
    return number > 0 ? number : undefined;
  }

  clear(breakpoint: number): boolean {
    return this.attached.control(DEBUG.CLEAR, 0, breakpoint, 0) >= 0;
  }

  notice({ threadStarts, threadEnds, processStarts, processEnds, secondChance }: Notices): void {
    const options =
      (threadStarts ? SESSION.THREAD_STARTS : 0) |
      (threadEnds ? SESSION.THREAD_ENDS : 0) |
      (processStarts ? SESSION.PROCESS_STARTS : 0) |
      (processEnds ? SESSION.PROCESS_ENDS : 0) |
      (secondChance ? SESSION.SECOND_CHANCE : 0);
    this.attached.control(DEBUG.SET_OPTIONS, 0, options, 0);
  }

  resume({ verdict = 'pass', step, only }: { verdict?: Verdict; step?: number; only?: number } = {}): void {
    if (this.stopped === undefined) return;
    this.shown = undefined;
    if (verdict !== 'pass') this.verdict = verdict;
    // Something else was told in the same step: the world is still there, and the answer is kept until it goes on.
    if (this.told.length > 0) return;
    const answer = VERDICTS[this.verdict];
    this.verdict = 'pass';
    const operation = step !== undefined ? DEBUG.STEP : only !== undefined ? DEBUG.RESUME_ONLY : DEBUG.RESUME;
    const status = this.attached.control(operation, step ?? only ?? 0, answer, 0);
    // A thread that has gone meanwhile cannot be stepped: all go on.
    if (status < 0) this.attached.control(DEBUG.RESUME, 0, answer, 0);
  }

  run(maxInstructions = Number.POSITIVE_INFINITY): Ran {
    // What was told by going on (of a fault that was passed, that its process ended) comes before anything else happens.
    if (this.shown !== undefined) this.resume();
    const already = this.stopped;
    if (already !== undefined) return { kind: 'stop', stop: already };
    const outcome: Outcome = this.system.run(maxInstructions);
    const stop = this.stopped;
    if (stop !== undefined) return { kind: 'stop', stop };
    if (outcome.kind === 'stopped') throw new KernelPanic('the world stopped and nobody was told');
    return outcome;
  }

  stop(): Stop {
    if (this.stopped === undefined) this.attached.control(DEBUG.STOP, 0, 0, 0);
    const { stopped } = this;
    if (stopped === undefined) throw new KernelPanic('the world was stopped and nobody was told');
    return stopped;
  }

  killProcess(process: number): boolean {
    return this.attached.killProcess(process);
  }

  detach(): void {
    this.shown = undefined;
    this.told.length = 0;
    this.attached.detach();
  }
}

const PROCESS_STATES: Readonly<Record<number, DebuggedProcess['state']>> = {
  [TASK_STATE.NEW]: 'new',
  [TASK_STATE.RUNNABLE]: 'running',
  [TASK_STATE.ENDED]: 'ended',
};
