/** What a watched place held before and holds now, in words. */
import type { Breakpoint } from './breakpoint.js';
import { CommandError } from './command-error.js';
import type { Debugging } from './debugging.js';
import { fits, numberOf, scalarOf } from './expression/quantity.js';
import { quantityText } from './value-text.js';

/** What to say after the instruction that touched it, undefined where nothing is: a write that changed nothing. */
export function heldLines(d: Debugging, breakpoint: Breakpoint): readonly string[] | undefined {
  const { spec, held } = breakpoint;
  if (spec.kind !== 'watch') return undefined;
  const now = d.target.debuggee.readMemory(spec.process, spec.address, spec.length);
  breakpoint.held = now;
  const isChanged = now.length !== held.length || now.some((byte, i) => byte !== held[i]);
  if (isChanged && spec.access !== 'read') {
    return ['', `Old value = ${heldText(d, breakpoint, held)}`, `New value = ${heldText(d, breakpoint, now)}`];
  }
  return spec.access === 'write' ? undefined : ['', `Value = ${heldText(d, breakpoint, now)}`];
}

/** What a watched place holds where one went back to. */
export function nowLines(d: Debugging, breakpoint: Breakpoint): readonly string[] {
  const { spec } = breakpoint;
  if (spec.kind !== 'watch') return [];
  const now = d.target.debuggee.readMemory(spec.process, spec.address, spec.length);
  breakpoint.held = now;
  return ['', `Value before = ${heldText(d, breakpoint, now)}`];
}

function heldText(d: Debugging, { spec, held }: Breakpoint, bytes: Uint8Array): string {
  if (spec.kind !== 'watch') return '';
  const scalar = scalarOf(spec.quantity.type);
  if (scalar !== undefined && scalar.size === bytes.length) {
    const number = fits(numberOf(bytes), scalar.size, scalar.isSigned);
    return quantityText({ type: spec.quantity.type, ...scalar, number });
  }
  return (bytes === held && textNow(d, spec.text)) || hexBytes(bytes);
}

/** Of structures, enumerations and the like, the symbols know more than bytes tell: but only of what is there now. */
function textNow(d: Debugging, expression: string): string | undefined {
  try {
    return quantityText(d.evaluate(expression));
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

const SHOWN_BYTES = 16;

function hexBytes(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, SHOWN_BYTES)].map((byte) => byte.toString(16).padStart(2, '0'));
  return `{${shown.join(' ')}${bytes.length > SHOWN_BYTES ? ' …' : ''}}`;
}
