/* The engine of printf: C11 7.21.6.1, with integers, characters and strings; format_float.c has the rest. */
#include "format.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

enum length { LENGTH_NONE, LENGTH_HH, LENGTH_H, LENGTH_L, LENGTH_LL, LENGTH_J, LENGTH_Z, LENGTH_T, LENGTH_LONG_DOUBLE };

/* 64 bits in octal. */
#define INTEGER_DIGITS_MAX 22

/* The text so far. `length` is -1 once it does not fit an int. */
struct output {
    const struct sink *sink;
    int length;
};

static void emit(struct output *output, const char *bytes, size_t size)
{
    if (output->length < 0)
        return;
    if (size > (size_t)(INT_MAX - output->length)) {
        output->length = -1;
        return;
    }
    output->sink->put(output->sink->to, bytes, size);
    output->length += (int)size;
}

static void emit_repeated(struct output *output, char c, int count)
{
    char run[32];
    memset(run, c, sizeof run);
    for (; count > 0 && output->length >= 0; count -= (int)sizeof run)
        emit(output, run, count < (int)sizeof run ? (size_t)count : sizeof run);
}

static void emit_converted(struct output *output, const struct directive *directive, const struct converted *value)
{
    int length = value->prefix_length;
    for (int i = 0; i < value->count; i++)
        if (__builtin_add_overflow(length, value->pieces[i].length, &length)) {
            output->length = -1;
            return;
        }
    int padding = directive->width > length ? directive->width - length : 0;
    if (!directive->left && !directive->zero)
        emit_repeated(output, ' ', padding);
    emit(output, value->prefix, (size_t)value->prefix_length);
    if (!directive->left && directive->zero)
        emit_repeated(output, '0', padding);
    for (int i = 0; i < value->count; i++)
        if (value->pieces[i].text != NULL)
            emit(output, value->pieces[i].text, (size_t)value->pieces[i].length);
        else
            emit_repeated(output, '0', value->pieces[i].length);
    if (directive->left)
        emit_repeated(output, ' ', padding);
}

/* Digits that end before `end`; returns where they begin. Nothing for 0. */
static char *write_digits(char *end, uint64_t magnitude, unsigned base, int capital)
{
    const char *digits = capital ? "0123456789ABCDEF" : "0123456789abcdef";
    /* 64-bit division is a slow library call on RV32; most numbers are small. */
    for (; magnitude > UINT32_MAX; magnitude /= base)
        *--end = digits[magnitude % base];
    for (uint32_t rest = (uint32_t)magnitude; rest != 0; rest /= base)
        *--end = digits[rest % base];
    return end;
}

static void convert_integer(struct output *output, struct directive *directive, uint64_t magnitude, int negative)
{
    char digits[INTEGER_DIGITS_MAX];
    struct converted value = {.prefix_length = 0, .count = 0};
    char conversion = directive->conversion;
    unsigned base = conversion == 'o' ? 8 : conversion == 'x' || conversion == 'X' || conversion == 'p' ? 16 : 10;
    char *start = write_digits(digits + sizeof digits, magnitude, base, conversion == 'X');
    int length = (int)(digits + sizeof digits - start);

    /* A precision is the least number of digits, and makes the flag 0 meaningless; without one, it is 1. */
    int least = directive->precision;
    if (least >= 0)
        directive->zero = 0;
    else
        least = 1;
    if (conversion == 'o' && directive->alternate && least <= length)
        least = length + 1;
    if (conversion == 'd' || conversion == 'i')
        add_sign(&value, directive, negative);
    if (base == 16 && (directive->alternate || conversion == 'p') && magnitude != 0) {
        add_prefix(&value, '0');
        add_prefix(&value, conversion == 'X' ? 'X' : 'x');
    }
    if (least > length)
        add_piece(&value, NULL, least - length);
    add_piece(&value, start, length);
    emit_converted(output, directive, &value);
}

