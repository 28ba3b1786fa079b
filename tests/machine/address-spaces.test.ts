import { beforeEach, describe, expect, test } from 'vitest';
import { type Board, CSR, encode, type Hart, RAM_BASE, SATP, STOP } from '../../machine/index.js';
import { a0, a1, a2, boardWith, enterSupervisor } from './bare-metal.js';

/** Bits of a page-table entry. */
const V = 1;
const R = 2;
const W = 4;
const X = 8;
const G = 32;
const A = 64;
const D = 128;
const LEAF = V | R | W | A | D;

const ROOT = RAM_BASE + 0x10000;
const TABLE = RAM_BASE + 0x11000;
const CODE_FRAME = RAM_BASE + 0x12000;
const DATA_FRAME = RAM_BASE + 0x13000;
const OTHER_FRAME = RAM_BASE + 0x14000;

/** Virtual addresses: pages of code and data in the first 4 MiB, and a superpage. */
const CODE_PAGE = 0x0001_0000;
const DATA_PAGE = 0x0002_0000;
const SUPERPAGE = 0x0080_0000;
const SUPERPAGE_BYTES = 0x0040_0000;
const IN_SUPERPAGE = SUPERPAGE + (DATA_FRAME - RAM_BASE);

/** What is to be loaded before and after an address is mapped elsewhere. */
const BEFORE = 1234;
const AFTER = 5678;

let board: Board;
let hart: Hart;

/** Maps a page to one frame, or to the other. */
function page(bits: number, elsewhere: boolean): void {
  map(DATA_PAGE, elsewhere ? OTHER_FRAME : DATA_FRAME, bits);
}

/** Maps the superpage to the first 4 MiB of RAM, or to the second. */
function superpage(bits: number, elsewhere: boolean): void {
  const base = RAM_BASE + (elsewhere ? SUPERPAGE_BYTES : 0);
  board.memory.writeWord(ROOT + (SUPERPAGE / SUPERPAGE_BYTES) * 4, (base / 4) | bits);
}

function map(address: number, frame: number, bits: number): void {
  board.memory.writeWord(TABLE + ((address >>> 12) & 0x3ff) * 4, (frame / 4) | bits);
}

/** Makes `asid` the address space. All have the same tables. */
function enterSpace(asid: number): void {
  hart.csrWrite(CSR.satp, SATP.MODE | (asid << SATP.ASID_SHIFT) | (ROOT >>> 12));
}

/** What address space `asid` loads from `address` in S mode. */
function loadIn(asid: number, address: number): number {
  enterSpace(asid);
  hart.x[a1] = address;
  enterSupervisor(hart, CODE_PAGE);
  expect(hart.run(1)).toBe(STOP.LIMIT);
  return hart.x[a0];
}

/** Executes sfence.vma in S mode, for `asid` and for `address`, or for all addresses. */
function fence(asid: number, address: number | undefined): void {
  const rs1 = address === undefined ? 0 : a1;
  board.memory.writeWord(CODE_FRAME + 0x100, encode('sfence.vma', { rs1, rs2: a2 }) | 0);
  hart.x[a1] = address ?? 0;
  hart.x[a2] = asid;
  enterSupervisor(hart, CODE_PAGE + 0x100);
  expect(hart.run(1)).toBe(STOP.LIMIT);
}

beforeEach(() => {
  ({ board, hart } = boardWith([], { memoryBytes: 16 << 20 }));
  board.memory.writeWord(ROOT, (TABLE / 4) | V);
  map(CODE_PAGE, CODE_FRAME, V | R | X | A);
  board.memory.writeWord(CODE_FRAME, encode('lw', { rd: a0, rs1: a1 }) | 0);
  board.memory.writeWord(DATA_FRAME, BEFORE);
  board.memory.writeWord(OTHER_FRAME, AFTER);
  board.memory.writeWord(DATA_FRAME + SUPERPAGE_BYTES, AFTER);
});

describe('sfence.vma of one address space (privileged 10.2.1)', () => {
  describe.each([
    // Fences by ASID leave global translations alone if they like; here they do not (machine/README.md).
    ['a page', page, LEAF, DATA_PAGE, DATA_PAGE + 0x800],
    ['a global page', page, LEAF | G, DATA_PAGE, DATA_PAGE + 0x800],
    ['a superpage', superpage, LEAF, IN_SUPERPAGE, SUPERPAGE + 0x3f_f000],
    ['a global superpage', superpage, LEAF | G, IN_SUPERPAGE, SUPERPAGE + 0x3f_f000],
  ] as const)('%s that is mapped elsewhere', (_what, remap, bits, address, nearby) => {
    beforeEach(() => {
      remap(bits, false);
      expect(loadIn(5, address)).toBe(BEFORE);
      remap(bits, true);
    });

    test('is remembered as it was until a fence', () => {
      expect(loadIn(5, address)).toBe(BEFORE);
    });

    test.each([
      ['any address in it', nearby],
      ['all addresses', undefined],
    ])('is seen after a fence of its address space and %s', (_of, fenced) => {
      fence(5, fenced);
      expect(loadIn(5, address)).toBe(AFTER);
    });

    test.each([
      ['any address in it', nearby],
      ['all addresses', undefined],
    ])('is remembered as it was after a fence of another address space and %s', (_of, fenced) => {
      fence(6, fenced);
      expect(loadIn(5, address)).toBe(BEFORE);
    });

    test('is seen by another address space, and by its own after that, with no fence', () => {
      expect(loadIn(6, address)).toBe(AFTER);
      expect(loadIn(5, address)).toBe(AFTER);
    });

    test('is seen in an address space that was fenced from another', () => {
      enterSpace(6);
      fence(5, nearby);
      expect(loadIn(5, address)).toBe(AFTER);
    });
  });

  test('a fence of one page leaves what is known of another', () => {
    page(LEAF, false);
    expect(loadIn(5, DATA_PAGE)).toBe(BEFORE);
    page(LEAF, true);
    fence(5, DATA_PAGE + 0x1000);
    expect(loadIn(5, DATA_PAGE)).toBe(BEFORE);
  });
});
