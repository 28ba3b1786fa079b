/* A thread of its own, and a loop on the stack that is deeper than any debugger wants to know. */
#include <pthread.h>

static volatile int sink = 1;
static _Thread_local int own = 77;

__attribute__((noinline)) int bottom(int value)
{
    sink = value;
    return value;
}

__attribute__((noinline)) int deep(int depth)
{
    int below = depth == 0 ? bottom(depth) : deep(depth - 1);
    return below * sink + depth;
}

static void *body(void *argument)
{
    (void)argument;
    own++;
    sink = deep(400);
    return 0;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, 0, body, 0);
    pthread_join(thread, 0);
    return sink + own;
}
