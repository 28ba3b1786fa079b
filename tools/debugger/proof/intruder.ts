/**
 * The debugger of a proof: it stops the guest wherever chance says, looks at everything that a front end can look at, and lets it go
 * on. It changes nothing that is the guest's, passes every fault on, and resumes everybody: whatever a guest notices of it is a leak.
 */
import type { System } from '../../../kernel/index.js';
import type { ElfImage } from '../../../machine/index.js';
import { CALL_NUMBER } from '../../../syscalls/calls.js';
import type { BreakpointKind, Debuggee, StopKind } from '../debuggee.js';
import { attach } from '../session.js';
import type { Places } from './places.js';

/** Front ends that debug at the same time. */
const MOST_SESSIONS = 3;
/** Places that are remembered, to stop there again. */
const REMEMBERED = 64;
/** Stops in a row before everything that was set is cleared. */
const LONGEST_VISIT = 24;
const LENGTHS = [1, 2, 4, 8, 64, 4096, 65536];
const KINDS: readonly BreakpointKind[] = ['execute', 'execute', 'execute', 'load', 'store', 'access'];
const CALLS = Object.values(CALL_NUMBER);
/** So many stops are remembered, to be told where a difference is found. */
const HISTORY = 6;

/** What the debugger has done. */
export interface Done {
  readonly stops: Partial<Record<StopKind, number>>;
  /** Looked at: whole register files, pieces of memory, lists of processes and threads. */
  registers: number;
  memory: number;
  lists: number;
  /** Register files that were written back as they were. */
  written: number;
  attached: number;
  detached: number;
}

interface Session {
  readonly debuggee: Debuggee;
  /** Breakpoints and catches that are set. */
  set: number[];
}

interface Place {
  readonly process: number;
  readonly address: number;
}

export class Intruder {
  readonly done: Done = { stops: {}, registers: 0, memory: 0, lists: 0, written: 0, attached: 0, detached: 0 };
  /** Stops of all kinds so far. */
  stops = 0;
  private sessions: Session[] = [];
  private readonly remembered: Place[] = [];
  private readonly symbols: readonly number[];
  private leftOfVisit = 0;
  private readonly last: string[] = [];

  /** Stops about `wanted` times in a run of `length` instructions. */
  constructor(
    private readonly system: System,
    symbols: ElfImage['symbols'],
    private readonly places: Places,
    private readonly wanted: number,
    private readonly length: number,
  ) {
    this.symbols = symbols.map(({ address }) => address);
  }

  /** Has it stopped as often as it was to? Then it has left the guest alone. */
  get isOver(): boolean {
    return this.stops >= this.wanted;
  }

  /** Prepares the next visit; how many instructions may retire before it begins at the latest. */
  next(): number {
    if (this.isOver) {
      this.leave();
      return Number.POSITIVE_INFINITY;
    }
    if (this.leftOfVisit > 0) return this.places.once(2) ? this.gap() : 1 + this.places.below(64);
    this.leftOfVisit = 1 + this.places.below(LONGEST_VISIT);
    this.comeAndGo();
    this.set();
    return this.gap();
  }

  /** So that the visits lie evenly in what is left of the run. */
  private gap(): number {
    const left = Math.max(this.length - this.system.executed, 1);
    const visits = Math.max((this.wanted - this.stops) / (LONGEST_VISIT / 2), 1);
    return 1 + this.places.below(Math.min(Math.ceil((2 * left) / visits), 2 ** 31));
  }

  /** Nothing has stopped the world: the debugger does, or waits on for what it has set. */
  interrupt(): void {
    this.leftOfVisit--;
    if (this.leftOfVisit > 0 && this.places.once(2)) return;
    this.places.oneOf(this.sessions)?.debuggee.stop();
  }

  /** The world is stopped: looks at it, and lets it go on. */
  visit(): void {
    for (const { debuggee } of this.sessions) this.visitAs(debuggee);
  }

  private visitAs(debuggee: Debuggee): void {
    const { places } = this;
    // One session may have more than one thing to say of a stop, and another one none.
    for (let stop = debuggee.stopped; stop !== undefined; stop = debuggee.stopped) {
      this.stops++;
      this.leftOfVisit--;
      this.done.stops[stop.kind] = (this.done.stops[stop.kind] ?? 0) + 1;
      this.remember(stop.process, stop.pc);
      this.note(`${stop.kind} of thread #${stop.thread} at 0x${stop.pc.toString(16)}`);
      const thread = stop.thread || (places.oneOf(debuggee.threads())?.koid ?? 0);
      this.lookAt(debuggee, stop.process, thread);
      if (this.leftOfVisit <= 0) this.clear();
      else if (places.once(8)) this.set();
      if (places.once(40) && this.sessions.length > 1) {
        this.detach(debuggee);
        return;
      }
      debuggee.resume(thread !== 0 && places.once(3) ? { step: thread } : {});
    }
  }

