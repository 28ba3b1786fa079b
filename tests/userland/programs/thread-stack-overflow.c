/* A thread that runs off its stack hits the unmapped page below it, not its neighbour. */
#include <pthread.h>
#include <stdio.h>

__attribute__((noinline)) int sink_deeper(int depth)
{
    volatile char frame[500];
    frame[depth % 500] = 1;
    if (depth == 1000000000)
        return 0;
    return sink_deeper(depth + 1) + frame[depth % 500];
}

static void *overflow(void *argument)
{
    (void)argument;
    return (void *)(long)sink_deeper(0);
}

int main(void)
{
    pthread_t thread;
    printf("going down\n");
    pthread_create(&thread, NULL, overflow, NULL);
    pthread_join(thread, NULL);
    return 0;
}
