/** Writes ELF files for tests, right or wrong in any field that a test names. */

export interface TestSegment {
  readonly type?: number;
  readonly address?: number;
  /** The same as `address` unless given. */
  readonly physicalAddress?: number;
  readonly bytes?: Uint8Array;
  readonly memoryBytes?: number;
  /** 1 execute, 2 write, 4 read. */
  readonly flags?: number;
  readonly alignment?: number;
  /** What the header says, where that is not true. */
  readonly claims?: { readonly fileOffset?: number; readonly fileBytes?: number };
}

export interface TestSymbol {
  readonly name: string;
  readonly address: number;
  readonly size?: number;
  /** 0 none, 1 object, 2 function. */
  readonly type?: number;
  /** 0: not defined here. */
  readonly section?: number;
}

export interface TestElf {
  readonly entry?: number;
  readonly segments?: readonly TestSegment[];
  readonly symbols?: readonly TestSymbol[];
}

const HEADER_BYTES = 52;
const PROGRAM_HEADER_BYTES = 32;
const SECTION_HEADER_BYTES = 40;
const SYMBOL_BYTES = 16;
const PAGE = 4096;

/** `li a7, 0x86; li a0, 7; ecall`: ends with code 7. */
export const EXIT_WITH_7 = Uint8Array.of(0x93, 0x08, 0x60, 0x08, 0x13, 0x05, 0x70, 0x00, 0x73, 0, 0, 0);

export const TEXT: TestSegment = { address: 0x10000, bytes: EXIT_WITH_7, flags: 5 };

/** A program that exits with 7, unless the test says otherwise. Segments lie at whole pages of the file. */
export function elfFile({ entry = 0x10000, segments = [TEXT], symbols }: TestElf = {}): Uint8Array {
  const places: number[] = [];
  let end = roundUp(HEADER_BYTES + segments.length * PROGRAM_HEADER_BYTES, PAGE);
  for (const { bytes = new Uint8Array(0), address = 0x10000 } of segments) {
    places.push(end + (address % PAGE));
    end = roundUp(end + (address % PAGE) + bytes.length, PAGE);
  }
  const tables = symbols === undefined ? undefined : symbolTables(symbols, end);
  const file = new Uint8Array(tables === undefined ? end : end + tables.length);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint16(16, 2, true);
  view.setUint16(18, 243, true);
  view.setUint32(20, 1, true);
  view.setUint32(24, entry, true);
  view.setUint32(28, HEADER_BYTES, true);
  view.setUint16(40, HEADER_BYTES, true);
  view.setUint16(42, PROGRAM_HEADER_BYTES, true);
  view.setUint16(44, segments.length, true);
  view.setUint16(46, SECTION_HEADER_BYTES, true);
  segments.forEach((segment, index) => {
    writeSegment(view, HEADER_BYTES + index * PROGRAM_HEADER_BYTES, segment, places[index]);
    file.set(segment.bytes ?? new Uint8Array(0), places[index]);
  });
  if (tables !== undefined) {
    view.setUint32(32, end, true);
    view.setUint16(48, 3, true);
    file.set(tables, end);
  }
  return file;
}

function writeSegment(view: DataView, at: number, segment: TestSegment, place: number): void {
  const { type = 1, address = 0x10000, bytes = new Uint8Array(0), flags = 5, alignment = PAGE, claims = {} } = segment;
  const fileBytes = claims.fileBytes ?? bytes.length;
  const memoryBytes = segment.memoryBytes ?? bytes.length;
  const physicalAddress = segment.physicalAddress ?? address;
  const fileOffset = claims.fileOffset ?? place;
  const fields = [type, fileOffset, address, physicalAddress, fileBytes, memoryBytes, flags, alignment];
  for (const [index, field] of fields.entries()) view.setUint32(at + index * 4, field, true);
}

/** Section headers (null, symbols, names), then the symbols, then the names. */
function symbolTables(symbols: readonly TestSymbol[], place: number): Uint8Array {
  const names = new TextEncoder().encode(`\0${symbols.map(({ name }) => `${name}\0`).join('')}`);
  const symbolsAt = 3 * SECTION_HEADER_BYTES;
  const namesAt = symbolsAt + (symbols.length + 1) * SYMBOL_BYTES;
  const tables = new Uint8Array(namesAt + names.length);
  tables.set(names, namesAt);
  const view = new DataView(tables.buffer);
  const section = (index: number, fields: Readonly<Record<number, number>>): void => {
    for (const [offset, value] of Object.entries(fields)) {
      view.setUint32(index * SECTION_HEADER_BYTES + Number(offset), value, true);
    }
  };
  section(1, { 4: 2, 16: place + symbolsAt, 20: namesAt - symbolsAt, 24: 2, 36: SYMBOL_BYTES });
  section(2, { 4: 3, 16: place + namesAt, 20: names.length });
  let nameAt = 1;
  symbols.forEach(({ name, address, size = 0, type = 2, section: home = 1 }, index) => {
    const at = symbolsAt + (index + 1) * SYMBOL_BYTES;
    view.setUint32(at, nameAt, true);
    view.setUint32(at + 4, address, true);
    view.setUint32(at + 8, size, true);
    view.setUint8(at + 12, 0x10 | type);
    view.setUint16(at + 14, home, true);
    nameAt += new TextEncoder().encode(name).length + 1;
  });
  return tables;
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
