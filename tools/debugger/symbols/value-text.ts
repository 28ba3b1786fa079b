/**
 * Values as gdb prints them: `{a = 1, b = 0x80001234 "text"}`. As there, 200 elements at most; more than ten that are alike are
 * told once with their number and count as ten, and what lies too deep is `{...}`.
 */
import { AT, ENCODING, TAG } from './dwarf-numbers.js';
import type { Entry } from './entry.js';
import type { MemoryReader } from './frame.js';
import { characterText, stringText } from './string-text.js';
import { bareType, isCharacter, isPointer, isRecord, type Type, typeBytes, typeName } from './type.js';
import { bytesOf, elementsOf, integerOf, membersOf, type TypedValue, valueInMemory } from './typed-value.js';

export interface Surroundings {
  readonly memory: MemoryReader;
  /** `main+0x12`, or a variable's name; undefined where nothing is called so. */
  readonly symbolText: (address: number) => string | undefined;
}

export const MAX_ELEMENTS = 200;
const REPEATS = 10;
const MAX_DEPTH = 20;
/** Bounds (law 6) what a file's types can ask for: parts of one value. */
const MAX_PARTS = 20_000;
const MAX_STRING_BYTES = 1 << 16;

export function valueText(value: TypedValue, surroundings: Surroundings): string {
  return new Printer(surroundings).text(value, 0);
}

class Printer {
  private partsLeft = MAX_PARTS;

  constructor(private readonly around: Surroundings) {}

  text(value: TypedValue, depth: number): string {
    const type = bareType(value.type);
    if (type === undefined) return 'void';
    if (this.partsLeft-- <= 0) return '...';
    if (type.tag === TAG.subroutine_type || type.tag === TAG.subprogram) return this.functionText(value);
    if (value.content.kind === 'optimized out') return '<optimized out>';
    if (type.tag === TAG.array_type) return this.arrayText(value, type, depth);
    if (isRecord(type)) return this.recordText(value, depth);
    const bytes = bytesOf(value, this.around.memory, typeBytes(type));
    if (bytes === undefined) return '<optimized out>';
    if (bytes.length < typeBytes(type)) return unreadable(value);
    return this.scalarText(value, type, bytes);
  }

  private functionText(value: TypedValue): string {
    const address = value.location?.kind === 'memory' ? value.location.address : 0;
    return `{${typeName(value.type)}} ${hex(address)}${this.nameOf(address)}`;
  }

  private nameOf(address: number): string {
    const name = this.around.symbolText(address);
    return name === undefined ? '' : ` <${name}>`;
  }

  private recordText(value: TypedValue, depth: number): string {
    if (depth > MAX_DEPTH) return '{...}';
    const members = membersOf(value).map(({ name, value: member }) => {
      const text = this.text(member, depth + 1);
      return name === undefined ? text : `${name} = ${text}`;
    });
    return `{${members.join(', ')}}`;
  }

  private arrayText(value: TypedValue, type: Entry, depth: number): string {
    const elements = elementsOf(value);
    if (elements === undefined) return '{...}';
    const { count, at } = elements;
    if (isCharacter(type.type) && (value.dimensions ?? [0]).length === 1) {
      const isFlat = bareType(at(0).type)?.tag !== TAG.array_type;
      if (isFlat) return this.characterArrayText(value, count);
    }
    if (depth > MAX_DEPTH) return '{...}';
    const first = count > 0 ? this.text(at(0), depth + 1) : '';
    if (first.startsWith('<error:')) return first;
    const parts: string[] = [];
    let index = 0;
    for (let shown = 0; index < count && shown < MAX_ELEMENTS && this.partsLeft > 0; ) {
      const text = this.text(at(index), depth + 1);
      let next = index + 1;
      while (next < count && this.partsLeft > 0 && this.text(at(next), depth + 1) === text) next++;
      const alike = next - index;
      if (alike > REPEATS) parts.push(`${text} <repeats ${alike} times>`);
      else for (let again = 0; again < alike && shown + again < MAX_ELEMENTS; again++) parts.push(text);
      shown += Math.min(alike, REPEATS);
      index = next;
    }
    return `{${parts.join(', ')}${index < count ? '...' : ''}}`;
  }

  private characterArrayText(value: TypedValue, count: number): string {
    if (count === 0) return '""';
    const bytes = bytesOf(value, this.around.memory, Math.min(count, MAX_STRING_BYTES));
    if (bytes === undefined) return '<optimized out>';
    if (bytes.length === 0) return unreadable(value);
    // The zero at the end of a string goes without saying.
    const shown = bytes.length === count && bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes;
    return stringText(shown, count > bytes.length);
  }

