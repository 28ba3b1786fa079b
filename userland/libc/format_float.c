/*
 * Floating-point conversions of printf, exact: the double becomes a decimal number without loss, and is rounded once, half to
 * even, where the directive cuts it.
 */
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "decimal.h"
#include "format.h"

/* IEEE 754 binary64. */
#define FRACTION_BITS 52
#define EXPONENT_BITS 11
#define EXPONENT_BIAS 1023
#define EXPONENT_SPECIAL 2047

/* So that sums with a decimal exponent fit an int. */
#define GENERAL_PRECISION_MAX (INT_MAX - 1000)

/* 0.d1 d2 d3 ... * 10^point; no digits at all mean 0. */
struct digits {
    char *at;
    int count;
    int point;
};

static int is_capital(char conversion)
{
    return conversion >= 'A' && conversion <= 'Z';
}

/* `precision` is not negative: only the upper end can be passed. */
static int saturating_add(int precision, int more)
{
    int sum;
    return __builtin_add_overflow(precision, more, &sum) ? INT_MAX : sum;
}

/* All significant digits of mantissa * 2^exponent: at most 767. */
static struct digits exact_digits(char *text, uint64_t mantissa, int exponent)
{
    struct decimal number;
    struct digits digits = {text, 0, 0};
    __tocsin_decimal_set(&number, mantissa);
    __tocsin_decimal_scale(&number, exponent);
    digits.point = 9 * (DECIMAL_POINT - number.first);
    for (int i = number.first; i < number.last; i++) {
        uint32_t limb = number.limbs[i];
        for (int j = 8; j >= 0; j--, limb /= 10)
            text[digits.count + j] = (char)('0' + limb % 10);
        digits.count += 9;
    }
    while (digits.count > 0 && *digits.at == '0') {
        digits.at++;
        digits.count--;
        digits.point--;
    }
    while (digits.count > 0 && digits.at[digits.count - 1] == '0')
        digits.count--;
    return digits;
}

/* Keeps `count` digits at the most; negative counts leave nothing. The byte before the digits is free for a carry. */
static void round_digits(struct digits *digits, int count)
{
    if (count >= digits->count)
        return;
    if (count < 0) {
        digits->count = 0;
        return;
    }
    char cut = digits->at[count];
    int exactly_half = cut == '5' && count + 1 == digits->count;
    int last_is_odd = count > 0 && (digits->at[count - 1] - '0') % 2 == 1;
    int up = exactly_half ? last_is_odd : cut >= '5';
    digits->count = count;
    if (up) {
        while (digits->count > 0 && digits->at[digits->count - 1] == '9')
            digits->count--;
        if (digits->count > 0) {
            digits->at[digits->count - 1]++;
        } else {
            *--digits->at = '1';
            digits->count = 1;
            digits->point++;
        }
    }
    while (digits->count > 0 && digits->at[digits->count - 1] == '0')
        digits->count--;
}

/* `count` digits from position `from` on; where the number has none, zeros. */
static void add_digits(struct converted *value, const struct digits *digits, int from, int count)
{
    int zeros_before = from < 0 ? (-from < count ? -from : count) : 0;
    if (zeros_before > 0) {
        add_piece(value, NULL, zeros_before);
        from += zeros_before;
        count -= zeros_before;
    }
    int there = digits->count - from;
    if (there > count)
        there = count;
    if (there > 0) {
        add_piece(value, digits->at + from, there);
        count -= there;
    }
    if (count > 0)
        add_piece(value, NULL, count);
}

/* ddd.ddd with `precision` digits after the point. */
static void add_fixed(struct converted *value, const struct digits *digits, int precision, int alternate)
{
    if (digits->point > 0)
        add_digits(value, digits, 0, digits->point);
    else
        add_piece(value, "0", 1);
    if (precision > 0 || alternate)
        add_piece(value, ".", 1);
    if (precision > 0)
        add_digits(value, digits, digits->point, precision);
}

/* e+dd or p+d, at the end of its field; at least that many digits. */
static void add_exponent(struct converted *value, char *field, size_t size, char letter, int exponent, int least_digits)
{
    char *at = field + size;
    unsigned magnitude = exponent < 0 ? -(unsigned)exponent : (unsigned)exponent;
    for (; least_digits > 0 || magnitude != 0; least_digits--, magnitude /= 10)
        *--at = (char)('0' + magnitude % 10);
    *--at = exponent < 0 ? '-' : '+';
    *--at = letter;
    add_piece(value, at, (int)(field + size - at));
}

