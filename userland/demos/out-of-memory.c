/*
 * Running out of memory, politely: malloc until it returns NULL, then give it all back and ask again.
 *
 * Every block is written to from end to end: what malloc gave is really there. You should see how much it was (a little less than
 * `--memory` says), that the same again can be had after free, and exit status 0. Not one page fault is lost in between:
 * the answer at the limit is NULL and ENOMEM.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Blocks form a list through their own first bytes: no other memory is needed to remember them. */
struct block {
    struct block *next;
};

static const size_t sizes[] = {1 << 20, 100000, 4000, 100};
#define SIZES (sizeof sizes / sizeof sizes[0])

static struct block *take_everything(size_t *total)
{
    struct block *list = NULL;
    *total = 0;
    /* Large ones first; then smaller ones fill what is left. */
    for (size_t i = 0; i < SIZES; i++) {
        struct block *block;
        unsigned long count = 0;
        while ((block = malloc(sizes[i])) != NULL) {
            memset(block, 0x5a, sizes[i]);
            block->next = list;
            list = block;
            *total += sizes[i];
            count++;
        }
        printf("%7lu blocks of %7zu bytes, then: %s\n", count, sizes[i], strerror(errno));
    }
    return list;
}

static void give_back(struct block *list)
{
    while (list != NULL) {
        struct block *next = list->next;
        free(list);
        list = next;
    }
}

int main(void)
{
    size_t first, second;
    give_back(take_everything(&first));
    printf("%zu KiB in all; given back\n", first / 1024);
    give_back(take_everything(&second));
    printf("%zu KiB the second time\n", second / 1024);
    return 0;
}
