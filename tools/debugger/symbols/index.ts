/** What front ends of the debugger import: `ProgramSymbols` and the shapes of its answers. */
export { type Frame, MAX_FRAMES, type MemoryReader } from './frame.js';
export type { AddressRange, CodePlace, FunctionInfo, InlineCall } from './function.js';
export { ProgramSymbols } from './program-symbols.js';
export type { SourceFile, SourcePlace } from './source-place.js';
export type { Printed, Value, ValueLocation, Variable } from './variable.js';
