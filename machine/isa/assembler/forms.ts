/** Everything that a mnemonic can mean: rows of the instruction table first, then pseudo-instructions. */
import type { Operands } from '../encoder.js';
import type { Instruction } from '../instruction.js';
import { INSTRUCTIONS } from '../instructions.js';
import { type Token, tokenise } from './lexer.js';
import { type Slot, slotsOf } from './patterns.js';
import { PSEUDO_INSTRUCTIONS } from './pseudo-instructions.js';

interface Written {
  readonly syntax: string;
  readonly slots: readonly Slot[];
}

export interface InstructionForm extends Written {
  readonly kind: 'instruction';
  readonly instruction: Instruction;
  /** Operands that the mnemonic says. */
  readonly fixed: Operands;
}

export interface PseudoForm extends Written {
  readonly kind: 'pseudo';
  readonly expansion: readonly Template[];
  readonly condition: ((imm: number) => boolean) | undefined;
}

/** A statement of an expansion, its operands not yet put in. */
export interface Template {
  readonly text: string;
  readonly tokens: readonly Token[];
}

export type Form = InstructionForm | PseudoForm;

/** aq and rl of atomic instructions, as the suffix of the mnemonic; its place in the list is the operand (14.1). */
const ORDERINGS = ['', '.rl', '.aq', '.aqrl'] as const;
/** The fence mode and sets of `fence.tso`, which no other mnemonic can say (2.7). */
const FENCE_TSO = 0x833;

/** An immediate that the syntax does not mention, and that is no register: the two ordering bits of chapter 14. */
function isOrdered({ operands: { imm }, syntax }: Instruction): boolean {
  return imm?.pieces.length === 1 && imm.pieces[0][2] === 25 && !/imm|upper|target|csr|sets/.test(syntax);
}

function instructionForms(): (readonly [string, InstructionForm])[] {
  return INSTRUCTIONS.flatMap((instruction) => {
    const { name, syntax } = instruction;
    const form = (fixed: Operands): InstructionForm => {
      return { kind: 'instruction', syntax, slots: slotsOf(syntax), instruction, fixed };
    };
    if (isOrdered(instruction)) return ORDERINGS.map((suffix, imm) => [name + suffix, form({ imm })] as const);
    const plain = [name, form({})] as const;
    if (name !== 'fence') return [plain];
    return [plain, ['fence.tso', { ...form({ imm: FENCE_TSO }), syntax: '', slots: [] }] as const];
  });
}

function pseudoForms(): (readonly [string, PseudoForm])[] {
  return PSEUDO_INSTRUCTIONS.map(({ name, syntax, expansion, condition }) => {
    const templates = expansion.split('; ').map((text) => ({ text, tokens: tokenise(text) }));
    return [name, { kind: 'pseudo', syntax, slots: slotsOf(syntax), expansion: templates, condition }];
  });
}

const formsByMnemonic: ReadonlyMap<string, readonly Form[]> = (() => {
  const forms = new Map<string, Form[]>();
  for (const [mnemonic, form] of [...instructionForms(), ...pseudoForms()]) {
    const known = forms.get(mnemonic);
    if (known === undefined) forms.set(mnemonic, [form]);
    else known.push(form);
  }
  return forms;
})();

/** Undefined if nothing is called so. */
export function formsOf(mnemonic: string): readonly Form[] | undefined {
  return formsByMnemonic.get(mnemonic);
}
