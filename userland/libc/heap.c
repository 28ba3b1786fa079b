/*
 * Blocks and bins. Free blocks of similar size share a bin, four bins to each power of two; a bit map says which bins have
 * any. A chunk all of whose blocks are free goes back to the kernel, except for one: else a program that needs a block more
 * than its chunks hold, again and again, would map and unmap one each time. Callers hold malloc.c's lock.
 */
#include "heap.h"

#include "pages.h"

#define BINS 128
#define SMALLEST_BLOCK 16u
#define FIRST_CHUNK_BYTES (64u << 10)
#define LARGEST_CHUNK_BYTES (1u << 20)
/* A chunk's bytes that are in no block: the 8 at its start, and the header of its sentinel. */
#define CHUNK_OVERHEAD 16u

static struct block *bins[BINS];
static uint32_t bins_with_blocks[BINS / 32];
/* Chunks grow with the heap, so that a large heap takes few calls and a small one little memory. */
static uint32_t next_chunk_bytes = FIRST_CHUNK_BYTES;
/* The one block of the chunk that is kept though it is empty, or NULL. It is in its bin like all free blocks. */
static struct block *spare;

/* Grows with the size: two blocks in one bin differ by less than a quarter. */
static unsigned bin_of(uint32_t size)
{
    unsigned log2 = 31 - (unsigned)__builtin_clz(size);
    return log2 << 2 | (size >> (log2 - 2) & 3);
}

static void list_add(struct block *block)
{
    unsigned bin = bin_of(block_size(block));
    block->previous = NULL;
    block->next = bins[bin];
    if (block->next != NULL)
        block->next->previous = block;
    bins[bin] = block;
    bins_with_blocks[bin / 32] |= 1u << bin % 32;
}

static void list_remove(struct block *block)
{
    if (block == spare)
        spare = NULL;
    unsigned bin = bin_of(block_size(block));
    if (block->next != NULL)
        block->next->previous = block->previous;
    if (block->previous != NULL)
        block->previous->next = block->next;
    else
        bins[bin] = block->next;
    if (bins[bin] == NULL)
        bins_with_blocks[bin / 32] &= ~(1u << bin % 32);
}

/* The first bin from `bin` on that has a block, or BINS. */
static unsigned next_bin(unsigned bin)
{
    while (bin < BINS) {
        uint32_t word = bins_with_blocks[bin / 32] >> bin % 32;
        if (word != 0)
            return bin + (unsigned)__builtin_ctz(word);
        bin = (bin / 32 + 1) * 32;
    }
    return BINS;
}

static void set_size(struct block *block, uint32_t size, uint32_t flags)
{
    block->size_and_flags = size | flags;
    block_after(block)->before = size;
}

static int fills_chunk(struct block *block)
{
    return block->before == 0 && block_size(block_after(block)) == 0;
}

/* Gives the chunk of a free block that fills it, and is in no bin, back to the kernel. */
static void unmap_chunk(struct block *block)
{
    __tocsin_pages_unmap((uintptr_t)block - BLOCK_HEADER_BYTES, block_size(block) + CHUNK_OVERHEAD);
    if (next_chunk_bytes > FIRST_CHUNK_BYTES)
        next_chunk_bytes /= 2;
}

uint32_t __tocsin_heap_shrink(uint32_t keep)
{
    struct block *block = spare;
    if (block == NULL || block_size(block) <= keep)
        return 0;
    uint32_t bytes = block_size(block) + CHUNK_OVERHEAD;
    list_remove(block);
    unmap_chunk(block);
    return bytes;
}

uint32_t __tocsin_heap_chunk_bytes(uint32_t size)
{
    return round_to_pages(size + CHUNK_OVERHEAD);
}

uint32_t __tocsin_heap_usual_chunk_bytes(void)
{
    return next_chunk_bytes;
}

struct block *__tocsin_heap_add(uintptr_t chunk, uint32_t bytes, uint32_t size)
{
    if (bytes >= next_chunk_bytes && next_chunk_bytes < LARGEST_CHUNK_BYTES)
        next_chunk_bytes *= 2;
    struct block *block = (struct block *)(chunk + BLOCK_HEADER_BYTES);
    block->before = 0;
    set_size(block, bytes - CHUNK_OVERHEAD, BLOCK_USED);
    block_after(block)->size_and_flags = BLOCK_USED;
    __tocsin_heap_trim(block, size);
    return block;
}

struct block *__tocsin_heap_take(uint32_t size)
{
    unsigned bin = bin_of(size);
    struct block *block = bins[bin];
    /* In the size's own bin a block may be too small; in a higher one none is. */
    while (block != NULL && block_size(block) < size)
        block = block->next;
    if (block == NULL) {
        bin = next_bin(bin + 1);
        block = bin < BINS ? bins[bin] : NULL;
    }
    if (block == NULL)
        return NULL;
    list_remove(block);
    block->size_and_flags |= BLOCK_USED;
    __tocsin_heap_trim(block, size);
    return block;
}

void __tocsin_heap_give(struct block *block)
{
    uint32_t size = block_size(block);
    struct block *after = block_after(block);
    if (!(after->size_and_flags & BLOCK_USED)) {
        list_remove(after);
        size += block_size(after);
    }
    if (block->before != 0) {
        struct block *before = block_before(block);
        if (!(before->size_and_flags & BLOCK_USED)) {
            list_remove(before);
            size += block_size(before);
            block = before;
        }
    }
    set_size(block, size, 0);
    int empty = fills_chunk(block);
    if (empty && spare != NULL) {
        unmap_chunk(block);
        return;
    }
    list_add(block);
    if (empty)
        spare = block;
}

void __tocsin_heap_trim(struct block *block, uint32_t size)
{
    uint32_t rest = block_size(block) - size;
    if (rest < SMALLEST_BLOCK)
        return;
    set_size(block, size, BLOCK_USED);
    struct block *tail = block_after(block);
    set_size(tail, rest, BLOCK_USED);
    __tocsin_heap_give(tail);
}

int __tocsin_heap_extend(struct block *block, uint32_t size)
{
    struct block *after = block_after(block);
    if (after->size_and_flags & BLOCK_USED || block_size(block) + block_size(after) < size)
        return 0;
    list_remove(after);
    set_size(block, block_size(block) + block_size(after), BLOCK_USED);
    __tocsin_heap_trim(block, size);
    return 1;
}

struct block *__tocsin_heap_cut_front(struct block *block, uint32_t bytes)
{
    uint32_t size = block_size(block);
    if (bytes == 0)
        return block;
    set_size(block, bytes, BLOCK_USED);
    struct block *rest = block_after(block);
    set_size(rest, size - bytes, BLOCK_USED);
    __tocsin_heap_give(block);
    return rest;
}
