/** Frames in words: `#1  0x00010140 in sum (n=3) at loop.c:7`. */

import type { DebuggedThread } from '../debuggee.js';
import type { Frame } from '../symbols/index.js';
import type { Debugging } from './debugging.js';
import { basename } from './path-text.js';
import { word } from './text.js';

/** Without its number. `withAddress`: the frame is in the middle of a line. */
export function frameLine(d: Debugging, frame: Frame, withAddress: boolean): string {
  const { functionName, place, pc } = frame;
  const address = withAddress ? `${word(pc)} in ` : '';
  const name = functionName ?? '??';
  const where = place === undefined || place.line === 0 ? '' : ` at ${place.file.path}:${place.line}`;
  return `${address}${name} (${argumentsText(d, frame)})${where}`;
}

/** A line of a backtrace. */
export function numberedFrameLine(d: Debugging, frame: Frame): string {
  const isMiddle = frame.kind === 'call' && (frame.level > 0 || frame.place?.address !== frame.pc);
  return `#${String(frame.level).padEnd(3)}${frameLine(d, frame, isMiddle)}`;
}

/** Longer values of arguments are cut in the line of a frame. */
const MAX_ARGUMENT = 60;

export function argumentsText(d: Debugging, frame: Frame): string {
  const parts = d.symbols().arguments(frame, d.memory());
  return parts
    .map(({ name, value }) => {
      // As gdb prints them: of structures only that they are some.
      const text = value.text.startsWith('{') ? '...' : value.text;
      return `${name}=${text.length > MAX_ARGUMENT ? `${text.slice(0, MAX_ARGUMENT)}...` : text}`;
    })
    .join(', ');
}

/** Where a thread is, in short: `sum (n=3) at loop.c:7`. */
export function threadPlace(d: Debugging, thread: DebuggedThread): string {
  if (thread.isScript) return 'a script';
  const [frame] = d.frames(thread);
  if (frame === undefined) return '';
  const { place, functionName, pc } = frame;
  const where = place === undefined || place.line === 0 ? '' : ` at ${basename(place.file.path)}:${place.line}`;
  return `${word(pc)} in ${functionName ?? '??'}${where}`;
}
