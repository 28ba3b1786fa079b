/**
 * Reads ELF32 executables for RISC-V, and believes nothing that they say.
 *
 * Sources: System V ABI, chapters 4 and 5 (headers, segments, symbol table); RISC-V ELF psABI, "File header" (machine number,
 * flags). Every number is checked against the file before it is used, nothing is allocated by a header's claim, and what cannot
 * be run is refused with one line. Only symbols are a courtesy: a file whose symbol table lies has none, and runs.
 */

export class ElfError extends Error {
  override readonly name = 'ElfError';
}

export interface ElfImage {
  /** Address of the first instruction; even, inside an executable segment. */
  readonly entry: number;
  /** What is to be loaded, by ascending address; the ranges are disjoint, not empty, and end at 2^32 at the latest. */
  readonly segments: readonly ElfSegment[];
  /** By ascending address. */
  readonly symbols: readonly ElfSymbol[];
}

export interface ElfSegment {
  readonly address: number;
  /** Where a loader without translation puts it. As the file says: it may overlap others, or end past 2^32. */
  readonly physicalAddress: number;
  /** A view of the file, at most `memoryBytes` long; zeros follow it. */
  readonly fileBytes: Uint8Array;
  readonly memoryBytes: number;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
}

export interface ElfSymbol {
  readonly name: string;
  readonly address: number;
  /** In bytes; 0: not known. */
  readonly size: number;
  /** A label without a type in an executable segment counts as a function: hand-written assembly seldom says `.type`. */
  readonly kind: 'function' | 'object' | 'none';
}

/** Bounds (law 6). A linker makes four or five segments. Longer names are cut. */
const MAX_SEGMENTS = 64;
const MAX_SYMBOLS = 1 << 20;
const MAX_NAME_BYTES = 256;

const HEADER_BYTES = 52;
const PROGRAM_HEADER_BYTES = 32;
const SECTION_HEADER_BYTES = 40;
const SYMBOL_BYTES = 16;
const ADDRESS_SPACE = 2 ** 32;

const MACHINE_RISCV = 243;
const MACHINE_NAMES = new Map([
  [3, 'x86'],
  [8, 'MIPS'],
  [20, 'PowerPC'],
  [40, 'Arm'],
  [62, 'x86-64'],
  [183, 'AArch64'],
]);

const TYPE = { RELOCATABLE: 1, EXECUTABLE: 2, SHARED: 3, CORE: 4 } as const;
const SEGMENT = { LOAD: 1, DYNAMIC: 2, INTERPRETER: 3 } as const;
const SEGMENT_FLAG = { EXECUTE: 1, WRITE: 2, READ: 4 } as const;
const FLAG = { FLOAT_ABI: 6, RVE: 8 } as const;
/** `$x`, `$d` and the like mark where code and data begin; `.L` names are an assembler's own. */
const MARK = /^(\$[a-z]|\.L)/;
const SECTION_SYMBOLS = 2;
const UNDEFINED_SECTION = 0;

/**
 * What an executable is for. On bare metal nothing protects memory, and linker scripts of test suites give segments no
 * permissions at all: these count as all of them. Position-independent firmware relocates itself.
 */
export type ElfUse = 'system' | 'bare metal';

/** Throws ElfError, whose message is one line without the file's name. */
export function parseElf(bytes: Uint8Array, use: ElfUse = 'system'): ElfImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkIdentification(bytes);
  checkHeader(view, use);
  const segments = readSegments(bytes, view, use);
  const entry = view.getUint32(24, true);
  checkEntry(entry, segments, use);
  return { entry, segments, symbols: readSymbols(bytes, view, segments) };
}

