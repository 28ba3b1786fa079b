/* Five hundred threads that wait for one that counts for ever. */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>

#define THREADS 500

static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
static volatile unsigned count;

static void *wait(void *argument)
{
    pthread_mutex_lock(&held);
    pthread_mutex_unlock(&held);
    return argument;
}

int main(void)
{
    pthread_mutex_lock(&held);
    for (int i = 0; i < THREADS - 1; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, wait, NULL) != 0)
            return 1;
        sched_yield();
    }
    puts("ready");
    fflush(stdout);
    for (;;)
        count++;
}