  private lookAt(debuggee: Debuggee, process: number, thread: number): void {
    const { places, done } = this;
    const words = debuggee.registers(thread);
    if (words !== undefined) {
      done.registers++;
      debuggee.controlRegisters(thread);
      this.remember(process, words[0] >>> 0);
      // As it is called from, and what it may touch next.
      this.remember(process, words[1 + places.below(31)] >>> 0);
      if (places.once(6) && debuggee.setRegisters(thread, words)) done.written++;
    }
    if (places.once(4)) {
      debuggee.processes();
      debuggee.threads();
      done.lists++;
    }
    const address = places.oneOf(this.remembered)?.address ?? 0;
    if (process !== 0) {
      debuggee.readMemory(process, address, 1 + places.below(256));
      done.memory++;
    }
  }

  /** What it did last, the last first. */
  history(): readonly string[] {
    return [...this.last].reverse();
  }

  private note(text: string): void {
    this.last.push(`${text}, after ${this.system.executed} instructions`);
    if (this.last.length > HISTORY) this.last.shift();
  }

  private remember(process: number, address: number): void {
    if (address < 4096) return;
    if (this.remembered.length < REMEMBERED) this.remembered.push({ process, address });
    else this.remembered[this.places.below(REMEMBERED)] = { process, address };
  }

  /** Sets something to stop at. */
  private set(): void {
    const { places } = this;
    const session = places.oneOf(this.sessions);
    if (session === undefined) return;
    const { debuggee } = session;
    for (let more = 1 + places.below(4); more > 0; more--) {
      const number = this.setOne(debuggee);
      if (number !== undefined) session.set.push(number);
    }
    if (!places.once(3)) return;
    const maybe = (): boolean => places.once(3);
    debuggee.notice({
      threadStarts: maybe(),
      threadEnds: maybe(),
      processStarts: maybe(),
      processEnds: maybe(),
      secondChance: maybe(),
    });
  }

  private setOne(debuggee: Debuggee): number | undefined {
    const { places } = this;
    switch (places.below(8)) {
      case 0:
        return debuggee.catchEvents();
      case 1:
        return debuggee.catchCalls(places.once(2) ? undefined : places.oneOf(CALLS));
      default:
        return this.setPlace(debuggee);
    }
  }

  private setPlace(debuggee: Debuggee): number | undefined {
    const { places } = this;
    const kind = places.oneOf(KINDS) ?? 'execute';
    const known = places.oneOf(this.remembered);
    const near = 2 * places.below(places.once(2) ? 1 : 32);
    const symbol = places.oneOf(this.symbols);
    const address = places.once(3) || known === undefined ? (symbol ?? 0x10000) : known.address + near;
    const length = kind === 'execute' ? 1 : Math.min(places.oneOf(LENGTHS) ?? 1, 2 ** 32 - address);
    if (address >= 2 ** 32) return undefined;
    const process = places.once(2) ? 0 : (places.oneOf(debuggee.processes())?.koid ?? 0);
    const thread = process !== 0 || places.once(2) ? 0 : (places.oneOf(debuggee.threads())?.koid ?? 0);
    return debuggee.setBreakpoint({ kind, address, length, process, thread });
  }

  /** Clears everything, but now and then something stays. */
  private clear(): void {
    for (const session of this.sessions) {
      session.set = session.set.filter((number) => this.places.once(50) || !session.debuggee.clear(number));
    }
  }

  private comeAndGo(): void {
    const { places } = this;
    if (this.sessions.length === 0 || (this.sessions.length < MOST_SESSIONS && places.once(20))) {
      this.sessions.push({ debuggee: attach(this.system), set: [] });
      this.done.attached++;
    }
    const leaving = places.once(20) && this.sessions.length > 1 ? places.oneOf(this.sessions) : undefined;
    if (leaving !== undefined) this.detach(leaving.debuggee);
  }

  private detach(debuggee: Debuggee): void {
    this.note('a session detached');
    debuggee.detach();
    this.sessions = this.sessions.filter((session) => session.debuggee !== debuggee);
    this.done.detached++;
  }

  private leave(): void {
    for (const { debuggee } of [...this.sessions]) this.detach(debuggee);
  }
}
