/** Frames as a person sees them: the calls that were really made, and between them those that were inlined. */
import { type Frame, MAX_FRAMES, type MemoryReader } from './frame.js';
import type { InlineCall } from './function.js';
import type { FunctionTable } from './function-table.js';
import type { LineTable } from './line-table.js';
import type { SourcePlace } from './source-place.js';
import type { Unwinder } from './unwinding.js';

export function backtrace(
  registers: Int32Array,
  memory: MemoryReader,
  unwinder: Unwinder,
  functions: FunctionTable,
  lines: LineTable,
): Frame[] {
  const frames: Frame[] = [];
  for (const call of unwinder.callFrames(registers, memory)) {
    let place = lines.placeAt(call.codeAddress);
    let inlinedWithin = 0;
    for (const inlined of functions.inlineCallsAt(call.codeAddress)) {
      const { name: functionName } = inlined;
      frames.push({ ...call, level: frames.length, kind: 'inlined', inlinedWithin, functionName, place });
      place = placeOfCall(inlined);
      inlinedWithin++;
    }
    const functionName = functions.at(call.codeAddress)?.name;
    frames.push({ ...call, level: frames.length, kind: 'call', inlinedWithin, functionName, place });
    if (frames.length >= MAX_FRAMES) break;
  }
  return frames.slice(0, MAX_FRAMES);
}

function placeOfCall({ call, ranges }: InlineCall): SourcePlace | undefined {
  if (call === undefined) return undefined;
  return { ...call, isStatement: true, isPrologueEnd: false, address: ranges[0].start };
}
