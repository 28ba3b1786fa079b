/** What `handle` says of each kind of fault: whether it stops, whether it is told, and what is answered to it. */
import type { Verdict } from '../debuggee.js';
import { FAULT_NAMES } from './registers.js';

export interface FaultRule {
  readonly stops: boolean;
  readonly prints: boolean;
  /** 'handled': the thread goes on as if nothing had been. */
  readonly answer: Extract<Verdict, 'pass' | 'handled'>;
}

const FALLBACK: FaultRule = { stops: true, prints: true, answer: 'pass' };

export class FaultRules {
  private readonly rules = new Map<number, FaultRule>();

  of(cause: number): FaultRule {
    return this.rules.get(cause) ?? FALLBACK;
  }

  /** As gdb has it: to stop is to print, and not to print is not to stop. */
  set(cause: number, change: Partial<FaultRule>): void {
    const rule = { ...this.of(cause), ...change };
    if (change.stops === true) this.rules.set(cause, { ...rule, prints: true });
    else if (change.prints === false) this.rules.set(cause, { ...rule, stops: false });
    else this.rules.set(cause, rule);
  }

  table(): readonly (readonly [name: string, rule: FaultRule])[] {
    return [...FAULT_NAMES].map(([name, cause]) => [name, this.of(cause)]);
  }
}