function checkIdentification(bytes: Uint8Array): void {
  if (bytes.length === 0) throw new ElfError('the file is empty');
  const [m0, m1, m2, m3, fileClass, byteOrder, version] = bytes;
  if (m0 !== 0x7f || m1 !== 0x45 || m2 !== 0x4c || m3 !== 0x46) {
    throw new ElfError('not an ELF file (it does not begin with 7f 45 4c 46)');
  }
  if (fileClass === 2) throw new ElfError('a 64-bit ELF file; this machine runs 32-bit ones (ELFCLASS32)');
  if (byteOrder === 2) throw new ElfError('a big-endian ELF file; this machine is little-endian');
  if (bytes.length < HEADER_BYTES) {
    throw new ElfError(`truncated: an ELF header has ${HEADER_BYTES} bytes, the file ${bytes.length}`);
  }
  if (fileClass !== 1) throw new ElfError(`unknown ELF class ${fileClass}; expected 1 (32-bit)`);
  if (byteOrder !== 1) throw new ElfError(`unknown byte order ${byteOrder}; expected 1 (little-endian)`);
  if (version !== 1) throw new ElfError(`unknown ELF version ${version}; expected 1`);
}

function checkHeader(view: DataView, use: ElfUse): void {
  const type = view.getUint16(16, true);
  const machine = view.getUint16(18, true);
  if (machine !== MACHINE_RISCV) {
    const name = MACHINE_NAMES.get(machine);
    throw new ElfError(`for machine ${machine}${name ? ` (${name})` : ''}, not for RISC-V (${MACHINE_RISCV})`);
  }
  if (type === TYPE.RELOCATABLE) throw new ElfError('an object file that is not linked yet');
  if (type === TYPE.SHARED && use === 'system')
    throw new ElfError('a shared or position-independent file; link it statically, without -pie');
  if (type === TYPE.CORE) throw new ElfError('a core dump, not a program');
  if (type !== TYPE.EXECUTABLE && type !== TYPE.SHARED)
    throw new ElfError(`unknown ELF type ${type}; expected ${TYPE.EXECUTABLE} (executable)`);

  const version = view.getUint32(20, true);
  if (version !== 1) throw new ElfError(`unknown ELF version ${version}; expected 1`);
  const flags = view.getUint32(36, true);
  if (flags & FLAG.FLOAT_ABI) throw new ElfError('compiled for floating-point registers; compile with -mabi=ilp32');
  if (flags & FLAG.RVE) throw new ElfError('compiled for RV32E; compile with -march=rv32imac -mabi=ilp32');
  const headerBytes = view.getUint16(40, true);
  if (headerBytes < HEADER_BYTES)
    throw new ElfError(`the header says that it has ${headerBytes} bytes, not ${HEADER_BYTES}`);
}

function readSegments(bytes: Uint8Array, view: DataView, use: ElfUse): ElfSegment[] {
  const offset = view.getUint32(28, true);
  const entryBytes = view.getUint16(42, true);
  const count = view.getUint16(44, true);
  if (count === 0) throw new ElfError('no program headers: there is nothing to load');
  if (count > MAX_SEGMENTS) throw new ElfError(`${count} program headers; at most ${MAX_SEGMENTS} are read`);
  if (entryBytes !== PROGRAM_HEADER_BYTES) {
    throw new ElfError(`program headers of ${entryBytes} bytes, not ${PROGRAM_HEADER_BYTES}`);
  }
  const end = offset + count * PROGRAM_HEADER_BYTES;
  if (end > bytes.length) {
    throw new ElfError(`truncated: the program headers end at byte ${end}, the file at ${bytes.length}`);
  }

  const segments: ElfSegment[] = [];
  for (let index = 0; index < count; index++) {
    const segment = readSegment(bytes, view, offset + index * PROGRAM_HEADER_BYTES, index, use);
    if (segment !== undefined) segments.push(segment);
  }
  if (segments.length === 0) throw new ElfError('no segments: there is nothing to load');
  segments.sort((a, b) => a.address - b.address);
  checkDisjoint(segments);
  return segments;
}

