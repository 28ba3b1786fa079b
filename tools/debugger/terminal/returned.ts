/** What a function returned, as `finish` shows it. */

import type { Frame } from '../symbols/index.js';
import { CommandError } from './command-error.js';
import type { Debugging } from './debugging.js';
import { integer, scalarOf } from './expression/quantity.js';
import { quantityText } from './value-text.js';

const A0 = 10;
const A1 = 11;

/** Nothing for functions without a value, and for those whose type is not known. The thread stands behind the call. */
export function returnedLines(d: Debugging, { functionName }: Frame): readonly string[] {
  const registers = d.target.debuggee.registers(d.thread);
  const type = functionName === undefined ? undefined : typeOf(d, functionName);
  const scalar = type === undefined ? undefined : scalarOf(type);
  if (registers === undefined || type === undefined || scalar === undefined) return [];
  // 64-bit values come in a0 and a1, low word first (psABI, "Integer Calling Convention").
  const low = BigInt(registers[A0] >>> 0);
  const number = scalar.size === 8 ? low | (BigInt(registers[A1] >>> 0) << 32n) : low;
  const value = integer(number, type);
  const text = quantityText(value, '', d.showing());
  return [`Value returned is $${d.keep(value)} = ${text}`];
}

/** `int` of `int (char *)`. */
function typeOf(d: Debugging, functionName: string): string | undefined {
  try {
    const { type } = d.evaluate(functionName);
    return /^(.*?)\s*\(/.exec(type)?.[1];
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}
