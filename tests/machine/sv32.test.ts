import { beforeEach, describe, expect, test } from 'vitest';
import { type Board, CAUSE, CSR, encode, type Hart, MODE, MSTATUS, RAM_BASE, SATP, STOP } from '../../machine/index.js';
import { a0, a1, a2, boardWith, enterSupervisor, enterUser, trapOf, wordAt } from './bare-metal.js';

/** Bits of a page-table entry. */
const V = 1;
const R = 2;
const W = 4;
const X = 8;
const U = 16;
const A = 64;
const D = 128;

const ROOT = RAM_BASE + 0x10000;
const TABLE = RAM_BASE + 0x11000;
const CODE_FRAME = RAM_BASE + 0x12000;
const DATA_FRAME = RAM_BASE + 0x13000;
const OTHER_FRAME = RAM_BASE + 0x14000;

/** Virtual addresses: pages of code and data in the first 4 MiB. */
const CODE_PAGE = 0x0001_0000;
const DATA_PAGE = 0x0002_0000;

let board: Board;
let hart: Hart;

function map(page: number, frame: number, bits: number): void {
  const entry = (frame / 4) | bits;
  board.memory.writeWord(TABLE + ((page >>> 12) & 0x3ff) * 4, entry | 0);
}

function entryOf(page: number): number {
  return wordAt(board, TABLE + ((page >>> 12) & 0x3ff) * 4);
}

/** Runs one instruction in U mode at CODE_PAGE, with a1 = `address` and a2 = 42. */
function execute(name: string, address: number): { cause: number; value: number; pc: number } | 'done' {
  const rd = name.startsWith('s') && !name.startsWith('sc') ? {} : { rd: a0 };
  const rs2 = name.startsWith('l') ? {} : { rs2: a2 };
  board.memory.writeWord(CODE_FRAME, encode(name, { ...rd, ...rs2, rs1: a1 }) | 0);
  board.memory.writeWord(CODE_FRAME + 4, encode('ecall') | 0);
  hart.x[a1] = address;
  hart.x[a2] = 42;
  enterUser(hart, CODE_PAGE);
  const trap = trapOf(hart);
  return trap.cause === CAUSE.ECALL_FROM_U ? 'done' : trap;
}

beforeEach(() => {
  ({ board, hart } = boardWith([]));
  board.memory.writeWord(ROOT, (TABLE / 4) | V);
  map(CODE_PAGE, CODE_FRAME, V | R | X | U | A);
  map(DATA_PAGE, DATA_FRAME, V | R | W | U | A | D);
  board.memory.writeWord(DATA_FRAME, 1234);
  hart.csrWrite(CSR.satp, SATP.MODE | (ROOT >>> 12));
});

