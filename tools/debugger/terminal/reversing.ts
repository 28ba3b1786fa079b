/**
 * Backwards: by instruction, by line, out of a function to where it was called, to the last breakpoint. A step back is looked up in what
 * the thread executed last; over a call one goes back by a breakpoint at the call.
 */
import { isBefore, type Moment } from '../../../kernel/index.js';
import type { Executed, Past, Stop } from '../debuggee.js';
import type { Frame } from '../symbols/index.js';
import { CommandError } from './command-error.js';
import type { Debugging } from './debugging.js';
import type { Report, Runner, Went } from './going.js';
import { flowOf, type Instruction, instructionAt } from './instructions.js';
import { nowLines } from './watched.js';

/** Instructions that are looked at at first, and at most, for a step by line. */
const FIRST_EXECUTED = 256;
const MOST_EXECUTED = 1 << 16;

export class Reversing {
  constructor(
    private readonly d: Debugging,
    private readonly runner: Runner,
  ) {}

  /** Throws CommandError where there is none. */
  get past(): Past {
    const { past } = this.d.target.debuggee;
    if (past === undefined) throw new CommandError('Nothing is kept of the past here.');
    return past;
  }

  /** A run that is over is gone back in from before the step with which it ended. */
  private begin(): void {
    const { d, past } = this;
    if (d.over === undefined) return;
    const { end, beginning } = past;
    const before = { seq: end.seq - 1, instruction: end.instruction };
    // It may have been killed where nothing had happened yet, or between two steps.
    const stop = isBefore(before, beginning)
      ? past.goTo(beginning)
      : goToOr(past, before, () => past.goToStep(end.seq - 1));
    d.arrived(stop);
    d.follow(stop);
  }

  /** To the instruction before; with `over`, a call and all that it did is one. */
  async instruction(over: boolean): Promise<Went> {
    this.begin();
    const { koid } = this.d.selectedThread();
    const behind = this.callBehind();
    if (over && behind !== undefined && this.cameByReturn(koid)) return this.toCall(behind);
    return this.wentTo(this.past.reverseStep(koid));
  }

  /** To the beginning of a line: of this one, or the one before; into functions that have lines, or over them. */
  async line(over: boolean): Promise<Went> {
    this.begin();
    const { d } = this;
    for (let most = FIRST_EXECUTED; ; most *= 8) {
      const { koid } = d.selectedThread();
      const executed = this.past.executed(koid, most);
      if (executed.length === 0) return this.wentTo(this.past.reverseStep(koid));
      const goal = this.lineBefore(executed, over);
      if (goal.kind === 'there') return this.asStep(this.past.goTo(goal.at.moment));
      if (goal.kind === 'call') {
        // What was called is skipped: the line goes on before it.
        this.past.goTo(goal.behind.moment);
        d.changed();
        const went = await this.toCall(goal.call);
        if (went.kind !== 'report' || went.report.stop.kind !== 'step') return went;
        d.changed();
        const here = this.innermost();
        if (d.symbols().lineRange(here.pc)?.start === here.pc) return went;
        return this.line(over);
      }
      if (executed.length < most) return this.asStep(this.past.goTo(executed[0].moment));
      if (most >= MOST_EXECUTED)
        throw new CommandError(
          `The line has more than ${most} instructions; use \`reverse-continue\` to a breakpoint.`,
        );
    }
  }

  /** To the call of the function of the selected frame. Throws CommandError where it was not called. */
  async finish(): Promise<Went> {
    this.begin();
    const { d } = this;
    const frames = d.frames(d.selectedThread());
    // What was inlined was not called; what it was inlined into was.
    const called = frames.findIndex(({ level, kind }) => level >= d.frame().level && kind === 'call');
    const [frame, caller] = [frames[called], frames[called + 1]];
    if (frame === undefined || caller === undefined)
      throw new CommandError('"reverse-finish" not meaningful in the outermost frame.');
    const call = this.callBefore(caller.pc);
    if (call === undefined) throw new CommandError('The function was not called by an instruction that is known.');
    return this.toCall({ address: call.address, stack: frame.cfa ?? caller.registers[2] >>> 0 });
  }

  /** To the last breakpoint, watchpoint, catch or fault before now. */
  async continue(): Promise<Went> {
    const { d } = this;
    d.changed();
    let wanted: ReturnType<Runner['wouldStop']> = [];
    const stop = this.past.reverseContinue((one) => {
      const hits = this.runner.wouldStop(one);
      if (hits !== undefined) wanted = hits;
      return hits !== undefined;
    });
    if (stop.kind === 'beginning of history') return this.wentTo(stop);
    d.changed();
    const lines = stop.kind === 'watchpoint' ? (wanted ?? []).flatMap((one) => nowLines(d, one)) : [];
    return this.wentTo(stop, wanted, lines);
  }

