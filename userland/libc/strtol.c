/* C11 7.22.1.4: integers from text. One reader of 64-bit magnitudes serves all types. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct number {
    uint64_t magnitude;
    int negative;
    /* The magnitude does not fit 64 bits. */
    int overflow;
};

/* -1 for what is no digit in any base. */
static int digit_value(int c)
{
    if (isdigit(c))
        return c - '0';
    return isalpha(c) ? tolower(c) - 'a' + 10 : -1;
}

static int has_hexadecimal_prefix(const char *text)
{
    return text[0] == '0' && (text[1] == 'x' || text[1] == 'X') && isxdigit((unsigned char)text[2]);
}

/* Without digits, or with a base that is none, `*end` is the start of the text. */
static struct number read_number(const char *text, char **end, int base)
{
    struct number number = {0, 0, 0};
    const char *at = text;
    if (end != NULL)
        *end = (char *)text;
    if (base < 0 || base == 1 || base > 36) {
        errno = EINVAL;
        return number;
    }
    while (isspace((unsigned char)*at))
        at++;
    if (*at == '+' || *at == '-')
        number.negative = *at++ == '-';
    if ((base == 0 || base == 16) && has_hexadecimal_prefix(at)) {
        at += 2;
        base = 16;
    }
    if (base == 0)
        base = *at == '0' ? 8 : 10;

    const char *digits = at;
    for (;; at++) {
        int digit = digit_value((unsigned char)*at);
        if (digit < 0 || digit >= base)
            break;
        number.overflow |= __builtin_mul_overflow(number.magnitude, (uint64_t)base, &number.magnitude);
        number.overflow |= __builtin_add_overflow(number.magnitude, (uint64_t)digit, &number.magnitude);
    }
    if (end != NULL && at != digits)
        *end = (char *)at;
    return number;
}

static int64_t read_signed(const char *text, char **end, int base, int64_t lowest, int64_t highest)
{
    struct number number = read_number(text, end, base);
    uint64_t bound = number.negative ? (uint64_t)highest + 1 : (uint64_t)highest;
    if (number.overflow || number.magnitude > bound) {
        errno = ERANGE;
        return number.negative ? lowest : highest;
    }
    return (int64_t)(number.negative ? -number.magnitude : number.magnitude);
}

/* A minus sign negates in the type itself: that is what the standard wants. */
static uint64_t read_unsigned(const char *text, char **end, int base, uint64_t highest)
{
    struct number number = read_number(text, end, base);
    if (number.overflow || number.magnitude > highest) {
        errno = ERANGE;
        return highest;
    }
    return number.negative ? -number.magnitude : number.magnitude;
}

long strtol(const char *text, char **end, int base)
{
    return (long)read_signed(text, end, base, LONG_MIN, LONG_MAX);
}

long long strtoll(const char *text, char **end, int base)
{
    return read_signed(text, end, base, LLONG_MIN, LLONG_MAX);
}

intmax_t strtoimax(const char *text, char **end, int base)
{
    return strtoll(text, end, base);
}

unsigned long strtoul(const char *text, char **end, int base)
{
    return (unsigned long)read_unsigned(text, end, base, ULONG_MAX);
}

unsigned long long strtoull(const char *text, char **end, int base)
{
    return read_unsigned(text, end, base, ULLONG_MAX);
}

uintmax_t strtoumax(const char *text, char **end, int base)
{
    return strtoull(text, end, base);
}

int atoi(const char *text)
{
    return (int)strtol(text, NULL, 10);
}

long atol(const char *text)
{
    return strtol(text, NULL, 10);
}

long long atoll(const char *text)
{
    return strtoll(text, NULL, 10);
}
