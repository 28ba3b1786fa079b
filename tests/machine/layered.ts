/** A program that goes round through M, S and U mode, translated, with everything that interrupts it. */

import { type Board, CLINT_BASE, type Hart } from '../../machine/index.js';
import { assemble } from '../../machine/isa/assembler/index.js';
import { boardWith, CODE } from './bare-metal.js';

/**
 * S mode waits for the timer, stores other code for U mode, faults, calls M mode and goes to U mode; U mode executes that code
 * at another address, faults, and calls S mode. The timer of M mode interrupts all of them, and moves on.
 */
const PROGRAM = `
start:
  la t0, machine
  csrw mtvec, t0
  la t0, supervisor
  csrw stvec, t0
  li t0, (1 << 8) | (1 << 12) | (1 << 13) | (1 << 15)
  csrw medeleg, t0
  # 0x80000000 for S mode, and the same memory at 0x80400000 for U mode.
  li t0, ROOT
  li t1, 0x200000cf
  li t2, 0x800
  add t2, t2, t0
  sw t1, 0(t2)
  li t1, 0x200000df
  sw t1, 4(t2)
  srli t0, t0, 12
  li t1, 0x80000000
  or t0, t0, t1
  csrw satp, t0
  li t0, 0x80
  csrw mie, t0
  li t0, 0x800
  csrw mstatus, t0
  la t0, round
  csrw mepc, t0
  mret

machine:
  csrr t4, mcause
  bltz t4, timer
  addi s2, s2, 1
  csrr t4, mepc
  addi t4, t4, 4
  csrw mepc, t4
  mret
timer:
  addi s1, s1, 1
  csrr t4, time
  addi t4, t4, 61
  li t5, TIMECMP
  sw t4, 0(t5)
  mret

supervisor:
  csrr t2, scause
  li t3, 8
  beq t2, t3, round
  addi s6, s6, 1
  csrr t2, sepc
  addi t2, t2, 4
  csrw sepc, t2
  sret

round:
  addi s3, s3, 1
  andi t0, s3, 7
  bnez t0, store
  wfi
store:
  la t0, patched
  lw t1, 0(t0)
  li t2, 0x00100000
  xor t1, t1, t2
  sw t1, 0(t0)
  .option push
  .option norvc
  lw t1, 0(zero)
  .option pop
  ecall
  la t0, user
  li t1, 0x400000
  add t0, t0, t1
  csrw sepc, t0
  li t0, 0x100
  csrc sstatus, t0
  sret

user:
  addi s4, s4, 1
  .option push
  .option norvc
  .balign 4
patched:
  addi s5, s5, 1
  sw s5, 0(zero)
  .option pop
  ecall
`;

/** The board about to execute it in M mode. */
export function startLayered(): { board: Board; hart: Hart } {
  const { board, hart } = boardWith([], { firmware: 'guest', memoryBytes: 1 << 17 });
  const symbols = { ROOT: CODE + 0x10000, TIMECMP: CLINT_BASE + 0x4000 };
  const [{ address, bytes }] = assemble(PROGRAM, { base: CODE, symbols }).segments;
  board.memory.write(address, Uint8Array.from(bytes));
  board.clint.setTimecmp(50);
  return { board, hart };
}
