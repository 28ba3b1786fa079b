/** Steps by line, over calls, out of functions, to the next call, return, system call or event. */
import type { Frame } from '../symbols/index.js';
import { CommandError } from './command-error.js';
import type { Debugging } from './debugging.js';
import { type Goal, isAbove, type Report, type Runner, type Went } from './going.js';
import { flowOf, instructionAt } from './instructions.js';

/** Where a stepped line is: a step ends where the pc leaves it. */
interface Range {
  readonly start: number;
  readonly end: number;
}

export class Stepping {
  constructor(
    private readonly d: Debugging,
    private readonly runner: Runner,
  ) {}

  /** One instruction of the selected thread; with `over`, a call and all that it does count as one. */
  async instruction(over: boolean): Promise<Went> {
    const { d } = this;
    const { koid } = d.selectedThread();
    const frame = this.innermost();
    const next = instructionAt(d, frame.pc);
    if (over && next !== undefined && flowOf(next) === 'call') return this.overCall(frame.pc + next.bytes, frame);
    return this.runner.go({ step: koid, isStepping: true });
  }

  /** To another line: into functions that have lines, or over them. */
  async line(over: boolean): Promise<Went> {
    const { d } = this;
    const frame = this.innermost();
    const range = d.symbols().lineRange(frame.pc);
    if (range === undefined) {
      d.print(
        `Single stepping until exit from function ${frame.functionName ?? '??'}, which has no line number information.`,
      );
      const caller = this.callerOf(frame);
      return caller === undefined ? this.runner.go({}) : this.to([this.backIn(caller, frame)]);
    }
    return this.within(range, over, frame);
  }

  /** As `next`, but never backwards: out of a loop that jumps back. */
  async until(): Promise<Went> {
    const frame = this.innermost();
    const range = this.d.symbols().lineRange(frame.pc);
    if (range === undefined) return this.line(true);
    const start = this.d.symbols().functionAt(frame.pc)?.entry ?? range.start;
    return this.within({ start, end: range.end }, true, frame);
  }

  /** Where the selected frame returns to. Throws CommandError where it does not. */
  returnGoal(): Goal {
    const { d } = this;
    const frames = d.frames(d.selectedThread());
    const frame = d.frame();
    const caller = this.callerOf(frame);
    if (frame.kind === 'inlined' || frames[frame.level - 1]?.kind === 'inlined') {
      throw new CommandError('"finish" does not work for a call that was inlined; use `next`.');
    }
    if (caller === undefined) throw new CommandError('"finish" not meaningful in the outermost frame.');
    return this.backIn(caller, frame);
  }

  /** Goes on until that place is reached. */
  toGoal(goal: Goal): Promise<Went> {
    return this.to([goal]);
  }

  /** To one of these addresses, or out of the frame. */
  async toPlaces(addresses: readonly number[]): Promise<Went> {
    const { d } = this;
    const { koid: thread, process } = d.selectedThread();
    const frame = this.innermost();
    const caller = this.callerOf(frame);
    const goals = addresses.map((address) => ({ process, address, thread, isReached: () => true }));
    return this.to(caller === undefined ? goals : [...goals, this.backIn(caller, frame)]);
  }

  /** Before the next call or return of the selected thread. A return is one of this frame: calls on the way are made. */
  async toFlow(wanted: 'call' | 'return'): Promise<Went> {
    const { d } = this;
    const begin = this.innermost();
    for (let isFirst = true; ; isFirst = false) {
      const frame = this.innermost();
      const next = instructionAt(d, frame.pc);
      const flow = next === undefined ? 'other' : flowOf(next);
      if (flow === wanted && !isFirst) return this.asStep();
      const isOver = wanted === 'return' && flow === 'call' && next !== undefined;
      const went = isOver ? await this.overCall(frame.pc + next.bytes, begin) : await this.instruction(false);
      if (!this.isPlainStep(went)) return went;
    }
  }

  /** Until this thread makes a system call. */
  async toSystemCall(): Promise<Went> {
    const { d } = this;
    const { koid } = d.selectedThread();
    return this.catching(d.target.debuggee.catchCalls(undefined), (kind, thread) => kind === 'call' && thread === koid);
  }

  /** Until the wait of any thread ends. */
  async toEvent(): Promise<Went> {
    return this.catching(this.d.target.debuggee.catchEvents(), (kind) => kind === 'event');
  }

  private async catching(
    number: number | undefined,
    isWanted: (kind: string, thread: number) => boolean,
  ): Promise<Went> {
    if (number === undefined) throw new CommandError('There are too many breakpoints; delete some.');
    try {
      return await this.runner.go({ until: ({ kind, thread }) => isWanted(kind, thread) });
    } finally {
      this.d.target.debuggee.clear(number);
    }
  }

