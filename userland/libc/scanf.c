/*
 * C11 7.21.6.2: reading by a format. One reader of formats takes its characters from a stream or from a string, and never
 * needs to put back more than one.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

/* No number that is read has more characters; what follows is left where it is. */
enum { NUMBER_CHARACTERS = 1100 };

struct reader {
    /* One of the two. */
    FILE *stream;
    const char *text;
    /* Characters read so far. */
    int count;
};

static int next(struct reader *from)
{
    int c = from->stream != NULL ? __tocsin_stream_get(from->stream)
            : *from->text != '\0' ? (unsigned char)*from->text++
                                  : EOF;
    if (c != EOF)
        from->count++;
    return c;
}

static void put_back(struct reader *from, int c)
{
    if (c == EOF)
        return;
    from->count--;
    if (from->stream != NULL)
        __tocsin_stream_unget(from->stream, c);
    else
        from->text--;
}

/* The first character that is no space. */
static int next_visible(struct reader *from)
{
    int c;
    do
        c = next(from);
    while (c != EOF && isspace(c));
    return c;
}

/* char, short, int, long, long long. */
enum length { CHAR, SHORT, INT, LONG, LONG_LONG };

struct directive {
    char conversion;
    int discard;
    /* At most so many characters. */
    unsigned width;
    int has_width;
    enum length length;
    /* %[: the characters that belong to it. */
    unsigned char set[256 / 8];
};

/* Reads what stands behind a % in the format; gives where it ends, or NULL where it is no directive. */
static const char *parse_directive(const char *format, struct directive *d)
{
    memset(d, 0, sizeof *d);
    d->length = INT;
    if (*format == '*') {
        d->discard = 1;
        format++;
    }
    while (isdigit((unsigned char)*format)) {
        d->has_width = 1;
        if (d->width < 100000000)
            d->width = d->width * 10 + (unsigned)(*format - '0');
        format++;
    }
    if (d->has_width && d->width == 0)
        return NULL;
    if (!d->has_width)
        d->width = ~0u;
    switch (*format) {
    case 'h':
        d->length = *++format == 'h' ? (format++, CHAR) : SHORT;
        break;
    case 'l':
        d->length = *++format == 'l' ? (format++, LONG_LONG) : LONG;
        break;
    case 'j':
    case 'q':
        d->length = LONG_LONG;
        format++;
        break;
    case 'L':
        d->length = LONG_LONG;
        format++;
        break;
    case 'z':
    case 't':
        d->length = LONG;
        format++;
        break;
    default:
        break;
    }
    d->conversion = *format;
    if (*format == '\0')
        return NULL;
    format++;
    if (d->conversion != '[')
        return format;

    int inverted = *format == '^';
    format += inverted;
    /* A bracket that comes first belongs to the set. */
    const char *first = format;
    for (; *format != '\0' && (*format != ']' || format == first); format++) {
        unsigned char low = (unsigned char)*format, high = low;
        if (format[1] == '-' && format[2] != ']' && format[2] != '\0' && (unsigned char)format[2] >= low) {
            high = (unsigned char)format[2];
            format += 2;
        }
        for (unsigned c = low; c <= high; c++)
            d->set[c / 8] |= (unsigned char)(1u << c % 8);
    }
    if (*format != ']')
        return NULL;
    if (inverted) {
        for (unsigned i = 0; i < sizeof d->set; i++)
            d->set[i] = (unsigned char)~d->set[i];
    }
    return format + 1;
}

static void store(const struct directive *d, va_list *arguments, uint64_t value)
{
    if (d->discard)
        return;
    void *to = va_arg(*arguments, void *);
    switch (d->length) {
    case CHAR:
        *(uint8_t *)to = (uint8_t)value;
        break;
    case SHORT:
        *(uint16_t *)to = (uint16_t)value;
        break;
    case INT:
    case LONG:
        *(uint32_t *)to = (uint32_t)value;
        break;
    case LONG_LONG:
        *(uint64_t *)to = value;
        break;
    }
}

/* A number while it is collected: as many characters as belong to it. */
struct collected {
    struct reader *from;
    unsigned left;
    unsigned length;
    int c;
    char text[NUMBER_CHARACTERS + 1];
};

