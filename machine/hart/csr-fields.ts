/** Fields of control registers (privileged manual, 3.1 and 10.1.11). */
import { INTERRUPT } from './trap.js';

export const MSTATUS = {
  MIE: 1 << 3,
  MPIE: 1 << 7,
  MPP: 3 << 11,
  MPP_SHIFT: 11,
  MPRV: 1 << 17,
  SUM: 1 << 18,
  MXR: 1 << 19,
  TW: 1 << 21,
} as const;

export const SATP = { MODE: 1 << 31, PPN: 0x003f_ffff } as const;

/** Bits of mip and mie. */
export const PENDING = {
  SOFTWARE: 1 << INTERRUPT.MACHINE_SOFTWARE,
  TIMER: 1 << INTERRUPT.MACHINE_TIMER,
  EXTERNAL: 1 << INTERRUPT.MACHINE_EXTERNAL,
} as const;

export const MTVEC = { VECTORED: 1 } as const;

/** Bits of mcounteren and mcountinhibit. */
export const COUNTER = { CYCLE: 1, TIME: 2, INSTRET: 4 } as const;

/** MXL = 1 (32 bits), and the letters A, C, I, M and U (3.1.1). */
export const MISA = (1 << 30) | (1 << 0) | (1 << 2) | (1 << 8) | (1 << 12) | (1 << 20);
