/*
 * The call mix: calls, returns and stack frames, with next to nothing in between.
 * Fibonacci and Ackermann by recursion, and small functions called through a table of pointers.
 */
#include "rounds.h"

enum { FIBONACCI = 24, ACKERMANN = 6, INDIRECT = 150000 };

/* Two real calls a level: without the barriers compilers turn the second one into a loop. */
static NOINLINE uint32_t fibonacci(uint32_t n) {
  if (n < 2) return n;
  uint32_t left = fibonacci(n - 1);
  __asm__ volatile("" : "+r"(left));
  uint32_t right = fibonacci(n - 2);
  __asm__ volatile("" : "+r"(right));
  return left + right;
}

static NOINLINE uint32_t ackermann(uint32_t m, uint32_t n) {
  uint32_t value;
  if (m == 0) return n + 1;
  value = n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
  __asm__ volatile("" : "+r"(value));
  return value;
}

static NOINLINE uint32_t add(uint32_t a, uint32_t b) { return a + b; }
static NOINLINE uint32_t exclusive_or(uint32_t a, uint32_t b) { return a ^ b; }
static NOINLINE uint32_t scale(uint32_t a, uint32_t b) { return a * 5 + b; }
static NOINLINE uint32_t choose(uint32_t a, uint32_t b) { return a & 64 ? add(a, b) + 1 : exclusive_or(a, b) + 2; }

/* volatile: the compiler may not know what is called. */
static uint32_t (*volatile operations[8])(uint32_t, uint32_t) = {add, scale, choose, exclusive_or, choose, add, scale, choose};

static NOINLINE uint32_t indirect(uint32_t value) {
  for (uint32_t i = 0; i < INDIRECT; i++) value = operations[(value >> 3 ^ i) & 7](value, i);
  return value;
}

uint32_t work_round(void) {
  uint32_t checksum = fibonacci(FIBONACCI);
  checksum = checksum * 31 + ackermann(2, ACKERMANN * 30);
  checksum = checksum * 31 + ackermann(3, ACKERMANN);
  return checksum * 31 + indirect(1);
}
