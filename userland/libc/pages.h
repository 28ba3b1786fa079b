/* Memory from the kernel, whole pages at a time, for malloc and for the stacks of threads. */
#ifndef TOCSIN_LIBC_PAGES_H
#define TOCSIN_LIBC_PAGES_H

#include <stdint.h>
#include <tocsin.h>

static inline uint32_t round_to_pages(uint32_t bytes)
{
    return (bytes + TOCSIN_PAGE_BYTES - 1) & -(uint32_t)TOCSIN_PAGE_BYTES;
}

/*
 * Maps zeroed, writable pages at an address that the kernel chooses, with an unmapped page on both sides.
 *
 * `bytes` and `backed_from` are multiples of the page size. Pages from `backed_from` on are backed, and so charged, before this
 * returns: touching them cannot fail. Those before it are backed when they are touched, and a touch that does not fit the quota
 * ends the process. TOCSIN_NO_MEMORY, NO_SPACE, NO_RESOURCES or OUT_OF_RANGE leave nothing behind.
 */
tocsin_status __tocsin_pages_map(uint32_t bytes, uint32_t backed_from, uintptr_t *address);

/* Gives back what __tocsin_pages_map gave. */
void __tocsin_pages_unmap(uintptr_t address, uint32_t bytes);

#endif
