/** A unit of `.debug_info`: its header, its entries, and the tables that its indices lead into (DWARF 5, section 7.5.1). */
import { type Abbreviation, readAbbreviations } from './abbreviations.js';
import { ByteReader, stringAt } from './byte-reader.js';
import { AT } from './dwarf-numbers.js';
import { Entry } from './entry.js';
import { type Encoding, type FormValue, readForm } from './forms.js';
import type { AddressRange } from './function.js';
import { type Budget, readRanges } from './range-list.js';
import type { Sections } from './sections.js';

const UNIT = { COMPILE: 1, TYPE: 2, PARTIAL: 3, SKELETON: 4, SPLIT_COMPILE: 5, SPLIT_TYPE: 6 } as const;
const OLDEST_VERSION = 2;
const NEWEST_VERSION = 5;
/** Bounds (law 6). The C library has twenty thousand entries; a compiler nests them as the source does. */
const MAX_ENTRIES = 1 << 20;
const MAX_DEPTH = 256;
/** Of all entries together: many may name one list. */
const MAX_RANGES = 1 << 20;

export class Unit {
  /** By ascending offset, the root first. */
  readonly entries: Entry[] = [];

  constructor(
    readonly info: DebugInfo,
    /** Of its header. */
    readonly offset: number,
    readonly end: number,
    readonly encoding: Encoding,
  ) {}

  /** Undefined of a unit without entries. */
  get root(): Entry | undefined {
    return this.entries[0];
  }

  /** The address that offsets in lists of ranges and locations count from. */
  get baseAddress(): number {
    return this.root?.address(AT.low_pc) ?? 0;
  }

  indexedString(index: number): string | undefined {
    const { offsetBytes } = this.encoding;
    const base = this.root?.number(AT.str_offsets_base) ?? 2 * offsetBytes;
    const offset = elementAt(this.info.sections.bytes('.debug_str_offsets'), base, index, offsetBytes);
    return offset === undefined ? undefined : stringAt(this.info.sections.bytes('.debug_str'), offset);
  }

  indexedAddress(index: number): number | undefined {
    const { addressBytes } = this.encoding;
    const base = this.root?.number(AT.addr_base) ?? 8;
    return elementAt(this.info.sections.bytes('.debug_addr'), base, index, addressBytes);
  }

  /** What a `rnglistx` or `loclistx` leads to, as an offset of its section. */
  indexedList(index: number, section: '.debug_rnglists' | '.debug_loclists'): number | undefined {
    const { offsetBytes } = this.encoding;
    const name = section === '.debug_rnglists' ? AT.rnglists_base : AT.loclists_base;
    const base = this.root?.number(name) ?? (offsetBytes === 4 ? 12 : 20);
    const offset = elementAt(this.info.sections.bytes(section), base, index, offsetBytes);
    return offset === undefined ? undefined : base + offset;
  }
}

function elementAt(table: Uint8Array, base: number, index: number, bytes: number): number | undefined {
  const reader = new ByteReader(table, base + index * bytes);
  const value = reader.unsigned(bytes);
  return reader.isOver ? undefined : value;
}

export class DebugInfo {
  readonly units: Unit[] = [];
  private entryCount = 0;
  private readonly rangeBudget: Budget = { left: MAX_RANGES };
  private readonly ranges = new Map<Entry, readonly AddressRange[]>();

  constructor(readonly sections: Sections) {
    const bytes = sections.bytes('.debug_info');
    const tables = new Map<number, ReadonlyMap<number, Abbreviation>>();
    const abbreviations = (offset: number): ReadonlyMap<number, Abbreviation> => {
      const known = tables.get(offset);
      if (known !== undefined) return known;
      const table = readAbbreviations(sections.bytes('.debug_abbrev'), offset);
      tables.set(offset, table);
      return table;
    };
    const reader = new ByteReader(bytes);
    while (reader.at < reader.end && !reader.isOver) {
      const end = this.readUnit(bytes, reader, abbreviations);
      if (end === undefined) break;
      reader.at = end;
    }
  }

