/** Frames, as front ends see them. */
import type { SourcePlace } from './source-place.js';

/** At most so many frames are told of a thread. */
export const MAX_FRAMES = 256;

/** As many bytes of the process's memory as can be read from an address on, at most `length`. */
export type MemoryReader = (address: number, length: number) => Uint8Array;

export interface Frame {
  /** 0 for the innermost, inlined calls counted. */
  readonly level: number;
  /** 'inlined': it shares pc and registers with the next one, in whose code it was inlined. */
  readonly kind: 'call' | 'inlined';
  /** Where it goes on: for a caller, the return address. */
  readonly pc: number;
  /** An address of the instruction that it is in: the pc, but of a caller its call. For look-ups of lines and blocks. */
  readonly codeAddress: number;
  /** pc, x1 to x31 as they will be when its callees have returned. */
  readonly registers: Int32Array;
  /** Bit n: `registers[n]` is known. What a callee may have changed and not kept is not. */
  readonly known: number;
  /** The canonical frame address: sp before the call. Undefined where nothing says where it is. */
  readonly cfa: number | undefined;
  /** How many inlined calls it has made that its code address is in: their frames come before this one. */
  readonly inlinedWithin: number;
  readonly functionName: string | undefined;
  /** The line that it is on; for the caller of an inlined call, the line of the call. */
  readonly place: SourcePlace | undefined;
}
