/* pthread_once: once, and nobody goes on before it is done. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int calls, ready;

static void prepare(void)
{
    calls++;
    usleep(300);
    ready = 1;
}

static void *use(void *argument)
{
    assert(pthread_once(&once, prepare) == 0);
    assert(ready);
    return argument;
}

int main(void)
{
    pthread_t threads[10];
    for (int i = 0; i < 10; i++)
        pthread_create(&threads[i], NULL, use, NULL);
    for (int i = 0; i < 10; i++)
        pthread_join(threads[i], NULL);
    printf("called %d time\n", calls);
    return 0;
}
