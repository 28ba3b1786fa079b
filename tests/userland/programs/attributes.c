/* Attributes: a stack as large as asked for, guards, priorities, names. */
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static char order[8];
static int ended;

__attribute__((noinline)) static int deep(int depth)
{
    volatile char frame[4000];
    frame[depth % 4000] = 1;
    return depth == 0 ? 0 : deep(depth - 1) + frame[depth % 4000];
}

static void *use_stack(void *argument)
{
    return (void *)(long)deep((int)(long)argument);
}

static void *note(void *name)
{
    order[ended++] = *(char *)name;
    return NULL;
}

int main(void)
{
    pthread_attr_t attributes;
    pthread_t thread, low, high;
    void *result;
    size_t bytes;
    assert(pthread_attr_init(&attributes) == 0);
    assert(pthread_attr_setstacksize(&attributes, 100) == EINVAL);
    assert(pthread_attr_setstacksize(&attributes, 1 << 20) == 0);
    assert(pthread_attr_getstacksize(&attributes, &bytes) == 0 && bytes == 1 << 20);
    assert(pthread_attr_setguardsize(&attributes, 64 << 10) == 0);
    assert(pthread_create(&thread, &attributes, use_stack, (void *)250) == 0);
    assert(pthread_join(thread, &result) == 0 && (long)result == 250);
    printf("a megabyte of stack\n");

    /* Threads of a higher priority go first, in whatever order they are made. */
    struct sched_param parameters = {10};
    assert(pthread_attr_init(&attributes) == 0);
    assert(pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED) == 0);
    assert(pthread_attr_setschedparam(&attributes, &parameters) == 0);
    assert(pthread_create(&low, &attributes, note, "l") == 0);
    parameters.sched_priority = 14;
    assert(pthread_attr_setschedparam(&attributes, &parameters) == 0);
    assert(pthread_create(&high, &attributes, note, "h") == 0);
    note("m");
    /* Whoever is joined runs with the priority of who waits for it. */
    pthread_join(high, NULL);
    pthread_join(low, NULL);
    printf("order %s\n", order);
    parameters.sched_priority = 32;
    assert(pthread_attr_setschedparam(&attributes, &parameters) == EINVAL);

    char name[20];
    assert(pthread_setname_np(pthread_self(), "a new name") == 0);
    assert(pthread_getname_np(pthread_self(), name, sizeof name) == 0 && strcmp(name, "a new name") == 0);
    assert(pthread_setname_np(pthread_self(), "a name of sixteen") == ERANGE);
    return 0;
}