/** Undefined for what is not loaded: notes, stack flags, thread-local templates (they lie in a loaded segment), empty ones. */
function readSegment(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  index: number,
  use: ElfUse,
): ElfSegment | undefined {
  const type = view.getUint32(at, true);
  if (type === SEGMENT.INTERPRETER || (type === SEGMENT.DYNAMIC && use === 'system')) {
    throw new ElfError('dynamically linked; link it statically (-static)');
  }
  if (type !== SEGMENT.LOAD) return undefined;

  const fileOffset = view.getUint32(at + 4, true);
  const address = view.getUint32(at + 8, true);
  const physicalAddress = view.getUint32(at + 12, true);
  const fileBytes = view.getUint32(at + 16, true);
  const memoryBytes = view.getUint32(at + 20, true);
  const flags = permissions(view.getUint32(at + 24, true), use);
  const alignment = view.getUint32(at + 28, true);
  const where = `segment ${index} at ${hex(address)}`;

  if (fileBytes > memoryBytes) {
    throw new ElfError(`${where} has ${fileBytes} bytes in the file but only ${memoryBytes} in memory`);
  }
  if (fileOffset + fileBytes > bytes.length) {
    throw new ElfError(`truncated: ${where} ends at byte ${fileOffset + fileBytes}, the file at ${bytes.length}`);
  }
  if (address + memoryBytes > ADDRESS_SPACE) {
    throw new ElfError(`${where} has ${memoryBytes} bytes and ends past the 4 GiB of addresses`);
  }
  // The low bit alone survives in a number that is a power of two; 0 and 1 mean no alignment.
  if ((alignment & (alignment - 1)) !== 0)
    throw new ElfError(`${where} has an alignment of ${alignment}, not a power of two`);
  if (alignment > 1 && address % alignment !== fileOffset % alignment) {
    throw new ElfError(
      `${where} lies at byte ${hex(fileOffset)} of the file, which its alignment ${hex(alignment)} forbids`,
    );
  }
  if (flags & SEGMENT_FLAG.WRITE && !(flags & SEGMENT_FLAG.READ) && use === 'system') {
    throw new ElfError(`${where} is writable but not readable, which no page can be`);
  }
  if (memoryBytes === 0) return undefined;
  return {
    address,
    physicalAddress,
    fileBytes: bytes.subarray(fileOffset, fileOffset + fileBytes),
    memoryBytes,
    readable: (flags & SEGMENT_FLAG.READ) !== 0,
    writable: (flags & SEGMENT_FLAG.WRITE) !== 0,
    executable: (flags & SEGMENT_FLAG.EXECUTE) !== 0,
  };
}

function permissions(flags: number, use: ElfUse): number {
  const all = SEGMENT_FLAG.EXECUTE | SEGMENT_FLAG.WRITE | SEGMENT_FLAG.READ;
  return use === 'bare metal' && (flags & all) === 0 ? all : flags;
}

function checkDisjoint(sorted: readonly ElfSegment[]): void {
  for (let index = 1; index < sorted.length; index++) {
    const below = sorted[index - 1];
    const above = sorted[index];
    if (below.address + below.memoryBytes > above.address) {
      throw new ElfError(`the segments at ${hex(below.address)} and ${hex(above.address)} overlap`);
    }
  }
}

function checkEntry(entry: number, segments: readonly ElfSegment[], use: ElfUse): void {
  const home = segmentAt(segments, entry);
  if (home === undefined) throw new ElfError(`the entry point ${hex(entry)} lies outside every segment`);
  if (!home.executable && use === 'system')
    throw new ElfError(`the entry point ${hex(entry)} lies in a segment that is not executable`);
  if (entry & 1) throw new ElfError(`the entry point ${hex(entry)} is odd`);
}

function segmentAt(segments: readonly ElfSegment[], address: number): ElfSegment | undefined {
  return segments.find((segment) => address >= segment.address && address - segment.address < segment.memoryBytes);
}

