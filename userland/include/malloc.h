/* What a program can say about the memory that malloc holds. Names and meaning as in glibc where it has them. */
#ifndef TOCSIN_MALLOC_H
#define TOCSIN_MALLOC_H

#include <stddef.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Gives memory that nobody uses back to the kernel: the one empty chunk that free keeps, unless no more than `keep` bytes can be
 * allocated from it. Chunks beside that one, and blocks of 256 KiB and more, have gone back when they were freed. 1 where memory
 * was given back, 0 where there was none.
 */
int malloc_trim(size_t keep);

#ifdef __cplusplus
}
#endif

#endif
