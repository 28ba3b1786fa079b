/**
 * Object files: whether they can be a part of a guest program, and their code with what it refers to, for listings.
 *
 * Sources: System V ABI, chapter 4 (sections, symbols, relocations); RISC-V ELF psABI, "Relocations". Believes nothing that a
 * file says: every number is checked against the file before it is used.
 */
import { ElfError, type ElfSymbol } from '../../machine/elf.js';

/** A section with instructions. Its addresses are offsets from its beginning. */
export interface CodeSection {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** By ascending address. */
  readonly symbols: readonly ElfSymbol[];
  /** By offset: what the linker will put into the instruction there, such as `puts` or `table+0x4`. */
  readonly references: ReadonlyMap<number, string>;
}

export interface RelocatableObject {
  readonly code: readonly CodeSection[];
  /** Whether others can call its `main`. */
  readonly definesMain: boolean;
}

const HEADER_BYTES = 52;
const SECTION_HEADER_BYTES = 40;
const SYMBOL_BYTES = 16;
const RELOCATION_BYTES = 12;
/** Bounds (law 6): more names are not listed, longer ones are cut. */
const MAX_SYMBOLS = 1 << 20;
const MAX_NAME_BYTES = 256;

const TYPE_RELOCATABLE = 1;
const MACHINE_RISCV = 243;
const FLAG = { FLOAT_ABI: 6, RVE: 8 } as const;
const SECTION = { PROGRAM: 1, SYMBOLS: 2, NAMES: 3, RELOCATIONS: 4 } as const;
const WITH_BYTES: readonly number[] = Object.values(SECTION);
const SECTION_EXECUTABLE = 4;
const SYMBOL_TYPE = { NONE: 0, FUNCTION: 2, SECTION: 3 } as const;
const BINDING_LOCAL = 0;
/** R_RISCV_NONE, _ALIGN and _RELAX tell the linker what it may do; they refer to nothing. */
const NO_REFERENCE: readonly number[] = [0, 43, 51];
/** `$x`, `$d`: where code and data begin. */
const MARK = /^\$[a-z]/;

/** Throws ElfError, one line without the file's name, for what no linker could put into a guest program. */
export function checkObject(bytes: Uint8Array): void {
  const [m0, m1, m2, m3, fileClass, byteOrder] = bytes;
  if (m0 !== 0x7f || m1 !== 0x45 || m2 !== 0x4c || m3 !== 0x46) throw new ElfError('not an ELF object file');
  if (fileClass === 2) throw new ElfError('a 64-bit object; guests have 32-bit ones (-march=rv32imac -mabi=ilp32)');
  if (byteOrder === 2) throw new ElfError('a big-endian object; guests are little-endian');
  if (bytes.length < HEADER_BYTES) throw new ElfError(`truncated: an ELF header has ${HEADER_BYTES} bytes`);
  const view = viewOf(bytes);
  const type = view.getUint16(16, true);
  const machine = view.getUint16(18, true);
  const flags = view.getUint32(36, true);
  if (machine !== MACHINE_RISCV) throw new ElfError(`an object for machine ${machine}, not for RISC-V`);
  if (type !== TYPE_RELOCATABLE) throw new ElfError(`not an object file: ELF type ${type}, not ${TYPE_RELOCATABLE}`);
  if (flags & FLAG.FLOAT_ABI) throw new ElfError('compiled for floating-point registers; compile with -mabi=ilp32');
  if (flags & FLAG.RVE) throw new ElfError('compiled for RV32E; compile with -march=rv32imac -mabi=ilp32');
}

/** Throws ElfError as `checkObject` does, and for headers that lie. */
export function readObject(bytes: Uint8Array): RelocatableObject {
  checkObject(bytes);
  const sections = readSections(bytes);
  const names = sectionNames(bytes, sections);
  const symbols = readSymbols(sections, names);
  const labels = labelsBySection(symbols);
  const references = referencesBySection(sections, symbols);
  const code = sections.flatMap((section, index): CodeSection[] => {
    const isCode = section.type === SECTION.PROGRAM && (section.flags & SECTION_EXECUTABLE) !== 0;
    if (!isCode || section.bytes.length === 0) return [];
    const [name, { bytes: code }] = [names[index], section];
    return [{ name, bytes: code, symbols: labels.get(index) ?? [], references: references.get(index) ?? new Map() }];
  });
  const definesMain = symbols.some(({ name, isDefined, isLocal }) => name === 'main' && isDefined && !isLocal);
  return { code, definesMain };
}

interface Section {
  readonly name: number;
  readonly type: number;
  readonly flags: number;
  readonly link: number;
  readonly info: number;
  /** Empty for a section that has no bytes in the file. */
  readonly bytes: Uint8Array;
}

