/**
 * The 16-bit instruction that does what a 32-bit one does, if there is one (unprivileged manual, chapter 27).
 *
 * The table's rows say what they expand to. Two identities are added that the rows do not show: sums and bit operations
 * may swap their operands, and adding 0 is copying. HINT encodings are never chosen: they do nothing by definition, and
 * other hardware may take them for something else.
 */
import { COMPRESSED_INSTRUCTIONS } from '../compressed.js';
import { decode } from '../decoder.js';
import { bitsOf, type Operands } from '../encoder.js';
import { type Instruction, OPERAND_NAMES } from '../instruction.js';
import { holds } from './field-range.js';

const COMMUTATIVE: ReadonlySet<string> = new Set(['add', 'and', 'or', 'xor']);
const SHIFTS: ReadonlySet<string> = new Set(['slli', 'srli', 'srai']);

const rowsByExpansion: ReadonlyMap<string, readonly Instruction[]> = new Map(
  COMPRESSED_INSTRUCTIONS.map(({ becomes }) => [
    becomes,
    COMPRESSED_INSTRUCTIONS.filter((row) => row.becomes === becomes),
  ]),
);

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

/** `row` with these operands, if it can have them. */
function short(row: Instruction, operands: Operands): number | undefined {
  for (const name of OPERAND_NAMES) {
    const operand = operands[name] ?? 0;
    const field = row.operands[name];
    if (field === undefined && operand !== (row.implied[name] ?? 0)) return undefined;
    if (field !== undefined && !holds(field, operand)) return undefined;
    if (operand === 0 && row.nonzero.includes(name)) return undefined;
  }
  const word = bitsOf(row, operands);
  const means = decode(word);
  const same = means?.instruction === row && OPERAND_NAMES.every((name) => means[name] === (operands[name] ?? 0));
  return same && !isHint(row, means) ? word : undefined;
}

/** The bits of a 16-bit instruction that does what this one does with these operands. */
export function compressed(instruction: Instruction, operands: Operands): number | undefined {
  if (instruction.bytes === 2) return undefined;
  for (const candidate of equals(instruction, operands)) {
    for (const row of rowsByExpansion.get(candidate.name) ?? []) {
      const word = short(row, candidate.operands);
      if (word !== undefined) return word;
    }
  }
  return undefined;
}
