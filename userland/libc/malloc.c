/* C11 7.22.3: the malloc family over the heap, and large blocks in mappings of their own; and <malloc.h>. */
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "heap.h"
#include "pages.h"
#include "thread.h"

/* From here on a block is mapped alone, and unmapped when it is freed. */
#define LARGE_BYTES (256u << 10)
/* What a large block's mapping has before the block itself, so that its bytes are aligned. */
#define LARGE_LEAD 8u
/* More than this is refused without asking: sizes stay far from where sums wrap. A memory object holds 1 GiB. */
#define REQUEST_MAX (1u << 30)

static pthread_mutex_t heap_lock = PTHREAD_MUTEX_INITIALIZER;

static void *out_of_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

/* Bytes of the block for a request: header included, a multiple of 16. */
static uint32_t size_for(size_t request)
{
    return ((uint32_t)request + BLOCK_HEADER_BYTES + BLOCK_ALIGNMENT - 1) & -(uint32_t)BLOCK_ALIGNMENT;
}

static uint32_t usable_bytes(const struct block *block)
{
    return block_size(block) - BLOCK_HEADER_BYTES;
}

static void *allocate_large(size_t request)
{
    uintptr_t mapping;
    uint32_t bytes = round_to_pages((uint32_t)request + LARGE_LEAD + BLOCK_HEADER_BYTES);
    if (__tocsin_pages_map(bytes, 0, &mapping) != TOCSIN_OK)
        return out_of_memory();
    struct block *block = (struct block *)(mapping + LARGE_LEAD);
    /* Its size falls 16 short of the mapping's: a whole number of pages less the lead would not be a multiple of 16. */
    block->size_and_flags = (bytes - 2 * LARGE_LEAD) | BLOCK_USED | BLOCK_LARGE;
    return block_bytes(block);
}

static uint32_t shrink(uint32_t keep)
{
    pthread_mutex_lock(&heap_lock);
    uint32_t bytes = __tocsin_heap_shrink(keep);
    pthread_mutex_unlock(&heap_lock);
    return bytes;
}

/*
 * A chunk for a block of that size, or 0. Without the lock: the kernel may let this thread wait for memory, which others come to
 * free. Who waits asks for no more than is needed, and has given back what was kept.
 */
static uintptr_t map_chunk(uint32_t size, uint32_t *bytes)
{
    uintptr_t chunk;
    uint32_t needed = __tocsin_heap_chunk_bytes(size);
    if (thread_current()->waits_for_memory)
        shrink(0);
    else {
        *bytes = __tocsin_heap_usual_chunk_bytes();
        if (*bytes > needed && __tocsin_pages_map(*bytes, 0, &chunk) == TOCSIN_OK)
            return chunk;
    }
    /* The quota may still hold what is really needed; at the latest without the chunk that is kept and too small. */
    *bytes = needed;
    while (__tocsin_pages_map(needed, 0, &chunk) != TOCSIN_OK) {
        if (shrink(0) == 0)
            return 0;
    }
    return chunk;
}

/* A used block of that size, or NULL. */
static struct block *take(uint32_t size)
{
    pthread_mutex_lock(&heap_lock);
    struct block *block = __tocsin_heap_take(size);
    pthread_mutex_unlock(&heap_lock);
    if (block != NULL)
        return block;
    uint32_t bytes;
    uintptr_t chunk = map_chunk(size, &bytes);
    if (chunk == 0)
        return NULL;
    pthread_mutex_lock(&heap_lock);
    block = __tocsin_heap_add(chunk, bytes, size);
    pthread_mutex_unlock(&heap_lock);
    return block;
}

static void *allocate_from_heap(uint32_t size)
{
    struct block *block = take(size);
    return block != NULL ? block_bytes(block) : out_of_memory();
}

/* A pointer that malloc never gave, or gave back already, or bytes written past a block's end: better to stop here. */
static struct block *checked_block(void *bytes, const char *caller)
{
    struct block *block = block_of(bytes);
    int sound = (uintptr_t)bytes % BLOCK_ALIGNMENT == 0 && block->size_and_flags & BLOCK_USED;
    if (sound && !(block->size_and_flags & BLOCK_LARGE))
        sound = block_after(block)->before == block_size(block);
    if (!sound) {
        fprintf(stderr, "%s(%p): not a block from malloc, or freed already, or written past its end\n", caller, bytes);
        abort();
    }
    return block;
}

