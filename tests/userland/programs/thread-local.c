/* Thread-local variables begin with their first values in every thread, aligned as they ask, and errno is one of them. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static _Thread_local int number = 42;
static _Thread_local char zeros[5000];
static _Thread_local _Alignas(64) struct {
    char name[10];
    int value;
} aligned = {"first", 7};
__thread int old_style = 3;

static void *use(void *argument)
{
    int mine = (int)(long)argument;
    assert(number == 42 && old_style == 3 && aligned.value == 7 && strcmp(aligned.name, "first") == 0);
    assert((uintptr_t)&aligned % 64 == 0);
    for (size_t i = 0; i < sizeof zeros; i++)
        assert(zeros[i] == 0);
    number = aligned.value = old_style = errno = mine;
    memset(zeros, mine, sizeof zeros);
    sched_yield();
    assert(number == mine && aligned.value == mine && old_style == mine && errno == mine && zeros[4999] == (char)mine);
    return &number;
}

int main(void)
{
    pthread_t threads[8];
    for (long i = 0; i < 8; i++)
        pthread_create(&threads[i], NULL, use, (void *)(i + 100));
    use((void *)1000);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    assert(number == 1000 && errno == 1000);
    printf("each has its own\n");
    return 0;
}