describe('translation in U mode (privileged 10.3.2)', () => {
  test('loads, stores and fetches go through the tables', () => {
    expect(execute('lw', DATA_PAGE)).toBe('done');
    expect(hart.x[a0]).toBe(1234);
    expect(execute('sw', DATA_PAGE + 8)).toBe('done');
    expect(wordAt(board, DATA_FRAME + 8)).toBe(42);
    expect(execute('amoadd.w', DATA_PAGE)).toBe('done');
    expect(wordAt(board, DATA_FRAME)).toBe(1276);
  });

  test('M mode is not translated', () => {
    board.memory.writeWord(RAM_BASE, encode('lw', { rd: a0, rs1: a1 }) | 0);
    hart.x[a1] = DATA_FRAME;
    hart.run(1);
    expect(hart.x[a0]).toBe(1234);
  });

  const PAGE_FAULTS: readonly (readonly [what: string, name: string, bits: number, cause: number])[] = [
    ['V clear', 'lw', 0, CAUSE.LOAD_PAGE_FAULT],
    ['W without R', 'lw', V | W | U | A | D, CAUSE.LOAD_PAGE_FAULT],
    ['a pointer at the last level', 'lw', V, CAUSE.LOAD_PAGE_FAULT],
    ['a supervisor page', 'lw', V | R | W | A | D, CAUSE.LOAD_PAGE_FAULT],
    ['not readable', 'lw', V | X | U | A, CAUSE.LOAD_PAGE_FAULT],
    ['not readable', 'lr.w', V | X | U | A, CAUSE.LOAD_PAGE_FAULT],
    ['not writable', 'sw', V | R | U | A | D, CAUSE.STORE_PAGE_FAULT],
    ['not writable', 'amoadd.w', V | R | U | A | D, CAUSE.STORE_PAGE_FAULT],
    ['not writable', 'sc.w', V | R | U | A | D, CAUSE.STORE_PAGE_FAULT],
  ];
  test.each(PAGE_FAULTS)('a page fault: %s (%s)', (_what, name, bits, cause) => {
    map(DATA_PAGE, DATA_FRAME, bits);
    expect(execute(name, DATA_PAGE)).toEqual({ cause, value: DATA_PAGE, pc: CODE_PAGE });
    expect(wordAt(board, DATA_FRAME)).toBe(1234);
  });

  test.each([
    ['not executable', V | R | W | U | A | D],
    ['not there', 0],
    ['a supervisor page', V | R | X | A],
  ])('a page fault: a fetch from a page that is %s', (_what, bits) => {
    map(DATA_PAGE, DATA_FRAME, bits);
    enterUser(hart, DATA_PAGE);
    expect(trapOf(hart)).toEqual({ cause: CAUSE.INSTRUCTION_PAGE_FAULT, value: DATA_PAGE, pc: DATA_PAGE });
  });

  test('an instruction that spans into a page that is not there: mepc is its start, mtval the page', () => {
    board.memory.writeWord(CODE_FRAME + 0xffc, 0x0013_0001);
    enterUser(hart, CODE_PAGE + 0xffc);
    expect(trapOf(hart)).toEqual({
      cause: CAUSE.INSTRUCTION_PAGE_FAULT,
      value: CODE_PAGE + 0x1000,
      pc: CODE_PAGE + 0xffe,
    });
    expect(hart.retired).toBe(1);
  });

  test('an instruction spans two pages that are not neighbours in memory', () => {
    const word = encode('addi', { rd: a0, imm: 77 });
    map(CODE_PAGE + 0x1000, OTHER_FRAME, V | R | X | U | A);
    board.memory.writeWord(CODE_FRAME + 0xffc, (word << 16) | 1);
    board.memory.writeWord(OTHER_FRAME, (encode('c.nop') << 16) | (word >>> 16));
    enterUser(hart, CODE_PAGE + 0xffc);
    hart.run(3);
    expect([hart.x[a0], hart.pc]).toEqual([77, CODE_PAGE + 0x1004]);
  });

  test('a store across two pages changes neither if the second faults', () => {
    expect(execute('sw', DATA_PAGE + 0xffe)).toEqual({
      cause: CAUSE.STORE_PAGE_FAULT,
      value: DATA_PAGE + 0x1000,
      pc: CODE_PAGE,
    });
    expect(wordAt(board, DATA_FRAME + 0xffc)).toBe(0);
  });

  test('a load and a store across two pages that are not neighbours in memory', () => {
    map(DATA_PAGE + 0x1000, OTHER_FRAME, V | R | W | U | A | D);
    expect(execute('sw', DATA_PAGE + 0xffe)).toBe('done');
    expect([wordAt(board, DATA_FRAME + 0xffc), wordAt(board, OTHER_FRAME)]).toEqual([42 << 16, 0]);
    expect(execute('lw', DATA_PAGE + 0xffe)).toBe('done');
    expect(hart.x[a0]).toBe(42);
  });

  test('a table outside memory is an access fault, and so is a page there', () => {
    map(DATA_PAGE, 0x4000_0000, V | R | W | U | A | D);
    expect(execute('lw', DATA_PAGE)).toMatchObject({ cause: CAUSE.LOAD_ACCESS_FAULT, value: DATA_PAGE });
    board.memory.writeWord(ROOT + 4, (0x4000_0000 / 4) | V);
    expect(execute('sw', 0x0040_0000)).toMatchObject({ cause: CAUSE.STORE_ACCESS_FAULT, value: 0x0040_0000 });
  });

  test('physical addresses have 34 bits: what is beyond the memory is not there, also if its low bits are', () => {
    board.memory.writeWord(TABLE + ((DATA_PAGE >>> 12) & 0x3ff) * 4, (0x1_8001_3000 / 4) | V | R | W | U | A | D);
    expect(execute('lw', DATA_PAGE)).toMatchObject({ cause: CAUSE.LOAD_ACCESS_FAULT });
  });

  test('a superpage maps 4 MiB, and must be aligned to that', () => {
    board.memory.writeWord(ROOT + 4 * 2, (RAM_BASE / 4) | V | R | W | U | A | D);
    expect(execute('lw', 0x0080_0000 + (DATA_FRAME - RAM_BASE))).toBe('done');
    expect(hart.x[a0]).toBe(1234);
    board.memory.writeWord(ROOT + 4 * 3, ((RAM_BASE + 0x1000) / 4) | V | R | W | U | A | D);
    expect(execute('lw', 0x00c0_0000)).toMatchObject({ cause: CAUSE.LOAD_PAGE_FAULT, value: 0x00c0_0000 });
  });
});

