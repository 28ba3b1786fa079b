/**
 * Call frame rules of code for which nobody wrote any (hand-written assembly, a compiler's builtins): what the instructions of
 * its prologue say, up to the first jump. A guess, but of what calling conventions allow there is no other reading.
 */
import { decode, instructionBytes } from '../../../machine/index.js';
import type { FrameRules, Rule } from './call-frame-rules.js';
import type { MemoryReader } from './frame.js';

const RA = 1;
const SP = 2;
const FP = 8;
/** Prologues are shorter. */
const MAX_BYTES = 256;

/** `entry`: of the function; `pc`: where it is. */
export function scannedRules(entry: number, pc: number, memory: MemoryReader): FrameRules {
  const code = memory(entry, Math.min(pc - entry, MAX_BYTES));
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const registers = new Map<number, Rule>();
  /** What sp and fp lack to the value that sp had at the entry. */
  let spBelow = 0;
  let fpBelow: number | undefined;
  for (let at = 0; at + 2 <= code.length; ) {
    const half = view.getUint16(at, true);
    const bytes = instructionBytes(half);
    if (at + bytes > code.length) break;
    const decoded = decode(bytes === 2 ? half : view.getUint32(at, true));
    if (decoded === undefined) break;
    const { instruction, rd, rs1, rs2, imm } = decoded;
    const name = instruction.becomes;
    if (/^(b[a-z]+|jalr?|mret|sret)$/.test(name)) break;
    if (name === 'addi' && rd === SP && rs1 === SP) spBelow -= imm;
    else if (name === 'addi' && rd === FP && rs1 === SP) fpBelow = spBelow - imm;
    else if (name === 'sw' && (rs1 === SP || (rs1 === FP && fpBelow !== undefined)) && isKept(rs2)) {
      const below = rs1 === SP ? spBelow : (fpBelow ?? 0);
      if (!registers.has(rs2)) registers.set(rs2, { kind: 'offset', offset: imm - below });
    }
    at += bytes;
  }
  return { cfa: { kind: 'register', register: SP, offset: spBelow }, registers };
}

/** ra, and what the calling convention makes functions keep. */
function isKept(register: number): boolean {
  return register === RA || isCalleeSaved(register);
}

/** s0 to s11, and gp and tp, which nobody changes (RISC-V psABI, "Integer register convention"). */
export function isCalleeSaved(register: number): boolean {
  return register === 3 || register === 4 || register === 8 || register === 9 || (register >= 18 && register <= 27);
}
