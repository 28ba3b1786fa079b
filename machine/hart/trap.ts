/** Causes of traps and modes of privilege (privileged manual, 3.1.15 table 14, and 1.2). */

export const MODE = { U: 0, S: 1, M: 3 } as const;

/** Values of mcause for exceptions. */
export const CAUSE = {
  INSTRUCTION_ADDRESS_MISALIGNED: 0,
  INSTRUCTION_ACCESS_FAULT: 1,
  ILLEGAL_INSTRUCTION: 2,
  BREAKPOINT: 3,
  LOAD_ADDRESS_MISALIGNED: 4,
  LOAD_ACCESS_FAULT: 5,
  STORE_ADDRESS_MISALIGNED: 6,
  STORE_ACCESS_FAULT: 7,
  ECALL_FROM_U: 8,
  ECALL_FROM_S: 9,
  ECALL_FROM_M: 11,
  INSTRUCTION_PAGE_FAULT: 12,
  LOAD_PAGE_FAULT: 13,
  STORE_PAGE_FAULT: 15,
} as const;

/** Bit 31 of mcause: the trap is an interrupt, and the rest of mcause is its bit number in mip. */
export const CAUSE_INTERRUPT = 0x8000_0000;

/** Bit numbers of interrupts in mip and mie (3.1.9). */
export const INTERRUPT = {
  SUPERVISOR_SOFTWARE: 1,
  MACHINE_SOFTWARE: 3,
  SUPERVISOR_TIMER: 5,
  MACHINE_TIMER: 7,
  SUPERVISOR_EXTERNAL: 9,
  MACHINE_EXTERNAL: 11,
} as const;

/** Which of several interrupts that go to the same mode is taken: the earliest in this list (3.1.9, 10.1.3). */
export const INTERRUPT_PRIORITY: readonly number[] = [
  INTERRUPT.MACHINE_EXTERNAL,
  INTERRUPT.MACHINE_SOFTWARE,
  INTERRUPT.MACHINE_TIMER,
  INTERRUPT.SUPERVISOR_EXTERNAL,
  INTERRUPT.SUPERVISOR_SOFTWARE,
  INTERRUPT.SUPERVISOR_TIMER,
];