  /** What is told of a journey. */
  wentTo(stop: Stop, breakpoints: Report['breakpoints'] = [], lines: readonly string[] = []): Went {
    this.d.arrived(stop);
    return { kind: 'report', report: { stop, breakpoints, lines } };
  }

  private asStep(stop: Stop): Went {
    return this.wentTo({ ...stop, kind: 'step' });
  }

  /** To this call instruction when the stack was as it is after it. */
  private async toCall({ address, stack }: Call): Promise<Went> {
    const { d } = this;
    const { debuggee } = d.target;
    const { koid: thread, process } = d.selectedThread();
    const number = debuggee.setBreakpoint({ kind: 'execute', address, length: 1, process, thread });
    if (number === undefined) throw new CommandError('There are too many breakpoints; delete some.');
    try {
      const stop = this.past.reverseContinue(
        (one) =>
          one.thread === thread &&
          one.breakpoints.includes(number) &&
          (debuggee.registers(thread)?.[2] ?? 0) >>> 0 === stack,
      );
      return stop.kind === 'beginning of history' ? this.wentTo(stop) : this.asStep({ ...stop, breakpoints: [] });
    } finally {
      debuggee.clear(number);
    }
  }

  /** Where the line begins into which one goes back; or a call that is to be skipped first. */
  private lineBefore(executed: readonly Executed[], over: boolean): Goal {
    const { d } = this;
    const symbols = d.symbols();
    const { pc: here, registers } = this.innermost();
    let next: Executed | undefined;
    let start: number | undefined;
    for (let i = executed.length - 1; i >= 0; i--) {
      const at = executed[i];
      const behind = next?.pc ?? here;
      const instruction = instructionAt(d, at.pc);
      const isReturn =
        instruction !== undefined && flowOf(instruction) === 'return' && at.pc + instruction.bytes !== behind;
      const range = symbols.lineRange(at.pc);
      if (isReturn && (over || range === undefined)) {
        const call = this.callBefore(behind);
        // What was called from another line is behind the beginning of this one.
        const isSame = start === undefined || (call !== undefined && symbols.lineRange(call.address)?.start === start);
        if (!isSame && next !== undefined) return { kind: 'there', at: next };
        const stack = (next?.sp ?? registers[2]) >>> 0;
        const moment = next ?? undefined;
        if (call !== undefined)
          return {
            kind: 'call',
            call: { address: call.address, stack },
            behind: moment ?? { ...at, moment: this.past.now },
          };
      }
      // Another line, or another function: the one behind it was the first of its line.
      if (start !== undefined && (range === undefined || range.start !== start) && next !== undefined)
        return { kind: 'there', at: next };
      if (range !== undefined) start ??= range.start;
      next = at;
    }
    return { kind: 'more' };
  }

  /** The call behind which the selected thread stands, if it does. */
  private callBehind(): Call | undefined {
    const { pc, registers } = this.innermost();
    const call = this.callBefore(pc);
    return call === undefined ? undefined : { address: call.address, stack: registers[2] >>> 0 };
  }

  /** The call instruction that ends at an address. */
  private callBefore(pc: number): Instruction | undefined {
    for (const bytes of [4, 2]) {
      const found = instructionAt(this.d, pc - bytes);
      if (found?.bytes === bytes && flowOf(found) === 'call') return found;
    }
    return undefined;
  }

  private cameByReturn(thread: number): boolean {
    const [last] = this.past.executed(thread, 1);
    const instruction = last === undefined ? undefined : instructionAt(this.d, last.pc);
    return instruction !== undefined && flowOf(instruction) === 'return';
  }

  private innermost(): Frame {
    this.d.level = 0;
    return this.d.frame();
  }
}

/** Goes to a moment, or, where the run never was there, elsewhere. */
function goToOr(past: Past, moment: Moment, elsewhere: () => Stop): Stop {
  try {
    return past.goTo(moment);
  } catch (error) {
    if (error instanceof RangeError) return elsewhere();
    throw error;
  }
}

interface Call {
  readonly address: number;
  /** sp before and after it. */
  readonly stack: number;
}

type Goal =
  | { readonly kind: 'there'; readonly at: Executed }
  /** One stands behind the call. */
  | { readonly kind: 'call'; readonly call: Call; readonly behind: Executed }
  /** So far back nothing is known yet. */
  | { readonly kind: 'more' };
