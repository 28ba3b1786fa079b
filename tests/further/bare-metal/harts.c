/* Four harts: a lock by LR and SC, a counter by AMO, and software interrupts that go round. */
#include "board.h"

enum { HARTS = 4, ROUNDS = 500 };

static volatile uint32_t lock, guarded, counted, arrived, token;

static void take_lock(void) {
  uint32_t failed;
  do {
    __asm__ volatile(
        "1: lr.w.aq %0, (%1)\n bnez %0, 1b\n sc.w.rl %0, %2, (%1)" : "=&r"(failed) : "r"(&lock), "r"(1) : "memory");
  } while (failed);
}

static void add(volatile uint32_t *to, uint32_t amount) {
  __asm__ volatile("amoadd.w.aqrl zero, %1, (%0)" ::"r"(to), "r"(amount) : "memory");
}

static volatile uint32_t *software_interrupt(uint32_t hart) { return word_at(0x02000000 + 4 * hart); }

int main(uint32_t hart) {
  for (int i = 0; i < ROUNDS; i++) {
    take_lock();
    guarded = guarded + 1;
    __asm__ volatile("fence rw, w" ::: "memory");
    lock = 0;
    add(&counted, hart + 1);
  }
  add(&arrived, 1);
  while (arrived < HARTS) continue;

  /* Each hart waits to be woken by the one before; hart 0 begins and ends. */
  set_csr(mie, 1 << 3);
  if (hart != 0) {
    while (!(read_csr(mip) & 1 << 3)) __asm__ volatile("wfi");
    *software_interrupt(hart) = 0;
  }
  token = token * 10 + hart;
  *software_interrupt((hart + 1) % HARTS) = 1;
  if (hart != 0) return 0;
  while (!(read_csr(mip) & 1 << 3)) __asm__ volatile("wfi");
  report("guarded", guarded);
  report("counted", counted);
  report("token", token);
  return 0;
}
