/** Fields of control registers (privileged manual, 3.1, 3.7 and 10.1). */
import { CAUSE, INTERRUPT } from './trap.js';

export const MSTATUS = {
  SIE: 1 << 1,
  MIE: 1 << 3,
  SPIE: 1 << 5,
  MPIE: 1 << 7,
  SPP: 1 << 8,
  MPP: 3 << 11,
  MPP_SHIFT: 11,
  MPRV: 1 << 17,
  SUM: 1 << 18,
  MXR: 1 << 19,
  TVM: 1 << 20,
  TW: 1 << 21,
  TSR: 1 << 22,
} as const;

/** The part of mstatus that S mode sees as sstatus (10.1.1). */
export const SSTATUS_BITS = MSTATUS.SIE | MSTATUS.SPIE | MSTATUS.SPP | MSTATUS.SUM | MSTATUS.MXR;

export const SATP = { MODE: 1 << 31, ASID: 0x7fc0_0000, ASID_SHIFT: 22, PPN: 0x003f_ffff } as const;

/** How many address spaces have a number of their own: sfence.vma looks at as many bits of rs2 (10.2.1). */
export const ASID_MASK = SATP.ASID >>> SATP.ASID_SHIFT;

/** Bits of mip and mie: machine level, then supervisor level. */
export const PENDING = {
  SOFTWARE: 1 << INTERRUPT.MACHINE_SOFTWARE,
  TIMER: 1 << INTERRUPT.MACHINE_TIMER,
  EXTERNAL: 1 << INTERRUPT.MACHINE_EXTERNAL,
  SUPERVISOR_SOFTWARE: 1 << INTERRUPT.SUPERVISOR_SOFTWARE,
  SUPERVISOR_TIMER: 1 << INTERRUPT.SUPERVISOR_TIMER,
  SUPERVISOR_EXTERNAL: 1 << INTERRUPT.SUPERVISOR_EXTERNAL,
} as const;

export const SUPERVISOR_INTERRUPTS =
  PENDING.SUPERVISOR_SOFTWARE | PENDING.SUPERVISOR_TIMER | PENDING.SUPERVISOR_EXTERNAL;
export const ALL_INTERRUPTS = SUPERVISOR_INTERRUPTS | PENDING.SOFTWARE | PENDING.TIMER | PENDING.EXTERNAL;

/**
 * Exceptions that M mode can leave to S mode (3.1.8): all that U or S can raise. A misaligned jump is none of them, because
 * with C every target that a jump can have is aligned.
 */
export const DELEGABLE_EXCEPTIONS = [
  ...[CAUSE.INSTRUCTION_ACCESS_FAULT, CAUSE.ILLEGAL_INSTRUCTION, CAUSE.BREAKPOINT],
  ...[CAUSE.LOAD_ADDRESS_MISALIGNED, CAUSE.LOAD_ACCESS_FAULT],
  ...[CAUSE.STORE_ADDRESS_MISALIGNED, CAUSE.STORE_ACCESS_FAULT],
  ...[CAUSE.ECALL_FROM_U, CAUSE.ECALL_FROM_S],
  ...[CAUSE.INSTRUCTION_PAGE_FAULT, CAUSE.LOAD_PAGE_FAULT, CAUSE.STORE_PAGE_FAULT],
].reduce((bits, cause) => bits | (1 << cause), 0);

/** Of mtvec and stvec. */
export const TVEC = { VECTORED: 1 } as const;

/** Bits of mcounteren, scounteren and mcountinhibit. */
export const COUNTER = { CYCLE: 1, TIME: 2, INSTRET: 4 } as const;

/** Of menvcfg and senvcfg: fences of I/O order memory too. Every fence of ours orders everything. */
export const ENVCFG = { FIOM: 1 } as const;

/** Of the byte that configures an entry of physical memory protection (3.7.1). */
export const PMPCFG = {
  R: 1,
  W: 2,
  X: 4,
  A: 0x18,
  A_SHIFT: 3,
  L: 0x80,
  /** R, W and X of the range that NAPOT makes of pmpaddr: with all ones there, everything. */
  OPEN: 0x1f,
} as const;
/** Values of its field A: how pmpaddr says which addresses match. */
export const PMP_MATCH = { OFF: 0, TOR: 1, NA4: 2, NAPOT: 3 } as const;
export const PMP_ENTRIES = 16;

/** MXL = 1 (32 bits), and the letters A, C, I, M, S and U (3.1.1). */
export const MISA = (1 << 30) | (1 << 0) | (1 << 2) | (1 << 8) | (1 << 12) | (1 << 18) | (1 << 20);
