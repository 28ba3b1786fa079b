/** From the bits of an instruction to its row in the table and its operands. */
import { extract } from './fields.js';
import { type Instruction, OPERAND_NAMES, type OperandName } from './instruction.js';
import { INSTRUCTIONS } from './instructions.js';

export interface Decoded {
  readonly instruction: Instruction;
  /** Register numbers 0..31 (rs1 is the immediate of `csrr?i`), 0 where the instruction has none. */
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  /** Sign-extended, and scaled as the instruction uses it: bytes, or the upper 20 bits in place. */
  readonly imm: number;
}

/** How many bytes the instruction that starts with this halfword has (unprivileged manual 1.5). */
export function instructionBytes(firstHalf: number): 2 | 4 {
  return (firstHalf & 3) === 3 ? 4 : 2;
}

/** The bits that split the table into short lists: opcode and funct3, or quadrant and funct3. */
const WIDE_KEY_MASK = 0x707f;
const SHORT_KEY_MASK = 0xe003;

function keyOf(word: number, bytes: 2 | 4): number {
  if (bytes === 4) return ((word & 0x7f) << 3) | ((word >>> 12) & 7);
  return 1024 + (((word & 3) << 3) | ((word >>> 13) & 7));
}

const rowsByKey: Instruction[][] = Array.from({ length: 1024 + 32 }, () => []);

for (const instruction of INSTRUCTIONS) {
  const keyMask = instruction.bytes === 4 ? WIDE_KEY_MASK : SHORT_KEY_MASK;
  // A row whose mask leaves bits of the key open (lui has no funct3) stands in several lists.
  const open = keyMask & ~instruction.mask;
  const step = instruction.bytes === 4 ? 0x1000 : 0x2000;
  for (let bits = 0; bits < 8 * step; bits += step) {
    if ((bits & ~open) !== 0) continue;
    rowsByKey[keyOf(instruction.match | bits, instruction.bytes)].push(instruction);
  }
}

function operand(instruction: Instruction, name: OperandName, word: number): number {
  const f = instruction.operands[name];
  return f === undefined ? (instruction.implied[name] ?? 0) : extract(f, word);
}

/**
 * Decodes one instruction; `word` holds it in its low 16 or 32 bits, and what stands above a 16-bit one is ignored.
 * Returns undefined for every encoding that is not in the table.
 */
export function decode(word: number): Decoded | undefined {
  const bytes = instructionBytes(word);
  const bits = bytes === 4 ? word | 0 : word & 0xffff;
  candidates: for (const instruction of rowsByKey[keyOf(bits, bytes)]) {
    if ((bits & instruction.mask) !== instruction.match) continue;
    for (const name of instruction.nonzero) {
      const f = instruction.operands[name];
      if (f !== undefined && extract(f, bits) === 0) continue candidates;
    }
    const [rd, rs1, rs2, imm] = OPERAND_NAMES.map((name) => operand(instruction, name, bits));
    return { instruction, rd, rs1, rs2, imm };
  }
  return undefined;
}
