/* free gives chunks back to the kernel, all but one, and does not map and unmap in turn; malloc_trim gives that one back. */
#include <assert.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <tocsin.h>

#include "../../../userland/libc/program.h"

#define BLOCKS 2000
#define BLOCK_BYTES 1000
#define LARGEST_CHUNK_BYTES (1 << 20)

static void *volatile blocks[BLOCKS];

static int bytes_used(void)
{
    struct tocsin_info_allocator info;
    assert(tocsin_object_info(__tocsin_program.allocator, TOCSIN_INFO_ALLOCATOR, &info, sizeof info, NULL) == TOCSIN_OK);
    return (int)info.used;
}

static void fill(void)
{
    for (int i = 0; i < BLOCKS; i++) {
        blocks[i] = malloc(BLOCK_BYTES);
        assert(blocks[i] != NULL);
    }
}

/* From both ends, so that chunks become empty out of order. */
static void empty(void)
{
    for (int i = 0; i < BLOCKS / 2; i++) {
        free(blocks[i]);
        free(blocks[BLOCKS - 1 - i]);
    }
}

static void returns_chunks(void)
{
    fill();
    empty();
    malloc_trim(0);
    /* Page tables stay. */
    int before = bytes_used();
    fill();
    int filled = bytes_used();
    empty();
    int kept = bytes_used() - before;
    assert(filled - before >= BLOCKS * BLOCK_BYTES && kept > 0 && kept <= LARGEST_CHUNK_BYTES + 128);
    assert(malloc_trim(LARGEST_CHUNK_BYTES) == 0 && bytes_used() - before == kept);
    assert(malloc_trim(0) == 1 && bytes_used() == before);
    assert(malloc_trim(0) == 0);
    puts("chunks: ok");
}

/* Volatile: compilers know malloc and free, and leave both out where nobody looks at the block. */
static void use_once(void)
{
    void *volatile block = malloc(BLOCK_BYTES);
    free(block);
}

/* The same block again and again stays in the chunk that is kept. */
static void does_not_thrash(void)
{
    use_once();
    int kept = bytes_used();
    for (int i = 0; i < 100; i++) {
        void *volatile block = malloc(BLOCK_BYTES);
        assert(block != NULL && bytes_used() == kept);
        free(block);
        assert(bytes_used() == kept);
    }
    puts("one block in turn: ok");
}

/* What is kept never stands in the way of what is asked for. */
static void uses_the_last_page(void)
{
    use_once();
    struct tocsin_info_allocator info;
    tocsin_object_info(__tocsin_program.allocator, TOCSIN_INFO_ALLOCATOR, &info, sizeof info, NULL);
    tocsin_handle rest;
    unsigned left = (info.quota - info.used - info.children) / TOCSIN_PAGE_BYTES - 8;
    assert(tocsin_allocator_create(__tocsin_program.allocator, left * TOCSIN_PAGE_BYTES, 0, 0, &rest) == TOCSIN_OK);
    void *volatile block = malloc(72 << 10);
    assert(block != NULL);
    void *volatile too_much = malloc(200 << 10);
    assert(too_much == NULL);
    free(block);
    tocsin_handle_close(rest);
    puts("a full quota: ok");
}

int main(void)
{
    returns_chunks();
    does_not_thrash();
    uses_the_last_page();
    return 0;
}
