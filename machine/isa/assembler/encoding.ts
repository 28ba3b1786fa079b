/** From a row of the instruction table and its operands to bytes, and sentences for operands that cannot be encoded. */
import { CONTROL_REGISTERS } from '../../hart/csr.js';
import { decode } from '../decoder.js';
import { encode, type Operands } from '../encoder.js';
import { extract } from '../fields.js';
import { type Instruction, OPERAND_NAMES, type OperandName } from '../instruction.js';
import { REGISTER_NAMES } from '../registers.js';
import { Fault, type Position } from './errors.js';
import type { Expression } from './expressions.js';
import { describeRange, describeUpperRange, holds } from './field-range.js';
import { difference, fold, type Scope, value } from './folding.js';
import type { Operand } from './operands.js';
import type { ExpressionWord, Slot } from './patterns.js';

/** An operand that waits for its value. */
export interface Pending {
  readonly word: ExpressionWord;
  readonly expression: Expression;
  readonly at: Position;
}

/** An instruction with operands, some of which may not be known yet. */
export interface Chosen {
  readonly instruction: Instruction;
  readonly operands: Operands;
  readonly pending: readonly Pending[];
  readonly at: Position;
}

/** What of an operand a field holds: which it is, and a number for what is written. Throws Fault if it can be none. */
interface Conversion {
  readonly operand: OperandName;
  readonly convert: (written: bigint, at: Position) => number;
}

const CSR_NUMBERS: ReadonlyMap<string, bigint> = new Map(
  CONTROL_REGISTERS.map(({ name, number }) => [name, BigInt(number)]),
);

/** `0xffffffff` and -1 are the same 32 bits; other numbers are out of reach of any field. */
function signed32(written: bigint, at: Position): number {
  if (written < -(2n ** 31n) || written >= 2n ** 32n) throw new Fault(`${written} does not fit 32 bits`, at);
  return Number(BigInt.asIntN(32, written));
}

function between(what: string, highest: number): (written: bigint, at: Position) => number {
  return (written, at) => {
    if (written >= 0n && written <= BigInt(highest)) return Number(written);
    throw new Fault(`${what} is 0 to ${highest}, not ${written}`, at);
  };
}

const upper = between('the upper part of a register', 0xfffff);

const CONVERSIONS: Readonly<Record<Exclude<ExpressionWord, 'symbol' | 'sets'>, Conversion>> = {
  imm: { operand: 'imm', convert: signed32 },
  zimm: { operand: 'rs1', convert: between('the immediate of a control register instruction', 31) },
  upper: { operand: 'imm', convert: (written, at) => upper(written, at) << 12 },
  target: { operand: 'imm', convert: (written) => Number(BigInt.asIntN(32, written)) },
  csr: { operand: 'imm', convert: between('the number of a control register', 0xfff) },
};

/** `rw` as four bits: device input, device output, memory reads, memory writes. */
function fenceSet({ expression, at }: Operand & { kind: 'expression' }): number {
  if (expression.kind === 'value' && expression.value === 0n) return 0;
  if (expression.kind === 'name' && /^i?o?r?w?$/.test(expression.name)) {
    return [...'iorw'].reduce((bits, letter) => bits * 2 + (expression.name.includes(letter) ? 1 : 0), 0);
  }
  throw new Fault('what a fence orders is letters of `iorw`, in this order, or 0', at);
}

/** Where an expression means something else than what its names say: a control register, or a distance. */
function meaning(word: ExpressionWord, expression: Expression, scope: Scope, at: Position): Expression {
  if (word === 'csr' && expression.kind === 'name') {
    const number = CSR_NUMBERS.get(expression.name);
    if (number !== undefined) return value(number);
  }
  const folded = fold(expression, scope);
  return word === 'target' ? difference(folded, scope.here, at) : folded;
}

