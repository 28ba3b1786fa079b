/* What a program can say about the memory that malloc holds. Names and meaning as in glibc where it has them. */
#ifndef TOCSIN_MALLOC_H
#define TOCSIN_MALLOC_H

#include <stddef.h>
#include <stdint.h>
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

/*
 * How long the calling thread waits for memory that the quota does not hold now: malloc and its kin, and every other request for
 * memory that the thread makes, in system calls and where it touches a page for the first time. 0, as each thread begins, is not
 * at all: malloc gives NULL with ENOMEM at once. Otherwise it does so when the time is over; other threads go on using the heap
 * meanwhile, and what they give back to the kernel is what it waits for. Where no other process listens to the shortage
 * (TOCSIN_SOURCE_MEMORY), or all that do have said that they cannot help, there is nothing to wait for, and NULL comes early.
 */
void tocsin_malloc_wait(uint64_t nanoseconds);

#ifdef __cplusplus
}
#endif

#endif
