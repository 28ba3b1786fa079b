/* C11 7.21.7 and 7.21.8, output of characters, strings and bytes. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "stream.h"

int fputc(int c, FILE *stream)
{
    char byte = (char)c;
    __tocsin_stream_begin(stream);
    __tocsin_stream_put(stream, &byte, 1);
    return __tocsin_stream_end(stream) == 0 ? (unsigned char)c : EOF;
}

int putc(int c, FILE *stream)
{
    return fputc(c, stream);
}

int putchar(int c)
{
    return fputc(c, stdout);
}

/* The lock is recursive and free of system calls: taking it again is cheap. */
int putc_unlocked(int c, FILE *stream)
{
    return fputc(c, stream);
}

int putchar_unlocked(int c)
{
    return fputc(c, stdout);
}

int fputs(const char *text, FILE *stream)
{
    __tocsin_stream_begin(stream);
    __tocsin_stream_put(stream, text, strlen(text));
    return __tocsin_stream_end(stream);
}

int puts(const char *text)
{
    __tocsin_stream_begin(stdout);
    __tocsin_stream_put(stdout, text, strlen(text));
    __tocsin_stream_put(stdout, "\n", 1);
    return __tocsin_stream_end(stdout);
}

size_t fwrite(const void *items, size_t size, size_t count, FILE *stream)
{
    size_t bytes;
    if (__builtin_mul_overflow(size, count, &bytes) || bytes == 0)
        return 0;
    __tocsin_stream_begin(stream);
    __tocsin_stream_put(stream, items, bytes);
    return __tocsin_stream_end(stream) == 0 ? count : 0;
}

void perror(const char *prefix)
{
    const char *meaning = strerror(errno);
    if (prefix != NULL && *prefix != '\0')
        fprintf(stderr, "%s: %s\n", prefix, meaning);
    else
        fprintf(stderr, "%s\n", meaning);
}