  /** The entry that begins at an offset of `.debug_info`. */
  entryAt(offset: number): Entry | undefined {
    const unit = lastAtOrBelow(this.units, offset);
    const entry = unit === undefined ? undefined : lastAtOrBelow(unit.entries, offset);
    return entry?.offset === offset ? entry : undefined;
  }

  /** The addresses of an entry's code; none where it has no code. */
  rangesOf(entry: Entry): readonly AddressRange[] {
    const known = this.ranges.get(entry);
    if (known !== undefined) return known;
    const ranges = readRanges(entry, this.rangeBudget);
    this.ranges.set(entry, ranges);
    return ranges;
  }

  /** Where the next one begins; undefined if that is not known. */
  private readUnit(
    bytes: Uint8Array,
    header: ByteReader,
    abbreviations: (offset: number) => ReadonlyMap<number, Abbreviation>,
  ): number | undefined {
    const offset = header.at;
    const { end, offsetBytes } = readUnitLength(header);
    if (header.isOver) return undefined;
    const reader = new ByteReader(bytes, header.at, end);
    const version = reader.u16();
    if (version < OLDEST_VERSION || version > NEWEST_VERSION) return reader.end;
    const type = version >= 5 ? reader.u8() : UNIT.COMPILE;
    const newAddressBytes = version >= 5 ? reader.u8() : 0;
    const abbreviationOffset = reader.offset(offsetBytes);
    const addressBytes = version >= 5 ? newAddressBytes : reader.u8();
    if (type === UNIT.SKELETON || type === UNIT.SPLIT_COMPILE) reader.block(8);
    else if (type === UNIT.TYPE || type === UNIT.SPLIT_TYPE) reader.block(8 + offsetBytes);
    if (reader.isOver || (addressBytes !== 4 && addressBytes !== 8)) return reader.end;

    const unit = new Unit(this, offset, reader.end, { version, addressBytes, offsetBytes });
    this.units.push(unit);
    this.readEntries(unit, reader, abbreviations(abbreviationOffset));
    return reader.end;
  }

  private readEntries(unit: Unit, reader: ByteReader, abbreviations: ReadonlyMap<number, Abbreviation>): void {
    const open: Entry[] = [];
    while (reader.at < reader.end && this.entryCount < MAX_ENTRIES) {
      const offset = reader.at;
      const code = reader.uleb();
      if (code === 0) {
        // What stands behind the root is padding.
        if (open.pop() === undefined) return;
        continue;
      }
      const abbreviation = abbreviations.get(code);
      if (abbreviation === undefined) return;
      const values: FormValue[] = [];
      for (const { form, implicit } of abbreviation.attributes) {
        const value = readForm(reader, form, unit.encoding, implicit);
        if (value === undefined || reader.isOver) return;
        values.push(value);
      }
      const parent = open.at(-1);
      const entry = new Entry(unit, offset, parent, abbreviation, values);
      this.entryCount++;
      unit.entries.push(entry);
      parent?.children.push(entry);
      if (abbreviation.hasChildren) {
        if (open.length === MAX_DEPTH) return;
        open.push(entry);
      } else if (parent === undefined) return;
    }
  }
}

/** The length that units of all sections begin with (DWARF 5, section 7.4); `end` may lie past the section. */
export function readUnitLength(reader: ByteReader): { readonly end: number; readonly offsetBytes: 4 | 8 } {
  const short = reader.u32();
  if (short !== 0xffff_ffff) return { end: reader.at + short, offsetBytes: 4 };
  const long = Number(reader.u64());
  return { end: reader.at + long, offsetBytes: 8 };
}

function lastAtOrBelow<T extends { readonly offset: number }>(sorted: readonly T[], offset: number): T | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle].offset <= offset) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1];
}