  private scalarText(value: TypedValue, type: Entry, bytes: Uint8Array): string {
    const { memory } = this.around;
    if (isPointer(type)) return this.pointerText(value, type);
    if (type.tag === TAG.enumeration_type) return enumText(type, integerOf(value, memory, isSignedEnum(type)) ?? 0n);
    const encoding = type.number(AT.encoding);
    if (encoding === ENCODING.float) return floatText(bytes);
    const isSigned = encoding === ENCODING.signed || encoding === ENCODING.signed_char;
    const number = integerOf(value, memory, isSigned);
    if (number === undefined) return '<...>';
    if (encoding === ENCODING.boolean) return number === 0n ? 'false' : number === 1n ? 'true' : `${number}`;
    if (isCharacter(type)) return characterText(number);
    return `${number}`;
  }

  private pointerText(value: TypedValue, type: Entry): string {
    const address = Number(integerOf(value, this.around.memory, false) ?? 0n);
    const target = bareType(type.type);
    if (isCharacter(target)) {
      if (address === 0) return '0x0';
      const { bytes, isWhole } = this.stringAt(address);
      if (bytes === undefined) return `${hex(address)} <error: Cannot access memory at address ${hex(address)}>`;
      return `${hex(address)} ${stringText(bytes, !isWhole)}`;
    }
    return `${hex(address)}${address === 0 ? '' : this.nameOf(address)}`;
  }

  private stringAt(address: number): { bytes: Uint8Array | undefined; isWhole: boolean } {
    const read = this.around.memory(address, MAX_ELEMENTS + 1);
    const zero = read.indexOf(0);
    if (zero >= 0) return { bytes: read.subarray(0, zero), isWhole: true };
    return { bytes: read.length === 0 ? undefined : read.subarray(0, MAX_ELEMENTS), isWhole: false };
  }
}

/** What a pointer that was asked for by itself has in front of its value; the pointer to a string says enough. */
export function pointerPrefix(type: Type): string {
  const bare = bareType(type);
  if (bare === undefined || !isPointer(bare) || isCharacter(bare.type)) return '';
  return `(${typeName(type)}) `;
}

export function targetOf(pointer: TypedValue, memory: MemoryReader): TypedValue | undefined {
  const type = bareType(pointer.type);
  const address = isPointer(type) ? integerOf(pointer, memory, false) : undefined;
  return address === undefined ? undefined : valueInMemory(type?.type, Number(address));
}

function unreadable({ content }: TypedValue): string {
  if (content.kind !== 'memory') return '<optimized out>';
  return `<error: Cannot access memory at address ${hex(content.address)}>`;
}

function isSignedEnum(type: Entry): boolean {
  const encoding = bareType(type.type)?.number(AT.encoding);
  if (encoding !== undefined) return encoding === ENCODING.signed || encoding === ENCODING.signed_char;
  return type.children.some((child) => (child.number(AT.const_value) ?? 0) < 0);
}

/** One name; or several, if the enumerators are bits; or a number. */
function enumText(type: Entry, number: bigint): string {
  const enumerators = type.children.flatMap((child) => {
    const value = child.number(AT.const_value);
    return child.tag === TAG.enumerator && child.name !== undefined && Number.isSafeInteger(value)
      ? [{ name: child.name, value: BigInt(value ?? 0) }]
      : [];
  });
  const exact = enumerators.find(({ value }) => value === number);
  if (exact !== undefined) return exact.name;
  const areBits = enumerators.every(({ value }) => value > 0n && (value & (value - 1n)) === 0n);
  if (!areBits || enumerators.length === 0 || number <= 0n) return `${number}`;
  const set = enumerators.filter(({ value }) => (number & value) !== 0n);
  const unknown = set.reduce((rest, { value }) => rest & ~value, number);
  const words = set.map(({ name }) => name);
  if (unknown !== 0n) words.push(`unknown: ${hexOf(unknown)}`);
  return `(${words.join(' | ')})`;
}

/** As many digits as tell every value apart. */
function floatText(bytes: Uint8Array): string {
  const size = bytes.length;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 4) return generalText(view.getFloat32(0, true), 9);
  if (size === 8) return generalText(view.getFloat64(0, true), 17);
  return size === 16 ? generalText(fromQuadruple(view), 18) : '<...>';
}

/** 16 bytes with 112 bits of fraction, as RISC-V has them for `long double`; rounded. */
function fromQuadruple(view: DataView): number {
  const high = view.getBigUint64(8, true);
  const exponent = Number((high >> 48n) & 0x7fffn);
  const fraction = Number(high & 0xffff_ffff_ffffn) * 2 ** -48 + Number(view.getBigUint64(0, true)) * 2 ** -112;
  const sign = high >> 63n ? -1 : 1;
  if (exponent === 0x7fff) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * 0;
  return sign * (1 + fraction) * 2 ** (exponent - 16383);
}

/** C's `%.*g`. */
function generalText(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
  const power = Number(exponent);
  const withoutZeros = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (power >= -4 && power < digits) return withoutZeros(value.toFixed(Math.max(0, digits - 1 - power)));
  const sign = power < 0 ? '-' : '+';
  return `${withoutZeros(mantissa)}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}

function hexOf(number: bigint): string {
  return `0x${number.toString(16)}`;
}
