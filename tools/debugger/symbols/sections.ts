/**
 * The sections of an ELF file by name. Source: System V ABI, chapter 4, "Sections". One that does not lie in the file, or is
 * compressed, is not there; of two with one name the first is.
 */
import { ByteReader, stringAt } from './byte-reader.js';

export interface Section {
  /** Where it lies in the program's memory; 0 if it is not loaded. */
  readonly address: number;
  readonly bytes: Uint8Array;
}

const EMPTY: Section = { address: 0, bytes: new Uint8Array(0) };

const HEADER_BYTES = 40;
const MAX_SECTIONS = 0xffff;
const NO_BITS = 8;
const COMPRESSED = 0x800;

export class Sections {
  private readonly byName = new Map<string, Section>();

  constructor(elf: Uint8Array) {
    if (elf.length < 52 || elf[0] !== 0x7f || elf[1] !== 0x45 || elf[4] !== 1 || elf[5] !== 1) return;
    const view = new DataView(elf.buffer, elf.byteOffset, elf.byteLength);
    const table = view.getUint32(32, true);
    const entryBytes = view.getUint16(46, true);
    const count = Math.min(view.getUint16(48, true), MAX_SECTIONS);
    if (entryBytes !== HEADER_BYTES) return;

    const header = (index: number) => {
      const reader = new ByteReader(elf, table + index * HEADER_BYTES, table + (index + 1) * HEADER_BYTES);
      const words = Array.from({ length: 6 }, () => reader.u32());
      return reader.isOver ? undefined : words;
    };
    const contents = (words: readonly number[] | undefined): Uint8Array => {
      if (words === undefined) return EMPTY.bytes;
      const [, type, flags, , offset, size] = words;
      if (type === NO_BITS || flags & COMPRESSED || offset + size > elf.length) return EMPTY.bytes;
      return elf.subarray(offset, offset + size);
    };
    const names = contents(header(view.getUint16(50, true)));
    for (let index = 0; index < count; index++) {
      const words = header(index);
      if (words === undefined) return;
      const name = stringAt(names, words[0]);
      const bytes = contents(words);
      if (name && bytes.length > 0 && !this.byName.has(name)) this.byName.set(name, { address: words[3], bytes });
    }
  }

  /** Without bytes where there is none of this name. */
  get(name: string): Section {
    return this.byName.get(name) ?? EMPTY;
  }

  bytes(name: string): Uint8Array {
    return this.get(name).bytes;
  }
}
