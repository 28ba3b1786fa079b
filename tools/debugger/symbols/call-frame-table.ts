/**
 * Where rules for unwinding stand: `.debug_frame` (DWARF 5, section 6.4) and `.eh_frame` (System V ABI for the x86-64, section
 * "Exception Frame", which the RISC-V psABI takes over). What the rules are: `call-frame-rules.ts`.
 */
import { ByteReader } from './byte-reader.js';
import type { Sections } from './sections.js';
import { readUnitLength } from './unit.js';

/** What the entries of many functions have in common. */
export interface CommonEntry {
  readonly codeAlignment: number;
  readonly dataAlignment: number;
  /** The register in which the return address is where no rule says otherwise. */
  readonly returnRegister: number;
  readonly instructions: Uint8Array;
  readonly addressBytes: number;
  /** How addresses are written in `.eh_frame`. */
  readonly pointerEncoding: number;
  /** Bytes that say how long extra data is stand in each entry of a function. */
  readonly hasAugmentationData: boolean;
}

/** Of the addresses of one function. */
export interface FrameEntry {
  readonly common: CommonEntry;
  readonly start: number;
  /** Excluded. */
  readonly end: number;
  readonly instructions: Uint8Array;
}

const MAX_ENTRIES = 1 << 18;
const POINTER = {
  ABSOLUTE: 0,
  LEB: 1,
  DATA2: 2,
  DATA4: 3,
  DATA8: 4,
  SIGNED: 8,
  RELATIVE: 0x10,
  OMITTED: 0xff,
} as const;

export class CallFrameTable {
  /** By address. */
  private readonly entries: FrameEntry[] = [];

  constructor(sections: Sections) {
    for (const name of ['.debug_frame', '.eh_frame'] as const) {
      const { bytes, address } = sections.get(name);
      const reading = new Reading(bytes, address, name === '.eh_frame');
      for (const entry of reading.entries(MAX_ENTRIES - this.entries.length)) this.entries.push(entry);
    }
    this.entries.sort((a, b) => a.start - b.start);
  }

  at(address: number): FrameEntry | undefined {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.entries[middle].start <= address) low = middle + 1;
      else high = middle;
    }
    const entry = this.entries[low - 1];
    return entry !== undefined && address < entry.end ? entry : undefined;
  }
}

/** One pass over one section. */
class Reading {
  private readonly commons = new Map<number, CommonEntry | undefined>();

  constructor(
    private readonly bytes: Uint8Array,
    /** Of the section in memory: addresses may count from where they are written. */
    private readonly address: number,
    private readonly isExceptionFrame: boolean,
  ) {}

  entries(most: number): FrameEntry[] {
    const entries: FrameEntry[] = [];
    const reader = new ByteReader(this.bytes);
    while (reader.at < reader.end && entries.length < most) {
      const start = reader.at;
      const { end } = readUnitLength(reader);
      if (reader.isOver || (end === reader.at && this.isExceptionFrame)) break;
      const entry = this.functionEntry(start);
      if (entry !== undefined) entries.push(entry);
      reader.at = Math.min(end, reader.end);
    }
    return entries;
  }

  /** The reader stands behind the field that tells the two kinds apart; `common` is where that leads, or undefined. */
  private open(offset: number): { reader: ByteReader; common: number | undefined } | undefined {
    const head = new ByteReader(this.bytes, offset);
    const { end, offsetBytes } = readUnitLength(head);
    const reader = new ByteReader(this.bytes, head.at, end);
    const field = reader.at;
    const id = reader.offset(this.isExceptionFrame ? 4 : offsetBytes);
    if (head.isOver || reader.isOver) return undefined;
    if (this.isExceptionFrame) return { reader, common: id === 0 ? undefined : field - id };
    const isCommon = offsetBytes === 4 ? id === 0xffff_ffff : id >= 2 ** 63;
    return { reader, common: isCommon ? undefined : id };
  }

  private common(offset: number): CommonEntry | undefined {
    if (!this.commons.has(offset)) this.commons.set(offset, this.readCommon(offset));
    return this.commons.get(offset);
  }

  private readCommon(offset: number): CommonEntry | undefined {
    const opened = this.open(offset);
    if (opened === undefined || opened.common !== undefined) return undefined;
    const { reader } = opened;
    const version = reader.u8();
    if (version !== 1 && version !== 3 && version !== 4) return undefined;
    const augmentation = reader.string();
    const addressBytes = version === 4 ? reader.u8() : 4;
    if (version === 4) reader.u8();
    const codeAlignment = reader.uleb();
    const dataAlignment = reader.sleb();
    const returnRegister = version === 1 ? reader.u8() : reader.uleb();

    const hasAugmentationData = augmentation.startsWith('z');
    let pointerEncoding: number = POINTER.ABSOLUTE;
    if (hasAugmentationData) {
      const length = reader.uleb();
      const data = new ByteReader(this.bytes, reader.at, Math.min(reader.at + length, reader.end));
      reader.take(length);
      for (const letter of augmentation.slice(1)) {
        if (letter === 'R') pointerEncoding = data.u8();
        else if (letter === 'L') data.u8();
        else if (letter === 'P') this.pointer(data, data.u8(), addressBytes);
        else if (letter !== 'S' && letter !== 'B') break;
      }
    } else if (augmentation !== '') return undefined;
    if (reader.isOver) return undefined;
    const instructions = reader.block(reader.end - reader.at);
    const alignments = { codeAlignment, dataAlignment, returnRegister };
    return { ...alignments, instructions, addressBytes, pointerEncoding, hasAugmentationData };
  }

  private functionEntry(offset: number): FrameEntry | undefined {
    const opened = this.open(offset);
    if (opened?.common === undefined) return undefined;
    const common = this.common(opened.common);
    if (common === undefined) return undefined;
    const { reader } = opened;
    const start = this.pointer(reader, common.pointerEncoding, common.addressBytes);
    // A length is written as the address is, but counts from nothing.
    const length = this.pointer(reader, common.pointerEncoding & 0x0f, common.addressBytes);
    if (start === undefined || length === undefined || length <= 0) return undefined;
    if (common.hasAugmentationData) reader.take(reader.uleb());
    if (reader.isOver) return undefined;
    const instructions = reader.block(reader.end - reader.at);
    return { common, start, end: start + length, instructions };
  }

  /** Undefined of an encoding that is not known. */
  private pointer(reader: ByteReader, encoding: number, addressBytes: number): number | undefined {
    if (encoding === POINTER.OMITTED) return undefined;
    const field = this.address + reader.at;
    const value = encodedNumber(reader, encoding & 0x0f, addressBytes);
    const base = encoding & 0x70;
    if (value === undefined || (base !== 0 && base !== POINTER.RELATIVE)) return undefined;
    return base === 0 ? value : (field + value) >>> 0;
  }
}

function encodedNumber(reader: ByteReader, format: number, addressBytes: number): number | undefined {
  switch (format) {
    case POINTER.ABSOLUTE:
      return reader.unsigned(addressBytes);
    case POINTER.LEB:
      return reader.uleb();
    case POINTER.DATA2:
      return reader.u16();
    case POINTER.DATA4:
      return reader.u32();
    case POINTER.DATA8:
      return Number(reader.u64());
    case POINTER.SIGNED | POINTER.LEB:
      return reader.sleb();
    case POINTER.SIGNED | POINTER.DATA2:
      return reader.s16();
    case POINTER.SIGNED | POINTER.DATA4:
      return reader.s32();
    default:
      return undefined;
  }
}
