/**
 * The registers of a device: one table, from which come what a load gives, what a store does, and what a person sees who
 * looks at the device from outside.
 */
import type { Width } from './device.js';

/** Names of bits (0..31) or of ranges of them. */
export type Fields = Readonly<Record<string, number | readonly [low: number, bits: number]>>;

export interface Register {
  readonly name: string;
  /** In bytes from the beginning of the device. */
  readonly offset: number;
  /** What it holds; it finds out without changing anything. Absent where only storing means something. */
  readonly peek?: () => number;
  /** What a load gives, where it does more than to look, or gives something else. */
  readonly load?: () => number;
  /** What a store does; without it stores are ignored. */
  readonly store?: (value: number, width: Width) => void;
  readonly fields?: Fields;
}

/** For a register that a load gives nothing of. */
export const readsAsZero = (): number => 0;

/** A register as it is now. */
export interface RegisterValue {
  readonly name: string;
  readonly offset: number;
  /** Unsigned; undefined for what cannot be looked at, because only storing means something. */
  readonly value: number | undefined;
  /** Parts of the value by name, as the register's description has them. */
  readonly fields: readonly { readonly name: string; readonly bits: number; readonly value: number }[];
}

export class RegisterTable {
  private readonly registers: readonly Register[];
  private readonly byOffset: ReadonlyMap<number, Register>;

  /** Throws Error if two registers have the same offset: that is a mistake of ours. */
  constructor(registers: readonly Register[]) {
    this.registers = [...registers].sort((a, b) => a.offset - b.offset);
    this.byOffset = new Map(registers.map((register) => [register.offset, register]));
    if (this.byOffset.size !== registers.length) throw new Error('two registers have the same offset');
  }

  /** 0 where nothing is. */
  load(offset: number): number {
    const register = this.byOffset.get(offset);
    if (register === undefined) return 0;
    return (register.load ?? register.peek ?? readsAsZero)();
  }

  /** Does nothing where nothing is. */
  store(offset: number, width: Width, value: number): void {
    this.byOffset.get(offset)?.store?.(value, width);
  }

  /** All of them as they are now, in the order of their offsets. Changes nothing. */
  values(): readonly RegisterValue[] {
    return this.registers.map(valueNow);
  }
}

/** The register as it is now. Changes nothing. */
export function valueNow({ name, offset, peek, fields = {} }: Register): RegisterValue {
  if (peek === undefined) return { name, offset, value: undefined, fields: [] };
  const value = peek() >>> 0;
  const parts = Object.entries(fields).map(([part, place]) => {
    const [low, bits] = typeof place === 'number' ? [place, 1] : place;
    return { name: part, bits, value: Math.floor(value / 2 ** low) % 2 ** bits };
  });
  return { name, offset, value, fields: parts };
}
