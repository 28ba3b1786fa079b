/**
 * The rules that hold at an address: where the canonical frame address is, and where each register of the caller was kept
 * (DWARF 5, section 6.4.2: call frame instructions).
 */
import { ByteReader } from './byte-reader.js';
import type { CommonEntry, FrameEntry } from './call-frame-table.js';

export type Rule =
  | { readonly kind: 'undefined' | 'same' }
  /** At, or: is, the frame address and so much. */
  | { readonly kind: 'offset' | 'value offset'; readonly offset: number }
  | { readonly kind: 'register'; readonly register: number }
  /** At, or: is, what it evaluates to with the frame address on its stack. */
  | { readonly kind: 'expression' | 'value expression'; readonly expression: Uint8Array };

export type FrameAddressRule =
  | { readonly kind: 'register'; readonly register: number; readonly offset: number }
  | { readonly kind: 'expression'; readonly expression: Uint8Array };

export interface FrameRules {
  readonly cfa: FrameAddressRule | undefined;
  readonly registers: ReadonlyMap<number, Rule>;
}

const MAX_REMEMBERED = 64;

/** In the high two bits, with an operand below. */
const PRIMARY = { ADVANCE: 1, OFFSET: 2, RESTORE: 3 } as const;
const INSTRUCTION = {
  NOP: 0x00,
  SET_LOCATION: 0x01,
  ADVANCE_1: 0x02,
  ADVANCE_2: 0x03,
  ADVANCE_4: 0x04,
  OFFSET_EXTENDED: 0x05,
  RESTORE_EXTENDED: 0x06,
  UNDEFINED: 0x07,
  SAME_VALUE: 0x08,
  REGISTER: 0x09,
  REMEMBER_STATE: 0x0a,
  RESTORE_STATE: 0x0b,
  DEFINE_CFA: 0x0c,
  DEFINE_CFA_REGISTER: 0x0d,
  DEFINE_CFA_OFFSET: 0x0e,
  DEFINE_CFA_EXPRESSION: 0x0f,
  EXPRESSION: 0x10,
  OFFSET_EXTENDED_SIGNED: 0x11,
  DEFINE_CFA_SIGNED: 0x12,
  DEFINE_CFA_OFFSET_SIGNED: 0x13,
  VALUE_OFFSET: 0x14,
  VALUE_OFFSET_SIGNED: 0x15,
  VALUE_EXPRESSION: 0x16,
  GNU_ARGUMENTS_SIZE: 0x2e,
} as const;

/** Undefined where an instruction is not known, or the rules are cut off before the address. */
export function rulesAt(entry: FrameEntry, address: number): FrameRules | undefined {
  const machine = new RuleMachine(entry.common, entry.start, address);
  if (!machine.run(entry.common.instructions)) return undefined;
  machine.initialIsOver();
  return machine.run(entry.instructions) ? machine.rules() : undefined;
}

class RuleMachine {
  private cfa: FrameAddressRule | undefined;
  private registers = new Map<number, Rule>();
  /** As the common entry left them: what `restore` goes back to. */
  private initial: ReadonlyMap<number, Rule> = new Map();
  private readonly remembered: { cfa: FrameAddressRule | undefined; registers: Map<number, Rule> }[] = [];

  constructor(
    private readonly common: CommonEntry,
    private location: number,
    private readonly address: number,
  ) {}

  rules(): FrameRules {
    return { cfa: this.cfa, registers: this.registers };
  }

  initialIsOver(): void {
    this.initial = new Map(this.registers);
  }

  /** False: something was wrong. */
  run(instructions: Uint8Array): boolean {
    const reader = new ByteReader(instructions);
    while (reader.at < reader.end && this.location <= this.address) {
      if (!this.execute(reader) || reader.isOver) return false;
    }
    return true;
  }

  private execute(reader: ByteReader): boolean {
    const byte = reader.u8();
    const operand = byte & 0x3f;
    switch (byte >> 6) {
      case PRIMARY.ADVANCE:
        return this.advance(operand);
      case PRIMARY.OFFSET:
        return this.set(operand, { kind: 'offset', offset: reader.uleb() * this.common.dataAlignment });
      case PRIMARY.RESTORE:
        return this.restore(operand);
      default:
        return this.extended(byte, reader);
    }
  }

