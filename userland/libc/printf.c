/* C11 7.21.6: the printf family. Each function says where the bytes of format.c go. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format.h"
#include "stream.h"

static void put_in_stream(void *stream, const char *bytes, size_t size)
{
    __tocsin_stream_put(stream, bytes, size);
}

int vfprintf(FILE *stream, const char *format, va_list arguments)
{
    struct sink sink = {put_in_stream, stream};
    __tocsin_stream_begin(stream);
    int length = __tocsin_format(&sink, format, arguments);
    return __tocsin_stream_end(stream) == 0 ? length : EOF;
}

/* A string with room for `left` bytes and a terminating zero; what does not fit is dropped. */
struct string {
    char *at;
    size_t left;
};

static void put_in_string(void *to, const char *bytes, size_t size)
{
    struct string *string = to;
    if (size > string->left)
        size = string->left;
    memcpy(string->at, bytes, size);
    string->at += size;
    string->left -= size;
}

int vsnprintf(char *to, size_t size, const char *format, va_list arguments)
{
    char nowhere;
    struct string string = {size > 0 ? to : &nowhere, size > 0 ? size - 1 : 0};
    struct sink sink = {put_in_string, &string};
    int length = __tocsin_format(&sink, format, arguments);
    *string.at = '\0';
    return length;
}

int vprintf(const char *format, va_list arguments)
{
    return vfprintf(stdout, format, arguments);
}

int vsprintf(char *to, const char *format, va_list arguments)
{
    return vsnprintf(to, INT_MAX, format, arguments);
}

int vdprintf(int fd, const char *format, va_list arguments)
{
    if (fd != STDOUT_FILENO && fd != STDERR_FILENO) {
        errno = EBADF;
        return -1;
    }
    FILE *stream = fd == STDOUT_FILENO ? stdout : stderr;
    int length = vfprintf(stream, format, arguments);
    return fflush(stream) == 0 ? length : -1;
}

int vasprintf(char **to, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    *to = length < 0 ? NULL : malloc((size_t)length + 1);
    return *to == NULL ? -1 : vsnprintf(*to, (size_t)length + 1, format, arguments);
}

int printf(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vprintf(format, arguments);
    va_end(arguments);
    return length;
}

int fprintf(FILE *stream, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vfprintf(stream, format, arguments);
    va_end(arguments);
    return length;
}

int dprintf(int fd, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vdprintf(fd, format, arguments);
    va_end(arguments);
    return length;
}

int sprintf(char *to, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsprintf(to, format, arguments);
    va_end(arguments);
    return length;
}

int snprintf(char *to, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(to, size, format, arguments);
    va_end(arguments);
    return length;
}

int asprintf(char **to, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(to, format, arguments);
    va_end(arguments);
    return length;
}
