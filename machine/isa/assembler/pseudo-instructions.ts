/**
 * Instructions that the hart does not have, and what the assembler makes of them (RISC-V Assembly Programmer's Manual,
 * "A listing of standard RISC-V pseudoinstructions").
 *
 * A word of the syntax stands for the operand in the expansion. Where an instruction has several rows, the first whose
 * syntax fits what is written, and whose condition holds of its `imm`, is meant; the instruction itself comes before all.
 */

export interface PseudoInstruction {
  readonly name: string;
  readonly syntax: string;
  /** Statements with `;` between them. */
  readonly expansion: string;
  /** Holds of the value of `imm`, which has to be known; a row without condition takes any. */
  readonly condition?: (imm: number) => boolean;
}

type Row = readonly [name: string, syntax: string, expansion: string, condition?: (imm: number) => boolean];

const fitsTwelveBits = (imm: number): boolean => imm >= -2048 && imm <= 2047;
const endsInZeros = (imm: number): boolean => (imm & 0xfff) === 0;

const LOADS = ['lb', 'lbu', 'lh', 'lhu', 'lw'].map(
  (name): Row => [name, 'rd, symbol', `auipc rd, %pcrel_hi(symbol); ${name} rd, %pcrel_lo(. - 4)(rd)`],
);
const STORES = ['sb', 'sh', 'sw'].map(
  (name): Row => [name, 'rs2, symbol, rd', `auipc rd, %pcrel_hi(symbol); ${name} rs2, %pcrel_lo(. - 4)(rd)`],
);
/** A third operand that is a number, without the `i` that says so. */
const IMMEDIATES = ['add', 'and', 'or', 'xor', 'sll', 'srl', 'sra', 'slt'].map(
  (name): Row => [name, 'rd, rs1, imm', `${name}i rd, rs1, imm`],
);
const COUNTERS = ['cycle', 'time', 'instret', 'cycleh', 'timeh', 'instreth'].map(
  (name): Row => [`rd${name}`, 'rd', `csrrs rd, ${name}, zero`],
);

