/* Code that is written while it runs. */
#include "board.h"

static uint32_t body[2] __attribute__((aligned(4))) = {0x00000513, 0x00008067}; /* li a0, 0; ret */

int main(void) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < 100; i++) {
    body[0] = 0x00000513 | (i * 7 & 0x7ff) << 20;
    __asm__ volatile("fence.i" ::: "memory");
    sum = sum * 3 + ((uint32_t(*)(void))body)();
  }
  report("sum", sum);
  return 0;
}
