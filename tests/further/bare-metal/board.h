/* The board as a bare-metal program sees it: console, finisher, timer, control registers. */
#pragma once
#include <stdint.h>

static inline volatile uint8_t *uart(void) { return (volatile uint8_t *)0x10000000; }
static inline volatile uint32_t *word_at(uint32_t address) { return (volatile uint32_t *)address; }

static inline void put(char byte) {
  while (!(uart()[5] & 0x20)) continue;
  uart()[0] = (uint8_t)byte;
}

static inline void print(const char *text) {
  while (*text) put(*text++);
}

static inline void print_hex(uint32_t value) {
  for (int shift = 28; shift >= 0; shift -= 4) put("0123456789abcdef"[value >> shift & 15]);
}

static inline void report(const char *what, uint32_t value) {
  print(what);
  put(' ');
  print_hex(value);
  put('\n');
}

#define read_csr(name) ({ uint32_t value_; __asm__ volatile("csrr %0, " #name : "=r"(value_)::"memory"); value_; })
#define write_csr(name, value) __asm__ volatile("csrw " #name ", %0" ::"r"(value) : "memory")
#define set_csr(name, bits) __asm__ volatile("csrs " #name ", %0" ::"r"(bits) : "memory")
#define clear_csr(name, bits) __asm__ volatile("csrc " #name ", %0" ::"r"(bits) : "memory")

/* The lower words are enough for waits; the upper one of mtimecmp is zero or all ones. */
static inline uint32_t time_now(void) { return *word_at(0x0200bff8); }
static inline void set_timer(uint32_t hart, uint32_t low) {
  *word_at(0x02004004 + 8 * hart) = 0xffffffff;
  *word_at(0x02004000 + 8 * hart) = low;
  *word_at(0x02004004 + 8 * hart) = 0;
}
static inline void stop_timer(uint32_t hart) { *word_at(0x02004004 + 8 * hart) = 0xffffffff; }
