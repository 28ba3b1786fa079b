/** From a mnemonic and operands to the bits of an instruction: the inverse of decoder.ts, from the same table. */
import { insert } from './fields.js';
import { type Instruction, OPERAND_NAMES, type OperandName } from './instruction.js';
import { INSTRUCTIONS } from './instructions.js';

export type Operands = Readonly<Partial<Record<OperandName, number>>>;

const rowByName: ReadonlyMap<string, Instruction> = new Map(INSTRUCTIONS.map((row) => [row.name, row]));

/**
 * The encoding of the instruction `name`, as an unsigned number of `bytes` bytes. Operands as in `Decoded`.
 * Throws RangeError if there is no such instruction, an operand does not fit its field, or the encoding is reserved.
 */
export function encode(name: string, operands: Operands = {}): number {
  const row = rowByName.get(name);
  if (row === undefined) throw new RangeError(`no instruction is called ${name}`);
  let word = row.match;
  for (const operandName of OPERAND_NAMES) {
    const value = operands[operandName] ?? row.implied[operandName] ?? 0;
    const f = row.operands[operandName];
    if (f === undefined) {
      if (value !== (row.implied[operandName] ?? 0))
        throw new RangeError(`${name} takes no ${operandName} of ${value}`);
      continue;
    }
    if (value === 0 && row.nonzero.includes(operandName))
      throw new RangeError(`${name} needs ${operandName} other than 0`);
    try {
      word |= insert(f, value);
    } catch {
      throw new RangeError(`${operandName} of ${name} cannot be ${value}`);
    }
  }
  return word >>> 0;
}
