/** The location expression of a variable at an address (DWARF 5, sections 2.6.2 and 7.7.3; DWARF 4 for the older lists). */
import { ByteReader } from './byte-reader.js';
import { FORM } from './dwarf-numbers.js';
import type { Entry } from './entry.js';
import type { Unit } from './unit.js';

const LIST_ENTRY = {
  END: 0,
  BASE_INDEXED: 1,
  START_END_INDEXED: 2,
  START_LENGTH_INDEXED: 3,
  OFFSETS: 4,
  DEFAULT: 5,
  BASE: 6,
  START_END: 7,
  START_LENGTH: 8,
} as const;

/** Of DW_AT_location or DW_AT_frame_base. Undefined where the variable is nowhere at the address. */
export function expressionAt(entry: Entry, attribute: number, address: number): Uint8Array | undefined {
  const found = entry.attribute(attribute);
  if (found === undefined) return undefined;
  const { form, value } = found;
  if (value instanceof Uint8Array) return value;
  if (typeof value !== 'number') return undefined;
  const { unit } = entry;
  if (unit.encoding.version < 5) return inOldList(unit, value, address);
  const offset = form === FORM.loclistx ? unit.indexedList(value, '.debug_loclists') : value;
  return offset === undefined ? undefined : inNewList(unit, offset, address);
}

function inOldList(unit: Unit, offset: number, address: number): Uint8Array | undefined {
  const { addressBytes } = unit.encoding;
  const largest = addressBytes === 4 ? 0xffff_ffff : 2 ** 64;
  const reader = new ByteReader(unit.info.sections.bytes('.debug_loc'), offset);
  let base = unit.baseAddress;
  while (!reader.isOver) {
    const start = reader.unsigned(addressBytes);
    const end = reader.unsigned(addressBytes);
    if (start === 0 && end === 0) return undefined;
    if (start === largest) {
      base = end;
      continue;
    }
    const expression = reader.block(reader.u16());
    if (!reader.isOver && address >= base + start && address < base + end) return expression;
  }
  return undefined;
}

function inNewList(unit: Unit, offset: number, address: number): Uint8Array | undefined {
  const { addressBytes } = unit.encoding;
  const reader = new ByteReader(unit.info.sections.bytes('.debug_loclists'), offset);
  const indexed = () => unit.indexedAddress(reader.uleb()) ?? Number.NaN;
  let base = unit.baseAddress;
  let fallback: Uint8Array | undefined;
  while (!reader.isOver) {
    let start = 0;
    let end = 0;
    const kind = reader.u8();
    switch (kind) {
      case LIST_ENTRY.BASE_INDEXED:
        base = indexed();
        continue;
      case LIST_ENTRY.BASE:
        base = reader.unsigned(addressBytes);
        continue;
      case LIST_ENTRY.START_END_INDEXED:
        start = indexed();
        end = indexed();
        break;
      case LIST_ENTRY.START_LENGTH_INDEXED:
        start = indexed();
        end = start + reader.uleb();
        break;
      case LIST_ENTRY.OFFSETS:
        start = base + reader.uleb();
        end = base + reader.uleb();
        break;
      case LIST_ENTRY.DEFAULT:
        fallback = reader.block(reader.uleb());
        continue;
      case LIST_ENTRY.START_END:
        start = reader.unsigned(addressBytes);
        end = reader.unsigned(addressBytes);
        break;
      case LIST_ENTRY.START_LENGTH:
        start = reader.unsigned(addressBytes);
        end = start + reader.uleb();
        break;
      default:
        return fallback;
    }
    const expression = reader.block(reader.uleb());
    if (!reader.isOver && address >= start && address < end) return expression;
  }
  return fallback;
}
