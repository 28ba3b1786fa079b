/*
 * The frame of a guest that has a C library: Tocsin's, or the host's when checksums are compared.
 *
 * A line a round: `round CHECKSUM TIME`. TIME is the monotonic clock in nanoseconds; on Tocsin that is retired instructions,
 * so the difference of two lines says how many instructions the rounds between them took. The harness takes the host's time
 * from when a line arrives, never from here.
 */
#include <stdio.h>
#include <time.h>

#include "rounds.h"

int main(void) {
  for (uint32_t round = 0; round < ROUNDS; round++) {
    uint32_t checksum = work_round();
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    unsigned long long nanoseconds = (unsigned long long)now.tv_sec * 1000000000u + (unsigned long long)now.tv_nsec;
    printf("round %08x %llu\n", (unsigned)checksum, nanoseconds);
    fflush(stdout);
  }
  return 0;
}
