/**
 * Call frame rules where nobody wrote any (hand-written assembly, a compiler's builtins, epilogues): what the instructions of a
 * prologue say, up to the first jump, or those of an epilogue. A guess, but compilers write them in no other way.
 */
import { type Decoded, decode, instructionBytes } from '../../../machine/index.js';
import type { FrameRules, Rule } from './call-frame-rules.js';
import type { MemoryReader } from './frame.js';

const RA = 1;
const SP = 2;
const FP = 8;
/** Prologues are shorter. */
const MAX_BYTES = 256;

/** `entry`: of the function; `pc`: where it is. */
export function prologueRules(entry: number, pc: number, memory: MemoryReader): FrameRules {
  const registers = new Map<number, Rule>();
  /** What sp and fp lack to the value that sp had at the entry. */
  let spBelow = 0;
  let fpBelow: number | undefined;
  for (const { instruction, rd, rs1, rs2, imm } of instructions(memory(entry, Math.min(pc - entry, MAX_BYTES)))) {
    const name = instruction.becomes;
    if (/^(b[a-z]+|jalr?|mret|sret)$/.test(name)) break;
    if (name === 'addi' && rd === SP && rs1 === SP) spBelow -= imm;
    else if (name === 'addi' && rd === FP && rs1 === SP) fpBelow = spBelow - imm;
    else if (name === 'sw' && (rs1 === SP || (rs1 === FP && fpBelow !== undefined)) && isKept(rs2)) {
      const below = rs1 === SP ? spBelow : (fpBelow ?? 0);
      if (!registers.has(rs2)) registers.set(rs2, { kind: 'offset', offset: imm - below });
    }
  }
  return { cfa: { kind: 'register', register: SP, offset: spBelow }, registers };
}

/**
 * The rules in the rest of an epilogue: loads of what was kept, sp back to where it was, `ret`. Undefined where anything else
 * stands at the pc. Clang writes no call frame rules for epilogues, so there these come before its own.
 */
export function epilogueRules(pc: number, memory: MemoryReader): FrameRules | undefined {
  const loads = new Map<number, number>();
  let spBelow = 0;
  for (const { instruction, rd, rs1, imm } of instructions(memory(pc, MAX_BYTES))) {
    const name = instruction.becomes;
    if (name === 'lw' && rs1 === SP && isKept(rd) && spBelow === 0) loads.set(rd, imm);
    else if (name === 'addi' && rd === SP && rs1 === SP && imm > 0 && spBelow === 0) spBelow = imm;
    else if (name === 'jalr' && rd === 0 && rs1 === RA && imm === 0) {
      const rules = [...loads].map(([register, at]) => [register, { kind: 'offset', offset: at - spBelow }] as const);
      return { cfa: { kind: 'register', register: SP, offset: spBelow }, registers: new Map(rules) };
    } else return undefined;
  }
  return undefined;
}

/** As far as these bytes are instructions. */
function* instructions(code: Uint8Array): Iterable<Decoded> {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  for (let at = 0; at + 2 <= code.length; ) {
    const half = view.getUint16(at, true);
    const bytes = instructionBytes(half);
    if (at + bytes > code.length) return;
    const decoded = decode(bytes === 2 ? half : view.getUint32(at, true));
    if (decoded === undefined) return;
    yield decoded;
    at += bytes;
  }
}

/** ra, and what the calling convention makes functions keep. */
function isKept(register: number): boolean {
  return register === RA || isCalleeSaved(register);
}

/** s0 to s11, and gp and tp, which nobody changes (RISC-V psABI, "Integer register convention"). */
export function isCalleeSaved(register: number): boolean {
  return register === 3 || register === 4 || register === 8 || register === 9 || (register >= 18 && register <= 27);
}