describe('accessed and dirty are set by the hardware (10.3.1, Svadu)', () => {
  test('a load sets A, a store sets A and D, a fetch sets A', () => {
    map(CODE_PAGE, CODE_FRAME, V | R | X | U);
    map(DATA_PAGE, DATA_FRAME, V | R | W | U);
    execute('lw', DATA_PAGE);
    expect(entryOf(DATA_PAGE) & (A | D)).toBe(A);
    expect(entryOf(CODE_PAGE) & (A | D)).toBe(A);
    execute('sw', DATA_PAGE);
    expect(entryOf(DATA_PAGE) & (A | D)).toBe(A | D);
  });

  test('an access that faults sets nothing', () => {
    map(DATA_PAGE, DATA_FRAME, V | R | U);
    execute('sw', DATA_PAGE);
    expect(entryOf(DATA_PAGE) & (A | D)).toBe(0);
  });
});

describe('what the TLB may remember (10.2.1)', () => {
  test.each([undefined, DATA_PAGE])('a page that is mapped elsewhere is seen after sfence.vma of %s', (address) => {
    execute('lw', DATA_PAGE);
    map(DATA_PAGE, OTHER_FRAME, V | R | W | U | A | D);
    hart.sfenceVma(address);
    execute('lw', DATA_PAGE);
    expect(hart.x[a0]).toBe(0);
  });

  test('a superpage that is mapped elsewhere is seen after sfence.vma of any address in it', () => {
    const superpage = 0x0080_0000;
    const at = superpage + (DATA_FRAME - RAM_BASE);
    board.memory.writeWord(ROOT + 4 * 2, (RAM_BASE / 4) | V | R | W | U | A | D);
    expect(execute('lw', at)).toBe('done');
    board.memory.writeWord(ROOT + 4 * 2, 0);
    hart.sfenceVma(superpage);
    expect(execute('lw', at)).toMatchObject({ cause: CAUSE.LOAD_PAGE_FAULT, value: at });
  });

  test('a write protection is seen after sfence.vma', () => {
    expect(execute('sw', DATA_PAGE)).toBe('done');
    map(DATA_PAGE, DATA_FRAME, V | R | U | A | D);
    hart.sfenceVma(DATA_PAGE);
    expect(execute('sw', DATA_PAGE)).toMatchObject({ cause: CAUSE.STORE_PAGE_FAULT });
  });

  test('code that is mapped elsewhere is fetched from there after sfence.vma', () => {
    execute('lw', DATA_PAGE);
    map(CODE_PAGE, OTHER_FRAME, V | R | X | U | A);
    board.memory.writeWord(OTHER_FRAME, encode('ebreak') | 0);
    hart.sfenceVma();
    enterUser(hart, CODE_PAGE);
    expect(trapOf(hart)).toMatchObject({ cause: CAUSE.BREAKPOINT, value: CODE_PAGE });
  });

  test('another satp is another address space at once', () => {
    execute('lw', DATA_PAGE);
    hart.csrWrite(CSR.satp, SATP.MODE | (OTHER_FRAME >>> 12));
    enterUser(hart, CODE_PAGE);
    expect(trapOf(hart)).toMatchObject({ cause: CAUSE.INSTRUCTION_PAGE_FAULT });
  });

  test('one frame at two addresses: a store through one is fetched through the other', () => {
    map(DATA_PAGE, CODE_FRAME, V | R | W | U | A | D);
    expect(execute('sw', DATA_PAGE + 0x100)).toBe('done');
    hart.x[a2] = encode('ebreak') | 0;
    board.memory.writeWord(CODE_FRAME, encode('sw', { rs1: a1, rs2: a2 }) | 0);
    hart.x[a1] = DATA_PAGE + 4;
    enterUser(hart, CODE_PAGE);
    expect(trapOf(hart)).toMatchObject({ cause: CAUSE.BREAKPOINT, pc: CODE_PAGE + 4 });
  });
});

