/** `Z` and `z`: breakpoints and watchpoints, which are machine triggers all; what gdb calls them is remembered for its answers. */
import type { BreakpointKind, Debuggee } from '../debuggee.js';
import { hexPair } from './hexadecimal.js';

/** In the order of their numbers. */
const TYPES = ['swbreak', 'hwbreak', 'watch', 'rwatch', 'awatch'] as const;
export type BreakpointType = (typeof TYPES)[number];

const KINDS: Readonly<Record<BreakpointType, BreakpointKind>> = {
  swbreak: 'execute',
  hwbreak: 'execute',
  watch: 'store',
  rwatch: 'load',
  awatch: 'access',
};

/** A watched range that is longer is no mistake that anybody should pay for. */
const MOST_WATCHED_BYTES = 1 << 20;

export interface Breakpoint {
  readonly type: BreakpointType;
  readonly address: number;
  readonly number: number;
}

export class Breakpoints {
  private readonly byPlace = new Map<string, Breakpoint>();
  private readonly byNumber = new Map<number, Breakpoint>();

  /** `text` is what follows `Z` or `z`. Setting what is set, or clearing what is not, changes nothing and succeeds. */
  change(action: 'set' | 'clear', text: string, debuggee: Debuggee, process: number): string {
    const type = TYPES[Number(text[0])];
    if (type === undefined || text[1] !== ',') return '';
    // Conditions and commands may follow a semicolon: nobody has offered to evaluate them.
    const [address, length] = hexPair(text.slice(2).split(';')[0]) ?? [];
    if (address === undefined || length === undefined) return 'E01';
    const place = `${type} ${address} ${length} ${process}`;
    const there = this.byPlace.get(place);
    if (action === 'clear') {
      if (there !== undefined) this.clear(there, place, debuggee);
      return 'OK';
    }
    if (there !== undefined) return 'OK';
    const bytes = KINDS[type] === 'execute' ? 1 : length;
    if (bytes < 1 || bytes > MOST_WATCHED_BYTES || address + bytes > 2 ** 32) return 'E16';
    const number = debuggee.setBreakpoint({ kind: KINDS[type], address, length: bytes, process });
    if (number === undefined) return 'E0c';
    const breakpoint = { type, address, number };
    this.byPlace.set(place, breakpoint);
    this.byNumber.set(number, breakpoint);
    return 'OK';
  }

  private clear(breakpoint: Breakpoint, place: string, debuggee: Debuggee): void {
    debuggee.clear(breakpoint.number);
    this.byPlace.delete(place);
    this.byNumber.delete(breakpoint.number);
  }

  /** The first of these that gdb has set. */
  among(numbers: readonly number[]): Breakpoint | undefined {
    for (const number of numbers) {
      const breakpoint = this.byNumber.get(number);
      if (breakpoint !== undefined) return breakpoint;
    }
    return undefined;
  }

  /** The session that had them is over. */
  forget(): void {
    this.byPlace.clear();
    this.byNumber.clear();
  }
}
