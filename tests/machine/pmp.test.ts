import { describe, expect, test } from 'vitest';
import {
  type Board,
  CAUSE,
  CSR,
  encode,
  type Hart,
  MSTATUS,
  PMP_MATCH,
  PMPCFG,
  SATP,
  STOP,
} from '../../machine/index.js';
import { a0, a1, boardWith, CODE, DATA, enterSupervisor, enterUser, type Line, trapOf, wordAt } from './bare-metal.js';

const { R, W, X, L } = PMPCFG;
const { TOR, NA4, NAPOT } = PMP_MATCH;
const NOTHING = 0;

interface Entry {
  readonly address: number;
  readonly match: number;
  readonly permissions: number;
}

/** pmpaddr of the naturally aligned power of two of `bytes` at `base`. */
function napot(base: number, bytes: number): number {
  return (base / 4 + (bytes / 8 - 1)) | 0;
}

/** Writes the entries from 0 on, and turns the others off. */
function protect(hart: Hart, entries: readonly Entry[]): void {
  for (let i = 0; i < 4; i++) hart.csrWrite(CSR.pmpcfg0 + i, 0);
  for (const [i, { address }] of entries.entries()) hart.csrWrite(CSR.pmpaddr0 + i, address);
  for (let word = 0; word < 4; word++) {
    const bytes = entries.slice(4 * word, 4 * word + 4).map((e) => e.permissions | (e.match << PMPCFG.A_SHIFT));
    hart.csrWrite(
      CSR.pmpcfg0 + word,
      bytes.reduce((value, byte, i) => value | (byte << (8 * i)), 0),
    );
  }
}

const OPEN: Entry = { address: -1, match: NAPOT, permissions: R | W | X };
const CODE_ONLY: Entry = { address: napot(CODE, 0x1000), match: NAPOT, permissions: R | X };

function entry(match: number, address: number, permissions: number): Entry {
  return { match, address, permissions };
}

/** Whether the access to `address` is done, in a mode that `enter` enters, without being translated. */
function does(name: string, address: number, entries: readonly Entry[], enter = enterUser): boolean {
  const { hart } = boardWith([[name, { rs1: a1 }], ['ecall']], { registers: { [a1]: address } });
  protect(hart, entries);
  enter(hart, CODE);
  const { cause, value } = trapOf(hart);
  if (cause === CAUSE.ECALL_FROM_U || cause === CAUSE.ECALL_FROM_S) return true;
  expect([cause, value]).toEqual([name.startsWith('l') ? CAUSE.LOAD_ACCESS_FAULT : CAUSE.STORE_ACCESS_FAULT, address]);
  return false;
}