static void begin(struct collected *n, struct reader *from, int c, unsigned width)
{
    n->from = from;
    n->left = width < NUMBER_CHARACTERS ? width : NUMBER_CHARACTERS;
    n->length = 0;
    n->c = c;
}

/* Is there room for a character, and is it one of these? */
static int is_one_of(const struct collected *n, const char *characters)
{
    return n->left > 0 && n->c != EOF && n->c != '\0' && strchr(characters, n->c) != NULL;
}

static int is_digit(const struct collected *n, int base)
{
    if (n->left == 0 || n->c == EOF)
        return 0;
    int value = isdigit(n->c) ? n->c - '0' : isalpha(n->c) ? tolower(n->c) - 'a' + 10 : 36;
    return value < base;
}

static void accept(struct collected *n)
{
    n->text[n->length++] = (char)n->c;
    n->left--;
    n->c = next(n->from);
}

static void finish(struct collected *n)
{
    put_back(n->from, n->c);
    n->text[n->length] = '\0';
}

/* Whether there was an integer. `base` 0 finds it out from the text. */
static int read_integer(struct collected *n, int base, int is_signed, uint64_t *value)
{
    if (is_one_of(n, "+-"))
        accept(n);
    unsigned sign = n->length;
    if ((base == 0 || base == 16) && n->c == '0' && n->left > 0) {
        accept(n);
        if (is_one_of(n, "xX")) {
            base = 16;
            /* A prefix without digits counts as the 0 that it begins with, as in other libraries. */
            n->left--;
            n->c = next(n->from);
        } else if (base == 0)
            base = 8;
    } else if (base == 0)
        base = 10;
    while (is_digit(n, base))
        accept(n);
    finish(n);
    if (n->length == sign)
        return 0;
    int before = errno;
    *value = is_signed ? (uint64_t)strtoll(n->text, NULL, base) : strtoull(n->text, NULL, base);
    errno = before;
    return 1;
}

/* The letters of a word, in whatever case; how many were there. */
static unsigned accept_word(struct collected *n, const char *word)
{
    unsigned letters = 0;
    while (word[letters] != '\0' && n->left > 0 && n->c != EOF && tolower(n->c) == word[letters]) {
        accept(n);
        letters++;
    }
    return letters;
}

/* Whether there was a floating-point number. */
static int read_floating(struct collected *n, double *value)
{
    if (is_one_of(n, "+-"))
        accept(n);
    if (is_one_of(n, "iInN")) {
        int is_nan = tolower(n->c) == 'n';
        unsigned letters = accept_word(n, is_nan ? "nan" : "infinity");
        finish(n);
        if (letters != 3 && letters != 8)
            return 0;
    } else {
        int base = 10, digits = 0;
        if (is_one_of(n, "0")) {
            accept(n);
            digits = 1;
            if (is_one_of(n, "xX")) {
                accept(n);
                base = 16;
                digits = 0;
            }
        }
        for (; is_digit(n, base); digits = 1)
            accept(n);
        if (is_one_of(n, ".")) {
            accept(n);
            for (; is_digit(n, base); digits = 1)
                accept(n);
        }
        if (digits && is_one_of(n, base == 10 ? "eE" : "pP")) {
            accept(n);
            if (is_one_of(n, "+-"))
                accept(n);
            digits = 0;
            for (; is_digit(n, 10); digits = 1)
                accept(n);
        }
        finish(n);
        if (!digits)
            return 0;
    }
    int before = errno;
    *value = strtod(n->text, NULL);
    errno = before;
    return 1;
}

/* %s, %[ and %c: how many characters were taken. */
static unsigned read_characters(struct reader *from, const struct directive *d, int c, char *to)
{
    unsigned width = d->conversion == 'c' && !d->has_width ? 1 : d->width;
    unsigned length = 0;
    for (; length < width && c != EOF; length++) {
        if (d->conversion == 's' && isspace(c))
            break;
        if (d->conversion == '[' && !(d->set[c / 8] >> c % 8 & 1))
            break;
        if (to != NULL)
            to[length] = (char)c;
        /* Beyond the width nothing is asked for: there may be nobody to answer. */
        if (length + 1 == width)
            return length + 1;
        c = next(from);
    }
    put_back(from, c);
    return length;
}

