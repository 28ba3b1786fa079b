/* C11 7.24, functions on bytes. Words are moved where both ends are aligned alike: guests live on these. */
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "plain_loops.h"

/* A word that may stand for bytes of any type. */
typedef uint32_t __attribute__((may_alias)) word;

#define WORD sizeof(word)

static inline int is_aligned(const void *address)
{
    return (uintptr_t)address % WORD == 0;
}

static inline int aligned_alike(const void *left, const void *right)
{
    return ((uintptr_t)left ^ (uintptr_t)right) % WORD == 0;
}

PLAIN_LOOPS void *memcpy(void *to, const void *from, size_t size)
{
    char *target = to;
    const char *source = from;
    if (aligned_alike(target, source)) {
        for (; size > 0 && !is_aligned(target); size--)
            *target++ = *source++;
        for (; size >= 4 * WORD; size -= 4 * WORD, target += 4 * WORD, source += 4 * WORD) {
            word first = ((const word *)source)[0], second = ((const word *)source)[1];
            word third = ((const word *)source)[2], fourth = ((const word *)source)[3];
            ((word *)target)[0] = first;
            ((word *)target)[1] = second;
            ((word *)target)[2] = third;
            ((word *)target)[3] = fourth;
        }
        for (; size >= WORD; size -= WORD, target += WORD, source += WORD)
            *(word *)target = *(const word *)source;
    }
    for (; size > 0; size--)
        *target++ = *source++;
    return to;
}

void *mempcpy(void *to, const void *from, size_t size)
{
    return (char *)memcpy(to, from, size) + size;
}

PLAIN_LOOPS void *memmove(void *to, const void *from, size_t size)
{
    /* Forward copying is right wherever the target does not begin inside the source. */
    if ((uintptr_t)to - (uintptr_t)from >= size)
        return memcpy(to, from, size);
    char *target = (char *)to + size;
    const char *source = (const char *)from + size;
    if (aligned_alike(target, source)) {
        for (; size > 0 && !is_aligned(target); size--)
            *--target = *--source;
        for (; size >= WORD; size -= WORD) {
            target -= WORD;
            source -= WORD;
            *(word *)target = *(const word *)source;
        }
    }
    for (; size > 0; size--)
        *--target = *--source;
    return to;
}

PLAIN_LOOPS void *memset(void *to, int byte, size_t size)
{
    unsigned char *target = to;
    word pattern = (unsigned char)byte * (word)0x01010101;
    for (; size > 0 && !is_aligned(target); size--)
        *target++ = (unsigned char)byte;
    for (; size >= 4 * WORD; size -= 4 * WORD, target += 4 * WORD) {
        ((word *)target)[0] = pattern;
        ((word *)target)[1] = pattern;
        ((word *)target)[2] = pattern;
        ((word *)target)[3] = pattern;
    }
    for (; size > 0; size--)
        *target++ = (unsigned char)byte;
    return to;
}

PLAIN_LOOPS int memcmp(const void *left, const void *right, size_t size)
{
    const unsigned char *a = left, *b = right;
    for (; size > 0; size--, a++, b++)
        if (*a != *b)
            return *a - *b;
    return 0;
}

PLAIN_LOOPS void *memchr(const void *bytes, int byte, size_t size)
{
    const unsigned char *at = bytes;
    for (; size > 0; size--, at++)
        if (*at == (unsigned char)byte)
            return (void *)at;
    return NULL;
}

PLAIN_LOOPS void *memrchr(const void *bytes, int byte, size_t size)
{
    const unsigned char *at = (const unsigned char *)bytes + size;
    for (; size > 0; size--)
        if (*--at == (unsigned char)byte)
            return (void *)at;
    return NULL;
}

void bzero(void *to, size_t size)
{
    memset(to, 0, size);
}
