/* A thousand threads leave nothing behind: the allocator's account says so. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <tocsin.h>

#include "../../../userland/libc/program.h"

static unsigned bytes_used(void)
{
    struct tocsin_info_allocator info;
    assert(tocsin_object_info(__tocsin_program.allocator, TOCSIN_INFO_ALLOCATOR, &info, sizeof info, NULL) == TOCSIN_OK);
    return info.used;
}

static void *nothing(void *argument)
{
    return argument;
}

static void round_of_work(void)
{
    pthread_t threads[10];
    for (int i = 0; i < 10; i++)
        assert(pthread_create(&threads[i], NULL, nothing, NULL) == 0);
    for (int i = 0; i < 10; i++)
        assert(pthread_join(threads[i], NULL) == 0);
    void *large = malloc(1 << 20);
    assert(large != NULL);
    free(large);
}

int main(void)
{
    round_of_work();
    unsigned before = bytes_used();
    for (int i = 0; i < 100; i++)
        round_of_work();
    printf("%d bytes leaked\n", (int)(bytes_used() - before));
    return 0;
}
