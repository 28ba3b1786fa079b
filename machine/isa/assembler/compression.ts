/**
 * The 16-bit instruction that does what a 32-bit one does, if there is one (unprivileged manual, chapter 27).
 *
 * The table's rows say what they expand to. Two identities are added that the rows do not show: sums and bit operations
 * may swap their operands, and adding 0 is copying. HINT encodings are never chosen: they do nothing by definition, and
 * other hardware may take them for something else.
 */
import { COMPRESSED_INSTRUCTIONS } from '../compressed.js';
import { decode } from '../decoder.js';
import { encode, type Operands } from '../encoder.js';
import { type Instruction, OPERAND_NAMES } from '../instruction.js';

const COMMUTATIVE: ReadonlySet<string> = new Set(['add', 'and', 'or', 'xor']);
const SHIFTS: ReadonlySet<string> = new Set(['slli', 'srli', 'srai']);

interface Candidate {
  readonly name: string;
  readonly operands: Operands;
}

function equals({ name }: Instruction, operands: Operands): readonly Candidate[] {
  const { rd = 0, rs1 = 0, rs2 = 0, imm = 0 } = operands;
  const same = [{ name, operands }];
  if (COMMUTATIVE.has(name)) return [...same, { name, operands: { rd, rs1: rs2, rs2: rs1 } }];
  if (name === 'addi' && imm === 0 && rs1 !== 0) return [{ name: 'add', operands: { rd, rs1: 0, rs2: rs1 } }, ...same];
  return same;
}

/** Does nothing: writes the register zero, or a register with what is in it (27.7). */
function isHint({ name, becomes, operands: fields }: Instruction, { rd = 0, rs1 = 0, imm = 0 }: Operands): boolean {
  if (fields.rd !== undefined && rd === 0) return true;
  return imm === 0 && rd === rs1 && rd !== 0 && (SHIFTS.has(becomes) || name === 'c.addi');
}

function short(row: Instruction, operands: Operands): number | undefined {
  const taken = OPERAND_NAMES.filter((name) => row.operands[name] !== undefined || row.implied[name] !== undefined);
  if (OPERAND_NAMES.some((name) => !taken.includes(name) && (operands[name] ?? 0) !== 0)) return undefined;
  try {
    const word = encode(row.name, Object.fromEntries(taken.map((name) => [name, operands[name] ?? 0])));
    const means = decode(word);
    if (means?.instruction !== row || isHint(row, means)) return undefined;
    return OPERAND_NAMES.every((name) => means[name] === (operands[name] ?? 0)) ? word : undefined;
  } catch {
    return undefined;
  }
}

/** The bits of a 16-bit instruction that does what this one does with these operands. */
export function compressed(instruction: Instruction, operands: Operands): number | undefined {
  if (instruction.bytes === 2) return undefined;
  for (const candidate of equals(instruction, operands)) {
    for (const row of COMPRESSED_INSTRUCTIONS) {
      if (row.becomes !== candidate.name) continue;
      const word = short(row, candidate.operands);
      if (word !== undefined) return word;
    }
  }
  return undefined;
}