static void convert_text(struct output *output, struct directive *directive, const char *text, size_t length)
{
    struct converted value = {.prefix_length = 0, .count = 0};
    directive->zero = 0;
    if (length > INT_MAX) {
        output->length = -1;
        return;
    }
    add_piece(&value, text, (int)length);
    emit_converted(output, directive, &value);
}

static void convert_string(struct output *output, struct directive *directive, const char *text)
{
    int precision = directive->precision;
    if (text == NULL)
        /* A courtesy to who prints one by mistake; not cut to something that looks like a string. */
        text = precision >= 0 && precision < 6 ? "" : "(null)";
    convert_text(output, directive, text, precision >= 0 ? strnlen(text, (size_t)precision) : strlen(text));
}

static void convert_pointer(struct output *output, struct directive *directive, const void *pointer)
{
    if (pointer == NULL)
        convert_text(output, directive, "(nil)", 5);
    else
        convert_integer(output, directive, (uintptr_t)pointer, 0);
}

static void convert_float(struct output *output, struct directive *directive, double number)
{
    struct float_text text;
    struct converted value = {.prefix_length = 0, .count = 0};
    __tocsin_convert_float(&value, directive, number, &text);
    emit_converted(output, directive, &value);
}

/* va_list may be an array type: inside a struct it can be handed on by address everywhere. */
struct arguments {
    va_list list;
};

static int64_t signed_argument(struct arguments *arguments, enum length length)
{
    switch (length) {
    case LENGTH_HH:
        return (signed char)va_arg(arguments->list, int);
    case LENGTH_H:
        return (short)va_arg(arguments->list, int);
    case LENGTH_L:
        return va_arg(arguments->list, long);
    case LENGTH_LL:
    case LENGTH_J:
    case LENGTH_LONG_DOUBLE:
        return va_arg(arguments->list, long long);
    case LENGTH_Z:
    case LENGTH_T:
        return va_arg(arguments->list, ptrdiff_t);
    default:
        return va_arg(arguments->list, int);
    }
}

static uint64_t unsigned_argument(struct arguments *arguments, enum length length)
{
    switch (length) {
    case LENGTH_HH:
        return (unsigned char)va_arg(arguments->list, unsigned);
    case LENGTH_H:
        return (unsigned short)va_arg(arguments->list, unsigned);
    case LENGTH_L:
        return va_arg(arguments->list, unsigned long);
    case LENGTH_LL:
    case LENGTH_J:
    case LENGTH_LONG_DOUBLE:
        return va_arg(arguments->list, unsigned long long);
    case LENGTH_Z:
    case LENGTH_T:
        return va_arg(arguments->list, size_t);
    default:
        return va_arg(arguments->list, unsigned);
    }
}

static void store_length(struct arguments *arguments, enum length length, int written)
{
    switch (length) {
    case LENGTH_HH:
        *va_arg(arguments->list, signed char *) = (signed char)written;
        break;
    case LENGTH_H:
        *va_arg(arguments->list, short *) = (short)written;
        break;
    case LENGTH_L:
        *va_arg(arguments->list, long *) = written;
        break;
    case LENGTH_LL:
    case LENGTH_J:
        *va_arg(arguments->list, long long *) = written;
        break;
    case LENGTH_Z:
    case LENGTH_T:
        *va_arg(arguments->list, ptrdiff_t *) = written;
        break;
    default:
        *va_arg(arguments->list, int *) = written;
    }
}

/* Reads a number, -1 when it does not fit an int. */
static int parse_number(const char **at)
{
    int number = 0;
    int overflow = 0;
    for (; **at >= '0' && **at <= '9'; ++*at) {
        overflow |= __builtin_mul_overflow(number, 10, &number);
        overflow |= __builtin_add_overflow(number, **at - '0', &number);
    }
    return overflow ? -1 : number;
}

static void parse_flags(struct directive *directive, const char **at)
{
    for (;; ++*at)
        switch (**at) {
        case '-':
            directive->left = 1;
            break;
        case '+':
            directive->plus = 1;
            break;
        case ' ':
            directive->space = 1;
            break;
        case '#':
            directive->alternate = 1;
            break;
        case '0':
            directive->zero = 1;
            break;
        default:
            return;
        }
}

