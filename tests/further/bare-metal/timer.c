/* Timer interrupts in M mode, with and without wfi. */
#include "board.h"

static volatile uint32_t ticks;

__attribute__((interrupt("machine"), aligned(4))) static void trap(void) {
  if (read_csr(mcause) == 0x80000007) {
    ticks++;
    set_timer(0, time_now() + 20000);
  } else {
    report("unexpected", read_csr(mcause));
    *word_at(0x100000) = 0x13333;
  }
}

int main(void) {
  write_csr(mtvec, &trap);
  set_timer(0, time_now() + 20000);
  set_csr(mie, 1 << 7);
  set_csr(mstatus, 1 << 3);
  while (ticks < 3) continue;
  print("three ticks\n");
  while (ticks < 6) __asm__ volatile("wfi");
  print("six ticks\n");
  clear_csr(mstatus, 1 << 3);
  set_timer(0, 0);
  /* Not enabled, and pending all the same: wfi goes on. */
  __asm__ volatile("wfi");
  report("pending", read_csr(mip) & 1 << 7);
  stop_timer(0);
  report("pending", read_csr(mip) & 1 << 7);
  report("ticks", ticks);
  return 0;
}
