/** From a statement that is an instruction, real or not, to bytes of the program. */
import { choose } from './encoding.js';
import { Fault, type Position } from './errors.js';
import { fold, known } from './folding.js';
import { type Form, formsOf, type PseudoForm } from './forms.js';
import type { Token } from './lexer.js';
import { type Operand, readOperand } from './operands.js';
import { describeSlot, mismatch, type Slot } from './patterns.js';
import type { Program } from './program.js';
import { Reader } from './reader.js';

/** Carries out a directive; pseudo-instructions may expand to one. Returns false if there is none of this name. */
export type DirectiveRunner = (name: string, reader: Reader, at: Position) => boolean;

/** `reader` stands after the mnemonic, which is at `at`. Throws Fault. */
export function emitStatement(
  program: Program,
  mnemonic: string,
  reader: Reader,
  at: Position,
  directive: DirectiveRunner,
): void {
  const forms = formsOf(mnemonic);
  if (forms === undefined) throw new Fault(`no instruction, pseudo-instruction or macro is called \`${mnemonic}\``, at);
  const operands = reader.list(() => readOperand(reader));
  const form = forms.find(
    (candidate) =>
      mismatch(candidate.slots, operands, program.scope) === undefined && holds(candidate, operands, program),
  );
  if (form === undefined) throw mismatchFault(program, mnemonic, forms, operands, at);
  if (form.kind === 'pseudo') {
    emitExpansion(program, form, operands, reader, at, directive);
    return;
  }
  const { instruction, slots, fixed } = form;
  const chosen = choose(instruction, slots, fixed, operands, program.scope, at);
  for (const operand of operands) {
    if (operand.kind !== 'expression' || operand.expression.kind !== 'part') continue;
    if (operand.expression.part === 'pcrel_hi') program.noteHighPart(operand.expression.of);
  }
  program.emitInstruction(chosen);
}

/** The condition of a pseudo-instruction, if it has one, holds of its immediate as a signed 32-bit number. */
function holds(form: Form, operands: readonly Operand[], { scope }: Program): boolean {
  if (form.kind !== 'pseudo' || form.condition === undefined) return true;
  const index = form.slots.findIndex((slot) => slot.kind === 'expression' && slot.word === 'imm');
  const operand = operands[index];
  if (operand?.kind !== 'expression') return false;
  const folded = fold(operand.expression, scope);
  if (folded.kind !== 'value') return false;
  const imm = known(folded, scope, operand.at);
  if (imm < -(2n ** 31n) || imm >= 2n ** 32n) throw new Fault(`${imm} does not fit 32 bits`, operand.at);
  return form.condition(Number(BigInt.asIntN(32, imm)));
}

/** The operands of a pseudo-instruction by the words that stand for them. */
function bindings(slots: readonly Slot[], operands: readonly Operand[], program: Program): Map<string, Operand> {
  const bound = new Map<string, Operand>();
  slots.forEach((slot, index) => {
    const operand = operands[index];
    const { at } = operand;
    if (slot.kind === 'memory' && operand.kind === 'memory') {
      bound.set(slot.base, { kind: 'register', register: operand.base, at });
      const offset = operand.offset ?? { kind: 'value', value: 0n };
      bound.set('imm', { kind: 'expression', expression: fold(offset, program.scope), at });
    } else if (slot.kind === 'expression' && operand.kind === 'expression' && slot.word !== 'csr') {
      // `.` is the address of the pseudo-instruction in all that it expands to. Control registers are no symbols.
      bound.set(slot.word, { ...operand, expression: fold(operand.expression, program.scope) });
    } else if (slot.kind !== 'memory') {
      bound.set(slot.word, operand);
    }
  });
  return bound;
}

function emitExpansion(
  program: Program,
  { slots, expansion }: PseudoForm,
  operands: readonly Operand[],
  { statement }: Reader,
  at: Position,
  directive: DirectiveRunner,
): void {
  const bound = bindings(slots, operands, program);
  for (const { text, tokens } of expansion) {
    const put = tokens.map((token): Token => {
      const operand = token.kind === 'name' ? bound.get(token.text) : undefined;
      return operand === undefined ? token : { kind: 'bound', operand, start: token.start, end: token.end };
    });
    const reader = new Reader({ ...statement, line: text, tokens: put, at, made: true });
    const mnemonic = reader.expectName('an instruction');
    if (!directive(mnemonic, reader, at)) emitStatement(program, mnemonic, reader, at, directive);
  }
}

/** `sets` is one word of the table, and two operands. */
function described({ syntax }: Form): string {
  return syntax === '' ? 'nothing' : `\`${syntax.replace('sets', 'before, after')}\``;
}

/** Says what would have been right: of the form that agrees longest with what is written. */
function mismatchFault(
  { scope }: Program,
  mnemonic: string,
  forms: readonly Form[],
  operands: readonly Operand[],
  at: Position,
): Fault {
  const takes = [...new Set(forms.map(described))].join(' or ');
  const agreements = forms
    .filter(({ slots }) => slots.length === operands.length)
    .map((form) => ({ form, index: mismatch(form.slots, operands, scope) ?? 0 }))
    .sort((a, b) => b.index - a.index);
  const [best] = agreements;
  if (best === undefined) {
    const count = operands.length === 1 ? 'one operand' : `${operands.length || 'no'} operands`;
    return new Fault(`\`${mnemonic}\` takes ${takes}; here it has ${count}`, at);
  }
  const wanted = describeSlot(best.form.slots[best.index]);
  return new Fault(`\`${mnemonic}\` takes ${takes}; this has to be ${wanted}`, operands[best.index].at);
}