const ROWS: readonly Row[] = [
  ['nop', '', 'addi zero, zero, 0'],
  ['li', 'rd, imm', 'addi rd, zero, imm', fitsTwelveBits],
  ['li', 'rd, imm', 'lui rd, %hi(imm)', endsInZeros],
  ['li', 'rd, imm', 'lui rd, %hi(imm); addi rd, rd, %lo(imm)'],
  ['la', 'rd, symbol', 'auipc rd, %pcrel_hi(symbol); addi rd, rd, %pcrel_lo(. - 4)'],
  ['lla', 'rd, symbol', 'auipc rd, %pcrel_hi(symbol); addi rd, rd, %pcrel_lo(. - 4)'],
  ...LOADS,
  ...STORES,

  ['mv', 'rd, rs1', 'addi rd, rs1, 0'],
  ['not', 'rd, rs1', 'xori rd, rs1, -1'],
  ['neg', 'rd, rs1', 'sub rd, zero, rs1'],
  ['seqz', 'rd, rs1', 'sltiu rd, rs1, 1'],
  ['snez', 'rd, rs1', 'sltu rd, zero, rs1'],
  ['sltz', 'rd, rs1', 'slt rd, rs1, zero'],
  ['sgtz', 'rd, rs1', 'slt rd, zero, rs1'],
  ['sgt', 'rd, rs1, rs2', 'slt rd, rs2, rs1'],
  ['sgtu', 'rd, rs1, rs2', 'sltu rd, rs2, rs1'],
  ['sltu', 'rd, rs1, imm', 'sltiu rd, rs1, imm'],
  ...IMMEDIATES,
  ['zext.b', 'rd, rs1', 'andi rd, rs1, 255'],
  ['zext.h', 'rd, rs1', 'slli rd, rs1, 16; srli rd, rd, 16'],
  ['sext.b', 'rd, rs1', 'slli rd, rs1, 24; srai rd, rd, 24'],
  ['sext.h', 'rd, rs1', 'slli rd, rs1, 16; srai rd, rd, 16'],

  ['beqz', 'rs1, target', 'beq rs1, zero, target'],
  ['bnez', 'rs1, target', 'bne rs1, zero, target'],
  ['blez', 'rs1, target', 'bge zero, rs1, target'],
  ['bgez', 'rs1, target', 'bge rs1, zero, target'],
  ['bltz', 'rs1, target', 'blt rs1, zero, target'],
  ['bgtz', 'rs1, target', 'blt zero, rs1, target'],
  ['bgt', 'rs1, rs2, target', 'blt rs2, rs1, target'],
  ['ble', 'rs1, rs2, target', 'bge rs2, rs1, target'],
  ['bgtu', 'rs1, rs2, target', 'bltu rs2, rs1, target'],
  ['bleu', 'rs1, rs2, target', 'bgeu rs2, rs1, target'],

  ['j', 'target', 'jal zero, target'],
  ['jal', 'target', 'jal ra, target'],
  ['jr', 'rs1', 'jalr zero, 0(rs1)'],
  ['jr', 'imm(rs1)', 'jalr zero, imm(rs1)'],
  ['jr', 'rs1, imm', 'jalr zero, imm(rs1)'],
  ['jalr', 'rs1', 'jalr ra, 0(rs1)'],
  ['jalr', 'imm(rs1)', 'jalr ra, imm(rs1)'],
  ['jalr', 'rs1, imm', 'jalr ra, imm(rs1)'],
  ['jalr', 'rd, rs1', 'jalr rd, 0(rs1)'],
  ['jalr', 'rd, rs1, imm', 'jalr rd, imm(rs1)'],
  ['ret', '', 'jalr zero, 0(ra)'],
  ['call', 'symbol', 'auipc ra, %pcrel_hi(symbol); jalr ra, %pcrel_lo(. - 4)(ra)'],
  // As the manual has it; the GNU assembler goes through t1.
  ['call', 'rd, symbol', 'auipc rd, %pcrel_hi(symbol); jalr rd, %pcrel_lo(. - 4)(rd)'],
  ['tail', 'symbol', 'auipc t1, %pcrel_hi(symbol); jalr zero, %pcrel_lo(. - 4)(t1)'],
  ['jump', 'symbol, rd', 'auipc rd, %pcrel_hi(symbol); jalr zero, %pcrel_lo(. - 4)(rd)'],

  ['csrr', 'rd, csr', 'csrrs rd, csr, zero'],
  ['csrw', 'csr, rs1', 'csrrw zero, csr, rs1'],
  ['csrs', 'csr, rs1', 'csrrs zero, csr, rs1'],
  ['csrc', 'csr, rs1', 'csrrc zero, csr, rs1'],
  ['csrwi', 'csr, imm', 'csrrwi zero, csr, imm'],
  ['csrsi', 'csr, imm', 'csrrsi zero, csr, imm'],
  ['csrci', 'csr, imm', 'csrrci zero, csr, imm'],
  ['csrw', 'csr, imm', 'csrrwi zero, csr, imm'],
  ['csrs', 'csr, imm', 'csrrsi zero, csr, imm'],
  ['csrc', 'csr, imm', 'csrrci zero, csr, imm'],
  ['csrrw', 'rd, csr, imm', 'csrrwi rd, csr, imm'],
  ['csrrs', 'rd, csr, imm', 'csrrsi rd, csr, imm'],
  ['csrrc', 'rd, csr, imm', 'csrrci rd, csr, imm'],
  ...COUNTERS,

  ['fence', '', 'fence iorw, iorw'],
  ['pause', '', 'fence w, 0'],
  ['sfence.vma', '', 'sfence.vma zero, zero'],
  ['sfence.vma', 'rs1', 'sfence.vma rs1, zero'],
  ['unimp', '', 'csrrw zero, cycle, zero'],
  ['c.unimp', '', '.half 0'],
];

export const PSEUDO_INSTRUCTIONS: readonly PseudoInstruction[] = ROWS.map(([name, syntax, expansion, condition]) => ({
  name,
  syntax,
  expansion,
  ...(condition && { condition }),
}));
