/** The processes and threads of a scenario, as its text holds them: what they are called, what they wait for, how they ended. */

import type { Startup } from '../../kernel/index.js';
import type { Kernel } from '../../kernel/kernel.js';
import { type AnyTable, isLive } from '../../kernel/state/table.js';
import { EXIT_REASON, TASK_STATE } from '../../syscalls/layouts.js';
import { type Place, ScenarioMistake } from './mistake.js';
import { stateSentence, type Wait, waitOf, waitSentence } from './waits.js';

export type ThreadState = 'new' | 'ready' | 'running' | 'blocked' | 'ended';

/** How a process ended. A fault has mcause, the pc (0 in a script) and the address that could not be used. */
export type Ending =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed' }
  /** Killed because the machine itself was out of memory. */
  | { readonly kind: 'out of memory' }
  | { readonly kind: 'fault'; readonly cause: number; readonly pc: number; readonly address: number };

/** What became of a script: nothing yet, a value, or it was ended from outside. */
export type ScriptEnd<Result> = { readonly kind: 'returned'; readonly value: Result } | { readonly kind: 'threw' };

export class ScenarioProcess {
  readonly #kernel: Kernel;

  constructor(
    kernel: Kernel,
    readonly name: string,
    readonly koid: number,
    /** A handle to it in the scenario's own process: with all rights, but for that process itself without DEBUG. */
    readonly handle: number,
    /** Its first thread's handles, as numbers of this process. */
    readonly own: Startup,
  ) {
    this.#kernel = kernel;
  }

  /** How it ended; undefined while it has not. */
  get ending(): Ending | undefined {
    const { processes } = this.#kernel.state;
    const row = rowOfKoid(processes, this.koid);
    if (row < 0) return { kind: 'killed' };
    const reason = processes.exitReason[row];
    if (reason === EXIT_REASON.NONE) return undefined;
    if (reason === EXIT_REASON.EXITED) return { kind: 'exited', code: processes.exitCode[row] };
    if (reason === EXIT_REASON.KILLED) return { kind: 'killed' };
    if (reason === EXIT_REASON.OUT_OF_MEMORY) return { kind: 'out of memory' };
    return {
      kind: 'fault',
      cause: processes.faultCause[row] >>> 0,
      pc: processes.faultPc[row] >>> 0,
      address: processes.faultAddress[row] >>> 0,
    };
  }

  toString(): string {
    return `process ${this.name} #${this.koid}`;
  }
}

/** How a thread is known from outside. */
export interface ThreadIdentity {
  readonly kernel: Kernel;
  readonly koid: number;
  /** A handle to it with all rights, in the scenario's own process. */
  readonly handle: number;
  /** Where the scenario makes it. */
  readonly place: Place | undefined;
}

export class ScenarioThread<Result = unknown> {
  /** Set when its script is over. */
  end: ScriptEnd<Result> | undefined;
  readonly koid: number;
  /** A handle to it with all rights, in the scenario's own process. */
  readonly handle: number;
  /** Where the scenario makes it. */
  readonly place: Place | undefined;
  readonly #kernel: Kernel;

  constructor(
    readonly name: string,
    readonly process: ScenarioProcess,
    { kernel, koid, handle, place }: ThreadIdentity,
  ) {
    this.#kernel = kernel;
    this.koid = koid;
    this.handle = handle;
    this.place = place;
  }

  get state(): ThreadState {
    return stateOfThread(this.#kernel, this.koid);
  }

  /** What it waits for; undefined while it does not wait. */
  get blockedOn(): Wait | undefined {
    const row = rowOfKoid(this.#kernel.state.threads, this.koid);
    return row < 0 ? undefined : waitOf(this.#kernel.state, row);
  }

  /** What its script returned. A mistake while it has not, and of compiled threads. */
  get result(): Result {
    if (this.end?.kind === 'returned') return this.end.value;
    throw new ScenarioMistake(`${this} has returned nothing: it ${whereThreadIs(this)}`);
  }

  toString(): string {
    return `thread ${this.name} #${this.koid}`;
  }
}

interface Koids extends AnyTable {
  readonly koid: { readonly [row: number]: number };
}

/** The row of an object; -1 where it is gone. */
export function rowOfKoid(table: Koids, koid: number): number {
  for (let row = 0; row < table.rows.used; row++) if (isLive(table, row) && table.koid[row] === koid) return row;
  return -1;
}

export function stateOfThread(k: Kernel, koid: number): ThreadState {
  const { threads, current } = k.state;
  const row = rowOfKoid(threads, koid);
  if (row < 0) return 'ended';
  switch (threads.state[row]) {
    case TASK_STATE.NEW:
      return 'new';
    case TASK_STATE.RUNNABLE:
      return row === current ? 'running' : 'ready';
    case TASK_STATE.BLOCKED:
      return 'blocked';
    default:
      return 'ended';
  }
}

/** `has ended`, `is ready to run`, `waits for the futex 0x20000000, held by first #6`: goes on after the thread's name. */
export function whereThreadIs({ blockedOn, state }: ScenarioThread): string {
  return blockedOn === undefined ? stateSentence(state) : waitSentence(blockedOn);
}
