/*
 * Prints thousands of generated directives with generated values, one to a line, each with what printf returned. Compiled for
 * the host and for Tocsin, the output has to be the same byte for byte.
 *
 * Values are kept to what both sides have: `l`, `z` and `t` get numbers that fit 32 bits.
 */
#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint64_t state = 0x9e3779b97f4a7c15u;

static uint32_t next(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) * 2u + (uint32_t)(state >> 63);
}

/* Never two of these in one expression: compilers may choose either first. */
static uint64_t next_pair(void)
{
    uint64_t high = next();
    return high << 32 | next();
}

static unsigned below(unsigned bound)
{
    return (uint32_t)(((uint64_t)next() * bound) >> 32);
}

/* Flags, width and precision, with stars sometimes; the star's values are remembered. */
static int stars[2];
static int star_count;

static char *directive(char *at, unsigned most_width, unsigned most_precision)
{
    *at++ = '%';
    for (unsigned i = below(4); i > 0; i--)
        *at++ = "-+ #0"[below(5)];
    star_count = 0;
    switch (below(4)) {
    case 0:
        *at++ = '*';
        stars[star_count++] = (int)below(2 * most_width) - (int)most_width;
        break;
    case 1:
        break;
    default:
        at += sprintf(at, "%u", 1 + below(most_width));
    }
    switch (below(4)) {
    case 0:
        *at++ = '.';
        *at++ = '*';
        stars[star_count++] = (int)below(most_precision + 4) - 3;
        break;
    case 1:
        break;
    case 2:
        *at++ = '.';
        break;
    default:
        at += sprintf(at, ".%u", below(most_precision));
    }
    return at;
}

/* Calls printf with the stars, then the value. */
#define PRINT(value)                                                          \
    (star_count == 0   ? printf(format, value)                                \
     : star_count == 1 ? printf(format, stars[0], value)                      \
                       : printf(format, stars[0], stars[1], value))

static char format[64];

static void finish(char *at, const char *length_and_conversion)
{
    strcpy(at, length_and_conversion);
    printf("[%s] ", format);
}

static uint64_t integer(void)
{
    switch (below(6)) {
    case 0:
        return below(3);
    case 1:
        return (uint64_t)1 << below(64);
    case 2:
        return ((uint64_t)1 << below(64)) - 1;
    case 3:
        return -(uint64_t)below(1000);
    case 4:
        return next();
    default:
        return next_pair();
    }
}

static void print_integer(void)
{
    static const char *const lengths[] = {"", "hh", "h", "l", "ll", "j", "z", "t"};
    char *at = directive(format, 30, 26), conversion = "diuoxX"[below(6)], tail[4];
    int is_signed = conversion == 'd' || conversion == 'i';
    uint64_t value = integer();
    unsigned length = below(8);
    sprintf(tail, "%s%c", lengths[length], conversion);
    finish(at, tail);
    int returned;
    switch (length) {
    case 0:
    case 1:
    case 2:
        returned = PRINT((int)value);
        break;
    case 3:
        returned = is_signed ? PRINT((long)(int32_t)value) : PRINT((unsigned long)(uint32_t)value);
        break;
    case 4:
        returned = PRINT((long long)value);
        break;
    case 5:
        returned = PRINT((intmax_t)value);
        break;
    case 6:
        returned = PRINT((size_t)((uint32_t)value >> is_signed));
        break;
    default:
        returned = PRINT((ptrdiff_t)((uint32_t)value >> 1));
    }
    printf("| %d\n", returned);
}

static void print_text(void)
{
    static const char *const texts[] = {"", "a", "tocsin", "a somewhat longer piece of text", "tab\there", "\x80\xff"};
    char *at = directive(format, 40, 12);
    int returned;
    if (below(4) == 0) {
        finish(at, "c");
        returned = PRINT((int)(' ' + below(95)));
    } else {
        finish(at, "s");
        unsigned which = below(7);
        returned = PRINT(which < 6 ? texts[which] : (const char *)NULL);
    }
    printf("| %d\n", returned);
}

static double floating(void)
{
    static const double corners[] = {0.0, -0.0, 1.0, 0.5, 1.5, 2.5, 0.1, 9.995, 99.5, 999999.5, 1e15, 1e22, 1e23, 123456789.0,
                                     DBL_MAX, DBL_MIN, DBL_EPSILON, 4.9406564584124654e-324, 0.00001, 0.0001, 100000.0, 1e6};
    double value;
    uint64_t bits;
    switch (below(6)) {
    case 0:
        value = corners[below(sizeof corners / sizeof corners[0])];
        break;
    case 1:
        value = (double)(int32_t)next();
        value /= (double)(1 << below(31));
        break;
    case 2:
        value = (double)(int)below(100000) / 100.0;
        break;
    case 3:
        value = (double)below(2000) * 0.5;
        value += (double)below(2) * 1e-9;
        break;
    default:
        bits = next_pair();
        memcpy(&value, &bits, sizeof value);
    }
    return value;
}

static void print_floating(void)
{
    char *at = directive(format, 40, 40), tail[2] = {"eEfFgGaA"[below(8)], '\0'};
    double value = floating();
    finish(at, tail);
    int returned = PRINT(value);
    printf("| %d\n", returned);
}

static void print_the_rest(void)
{
    int count = -1;
    signed char small = -1;
    long long large = -1;
    printf("abc%n%hhndef%lln%%", &count, &small, &large);
    printf("| %d %d %lld\n", count, small, large);
    printf("%p %10p %-10p| %p %20p\n", NULL, NULL, NULL, (void *)(uintptr_t)0x1234, (void *)(uintptr_t)0xfeed);
    printf("%.400f\n%.1100e\n%.1000g\n", 1e-300, DBL_MIN, 4.9406564584124654e-324);
    printf("%s\n", "ordinary");
    char cut[8];
    int whole = snprintf(cut, sizeof cut, "%d and %s", 12345, "more");
    printf("%s %d %d\n", cut, whole, snprintf(NULL, 0, "%1000d", 5));
}

int main(void)
{
    for (int i = 0; i < 12000; i++)
        print_integer();
    for (int i = 0; i < 3000; i++)
        print_text();
    for (int i = 0; i < 10000; i++)
        print_floating();
    print_the_rest();
    return 0;
}
