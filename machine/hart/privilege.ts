/**
 * Modes of privilege: where traps go, what they leave behind, what returns from them restore, and which interrupt is next.
 *
 * A trap goes to M mode, unless it comes from S or U and its bit in medeleg or mideleg sends it to S mode (3.1.8). A trap
 * never goes to a mode lower than the one it comes from.
 */
import type { ControlRegisters } from './control-registers.js';
import { MSTATUS, TVEC } from './csr-fields.js';
import { CAUSE_INTERRUPT, INTERRUPT_PRIORITY, MODE } from './trap.js';

/** Bits of mcause and scause that number the cause, among those that there are. */
const CAUSE_NUMBER = 31;

export class Privilege {
  /** The mode of the hart: 0 U, 1 S, 3 M. */
  mode: number = MODE.M;

  constructor(private readonly csr: ControlRegisters) {}

  /**
   * What every trap does (3.1.6.1, 3.1.14 to 3.1.16, 10.1.1 and 10.1.7 to 10.1.9), raised by the instruction at `pc`. Returns
   * the address of the handler (3.1.7, 10.1.2).
   */
  enterTrap(cause: number, value: number, pc: number): number {
    const { csr, mode } = this;
    const status = csr.mstatus;
    if (mode !== MODE.M && this.isDelegated(cause)) {
      csr.sepc = pc;
      csr.scause = cause;
      csr.stval = value;
      const enabled = (status & MSTATUS.SIE) !== 0 ? MSTATUS.SPIE : 0;
      const previous = mode === MODE.S ? MSTATUS.SPP : 0;
      csr.mstatus = (status & ~(MSTATUS.SIE | MSTATUS.SPIE | MSTATUS.SPP)) | enabled | previous;
      this.mode = MODE.S;
      return handlerOf(csr.stvec, cause);
    }
    csr.mepc = pc;
    csr.mcause = cause;
    csr.mtval = value;
    const enabled = (status & MSTATUS.MIE) !== 0 ? MSTATUS.MPIE : 0;
    csr.mstatus = (status & ~(MSTATUS.MIE | MSTATUS.MPIE | MSTATUS.MPP)) | enabled | (mode << MSTATUS.MPP_SHIFT);
    this.mode = MODE.M;
    return handlerOf(csr.mtvec, cause);
  }

  private isDelegated(cause: number): boolean {
    const { medeleg, mideleg } = this.csr;
    return (((cause < 0 ? mideleg : medeleg) >>> (cause & CAUSE_NUMBER)) & 1) !== 0;
  }

  /** mret (3.3.2): to the mode of MPP. Returns where execution goes on. */
  returnFromM(): number {
    const { csr } = this;
    const status = csr.mstatus;
    const mode = (status & MSTATUS.MPP) >>> MSTATUS.MPP_SHIFT;
    const enabled = (status & MSTATUS.MPIE) !== 0 ? MSTATUS.MIE : 0;
    const modify = mode === MODE.M ? status & MSTATUS.MPRV : 0;
    const cleared = MSTATUS.MIE | MSTATUS.MPIE | MSTATUS.MPP | MSTATUS.MPRV;
    csr.mstatus = (status & ~cleared) | enabled | MSTATUS.MPIE | modify;
    this.mode = mode;
    return csr.mepc;
  }

  /** sret (3.3.2): to the mode of SPP, which is never M: MPRV ends. Returns where execution goes on. */
  returnFromS(): number {
    const { csr } = this;
    const status = csr.mstatus;
    const enabled = (status & MSTATUS.SPIE) !== 0 ? MSTATUS.SIE : 0;
    const cleared = MSTATUS.SIE | MSTATUS.SPIE | MSTATUS.SPP | MSTATUS.MPRV;
    csr.mstatus = (status & ~cleared) | enabled | MSTATUS.SPIE;
    this.mode = (status & MSTATUS.SPP) !== 0 ? MODE.S : MODE.U;
    return csr.sepc;
  }

  /** Whether M mode's interrupts are taken now, if pending and enabled in mie: lower modes cannot keep them off (3.1.6.1). */
  get machineInterrupts(): boolean {
    return this.mode !== MODE.M || (this.csr.mstatus & MSTATUS.MIE) !== 0;
  }

  private get supervisorInterrupts(): boolean {
    return this.mode === MODE.U || (this.mode === MODE.S && (this.csr.mstatus & MSTATUS.SIE) !== 0);
  }

  /**
   * The interrupt to take of `ready`, the bits of mip that mie enables, as the cause of its trap; 0 for none. Those that go to
   * M mode come before those that go to S mode (3.1.9).
   */
  interruptOf(ready: number): number {
    const { mideleg } = this.csr;
    const toM = this.machineInterrupts ? ready & ~mideleg : 0;
    const toS = this.supervisorInterrupts ? ready & mideleg : 0;
    const candidates = toM !== 0 ? toM : toS;
    if (candidates === 0) return 0;
    const number = INTERRUPT_PRIORITY.find((bit) => (candidates & (1 << bit)) !== 0);
    return number === undefined ? 0 : (CAUSE_INTERRUPT + number) | 0;
  }
}

function handlerOf(vector: number, cause: number): number {
  const vectored = (vector & TVEC.VECTORED) !== 0 && cause < 0;
  return (vector & ~3) + (vectored ? 4 * (cause & CAUSE_NUMBER) : 0);
}
