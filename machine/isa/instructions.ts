/**
 * The instruction table: RV32IMAC, Zicsr, Zifencei and the privileged instructions, each declared once.
 *
 * Decoder, disassembler, encoder and the interpreter's choice of operation all come from these rows. Section numbers are
 * those of the RISC-V Instruction Set Manual, Volume I (unprivileged) and Volume II (privileged), version 20240411.
 */
import { COMPRESSED_INSTRUCTIONS } from './compressed.js';
import { register, signed, unsigned } from './fields.js';
import type { Instruction } from './instruction.js';

interface Format {
  readonly mask: number;
  readonly operands: Instruction['operands'];
}

const RD = register(7);
const RS1 = register(15);
const RS2 = register(20);

/** The instruction formats (2.2, 2.3), and the ones that chapters 7, 13 and 14 make of them. */
const FORMAT = {
  R: { mask: 0xfe00707f, operands: { rd: RD, rs1: RS1, rs2: RS2 } },
  I: { mask: 0x0000707f, operands: { rd: RD, rs1: RS1, imm: signed([11, 0, 20]) } },
  shift: { mask: 0xfe00707f, operands: { rd: RD, rs1: RS1, imm: unsigned([4, 0, 20]) } },
  S: { mask: 0x0000707f, operands: { rs1: RS1, rs2: RS2, imm: signed([11, 5, 25], [4, 0, 7]) } },
  B: {
    mask: 0x0000707f,
    operands: { rs1: RS1, rs2: RS2, imm: signed([12, 12, 31], [11, 11, 7], [10, 5, 25], [4, 1, 8]) },
  },
  U: { mask: 0x0000007f, operands: { rd: RD, imm: signed([31, 12, 12]) } },
  J: {
    mask: 0x0000007f,
    operands: { rd: RD, imm: signed([20, 20, 31], [19, 12, 12], [11, 11, 20], [10, 1, 21]) },
  },
  /** imm = aq and rl. */
  amo: { mask: 0xf800707f, operands: { rd: RD, rs1: RS1, rs2: RS2, imm: unsigned([1, 0, 25]) } },
  lr: { mask: 0xf9f0707f, operands: { rd: RD, rs1: RS1, imm: unsigned([1, 0, 25]) } },
  /** imm = number of the control register; rs1 = register, or the immediate of the `i` forms. */
  csr: { mask: 0x0000707f, operands: { rd: RD, rs1: RS1, imm: unsigned([11, 0, 20]) } },
  /** imm = mode, predecessor and successor sets. */
  fence: { mask: 0x0000707f, operands: { imm: unsigned([11, 0, 20]) } },
  fenceVma: { mask: 0xfe007fff, operands: { rs1: RS1, rs2: RS2 } },
  /** Nothing is left to choose. */
  whole: { mask: 0xffffffff, operands: {} },
} as const satisfies Record<string, Format>;

function row(name: string, format: Format, match: number, syntax: string, section: string): Instruction {
  const { mask, operands } = format;
  return { name, becomes: name, bytes: 4, match, mask: mask | 0, operands, implied: {}, nonzero: [], syntax, section };
}

const ALU = 'rd, rs1, rs2';
const ALU_IMMEDIATE = 'rd, rs1, imm';
const LOAD = 'rd, imm(rs1)';
const STORE = 'rs2, imm(rs1)';
const BRANCH = 'rs1, rs2, target';
const AMO = 'rd, rs2, (rs1)';
const CSR = 'rd, csr, rs1';
const CSR_IMMEDIATE = 'rd, csr, zimm';

const { R, I, shift, S, B, U, J, amo, lr, csr, fence, fenceVma, whole } = FORMAT;

