/** A program that does everything that ends blocks early, and what there is to compare when it has been run in several ways. */
import { type Board, CLINT_BASE, CSR, type Hart, MSTATUS, PENDING } from '../../machine/index.js';
import { boardWith, bytesOf, CODE, DATA, type Line, ramContents } from './bare-metal.js';

/** Bytes from CODE that the program, its handler and its long line take. */
export const PROGRAM_BYTES = 0x1010;

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

/** The board about to execute the program in U mode. */
export function startRestless(): { board: Board; hart: Hart } {
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

const REGISTERS = [
  ...[CSR.mstatus, CSR.mepc, CSR.mcause, CSR.mtval, CSR.mip, CSR.minstret, CSR.mcycle, CSR.time],
  ...[CSR.sepc, CSR.scause, CSR.stval, CSR.satp, CSR.mie, CSR.medeleg, CSR.mtvec, CSR.stvec],
];

/** All that there is to compare of a board with one hart. */
export function stateOf({ board, hart }: { board: Board; hart: Hart }): unknown {
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