/** Puts the operands of a statement, which match the slots, into an instruction. Throws Fault for those that never can be. */
export function choose(
  instruction: Instruction,
  slots: readonly Slot[],
  fixed: Operands,
  written: readonly Operand[],
  scope: Scope,
  at: Position,
): Chosen {
  const operands: Partial<Record<OperandName, number>> = { ...fixed };
  const pending: Pending[] = [];
  const wait = (word: ExpressionWord, expression: Expression, where: Position): void => {
    pending.push({ word, expression: meaning(word, expression, scope, where), at: where });
  };
  slots.forEach((slot, index) => {
    const operand = written[index];
    if (slot.kind === 'register' && operand.kind === 'register') {
      operands[slot.word] = checkedRegister(instruction, slot.word, operand.register, operand.at);
    } else if (slot.kind === 'memory' && operand.kind === 'memory') {
      operands[slot.base] = checkedRegister(instruction, slot.base, operand.base, operand.at);
      if (slot.hasOffset) wait('imm', operand.offset ?? value(0n), operand.at);
    } else if (slot.kind === 'expression' && operand.kind === 'expression') {
      if (slot.word === 'sets') operands.imm = ((operands.imm ?? 0) << 4) | fenceSet(operand);
      else wait(slot.word, operand.expression, operand.at);
    }
  });
  return { instruction, operands: withTwins(instruction, operands), pending, at };
}

/** `c.add a0, a1` writes a register once that the instruction has twice: operands in the same bits are the same. */
function withTwins(instruction: Instruction, operands: Operands): Operands {
  const { rd, rs1 } = instruction.operands;
  const same = rd !== undefined && rs1 !== undefined && rd.pieces[0][2] === rs1.pieces[0][2];
  const alone = operands.rs1 === undefined && operands.rd !== undefined;
  return same && alone ? { ...operands, rs1: operands.rd } : operands;
}

function checkedRegister(instruction: Instruction, word: OperandName, register: number, at: Position): number {
  const name = REGISTER_NAMES[register];
  const field = instruction.operands[word];
  const implied = instruction.implied[word];
  if (field === undefined && implied !== register) {
    throw new Fault(`\`${instruction.name}\` has ${REGISTER_NAMES[implied ?? 0]} there, not ${name}`, at);
  }
  if (field !== undefined && !holds(field, register)) {
    throw new Fault(`\`${instruction.name}\` can name s0, s1 and a0 to a5 there, not ${name}`, at);
  }
  if (register === 0 && instruction.nonzero.includes(word)) {
    throw new Fault(`\`${instruction.name}\` cannot have the register zero there`, at);
  }
  return register;
}

/** The operands with all that waited put in, or undefined if it is too early. Throws Fault for values that do not fit. */
export function settled({ instruction, operands, pending }: Chosen, scope: Scope): Operands | undefined {
  const result: Partial<Record<OperandName, number>> = { ...operands };
  for (const { word, expression, at } of pending) {
    const folded = fold(expression, scope);
    if (folded.kind !== 'value') return undefined;
    if (word === 'sets' || word === 'symbol') throw new Error(`no instruction has a ${word} to wait for`);
    const { operand, convert } = CONVERSIONS[word];
    const number = convert(folded.value, at);
    checkImmediate(instruction, word, operand, number, at);
    result[operand] = number;
  }
  return result;
}

function checkImmediate(
  instruction: Instruction,
  word: ExpressionWord,
  name: OperandName,
  number: number,
  at: Position,
) {
  const field = instruction.operands[name];
  if (field === undefined) throw new Error(`${instruction.name} has no field for its ${word}`);
  if (holds(field, number) && !(number === 0 && instruction.nonzero.includes(name))) return;
  if (word === 'upper') {
    const shown = `0x${(number >>> 12).toString(16)}`;
    throw new Fault(`the immediate of \`${instruction.name}\` is ${describeUpperRange(field)}, not ${shown}`, at);
  }
  const range = describeRange(field, instruction.nonzero.includes(name));
  throw word === 'target'
    ? new Fault(`the target is ${number} bytes away, and \`${instruction.name}\` reaches ${range}`, at)
    : new Fault(`the immediate of \`${instruction.name}\` is ${range}, not ${number}`, at);
}

/** The instruction's bits. Throws Fault if they would be those of another instruction. */
export function bitsOf(instruction: Instruction, operands: Operands, at: Position): number {
  const word = encode(instruction.name, operands);
  const means = decode(word)?.instruction;
  if (means === instruction && sameOperands(instruction, operands, word)) return word;
  const other = means === undefined ? 'no instruction at all' : `those of \`${means.name}\``;
  throw new Fault(`\`${instruction.name}\` cannot have these operands: the bits would be ${other}`, at);
}

/** A register that the mask fixes, such as the sp of `c.addi16sp`, is a field in the table and yet cannot be chosen. */
function sameOperands({ operands: fields }: Instruction, operands: Operands, word: number): boolean {
  return OPERAND_NAMES.every((name) => {
    const field = fields[name];
    return field === undefined || extract(field, word) === (operands[name] ?? 0);
  });
}