/* Carries out one directive: 1 if it matched, 0 if not, EOF if the input was at its end. */
static int convert(struct reader *from, const struct directive *d, va_list *arguments)
{
    int c = d->conversion == 'c' || d->conversion == '[' ? next(from) : next_visible(from);
    if (c == EOF)
        return EOF;
    struct collected number;
    begin(&number, from, c, d->width);
    uint64_t value = 0;
    switch (d->conversion) {
    case 'd':
    case 'i':
        if (!read_integer(&number, d->conversion == 'i' ? 0 : 10, 1, &value))
            return 0;
        store(d, arguments, value);
        return 1;
    case 'u':
    case 'o':
    case 'x':
    case 'X':
    case 'p':
        if (!read_integer(&number, d->conversion == 'u' ? 10 : d->conversion == 'o' ? 8 : 16, 0, &value))
            return 0;
        store(d, arguments, value);
        return 1;
    case 'a':
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': {
        double floating;
        if (!read_floating(&number, &floating))
            return 0;
        if (d->discard)
            return 1;
        if (d->length == INT)
            *va_arg(*arguments, float *) = (float)floating;
        else if (d->length == LONG)
            *va_arg(*arguments, double *) = floating;
        else
            *va_arg(*arguments, long double *) = (long double)floating;
        return 1;
    }
    case 's':
    case '[':
    case 'c': {
        char *to = d->discard ? NULL : va_arg(*arguments, char *);
        unsigned length = read_characters(from, d, c, to);
        unsigned wanted = d->conversion == 'c' ? (d->has_width ? d->width : 1) : 1;
        if (length < wanted)
            return length > 0 || d->conversion != 'c' ? 0 : EOF;
        if (to != NULL && d->conversion != 'c')
            to[length] = '\0';
        return 1;
    }
    default:
        put_back(from, c);
        return 0;
    }
}

static int scan(struct reader *from, const char *format, va_list arguments)
{
    va_list rest;
    va_copy(rest, arguments);
    int stored = 0;
    while (*format != '\0') {
        int c;
        if (isspace((unsigned char)*format)) {
            put_back(from, next_visible(from));
            format++;
            continue;
        }
        if (*format != '%' || format[1] == '%') {
            if (*format == '%') {
                c = next_visible(from);
                format++;
            } else
                c = next(from);
            if (c != (unsigned char)*format) {
                put_back(from, c);
                /* A conversion that stores nothing does not count here, as in other libraries. */
                if (c == EOF && stored == 0)
                    stored = EOF;
                break;
            }
            format++;
            continue;
        }
        struct directive d;
        format = parse_directive(format + 1, &d);
        if (format == NULL)
            break;
        if (d.conversion == 'n') {
            store(&d, &rest, (uint64_t)from->count);
            continue;
        }
        int status = convert(from, &d, &rest);
        if (status <= 0) {
            if (status == EOF && stored == 0)
                stored = EOF;
            break;
        }
        stored += !d.discard;
    }
    va_end(rest);
    return stored;
}

int vfscanf(FILE *stream, const char *format, va_list arguments)
{
    struct reader from = {stream, NULL, 0};
    flockfile(stream);
    int stored = scan(&from, format, arguments);
    funlockfile(stream);
    return stored;
}

int vsscanf(const char *text, const char *format, va_list arguments)
{
    struct reader from = {NULL, text, 0};
    return scan(&from, format, arguments);
}

int vscanf(const char *format, va_list arguments)
{
    return vfscanf(stdin, format, arguments);
}

int fscanf(FILE *stream, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int stored = vfscanf(stream, format, arguments);
    va_end(arguments);
    return stored;
}

int scanf(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int stored = vfscanf(stdin, format, arguments);
    va_end(arguments);
    return stored;
}

int sscanf(const char *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int stored = vsscanf(text, format, arguments);
    va_end(arguments);
    return stored;
}
