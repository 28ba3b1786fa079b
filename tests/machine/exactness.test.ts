import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Board, CLINT_BASE, CSR, encode, type Hart, MSTATUS, PENDING, STOP } from '../../machine/index.js';
import { boardWith, bytesOf, CODE, DATA, type Line, ramContents } from './bare-metal.js';

/** Where the handler of the program below stands. */
const HANDLER = CODE + 0x400;

/**
 * A program with everything that ends blocks early: branches both ways, calls, system calls, faults, a store to its own
 * code, a straight line longer than a block can be, an instruction that spans two pages, and a timer that never rests.
 */
const PROGRAM: readonly Line[] = [
  ['addi', { rd: 8, rs1: 8, imm: 1 }],
  ['andi', { rd: 9, rs1: 8, imm: 3 }],
  ['bne', { rs1: 9, rs2: 0, imm: 8 }],
  ['ecall'],
  ['c.addi', { rd: 10, rs1: 10, imm: 5 }],
  ['c.mv', { rd: 11, rs2: 8 }],
  ['mul', { rd: 12, rs1: 12, rs2: 10 }],
  ['sw', { rs1: 13, rs2: 12, imm: 8 }],
  ['lw', { rd: 14, rs1: 13, imm: 8 }],
  // A load that faults, and is skipped by the handler.
  ['lw', { rd: 15, rs1: 0, imm: 0 }],
  // Its own first instruction, stored again.
  ['lw', { rd: 16, rs1: 17, imm: 0 }],
  ['sw', { rs1: 17, rs2: 16, imm: 0 }],
  ['csrrs', { rd: 18, rs1: 0, imm: CSR.minstret }],
  ['csrrs', { rd: 19, rs1: 0, imm: CSR.time }],
  ['xor', { rd: 20, rs1: 20, rs2: 18 }],
  ['jal', { rd: 1, imm: 0x1000 - 15 * 4 + 4 - 2 - 2 * 300 }],
];

const AFTER_LINE = CODE + 0x1002;
const LONG_LINE: readonly Line[] = [
  ...new Array<Line>(300).fill(['c.addi', { rd: 21, rs1: 21, imm: 1 }]),
  // At the last halfword of the page: it spans into the next.
  ['add', { rd: 22, rs1: 22, rs2: 21 }],
  ['jal', { imm: CODE - AFTER_LINE }],
];

/** Skips the instruction that trapped, or moves the timer on by 37 ticks. */
const HANDLER_CODE: readonly Line[] = [
  ['csrrs', { rd: 28, imm: CSR.mcause }],
  ['blt', { rs1: 28, rs2: 0, imm: 20 }],
  ['csrrs', { rd: 28, imm: CSR.mepc }],
  ['addi', { rd: 28, rs1: 28, imm: 4 }],
  ['csrrw', { rs1: 28, imm: CSR.mepc }],
  ['mret'],
  ['csrrs', { rd: 28, imm: CSR.time }],
  ['addi', { rd: 28, rs1: 28, imm: 37 }],
  ['sw', { rs1: 29, rs2: 28 }],
  ['mret'],
];

function start(): { board: Board; hart: Hart } {
  const { board, hart } = boardWith(PROGRAM, { firmware: 'guest', memoryBytes: 1 << 17 });
  board.memory.write(CODE + 0xffe - 600, bytesOf(LONG_LINE));
  board.memory.write(HANDLER, bytesOf(HANDLER_CODE));
  hart.x[12] = 12345;
  hart.x[13] = DATA;
  hart.x[17] = CODE;
  hart.x[29] = CLINT_BASE + 0x4000;
  board.clint.setTimecmp(50);
  hart.csrWrite(CSR.mtvec, HANDLER);
  hart.csrWrite(CSR.mie, PENDING.TIMER);
  hart.csrWrite(CSR.mstatus, MSTATUS.MPIE);
  hart.csrWrite(CSR.mepc, CODE);
  hart.mret();
  return { board, hart };
}

const REGISTERS = [CSR.mstatus, CSR.mepc, CSR.mcause, CSR.mtval, CSR.mip, CSR.minstret, CSR.mcycle, CSR.time];

function stateOf({ board, hart }: { board: Board; hart: Hart }): unknown {
  return {
    pc: hart.pc,
    mode: hart.privilege,
    x: [...hart.x],
    registers: REGISTERS.map((number) => hart.csrRead(number)),
    time: board.time,
    retired: hart.retired,
    memory: ramContents(board),
  };
}

const LENGTH = 6000;

describe('run(limit) retires exactly limit instructions', () => {
  test('the program goes where its comments say', () => {
    const { board, hart } = start();
    expect(hart.run(LENGTH)).toBe(STOP.LIMIT);
    expect(hart.retired).toBe(LENGTH);
    expect(hart.x[21]).toBeGreaterThan(1000);
    expect(hart.x[22]).not.toBe(0);
    expect(board.memory.i32[0]).toBe(encode('addi', { rd: 8, rs1: 8, imm: 1 }));
  });

  test('cut at random points it is in the same state as uncut', () => {
    const uncut = start();
    uncut.hart.run(LENGTH);
    const expected = stateOf(uncut);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 10, maxLength: 60 }), (cuts) => {
        const cut = start();
        let total = 0;
        for (const length of cuts) {
          const limit = Math.min(length, LENGTH - total);
          expect(cut.hart.run(limit)).toBe(STOP.LIMIT);
          total += limit;
          expect(cut.hart.retired).toBe(total);
        }
        cut.hart.run(LENGTH - total);
        expect(stateOf(cut)).toEqual(expected);
      }),
    );
  });

  test('one instruction at a time it is in the same state as uncut', () => {
    const uncut = start();
    const stepped = start();
    uncut.hart.run(LENGTH);
    for (let i = 0; i < LENGTH; i++) stepped.hart.run(1);
    expect(stateOf(stepped)).toEqual(stateOf(uncut));
  });

  test('a limit that ends where the next fetch faults is a limit', () => {
    const { hart } = boardWith([['jalr', { rs1: 0 }]]);
    expect(hart.run(1)).toBe(STOP.LIMIT);
    expect(hart.run(1)).toBe(STOP.TRAP);
  });

  test.each([-1, Number.NaN])('a limit of %d is refused', (limit) => {
    const { hart } = boardWith([['ecall']]);
    expect(() => hart.run(limit)).toThrow(RangeError);
  });

  test('a limit of 0 does nothing', () => {
    const { hart } = boardWith([['ecall']]);
    expect(hart.run(0)).toBe(STOP.LIMIT);
    expect(hart.pc).toBe(CODE);
  });
});
