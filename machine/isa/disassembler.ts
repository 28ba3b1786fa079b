/**
 * From the bits of an instruction to what an assembler would be told to make them: real mnemonics, no aliases, so that
 * assembling the text gives the same bytes.
 */
import { CSR_BY_NUMBER } from '../hart/csr.js';
import { type Decoded, decode, instructionBytes } from './decoder.js';
import { encode } from './encoder.js';
import { REGISTER_NAMES } from './registers.js';

export interface Disassembled {
  readonly text: string;
  /** Length of the instruction. */
  readonly bytes: 2 | 4;
}

/** aq and rl of an atomic instruction, as the suffix of its mnemonic (unprivileged manual, 14.1). */
const ORDERINGS = ['', '.rl', '.aq', '.aqrl'] as const;
const ORDERED = /^(lr|sc|amo\w+)\.w$/;
const FENCE_TSO = 0x833;

function hex(value: number, digits = 1): string {
  return `0x${(value >>> 0).toString(16).padStart(digits, '0')}`;
}

/** What a fence orders: four bits, from high to low device input, device output, memory reads, memory writes. */
function fenceSet(bits: number): string {
  const letters = [...'iorw'].filter((_, i) => (bits & (8 >> i)) !== 0).join('');
  return letters === '' ? '0' : letters;
}

/** The text of one word of an instruction's syntax, or undefined if it is punctuation. */
function operandText(word: string, decoded: Decoded, address: number): string | undefined {
  const { rd, rs1, rs2, imm } = decoded;
  switch (word) {
    case 'rd':
      return REGISTER_NAMES[rd];
    case 'rs1':
      return REGISTER_NAMES[rs1];
    case 'rs2':
      return REGISTER_NAMES[rs2];
    case 'imm':
      return String(imm);
    case 'zimm':
      return String(rs1);
    case 'upper':
      return hex(imm >>> 12);
    case 'target':
      return hex(address + imm);
    case 'csr':
      return CSR_BY_NUMBER[imm]?.name ?? hex(imm, 3);
    case 'sets':
      return `${fenceSet(imm >>> 4)}, ${fenceSet(imm)}`;
    default:
      return undefined;
  }
}

/** A word that is not an instruction, or one with bits set that the assembler has no way to set. */
function data(bits: number, bytes: 2 | 4): Disassembled {
  return { text: bytes === 4 ? `.word ${hex(bits, 8)}` : `.half ${hex(bits, 4)}`, bytes };
}

/**
 * The instruction in the low bits of `word`, which stands at `address`. `symbolOf` names the targets of jumps in a comment.
 */
export function disassemble(
  word: number,
  address: number,
  symbolOf: (address: number) => string | undefined = () => undefined,
): Disassembled {
  const bytes = instructionBytes(word);
  const bits = bytes === 4 ? word >>> 0 : word & 0xffff;
  const decoded = decode(bits);
  if (decoded === undefined) return data(bits, bytes);
  const { instruction, rd, rs1, rs2, imm } = decoded;
  if (encode(instruction.name, { rd, rs1, rs2, imm }) !== bits) return data(bits, bytes);
  if (instruction.name === 'fence' && imm === FENCE_TSO) return { text: 'fence.tso', bytes };
  if (instruction.name === 'fence' && imm > 0xff) return data(bits, bytes);

  const mnemonic = ORDERED.test(instruction.name) ? instruction.name + ORDERINGS[imm] : instruction.name;
  const operands = instruction.syntax.replace(/\w+/g, (name) => operandText(name, decoded, address) ?? name);
  const symbol = instruction.syntax.includes('target') ? symbolOf((address + imm) >>> 0) : undefined;
  const comment = symbol === undefined ? '' : ` # ${symbol}`;
  return { text: `${mnemonic} ${operands}`.trimEnd() + comment, bytes };
}
