/* The three streams and their buffers. */
#include "stream.h"

#include <string.h>
#include <unistd.h>

#include "clock.h"

static FILE input = {.lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP, .mode = _IOLBF, .fd = STDIN_FILENO};
static FILE output = {.lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP, .mode = _IOLBF, .fd = STDOUT_FILENO};
static FILE errors = {.lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP, .mode = _IONBF, .fd = STDERR_FILENO};

#undef stdin
#undef stdout
#undef stderr
FILE *const stdin = &input;
FILE *const stdout = &output;
FILE *const stderr = &errors;

static void write_out(FILE *stream, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(stream->fd, bytes, size);
        if (written <= 0) {
            stream->failed = 1;
            return;
        }
        bytes += written;
        size -= (size_t)written;
    }
}

static void flush_locked(FILE *stream)
{
    write_out(stream, stream->buffer, stream->used);
    stream->used = 0;
}

void __tocsin_stream_begin(FILE *stream)
{
    pthread_mutex_lock(&stream->lock);
}

void __tocsin_stream_put(FILE *stream, const char *bytes, size_t size)
{
    if (size > BUFSIZ - stream->used) {
        flush_locked(stream);
        if (size >= BUFSIZ) {
            write_out(stream, bytes, size);
            return;
        }
    }
    memcpy(stream->buffer + stream->used, bytes, size);
    stream->used += (unsigned)size;
}

/* Up to the last end of line: what stands behind it waits for its own. */
static void flush_lines(FILE *stream)
{
    const char *last = memrchr(stream->buffer, '\n', stream->used);
    if (last == NULL)
        return;
    unsigned whole = (unsigned)(last + 1 - stream->buffer);
    write_out(stream, stream->buffer, whole);
    stream->used -= whole;
    memmove(stream->buffer, stream->buffer + whole, stream->used);
}

int __tocsin_stream_end(FILE *stream)
{
    if (stream->fd == STDIN_FILENO)
        ; /* what is in its buffer is input */
    else if (stream->mode == _IONBF)
        flush_locked(stream);
    else if (stream->mode == _IOLBF)
        flush_lines(stream);
    int status = stream->failed ? EOF : 0;
    pthread_mutex_unlock(&stream->lock);
    return status;
}

int fflush(FILE *stream)
{
    if (stream == NULL)
        return fflush(stdout) | fflush(stderr);
    pthread_mutex_lock(&stream->lock);
    if (stream->fd != STDIN_FILENO)
        flush_locked(stream);
    return __tocsin_stream_end(stream);
}

int fclose(FILE *stream)
{
    return fflush(stream);
}

void __tocsin_streams_flush(tocsin_time deadline)
{
    FILE *const streams[] = {stdout, stderr};
    struct timespec until = {(time_t)(deadline / NANOSECONDS_PER_SECOND), (long)(deadline % NANOSECONDS_PER_SECOND)};
    for (unsigned i = 0; i < sizeof streams / sizeof streams[0]; i++) {
        pthread_mutex_t *lock = &streams[i]->lock;
        int error = deadline == TOCSIN_FOREVER ? pthread_mutex_lock(lock) : pthread_mutex_timedlock(lock, &until);
        if (error != 0)
            continue;
        flush_locked(streams[i]);
        pthread_mutex_unlock(lock);
    }
}

int setvbuf(FILE *stream, char *buffer, int mode, size_t size)
{
    (void)buffer;
    (void)size;
    if (mode != _IOFBF && mode != _IOLBF && mode != _IONBF)
        return -1;
    __tocsin_stream_begin(stream);
    stream->mode = mode;
    return __tocsin_stream_end(stream);
}

void setbuf(FILE *stream, char *buffer)
{
    setvbuf(stream, buffer, buffer == NULL ? _IONBF : _IOFBF, BUFSIZ);
}

void setlinebuf(FILE *stream)
{
    setvbuf(stream, NULL, _IOLBF, 0);
}

int feof(FILE *stream)
{
    return stream->at_end;
}

int ferror(FILE *stream)
{
    return stream->failed;
}

void clearerr(FILE *stream)
{
    stream->at_end = 0;
    stream->failed = 0;
}

int fileno(FILE *stream)
{
    return stream->fd;
}

void flockfile(FILE *stream)
{
    pthread_mutex_lock(&stream->lock);
}

int ftrylockfile(FILE *stream)
{
    return pthread_mutex_trylock(&stream->lock);
}

void funlockfile(FILE *stream)
{
    pthread_mutex_unlock(&stream->lock);
}
