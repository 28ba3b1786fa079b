/** A value while it is looked at: a type, and the bytes that are known of it. Parts of it are values too. */
import { AT, TAG } from './dwarf-numbers.js';
import type { Entry } from './entry.js';
import type { MemoryReader } from './frame.js';
import { bareType, dimensions, isRecord, type Type, typeBytes } from './type.js';
import type { ValueLocation } from './variable.js';

export interface TypedValue {
  readonly type: Type;
  readonly content: Content;
  readonly location: ValueLocation | undefined;
  /** Of a bit-field: which bits of the content it is. */
  readonly bits?: { readonly shift: number; readonly count: number };
  /** Of an element of an array of arrays, whose type has no entry of its own: the dimensions that are left. */
  readonly dimensions?: readonly number[];
}

export type Content =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** In memory, and read when it is looked at: it may be large. */
  | { readonly kind: 'memory'; readonly address: number }
  | { readonly kind: 'optimized out' };

export function valueInMemory(type: Type, address: number): TypedValue {
  const place = address >>> 0;
  return { type, content: { kind: 'memory', address: place }, location: { kind: 'memory', address: place } };
}

/** What of it can be read, at most `most` bytes. Undefined: optimized out. */
export function bytesOf(value: TypedValue, memory: MemoryReader, most: number): Uint8Array | undefined {
  const { content } = value;
  if (content.kind === 'optimized out') return undefined;
  if (content.kind === 'memory') return memory(content.address, most).subarray(0, most);
  return content.bytes.subarray(0, most);
}

/** Of an integer, pointer or enumerator, with its sign. Undefined where it is not known or too large. */
export function integerOf(value: TypedValue, memory: MemoryReader, isSigned: boolean): bigint | undefined {
  const size = typeBytes(value.type);
  if (size < 1 || size > 16) return undefined;
  const bytes = bytesOf(value, memory, size);
  if (bytes === undefined || bytes.length < size) return undefined;
  let number = bytes.reduceRight((whole, byte) => (whole << 8n) | BigInt(byte), 0n);
  let bits = 8 * size;
  if (value.bits !== undefined) {
    number >>= BigInt(value.bits.shift);
    bits = value.bits.count;
  }
  return isSigned ? BigInt.asIntN(bits, number) : BigInt.asUintN(bits, number);
}

/** A part of a value that lies `offset` bytes in it. */
export function partOf(whole: TypedValue, type: Type, offset: number): TypedValue {
  const { content, location } = whole;
  if (content.kind === 'memory') return valueInMemory(type, content.address + offset);
  if (content.kind === 'optimized out' || offset < 0)
    return { type, content: { kind: 'optimized out' }, location: undefined };
  const bytes = content.bytes.subarray(offset, offset + typeBytes(type));
  return { type, content: { kind: 'bytes', bytes }, location: offset === 0 ? location : undefined };
}

export interface Member {
  /** Undefined of an anonymous struct or union. */
  readonly name: string | undefined;
  readonly value: TypedValue;
}

/** The members of a struct or union, base classes first as they come. */
export function membersOf(whole: TypedValue): Member[] {
  const record = bareType(whole.type);
  if (record === undefined || !isRecord(record)) return [];
  const members = record.children.filter(({ tag }) => isMember(tag));
  return members.flatMap((member) => {
    if (member.has(AT.external) || member.flag(AT.declaration)) return [];
    const name = member.tag === TAG.inheritance ? `<${member.type?.name ?? '?'}>` : member.name;
    return [{ name, value: memberValue(whole, member) }];
  });
}

const isMember = (tag: number): boolean => tag === TAG.member || tag === TAG.inheritance;

function memberValue(whole: TypedValue, member: Entry): TypedValue {
  const { type } = member;
  const offset = member.number(AT.data_member_location) ?? 0;
  const count = member.number(AT.bit_size);
  if (count === undefined) return partOf(whole, type, offset);
  const bytes = typeBytes(type);
  const told = member.number(AT.data_bit_offset);
  if (told === undefined) {
    // Before DWARF 4: from the high end of its storage.
    const shift = 8 * bytes - (member.number(AT.bit_offset) ?? 0) - count;
    return { ...partOf(whole, type, offset), location: undefined, bits: { shift, count } };
  }
  // Whatever the declared type's alignment, its storage unit begins at a multiple of its size.
  const unit = Math.floor(told / (8 * Math.max(bytes, 1))) * bytes;
  return { ...partOf(whole, type, unit), location: undefined, bits: { shift: told - 8 * unit, count } };
}

export interface Elements {
  /** 0 where it is not said. */
  readonly count: number;
  readonly at: (index: number) => TypedValue;
}

/** Undefined of what is no array. */
export function elementsOf(array: TypedValue): Elements | undefined {
  const type = bareType(array.type);
  if (type?.tag !== TAG.array_type) return undefined;
  const [count, ...inner] = array.dimensions ?? dimensions(type);
  if (inner.length === 0) return { count, at: (index) => partOf(array, type.type, index * typeBytes(type.type)) };
  const bytes = inner.reduce((product, each) => product * each, typeBytes(type.type));
  return { count, at: (index) => ({ ...partOf(array, type, index * bytes), dimensions: inner }) };
}
