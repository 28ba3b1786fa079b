# Where the programs of this folder begin, on every hart: 0x80000000, M mode, the hart's number in a0 and a device tree in a1.
# Calls main(hart, tree); what it returns is the exit code. Harts other than 0 wait until the zeros are there.

  .section .text.start, "ax"
  .globl start
start:
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
  la sp, stack_top
  slli t0, a0, 14
  sub sp, sp, t0
  bnez a0, others

  la t0, bss_start
  la t1, bss_end
1:
  bgeu t0, t1, 2f
  sw zero, 0(t0)
  addi t0, t0, 4
  j 1b
2:
  la t0, is_ready
  li t1, 1
  sw t1, 0(t0)
  call main

  # The test finisher: pass, or fail with a code.
  li t0, 0x100000
  li t1, 0x5555
  beqz a0, 3f
  slli a0, a0, 16
  li t1, 0x3333
  or t1, t1, a0
3:
  sw t1, 0(t0)
  j .

others:
  la t0, is_ready
4:
  lw t1, 0(t0)
  beqz t1, 4b
  call main
5:
  wfi
  j 5b

  .data
  .balign 4
is_ready:
  .word 0
