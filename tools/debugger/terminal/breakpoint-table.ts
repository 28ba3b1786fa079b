/**
 * The breakpoints that a person has set, by their numbers, and the machine's that stand for them: of one in code one for each
 * place in each process that runs that program, set when the process starts.
 */
import type { Breakpoint, Scope, Spec } from './breakpoint.js';
import { CommandError } from './command-error.js';
import type { Debugging } from './debugging.js';

export class BreakpointTable {
  private readonly table: Breakpoint[] = [];
  private last = 0;

  constructor(private readonly d: Debugging) {}

  all(): readonly Breakpoint[] {
    return this.table;
  }

  find(number: number): Breakpoint | undefined {
    return this.table.find((one) => one.number === number);
  }

  /** Throws CommandError where the machine has no more of them. */
  add(
    spec: Spec,
    options: { readonly isTemporary?: boolean; readonly condition?: string; readonly thread?: number },
  ): Breakpoint {
    const breakpoint: Breakpoint = {
      number: this.last + 1,
      spec,
      isTemporary: options.isTemporary ?? false,
      isEnabled: true,
      hits: 0,
      ignored: 0,
      condition: options.condition,
      thread: options.thread ?? 0,
      commands: [],
      machine: [],
      scopeMachine: undefined,
      held: new Uint8Array(0),
    };
    this.arm(breakpoint);
    this.last++;
    this.table.push(breakpoint);
    return breakpoint;
  }

  remove(breakpoint: Breakpoint): void {
    this.disarm(breakpoint);
    this.table.splice(this.table.indexOf(breakpoint), 1);
  }

  enable(breakpoint: Breakpoint, isEnabled: boolean): void {
    this.disarm(breakpoint);
    breakpoint.isEnabled = isEnabled;
    if (isEnabled) this.arm(breakpoint);
  }

  /** The session that they were set in is over: nothing of the machine stands for them. */
  forgetMachine(): void {
    for (const breakpoint of this.table) {
      breakpoint.machine = [];
      breakpoint.scopeMachine = undefined;
    }
  }

  /** There is another session, or another system: all that can be set is set, and what belonged to a frame that is gone goes. */
  beginAnew(): void {
    const { debuggee } = this.d.target;
    debuggee.notice({ threadStarts: true, threadEnds: true, processStarts: true, processEnds: true });
    this.forgetMachine();
    for (const breakpoint of [...this.table]) {
      const { spec } = breakpoint;
      if (spec.kind === 'watch' && spec.scope !== undefined && !this.isThere(spec.scope)) {
        this.d.print(`Watchpoint ${breakpoint.number} deleted: its variable belonged to a frame that is gone.`);
        this.remove(breakpoint);
      } else if (breakpoint.isEnabled) this.armAgain(breakpoint);
    }
  }

  /** Whether the frame at the end of which the scope ends is still there. */
  private isThere({ thread, pc, cfa }: Scope): boolean {
    if (this.d.isFresh) return false;
    const found = this.d.threads().find(({ koid }) => koid === thread);
    const frames = found === undefined ? [] : this.d.frames(found);
    const level = frames.findIndex((frame) => frame.cfa === cfa);
    return level >= 0 && frames.slice(level + 1).find(({ kind }) => kind === 'call')?.pc === pc;
  }

  /** One that cannot be set does not keep the others from it. */
  private armAgain(breakpoint: Breakpoint): void {
    try {
      this.arm(breakpoint);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      breakpoint.isEnabled = false;
      this.d.print(`Breakpoint ${breakpoint.number} disabled, it cannot be set: ${error.message}`);
    }
  }

  /** What is watched may hold something else at another moment. */
  lookAgain(): void {
    for (const breakpoint of this.table) {
      const { spec } = breakpoint;
      if (spec.kind !== 'watch') continue;
      breakpoint.held = this.d.target.debuggee.readMemory(spec.process, spec.address, spec.length);
    }
  }