describe('matching (privileged 3.7.1)', () => {
  test('without an entry S and U may do nothing, and M everything', () => {
    const { hart } = boardWith([['lw', { rs1: a1 }]], { registers: { [a1]: DATA } });
    protect(hart, []);
    expect(hart.run(1)).toBe(STOP.LIMIT);
    for (const enter of [enterUser, enterSupervisor]) {
      enter(hart, CODE);
      expect(trapOf(hart)).toEqual({ cause: CAUSE.INSTRUCTION_ACCESS_FAULT, value: CODE, pc: CODE });
    }
  });

  test.each([
    ['U', enterUser],
    ['S', enterSupervisor],
  ] as const)('NA4 is four bytes, in %s mode', (_mode, enter) => {
    const entries = [CODE_ONLY, entry(NA4, (DATA + 8) >>> 2, R | W)];
    const words = [4, 8, 12].map((offset) => does('lw', DATA + offset, entries, enter));
    expect(words).toEqual([false, true, false]);
    expect([does('sb', DATA + 11, entries, enter), does('sb', DATA + 12, entries, enter)]).toEqual([true, false]);
  });

  test.each([8, 64, 4096, 8192])('NAPOT of %i bytes', (bytes) => {
    const entries = [CODE_ONLY, entry(NAPOT, napot(DATA, bytes), R | W)];
    expect([-4, 0, bytes - 4, bytes].map((offset) => does('sw', DATA + offset, entries))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test('TOR reaches from the address of the entry before, from 0 for entry 0, and may be empty', () => {
    const entries = [CODE_ONLY, entry(0, (DATA + 16) >>> 2, 0), entry(TOR, (DATA + 28) >>> 2, R)];
    expect([12, 16, 24, 28].map((offset) => does('lw', DATA + offset, entries))).toEqual([false, true, true, false]);
    expect(does('lw', DATA, [entry(TOR, (DATA + 4) >>> 2, R | X)])).toBe(true);
    const empty = [CODE_ONLY, entry(0, (DATA + 16) >>> 2, 0), entry(TOR, (DATA + 16) >>> 2, NOTHING), OPEN];
    expect(does('lw', DATA + 16, empty)).toBe(true);
  });

  test('each permission is one kind of access', () => {
    const only = (permissions: number): Entry[] => [CODE_ONLY, entry(NAPOT, napot(DATA, 4096), permissions)];
    expect([does('lw', DATA, only(R)), does('sw', DATA, only(R))]).toEqual([true, false]);
    expect([does('lw', DATA, only(X)), does('amoadd.w', DATA, only(R))]).toEqual([false, false]);
    const { hart } = boardWith([['jalr', { rs1: a1 }]], { registers: { [a1]: DATA } });
    protect(hart, only(R | W));
    enterUser(hart, CODE);
    expect(trapOf(hart)).toEqual({ cause: CAUSE.INSTRUCTION_ACCESS_FAULT, value: DATA, pc: DATA });
  });

  test('the lowest-numbered entry decides (3.7.1.3)', () => {
    const page = (permissions: number): Entry => entry(NAPOT, napot(DATA, 4096), permissions);
    expect(does('sw', DATA, [CODE_ONLY, page(R), page(R | W)])).toBe(false);
    expect(does('sw', DATA, [CODE_ONLY, page(R | W), page(R)])).toBe(true);
  });

  test('an access that an entry matches in part fails, whatever it permits, in M mode too', () => {
    const entries = [CODE_ONLY, entry(NA4, DATA >>> 2, R | W), OPEN];
    expect([does('lw', DATA + 2, entries), does('lw', DATA + 4, entries), does('lh', DATA + 2, entries)]).toEqual([
      false,
      true,
      true,
    ]);
    const { hart } = boardWith([['lw', { rs1: a1 }]], { registers: { [a1]: DATA + 2 } });
    protect(hart, entries);
    expect(trapOf(hart)).toMatchObject({ cause: CAUSE.LOAD_ACCESS_FAULT, value: DATA + 2 });
  });

  test('pmpcfg: unused bits are zero, and W without R, which is reserved, is cleared', () => {
    const { hart } = boardWith([]);
    hart.csrWrite(CSR.pmpcfg0, 0x7f_62_06_1b);
    expect(hart.csrRead(CSR.pmpcfg0)).toBe(0x1f_00_04_1b);
  });
});

describe('locked entries (3.7.1.2)', () => {
  test('keep configuration and address, that of the entry before too if they begin there', () => {
    const { hart } = boardWith([]);
    protect(hart, [entry(0, 100, 0), entry(TOR, 200, R | L), entry(NAPOT, 300, W | R)]);
    for (let i = 0; i < 3; i++) hart.csrWrite(CSR.pmpaddr0 + i, 7);
    hart.csrWrite(CSR.pmpcfg0, 0);
    expect([0, 1, 2].map((i) => hart.csrRead(CSR.pmpaddr0 + i))).toEqual([100, 200, 7]);
    expect(hart.csrRead(CSR.pmpcfg0)).toBe((R | L | (TOR << 3)) << 8);
  });

  test('bind M mode, and others do not', () => {
    const lines: readonly Line[] = [['sw', { rs1: a1 }]];
    for (const [lock, stop] of [
      [0, STOP.LIMIT],
      [L, STOP.TRAP],
    ]) {
      const { hart } = boardWith(lines, { registers: { [a1]: DATA } });
      protect(hart, [entry(NAPOT, napot(DATA, 4096), R | lock)]);
      expect(hart.run(1)).toBe(stop);
    }
  });

  test('a page that M mode has already stored to is protected at once', () => {
    const { hart } = boardWith(
      [
        ['sw', { rs1: a1 }],
        ['sw', { rs1: a1 }],
      ],
      { registers: { [a1]: DATA } },
    );
    hart.run(1);
    protect(hart, [entry(NAPOT, napot(DATA, 4096), R | L)]);
    expect(trapOf(hart)).toEqual({ cause: CAUSE.STORE_ACCESS_FAULT, value: DATA, pc: CODE + 4 });
  });
});

describe('code on a page that entries divide', () => {
  const add = encode('addi', { rd: a0, rs1: a0, imm: 1 });

  test('executes up to the border, and each instruction counts', () => {
    const { board, hart } = boardWith([]);
    for (let at = CODE; at < CODE + 64; at += 4) board.memory.writeWord(at, add);
    protect(hart, [entry(TOR, (CODE + 24) >>> 2, X)]);
    enterUser(hart, CODE);
    expect(trapOf(hart)).toEqual({ cause: CAUSE.INSTRUCTION_ACCESS_FAULT, value: CODE + 24, pc: CODE + 24 });
    expect([hart.x[a0], hart.retired]).toEqual([6, 6]);
  });

  test('an instruction that reaches over the border faults at its second half', () => {
    const { board, hart } = boardWith([['c.nop']]);
    board.memory.write(CODE + 2, new Uint8Array(Int32Array.of(add).buffer));
    protect(hart, [entry(NA4, CODE >>> 2, X)]);
    enterUser(hart, CODE);
    expect(trapOf(hart)).toEqual({ cause: CAUSE.INSTRUCTION_ACCESS_FAULT, value: CODE + 4, pc: CODE + 2 });
  });

  test('that was executed in M mode before is still not U mode’s, and the other way round', () => {
    const { hart } = boardWith([
      ['addi', { rd: a0, rs1: a0, imm: 1 }],
      ['jal', { imm: -4 }],
    ]);
    hart.run(10);
    protect(hart, [entry(TOR, (CODE + 4) >>> 2, X)]);
    enterUser(hart, CODE);
    expect(trapOf(hart)).toMatchObject({ cause: CAUSE.INSTRUCTION_ACCESS_FAULT, value: CODE + 4 });
    hart.pc = CODE;
    expect(hart.run(10)).toBe(STOP.LIMIT);
  });
});

describe('page tables (3.7.2)', () => {
  const ROOT = CODE + 0x10000;
  const VIRTUAL = 0x0040_0000;

  /** U mode loads or stores through a superpage, with `permissions` for the page table. */
  function access(name: string, permissions: number, marks: number): { board: Board; cause: number } {
    const { board, hart } = boardWith([[name, { rs1: a1 }]], { registers: { [a1]: VIRTUAL + (DATA - CODE) } });
    board.memory.writeWord(ROOT + (VIRTUAL >>> 22) * 4, (CODE / 4) | 0x17 | marks);
    board.memory.writeWord(ROOT + (CODE >>> 22) * 4, (CODE / 4) | 0xdf);
    protect(hart, [entry(NAPOT, napot(ROOT, 4096), permissions), OPEN]);
    hart.csrWrite(CSR.satp, SATP.MODE | (ROOT >>> 12));
    hart.csrWrite(CSR.mstatus, MSTATUS.MPRV);
    return { board, cause: hart.run(1) === STOP.TRAP ? hart.csrRead(CSR.mcause) : 0 };
  }

  test('that may not be read are an access fault of the kind of the access', () => {
    expect(access('lw', NOTHING, 0xc0).cause).toBe(CAUSE.LOAD_ACCESS_FAULT);
    expect(access('sw', X, 0xc0).cause).toBe(CAUSE.STORE_ACCESS_FAULT);
    expect(access('lw', R, 0xc0).cause).toBe(0);
  });

  test('that may not be written are one if A or D has to be set, and only then', () => {
    const { board, cause } = access('lw', R, 0);
    expect(cause).toBe(CAUSE.LOAD_ACCESS_FAULT);
    expect(wordAt(board, ROOT + (VIRTUAL >>> 22) * 4) & 0xc0).toBe(0);
    expect(access('sw', R, 0x40).cause).toBe(CAUSE.STORE_ACCESS_FAULT);
    expect(access('lw', R, 0x40).cause).toBe(0);
    expect(access('sw', R | W, 0).cause).toBe(0);
  });
});