/** The defined, named symbols of the symbol table; none if anything about it is out of order. */
function readSymbols(bytes: Uint8Array, view: DataView, segments: readonly ElfSegment[]): ElfSymbol[] {
  const tables = findSymbolTable(bytes, view);
  if (tables === undefined) return [];
  const { symbols: table, names } = tables;
  const count = Math.min(table.length / SYMBOL_BYTES, MAX_SYMBOLS);
  const fields = new DataView(table.buffer, table.byteOffset, table.byteLength);

  const symbols: ElfSymbol[] = [];
  for (let at = 0; at < count * SYMBOL_BYTES; at += SYMBOL_BYTES) {
    const type = fields.getUint8(at + 12) & 15;
    const isDefined = fields.getUint16(at + 14, true) !== UNDEFINED_SECTION;
    if (type > 2 || !isDefined) continue;
    const name = readName(names, fields.getUint32(at, true));
    if (name === '' || MARK.test(name)) continue;
    const address = fields.getUint32(at + 4, true);
    const isCode = type === 2 || (type === 0 && segmentAt(segments, address)?.executable === true);
    const kind = isCode ? 'function' : type === 1 ? 'object' : 'none';
    symbols.push({ name, address, size: fields.getUint32(at + 8, true), kind });
  }
  return symbols.sort(bySearchOrder);
}

/** Of several at one address the last wins a search: functions after all else, sized ones after labels. */
function bySearchOrder(a: ElfSymbol, b: ElfSymbol): number {
  return (
    a.address - b.address ||
    Number(a.kind === 'function') - Number(b.kind === 'function') ||
    a.size - b.size ||
    (a.name < b.name ? 1 : a.name > b.name ? -1 : 0)
  );
}

function findSymbolTable(bytes: Uint8Array, view: DataView): { symbols: Uint8Array; names: Uint8Array } | undefined {
  const offset = view.getUint32(32, true);
  const count = view.getUint16(48, true);
  if (offset === 0 || view.getUint16(46, true) !== SECTION_HEADER_BYTES) return undefined;
  if (offset + count * SECTION_HEADER_BYTES > bytes.length) return undefined;

  const contents = (index: number): Uint8Array | undefined => {
    const at = offset + index * SECTION_HEADER_BYTES;
    const start = view.getUint32(at + 16, true);
    const end = start + view.getUint32(at + 20, true);
    return end <= bytes.length ? bytes.subarray(start, end) : undefined;
  };
  for (let index = 0; index < count; index++) {
    const at = offset + index * SECTION_HEADER_BYTES;
    if (view.getUint32(at + 4, true) !== SECTION_SYMBOLS) continue;
    const link = view.getUint32(at + 24, true);
    const symbols = contents(index);
    const names = link < count ? contents(link) : undefined;
    if (symbols === undefined || names === undefined || symbols.length % SYMBOL_BYTES !== 0) return undefined;
    return { symbols, names };
  }
  return undefined;
}

const utf8 = new TextDecoder();

/** Empty if it does not lie in the table or has no end there. */
function readName(names: Uint8Array, offset: number): string {
  if (offset >= names.length) return '';
  const longest = names.subarray(offset, offset + MAX_NAME_BYTES + 1);
  const end = longest.indexOf(0);
  if (end < 0 && longest.length <= MAX_NAME_BYTES) return '';
  return printable(utf8.decode(longest.subarray(0, end < 0 ? MAX_NAME_BYTES : end)));
}

/** Names go to terminals: control characters in them become `?`. */
function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, '?');
}

/**
 * The function (or object) that an address lies in: the nearest at or below, if the address lies within its size (without a
 * size, up to the next symbol). `symbols` is an image's, in its order.
 */
export function findSymbol(
  symbols: readonly ElfSymbol[],
  address: number,
  kind: 'function' | 'object' = 'function',
): { name: string; offset: number } | undefined {
  let low = 0;
  let high = symbols.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (symbols[middle].address <= address) low = middle + 1;
    else high = middle;
  }
  for (let index = low - 1; index >= 0; index--) {
    const symbol = symbols[index];
    if (symbol.kind !== kind) continue;
    const offset = address - symbol.address;
    const end = symbol.size > 0 ? symbol.size : nextAddress(symbols, index) - symbol.address;
    return offset < end ? { name: symbol.name, offset } : undefined;
  }
  return undefined;
}

function nextAddress(symbols: readonly ElfSymbol[], index: number): number {
  const { address } = symbols[index];
  for (let next = index + 1; next < symbols.length; next++) {
    if (symbols[next].address > address) return symbols[next].address;
  }
  return ADDRESS_SPACE;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
