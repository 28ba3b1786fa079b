/* The console's other direction: by interrupts through the PLIC, until a q. */
#include "board.h"

static volatile uint32_t letters, done;

__attribute__((interrupt("machine"), aligned(4))) static void trap(void) {
  const uint32_t source = *word_at(0x0c200004);
  if (source != 10) {
    report("unexpected", source);
    return;
  }
  while (uart()[5] & 1) {
    const char letter = (char)uart()[0];
    if (letter == 'q') done = 1;
    else put(letter ^ 0x20);
    letters++;
  }
  *word_at(0x0c200004) = source;
}

int main(void) {
  write_csr(mtvec, &trap);
  *word_at(0x0c000000 + 4 * 10) = 1;
  *word_at(0x0c002000) = 1 << 10;
  *word_at(0x0c200000) = 0;
  uart()[1] = 1;
  set_csr(mie, 1 << 11);
  set_csr(mstatus, 1 << 3);
  while (!done) continue;
  put('\n');
  report("letters", letters);
  return 0;
}