describe('translation in S mode', () => {
  /** Runs one load or store in S mode from a page of its own, with `status` in mstatus. */
  function supervisor(name: string, address: number, status = 0): { cause: number; value: number } | 'done' {
    map(CODE_PAGE, CODE_FRAME, V | R | X | A);
    board.memory.writeWord(CODE_FRAME, encode(name, { rs1: a1, ...(name === 'sw' ? { rs2: a2 } : { rd: a0 }) }) | 0);
    board.memory.writeWord(CODE_FRAME + 4, encode('ecall') | 0);
    hart.x[a1] = address;
    hart.sfenceVma();
    enterSupervisor(hart, CODE_PAGE, status);
    const { cause, value } = trapOf(hart);
    return cause === CAUSE.ECALL_FROM_S ? 'done' : { cause, value };
  }

  test('pages of U mode are loaded from and stored to with SUM only (10.3.1)', () => {
    expect(supervisor('lw', DATA_PAGE)).toEqual({ cause: CAUSE.LOAD_PAGE_FAULT, value: DATA_PAGE });
    expect(supervisor('sw', DATA_PAGE)).toEqual({ cause: CAUSE.STORE_PAGE_FAULT, value: DATA_PAGE });
    expect([supervisor('lw', DATA_PAGE, MSTATUS.SUM), supervisor('sw', DATA_PAGE, MSTATUS.SUM)]).toEqual([
      'done',
      'done',
    ]);
    expect(supervisor('lw', DATA_PAGE)).toMatchObject({ cause: CAUSE.LOAD_PAGE_FAULT });
  });

  test('pages of U mode are never executed, whatever SUM says', () => {
    map(DATA_PAGE, CODE_FRAME, V | R | X | U | A);
    enterSupervisor(hart, DATA_PAGE, MSTATUS.SUM);
    expect(trapOf(hart)).toEqual({ cause: CAUSE.INSTRUCTION_PAGE_FAULT, value: DATA_PAGE, pc: DATA_PAGE });
  });

  test('its own pages need no SUM, and MXR reads those that can only be executed', () => {
    map(DATA_PAGE, DATA_FRAME, V | R | W | A | D);
    expect([supervisor('lw', DATA_PAGE), supervisor('sw', DATA_PAGE)]).toEqual(['done', 'done']);
    map(DATA_PAGE, DATA_FRAME, V | X | A);
    expect(supervisor('lw', DATA_PAGE)).toMatchObject({ cause: CAUSE.LOAD_PAGE_FAULT });
    expect(supervisor('lw', DATA_PAGE, MSTATUS.MXR)).toBe('done');
  });

  test('bare, addresses are physical (10.1.11)', () => {
    hart.csrWrite(CSR.satp, 0);
    board.memory.writeWord(CODE_FRAME, encode('lw', { rd: a0, rs1: a1 }) | 0);
    hart.x[a1] = DATA_FRAME;
    enterSupervisor(hart, CODE_FRAME);
    hart.run(1);
    expect(hart.x[a0]).toBe(1234);
  });

  test.each([
    ['all of them', { rs1: 0, rs2: 0 }],
    ['the address', { rs1: a1, rs2: 0 }],
    ['the address in this address space', { rs1: a1, rs2: a2 }],
    ['this address space', { rs1: 0, rs2: a2 }],
  ])('sfence.vma of %s forgets a translation, where the number is the one in satp (10.2.1)', (_what, operands) => {
    map(DATA_PAGE, DATA_FRAME, V | R | W | A | D);
    hart.csrWrite(CSR.satp, SATP.MODE | (5 << SATP.ASID_SHIFT) | (ROOT >>> 12));
    expect(supervisor('lw', DATA_PAGE)).toBe('done');
    map(DATA_PAGE, OTHER_FRAME, V | R | W | A | D);
    board.memory.writeWord(CODE_FRAME + 0x100, encode('sfence.vma', operands) | 0);
    board.memory.writeWord(CODE_FRAME + 0x104, encode('lw', { rd: a0, rs1: a1 }) | 0);
    // Bits above the 9 of an address space are ignored.
    hart.x[a2] = 5 + 512;
    enterSupervisor(hart, CODE_PAGE + 0x100);
    expect(hart.run(2)).toBe(STOP.LIMIT);
    expect(hart.x[a0]).toBe(0);
  });
});

