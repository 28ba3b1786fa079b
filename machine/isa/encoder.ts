/** From a mnemonic and operands to the bits of an instruction: the inverse of decoder.ts, from the same table. */
import { extract, type Field, insert } from './fields.js';
import { type Instruction, OPERAND_NAMES, type OperandName } from './instruction.js';
import { INSTRUCTIONS } from './instructions.js';

export type Operands = Readonly<Partial<Record<OperandName, number>>>;

const rowByName: ReadonlyMap<string, Instruction> = new Map(INSTRUCTIONS.map((row) => [row.name, row]));

/**
 * The encoding of the instruction `name`, as an unsigned number of `bytes` bytes. Operands as in `Decoded`.
 * Throws RangeError if there is no such instruction, an operand does not fit its field or is another than the instruction
 * always has there, two operands in the same field differ, or the encoding is reserved.
 */
export function encode(name: string, operands: Operands = {}): number {
  const row = rowByName.get(name);
  if (row === undefined) throw new RangeError(`no instruction is called ${name}`);
  for (const operandName of OPERAND_NAMES) checkFits(row, operandName, operands);
  const word = bitsOf(row, operands);
  for (const operandName of OPERAND_NAMES) {
    const [value, f] = [operands[operandName], row.operands[operandName]];
    if (value === undefined || f === undefined || extract(f, word) === value) continue;
    throw new RangeError(`${operandName} of ${name} cannot be ${value}: another operand in the same bits is not`);
  }
  return word;
}

/** The bits, unsigned, of operands that fit their fields; of two that differ in the same field it makes nonsense. */
export function bitsOf(row: Instruction, operands: Operands): number {
  let word = row.match;
  for (const operandName of OPERAND_NAMES) {
    const f = row.operands[operandName];
    if (f !== undefined) word |= insert(f, operands[operandName] ?? row.implied[operandName] ?? 0);
  }
  return word >>> 0;
}

function checkFits(row: Instruction, operandName: OperandName, operands: Operands): void {
  const { name, match, mask } = row;
  const given = operands[operandName];
  const implied = row.implied[operandName] ?? 0;
  const value = given ?? implied;
  const f = row.operands[operandName];
  if (f === undefined) {
    if (value !== implied) throw new RangeError(`${name} takes no ${operandName} of ${value}`);
    return;
  }
  if (value === 0 && row.nonzero.includes(operandName))
    throw new RangeError(`${name} needs ${operandName} other than 0`);
  const bits = bitsIn(f, value);
  if (bits === undefined) throw new RangeError(`${operandName} of ${name} cannot be ${value}`);
  // Bits of the operand that say which instruction it is.
  if (given !== undefined && ((bits ^ match) & mask & insert(f, extract(f, -1))) !== 0) {
    throw new RangeError(`${operandName} of ${name} is always ${extract(f, match)}, and cannot be ${value}`);
  }
}

function bitsIn(f: Field, value: number): number | undefined {
  try {
    return insert(f, value);
  } catch {
    return undefined;
  }
}
