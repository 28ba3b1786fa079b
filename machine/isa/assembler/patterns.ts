/**
 * Operands as the instruction table writes them, `rd, imm(rs1)`, taken apart once, and matched with those of a statement.
 */
import { known, type Scope } from './folding.js';
import type { Operand } from './operands.js';

/** Words that stand for an expression. `symbol` is an address wherever it lies, `target` one that the instruction reaches. */
const EXPRESSION_WORDS = ['imm', 'zimm', 'upper', 'target', 'csr', 'sets', 'symbol'] as const;
export type ExpressionWord = (typeof EXPRESSION_WORDS)[number];
export type RegisterWord = 'rd' | 'rs1' | 'rs2';

export type Slot =
  | { readonly kind: 'register'; readonly word: RegisterWord }
  | { readonly kind: 'expression'; readonly word: ExpressionWord }
  | { readonly kind: 'memory'; readonly base: RegisterWord; readonly hasOffset: boolean };

const WHAT: Readonly<Record<Slot['kind'], string>> = {
  register: 'a register',
  expression: 'a number or a symbol, not a register',
  memory: 'a register in parentheses, with an offset before it if any',
};

function slotOf(text: string): Slot {
  const memory = /^(imm)?\((rs1)\)$/.exec(text);
  if (memory !== null) return { kind: 'memory', base: 'rs1', hasOffset: memory[1] !== undefined };
  if (text === 'rd' || text === 'rs1' || text === 'rs2') return { kind: 'register', word: text };
  const word = EXPRESSION_WORDS.find((candidate) => candidate === text);
  if (word === undefined) throw new Error(`the assembler does not know what ${text} in an instruction's syntax is`);
  return { kind: 'expression', word };
}

/** `sets` is two operands: what comes before the fence and what comes after. */
export function slotsOf(syntax: string): readonly Slot[] {
  const texts = syntax.replace('sets', 'sets, sets').split(', ');
  return syntax === '' ? [] : texts.map(slotOf);
}

function fits(slot: Slot, operand: Operand, scope: Scope): boolean {
  if (slot.kind !== operand.kind) return false;
  if (slot.kind !== 'memory' || operand.kind !== 'memory' || slot.hasOffset || operand.offset === undefined)
    return true;
  return known(operand.offset, scope, operand.at) === 0n;
}

/** Undefined if the operands are what the slots ask for, or the number of the first that is not. */
export function mismatch(slots: readonly Slot[], operands: readonly Operand[], scope: Scope): number | undefined {
  for (let i = 0; i < Math.min(slots.length, operands.length); i++) if (!fits(slots[i], operands[i], scope)) return i;
  return slots.length === operands.length ? undefined : Math.min(slots.length, operands.length);
}

export function describeSlot(slot: Slot): string {
  return slot.kind === 'memory' && !slot.hasOffset ? 'a register in parentheses' : WHAT[slot.kind];
}
