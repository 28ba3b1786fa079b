/* C11 7.22.1.3: floating-point numbers from text, rounded once and correctly, half to even. */
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "decimal.h"

/* IEEE 754 binary64: a finite number is an integer below 2^53 times 2^scale, with scale from -1074 to 971. */
#define MANTISSA_BITS 53
#define SCALE_MIN (-1074)
#define SCALE_MAX 971
#define INFINITY_BITS ((uint64_t)0x7ff << 52)
#define QUIET_NAN_BITS ((uint64_t)0xfff << 51)

/* Digits that can change how a double is rounded; of the rest it matters only whether all are 0. */
#define SIGNIFICANT_DIGITS 780
/* Beyond these powers of ten everything is infinite, or 0. */
#define POWER_MAX 310
#define POWER_MIN (-345)
/* Written exponents are clamped to this: no text is long enough to make up for more. */
#define EXPONENT_CLAMP 100000000

static double from_bits(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

/* mantissa * 2^scale with a mantissa of at most 53 bits that was rounded already. */
static uint64_t assemble(uint64_t mantissa, int scale)
{
    if (mantissa >> MANTISSA_BITS) {
        mantissa >>= 1;
        scale++;
    }
    if (scale > SCALE_MAX) {
        errno = ERANGE;
        return INFINITY_BITS;
    }
    /* Subnormal numbers and 0, at the least scale: some digits may be lost. */
    if (mantissa >> (MANTISSA_BITS - 1) == 0)
        errno = ERANGE;
    /* The mantissa's highest bit adds one to the exponent field: without it the field is 0, as subnormals have it. */
    return ((uint64_t)(scale - SCALE_MIN) << (MANTISSA_BITS - 1)) + mantissa;
}

static uint64_t integer_part(const struct decimal *number)
{
    uint64_t integer = 0;
    for (int i = number->first; i < DECIMAL_POINT; i++)
        integer = integer * DECIMAL_BASE + (i < number->last ? number->limbs[i] : 0);
    return integer;
}

/* Is the part after the point below, at or above one half? */
static int compare_with_half(const struct decimal *number)
{
    uint32_t half = DECIMAL_BASE / 2;
    uint32_t first = number->limbs[DECIMAL_POINT];
    if (first != half)
        return first < half ? -1 : 1;
    return number->last > DECIMAL_POINT + 1 ? 1 : 0;
}

/* Rounds to the nearest double. */
static uint64_t round_decimal(struct decimal *number)
{
    int scale = 0;
    /* Three limbs before the point are 10^18 at least, far more than 53 bits; two are handled one bit at a time below. */
    while (number->first < DECIMAL_POINT - 2) {
        __tocsin_decimal_scale(number, -9);
        scale += 9;
    }
    while (integer_part(number) >> MANTISSA_BITS) {
        __tocsin_decimal_scale(number, -1);
        scale++;
    }
    while (integer_part(number) >> (MANTISSA_BITS - 1) == 0 && scale > SCALE_MIN) {
        /* Below 2^23, another 29 bits still leave it below 2^52. */
        int step = integer_part(number) >> 23 == 0 ? 29 : 1;
        if (step > scale - SCALE_MIN)
            step = scale - SCALE_MIN;
        __tocsin_decimal_scale(number, step);
        scale -= step;
    }
    uint64_t mantissa = integer_part(number);
    int order = compare_with_half(number);
    mantissa += order > 0 || (order == 0 && mantissa % 2 == 1);
    return assemble(mantissa, scale);
}

/* e+dd; `*at` stays where no digits follow the letter. */
static int read_exponent(const char **at, char letter)
{
    if (tolower((unsigned char)**at) != letter)
        return 0;
    const char *digits = *at + 1;
    int negative = *digits == '-', exponent = 0;
    if (*digits == '+' || *digits == '-')
        digits++;
    if (!isdigit((unsigned char)*digits))
        return 0;
    for (; isdigit((unsigned char)*digits); digits++)
        if (exponent < EXPONENT_CLAMP)
            exponent = exponent * 10 + (*digits - '0');
    *at = digits;
    return negative ? -exponent : exponent;
}

/* Puts a digit where it counts 10^power; one that falls outside the row of limbs is dropped. */
static void place_digit(struct decimal *number, int digit, int power)
{
    static const uint32_t powers[9] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
    int from_base = power + 9 * DECIMAL_LIMBS;
    int limb = DECIMAL_POINT - 1 - (from_base / 9 - DECIMAL_LIMBS);
    if (digit == 0 || limb < 0 || limb >= DECIMAL_LIMBS)
        return;
    number->limbs[limb] += (uint32_t)digit * powers[from_base % 9];
    if (limb < number->first)
        number->first = limb;
    if (limb >= number->last)
        number->last = limb + 1;
}

static const char *skip_digits_and_point(const char *at, int *found)
{
    *found = 0;
    for (int seen_point = 0;; at++) {
        if (isdigit((unsigned char)*at))
            *found = 1;
        else if (*at == '.' && !seen_point)
            seen_point = 1;
        else
            return at;
    }
}

/* A decimal number; 0 bytes are taken when there are no digits. */
static uint64_t read_decimal(const char *text, const char **end)
{
    struct decimal number;
    int found;
    const char *after = skip_digits_and_point(text, &found);
    if (!found)
        return 0;
    *end = after;
    int exponent = read_exponent(end, 'e');

    /* The first digit that is not 0, and the power of ten that it counts. */
    const char *at = text;
    int power = exponent - 1;
    for (const char *c = text; c != after && *c != '.'; c++)
        power++;
    for (; at != after && (*at == '0' || *at == '.'); at++)
        power -= *at == '0';
    if (at == after)
        return 0;
    if (power < POWER_MIN || power > POWER_MAX) {
        errno = ERANGE;
        return power > 0 ? INFINITY_BITS : 0;
    }

    __tocsin_decimal_clear(&number);
    int count = 0, rest = 0;
    for (; at != after; at++) {
        if (*at == '.')
            continue;
        if (count++ < SIGNIFICANT_DIGITS)
            place_digit(&number, *at - '0', power--);
        else
            rest |= *at != '0';
    }
    if (rest)
        place_digit(&number, 1, power);
    return round_decimal(&number);
}

/* Hexadecimal digits with a point and a power of two: all bits are there, and are rounded here. */
static uint64_t read_hexadecimal(const char *text, const char **end)
{
    uint64_t mantissa = 0;
    int scale = 0, seen_point = 0, rest = 0, found = 0;
    const char *at = text;
    for (;; at++) {
        if (*at == '.' && !seen_point) {
            seen_point = 1;
            continue;
        }
        if (!isxdigit((unsigned char)*at))
            break;
        found = 1;
        int digit = isdigit((unsigned char)*at) ? *at - '0' : tolower((unsigned char)*at) - 'a' + 10;
        if (mantissa >> 58 == 0) {
            mantissa = mantissa << 4 | (unsigned)digit;
            scale -= seen_point ? 4 : 0;
        } else {
            rest |= digit != 0;
            scale += seen_point ? 0 : 4;
        }
    }
    if (!found)
        return 0;
    *end = at;
    scale += read_exponent(end, 'p');
    if (mantissa == 0)
        return 0;
    /* 63 bits or fewer, shifted down to 53, or to what the least scale leaves. */
    int cut = 64 - __builtin_clzll(mantissa) - MANTISSA_BITS;
    if (scale + cut < SCALE_MIN)
        cut = SCALE_MIN - scale;
    if (cut > 62) {
        /* The mantissa is below 2^62: less than half of the least subnormal. */
        errno = ERANGE;
        return 0;
    }
    if (cut <= 0)
        return assemble(mantissa << -cut, scale + cut);
    uint64_t half = (uint64_t)1 << (cut - 1), cut_off = mantissa & (2 * half - 1);
    uint64_t kept = mantissa >> cut;
    kept += cut_off > half || (cut_off == half && (rest || kept % 2 == 1));
    return assemble(kept, scale + cut);
}

static uint64_t read_magnitude(const char *at, const char **end)
{
    if (strncasecmp(at, "inf", 3) == 0) {
        *end = at + (strncasecmp(at, "infinity", 8) == 0 ? 8 : 3);
        return INFINITY_BITS;
    }
    if (strncasecmp(at, "nan", 3) == 0) {
        *end = at + 3;
        return QUIET_NAN_BITS;
    }
    if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
        uint64_t bits = read_hexadecimal(at + 2, end);
        if (*end != at)
            return bits;
    }
    return read_decimal(at, end);
}

double strtod(const char *text, char **end)
{
    const char *at = text;
    while (isspace((unsigned char)*at))
        at++;
    int negative = *at == '-';
    if (*at == '+' || *at == '-')
        at++;
    const char *after = at;
    uint64_t bits = read_magnitude(at, &after);
    if (after == at) {
        after = text; /* nothing that could be a number: not even the sign counts */
        negative = 0;
    }
    if (end != NULL)
        *end = (char *)after;
    return from_bits(bits | (uint64_t)negative << 63);
}

float strtof(const char *text, char **end)
{
    return (float)strtod(text, end);
}

long double strtold(const char *text, char **end)
{
    return (long double)strtod(text, end);
}

double atof(const char *text)
{
    return strtod(text, NULL);
}
