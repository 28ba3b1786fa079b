/* Input: there is none yet, so every stream is at its end. */
#include <stdio.h>

#include "stream.h"

int fgetc(FILE *stream)
{
    stream->at_end = 1;
    return EOF;
}

int getc(FILE *stream)
{
    return fgetc(stream);
}

int getchar(void)
{
    return fgetc(stdin);
}

char *fgets(char *to, int size, FILE *stream)
{
    (void)to;
    (void)size;
    stream->at_end = 1;
    return NULL;
}

size_t fread(void *items, size_t size, size_t count, FILE *stream)
{
    (void)items;
    (void)size;
    (void)count;
    stream->at_end = 1;
    return 0;
}
