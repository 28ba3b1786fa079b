/** Faults as signals: the numbers are gdb's own, the same for every target. */
import { CAUSE } from '../../../machine/index.js';

export const SIGNAL = { NONE: 0, INT: 2, ILL: 4, TRAP: 5, KILL: 9, BUS: 10, SEGV: 11, SYS: 12 } as const;

const SIGNALS: ReadonlyMap<number, number> = new Map<number, number>([
  [CAUSE.INSTRUCTION_ADDRESS_MISALIGNED, SIGNAL.BUS],
  [CAUSE.LOAD_ADDRESS_MISALIGNED, SIGNAL.BUS],
  [CAUSE.STORE_ADDRESS_MISALIGNED, SIGNAL.BUS],
  [CAUSE.ILLEGAL_INSTRUCTION, SIGNAL.ILL],
  [CAUSE.BREAKPOINT, SIGNAL.TRAP],
  [CAUSE.ECALL_FROM_U, SIGNAL.SYS],
]);

/** `cause` is mcause. What is not listed is an access that was not allowed. */
export function signalOf(cause: number): number {
  return SIGNALS.get(cause) ?? SIGNAL.SEGV;
}

/** As `X09` or `W2` has it. */
export function signalText(signal: number): string {
  return (signal & 0xff).toString(16).padStart(2, '0');
}
