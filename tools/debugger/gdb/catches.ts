/**
 * What else the world stops at: system calls, waits that end, threads and processes that come and go. gdb asks for calls with
 * `QCatchSyscalls` where it can; everything can be asked for with `monitor catch`. And which faults stop it.
 */
import { CALLS } from '../../../syscalls/calls.js';
import type { Debuggee, Notices } from '../debuggee.js';

export const CAUGHT_THINGS = ['event', 'thread-start', 'thread-end', 'process-start'] as const;
export type CaughtThing = (typeof CAUGHT_THINGS)[number];

/** Which faults stop the world: before the program is asked, after nobody wanted them, both, or none. */
export const FAULT_POLICIES = ['first', 'second', 'both', 'never'] as const;
export type FaultPolicy = (typeof FAULT_POLICIES)[number];

/** Calls by number; 'all' of them. */
type Calls = ReadonlySet<number> | 'all';
const NONE: Calls = new Set();

export class Catches {
  /** Of `QCatchSyscalls`. */
  private asked: Calls = NONE;
  /** Of `monitor catch call`. */
  private watched: Calls = NONE;
  private readonly things = new Set<CaughtThing>();
  /** Of each call that is caught, and of events, the number that the debuggee gave. */
  private readonly numbers = new Map<number | 'all' | 'event', number>();
  faults: FaultPolicy = 'first';

  /** Whether gdb wants to be told of a call, as of a system call. */
  wasAsked(call: number): boolean {
    return this.asked === 'all' || this.asked.has(call);
  }

  isWatched(call: number): boolean {
    return this.watched === 'all' || this.watched.has(call);
  }

  has(thing: CaughtThing): boolean {
    return this.things.has(thing);
  }

  /** Everything that is caught for `monitor`, in words. */
  list(): string[] {
    const calls =
      this.watched === 'all'
        ? ['every call']
        : [...this.watched].sort((a, b) => a - b).map((call) => `call ${nameOf(call)}`);
    return [...calls, ...CAUGHT_THINGS.filter((thing) => this.things.has(thing))];
  }

  /** Whether there was room. */
  ask(calls: Calls, debuggee: Debuggee): boolean {
    this.asked = calls;
    return this.apply(debuggee);
  }

  watchCall(call: number | 'all', debuggee: Debuggee): boolean {
    if (call === 'all' || this.watched === 'all') this.watched = 'all';
    else this.watched = new Set([...this.watched, call]);
    return this.apply(debuggee);
  }

  watchThing(thing: CaughtThing, debuggee: Debuggee): boolean {
    this.things.add(thing);
    return this.apply(debuggee);
  }

  clear(debuggee: Debuggee): void {
    this.watched = NONE;
    this.things.clear();
    this.apply(debuggee);
  }

  /** A session knows nothing of this when it begins. `stepping` has to be told if its thread ends before it has stepped. */
  apply(debuggee: Debuggee, isStepping = false): boolean {
    const everyCall = this.asked === 'all' || this.watched === 'all';
    const calls: (number | 'all' | 'event')[] =
      this.asked === 'all' || this.watched === 'all' ? ['all'] : [...new Set([...this.asked, ...this.watched])];
    const wanted = new Set(this.things.has('event') ? [...calls, 'event' as const] : calls);
    for (const [what, number] of this.numbers) {
      if (wanted.has(what)) continue;
      debuggee.clear(number);
      this.numbers.delete(what);
    }
    let isRoom = true;
    for (const what of wanted) {
      if (this.numbers.has(what)) continue;
      const number =
        what === 'event' ? debuggee.catchEvents() : debuggee.catchCalls(everyCall ? undefined : (what as number));
      if (number === undefined) isRoom = false;
      else this.numbers.set(what, number);
    }
    debuggee.notice(this.notices(isStepping));
    return isRoom;
  }

  private notices(isStepping: boolean): Notices {
    return {
      processEnds: true,
      processStarts: this.things.has('process-start'),
      threadStarts: this.things.has('thread-start'),
      threadEnds: isStepping || this.things.has('thread-end'),
      secondChance: this.faults === 'second' || this.faults === 'both',
    };
  }

  /** The session that had them is over; they are wanted of the next one, too. */
  forget(): void {
    this.numbers.clear();
  }
}

function nameOf(call: number): string {
  return CALLS.find(({ number }) => number === call)?.name ?? String(call);
}
