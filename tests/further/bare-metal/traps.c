/* Exceptions of M mode and of U mode, and what they leave in the control registers. */
#include "board.h"

static volatile uint32_t from_user;

__attribute__((interrupt("machine"), aligned(4))) static void trap(void) {
  const uint32_t pc = read_csr(mepc), cause = read_csr(mcause);
  report("cause", cause);
  report("  value", cause == 3 ? 0 : read_csr(mtval));
  report("  mpp", read_csr(mstatus) >> 11 & 3);
  if (from_user && cause == 8) {
    /* Out of U mode again: the return below goes to M. */
    from_user = 0;
    set_csr(mstatus, 3 << 11);
  }
  const uint32_t is_wide = (*(volatile uint16_t *)pc & 3) == 3;
  write_csr(mepc, pc + (is_wide ? 4 : 2));
}

int main(void) {
  write_csr(mtvec, &trap);
  __asm__ volatile("ecall" ::: "memory");
  __asm__ volatile(".word 0xffffffff" ::: "memory");
  __asm__ volatile("csrw 0x7ff, zero" ::: "memory");
  __asm__ volatile("ebreak" ::: "memory");
  __asm__ volatile("lw t0, 0(%0)" ::"r"(0x20000) : "t0", "memory");
  __asm__ volatile("sw zero, 0(%0)" ::"r"(0x20000) : "memory");
  __asm__ volatile("lr.w t0, (%0)" ::"r"(0x20001) : "t0", "memory");

  /* All of memory for U mode, and out to it: a privileged register, then the call that ends it. */
  write_csr(pmpaddr0, 0xffffffff);
  write_csr(pmpcfg0, 0x1f);
  from_user = 1;
  clear_csr(mstatus, 3 << 11);
  __asm__ volatile(
      "la t0, 1f\n csrw mepc, t0\n mret\n"
      "1: csrr t0, mstatus\n mret\n ecall\n" ::
          : "t0", "memory");
  print("back\n");
  return 0;
}
