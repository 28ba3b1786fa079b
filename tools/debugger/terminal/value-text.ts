/** Values as `print` shows them, in gdb's formats. */
import type { Value, Variable } from '../symbols/index.js';
import { CommandError } from './command-error.js';
import { fits, isPointer, type Quantity, scalarOf } from './expression/quantity.js';

export const FORMATS = 'xduotcaszfi';
/** Members and elements that are shown of one value, nested ones counted. */
const MAX_PARTS = 200;

/** What knows more of values than they say themselves. */
export interface Showing {
  /** `0x10094 <main+4>` */
  addressText(address: number): string;
  /** The number that a part of a structure is; undefined for what is none. */
  numberOf(value: Value): bigint | undefined;
}

const PLAINLY: Showing = { addressText: plainAddress, numberOf: () => undefined };

/** `format` is a letter of FORMATS, or '' for the natural one. Throws CommandError where it has none. */
export function quantityText(quantity: Quantity, format = '', showing = PLAINLY): string {
  if (quantity.repeated !== undefined) {
    const parts = quantity.repeated.slice(0, MAX_PARTS).map((one) => quantityText(one, format, showing));
    return `{${grouped(parts).join(', ')}${quantity.repeated.length > MAX_PARTS ? '...' : ''}}`;
  }
  const isNatural = format === '' || format === 's' || format === 'f';
  if (isNatural && quantity.value !== undefined) return quantity.value.text;
  if (quantity.number !== undefined) return scalarText(quantity, quantity.number, format, showing.addressText);
  if (quantity.value !== undefined) return formattedValue(quantity.value, format, showing, { left: MAX_PARTS });
  return quantity.type === 'void' ? 'void' : `<a ${quantity.type}>`;
}

function scalarText(
  { type, size, isSigned }: Quantity,
  number: bigint,
  format: string,
  addressText: Showing['addressText'],
): string {
  if (format !== '') return formatted(number, size, format, addressText);
  if (type === 'void ()') return `{${type}} ${addressText(Number(number))}`;
  if (isPointer(type)) {
    const text = addressText(Number(BigInt.asUintN(32, number)));
    return type === 'void (*)()' || type === 'void *' ? `(${type}) ${text}` : `(${type}) ${text}`;
  }
  if (/^(unsigned |signed )?char$/.test(type)) return `${number} ${characterText(Number(number & 0xffn))}`;
  if (type === 'bool' || type === '_Bool') return number === 0n ? 'false' : number === 1n ? 'true' : String(number);
  return String(fits(number, size, isSigned));
}

/** A structure or array with each number in the format. */
function formattedValue(value: Value, format: string, showing: Showing, budget: { left: number }): string {
  const parts = value.children();
  const isContainer = /^\{/.test(value.text) || (parts.length > 0 && !isPointer(value.type));
  if (!isContainer) return formattedPart(value, format, showing);
  const isArray = parts.length > 0 && /^\[?\d+\]?$/.test(parts[0].name);
  const shown = parts.map(({ name, value: part }: Variable) => {
    if (budget.left-- <= 0) return '...';
    const text = formattedValue(part, format, showing, budget);
    return isArray ? text : `${name} = ${text}`;
  });
  return `{${(isArray ? grouped(shown) : shown).join(', ')}}`;
}

function formattedPart(value: Value, format: string, { addressText, numberOf }: Showing): string {
  const number = numberOf(value);
  const size = value.size || (scalarOf(value.type)?.size ?? 4);
  return number === undefined ? value.text : formatted(number, size, format, addressText);
}

/** As gdb folds ten equal elements or more into one. */
function grouped(texts: readonly string[]): string[] {
  const folded: string[] = [];
  for (let i = 0; i < texts.length; ) {
    let end = i;
    while (end < texts.length && texts[end] === texts[i]) end++;
    if (end - i >= 10) folded.push(`${texts[i]} <repeats ${end - i} times>`);
    else folded.push(...texts.slice(i, end));
    i = end;
  }
  return folded;
}

/** A number of so many bytes. Throws CommandError for an unknown letter. */
export function formatted(
  number: bigint,
  size: number,
  format: string,
  addressText: Showing['addressText'] = plainAddress,
): string {
  const bits = Math.max(1, size) * 8;
  const unsigned = BigInt.asUintN(bits, number);
  switch (format) {
    case 'x':
      return `0x${unsigned.toString(16)}`;
    case 'z':
      return `0x${unsigned.toString(16).padStart(size * 2, '0')}`;
    case 'd':
      return String(BigInt.asIntN(bits, number));
    case 'u':
      return String(unsigned);
    case 'o':
      return unsigned === 0n ? '0' : `0${unsigned.toString(8)}`;
    case 't':
      return unsigned.toString(2);
    case 'c': {
      const code = Number(unsigned & 0xffn);
      return `${size === 1 ? code : BigInt.asIntN(bits, number)} ${characterText(code)}`;
    }
    case 'a':
      return addressText(Number(unsigned & 0xffff_ffffn));
    case 'f':
      return floatText(unsigned, size);
    default:
      throw new CommandError(`Undefined output format "${format}".`);
  }
}

/** The bits as a floating-point number where the size is that of one, else as an integer. */
function floatText(bits: bigint, size: number): string {
  if (size !== 4 && size !== 8) return String(BigInt.asIntN(size * 8, bits));
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits, true);
  const value = size === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
  return size === 4 ? String(Number(value.toPrecision(9))) : String(value);
}

const ESCAPED: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  27: '\\033',
  92: '\\\\',
};

/** `'a'`, `'\n'`, `'\000'`. */
export function characterText(code: number): string {
  return `'${escaped(code, "'")}'`;
}

/** A byte of a text in C's notation. */
export function escaped(code: number, quote: string): string {
  if (code === quote.charCodeAt(0)) return `\\${quote}`;
  if (ESCAPED[code] !== undefined) return ESCAPED[code];
  if (code >= 32 && code < 127) return String.fromCharCode(code);
  return `\\${code.toString(8).padStart(3, '0')}`;
}

export function plainAddress(address: number): string {
  return `0x${(address >>> 0).toString(16)}`;
}
