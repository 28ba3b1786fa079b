/*
 * The heap: blocks in chunks, and how free ones are found.
 *
 * A chunk is one mapping. Its blocks stand side by side, and a sentinel that is always in use ends it:
 *
 *     8 bytes | block | block | ... | sentinel header
 *
 * A block begins 8 bytes before an address that is a multiple of 16, so that what follows its header is aligned. Its size is a
 * multiple of 16 and includes the header. The sentinel's size is 0. A large block has a mapping of its own, and goes back to the kernel when it is freed.
 */
#ifndef TOCSIN_LIBC_HEAP_H
#define TOCSIN_LIBC_HEAP_H

#include <stddef.h>
#include <stdint.h>

#define BLOCK_HEADER_BYTES 8
#define BLOCK_ALIGNMENT 16

/* In the low bits of a block's size. */
#define BLOCK_USED 1u
#define BLOCK_LARGE 2u
#define BLOCK_FLAGS 15u

struct block {
    /* Size of the block that stands before this one; 0 for the first of a chunk. */
    uint32_t before;
    uint32_t size_and_flags;
    /* From here on the user's bytes; while the block is free, its neighbours in the list of its bin. */
    struct block *next;
    struct block *previous;
};

static inline uint32_t block_size(const struct block *block)
{
    return block->size_and_flags & ~BLOCK_FLAGS;
}

static inline struct block *block_after(struct block *block)
{
    return (struct block *)((char *)block + block_size(block));
}

static inline struct block *block_before(struct block *block)
{
    return (struct block *)((char *)block - block->before);
}

static inline void *block_bytes(struct block *block)
{
    return (char *)block + BLOCK_HEADER_BYTES;
}

static inline struct block *block_of(void *bytes)
{
    return (struct block *)((char *)bytes - BLOCK_HEADER_BYTES);
}

/* A used block of at least that size (a multiple of 16), or NULL where no free block is so large. */
struct block *__tocsin_heap_take(uint32_t size);
/* Bytes of the smallest chunk in which a block of that size has room; and of the chunk that is mapped next, where it fits. */
uint32_t __tocsin_heap_chunk_bytes(uint32_t size);
uint32_t __tocsin_heap_usual_chunk_bytes(void);
/* Makes fresh pages a chunk: a used block of that size, for which it has room; the rest is free. */
struct block *__tocsin_heap_add(uintptr_t chunk, uint32_t bytes, uint32_t size);
/* Makes a used block free and joins it with free neighbours. */
void __tocsin_heap_give(struct block *block);
/* Gives the chunk that is kept though it is empty back to the kernel, where it is larger than that; how many bytes went. */
uint32_t __tocsin_heap_shrink(uint32_t keep);
/* Cuts a used block, when the rest is worth it; the rest is free. */
void __tocsin_heap_trim(struct block *block, uint32_t size);
/* Lets a used block grow to that size into a free neighbour after it; 0 when there is no room. */
int __tocsin_heap_extend(struct block *block, uint32_t size);
/* The part of a used block from `bytes` on as a used block of its own; what stands before it becomes free. */
struct block *__tocsin_heap_cut_front(struct block *block, uint32_t bytes);

#endif
