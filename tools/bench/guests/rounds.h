/*
 * What every guest of the benchmark is: one round of work, always the same, done again and again. Nothing here knows the
 * engine; main.c (a Tocsin program, or a host's) and ../bare/main.c (no system at all) call the round and say when it is done.
 */
#ifndef BENCH_ROUNDS_H
#define BENCH_ROUNDS_H

#include <stdint.h>

/* How many rounds before the guest ends by itself. The harness ends it long before; this only stops one that was left alone. */
#ifndef ROUNDS
#define ROUNDS 20000
#endif

/* Keeps a call a call: the compiler may neither inline the function nor make a specialised copy of it. */
#define NOINLINE __attribute__((noinline))

/* Does one round. Returns a checksum of all that it computed: the same in every round, on every engine, on the host too. */
uint32_t work_round(void);

/* The pseudo-random numbers of all guests (Marsaglia's xorshift, shifts 13, 17, 5). `*state` is never 0. */
static inline uint32_t next_random(uint32_t *state) {
  uint32_t x = *state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return *state = x;
}

#endif
