/** The control registers of one hart: the table's rows, with storage in the hart's area of the board's memory. */
import { Counter } from './counter.js';
import { CONTROL_REGISTERS, CSR, CSR_BY_NUMBER, type CsrSources, type Effect, storageOf } from './csr.js';
import { PMP_ENTRIES } from './csr-fields.js';
import type { PmpRegisters } from './pmp.js';

/** What the registers look at and do not hold. */
export interface RegisterSurroundings {
  readonly id: number;
  readonly now: number;
  readonly retired: number;
  readonly mtime: bigint;
  /** Bits of mip that devices raise. */
  readonly raised: number;
}

const MSTATUS_WORD = storageOf(CSR.mstatus);
const MIE_WORD = storageOf(CSR.mie);
const MTVEC_WORD = storageOf(CSR.mtvec);
const MCOUNTEREN_WORD = storageOf(CSR.mcounteren);
const MEPC_WORD = storageOf(CSR.mepc);
const MCAUSE_WORD = storageOf(CSR.mcause);
const MTVAL_WORD = storageOf(CSR.mtval);
const SATP_WORD = storageOf(CSR.satp);
const MIP_WORD = storageOf(CSR.mip);
const MEDELEG_WORD = storageOf(CSR.medeleg);
const MIDELEG_WORD = storageOf(CSR.mideleg);
const STVEC_WORD = storageOf(CSR.stvec);
const SCOUNTEREN_WORD = storageOf(CSR.scounteren);
const SEPC_WORD = storageOf(CSR.sepc);
const SCAUSE_WORD = storageOf(CSR.scause);
const STVAL_WORD = storageOf(CSR.stval);
const PMPCFG_WORD = storageOf(CSR.pmpcfg0);
const PMPADDR_WORD = storageOf(CSR.pmpaddr0);

/** Word of each register that reads as its storage, by number; 0 for the others. The way around the table for the common ones. */
const wordOf = new Uint8Array(4096);
for (const { number, word, read } of CONTROL_REGISTERS) wordOf[number] = read === undefined ? (word ?? 0) : 0;

export class ControlRegisters implements CsrSources, PmpRegisters {
  readonly cycles = new Counter();
  readonly instructions = new Counter();
  /** Instructions that will have retired besides `retired` when a write takes effect: 1 while a guest instruction writes. */
  private writing = 0;

  constructor(
    private readonly words: Int32Array,
    private readonly start: number,
    private readonly hart: RegisterSurroundings,
  ) {
    for (const { word, reset } of CONTROL_REGISTERS) {
      if (word !== undefined) words[start + word] = reset ?? 0;
    }
  }

  /** The value of register `number`, unsigned. Throws RangeError if there is none. */
  read(number: number): number {
    const word = wordOf[number];
    if (word !== 0) return this.words[this.start + word] >>> 0;
    const read = CSR_BY_NUMBER[number]?.read;
    if (read === undefined) throw new RangeError(`there is no control register 0x${number.toString(16)}`);
    return read(this) >>> 0;
  }

  /** Writes what is legal of `value`; returns what the hart has to redo. Throws RangeError if there is no such register. */
  write(number: number, value: number): Effect {
    const row = CSR_BY_NUMBER[number];
    if (row === undefined) throw new RangeError(`there is no control register 0x${number.toString(16)}`);
    if (row.word !== undefined && row.legal !== undefined) {
      const at = this.start + row.word;
      this.words[at] = row.legal(this.words[at], value | 0, this);
    }
    row.write?.(this, value | 0);
    return row.effect;
  }

  /** The value of register `number` whose bits csrrs and csrrc set and clear: what `read` says, except for mip (3.1.9). */
  readToModify(number: number): number {
    const modified = CSR_BY_NUMBER[number]?.modified;
    return modified === undefined ? this.read(number) : modified(this) >>> 0;
  }

  /** `write` by an instruction, which retires only afterwards. */
  writeByInstruction(number: number, value: number): Effect {
    this.writing = 1;
    const effect = this.write(number, value);
    this.writing = 0;
    return effect;
  }

  get hartId(): number {
    return this.hart.id;
  }

  get now(): number {
    return this.hart.now;
  }

  get retired(): number {
    return this.hart.retired;
  }

  get retiredAfterWrite(): number {
    return this.hart.retired + this.writing;
  }

  get mtime(): bigint {
    return this.hart.mtime;
  }

  get pending(): number {
    return this.hart.raised | this.words[this.start + MIP_WORD];
  }

  get softwarePending(): number {
    return this.words[this.start + MIP_WORD];
  }

  set softwarePending(value: number) {
    this.words[this.start + MIP_WORD] = value;
  }

  pmpConfig(index: number): number {
    if (index >= PMP_ENTRIES) return 0;
    return (this.words[this.start + PMPCFG_WORD + (index >>> 2)] >>> (8 * (index & 3))) & 0xff;
  }

  pmpAddress(index: number): number {
    return this.words[this.start + PMPADDR_WORD + index] >>> 0;
  }

  // What the hart itself reads and writes at every trap, signed and as it stands.

  get mstatus(): number {
    return this.words[this.start + MSTATUS_WORD];
  }

  set mstatus(value: number) {
    this.words[this.start + MSTATUS_WORD] = value;
  }

  get mie(): number {
    return this.words[this.start + MIE_WORD];
  }

  set mie(value: number) {
    this.words[this.start + MIE_WORD] = value;
  }

  get medeleg(): number {
    return this.words[this.start + MEDELEG_WORD];
  }

  get mideleg(): number {
    return this.words[this.start + MIDELEG_WORD];
  }

  get mtvec(): number {
    return this.words[this.start + MTVEC_WORD];
  }

  get mcounteren(): number {
    return this.words[this.start + MCOUNTEREN_WORD];
  }

  get satp(): number {
    return this.words[this.start + SATP_WORD];
  }

  get mepc(): number {
    return this.words[this.start + MEPC_WORD];
  }

  set mepc(value: number) {
    this.words[this.start + MEPC_WORD] = value;
  }

  get stvec(): number {
    return this.words[this.start + STVEC_WORD];
  }

  get scounteren(): number {
    return this.words[this.start + SCOUNTEREN_WORD];
  }

  get sepc(): number {
    return this.words[this.start + SEPC_WORD];
  }

  set sepc(value: number) {
    this.words[this.start + SEPC_WORD] = value;
  }

  set scause(value: number) {
    this.words[this.start + SCAUSE_WORD] = value;
  }

  set stval(value: number) {
    this.words[this.start + STVAL_WORD] = value;
  }

  get mcause(): number {
    return this.words[this.start + MCAUSE_WORD];
  }

  set mcause(value: number) {
    this.words[this.start + MCAUSE_WORD] = value;
  }

  get mtval(): number {
    return this.words[this.start + MTVAL_WORD];
  }

  set mtval(value: number) {
    this.words[this.start + MTVAL_WORD] = value;
  }
}
