/** What an expression comes to: a number with a type, or something larger that the program's symbols describe. */
import type { Value, ValueLocation } from '../../symbols/index.js';
import { CommandError } from '../command-error.js';

export interface Quantity {
  /** As one writes it in C. */
  readonly type: string;
  /** Bytes; 0: not known. */
  readonly size: number;
  readonly isSigned: boolean;
  /** Undefined for structures, arrays, floating-point numbers, and what was optimized away. */
  readonly number: bigint | undefined;
  /** As gdb prints it where no format is asked for, where the symbols say. */
  readonly value?: Value;
  readonly location?: ValueLocation | { readonly kind: 'variable'; readonly name: string };
  /** The expression as the symbols understand it. */
  readonly path?: string;
  /** A pointer so many elements behind the one that `path` names. */
  readonly element?: { readonly path: string; readonly index: bigint };
  /** Of `&x`, the path of x. */
  readonly target?: string;
  /** So many in a row, from the location on: `*p@4`. */
  readonly repeated?: readonly Quantity[];
}

const SIZES: Readonly<Record<string, readonly [size: number, isSigned: boolean]>> = {
  // `char` is unsigned on RISC-V (psABI, "C type representations").
  char: [1, false],
  'signed char': [1, true],
  'unsigned char': [1, false],
  bool: [1, false],
  _Bool: [1, false],
  int8_t: [1, true],
  uint8_t: [1, false],
  short: [2, true],
  'unsigned short': [2, false],
  int16_t: [2, true],
  uint16_t: [2, false],
  int: [4, true],
  unsigned: [4, false],
  'unsigned int': [4, false],
  long: [4, true],
  'unsigned long': [4, false],
  int32_t: [4, true],
  uint32_t: [4, false],
  size_t: [4, false],
  ssize_t: [4, true],
  uintptr_t: [4, false],
  intptr_t: [4, true],
  ptrdiff_t: [4, true],
  'long long': [8, true],
  'unsigned long long': [8, false],
  int64_t: [8, true],
  uint64_t: [8, false],
};

/** Size and sign of a type that is written so; undefined for what is no scalar or not known here. */
export function scalarOf(type: string): { readonly size: number; readonly isSigned: boolean } | undefined {
  if (isPointer(type)) return { size: 4, isSigned: false };
  const words = type
    .replace(/\b(const|volatile)\b/g, '')
    .trim()
    .split(/\s+/);
  const isUnsigned = words.includes('unsigned');
  const rest = words.filter((word) => word !== 'signed' && word !== 'unsigned');
  // `long unsigned int` and `unsigned long` are one type.
  const base = rest.length > 1 ? rest.filter((word) => word !== 'int').join(' ') : (rest[0] ?? 'int');
  const isSignedChar = base === 'char' && words.includes('signed');
  const found = SIZES[isSignedChar ? 'signed char' : isUnsigned ? `unsigned ${base}` : base];
  return found === undefined ? undefined : { size: found[0], isSigned: found[1] };
}

export function isPointer(type: string): boolean {
  return /\*(\s*const)?$/.test(type) || /\(\*+\)/.test(type);
}

/** `int (char *)` */
export function isFunction(type: string): boolean {
  return type.endsWith(')') && !isPointer(type);
}

export function isArray(type: string): boolean {
  return /\[\d*\]$/.test(type) && !/\(\*+\)/.test(type);
}

/** `int *` of `int`, `char (*)[4]` of `char [4]`. */
export function pointerTo(type: string): string {
  if (isArray(type)) return type.replace(/\s*\[/, ' (*)[');
  if (isFunction(type)) return type.replace(/\s*\(/, ' (*)(');
  return type.endsWith('*') ? `${type}*` : `${type} *`;
}

/** `int` of `int *`, `char [4]` of `char (*)[4]`, the element of an array. Throws CommandError for anything else. */
export function pointee(type: string): string {
  if (isArray(type)) return type.replace(/\s*\[\d*\]/, '').trim();
  if (/\(\*\)/.test(type)) return type.replace(/\(\*\)\s*/, '').trim();
  if (isPointer(type)) return type.replace(/\*(\s*const)?$/, '').trim();
  throw new CommandError(`a ${type} is no pointer`);
}

export function fits(number: bigint, size: number, isSigned: boolean): bigint {
  return isSigned ? BigInt.asIntN(size * 8, number) : BigInt.asUintN(size * 8, number);
}

export function integer(number: bigint, type = 'int'): Quantity {
  const { size, isSigned } = scalarOf(type) ?? { size: 4, isSigned: true };
  return { type, size, isSigned, number: fits(number, size, isSigned) };
}

/** Little-endian bytes as an unsigned number. */
export function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** A number as so many little-endian bytes. */
export function bytesOf(number: bigint, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => Number((number >> BigInt(8 * i)) & 0xffn));
}

/** The number, or why there is none. Throws CommandError. */
export function numeric(quantity: Quantity): bigint {
  if (quantity.number !== undefined) return quantity.number;
  if (quantity.location?.kind === 'memory' && isArray(quantity.type)) return BigInt(quantity.location.address);
  if (quantity.type === 'void') throw new CommandError('it has no value (void)');
  throw new CommandError(`a value of type ${quantity.type} is no number${optimized(quantity)}`);
}

function optimized({ value }: Quantity): string {
  return value?.text.includes('optimized out') ? ': it was optimized out' : '';
}

/** An address: the number, cut to 32 bits. Throws CommandError. */
export function addressOf(quantity: Quantity): number {
  return Number(BigInt.asUintN(32, numeric(quantity)));
}
