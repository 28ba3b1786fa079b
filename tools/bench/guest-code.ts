/** Code of guests that do next to nothing but calls, put together from the instruction table so that nothing else is measured. */
import { encode } from '../../machine/index.js';
import { CALL_NUMBER, type CallName } from '../../syscalls/calls.js';

/** Registers by their names in the calling convention. */
export const [ZERO, S0, S1, A0, A1, A2, A3, A4, A5, A7, S2] = [0, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18];

/** Where guests keep the number of the handle that they were given. */
export const HANDLE = 19;

/** The words of a deadline that never comes. */
export const [FOREVER_LOW, FOREVER_HIGH] = [-1, 0x7fff_ffff];

/** A constant into a register. */
export function li(rd: number, value: number): number[] {
  const signed = value | 0;
  const high = (signed + 0x800) & ~0xfff;
  return [encode('lui', { rd, imm: high }), encode('addi', { rd, rs1: rd, imm: (signed - high) | 0 })];
}

/** One register into another. */
export function mv(rd: number, rs1: number): number {
  return encode('addi', { rd, rs1, imm: 0 });
}

/** A call whose arguments are in their registers. */
export function callWith(name: CallName): number[] {
  return [...li(A7, CALL_NUMBER[name]), encode('ecall')];
}

/** Code that is run once, and code that is run for ever. */
export function forever(once: readonly number[], code: readonly number[]): number[] {
  return [...once, ...code, encode('jal', { rd: ZERO, imm: -code.length * 4 })];
}
