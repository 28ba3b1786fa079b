/**
 * System instructions: calls to the environment, control registers, returns from traps, waiting and translation fences.
 * Each checks first whether the mode may execute it, and is illegal otherwise (privileged manual, 2.1 and 3.3).
 */
import { type Decoded, decode } from '../isa/decoder.js';
import { encode } from '../isa/encoder.js';
import { CSR, CSR_BY_NUMBER } from './csr.js';
import { ASID_MASK, MSTATUS } from './csr-fields.js';
import type { Hart } from './hart.js';
import { OUTCOME } from './interpreter.js';
import type { MemoryAccess } from './memory-access.js';
import { CAUSE, MODE } from './trap.js';

/** In the number of a control register: the lowest mode that may use it, and that it is read-only (Zicsr 7.1). */
const CSR_MODE_SHIFT = 8;
const CSR_READ_ONLY = 0xc00;

/** Counters that S reads by leave of mcounteren, and U by that of scounteren too (3.1.11, 10.1.5): from `cycle` on, a bit each. */
const COUNTERS_LOW = CSR.cycle;
const COUNTERS_HIGH = CSR.cycleh;
const COUNTERS = 32;

const ECALL = encode('ecall');

export class SystemInstructions {
  constructor(
    private readonly hart: Hart,
    private readonly access: MemoryAccess,
  ) {}

  /** The instruction `raw` at `pc`; an OUTCOME. If it is done, the hart's pc is where execution goes on. */
  execute(raw: number, pc: number): number {
    const { hart } = this;
    const mode = hart.privilege;
    // System calls are frequent, and need nothing of the table.
    if (raw === ECALL) return this.access.trap(CAUSE.ECALL_FROM_U + mode, 0);
    const decoded = decode(raw);
    if (decoded === undefined) return this.illegal(raw);
    const next = (pc + decoded.instruction.bytes) | 0;
    switch (decoded.instruction.becomes) {
      case 'ebreak':
        return this.access.trap(CAUSE.BREAKPOINT, pc);
      case 'mret':
        if (mode !== MODE.M) return this.illegal(raw);
        hart.mret();
        return OUTCOME.LEAVE;
      case 'sret':
        if (!this.supervisorMay(MSTATUS.TSR)) return this.illegal(raw);
        hart.sret();
        return OUTCOME.LEAVE;
      case 'wfi':
        // Where a time limit applies, that is U mode and S mode with TW, the limit is zero (3.1.6.5).
        if (!this.supervisorMay(MSTATUS.TW)) return this.illegal(raw);
        hart.pc = next;
        hart.wait();
        return OUTCOME.LEAVE;
      case 'sfence.vma':
        if (!this.supervisorMay(MSTATUS.TVM)) return this.illegal(raw);
        hart.sfenceVma(
          decoded.rs1 === 0 ? undefined : hart.x[decoded.rs1],
          decoded.rs2 === 0 ? undefined : hart.x[decoded.rs2] & ASID_MASK,
        );
        hart.pc = next;
        return OUTCOME.DONE;
      default:
        return this.controlRegister(decoded, raw, next);
    }
  }

  /** Whether M mode executes, or S mode and `trap`, a bit of mstatus, does not take the instruction from it (3.1.6.5). */
  private supervisorMay(trap: number): boolean {
    const { privilege, csr } = this.hart;
    return privilege === MODE.M || (privilege === MODE.S && (csr.mstatus & trap) === 0);
  }

  /** csrrw, csrrs, csrrc and their immediate forms (Zicsr 7.1). */
  private controlRegister({ instruction, rd, rs1, imm: number }: Decoded, raw: number, next: number): number {
    const { hart } = this;
    const name = instruction.name;
    // Set and clear with x0 or 0 do not write at all; csrrw to x0 does not read, which no register here can tell.
    const writes = name.startsWith('csrrw') || rs1 !== 0;
    if (!this.mayAccess(number, writes)) return this.illegal(raw);
    const operand = name.endsWith('i') ? rs1 : hart.x[rs1];
    const old = hart.csrRead(number);
    hart.pc = next;
    let outcome: number = OUTCOME.DONE;
    if (writes) {
      const base = hart.csr.readToModify(number);
      const value = name.startsWith('csrrw') ? operand : name.startsWith('csrrs') ? base | operand : base & ~operand;
      const effect = hart.csr.writeByInstruction(number, value);
      hart.applyEffect(effect);
      if (effect !== 'nothing') outcome = OUTCOME.LEAVE;
    }
    if (rd !== 0) hart.x[rd] = old;
    return outcome;
  }

  private mayAccess(number: number, writes: boolean): boolean {
    if (CSR_BY_NUMBER[number] === undefined) return false;
    if (writes && (number & CSR_READ_ONLY) === CSR_READ_ONLY) return false;
    const { hart } = this;
    if (hart.privilege < ((number >>> CSR_MODE_SHIFT) & 3)) return false;
    if (hart.privilege === MODE.M) return true;
    if (number === CSR.satp) return this.supervisorMay(MSTATUS.TVM);
    const counter = number >= COUNTERS_HIGH ? number - COUNTERS_HIGH : number - COUNTERS_LOW;
    const isCounter = counter >= 0 && counter < COUNTERS;
    const { mcounteren, scounteren } = hart.csr;
    const allowed = hart.privilege === MODE.S ? mcounteren : mcounteren & scounteren;
    return !isCounter || ((allowed >>> counter) & 1) !== 0;
  }

  private illegal(raw: number): number {
    return this.access.trap(CAUSE.ILLEGAL_INSTRUCTION, raw);
  }
}