  private extended(instruction: number, reader: ByteReader): boolean {
    const { dataAlignment } = this.common;
    switch (instruction) {
      case INSTRUCTION.NOP:
        return true;
      case INSTRUCTION.SET_LOCATION:
        this.location = reader.unsigned(this.common.addressBytes);
        return true;
      case INSTRUCTION.ADVANCE_1:
        return this.advance(reader.u8());
      case INSTRUCTION.ADVANCE_2:
        return this.advance(reader.u16());
      case INSTRUCTION.ADVANCE_4:
        return this.advance(reader.u32());
      case INSTRUCTION.OFFSET_EXTENDED:
        return this.set(reader.uleb(), { kind: 'offset', offset: reader.uleb() * dataAlignment });
      case INSTRUCTION.OFFSET_EXTENDED_SIGNED:
        return this.set(reader.uleb(), { kind: 'offset', offset: reader.sleb() * dataAlignment });
      case INSTRUCTION.VALUE_OFFSET:
        return this.set(reader.uleb(), { kind: 'value offset', offset: reader.uleb() * dataAlignment });
      case INSTRUCTION.VALUE_OFFSET_SIGNED:
        return this.set(reader.uleb(), { kind: 'value offset', offset: reader.sleb() * dataAlignment });
      case INSTRUCTION.RESTORE_EXTENDED:
        return this.restore(reader.uleb());
      case INSTRUCTION.UNDEFINED:
        return this.set(reader.uleb(), { kind: 'undefined' });
      case INSTRUCTION.SAME_VALUE:
        return this.set(reader.uleb(), { kind: 'same' });
      case INSTRUCTION.REGISTER:
        return this.set(reader.uleb(), { kind: 'register', register: reader.uleb() });
      case INSTRUCTION.EXPRESSION:
        return this.set(reader.uleb(), { kind: 'expression', expression: reader.block(reader.uleb()) });
      case INSTRUCTION.VALUE_EXPRESSION:
        return this.set(reader.uleb(), { kind: 'value expression', expression: reader.block(reader.uleb()) });
      case INSTRUCTION.REMEMBER_STATE:
        if (this.remembered.length === MAX_REMEMBERED) return false;
        this.remembered.push({ cfa: this.cfa, registers: new Map(this.registers) });
        return true;
      case INSTRUCTION.RESTORE_STATE: {
        const state = this.remembered.pop();
        if (state === undefined) return false;
        this.cfa = state.cfa;
        this.registers = state.registers;
        return true;
      }
      case INSTRUCTION.GNU_ARGUMENTS_SIZE:
        reader.uleb();
        return true;
      default:
        return this.frameAddress(instruction, reader);
    }
  }

  private frameAddress(instruction: number, reader: ByteReader): boolean {
    const { dataAlignment } = this.common;
    const known = this.cfa?.kind === 'register' ? this.cfa : undefined;
    switch (instruction) {
      case INSTRUCTION.DEFINE_CFA:
        this.cfa = { kind: 'register', register: reader.uleb(), offset: reader.uleb() };
        return true;
      case INSTRUCTION.DEFINE_CFA_SIGNED:
        this.cfa = { kind: 'register', register: reader.uleb(), offset: reader.sleb() * dataAlignment };
        return true;
      case INSTRUCTION.DEFINE_CFA_REGISTER:
        // GNU as begins with this, and means an offset of 0.
        this.cfa = { kind: 'register', register: reader.uleb(), offset: known?.offset ?? 0 };
        return true;
      case INSTRUCTION.DEFINE_CFA_OFFSET:
        if (known !== undefined) this.cfa = { ...known, offset: reader.uleb() };
        return known !== undefined;
      case INSTRUCTION.DEFINE_CFA_OFFSET_SIGNED:
        if (known !== undefined) this.cfa = { ...known, offset: reader.sleb() * dataAlignment };
        return known !== undefined;
      case INSTRUCTION.DEFINE_CFA_EXPRESSION:
        this.cfa = { kind: 'expression', expression: reader.block(reader.uleb()) };
        return true;
      default:
        return false;
    }
  }

  private advance(units: number): boolean {
    this.location += units * this.common.codeAlignment;
    return true;
  }

  private set(register: number, rule: Rule): boolean {
    // Registers that are not x registers (floating point, control) are of no interest.
    if (register < 32) this.registers.set(register, rule);
    return true;
  }

  private restore(register: number): boolean {
    const rule = this.initial.get(register);
    if (rule === undefined) this.registers.delete(register);
    else this.registers.set(register, rule);
    return true;
  }
}
