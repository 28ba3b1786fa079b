/** Lets the program go on until something happens that the person wants to know. */
import { FIRST_SLICE, nextSlice } from '../../cli/slice.js';
import type { Ran, Stop } from '../debuggee.js';
import type { Breakpoint } from './breakpoint.js';
import { CommandError } from './command-error.js';
import type { Debugging } from './debugging.js';
import { numeric } from './expression/quantity.js';
import { faultLine } from './stop-text.js';
import { threadName } from './thread-name.js';
import { heldLines } from './watched.js';

/** A place at which to stop for a command, such as `finish`: an internal breakpoint. */
export interface Goal {
  readonly process: number;
  readonly address: number;
  /** Only this thread; 0: any. */
  readonly thread: number;
  /** Whether being there is enough: in a recursion a place is reached many times. */
  readonly isReached: (registers: Int32Array) => boolean;
}

export interface Going {
  /** This thread stops after its next instruction. */
  readonly step?: number;
  readonly goals?: readonly Goal[];
  /** What else stops: calls or events that a command waits for. */
  readonly until?: (stop: Stop) => boolean;
  /** A line or an instruction is stepped: `set scheduler-locking step`. */
  readonly isStepping?: boolean;
}

/** Why it is told: what was hit, and what there is to say of it. */
export interface Report {
  readonly stop: Stop;
  readonly breakpoints: readonly Breakpoint[];
  readonly goal?: Goal | undefined;
  /** `until` said so. */
  readonly isAwaited?: boolean;
  readonly lines: readonly string[];
}

export type Ended = Exclude<Ran, { kind: 'stop' }>;
export type Went =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'over'; readonly ended: Ended };

/** Steps that are taken before the host is looked at: each is a run of its own. */
const STEPS_PER_LOOK = 2000;

export class Runner {
  private slice = FIRST_SLICE;
  private steps = 0;
  /** Threads whose beginning was told. */
  private readonly told = new Set<number>();

  constructor(private readonly d: Debugging) {}

  /** Goes on until there is something to tell. Throws CommandError where nothing can go on. */
  async go(going: Going): Promise<Went> {
    const { d } = this;
    if (d.over !== undefined) throw new CommandError('The program is not being run.');
    const { debuggee } = d.target;
    const goals = new Map<number, Goal>();
    try {
      for (const goal of going.goals ?? []) {
        const { process, address, thread } = goal;
        const number = debuggee.setBreakpoint({ kind: 'execute', address, length: 1, process, thread });
        if (number === undefined) throw new CommandError('There are too many breakpoints; delete some.');
        goals.set(number, goal);
      }
      return await this.untilTold(going, goals);
    } finally {
      for (const number of goals.keys()) debuggee.clear(number);
      d.changed();
    }
  }

  private async untilTold(going: Going, goals: ReadonlyMap<number, Goal>): Promise<Went> {
    const { d } = this;
    let ran = await this.resume(going);
    for (;;) {
      if (ran.kind !== 'stop') {
        // Who is blocked can still be looked at, and input may come.
        if (ran.kind !== 'blocked' && ran.kind !== 'input' && ran.kind !== 'limit') d.over = ran;
        return { kind: 'over', ended: ran };
      }
      const { stop } = ran;
      const settled = stop.kind === 'watchpoint' ? await this.watched(stop) : this.toldOf(stop, going, goals);
      if (settled.kind === 'ran') ran = settled.ran;
      else if (settled.report !== undefined) return { kind: 'report', report: this.reported(settled.report) };
      // The step was the watched instruction itself.
      else if (settled.isStepped && going.step === stop.thread) {
        return {
          kind: 'report',
          report: this.reported({ stop: { ...stop, kind: 'step' }, breakpoints: [], lines: [] }),
        };
      } else ran = await this.resume(going);
    }
  }

  private reported(report: Report): Report {
    const { stop } = report;
    const pc = this.d.target.debuggee.registers(stop.thread)?.[0] ?? stop.pc;
    this.d.toldAt = { thread: stop.thread, pc: pc >>> 0, instructions: this.d.target.instructions };
    return report;
  }

  private async resume(going: Going): Promise<Ran> {
    const { d } = this;
    const locking = d.settings.get('scheduler-locking');
    const only = locking === 'on' || (locking === 'step' && going.isStepping === true) ? d.thread : 0;
    // After 'blocked' nobody has stopped the world, and only a stopped one can be told to step.
    if (d.target.debuggee.stopped === undefined) d.target.debuggee.stop();
    d.target.debuggee.resume({
      ...(going.step !== undefined && { step: going.step }),
      ...(only !== 0 && { only }),
      verdict: d.verdict ?? this.answerToFault(),
    });
    d.verdict = undefined;
    return this.run();
  }

