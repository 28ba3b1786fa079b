/* S mode under Sv32: a superpage, a page of 4 KiB that moves, faults that M mode delegated. */
#include "board.h"

enum { V = 1, R = 2, W = 4, X = 8, U = 16, A = 64, D = 128 };

static uint32_t root[1024] __attribute__((aligned(4096)));
static uint32_t leaves[1024] __attribute__((aligned(4096)));
static volatile uint32_t first[1024] __attribute__((aligned(4096)));
static volatile uint32_t second[1024] __attribute__((aligned(4096)));

#define WINDOW 0x40000000u

__attribute__((interrupt("supervisor"), aligned(4))) static void trap(void) {
  const uint32_t cause = read_csr(scause);
  report("fault", cause);
  report("  at", read_csr(stval));
  if (cause == 15) {
    leaves[1] = ((uint32_t)second >> 12) << 10 | V | R | W | A | D;
    __asm__ volatile("sfence.vma" ::: "memory");
    return;
  }
  write_csr(sepc, read_csr(sepc) + 4);
}

__attribute__((noinline)) static void supervisor(void) {
  volatile uint32_t *window = (volatile uint32_t *)WINDOW;
  report("through the window", window[0]);
  window[1] = 77;
  report("behind it", first[1]);
  leaves[0] = ((uint32_t)second >> 12) << 10 | V | R | W | A | D;
  __asm__ volatile("sfence.vma %0" ::"r"(WINDOW) : "memory");
  report("moved", window[0]);
  window[1024] = 5;
  report("made on demand", second[0]);
  __asm__ volatile(".option push\n.option norvc\n lw t0, 0(%0)\n.option pop" ::"r"(WINDOW + 0x2000) : "t0", "memory");
  leaves[3] = ((uint32_t)first >> 12) << 10 | V | R | U | A | D;
  __asm__ volatile("sfence.vma\n.option push\n.option norvc\n lw t0, 0(%0)\n.option pop" ::"r"(WINDOW + 0x3000)
                   : "t0", "memory");
  set_csr(sstatus, 1 << 18);
  report("with SUM", *(volatile uint32_t *)(WINDOW + 0x3000));
  *word_at(0x100000) = 0x93333;
  for (;;) continue;
}

int main(void) {
  first[0] = 11;
  second[0] = 22;
  /* Devices and RAM where they are, in superpages. */
  root[0] = 0 | V | R | W | A | D;
  root[0x10000000u >> 22] = (0x10000000u >> 12) << 10 | V | R | W | A | D;
  root[0x80000000u >> 22] = (0x80000000u >> 12) << 10 | V | R | W | X | A | D;
  root[WINDOW >> 22] = ((uint32_t)leaves >> 12) << 10 | V;
  leaves[0] = ((uint32_t)first >> 12) << 10 | V | R | W | A | D;
  write_csr(pmpaddr0, 0xffffffff);
  write_csr(pmpcfg0, 0x1f);
  write_csr(medeleg, 1 << 12 | 1 << 13 | 1 << 15);
  write_csr(stvec, &trap);
  write_csr(satp, 1u << 31 | (uint32_t)root >> 12);
  __asm__ volatile("sfence.vma" ::: "memory");
  clear_csr(mstatus, 3 << 11);
  set_csr(mstatus, 1 << 11);
  write_csr(mepc, &supervisor);
  __asm__ volatile("mret" ::: "memory");
  return 1;
}
