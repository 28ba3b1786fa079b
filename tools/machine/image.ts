/** What the board begins with: an executable, or raw bytes at an address. */
import { ElfError, type ElfImage, type ElfSegment, parseElf } from '../../machine/elf.js';
import { type Board, FRAME_BYTES, RAM_BASE } from '../../machine/index.js';
import { Refusal } from '../cli/failure.js';
import { hex } from '../cli/outcome.js';
import { readWhole } from '../toolchain/input.js';

export interface Image {
  /** As it was typed. */
  readonly path: string;
  /** Physical address of the first instruction, for every hart. */
  readonly entry: number;
  readonly pieces: readonly Piece[];
  /** Empty for raw bytes. */
  readonly symbols: ElfImage['symbols'];
}

interface Piece {
  /** Physical. */
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Zeros follow the bytes up to this size. */
  readonly size: number;
}

/** `rawAddress`: the file is no executable, but bytes for that address. Throws ToolchainError, Refusal. */
export function readImage(path: string, rawAddress?: number): Image {
  const bytes = readWhole(path);
  if (bytes.length === 0) throw new Refusal(`${path}: the file is empty`);
  if (rawAddress !== undefined) {
    return { path, entry: rawAddress, pieces: [{ address: rawAddress, bytes, size: bytes.length }], symbols: [] };
  }
  const { entry, segments, symbols } = parse(path, bytes);
  const pieces = segments.map(({ physicalAddress, fileBytes, memoryBytes }) =>
    withoutHeader({ address: physicalAddress, bytes: fileBytes, size: memoryBytes }),
  );
  checkDisjoint(path, pieces);
  return { path, entry: physicalEntry(entry, segments), pieces, symbols };
}

/** Harts start without translation, and a kernel may be linked for the addresses that it has behind its page tables. */
function physicalEntry(entry: number, segments: readonly ElfSegment[]): number {
  const home = segments.find(({ address, memoryBytes }) => entry >= address && entry - address < memoryBytes);
  return home === undefined ? entry : entry - home.address + home.physicalAddress;
}

/** Segments that have addresses of their own may be loaded to the same place. */
function checkDisjoint(path: string, pieces: readonly Piece[]): void {
  const sorted = [...pieces].sort((a, b) => a.address - b.address);
  for (const [index, { address }] of sorted.entries()) {
    const below = sorted[index - 1];
    if (below === undefined || below.address + below.size <= address) continue;
    throw new Refusal(`${path}: the segments for ${hex(below.address)} and ${hex(address)} overlap in physical memory`);
  }
}

/**
 * Linkers put the file's own header in front of code that begins at a page: without being asked, a program for the first byte of
 * RAM begins below it. Nobody misses what is left out.
 */
function withoutHeader({ address, bytes, size }: Piece): Piece {
  const below = RAM_BASE - address;
  const isHeader = below > 0 && below <= FRAME_BYTES && size > below && isElf(bytes);
  return isHeader ? { address: RAM_BASE, bytes: bytes.subarray(below), size: size - below } : { address, bytes, size };
}

function isElf(bytes: Uint8Array): boolean {
  return [0x7f, 0x45, 0x4c, 0x46].every((byte, i) => bytes[i] === byte);
}

function parse(path: string, bytes: Uint8Array): ElfImage {
  try {
    return parseElf(bytes, 'bare metal');
  } catch (error) {
    if (!(error instanceof ElfError)) throw error;
    throw new Refusal(`${path}: ${error.message}${isElf(bytes) ? '' : '; --raw ADDRESS takes raw bytes'}`);
  }
}

/** Puts the image into RAM and all harts at its entry. Throws Refusal if RAM does not have it. */
export function loadImage(board: Board, { path, entry, pieces }: Image): void {
  const { memory } = board;
  const end = memory.base + memory.bytes;
  const tree = deviceTreeAddress(board);
  for (const { address, bytes, size } of pieces) {
    if (!memory.contains(address, size)) {
      throw new Refusal(
        `${path}: ${hex(address)}..${hex(address + size)} is not in RAM, which is ${hex(RAM_BASE)}..${hex(end)}`,
      );
    }
    if (address + bytes.length > tree) {
      throw new Refusal(
        `${path}: ${hex(address)}..${hex(address + bytes.length)} leaves no room for the device tree at ${hex(tree)}`,
      );
    }
    memory.write(address, bytes);
  }
  for (const hart of board.harts) hart.pc = entry;
}

/** As firmware leaves it in a1. */
function deviceTreeAddress(board: Board): number {
  return board.harts[0].x[11] >>> 0;
}
