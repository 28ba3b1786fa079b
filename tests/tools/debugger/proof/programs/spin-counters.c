/* Threads that do nothing but count are clocks, too: how far each of them came, whenever another one looks. */
#include <pthread.h>

#include "seen.h"

#define COUNTERS 3

static volatile uint32_t counters[COUNTERS];
static volatile int is_over;

static void *count(void *argument)
{
    volatile uint32_t *counter = argument;
    while (!is_over)
        ++*counter;
    return NULL;
}

int main(void)
{
    struct seen seen = {0}, switches = {0};
    pthread_t threads[COUNTERS];
    for (int i = 0; i < COUNTERS; i++)
        pthread_create(&threads[i], NULL, count, (void *)&counters[i]);
    for (int round = 0; round < 40; round++) {
        tocsin_thread_sleep(now() + 9000 + round * 333);
        for (int i = 0; i < COUNTERS; i++)
            see(&seen, counters[i]);
    }
    /* And without a call: where this thread is preempted the others have moved. */
    uint32_t last = counters[0] + counters[1] + counters[2];
    for (uint32_t i = 0; i < 200000; i++) {
        uint32_t sum = counters[0] + counters[1] + counters[2];
        if (sum != last) {
            see(&switches, i);
            see(&switches, sum - last);
        }
        last = sum;
    }
    is_over = 1;
    for (int i = 0; i < COUNTERS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < COUNTERS; i++)
        printf("counter %d: %u\n", i, (unsigned)counters[i]);
    say("counters after sleeps", &seen);
    say("counters at preemptions", &switches);
    return 0;
}
