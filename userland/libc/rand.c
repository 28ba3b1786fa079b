/*
 * C11 7.22.2. A multiply-add generator with a mixed output: its period is 2^32, every seed gives the same sequence on every
 * run, and the low bits are as good as the high ones (programs say `rand() % 6`).
 */
#include <stdint.h>
#include <stdlib.h>

static uint32_t state = 1;

int rand_r(unsigned *place)
{
    uint32_t x = *place = *place * 1664525u + 1013904223u;
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    x ^= x >> 16;
    return (int)(x & RAND_MAX);
}

/* Threads share the sequence; two that call at once may get the same number, which the standard allows. */
int rand(void)
{
    return rand_r(&state);
}

void srand(unsigned seed)
{
    state = seed;
}

long random(void)
{
    return rand();
}

void srandom(unsigned seed)
{
    srand(seed);
}
