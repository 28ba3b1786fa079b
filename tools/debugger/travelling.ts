/**
 * A debug session on a run with a past. Each journey ends every session from outside, so that this one is a row of them: what the
 * front end has set is set again in the next, under the numbers that it knows.
 */
import {
  type Branch,
  type Happened,
  isBefore,
  type Moment,
  type Timeline,
  type WhyBlocked,
} from '../../kernel/index.js';
import type { BreakpointPlace, Debuggee, Executed, Notices, Past, Ran, Stop, StopKind, Verdict } from './debuggee.js';
import { attach } from './session.js';

/** Attaches to a run that one can go back in. */
export function attachTravelling(timeline: Timeline): Debuggee {
  return new Travelling(timeline);
}

/** What the front end has set: how it is set, and its number in the session that there is now. */
interface Kept {
  readonly set: (session: Debuggee) => number | undefined;
  number: number | undefined;
}

/** Instructions that are executed before a snapshot may be taken. */
const PORTION = 1 << 18;

/** Stops that come in the middle of a step, of which the step before is where one goes to see them come. */
const IN_STEP: ReadonlySet<StopKind> = new Set([
  'fault',
  'return',
  'event',
  'thread started',
  'thread ended',
  'process started',
  'process ended',
]);

class Travelling implements Debuggee, Past {
  private session: Debuggee;
  private readonly kept = new Map<number, Kept>();
  private lastNumber = 0;
  private notices: Notices = {};
  /** How the world went on last. */
  private how: Parameters<Debuggee['resume']>[0] = {};
  /** What is told of the stop, where the session would only say that it was stopped. */
  private told: Stop | undefined;

  constructor(private readonly timeline: Timeline) {
    this.session = attach(timeline.system);
  }

  get past(): Past {
    return this;
  }

  // What a session does

  processes() {
    return this.session.processes();
  }

  threads() {
    const { told } = this;
    const threads = this.session.threads();
    return told === undefined
      ? threads
      : threads.map((one) => (one.koid === told.thread ? { ...one, stop: told } : one));
  }

  registers(thread: number) {
    return this.session.registers(thread);
  }

  controlRegisters(thread: number) {
    return this.session.controlRegisters(thread);
  }

  readMemory(process: number, address: number, length: number) {
    return this.session.readMemory(process, address, length);
  }

  setRegisters(thread: number, words: Int32Array): boolean {
    return this.mayChange() && this.session.setRegisters(thread, words);
  }

  writeMemory(process: number, address: number, bytes: Uint8Array): boolean {
    return this.mayChange() && this.session.writeMemory(process, address, bytes);
  }

  killProcess(process: number): boolean {
    return this.mayChange() && this.session.killProcess(process);
  }

