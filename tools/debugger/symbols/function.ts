/** Functions, as front ends see them. */
import type { SourcePlace } from './source-place.js';

export interface FunctionInfo {
  readonly name: string;
  /** The address that is called. */
  readonly entry: number;
  /** What its code is: disjoint, `end` excluded. The one with the entry first. */
  readonly ranges: readonly AddressRange[];
  /** Behind its prologue, where gdb would put `break name`; the entry where nothing says where that ends. */
  readonly afterPrologue: number;
  /** Where it is defined; undefined for a function that only an ELF symbol tells of. */
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** Whether it can be seen from other files. */
  readonly isExternal: boolean;
}

export interface AddressRange {
  readonly start: number;
  /** Excluded; up to 2^32. */
  readonly end: number;
}

/** A call whose function was inlined. */
export interface InlineCall {
  /** The function that was inlined. */
  readonly name: string;
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** Where it is called; undefined if the compiler does not say. */
  readonly call: Pick<SourcePlace, 'file' | 'line' | 'column'> | undefined;
  readonly ranges: readonly AddressRange[];
}

/** A place for a breakpoint. */
export interface CodePlace {
  readonly address: number;
  /** The function whose code it is, the inlined one where it is one; undefined where none is known. */
  readonly functionName: string | undefined;
  readonly place: SourcePlace | undefined;
}