describe('MPRV and MXR (3.1.6.3)', () => {
  test('with MPRV and MPP = S loads and stores are those of S mode', () => {
    board.memory.writeWord(RAM_BASE, encode('lw', { rd: a0, rs1: a1 }) | 0);
    hart.x[a1] = DATA_PAGE;
    for (const [sum, stop] of [
      [MSTATUS.SUM, STOP.LIMIT],
      [0, STOP.TRAP],
    ]) {
      hart.csrWrite(CSR.mstatus, MSTATUS.MPRV | sum | (MODE.S << MSTATUS.MPP_SHIFT));
      hart.pc = RAM_BASE;
      expect(hart.run(1)).toBe(stop);
    }
  });

  test('with MPRV a load in M mode is translated as MPP would be, fetches are not', () => {
    board.memory.writeWord(RAM_BASE, encode('lw', { rd: a0, rs1: a1 }) | 0);
    hart.x[a1] = DATA_PAGE;
    hart.csrWrite(CSR.mstatus, MSTATUS.MPRV);
    hart.pc = RAM_BASE;
    hart.run(1);
    expect(hart.x[a0]).toBe(1234);
    hart.csrWrite(CSR.mstatus, MSTATUS.MPRV | MSTATUS.MPP);
    hart.pc = RAM_BASE;
    expect(trapOf(hart)).toMatchObject({ cause: CAUSE.LOAD_ACCESS_FAULT });
  });

  test('with MXR a page that is only executable can be loaded from', () => {
    map(CODE_PAGE, CODE_FRAME, V | X | U | A);
    expect(execute('lw', CODE_PAGE)).toMatchObject({ cause: CAUSE.LOAD_PAGE_FAULT });
    hart.csrWrite(CSR.mstatus, MSTATUS.MXR);
    hart.csrWrite(CSR.mepc, CODE_PAGE);
    hart.mret();
    expect(trapOf(hart)).toMatchObject({ cause: CAUSE.ECALL_FROM_U });
    expect(hart.x[a0]).toBe(encode('lw', { rd: a0, rs1: a1 }));
  });
});

describe('of several exceptions of one instruction the first in order is raised (3.1.15)', () => {
  const NOWHERE = 0x1000;
  /** Lets S and U mode do nothing. */
  const protectAll = (): void => hart.csrWrite(CSR.pmpcfg0, 0);

  test('a page fault before an access fault: what may not be stored to is also not memory', () => {
    map(DATA_PAGE, NOWHERE, V | R | U | A | D);
    expect(execute('lw', DATA_PAGE)).toMatchObject({ cause: CAUSE.LOAD_ACCESS_FAULT });
    expect(execute('sw', DATA_PAGE)).toMatchObject({ cause: CAUSE.STORE_PAGE_FAULT });
  });

  test('that of the fetch before that of the instruction', () => {
    board.memory.writeWord(CODE_FRAME, 0);
    map(CODE_PAGE, CODE_FRAME, V | R | U | A);
    enterUser(hart, CODE_PAGE);
    expect(trapOf(hart).cause).toBe(CAUSE.INSTRUCTION_PAGE_FAULT);
    map(CODE_PAGE, NOWHERE, V | X | U | A);
    hart.sfenceVma();
    enterUser(hart, CODE_PAGE);
    expect(trapOf(hart).cause).toBe(CAUSE.INSTRUCTION_ACCESS_FAULT);
  });

  test('an access fault of the page table before whatever the entry there would say', () => {
    map(CODE_PAGE, CODE_FRAME, 0);
    protectAll();
    enterUser(hart, CODE_PAGE);
    expect(trapOf(hart).cause).toBe(CAUSE.INSTRUCTION_ACCESS_FAULT);
  });

  test.each(['sc.w', 'amoadd.w'])('a misaligned address of %s before its page fault, as we chose', (name) => {
    expect(execute(name, 0x0030_0002)).toMatchObject({ cause: CAUSE.STORE_ADDRESS_MISALIGNED, value: 0x0030_0002 });
  });

  test('of an access that spans two pages that of the first page', () => {
    map(DATA_PAGE + 0x1000, DATA_FRAME, 0);
    map(DATA_PAGE, DATA_FRAME, V | R | U | A);
    expect(execute('sw', DATA_PAGE + 0xffe)).toMatchObject({ value: DATA_PAGE + 0xffe });
  });
});
