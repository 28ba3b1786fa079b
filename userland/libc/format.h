/* Formatted text: directives, the pieces of a converted value, and where the bytes go. */
#ifndef TOCSIN_LIBC_FORMAT_H
#define TOCSIN_LIBC_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* Takes the bytes, in order. */
struct sink {
    void (*put)(void *to, const char *bytes, size_t size);
    void *to;
};

/* One directive: % flags width .precision length conversion (C11 7.21.6.1). */
struct directive {
    unsigned char left, plus, space, alternate, zero;
    int width;
    /* -1 when there is none. */
    int precision;
    char conversion;
};

#define PIECES_MAX 6

/*
 * A converted value. Between the prefix (sign, 0x) and the pieces comes the padding with zeros, and around all that the
 * padding with spaces. A piece without text is that many zeros: "%.5000f" needs no room for its digits.
 */
struct converted {
    char prefix[4];
    int prefix_length;
    int count;
    struct {
        const char *text;
        int length;
    } pieces[PIECES_MAX];
};

static inline void add_prefix(struct converted *value, char c)
{
    value->prefix[value->prefix_length++] = c;
}

static inline void add_piece(struct converted *value, const char *text, int length)
{
    value->pieces[value->count].text = text;
    value->pieces[value->count].length = length;
    value->count++;
}

/* The sign of a signed conversion, as the flags want it. */
static inline void add_sign(struct converted *value, const struct directive *directive, int negative)
{
    if (negative)
        add_prefix(value, '-');
    else if (directive->plus)
        add_prefix(value, '+');
    else if (directive->space)
        add_prefix(value, ' ');
}

/*
 * Sends the formatted text to the sink. Returns how many bytes there are, or -1 with EOVERFLOW when they do not fit an int;
 * then the sink may have got some of them.
 */
int __tocsin_format(const struct sink *sink, const char *format, va_list arguments);

/* Digits of a floating-point conversion; pieces point into it. */
#define FLOAT_DIGITS_MAX 800
struct float_text {
    char digits[FLOAT_DIGITS_MAX];
    char exponent[8];
};

/* The conversions e, f, g and a, small or capital. Clears `zero` where the value has no digits (infinity, not a number). */
void __tocsin_convert_float(struct converted *value, struct directive *directive, double number, struct float_text *text);

#endif