  /** All are set again, because which processes they are for has changed. */
  settle(): void {
    for (const breakpoint of this.table) {
      this.disarm(breakpoint);
      if (breakpoint.isEnabled) this.arm(breakpoint);
    }
  }

  /** Breakpoints in code go into a process that has just begun. */
  processStarted(process: number): void {
    for (const breakpoint of this.table) {
      if (breakpoint.isEnabled && breakpoint.spec.kind === 'code' && this.isFor(breakpoint.spec, process)) {
        this.armCode(breakpoint, breakpoint.spec, process);
      }
    }
  }

  /** Those that the machine's numbers stand for, and watchpoints whose scope ends there. */
  hit(machine: readonly number[]): { readonly hits: readonly Breakpoint[]; readonly scopes: readonly Breakpoint[] } {
    return {
      hits: this.table.filter((one) => one.machine.some((number) => machine.includes(number))),
      scopes: this.table.filter(({ scopeMachine }) => scopeMachine !== undefined && machine.includes(scopeMachine)),
    };
  }

  /** Those in code that are set at an address of a process. */
  inCode(process: number, address: number): readonly Breakpoint[] {
    return this.table.filter(
      ({ spec, isEnabled }) =>
        isEnabled &&
        spec.kind === 'code' &&
        this.isFor(spec, process) &&
        spec.places.some((place) => place.address === address),
    );
  }

  private isFor(spec: Extract<Spec, { kind: 'code' }>, process: number): boolean {
    if (!this.d.settings.isOn('follow')) return process === spec.process;
    return this.d.target.symbolsOf(process) === spec.symbols || process === spec.process;
  }

  private arm(breakpoint: Breakpoint): void {
    try {
      this.armWith(breakpoint);
    } catch (error) {
      this.disarm(breakpoint);
      throw error;
    }
  }

  private armWith(breakpoint: Breakpoint): void {
    const { debuggee } = this.d.target;
    const { spec } = breakpoint;
    switch (spec.kind) {
      case 'code':
        for (const { koid, state } of this.d.processes()) {
          if (state !== 'ended' && this.isFor(spec, koid)) this.armCode(breakpoint, spec, koid);
        }
        break;
      case 'watch': {
        const { address, length, process } = spec;
        const kind = ({ write: 'store', read: 'load', access: 'access' } as const)[spec.access];
        breakpoint.machine.push(must(debuggee.setBreakpoint({ kind, address, length, process })));
        breakpoint.held = debuggee.readMemory(process, address, length);
        if (spec.scope !== undefined) breakpoint.scopeMachine = this.armScope(spec.scope, process);
        break;
      }
      case 'call':
        if (spec.calls.length === 0) breakpoint.machine.push(must(debuggee.catchCalls(undefined)));
        for (const call of spec.calls) breakpoint.machine.push(must(debuggee.catchCalls(call)));
        break;
      case 'event':
        breakpoint.machine.push(must(debuggee.catchEvents()));
        break;
      case 'fault':
      case 'life':
        // They are told anyway.
        break;
    }
  }

  private armCode(breakpoint: Breakpoint, spec: Extract<Spec, { kind: 'code' }>, process: number): void {
    for (const { address } of spec.places) {
      const number = this.d.target.debuggee.setBreakpoint({ kind: 'execute', address, length: 1, process });
      breakpoint.machine.push(must(number));
    }
  }

  private armScope({ pc, thread }: Scope, process: number): number {
    return must(this.d.target.debuggee.setBreakpoint({ kind: 'execute', address: pc, length: 1, process, thread }));
  }

  private disarm(breakpoint: Breakpoint): void {
    const { debuggee } = this.d.target;
    for (const number of breakpoint.machine) debuggee.clear(number);
    if (breakpoint.scopeMachine !== undefined) debuggee.clear(breakpoint.scopeMachine);
    breakpoint.machine = [];
    breakpoint.scopeMachine = undefined;
  }
}

function must(number: number | undefined): number {
  if (number === undefined) throw new CommandError('There are too many breakpoints; delete some.');
  return number;
}
