# Where a bare-metal guest begins: QEMU's virt board jumps to 0x80000000 in M mode with no system and no firmware
# (-bios none). Sets what C needs and calls main.
#
# With -DTRAP_LOOP main runs in U mode and every ecall does the least that a system call can: into M mode, past the ecall,
# back. That is QEMU's own trap loop, which the kernel's null calls are measured against.

  .section .text.start, "ax"
  .globl start
start:
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
  la sp, stack_top

  # The image is loaded with its zeros missing.
  la t0, bss_start
  la t1, bss_end
1:
  bgeu t0, t1, 2f
  sw zero, 0(t0)
  addi t0, t0, 4
  j 1b
2:

#ifdef TRAP_LOOP
  la t0, trap
  csrw mtvec, t0
  # U mode may touch nothing until PMP lets it: one entry, all addresses, read, write and execute (privileged spec, 3.7.1).
  li t0, -1
  csrw pmpaddr0, t0
  li t0, 0x1f
  csrw pmpcfg0, t0
  # mstatus.MPP = U, and out to it.
  li t0, 0x1800
  csrc mstatus, t0
  la t0, enter
  csrw mepc, t0
  mret
enter:
#endif
  call main

  # Power off through the test finisher.
  li t0, 0x100000
  li t1, 0x5555
  sw t1, 0(t0)
  j .

#ifdef TRAP_LOOP
  .balign 4
trap:
  csrw mscratch, t0
  csrr t0, mepc
  addi t0, t0, 4
  csrw mepc, t0
  csrr t0, mscratch
  mret
#endif