function readSections(bytes: Uint8Array): Section[] {
  const view = viewOf(bytes);
  const offset = view.getUint32(32, true);
  const count = view.getUint16(48, true);
  if (count > 0 && view.getUint16(46, true) !== SECTION_HEADER_BYTES) {
    throw new ElfError(`section headers of ${view.getUint16(46, true)} bytes, not ${SECTION_HEADER_BYTES}`);
  }
  if (offset + count * SECTION_HEADER_BYTES > bytes.length) throw new ElfError('truncated: in the section headers');
  let total = 0;
  return Array.from({ length: count }, (_, index) => {
    const field = (at: number): number => view.getUint32(offset + index * SECTION_HEADER_BYTES + at, true);
    const type = field(4);
    const [start, length] = WITH_BYTES.includes(type) ? [field(16), field(20)] : [0, 0];
    if (start + length > bytes.length) throw new ElfError(`truncated: in section ${index}`);
    // Law 6: thousands of sections that all are the whole file would be a listing without end.
    total += length;
    if (total > bytes.length) throw new ElfError('the sections together are larger than the file');
    const content = bytes.subarray(start, start + length);
    return { name: field(0), type, flags: field(8), link: field(24), info: field(28), bytes: content };
  });
}

function sectionNames(bytes: Uint8Array, sections: readonly Section[]): string[] {
  const table = sections[viewOf(bytes).getUint16(50, true)]?.bytes ?? new Uint8Array(0);
  return sections.map((section, index) => readName(table, section.name) || `section ${index}`);
}

interface Entry {
  readonly name: string;
  readonly type: number;
  readonly isLocal: boolean;
  readonly isDefined: boolean;
  readonly section: number;
  readonly value: number;
  readonly size: number;
}

/** By their numbers, to which relocations refer. */
function readSymbols(sections: readonly Section[], sectionName: readonly string[]): Entry[] {
  const table = sections.find(({ type }) => type === SECTION.SYMBOLS);
  if (table === undefined) return [];
  const names = sections[table.link]?.bytes ?? new Uint8Array(0);
  const view = viewOf(table.bytes);
  const count = Math.min(Math.floor(table.bytes.length / SYMBOL_BYTES), MAX_SYMBOLS);
  return Array.from({ length: count }, (_, index) => {
    const at = index * SYMBOL_BYTES;
    const info = view.getUint8(at + 12);
    const section = view.getUint16(at + 14, true);
    const type = info & 15;
    return {
      name: type === SYMBOL_TYPE.SECTION ? (sectionName[section] ?? '') : readName(names, view.getUint32(at, true)),
      type,
      isLocal: info >> 4 === BINDING_LOCAL,
      isDefined: section !== 0,
      section,
      value: view.getUint32(at + 4, true),
      size: view.getUint32(at + 8, true),
    };
  });
}

function labelsBySection(symbols: readonly Entry[]): ReadonlyMap<number, readonly ElfSymbol[]> {
  const labels = new Map<number, ElfSymbol[]>();
  for (const { name, type, section, value, size } of symbols) {
    const isLabel = type === SYMBOL_TYPE.NONE || type === SYMBOL_TYPE.FUNCTION;
    if (!isLabel || name === '' || MARK.test(name)) continue;
    const list = labels.get(section) ?? [];
    labels.set(section, list);
    list.push({ name, address: value, size, kind: 'function' });
  }
  for (const list of labels.values()) list.sort((a, b) => a.address - b.address);
  return labels;
}

function referencesBySection(
  sections: readonly Section[],
  symbols: readonly Entry[],
): ReadonlyMap<number, ReadonlyMap<number, string>> {
  const all = new Map<number, Map<number, string>>();
  for (const { type, info, bytes } of sections) {
    if (type !== SECTION.RELOCATIONS) continue;
    const references = all.get(info) ?? new Map<number, string>();
    all.set(info, references);
    const view = viewOf(bytes);
    for (let at = 0; at + RELOCATION_BYTES <= bytes.length; at += RELOCATION_BYTES) {
      const word = view.getUint32(at + 4, true);
      const name = symbols[word >>> 8]?.name ?? '';
      if (NO_REFERENCE.includes(word & 0xff) || name === '') continue;
      references.set(view.getUint32(at, true), withOffset(name, view.getInt32(at + 8, true)));
    }
  }
  return all;
}

function withOffset(name: string, offset: number): string {
  if (offset === 0) return name;
  return `${name}${offset < 0 ? '-' : '+'}0x${Math.abs(offset).toString(16)}`;
}

const utf8 = new TextDecoder();

/** Empty if it lies outside; control characters become `?`: names go to terminals. */
function readName(names: Uint8Array, offset: number): string {
  const longest = names.subarray(Math.min(offset, names.length), offset + MAX_NAME_BYTES);
  const end = longest.indexOf(0);
  return utf8.decode(end < 0 ? longest : longest.subarray(0, end)).replace(/\p{Cc}/gu, '?');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
