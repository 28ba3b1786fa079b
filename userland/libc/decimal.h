/*
 * Exact decimal numbers, large enough for every double: what printf and strtod need to round once and correctly.
 *
 * A number is a row of limbs in base 10^9. The decimal point stands before limb DECIMAL_POINT: limb i counts
 * 10^(9 * (DECIMAL_POINT - 1 - i)). Only limbs from `first` up to `last` can be nonzero.
 *
 * Before the point a double has at most 309 digits, 35 limbs; after it at most 1074, 120 limbs. strtod adds up to 90 limbs of
 * digits that somebody wrote, and as many again as it divides by two.
 */
#ifndef TOCSIN_LIBC_DECIMAL_H
#define TOCSIN_LIBC_DECIMAL_H

#include <stdint.h>

#define DECIMAL_BASE 1000000000u
#define DECIMAL_POINT 40
#define DECIMAL_LIMBS 216

struct decimal {
    uint32_t limbs[DECIMAL_LIMBS];
    int first;
    int last;
};

/* 0. */
void __tocsin_decimal_clear(struct decimal *number);
/* The integer itself. */
void __tocsin_decimal_set(struct decimal *number, uint64_t integer);
/* Times 2^bits, which must fit 360 digits before the point; or, with negative bits, divided by 2^-bits. */
void __tocsin_decimal_scale(struct decimal *number, int bits);

#endif