/* d.ddde+dd with `precision` digits after the point. */
static void add_scientific(struct converted *value, const struct digits *digits, int precision, int alternate, char letter,
                           struct float_text *text)
{
    int exponent = digits->count > 0 ? digits->point - 1 : 0;
    add_digits(value, digits, 0, 1);
    if (precision > 0 || alternate)
        add_piece(value, ".", 1);
    if (precision > 0)
        add_digits(value, digits, 1, precision);
    add_exponent(value, text->exponent, sizeof text->exponent, letter, exponent, 2);
}

/* g: fixed for exponents from -4 up to the precision, else scientific; without trailing zeros unless # wants them. */
static void add_general(struct converted *value, struct digits *digits, const struct directive *directive, char letter,
                        struct float_text *text)
{
    int precision = directive->precision == 0 ? 1 : directive->precision;
    if (precision > GENERAL_PRECISION_MAX)
        precision = GENERAL_PRECISION_MAX;
    round_digits(digits, precision);
    int exponent = digits->count > 0 ? digits->point - 1 : 0;
    int shown = directive->alternate ? precision : digits->count > 0 ? digits->count : 1;
    if (exponent < -4 || exponent >= precision) {
        add_scientific(value, digits, shown - 1, directive->alternate, letter, text);
        return;
    }
    int after_point = shown - 1 - exponent;
    add_fixed(value, digits, after_point > 0 ? after_point : 0, directive->alternate);
}

/* a: 0x1.hhhp+d, rounded half to even when the precision cuts it. */
static void add_hexadecimal(struct converted *value, const struct directive *directive, uint64_t fraction, int biased,
                            struct float_text *text)
{
    int capital = is_capital(directive->conversion);
    const char *digits = capital ? "0123456789ABCDEF" : "0123456789abcdef";
    int precision = directive->precision, count = FRACTION_BITS / 4;
    uint64_t mantissa = fraction | (uint64_t)(biased != 0) << FRACTION_BITS;
    int exponent = mantissa == 0 ? 0 : (biased != 0 ? biased : 1) - EXPONENT_BIAS;
    if (precision >= 0 && precision < count) {
        int cut = FRACTION_BITS - 4 * precision;
        uint64_t half = (uint64_t)1 << (cut - 1), rest = mantissa & (2 * half - 1);
        mantissa >>= cut;
        mantissa += rest > half || (rest == half && mantissa % 2 == 1);
        count = precision;
    } else {
        for (; precision < 0 && count > 0 && mantissa % 16 == 0; count--)
            mantissa >>= 4;
    }
    for (int i = count; i >= 0; i--, mantissa >>= 4)
        text->digits[i] = digits[mantissa % 16];
    add_prefix(value, '0');
    add_prefix(value, capital ? 'X' : 'x');
    add_piece(value, text->digits, 1);
    if (count > 0 || precision > 0 || directive->alternate)
        add_piece(value, ".", 1);
    if (count > 0)
        add_piece(value, text->digits + 1, count);
    if (precision > count)
        add_piece(value, NULL, precision - count);
    add_exponent(value, text->exponent, sizeof text->exponent, capital ? 'P' : 'p', exponent, 1);
}

void __tocsin_convert_float(struct converted *value, struct directive *directive, double number, struct float_text *text)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    uint64_t fraction = bits & (((uint64_t)1 << FRACTION_BITS) - 1);
    int biased = (int)(bits >> FRACTION_BITS) & ((1 << EXPONENT_BITS) - 1);
    int capital = is_capital(directive->conversion);
    add_sign(value, directive, (int)(bits >> 63));

    if (biased == EXPONENT_SPECIAL) {
        directive->zero = 0;
        add_piece(value, fraction != 0 ? (capital ? "NAN" : "nan") : (capital ? "INF" : "inf"), 3);
        return;
    }
    char letter = capital ? 'E' : 'e';
    int conversion = directive->conversion | ('a' ^ 'A');
    if (conversion == 'a') {
        add_hexadecimal(value, directive, fraction, biased, text);
        return;
    }
    uint64_t mantissa = biased != 0 ? fraction | (uint64_t)1 << FRACTION_BITS : fraction;
    int exponent = (biased != 0 ? biased : 1) - EXPONENT_BIAS - FRACTION_BITS;
    /* The first byte stays free for the carry of rounding 9.99 up. */
    struct digits digits = exact_digits(text->digits + 1, mantissa, exponent);
    if (directive->precision < 0)
        directive->precision = 6;
    switch (conversion) {
    case 'f':
        round_digits(&digits, saturating_add(directive->precision, digits.point));
        add_fixed(value, &digits, directive->precision, directive->alternate);
        break;
    case 'e':
        round_digits(&digits, saturating_add(directive->precision, 1));
        add_scientific(value, &digits, directive->precision, directive->alternate, letter, text);
        break;
    default:
        add_general(value, &digits, directive, letter, text);
    }
}
