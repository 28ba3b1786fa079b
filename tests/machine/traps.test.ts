import { describe, expect, test } from 'vitest';
import { CAUSE, CSR, encode, MODE, MSTATUS, RAM_BASE, STOP } from '../../machine/index.js';
import { a0, a1, boardWith, CODE, DATA, enterUser, firstTrap, type Line, trapOf } from './bare-metal.js';

const NOWHERE = 0x4000_0000;
const nop: Line = ['addi', {}];

describe('causes of exceptions in M and U (privileged 3.1.15)', () => {
  test('1: fetching where there is no memory, mtval is the address', () => {
    const { hart } = boardWith([]);
    hart.pc = NOWHERE;
    expect(trapOf(hart)).toEqual({ cause: CAUSE.INSTRUCTION_ACCESS_FAULT, value: NOWHERE, pc: NOWHERE });
  });

  test('1: running off the end of memory', () => {
    const at = RAM_BASE + (1 << 20) - 4;
    expect(firstTrap([nop], { at })).toEqual({
      cause: CAUSE.INSTRUCTION_ACCESS_FAULT,
      value: at + 4,
      pc: at + 4,
    });
  });

  test('1: an instruction whose second half is beyond memory, mtval is that half', () => {
    const end = RAM_BASE + (1 << 20);
    expect(firstTrap([['c.nop'], ['c.nop']], { at: end - 4, words: { [end - 4]: 0x0013_0001 } })).toEqual({
      cause: CAUSE.INSTRUCTION_ACCESS_FAULT,
      value: end,
      pc: end - 2,
    });
  });

  test.each([
    ['a word of ones', 0xffffffff],
    ['a branch of reserved kind', 0x00002063],
    ['slli by more than 31 (unprivileged 2.4.1)', 0x02051513],
    ['srli by more than 31', 0x02055513],
    ['srai by more than 31', 0x42055513],
    ['a floating-point load', 0x00002007],
    ['a floating-point store', 0x00002027],
    ['csrrs of a register that does not exist', 0x5c0022f3],
    ['csrrw to a read-only register', 0xc0001073],
  ])('2: %s, mtval is the instruction', (_what, word) => {
    expect(firstTrap([nop], { words: { [CODE]: word | 0 } })).toEqual({
      cause: CAUSE.ILLEGAL_INSTRUCTION,
      value: word,
      pc: CODE,
    });
  });

  test('2: a compressed instruction gives mtval its 16 bits only', () => {
    expect(firstTrap([nop], { words: { [CODE]: 0x12340000 } })).toMatchObject({
      cause: CAUSE.ILLEGAL_INSTRUCTION,
      value: 0,
    });
    expect(firstTrap([nop], { words: { [CODE]: 0x12348002 } })).toMatchObject({ value: 0x8002 });
  });

  test.each([['mret'], ['sret'], ['wfi'], ['sfence.vma'], ['csrrw']])('2: %s in U mode', (name) => {
    const operands = name === 'csrrw' ? { imm: CSR.mscratch, rs1: a0 } : {};
    const { hart } = boardWith([[name, operands]]);
    enterUser(hart, CODE);
    expect(trapOf(hart)).toEqual({ cause: CAUSE.ILLEGAL_INSTRUCTION, value: encode(name, operands), pc: CODE });
  });

  test.each(['ebreak', 'c.ebreak'])('3: %s, mtval is its address', (name) => {
    expect(firstTrap([nop, [name]])).toEqual({ cause: CAUSE.BREAKPOINT, value: CODE + 4, pc: CODE + 4 });
  });

  test('4: lr.w from an address that is not aligned', () => {
    expect(firstTrap([['lr.w', { rd: a0, rs1: a1 }]], { registers: { [a1]: DATA + 2 } })).toEqual({
      cause: CAUSE.LOAD_ADDRESS_MISALIGNED,
      value: DATA + 2,
      pc: CODE,
    });
  });

  test.each(['lb', 'lh', 'lw', 'lbu', 'lhu', 'lr.w'])('5: %s where there is nothing, rd keeps its value', (name) => {
    const { hart } = boardWith([[name, { rd: a0, rs1: a1 }]], { registers: { [a0]: 77, [a1]: NOWHERE } });
    expect(trapOf(hart)).toEqual({ cause: CAUSE.LOAD_ACCESS_FAULT, value: NOWHERE, pc: CODE });
    expect(hart.x[a0]).toBe(77);
  });

  test('5: a load that begins in memory and ends beyond it', () => {
    const end = RAM_BASE + (1 << 20);
    expect(firstTrap([['lw', { rd: a0, rs1: a1 }]], { registers: { [a1]: end - 2 } })).toMatchObject({
      cause: CAUSE.LOAD_ACCESS_FAULT,
      value: end,
    });
  });

  test.each(['sc.w', 'amoadd.w', 'amomaxu.w'])('6: %s to an address that is not aligned', (name) => {
    expect(firstTrap([[name, { rd: a0, rs1: a1 }]], { registers: { [a1]: DATA + 1 } })).toEqual({
      cause: CAUSE.STORE_ADDRESS_MISALIGNED,
      value: DATA + 1,
      pc: CODE,
    });
  });

  test.each(['sb', 'sh', 'sw', 'sc.w', 'amoswap.w'])('7: %s where there is nothing', (name) => {
    expect(firstTrap([[name, { rs1: a1 }]], { registers: { [a1]: NOWHERE } })).toEqual({
      cause: CAUSE.STORE_ACCESS_FAULT,
      value: NOWHERE,
      pc: CODE,
    });
  });

  test('7: a store that begins in memory and ends beyond it stores nothing', () => {
    const end = RAM_BASE + (1 << 20);
    const { board, hart } = boardWith([['sw', { rs1: a1, rs2: a1 }]], { registers: { [a1]: end - 2 } });
    expect(trapOf(hart)).toMatchObject({ cause: CAUSE.STORE_ACCESS_FAULT, value: end });
    expect([...board.memory.u8.slice(-4)]).toEqual([0, 0, 0, 0]);
  });

  test('8 and 11: ecall from U and from M, mtval is 0', () => {
    const { hart } = boardWith([['ecall']]);
    expect(trapOf(hart)).toEqual({ cause: CAUSE.ECALL_FROM_M, value: 0, pc: CODE });
    enterUser(hart, CODE);
    expect(trapOf(hart)).toEqual({ cause: CAUSE.ECALL_FROM_U, value: 0, pc: CODE });
  });
});

