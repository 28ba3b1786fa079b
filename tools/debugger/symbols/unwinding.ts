/**
 * From the registers of a frame to those of its caller: by call frame rules, and where there are none, by what the prologue's
 * instructions say.
 */
import { type FrameRules, type Rule, rulesAt } from './call-frame-rules.js';
import type { CallFrameTable } from './call-frame-table.js';
import type { CodeRanges } from './code-ranges.js';
import { MAX_FRAMES, type MemoryReader } from './frame.js';
import type { FunctionTable } from './function-table.js';
import { epilogueRules, isCalleeSaved, prologueRules } from './instruction-scan.js';
import { type ExpressionContext, evaluate } from './location-expression.js';

/** A frame that was really made by a call. */
export interface CallFrame {
  readonly pc: number;
  /** An address in the instruction that it is in. */
  readonly codeAddress: number;
  readonly registers: Int32Array;
  readonly known: number;
  readonly cfa: number | undefined;
}

export const ALL_KNOWN = 0xffff_ffff;
const RA = 1;
const SP = 2;

export class Unwinder {
  constructor(
    private readonly table: CallFrameTable,
    private readonly functions: FunctionTable,
    private readonly code: CodeRanges,
  ) {}

  /** Innermost first; at least one. */
  callFrames(registers: Int32Array, memory: MemoryReader): CallFrame[] {
    const frames: CallFrame[] = [];
    const first = new Int32Array(32);
    first.set(registers.subarray(0, 32));
    let state: Registers = { words: first, known: ALL_KNOWN };
    while (frames.length < MAX_FRAMES) {
      const pc = state.words[0] >>> 0;
      const isInnermost = frames.length === 0;
      // The instruction behind a call may be of another line, block or function.
      const codeAddress = isInnermost ? pc : pc - 1;
      const rules = this.rules(codeAddress, isInnermost, memory);
      const context = contextOf(state, memory);
      const cfa = rules === undefined ? undefined : frameAddress(rules, context);
      frames.push({ pc, codeAddress, registers: state.words, known: state.known, cfa });
      if (rules === undefined || cfa === undefined) break;

      const returnRegister = rules.returnRegister;
      const caller = callerRegisters(state, rules, cfa, returnRegister, memory);
      if (caller === undefined || !this.code.has((caller.words[0] >>> 0) - 1)) break;
      // A function that never returns need not keep where to: it seems to have called itself.
      if (caller.words[0] === state.words[0] && cfa === state.words[SP] >>> 0) break;
      // Stacks grow down: whoever has its frame below that of its callee is a lie, or the way to a loop.
      const callee = frames.at(-2);
      if (callee?.cfa !== undefined && cfa < callee.cfa) break;
      state = caller;
    }
    return frames;
  }

  private rules(
    codeAddress: number,
    isInnermost: boolean,
    memory: MemoryReader,
  ): (FrameRules & { returnRegister: number }) | undefined {
    const epilogue = isInnermost ? epilogueRules(codeAddress, memory) : undefined;
    if (epilogue !== undefined) return { ...epilogue, returnRegister: RA };
    const entry = this.table.at(codeAddress);
    if (entry !== undefined) {
      const rules = rulesAt(entry, codeAddress);
      return rules === undefined ? undefined : { ...rules, returnRegister: entry.common.returnRegister };
    }
    const owner = this.functions.at(codeAddress);
    if (owner === undefined) {
      // A call into nowhere: nothing of it has been executed.
      const isJumpToNowhere = isInnermost && !this.code.has(codeAddress);
      return isJumpToNowhere ? { ...ENTRY_RULES, returnRegister: RA } : undefined;
    }
    const rules = prologueRules(owner.entry, codeAddress, memory);
    // Whoever called somebody has to have kept where to return to.
    return isInnermost || rules.registers.has(RA) ? { ...rules, returnRegister: RA } : undefined;
  }
}

const ENTRY_RULES: FrameRules = { cfa: { kind: 'register', register: SP, offset: 0 }, registers: new Map() };

interface Registers {
  readonly words: Int32Array;
  readonly known: number;
}

function registerValue({ words, known }: Registers, register: number): number | undefined {
  if (register === 0) return 0;
  return register < 32 && (known >>> register) & 1 ? words[register] >>> 0 : undefined;
}

function contextOf(state: Registers, memory: MemoryReader): ExpressionContext {
  return {
    register: (number) => registerValue(state, number),
    memory,
    // Rules say where the frame is; they cannot ask for it.
    cfa: () => undefined,
    frameBase: () => undefined,
    indexedAddress: () => undefined,
  };
}

function frameAddress({ cfa }: FrameRules, context: ExpressionContext): number | undefined {
  if (cfa === undefined) return undefined;
  if (cfa.kind === 'expression') return evaluate(cfa.expression, context);
  const base = context.register(cfa.register);
  return base === undefined ? undefined : (base + cfa.offset) >>> 0;
}

/** Undefined in the outermost frame: there the return address has no value, or nobody kept it. */
function callerRegisters(
  state: Registers,
  rules: FrameRules,
  cfa: number,
  returnRegister: number,
  memory: MemoryReader,
): Registers | undefined {
  const context = contextOf(state, memory);
  const words = new Int32Array(32);
  let known = 1;
  const set = (register: number, value: number | undefined): void => {
    if (value === undefined) return;
    words[register] = value | 0;
    known |= 1 << register;
  };
  for (let register = 1; register < 32; register++) {
    const rule = rules.registers.get(register);
    if (rule !== undefined) set(register, ruleValue(rule, register, cfa, context));
    else if (register === SP) set(register, cfa);
    else if (isCalleeSaved(register)) set(register, context.register(register));
  }
  const returnRule = rules.registers.get(returnRegister);
  const returnAddress =
    returnRule === undefined ? context.register(returnRegister) : ruleValue(returnRule, returnRegister, cfa, context);
  if (returnAddress === undefined) return undefined;
  // The callee has it there when it returns.
  set(RA, returnAddress);
  words[0] = returnAddress & ~1;
  return { words, known: known >>> 0 };
}

function ruleValue(rule: Rule, register: number, cfa: number, context: ExpressionContext): number | undefined {
  switch (rule.kind) {
    case 'undefined':
      return undefined;
    case 'same':
      return context.register(register);
    case 'register':
      return context.register(rule.register);
    case 'offset':
      return wordAt((cfa + rule.offset) >>> 0, context.memory);
    case 'value offset':
      return (cfa + rule.offset) >>> 0;
    case 'expression': {
      const address = evaluate(rule.expression, context, [cfa]);
      return address === undefined ? undefined : wordAt(address, context.memory);
    }
    case 'value expression':
      return evaluate(rule.expression, context, [cfa]);
  }
}

function wordAt(address: number, memory: MemoryReader): number | undefined {
  const bytes = memory(address, 4);
  return bytes.length < 4 ? undefined : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}