const WIDE_INSTRUCTIONS: readonly Instruction[] = [
  row('lui', U, 0x00000037, 'rd, upper', 'I 2.4.1'),
  row('auipc', U, 0x00000017, 'rd, upper', 'I 2.4.1'),
  row('addi', I, 0x00000013, ALU_IMMEDIATE, 'I 2.4.1'),
  row('slti', I, 0x00002013, ALU_IMMEDIATE, 'I 2.4.1'),
  row('sltiu', I, 0x00003013, ALU_IMMEDIATE, 'I 2.4.1'),
  row('xori', I, 0x00004013, ALU_IMMEDIATE, 'I 2.4.1'),
  row('ori', I, 0x00006013, ALU_IMMEDIATE, 'I 2.4.1'),
  row('andi', I, 0x00007013, ALU_IMMEDIATE, 'I 2.4.1'),
  row('slli', shift, 0x00001013, ALU_IMMEDIATE, 'I 2.4.1'),
  row('srli', shift, 0x00005013, ALU_IMMEDIATE, 'I 2.4.1'),
  row('srai', shift, 0x40005013, ALU_IMMEDIATE, 'I 2.4.1'),
  row('add', R, 0x00000033, ALU, 'I 2.4.2'),
  row('sub', R, 0x40000033, ALU, 'I 2.4.2'),
  row('sll', R, 0x00001033, ALU, 'I 2.4.2'),
  row('slt', R, 0x00002033, ALU, 'I 2.4.2'),
  row('sltu', R, 0x00003033, ALU, 'I 2.4.2'),
  row('xor', R, 0x00004033, ALU, 'I 2.4.2'),
  row('srl', R, 0x00005033, ALU, 'I 2.4.2'),
  row('sra', R, 0x40005033, ALU, 'I 2.4.2'),
  row('or', R, 0x00006033, ALU, 'I 2.4.2'),
  row('and', R, 0x00007033, ALU, 'I 2.4.2'),

  row('jal', J, 0x0000006f, 'rd, target', 'I 2.5.1'),
  row('jalr', I, 0x00000067, LOAD, 'I 2.5.1'),
  row('beq', B, 0x00000063, BRANCH, 'I 2.5.2'),
  row('bne', B, 0x00001063, BRANCH, 'I 2.5.2'),
  row('blt', B, 0x00004063, BRANCH, 'I 2.5.2'),
  row('bge', B, 0x00005063, BRANCH, 'I 2.5.2'),
  row('bltu', B, 0x00006063, BRANCH, 'I 2.5.2'),
  row('bgeu', B, 0x00007063, BRANCH, 'I 2.5.2'),

  row('lb', I, 0x00000003, LOAD, 'I 2.6'),
  row('lh', I, 0x00001003, LOAD, 'I 2.6'),
  row('lw', I, 0x00002003, LOAD, 'I 2.6'),
  row('lbu', I, 0x00004003, LOAD, 'I 2.6'),
  row('lhu', I, 0x00005003, LOAD, 'I 2.6'),
  row('sb', S, 0x00000023, STORE, 'I 2.6'),
  row('sh', S, 0x00001023, STORE, 'I 2.6'),
  row('sw', S, 0x00002023, STORE, 'I 2.6'),

  row('fence', fence, 0x0000000f, 'sets', 'I 2.7'),
  row('ecall', whole, 0x00000073, '', 'I 2.8'),
  row('ebreak', whole, 0x00100073, '', 'I 2.8'),
  row('fence.i', { mask: 0x0000707f, operands: {} }, 0x0000100f, '', 'Zifencei 6'),

  row('csrrw', csr, 0x00001073, CSR, 'Zicsr 7.1'),
  row('csrrs', csr, 0x00002073, CSR, 'Zicsr 7.1'),
  row('csrrc', csr, 0x00003073, CSR, 'Zicsr 7.1'),
  row('csrrwi', csr, 0x00005073, CSR_IMMEDIATE, 'Zicsr 7.1'),
  row('csrrsi', csr, 0x00006073, CSR_IMMEDIATE, 'Zicsr 7.1'),
  row('csrrci', csr, 0x00007073, CSR_IMMEDIATE, 'Zicsr 7.1'),

  row('mul', R, 0x02000033, ALU, 'M 13.1'),
  row('mulh', R, 0x02001033, ALU, 'M 13.1'),
  row('mulhsu', R, 0x02002033, ALU, 'M 13.1'),
  row('mulhu', R, 0x02003033, ALU, 'M 13.1'),
  row('div', R, 0x02004033, ALU, 'M 13.2'),
  row('divu', R, 0x02005033, ALU, 'M 13.2'),
  row('rem', R, 0x02006033, ALU, 'M 13.2'),
  row('remu', R, 0x02007033, ALU, 'M 13.2'),

  row('lr.w', lr, 0x1000202f, 'rd, (rs1)', 'A 14.2'),
  row('sc.w', amo, 0x1800202f, AMO, 'A 14.2'),
  row('amoswap.w', amo, 0x0800202f, AMO, 'A 14.4'),
  row('amoadd.w', amo, 0x0000202f, AMO, 'A 14.4'),
  row('amoxor.w', amo, 0x2000202f, AMO, 'A 14.4'),
  row('amoand.w', amo, 0x6000202f, AMO, 'A 14.4'),
  row('amoor.w', amo, 0x4000202f, AMO, 'A 14.4'),
  row('amomin.w', amo, 0x8000202f | 0, AMO, 'A 14.4'),
  row('amomax.w', amo, 0xa000202f | 0, AMO, 'A 14.4'),
  row('amominu.w', amo, 0xc000202f | 0, AMO, 'A 14.4'),
  row('amomaxu.w', amo, 0xe000202f | 0, AMO, 'A 14.4'),

  row('mret', whole, 0x30200073, '', 'privileged 3.3.2'),
  row('sret', whole, 0x10200073, '', 'privileged 3.3.2'),
  row('wfi', whole, 0x10500073, '', 'privileged 3.3.3'),
  row('sfence.vma', fenceVma, 0x12000073, 'rs1, rs2', 'privileged 10.2.1'),
];

/** Every instruction. Where two rows match a word, the earlier one is meant. */
export const INSTRUCTIONS: readonly Instruction[] = [...WIDE_INSTRUCTIONS, ...COMPRESSED_INSTRUCTIONS];
