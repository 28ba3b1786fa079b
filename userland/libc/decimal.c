/* Doubling and halving of exact decimal numbers. */
#include "decimal.h"

#include <string.h>

/* The most bits by which a limb can be shifted and its carry still be added in 64 bits. */
#define LEFT_STEP 29
/* 2^9 divides 10^9, so halving nine times gives whole limbs, and all fits 32 bits. */
#define RIGHT_STEP 9

void __tocsin_decimal_clear(struct decimal *number)
{
    memset(number, 0, sizeof *number);
    number->first = number->last = DECIMAL_POINT;
}

void __tocsin_decimal_set(struct decimal *number, uint64_t integer)
{
    __tocsin_decimal_clear(number);
    for (; integer != 0; integer /= DECIMAL_BASE)
        number->limbs[--number->first] = (uint32_t)(integer % DECIMAL_BASE);
}

static void drop_zeros(struct decimal *number)
{
    while (number->first < number->last && number->limbs[number->first] == 0)
        number->first++;
    while (number->last > number->first && number->limbs[number->last - 1] == 0)
        number->last--;
}

static void shift_left(struct decimal *number, int bits)
{
    uint32_t carry = 0;
    for (int i = number->last - 1; i >= number->first; i--) {
        uint64_t shifted = ((uint64_t)number->limbs[i] << bits) + carry;
        carry = (uint32_t)(shifted / DECIMAL_BASE);
        number->limbs[i] = (uint32_t)(shifted - (uint64_t)carry * DECIMAL_BASE);
    }
    if (carry != 0)
        number->limbs[--number->first] = carry;
}

static void shift_right(struct decimal *number, int bits)
{
    uint32_t low_bits = (1u << bits) - 1, weight = DECIMAL_BASE >> bits, carry = 0;
    for (int i = number->first; i < number->last; i++) {
        uint32_t limb = number->limbs[i];
        number->limbs[i] = (limb >> bits) + carry;
        carry = (limb & low_bits) * weight;
    }
    if (carry == 0)
        return;
    if (number->last < DECIMAL_LIMBS)
        number->limbs[number->last++] = carry;
    else
        /* No room: what is lost must still show that the number is not what stands there exactly. */
        number->limbs[DECIMAL_LIMBS - 1] |= 1;
}

void __tocsin_decimal_scale(struct decimal *number, int bits)
{
    while (bits != 0) {
        int left = bits < LEFT_STEP ? bits : LEFT_STEP, right = -bits < RIGHT_STEP ? -bits : RIGHT_STEP;
        if (bits > 0)
            shift_left(number, left);
        else
            shift_right(number, right);
        bits -= bits > 0 ? left : -right;
        drop_zeros(number);
    }
}