  /** In the past a branch begins; false where there are too many. */
  private mayChange(): boolean {
    try {
      this.timeline.change();
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }

  setBreakpoint(place: BreakpointPlace): number | undefined {
    return this.keep((session) => session.setBreakpoint(place));
  }

  catchCalls(call: number | undefined): number | undefined {
    return this.keep((session) => session.catchCalls(call));
  }

  catchEvents(): number | undefined {
    return this.keep((session) => session.catchEvents());
  }

  private keep(set: Kept['set']): number | undefined {
    const number = set(this.session);
    if (number === undefined) return undefined;
    this.kept.set(++this.lastNumber, { set, number });
    return this.lastNumber;
  }

  clear(breakpoint: number): boolean {
    const kept = this.kept.get(breakpoint);
    if (kept === undefined) return false;
    this.kept.delete(breakpoint);
    if (kept.number !== undefined) this.session.clear(kept.number);
    return true;
  }

  notice(notices: Notices): void {
    this.notices = notices;
    this.listen();
  }

  get stopped(): Stop | undefined {
    return this.told ?? this.named(this.session.stopped);
  }

  resume(how: { verdict?: Verdict; step?: number; only?: number } = {}): void {
    this.told = undefined;
    // Another answer to a fault, and who is kept from running, change what comes.
    const isAnswered = (how.verdict ?? 'pass') !== 'pass' && this.session.stopped?.kind === 'fault';
    const changes = isAnswered || (how.only !== undefined && how.step === undefined);
    this.how = !changes || this.mayChange() ? how : {};
    this.session.resume(this.how);
  }

  run(maxInstructions = Number.POSITIVE_INFINITY): Ran {
    const { timeline } = this;
    if (this.told !== undefined) this.resume();
    timeline.rest();
    const end = timeline.system.executed + maxInstructions;
    for (;;) {
      const ran = this.session.run(Math.min(PORTION, Math.max(0, end - timeline.system.executed)));
      timeline.rest();
      if (ran.kind === 'stop') {
        if (!this.isOwn(ran.stop)) continue;
        return { kind: 'stop', stop: this.named(ran.stop) as Stop };
      }
      if (ran.kind !== 'limit') return ran;
      if (timeline.isOver) return { kind: 'stop', stop: this.standing('end of history') };
      if (timeline.system.executed >= end) return ran;
      // Time may go by while nobody runs.
      if (maxInstructions !== Number.POSITIVE_INFINITY && timeline.system.state.current < 0) return ran;
    }
  }

  stop(): Stop {
    if (this.told !== undefined) return this.told;
    return this.named(this.session.stop()) as Stop;
  }

  detach(): void {
    this.told = undefined;
    this.session.detach();
  }

  /** With the front end's numbers. */
  private named(stop: Stop | undefined): Stop | undefined {
    if (stop === undefined || stop.breakpoints.length === 0) return stop;
    const own = [...this.kept].filter(([, { number }]) => number !== undefined && stop.breakpoints.includes(number));
    return { ...stop, breakpoints: own.map(([number]) => number) };
  }

  // The past

  get now(): Moment {
    return this.timeline.now;
  }

  get beginning(): Moment {
    return this.timeline.beginning;
  }

  get end(): Moment {
    return this.timeline.end;
  }

  get isRecorded(): boolean {
    return !this.timeline.isLive;
  }

  get branches(): readonly Branch[] {
    return this.timeline.branches;
  }

  get branch(): Branch {
    return this.timeline.branch;
  }

  reverseStep(thread: number): Stop {
    return this.standing(this.timeline.reverseStep(thread) ? 'step' : 'beginning of history', thread);
  }

  goTo(moment: Moment): Stop {
    return this.journey(() => this.timeline.goTo(moment));
  }

  goToStep(seq: number): Stop {
    return this.journey(() => this.timeline.goToStep(seq));
  }

  goToInstruction(instruction: number): Stop {
    return this.journey(() => this.timeline.goToInstruction(instruction));
  }

  goToBranch(number: number): Stop {
    return this.journey(() => this.timeline.goToBranch(number));
  }

  lastWriteTo(process: number, address: number, length: number): Stop {
    const { stopped, now } = this;
    const found = this.timeline.lastWriteTo(process, address, length);
    if (found !== undefined) return this.standing('stopped', found.thread);
    this.comeBack(stopped, now);
    this.told = { ...this.stop(), kind: 'beginning of history' };
    return this.told;
  }

  executed(thread: number, most: number): readonly Executed[] {
    return this.aside((timeline) => {
      const { hart } = timeline.system.kernel;
      return timeline.lastInstructions(thread, most).map((moment) => {
        timeline.goTo(moment);
        return { moment, pc: hart.pc >>> 0, sp: hart.x[2] >>> 0 };
      });
    });
  }

  whatUnblocked(thread: number): Happened | undefined {
    return this.aside((timeline) => timeline.whatUnblocked(thread));
  }

  whyBlocked(thread: number): WhyBlocked | undefined {
    return this.aside((timeline) => timeline.whyBlocked(thread));
  }

  reverseContinue(isWanted: (stop: Stop) => boolean = () => true): Stop {
    const { timeline, now } = this;
    const thread = this.stopped?.thread;
    let found: Found | undefined;
    const isFound = timeline.search((to) => {
      this.begin();
      found = undefined;
      timeline.advance(to, {
        stopped: () => {
          for (let { stopped } = this; stopped !== undefined; { stopped } = this) {
            if (!this.isOwn(stopped)) continue;
            const moment = timeline.now;
            // The end of a part may be the end of a step, which the next part has not seen come.
            const isIn = isBefore(moment, to) || (isBefore(to, now) && IN_STEP.has(stopped.kind));
            if (isIn && isWanted(stopped)) found = { stop: stopped, moment };
            this.session.resume();
          }
          return false;
        },
      });
      this.session.detach();
      return found === undefined ? undefined : before(found);
    });
    if (isFound && found !== undefined) return this.arrive(found);
    timeline.goTo(timeline.beginning);
    return this.standing('beginning of history', thread);
  }

  /** Lets the stop come that was found: it is told as it was told there, and going on does not stop there again. */
  private arrive({ stop, moment }: Found): Stop {
    const { timeline } = this;
    if (!isSeenComing(stop)) {
      timeline.goTo(moment);
      this.told = { ...this.standing('stopped'), ...stop };
      return this.told;
    }
    this.begin();
    timeline.advance(moment, { stopped: () => this.isThere(stop) });
    // Nothing of what is at its place has been executed yet, so that it stops there at once.
    while (!this.isThere(stop)) {
      const ran = this.session.run(1);
      if (ran.kind === 'stop' && !isBefore(moment, timeline.now)) continue;
      timeline.goTo(moment);
      this.told = { ...this.standing('stopped'), ...stop };
      return this.told;
    }
    return this.stopped as Stop;
  }

  /** Looks at the past, and comes back to the stop in which one is. */
  private aside<Result>(work: (timeline: Timeline) => Result): Result {
    const { stopped, now } = this;
    try {
      return work(this.timeline);
    } finally {
      this.comeBack(stopped, now);
    }
  }

  private comeBack(stop: Stop | undefined, moment: Moment): void {
    if (stop === undefined) {
      this.timeline.goTo(moment);
      this.standing('stopped');
      return;
    }
    this.timeline.goTo(before({ stop, moment }));
    this.arrive({ stop, moment });
  }

  /** Is the world in that stop? Others before it are gone on from. */
  private isThere(wanted: Stop): boolean {
    for (let { stopped } = this; stopped !== undefined; { stopped } = this) {
      if (!this.isOwn(stopped)) continue;
      if (stopped.kind === wanted.kind && stopped.thread === wanted.thread && stopped.pc === wanted.pc) return true;
      this.session.resume();
    }
    return false;
  }

  private journey(work: () => void): Stop {
    let problem: unknown;
    try {
      work();
    } catch (error) {
      problem = error;
    }
    const stop = this.standing('stopped');
    if (problem !== undefined) throw problem;
    return stop;
  }

  /** A session where one is now, with all that is set. */
  private begin(): void {
    this.told = undefined;
    this.session.detach();
    this.session = attach(this.timeline.system);
    this.how = {};
    for (const kept of this.kept.values()) kept.number = kept.set(this.session);
    this.listen();
  }

  /** Where something cannot be set yet, because it is of a process or thread that is not there, starts have to be told. */
  private listen(): void {
    const isWaiting = [...this.kept.values()].some(({ number }) => number === undefined);
    this.session.notice(isWaiting ? { ...this.notices, processStarts: true, threadStarts: true } : this.notices);
  }

  /** Is a stop one that the front end wants to hear of? Otherwise it was told for `listen`, and everything goes on. */
  private isOwn(stop: Stop): boolean {
    const isProcess = stop.kind === 'process started';
    if (!isProcess && stop.kind !== 'thread started') return true;
    for (const kept of this.kept.values()) kept.number ??= kept.set(this.session);
    if ((isProcess ? this.notices.processStarts : this.notices.threadStarts) === true) return true;
    const { step, only } = this.how ?? {};
    this.session.resume({ ...(step !== undefined && { step }), ...(only !== undefined && { only }) });
    return false;
  }

  /** The world stops where one is now, and that is told so. */
  private standing(kind: StopKind, thread?: number): Stop {
    this.begin();
    const stop = this.session.stop();
    const of = thread === undefined || thread === 0 ? stop.thread : thread;
    const found = this.session.threads().find(({ koid }) => koid === of);
    const pc = (this.session.registers(of)?.[0] ?? stop.pc) >>> 0;
    this.told = { ...stop, kind, thread: found?.koid ?? stop.thread, process: found?.process ?? stop.process, pc };
    return this.told;
  }
}

interface Found {
  readonly stop: Stop;
  readonly moment: Moment;
}

/**
 * Is it a stop that comes by itself where one arrives, so that going on does not stop there again? Before a write that is watched it
 * is to stop again: what it changes is not told yet.
 */
function isSeenComing({ kind }: Stop): boolean {
  return IN_STEP.has(kind) || kind === 'breakpoint' || kind === 'call';
}

/** From where a stop is seen to come. */
function before({ stop, moment }: Found): Moment {
  return IN_STEP.has(stop.kind) ? { seq: moment.seq - 1, instruction: moment.instruction } : moment;
}