  private answerToFault(): 'pass' | 'handled' {
    const { stopped } = this.d.target.debuggee;
    return stopped?.kind === 'fault' ? this.d.faults.of(stopped.cause).answer : 'pass';
  }

  /** Until the world stops, in slices; input goes in when the guest waits for it. */
  private async run(): Promise<Ran> {
    const { d } = this;
    const { target, host } = d;
    d.isFresh = false;
    d.changed();
    for (;;) {
      // What was told in the same step as the last stop comes first: `run` would go on past it.
      const { stopped } = target.debuggee;
      if (stopped !== undefined) return this.lookedAfter({ kind: 'stop', stop: stopped });
      const begun = performance.now();
      const ran = target.debuggee.run(this.slice);
      switch (ran.kind) {
        case 'stop':
          return this.lookedAfter(ran);
        case 'limit': {
          this.slice = nextSlice(this.slice, performance.now() - begun);
          await host.look();
          if (host.takeInterrupt()) return this.interrupted();
          const line = target.awaitsInput ? host.guestLineIfThere() : undefined;
          if (line !== undefined) target.input(line);
          break;
        }
        case 'input': {
          await host.look();
          const line = await host.guestLine();
          if (host.takeInterrupt()) return this.interrupted();
          if (line === undefined) target.endInput();
          else target.input(line);
          break;
        }
        default:
          return ran;
      }
    }
  }

  /** Stops may follow each other without end, each of them gone on from at once: the host is looked at between some. */
  private async lookedAfter(ran: Ran): Promise<Ran> {
    if (++this.steps % STEPS_PER_LOOK !== 0) return ran;
    await this.d.host.look();
    return this.d.host.takeInterrupt() ? this.interrupted() : ran;
  }

  private interrupted(): Ran {
    // Where it has stopped already, that is not what is told: somebody wants it to stand still.
    return { kind: 'stop', stop: { ...this.d.target.debuggee.stop(), kind: 'stopped' } };
  }

  /** Whether a stop is to be told, and as what. */
  private toldOf(stop: Stop, going: Going, goals: ReadonlyMap<number, Goal>): Settled {
    const { d } = this;
    if (going.until?.(stop) === true)
      return { kind: 'settled', report: { stop, breakpoints: [], isAwaited: true, lines: [] } };
    switch (stop.kind) {
      case 'step': {
        const hits = d.breakpoints.inCode(stop.process, stop.pc >>> 0);
        const breakpoints = this.wanted(hits, stop);
        return { kind: 'settled', report: { stop, breakpoints, lines: [] } };
      }
      case 'stopped':
      case 'beginning of history':
      case 'end of history':
        return { kind: 'settled', report: { stop, breakpoints: [], lines: [] } };
      case 'breakpoint':
        return this.atBreakpoint(stop, goals);
      case 'fault':
        return this.atFault(stop);
      default: {
        if (stop.kind === 'process started') d.breakpoints.processStarted(stop.process);
        this.tellOfLife(stop);
        const hits = this.wanted(this.caught(stop), stop);
        return { kind: 'settled', report: hits.length > 0 ? { stop, breakpoints: hits, lines: [] } : undefined };
      }
    }
  }

  private atBreakpoint(stop: Stop, goals: ReadonlyMap<number, Goal>): Settled {
    const { d } = this;
    const { hits, scopes } = d.breakpoints.hit(stop.breakpoints);
    const registers = d.target.debuggee.registers(stop.thread) ?? new Int32Array(32);
    const ended = scopes.filter(({ spec }) => spec.kind === 'watch' && isAbove(registers, spec.scope?.cfa ?? 0));
    const lines = ended.map((one) => {
      d.breakpoints.remove(one);
      return `\nWatchpoint ${one.number} deleted because the program has left the block in\nwhich its expression is valid.`;
    });
    const { toldAt } = d;
    const isOld =
      toldAt?.thread === stop.thread && toldAt.pc === stop.pc >>> 0 && toldAt.instructions === d.target.instructions;
    const breakpoints = isOld ? [] : this.wanted(hits, stop);
    const goal = stop.breakpoints
      .map((number) => goals.get(number))
      .find((one) => one !== undefined && (one.thread === 0 || one.thread === stop.thread) && one.isReached(registers));
    const isTold = breakpoints.length > 0 || goal !== undefined || lines.length > 0;
    return { kind: 'settled', report: isTold ? { stop, breakpoints, goal, lines } : undefined };
  }

