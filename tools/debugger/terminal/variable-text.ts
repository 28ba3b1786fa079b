/** Variables of a frame, a line each. */

import type { Frame } from '../symbols/index.js';
import type { Debugging } from './debugging.js';

export function localLines(d: Debugging, frame: Frame): string[] {
  const locals = d.symbols().locals(frame, d.memory());
  return locals.length === 0 ? ['No locals.'] : locals.map(({ name, value }) => `${name} = ${value.text}`);
}

export function argumentLines(d: Debugging, frame: Frame): string[] {
  const parts = d.symbols().arguments(frame, d.memory());
  return parts.length === 0 ? ['No arguments.'] : parts.map(({ name, value }) => `${name} = ${value.text}`);
}
