/** Which numbers a field of an instruction can hold, and how that is said to somebody who wrote another. */
import type { Field } from '../fields.js';

/** The bits of the operand that the field has. */
function bitsOf({ pieces }: Field): number {
  return pieces.reduce((bits, [high, low]) => bits | ((2 ** (high - low + 1) - 1) << low), 0);
}

/** Whether `insert` would take the operand; an exception for each that it does not take would cost too much here. */
export function holds(field: Field, operand: number): boolean {
  const stored = operand - field.bias;
  const lowest = field.signed ? -(2 ** (field.width - 1)) : 0;
  const inRange = stored >= lowest && stored < lowest + 2 ** field.width;
  const below = field.width === 32 ? -1 : 2 ** field.width - 1;
  return inRange && (stored & below & ~bitsOf(field)) === 0;
}

/** For a field that holds a number as it is. */
export function describeRange(field: Field, nonzero: boolean): string {
  const unit = 1 << Math.min(...field.pieces.map(([, low]) => low));
  const lowest = field.signed ? -(2 ** (field.width - 1)) : nonzero ? unit : 0;
  const highest = 2 ** (field.signed ? field.width - 1 : field.width) - unit;
  const step = unit === 1 ? '' : ` in steps of ${unit}`;
  return `${lowest} to ${highest}${step}${nonzero && field.signed ? ', but not 0' : ''}`;
}

/** For a field that holds the upper 20 bits, which are written without the lower ones: only `c.lui` has a short one. */
export function describeUpperRange(field: Field): string {
  const most = 2 ** (field.width - 13) - 1;
  return `0x1 to 0x${most.toString(16)} or 0x${(0xfffff - most).toString(16)} to 0xfffff`;
}
