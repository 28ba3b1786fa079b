/** Types (DWARF 5, section 5): what they are called, how large they are, what they are made of. `undefined` is `void`. */
import { AT, ENCODING, TAG } from './dwarf-numbers.js';
import type { Entry } from './entry.js';

export type Type = Entry | undefined;

/** A type may be made of others so many levels deep; a file can say that one is made of itself. */
const MAX_DEPTH = 32;
const POINTER_BYTES = 4;

export const isPointer = (type: Type): boolean =>
  type?.tag === TAG.pointer_type || type?.tag === TAG.reference_type || type?.tag === TAG.rvalue_reference_type;

/** With members. */
export const isRecord = (type: Type): boolean =>
  type?.tag === TAG.structure_type || type?.tag === TAG.class_type || type?.tag === TAG.union_type;

/** A base type of one byte that holds a letter. */
export function isCharacter(type: Type): boolean {
  const bare = bareType(type);
  const encoding = bare?.number(AT.encoding);
  const isLetter =
    encoding === ENCODING.signed_char || encoding === ENCODING.unsigned_char || encoding === ENCODING.UTF;
  return bare?.tag === TAG.base_type && isLetter && bare.number(AT.byte_size) === 1;
}

/** Without its other names and qualifiers. A declared struct is the one of that name that is defined in its unit. */
export function bareType(type: Type): Type {
  let bare = type;
  for (let depth = 0; depth < MAX_DEPTH && bare !== undefined; depth++) {
    if (bare.tag !== TAG.typedef && QUALIFIERS.get(bare.tag) === undefined) return definition(bare);
    bare = bare.type;
  }
  return undefined;
}

/** Looking for one takes a whole unit. */
const definitions = new WeakMap<Entry, Entry>();

function definition(type: Entry): Entry {
  if (!type.flag(AT.declaration)) return type;
  const known = definitions.get(type);
  if (known !== undefined) return known;
  const { name } = type;
  const defined = type.unit.entries.find(
    (other) => other.tag === type.tag && !other.flag(AT.declaration) && other.name === name && name !== undefined,
  );
  definitions.set(type, defined ?? type);
  return defined ?? type;
}

const QUALIFIERS: ReadonlyMap<number, string> = new Map([
  [TAG.const_type, 'const'],
  [TAG.volatile_type, 'volatile'],
  [TAG.restrict_type, 'restrict'],
  [TAG.atomic_type, '_Atomic'],
]);

/** Bytes; 0 where it is not known. */
export function typeBytes(type: Type, depth = 0): number {
  const bare = bareType(type);
  if (bare === undefined || depth > MAX_DEPTH) return 0;
  const told = bare.number(AT.byte_size);
  if (told !== undefined) return told >= 0 && told < 2 ** 32 ? told : 0;
  if (isPointer(bare)) return POINTER_BYTES;
  if (bare.tag !== TAG.array_type) return 0;
  return dimensions(bare).reduce((bytes, count) => bytes * count, typeBytes(bare.type, depth + 1));
}

/** How many elements in each dimension, the outermost first; 0 where it is not said. */
export function dimensions(array: Entry): number[] {
  const ranges = array.children.filter(({ tag }) => tag === TAG.subrange_type);
  const counts = ranges.map((range) => {
    const count = range.number(AT.count) ?? (range.number(AT.upper_bound) ?? -1) + 1;
    // GCC says of `[]` that its last index is 2^32 - 1.
    return Number.isInteger(count) && count > 0 && count < 2 ** 32 ? count : 0;
  });
  return counts.length > 0 ? counts : [0];
}

/** As one writes it in C, and as gdb does. */
export function typeName(type: Type): string {
  const { before, after } = declaration(type, 0);
  return `${before}${after === '' || before.endsWith('*') ? '' : ' '}${after}`.trim();
}

/** What stands before and behind a name that is declared with a type. */
function declaration(type: Type, depth: number): { before: string; after: string } {
  if (type === undefined) return { before: 'void', after: '' };
  if (depth > MAX_DEPTH) return { before: '...', after: '' };
  const inner = () => declaration(type.type, depth + 1);
  const qualifier = QUALIFIERS.get(type.tag);
  if (qualifier !== undefined) {
    const { before, after } = inner();
    // Of a pointer the qualifier stands behind the star, of anything else in front.
    const isOfPointer = before.endsWith('*');
    return { before: isOfPointer ? `${before} ${qualifier}` : `${qualifier} ${before}`, after };
  }
  switch (type.tag) {
    case TAG.pointer_type:
    case TAG.reference_type:
    case TAG.rvalue_reference_type: {
      const star = type.tag === TAG.pointer_type ? '*' : type.tag === TAG.reference_type ? '&' : '&&';
      const { before, after } = inner();
      if (after !== '') return { before: `${before} (${star}`, after: `)${after}` };
      return { before: before.endsWith('*') ? `${before}${star}` : `${before} ${star}`, after };
    }
    case TAG.array_type: {
      const { before, after } = inner();
      const bounds = dimensions(type).map((count) => `[${count > 0 ? count : ''}]`);
      return { before, after: `${bounds.join('')}${after}` };
    }
    case TAG.subroutine_type:
    case TAG.subprogram: {
      const { before, after } = inner();
      return { before, after: `(${parameterList(type, depth)})${after}` };
    }
    case TAG.structure_type:
      return { before: `struct ${type.name ?? '{...}'}`, after: '' };
    case TAG.union_type:
      return { before: `union ${type.name ?? '{...}'}`, after: '' };
    case TAG.enumeration_type:
      return { before: `enum ${type.name ?? '{...}'}`, after: '' };
    case TAG.base_type:
      return { before: shortName(type.name ?? '?'), after: '' };
    default:
      return { before: type.name ?? '?', after: '' };
  }
}

/** GCC's `long unsigned int` is everybody else's `unsigned long`. */
function shortName(name: string): string {
  const words = name.split(' ');
  if (!words.every((word) => ['short', 'long', 'unsigned', 'int'].includes(word))) return name;
  const sizes = words.filter((word) => word === 'short' || word === 'long');
  const signs = words.filter((word) => word === 'unsigned');
  return [...signs, ...(sizes.length > 0 ? sizes : ['int'])].join(' ');
}

function parameterList(type: Entry, depth: number): string {
  const words = type.children.flatMap((child) => {
    if (child.tag === TAG.unspecified_parameters) return ['...'];
    if (child.tag !== TAG.formal_parameter) return [];
    const { before, after } = declaration(child.type, depth + 1);
    return [`${before}${after === '' || before.endsWith('*') ? '' : ' '}${after}`];
  });
  if (words.length > 0) return words.join(', ');
  return type.flag(AT.prototyped) ? 'void' : '';
}
