/* Input from streams: a buffer behind the console, and what was pushed back. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "stream.h"

/* Fills the buffer; whether there is anything in it then. The end stays until clearerr. */
static int refill(FILE *stream)
{
    if (stream->at_end || stream->failed)
        return 0;
    /* Whoever is asked should see the question. */
    if (stream == stdin)
        fflush(stdout);
    ssize_t size = read(stream->fd, stream->buffer, BUFSIZ);
    stream->at = 0;
    stream->used = size > 0 ? (unsigned)size : 0;
    if (size == 0)
        stream->at_end = 1;
    else if (size < 0)
        stream->failed = 1;
    return size > 0;
}

int __tocsin_stream_get(FILE *stream)
{
    if (stream->pushed > 0)
        return stream->pushed_back[--stream->pushed];
    /* What an output stream keeps in its buffer is not there to be read. */
    if (stream->fd != STDIN_FILENO) {
        errno = EBADF;
        stream->failed = 1;
        return EOF;
    }
    if (stream->at == stream->used && !refill(stream))
        return EOF;
    return (unsigned char)stream->buffer[stream->at++];
}

int __tocsin_stream_unget(FILE *stream, int c)
{
    if (c == EOF || stream->pushed == sizeof stream->pushed_back)
        return EOF;
    stream->pushed_back[stream->pushed++] = (unsigned char)c;
    stream->at_end = 0;
    return (unsigned char)c;
}

int fgetc(FILE *stream)
{
    flockfile(stream);
    int c = __tocsin_stream_get(stream);
    funlockfile(stream);
    return c;
}

int getc(FILE *stream)
{
    return fgetc(stream);
}

int getchar(void)
{
    return fgetc(stdin);
}

int ungetc(int c, FILE *stream)
{
    flockfile(stream);
    int pushed = __tocsin_stream_unget(stream, c);
    funlockfile(stream);
    return pushed;
}

char *fgets(char *to, int size, FILE *stream)
{
    if (size <= 0)
        return NULL;
    int length = 0, c = 0;
    flockfile(stream);
    while (length < size - 1 && c != '\n' && (c = __tocsin_stream_get(stream)) != EOF)
        to[length++] = (char)c;
    funlockfile(stream);
    if (c == EOF && (length == 0 || ferror(stream)))
        return NULL;
    to[length] = '\0';
    return to;
}

size_t fread(void *items, size_t size, size_t count, FILE *stream)
{
    size_t bytes, done = 0;
    if (size == 0 || count == 0)
        return 0;
    if (__builtin_mul_overflow(size, count, &bytes))
        bytes = SIZE_MAX;
    flockfile(stream);
    for (int c; done < bytes && (c = __tocsin_stream_get(stream)) != EOF; done++)
        ((unsigned char *)items)[done] = (unsigned char)c;
    funlockfile(stream);
    return done / size;
}

ssize_t getline(char **line, size_t *size, FILE *stream)
{
    size_t length = 0;
    int c = 0;
    if (line == NULL || size == NULL) {
        errno = EINVAL;
        return -1;
    }
    if (*line == NULL)
        *size = 0;
    flockfile(stream);
    while (c != '\n' && (c = __tocsin_stream_get(stream)) != EOF) {
        if (*size < length + 2) {
            size_t wanted = *size < 64 ? 128 : *size * 2;
            char *larger = realloc(*line, wanted);
            if (larger == NULL) {
                __tocsin_stream_unget(stream, c);
                funlockfile(stream);
                return -1;
            }
            *line = larger;
            *size = wanted;
        }
        (*line)[length++] = (char)c;
    }
    funlockfile(stream);
    if (length == 0)
        return -1;
    (*line)[length] = '\0';
    return (ssize_t)length;
}
