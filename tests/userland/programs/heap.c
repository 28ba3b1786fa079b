/*
 * malloc against a model: twenty thousand random requests. Blocks are filled with bytes that only their place in the table
 * and their generation give; every byte is checked before a block is freed or resized, so that none overlaps another.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCKS 200

static struct {
    unsigned char *bytes;
    size_t size;
    unsigned char mark;
} blocks[BLOCKS];

static uint32_t random_state = 12345;

static uint32_t below(uint32_t bound)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)random_state * bound >> 32);
}

static size_t random_size(void)
{
    switch (below(20)) {
    case 0:
        return 200000 + below(300000);
    case 1:
    case 2:
        return below(20000);
    default:
        return below(300);
    }
}

static void check(int i, size_t size)
{
    for (size_t at = 0; at < size; at++)
        assert(blocks[i].bytes[at] == blocks[i].mark);
}

static void fill(int i)
{
    blocks[i].mark++;
    memset(blocks[i].bytes, blocks[i].mark, blocks[i].size);
}

static void take(int i)
{
    blocks[i].size = random_size();
    switch (below(4)) {
    case 0:
        blocks[i].bytes = calloc(1 + blocks[i].size / 8, 8);
        for (size_t at = 0; at < blocks[i].size; at++)
            assert(blocks[i].bytes[at] == 0);
        break;
    case 1: {
        size_t alignment = (size_t)1 << below(13);
        blocks[i].bytes = aligned_alloc(alignment, blocks[i].size);
        assert((uintptr_t)blocks[i].bytes % alignment == 0);
        break;
    }
    default:
        blocks[i].bytes = malloc(blocks[i].size);
    }
    assert(blocks[i].bytes != NULL && (uintptr_t)blocks[i].bytes % 16 == 0);
    fill(i);
}

static void resize(int i)
{
    size_t size = random_size(), kept = size < blocks[i].size ? size : blocks[i].size;
    unsigned char *moved = realloc(blocks[i].bytes, size);
    assert(moved != NULL);
    blocks[i].bytes = moved;
    check(i, kept);
    blocks[i].size = size;
    fill(i);
}

int main(void)
{
    for (int step = 0; step < 20000; step++) {
        int i = (int)below(BLOCKS);
        if (blocks[i].bytes == NULL) {
            take(i);
        } else {
            /* Large ones are checked now and then: it is their number that takes time. */
            check(i, blocks[i].size < 1000 || below(10) == 0 ? blocks[i].size : 100);
            if (below(3) == 0) {
                resize(i);
            } else {
                free(blocks[i].bytes);
                blocks[i].bytes = NULL;
            }
        }
    }
    for (int i = 0; i < BLOCKS; i++)
        free(blocks[i].bytes);
    printf("20000 requests\n");

    /* Volatile: compilers know malloc, and leave out calls of which nobody uses the block. */
    volatile size_t most = (size_t)-1, large = 0x7fffffff, many = 0x10000, odd = 3;
    void *volatile block;
    void *aligned;
    errno = 0;
    block = malloc(most);
    assert(block == NULL && errno == ENOMEM);
    block = malloc(large);
    assert(block == NULL);
    block = calloc(many, many);
    assert(block == NULL);
    block = realloc(NULL, most - 100);
    assert(block == NULL);
    block = aligned_alloc(odd, 10);
    assert(block == NULL && errno == EINVAL);
    assert(posix_memalign(&aligned, 2, 10) == EINVAL && posix_memalign(&aligned, 256, 10) == 0 && (uintptr_t)aligned % 256 == 0);
    void *volatile nothing = malloc(0), *volatile also_nothing = malloc(0);
    assert(nothing != NULL && nothing != also_nothing);
    free(NULL);
    printf("bounds: ok\n");
    return 0;
}
