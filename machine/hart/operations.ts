/**
 * What the interpreter executes: one operation a slot of decoded code.
 *
 * A slot is two words. Word 0, from bit 0 upwards:
 *
 *   operation 8 | rd 6 | rs1 5 | rs2 5 | left 8
 *
 * rd is DISCARD_REGISTER where the instruction names x0. `left` counts the instructions from this slot to the end of its
 * block, this one included; a block is a straight line that ends with a jump, a system instruction or the end of the page.
 * Word 1 is the immediate, the raw instruction (system, illegal) or the kind of atomic operation.
 *
 * Numbers stand as literals in interpreter.ts, because V8 makes a jump table of literals only; tests/machine/operations
 * compares the two. Adding SHORT gives the operation of a 16-bit instruction.
 */
import type { Decoded } from '../isa/decoder.js';
import { DISCARD_REGISTER } from '../memory/layout.js';

export const SHORT = 128;

const NAMES = [
  // Not instructions: nothing decoded here yet; ran off the page; execute this one by itself; it has been executed.
  ...['undecoded', 'page-end', 'alone', 'alone-end'],
  ...['illegal', 'system', 'atomic', 'nop'],
  ...['li', 'auipc', 'mv', 'addi', 'slti', 'sltiu', 'xori', 'ori', 'andi', 'slli', 'srli', 'srai'],
  ...['add', 'sub', 'sll', 'slt', 'sltu', 'xor', 'srl', 'sra', 'or', 'and'],
  ...['mul', 'mulh', 'mulhsu', 'mulhu', 'div', 'divu', 'rem', 'remu'],
  ...['lb', 'lh', 'lw', 'lbu', 'lhu', 'sb', 'sh', 'sw'],
  // To a target in the same page, which needs no translation.
  ...['beq', 'bne', 'blt', 'bge', 'bltu', 'bgeu', 'jal'],
  'jalr',
  // To anywhere.
  ...['beq far', 'bne far', 'blt far', 'bge far', 'bltu far', 'bgeu far', 'jal far'],
] as const;

export type OperationName = (typeof NAMES)[number];

const numberByName: ReadonlyMap<string, number> = new Map(NAMES.map((name, number) => [name, number]));

function numberOf(name: OperationName): number {
  const number = numberByName.get(name);
  if (number === undefined) throw new Error(`no operation ${name}`);
  return number;
}

/** The number of each operation, by name. */
export const OPERATION = Object.fromEntries(NAMES.map((name) => [name, numberOf(name)])) as Readonly<
  Record<OperationName, number>
>;

/** Operations that 16-bit instructions come to. */
const SHORT_NAMES: readonly OperationName[] = [
  ...(['nop', 'li', 'mv', 'addi', 'andi', 'slli', 'srli', 'srai', 'add', 'sub', 'xor', 'or', 'and'] as const),
  ...(['lw', 'sw', 'beq', 'bne', 'jal', 'jalr', 'beq far', 'bne far', 'jal far'] as const),
];

/** Every operation that the interpreter has, as the number in a slot, with its name as interpreter.ts writes it. */
export const ALL_OPERATIONS: ReadonlyMap<number, string> = new Map([
  ...NAMES.map((name): [number, string] => [numberOf(name), name]),
  ...SHORT_NAMES.map((name): [number, string] => [numberOf(name) | SHORT, `short ${name}`]),
]);

const BRANCHES = new Set(['beq', 'bne', 'blt', 'bge', 'bltu', 'bgeu']);
const SYSTEM = /^(csr.*|ecall|ebreak|mret|sret|wfi|sfence\.vma)$/;
const ATOMIC = /^(lr|sc|amo.*)\.w$/;

/** Atomic operations in the order of their numbers in word 1. */
export const ATOMICS = [
  ...['lr.w', 'sc.w', 'amoswap.w', 'amoadd.w', 'amoxor.w', 'amoand.w', 'amoor.w'],
  ...['amomin.w', 'amomax.w', 'amominu.w', 'amomaxu.w'],
];

/** Operations after which execution never goes on to the next slot: they end a block. */
export function endsBlock(operation: number): boolean {
  const wide = operation & ~SHORT;
  return (
    wide === OPERATION.illegal ||
    wide === OPERATION.system ||
    wide === OPERATION.alone ||
    wide === OPERATION.jal ||
    wide === OPERATION.jalr ||
    wide === OPERATION['jal far']
  );
}

/** Branches and `jal` within the page, from the first to the last. */
const FIRST_NEAR = OPERATION.beq;
const LAST_NEAR = OPERATION.jal;
const NEAR_TO_FAR = OPERATION['beq far'] - OPERATION.beq;

/** The same operation in the form that works in any slot. */
export function anywhere(operation: number): number {
  const wide = operation & ~SHORT;
  return wide >= FIRST_NEAR && wide <= LAST_NEAR ? operation + NEAR_TO_FAR : operation;
}

/** Word 0 of a slot, with `left` still 0. */
export function packSlot(operation: number, rd: number, rs1: number, rs2: number): number {
  return operation | ((rd === 0 ? DISCARD_REGISTER : rd) << 8) | (rs1 << 14) | (rs2 << 19);
}

/** Arithmetic that has a simpler form when an operand is x0 or 0; HINTs come out as `nop`. */
function simplified(name: string, { rd, rs1, rs2, imm }: Decoded): { name: OperationName; rs1: number } | undefined {
  if (name === 'lui') return { name: 'li', rs1: 0 };
  if (name === 'addi' && rs1 === 0 && imm === 0 && rd === 0) return { name: 'nop', rs1: 0 };
  if (name === 'addi' && rs1 === 0) return { name: 'li', rs1: 0 };
  if (name === 'addi' && imm === 0) return { name: 'mv', rs1 };
  if (name === 'add' && rs1 === 0) return { name: 'mv', rs1: rs2 };
  if (name === 'fence' || name === 'fence.i') return { name: 'nop', rs1: 0 };
  return undefined;
}

/**
 * The two words of a slot for `decoded`, which stands at byte `offset` of its page and has the bits `raw`, with `left` 0.
 * `raw` alone says what an undefined instruction is.
 */
export function operationFor(decoded: Decoded | undefined, offset: number, raw: number): readonly [number, number] {
  if (decoded === undefined) return [packSlot(OPERATION.illegal, 0, 0, 0), raw];
  const { instruction, rd, rs1, rs2, imm } = decoded;
  const name = instruction.becomes;
  const short = instruction.bytes === 2 ? SHORT : 0;
  if (SYSTEM.test(name)) return [packSlot(OPERATION.system, rd, rs1, rs2), raw];
  if (ATOMIC.test(name)) return [packSlot(OPERATION.atomic, rd, rs1, rs2), ATOMICS.indexOf(name)];
  const simple = simplified(name, decoded);
  if (simple !== undefined) return [packSlot(OPERATION[simple.name] | short, rd, simple.rs1, 0), imm];
  const operation = OPERATION[name as OperationName] | short;
  const jumps = name === 'jal' || BRANCHES.has(name);
  const far = jumps && (offset + imm < 0 || offset + imm >= 4096);
  return [packSlot(far ? anywhere(operation) : operation, rd, rs1, rs2), imm];
}
