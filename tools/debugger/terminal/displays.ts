/** Expressions that are shown at each stop. */
import { CommandError } from './command-error.js';
import type { Debugging, Display } from './debugging.js';
import { examine } from './examine.js';
import { quantityText } from './value-text.js';

export function displayLines(d: Debugging): string[] {
  return d.displays.filter(({ isEnabled }) => isEnabled).flatMap((display) => linesOf(d, display));
}

/** A display that cannot be shown here says nothing, as a variable of another function. */
function linesOf(d: Debugging, display: Display): string[] {
  try {
    return shownDisplay(d, display);
  } catch (error) {
    if (error instanceof CommandError) return [];
    throw error;
  }
}

/** Throws CommandError. */
export function shownDisplay(d: Debugging, { number, format, expression }: Display): string[] {
  const isMemory = /^\d*[\dbhwg]*[is]|\d/.test(format);
  if (isMemory) return [`${number}: x/${format} ${expression}`, ...examine(d, format, d.addressOf(expression)).lines];
  const text = quantityText(d.evaluate(expression), format, d.showing());
  return [`${number}: ${format === '' ? '' : `/${format} `}${expression} = ${text}`];
}