  /** Steps while the pc stays in a range of the frame, or in a function that was called from it. */
  private async within(range: Range, over: boolean, begin: Frame): Promise<Went> {
    const { d } = this;
    const symbols = d.symbols();
    const first = symbols.functionAt(begin.pc)?.entry;
    const line = symbols.placeAt(begin.pc);
    let { start, end } = range;
    for (;;) {
      const before = this.pc();
      const next = instructionAt(d, before);
      const stack = this.stack();
      const went = await this.runner.go({ step: d.thread, isStepping: true });
      if (!this.isPlainStep(went)) return went;
      let pc = this.pc();
      if (next !== undefined && flowOf(next) === 'call' && pc !== before + next.bytes) {
        const entered = symbols.functionAt(pc);
        const hasLines = entered !== undefined && symbols.placeAt(entered.afterPrologue) !== undefined;
        if (!over && hasLines) {
          // Arguments are where their names say only behind the prologue.
          return entered.afterPrologue === pc ? went : this.toAddress(entered.afterPrologue);
        }
        const after = await this.overCallFrom(before + next.bytes, stack);
        if (!this.isGoal(after)) return after;
        pc = this.pc();
      }
      if (pc >= start && pc < end) continue;
      const place = symbols.placeAt(pc);
      const isHome = symbols.functionAt(pc)?.entry === first;
      if (place === undefined && !isHome) {
        // It went somewhere without lines: back to where it came from, or on until something happens.
        const frame = this.innermost();
        const caller = this.callerOf(frame);
        return caller === undefined ? went : this.to([this.backIn(caller, frame)]);
      }
      if (!isHome) return this.asStep();
      const isSameLine = place !== undefined && place.line === line?.line && place.file.path === line.file.path;
      if (place === undefined || place.line === 0 || isSameLine || !place.isStatement) {
        if (isSameLine) ({ start, end } = symbols.lineRange(pc) ?? { start, end });
        continue;
      }
      return this.asStep();
    }
  }

  private async toAddress(address: number): Promise<Went> {
    const { koid: thread, process } = this.d.selectedThread();
    const went = await this.to([{ process, address, thread, isReached: () => true }]);
    return this.isGoal(went) ? this.asStep() : went;
  }

  /** Makes a call and all that it does; ends with a step behind it. */
  private async overCall(behind: number, { registers }: Frame): Promise<Went> {
    const went = await this.overCallFrom(behind, registers[2]);
    return this.isGoal(went) ? this.asStep() : went;
  }

  private overCallFrom(behind: number, stack: number): Promise<Went> {
    const { koid: thread, process } = this.d.selectedThread();
    return this.to([{ process, address: behind >>> 0, thread, isReached: (registers) => isAbove(registers, stack) }]);
  }

  private to(goals: readonly Goal[]): Promise<Went> {
    return this.runner.go({ goals, isStepping: true });
  }

  private backIn(caller: Frame, from: Frame): Goal {
    const { koid: thread, process } = this.d.selectedThread();
    const stack = from.cfa ?? from.registers[2];
    return { process, address: caller.pc, thread, isReached: (registers) => isAbove(registers, stack) };
  }

  private callerOf({ level }: Frame): Frame | undefined {
    const frames = this.d.frames(this.d.selectedThread());
    return frames.slice(level + 1).find(({ kind }) => kind === 'call');
  }

  /** The frame that has the registers of the thread now; commands speak of it from here on. */
  private innermost(): Frame {
    this.d.level = 0;
    return this.d.frame();
  }

  private pc(): number {
    return (this.d.target.debuggee.registers(this.d.thread)?.[0] ?? 0) >>> 0;
  }

  private stack(): number {
    return this.d.target.debuggee.registers(this.d.thread)?.[2] ?? 0;
  }

  /** The selected thread has done what it was to do, and nothing else happened. */
  private isPlainStep(went: Went): boolean {
    if (went.kind !== 'report') return false;
    const { stop, breakpoints, goal } = went.report;
    return stop.thread === this.d.thread && breakpoints.length === 0 && (stop.kind === 'step' || goal !== undefined);
  }

  private isGoal(went: Went): boolean {
    return went.kind === 'report' && went.report.goal !== undefined && went.report.breakpoints.length === 0;
  }

  /** What is told of a step that took many. */
  private asStep(): Went {
    const { koid: thread, process } = this.d.selectedThread();
    const pc = this.pc();
    const stop: Report['stop'] = {
      ...{ kind: 'step' as const, process, thread, breakpoints: [], pc },
      ...{ cause: 0, address: 0, detail: 0, status: 0, chance: 1 as const },
    };
    return { kind: 'report', report: { stop, breakpoints: [], lines: [] } };
  }
}