describe('what a trap does (3.1.6.1)', () => {
  test('the trapping instruction does not retire, those before it do', () => {
    const { hart } = boardWith([nop, nop, ['ecall'], nop]);
    hart.run(100);
    expect(hart.retired).toBe(2);
  });

  test('MPP takes the mode, MPIE takes MIE, and MIE is cleared', () => {
    const { hart } = boardWith([['ecall']]);
    hart.csrWrite(CSR.mstatus, MSTATUS.MIE);
    hart.run(1);
    expect(hart.csrRead(CSR.mstatus)).toBe(MSTATUS.MPP | MSTATUS.MPIE);
    enterUser(hart, CODE);
    hart.run(1);
    expect(hart.csrRead(CSR.mstatus)).toBe(0);
    expect(hart.privilege).toBe(MODE.M);
  });

  test('mret goes to mepc in the mode of MPP, takes MIE from MPIE, and leaves MPP at U (3.3.2)', () => {
    const { hart } = boardWith([['mret']], { firmware: 'guest' });
    hart.csrWrite(CSR.mepc, DATA);
    hart.csrWrite(CSR.mstatus, MSTATUS.MPIE | MSTATUS.MPRV);
    hart.run(1);
    expect(hart.privilege).toBe(MODE.U);
    expect(hart.pc).toBe(DATA);
    expect(hart.csrRead(CSR.mstatus)).toBe(MSTATUS.MIE | MSTATUS.MPIE);
  });

  test('with the guest as firmware it goes on at mtvec', () => {
    const { hart } = boardWith([['ecall']], { firmware: 'guest' });
    hart.csrWrite(CSR.mtvec, DATA | 1);
    expect(hart.run(0)).toBe(STOP.LIMIT);
    // The handler is one instruction long, and the first that retires.
    expect(hart.run(1)).toBe(STOP.WAIT);
    expect(hart.csrRead(CSR.mtval)).toBe(0);
  });

  test('an exception goes to the base of mtvec also when it is vectored (3.1.7)', () => {
    const { board, hart } = boardWith([['ecall']], { firmware: 'guest' });
    board.memory.writeWord(DATA, encode('jal', { imm: 0 }));
    hart.csrWrite(CSR.mtvec, DATA | 1);
    expect(hart.run(5)).toBe(STOP.LIMIT);
    expect(hart.pc).toBe(DATA);
    expect(hart.retired).toBe(5);
  });

  test('a handler whose first instruction traps ends the run instead of hanging it', () => {
    const { hart } = boardWith([['ecall']], { firmware: 'guest' });
    hart.csrWrite(CSR.mtvec, NOWHERE);
    expect(hart.run(1000)).toBe(STOP.WAIT);
    expect(hart.run(1000)).toBe(STOP.WAIT);
    expect(hart.retired).toBe(0);
  });
});
