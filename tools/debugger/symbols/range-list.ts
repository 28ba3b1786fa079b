/** The addresses of an entry's code (DWARF 5, section 2.17): one range, or a list of them. */
import { ByteReader } from './byte-reader.js';
import { AT, FORM } from './dwarf-numbers.js';
import type { Entry } from './entry.js';
import type { AddressRange } from './function.js';
import type { Unit } from './unit.js';

/** How many rows of lists may still be read: many entries may name one list. */
export interface Budget {
  left: number;
}

export const ADDRESS_SPACE = 2 ** 32;

const LIST_ENTRY = {
  END: 0,
  BASE_INDEXED: 1,
  START_END_INDEXED: 2,
  START_LENGTH_INDEXED: 3,
  OFFSETS: 4,
  BASE: 5,
  START_END: 6,
  START_LENGTH: 7,
} as const;

/** Ranges that are not empty, in the order of the file; none where the entry has no code. Ask the entry's unit, which remembers. */
export function readRanges(entry: Entry, budget: Budget): AddressRange[] {
  const start = entry.address(AT.low_pc);
  const high = entry.attribute(AT.high_pc);
  if (start !== undefined && high !== undefined) {
    const address = entry.address(AT.high_pc);
    return kept([{ start, end: address ?? start + Number(high.value) }]);
  }
  const found = entry.attribute(AT.ranges);
  if (typeof found?.value !== 'number') return [];
  const { unit } = entry;
  if (unit.encoding.version < 5) return kept(oldList(unit, found.value, budget));
  const offset = found.form === FORM.rnglistx ? unit.indexedList(found.value, '.debug_rnglists') : found.value;
  return offset === undefined ? [] : kept(newList(unit, offset, budget));
}

function kept(ranges: readonly AddressRange[]): AddressRange[] {
  return ranges.filter(({ start, end }) => start >= 0 && start < end && end <= ADDRESS_SPACE);
}

/** Pairs of offsets from a base, which a pair may change (DWARF 4, section 2.17.3). */
function oldList(unit: Unit, offset: number, budget: Budget): AddressRange[] {
  const { addressBytes } = unit.encoding;
  const largest = addressBytes === 4 ? 0xffff_ffff : 2 ** 64;
  const reader = new ByteReader(unit.info.sections.bytes('.debug_ranges'), offset);
  const ranges: AddressRange[] = [];
  let base = unit.baseAddress;
  for (; budget.left > 0; budget.left--) {
    const start = reader.unsigned(addressBytes);
    const end = reader.unsigned(addressBytes);
    if (reader.isOver || (start === 0 && end === 0)) break;
    if (start === largest) base = end;
    else ranges.push({ start: base + start, end: base + end });
  }
  return ranges;
}

function newList(unit: Unit, offset: number, budget: Budget): AddressRange[] {
  const { addressBytes } = unit.encoding;
  const reader = new ByteReader(unit.info.sections.bytes('.debug_rnglists'), offset);
  const ranges: AddressRange[] = [];
  const indexed = () => unit.indexedAddress(reader.uleb()) ?? Number.NaN;
  let base = unit.baseAddress;
  for (; budget.left > 0 && !reader.isOver; budget.left--) {
    const kind = reader.u8();
    let start = Number.NaN;
    let end = Number.NaN;
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
      case LIST_ENTRY.START_END:
        start = reader.unsigned(addressBytes);
        end = reader.unsigned(addressBytes);
        break;
      case LIST_ENTRY.START_LENGTH:
        start = reader.unsigned(addressBytes);
        end = start + reader.uleb();
        break;
      default:
        return ranges;
    }
    if (!reader.isOver) ranges.push({ start, end });
  }
  return ranges;
}
