/* Arithmetic of all widths, sorting, recursion: what compilers make of ordinary C. */
#include "board.h"

static uint32_t state = 12345;
static uint32_t numbers[256];

static uint32_t next(void) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

static uint32_t fibonacci(uint32_t n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

static void sort(uint32_t *at, int count) {
  for (int i = 1; i < count; i++) {
    for (int j = i; j > 0 && at[j - 1] > at[j]; j--) {
      const uint32_t swapped = at[j];
      at[j] = at[j - 1];
      at[j - 1] = swapped;
    }
  }
}

int main(void) {
  uint32_t mixed = 0;
  for (int i = 0; i < 1000; i++) {
    const uint32_t a = next(), b = next() >> (i & 31);
    mixed = mixed * 31 + (b ? a / b + a % b : a);
    mixed ^= (uint32_t)((int32_t)a >> (b & 31)) + (uint32_t)(((int64_t)(int32_t)a * (int32_t)b) >> 32);
    mixed += (uint32_t)(((uint64_t)a * b) >> 32) + (uint32_t)((int32_t)a / ((int32_t)b | 1));
  }
  report("mixed", mixed);
  for (int i = 0; i < 256; i++) numbers[i] = next();
  sort(numbers, 256);
  uint32_t order = 0;
  for (int i = 0; i < 256; i++) order = order * 33 + numbers[i];
  report("sorted", order);
  report("fibonacci", fibonacci(20));
  report("zero by zero", (uint32_t)({ int q; __asm__ volatile("div %0, %1, zero" : "=r"(q) : "r"(7)); q; }));
  return 0;
}