/* Apart from malloc: a compiler that sees malloc and memset in calloc makes a call of calloc of them. */
static void *allocate(size_t request)
{
    if (request > REQUEST_MAX)
        return out_of_memory();
    return request >= LARGE_BYTES ? allocate_large(request) : allocate_from_heap(size_for(request));
}

void *malloc(size_t request)
{
    return allocate(request);
}

void free(void *bytes)
{
    if (bytes == NULL)
        return;
    struct block *block = checked_block(bytes, "free");
    if (block->size_and_flags & BLOCK_LARGE) {
        __tocsin_pages_unmap((uintptr_t)block - LARGE_LEAD, block_size(block) + 2 * LARGE_LEAD);
        return;
    }
    pthread_mutex_lock(&heap_lock);
    __tocsin_heap_give(block);
    pthread_mutex_unlock(&heap_lock);
}

int malloc_trim(size_t keep)
{
    return shrink(keep < REQUEST_MAX ? (uint32_t)keep : REQUEST_MAX) != 0;
}

void tocsin_malloc_wait(uint64_t nanoseconds)
{
    struct thread *self = thread_current();
    if (tocsin_object_set(self->handle, TOCSIN_PROPERTY_MEMORY_WAIT, &nanoseconds, sizeof nanoseconds) == TOCSIN_OK)
        self->waits_for_memory = nanoseconds != 0;
}

void *calloc(size_t count, size_t size)
{
    size_t request;
    if (__builtin_mul_overflow(count, size, &request))
        return out_of_memory();
    void *bytes = allocate(request);
    /* A large block comes fresh from the kernel, which zeroed it. */
    if (bytes != NULL && request < LARGE_BYTES)
        memset(bytes, 0, request);
    return bytes;
}

/* The block itself, made smaller or larger where it stands, when it can be. */
static int resize_in_place(struct block *block, size_t request)
{
    if (block->size_and_flags & BLOCK_LARGE)
        return request <= usable_bytes(block) && request > usable_bytes(block) / 2;
    if (request >= LARGE_BYTES)
        return 0;
    uint32_t size = size_for(request);
    int fits = size <= block_size(block);
    pthread_mutex_lock(&heap_lock);
    if (fits)
        __tocsin_heap_trim(block, size);
    else
        fits = __tocsin_heap_extend(block, size);
    pthread_mutex_unlock(&heap_lock);
    return fits;
}

void *realloc(void *bytes, size_t request)
{
    if (bytes == NULL)
        return malloc(request);
    if (request > REQUEST_MAX)
        return out_of_memory();
    struct block *block = checked_block(bytes, "realloc");
    if (resize_in_place(block, request))
        return bytes;
    void *moved = malloc(request);
    if (moved == NULL)
        return NULL;
    size_t kept = usable_bytes(block) < request ? usable_bytes(block) : request;
    memcpy(moved, bytes, kept);
    free(bytes);
    return moved;
}

void *aligned_alloc(size_t alignment, size_t request)
{
    if (alignment == 0 || (alignment & (alignment - 1)) != 0) {
        errno = EINVAL;
        return NULL;
    }
    if (alignment <= BLOCK_ALIGNMENT)
        return malloc(request);
    if (request > REQUEST_MAX || alignment > REQUEST_MAX)
        return out_of_memory();
    /* Enough to find an aligned place in; what stands before and after it goes back. */
    uint32_t size = size_for(request);
    struct block *block = take(size + (uint32_t)alignment);
    if (block == NULL)
        return out_of_memory();
    uint32_t misplaced = (uint32_t)(-(uintptr_t)block_bytes(block) & (alignment - 1));
    pthread_mutex_lock(&heap_lock);
    block = __tocsin_heap_cut_front(block, misplaced);
    __tocsin_heap_trim(block, size);
    pthread_mutex_unlock(&heap_lock);
    return block_bytes(block);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    if (alignment % sizeof(void *) != 0)
        return EINVAL;
    int saved = errno;
    void *bytes = aligned_alloc(alignment, size);
    int error = bytes == NULL ? errno : 0;
    errno = saved;
    if (error == 0)
        *block = bytes;
    return error;
}
