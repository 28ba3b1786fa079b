/** What the table says of one instruction. */
import type { Field } from './fields.js';

export type OperandName = 'rd' | 'rs1' | 'rs2' | 'imm';
export const OPERAND_NAMES: readonly OperandName[] = ['rd', 'rs1', 'rs2', 'imm'];

export interface Instruction {
  /** The assembler's mnemonic, without `.aq` and `.rl`. */
  readonly name: string;
  /** The 32-bit instruction that does the same: a compressed instruction's expansion, or the instruction itself. */
  readonly becomes: string;
  readonly bytes: 2 | 4;
  /** A word is this instruction if `(word & mask) === match` and every operand in `nonzero` is not zero. */
  readonly match: number;
  readonly mask: number;
  readonly operands: Readonly<Partial<Record<OperandName, Field>>>;
  /** Operands of the expansion that the encoding implies; what is not named anywhere is 0. */
  readonly implied: Readonly<Partial<Record<OperandName, number>>>;
  /** Encodings with a zero here are reserved or belong to another row. */
  readonly nonzero: readonly OperandName[];
  /** Operands as the assembler writes them; see disassembler.ts for the words. */
  readonly syntax: string;
  readonly section: string;
}