static enum length parse_length(const char **at)
{
    char first = **at;
    if (first != 'h' && first != 'l' && first != 'j' && first != 'z' && first != 't' && first != 'L')
        return LENGTH_NONE;
    ++*at;
    int doubled = (first == 'h' || first == 'l') && **at == first;
    if (doubled)
        ++*at;
    switch (first) {
    case 'h':
        return doubled ? LENGTH_HH : LENGTH_H;
    case 'l':
        return doubled ? LENGTH_LL : LENGTH_L;
    case 'j':
        return LENGTH_J;
    case 'z':
        return LENGTH_Z;
    case 't':
        return LENGTH_T;
    default:
        return LENGTH_LONG_DOUBLE;
    }
}

/* Width and precision, from the text or an argument; 0 when one does not fit an int. */
static int parse_width_and_precision(struct directive *directive, const char **at, struct arguments *arguments)
{
    if (**at == '*') {
        ++*at;
        directive->width = va_arg(arguments->list, int);
        if (directive->width < 0) {
            directive->left = 1;
            if (__builtin_sub_overflow(0, directive->width, &directive->width))
                return 0;
        }
    } else {
        directive->width = parse_number(at);
    }
    directive->precision = -1;
    if (**at != '.')
        return directive->width >= 0;
    ++*at;
    if (**at == '*') {
        ++*at;
        directive->precision = va_arg(arguments->list, int);
        if (directive->precision < 0)
            directive->precision = -1;
        return directive->width >= 0;
    }
    directive->precision = parse_number(at);
    return directive->width >= 0 && directive->precision >= 0;
}

/* Converts one directive whose conversion has been read; 0 when there is no such conversion. */
static int convert(struct output *output, struct directive *directive, enum length length, struct arguments *arguments)
{
    switch (directive->conversion) {
    case 'd':
    case 'i': {
        int64_t number = signed_argument(arguments, length);
        convert_integer(output, directive, number < 0 ? -(uint64_t)number : (uint64_t)number, number < 0);
        return 1;
    }
    case 'u':
    case 'o':
    case 'x':
    case 'X':
        convert_integer(output, directive, unsigned_argument(arguments, length), 0);
        return 1;
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case 'a':
    case 'A':
        /* A long double loses what a double does not hold. */
        if (length == LENGTH_LONG_DOUBLE)
            convert_float(output, directive, (double)va_arg(arguments->list, long double));
        else
            convert_float(output, directive, va_arg(arguments->list, double));
        return 1;
    case 'c': {
        char c = (char)va_arg(arguments->list, int);
        convert_text(output, directive, &c, 1);
        return 1;
    }
    case 's':
        convert_string(output, directive, va_arg(arguments->list, const char *));
        return 1;
    case 'p':
        convert_pointer(output, directive, va_arg(arguments->list, const void *));
        return 1;
    case 'n':
        store_length(arguments, length, output->length);
        return 1;
    case '%':
        emit(output, "%", 1);
        return 1;
    default:
        return 0;
    }
}

int __tocsin_format(const struct sink *sink, const char *format, va_list list)
{
    struct output output = {sink, 0};
    struct arguments arguments;
    va_copy(arguments.list, list);
    while (*format != '\0' && output.length >= 0) {
        size_t plain = 0;
        while (format[plain] != '\0' && format[plain] != '%')
            plain++;
        emit(&output, format, plain);
        format += plain;
        if (*format == '\0')
            break;

        const char *start = format++;
        struct directive directive = {.width = 0};
        parse_flags(&directive, &format);
        if (!parse_width_and_precision(&directive, &format, &arguments)) {
            output.length = -1;
            break;
        }
        enum length length = parse_length(&format);
        directive.conversion = *format;
        if (*format != '\0')
            format++;
        if (!convert(&output, &directive, length, &arguments))
            emit(&output, start, (size_t)(format - start));
    }
    va_end(arguments.list);
    if (output.length < 0)
        errno = EOVERFLOW;
    return output.length;
}
