/**
 * The 16-bit instructions of RV32C, each with the 32-bit instruction that it stands for.
 *
 * Reserved encodings are absent or excluded by `nonzero`; HINTs (27.7) are ordinary rows, and do nothing because they
 * write x0. Where two rows match, the earlier one is meant.
 */
import { register, shortRegister, signed, unsigned } from './fields.js';
import type { Instruction, OperandName } from './instruction.js';

const RD = register(7);
const RS2 = register(2);
const RD_SHORT = shortRegister(2);
const RS2_SHORT = shortRegister(2);
const RS1_SHORT = shortRegister(7);

const IMMEDIATE = signed([5, 5, 12], [4, 0, 2]);
const SHIFT = unsigned([4, 0, 2]);
const JUMP = signed([11, 11, 12], [4, 4, 11], [9, 8, 9], [10, 10, 8], [6, 6, 7], [7, 7, 6], [3, 1, 3], [5, 5, 2]);
const BRANCH = signed([8, 8, 12], [4, 3, 10], [7, 6, 5], [2, 1, 3], [5, 5, 2]);
const WORD_OFFSET = unsigned([5, 3, 10], [2, 2, 6], [6, 6, 5]);

const SP = 2;
const RA = 1;

interface Details {
  readonly operands?: Instruction['operands'];
  readonly implied?: Instruction['implied'];
  readonly nonzero?: readonly OperandName[];
  readonly syntax?: string;
}

function row(
  name: string,
  becomes: string,
  match: number,
  mask: number,
  section: string,
  { operands = {}, implied = {}, nonzero = [], syntax = '' }: Details,
): Instruction {
  return { name, becomes, bytes: 2, match, mask, operands, implied, nonzero, syntax, section };
}

const shortAlu: Details = {
  operands: { rd: RS1_SHORT, rs1: RS1_SHORT, rs2: RS2_SHORT },
  syntax: 'rd, rs2',
};
const shortShift: Details = { operands: { rd: RS1_SHORT, rs1: RS1_SHORT, imm: SHIFT }, syntax: 'rd, imm' };
const branchOnZero: Details = { operands: { rs1: RS1_SHORT, imm: BRANCH }, syntax: 'rs1, target' };

export const COMPRESSED_INSTRUCTIONS: readonly Instruction[] = [
  // Quadrant 0
  row('c.addi4spn', 'addi', 0x0000, 0xe003, 'C 27.5.1', {
    operands: { rd: RD_SHORT, imm: unsigned([5, 4, 11], [9, 6, 7], [2, 2, 6], [3, 3, 5]) },
    implied: { rs1: SP },
    nonzero: ['imm'],
    syntax: 'rd, rs1, imm',
  }),
  row('c.lw', 'lw', 0x4000, 0xe003, 'C 27.3.2', {
    operands: { rd: RD_SHORT, rs1: RS1_SHORT, imm: WORD_OFFSET },
    syntax: 'rd, imm(rs1)',
  }),
  row('c.sw', 'sw', 0xc000, 0xe003, 'C 27.3.2', {
    operands: { rs2: RS2_SHORT, rs1: RS1_SHORT, imm: WORD_OFFSET },
    syntax: 'rs2, imm(rs1)',
  }),

  // Quadrant 1
  row('c.nop', 'addi', 0x0001, 0xffff, 'C 27.5.4', {}),
  row('c.addi', 'addi', 0x0001, 0xe003, 'C 27.5.2', {
    operands: { rd: RD, rs1: RD, imm: IMMEDIATE },
    syntax: 'rd, imm',
  }),
  row('c.jal', 'jal', 0x2001, 0xe003, 'C 27.4', { operands: { imm: JUMP }, implied: { rd: RA }, syntax: 'target' }),
  row('c.li', 'addi', 0x4001, 0xe003, 'C 27.5.1', { operands: { rd: RD, imm: IMMEDIATE }, syntax: 'rd, imm' }),
  row('c.addi16sp', 'addi', 0x6101, 0xef83, 'C 27.5.2', {
    operands: { rd: RD, rs1: RD, imm: signed([9, 9, 12], [4, 4, 6], [6, 6, 5], [8, 7, 3], [5, 5, 2]) },
    nonzero: ['imm'],
    syntax: 'rd, imm',
  }),
  row('c.lui', 'lui', 0x6001, 0xe003, 'C 27.5.1', {
    operands: { rd: RD, imm: signed([17, 17, 12], [16, 12, 2]) },
    nonzero: ['imm'],
    syntax: 'rd, upper',
  }),
  row('c.srli', 'srli', 0x8001, 0xfc03, 'C 27.5.2', shortShift),
  row('c.srai', 'srai', 0x8401, 0xfc03, 'C 27.5.2', shortShift),
  row('c.andi', 'andi', 0x8801, 0xec03, 'C 27.5.2', {
    operands: { rd: RS1_SHORT, rs1: RS1_SHORT, imm: IMMEDIATE },
    syntax: 'rd, imm',
  }),
  row('c.sub', 'sub', 0x8c01, 0xfc63, 'C 27.5.3', shortAlu),
  row('c.xor', 'xor', 0x8c21, 0xfc63, 'C 27.5.3', shortAlu),
  row('c.or', 'or', 0x8c41, 0xfc63, 'C 27.5.3', shortAlu),
  row('c.and', 'and', 0x8c61, 0xfc63, 'C 27.5.3', shortAlu),
  row('c.j', 'jal', 0xa001, 0xe003, 'C 27.4', { operands: { imm: JUMP }, syntax: 'target' }),
  row('c.beqz', 'beq', 0xc001, 0xe003, 'C 27.4', branchOnZero),
  row('c.bnez', 'bne', 0xe001, 0xe003, 'C 27.4', branchOnZero),

  // Quadrant 2
  row('c.slli', 'slli', 0x0002, 0xf003, 'C 27.5.2', {
    operands: { rd: RD, rs1: RD, imm: SHIFT },
    syntax: 'rd, imm',
  }),
  row('c.lwsp', 'lw', 0x4002, 0xe003, 'C 27.3.1', {
    operands: { rd: RD, imm: unsigned([5, 5, 12], [4, 2, 4], [7, 6, 2]) },
    implied: { rs1: SP },
    nonzero: ['rd'],
    syntax: 'rd, imm(rs1)',
  }),
  row('c.jr', 'jalr', 0x8002, 0xf07f, 'C 27.4', { operands: { rs1: RD }, nonzero: ['rs1'], syntax: 'rs1' }),
  row('c.mv', 'add', 0x8002, 0xf003, 'C 27.5.3', {
    operands: { rd: RD, rs2: RS2 },
    nonzero: ['rs2'],
    syntax: 'rd, rs2',
  }),
  row('c.ebreak', 'ebreak', 0x9002, 0xffff, 'C 27.5.5', {}),
  row('c.jalr', 'jalr', 0x9002, 0xf07f, 'C 27.4', {
    operands: { rs1: RD },
    implied: { rd: RA },
    nonzero: ['rs1'],
    syntax: 'rs1',
  }),
  row('c.add', 'add', 0x9002, 0xf003, 'C 27.5.3', {
    operands: { rd: RD, rs1: RD, rs2: RS2 },
    nonzero: ['rs2'],
    syntax: 'rd, rs2',
  }),
  row('c.swsp', 'sw', 0xc002, 0xe003, 'C 27.3.1', {
    operands: { rs2: RS2, imm: unsigned([5, 2, 9], [7, 6, 7]) },
    implied: { rs1: SP },
    syntax: 'rs2, imm(rs1)',
  }),
];