  /**
   * What of the breakpoints would stop at a stop that was; undefined where nothing would. Hits are not counted: it is only looked back
   * at them.
   */
  wouldStop(stop: Stop): readonly Breakpoint[] | undefined {
    const { d } = this;
    d.changed();
    const isPlace = stop.kind === 'breakpoint' || stop.kind === 'watchpoint';
    const all = isPlace ? d.breakpoints.hit(stop.breakpoints).hits : this.caught(stop);
    const hits = all.filter(
      (one) => one.isEnabled && (one.thread === 0 || one.thread === stop.thread) && this.holds(one, stop),
    );
    return hits.length > 0 || (stop.kind === 'fault' && d.faults.of(stop.cause).stops) ? hits : undefined;
  }

  private atFault(stop: Stop): Settled {
    const { d } = this;
    const hits = this.wanted(this.caught(stop), stop);
    const { stops, prints } = d.faults.of(stop.cause);
    if (hits.length > 0 || stops) return { kind: 'settled', report: { stop, breakpoints: hits, lines: [] } };
    if (prints) d.print(faultLine(d, stop));
    return { kind: 'settled', report: undefined };
  }

  private caught(stop: Stop): readonly Breakpoint[] {
    return this.d.breakpoints.all().filter(({ spec, isEnabled }) => {
      if (!isEnabled) return false;
      switch (spec.kind) {
        case 'fault':
          return stop.kind === 'fault' && (spec.causes.length === 0 || spec.causes.includes(stop.cause));
        case 'call': {
          const isCall = stop.kind === 'call' || stop.kind === 'return';
          return isCall && (spec.calls.length === 0 || spec.calls.includes(stop.detail));
        }
        case 'event':
          return stop.kind === 'event';
        case 'life':
          return stop.kind === spec.life;
        default:
          return false;
      }
    });
  }

  /** Those of the hit ones that stop: their condition holds, and their ignored hits are used up. */
  private wanted(hits: readonly Breakpoint[], stop: Stop): Breakpoint[] {
    const { d } = this;
    const wanted = hits.filter((one) => {
      if (!one.isEnabled || (one.thread !== 0 && one.thread !== stop.thread)) return false;
      if (!this.holds(one, stop)) return false;
      one.hits++;
      if (one.ignored > 0) one.ignored--;
      else return true;
      return false;
    });
    for (const one of wanted) if (one.isTemporary) d.breakpoints.remove(one);
    return wanted;
  }

  private holds({ condition, number }: Breakpoint, stop: Stop): boolean {
    if (condition === undefined) return true;
    const { d } = this;
    const { process, thread, level } = d;
    d.changed();
    d.follow(stop);
    try {
      return numeric(d.evaluate(condition)) !== 0n;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      d.print(`Error in testing condition for breakpoint ${number}:\n${error.message}`);
      return true;
    } finally {
      d.process = process;
      d.thread = thread;
      d.level = level;
    }
  }

  /** A watched place is about to be read or written: the instruction is let happen, to see what became of it. */
  private async watched(stop: Stop): Promise<Settled> {
    const { d } = this;
    const { hits } = d.breakpoints.hit(stop.breakpoints);
    d.target.debuggee.resume({ step: stop.thread, only: stop.thread });
    const ran = await this.run();
    if (ran.kind !== 'stop' || ran.stop.kind !== 'step') return { kind: 'ran', ran };
    const said = new Map(hits.map((one) => [one, heldLines(d, one)]));
    const breakpoints = this.wanted(
      hits.filter((one) => said.get(one) !== undefined),
      ran.stop,
    );
    const lines = breakpoints.flatMap((one) => said.get(one) ?? []);
    const told = { ...stop, pc: ran.stop.pc };
    if (breakpoints.length === 0) return { kind: 'settled', report: undefined, isStepped: true };
    return { kind: 'settled', report: { stop: told, breakpoints, lines } };
  }

  private tellOfLife(stop: Stop): void {
    const { d } = this;
    if (stop.kind === 'process started') d.print(`[New process ${d.processText(stop.process)}]`);
    if (stop.kind === 'process ended' && stop.process !== d.target.program) {
      d.print(`[Process ${d.processText(stop.process)} ended]`);
    }
    if (!d.settings.isOn('print thread-events')) return;
    const title = threadName(d, stop.thread);
    if (stop.kind === 'thread started') d.print(`[New thread ${title}]`);
    // That the first thread ends is told with its process.
    if (stop.kind === 'thread ended' && this.told.has(stop.thread)) d.print(`[Thread ${title} ended]`);
    if (stop.kind === 'thread started') this.told.add(stop.thread);
  }
}

type Settled =
  | { readonly kind: 'settled'; readonly report: Report | undefined; readonly isStepped?: boolean }
  /** Something else came first. */
  | { readonly kind: 'ran'; readonly ran: Ran };

/** Has the stack been given back up to there? */
export function isAbove(registers: Int32Array, cfa: number): boolean {
  return registers[2] >>> 0 >= cfa >>> 0;
}
