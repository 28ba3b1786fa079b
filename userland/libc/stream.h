/* A stream: a buffer before the console, and a lock that keeps what one call prints together. */
#ifndef TOCSIN_LIBC_STREAM_H
#define TOCSIN_LIBC_STREAM_H

#include <pthread.h>
#include <stdio.h>
#include <tocsin.h>

struct __tocsin_file {
    /* Recursive, so that flockfile may go around other calls. */
    pthread_mutex_t lock;
    /* _IOFBF, _IOLBF or _IONBF. */
    int mode;
    int fd;
    int at_end;
    int failed;
    /* Bytes in the buffer; of input those before `at` are read. */
    unsigned used;
    unsigned at;
    /* Characters that ungetc brought back, the next one last. */
    unsigned pushed;
    unsigned char pushed_back[8];
    char buffer[BUFSIZ];
};

/* Between these two, what is put into the stream stays together. */
void __tocsin_stream_begin(FILE *stream);
/* Writes out what the stream's mode does not let it keep. EOF, or 0. */
int __tocsin_stream_end(FILE *stream);
/* Adds bytes; the stream is locked. Only what does not fit the buffer is written out at once. */
void __tocsin_stream_put(FILE *stream, const char *bytes, size_t size);
/* The next character of a locked stream, or EOF; and back with one. */
int __tocsin_stream_get(FILE *stream);
int __tocsin_stream_unget(FILE *stream, int c);
/* Flushes every stream; one that another thread still holds at the deadline is left as it is. */
void __tocsin_streams_flush(tocsin_time deadline);

#endif
