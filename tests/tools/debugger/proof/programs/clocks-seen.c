/* Time by every clock, between any two reads of it; sleeps, deadlines that pass, and their order. */
#include <pthread.h>
#include <time.h>

#include "seen.h"

#define SLEEPERS 6

static struct seen order;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *sleeper(void *argument)
{
    uint32_t self = (uint32_t)(uintptr_t)argument;
    for (uint32_t i = 1; i <= 8; i++) {
        tocsin_thread_sleep(now() + 1000 * ((self * 7 + i * 5) % 11));
        pthread_mutex_lock(&mutex);
        see(&order, self);
        see64(&order, now());
        pthread_mutex_unlock(&mutex);
    }
    return NULL;
}

int main(void)
{
    struct seen reads = {0}, threads_own = {0}, late = {0};
    tocsin_time last = now(), last_own = own_time(), longest = 0;
    for (int i = 0; i < 3000; i++) {
        tocsin_time time = now(), own = own_time();
        if (time - last > longest)
            longest = time - last;
        see64(&reads, time - last);
        see64(&threads_own, own - last_own);
        last = time;
        last_own = own;
    }
    printf("the longest time between two reads: %u ns\n", (unsigned)longest);
    say("clock 0", &reads);
    say("clock 1", &threads_own);

    pthread_t threads[SLEEPERS];
    for (uintptr_t i = 0; i < SLEEPERS; i++)
        pthread_create(&threads[i], NULL, sleeper, (void *)i);
    for (int i = 0; i < 50; i++) {
        uint32_t word = 0;
        tocsin_time deadline = now() + 700;
        see(&late, (uint32_t)tocsin_futex_wait(&word, 0, 0, deadline, 0));
        see64(&late, now() - deadline);
    }
    for (int i = 0; i < SLEEPERS; i++)
        pthread_join(threads[i], NULL);
    say("deadlines, and how late they were", &late);
    say("sleepers, and when they woke", &order);
    printf("%u ns in all, %u of this thread; clock 2: %d\n", (unsigned)now(), (unsigned)own_time(),
           (int)tocsin_clock_get(2, &last));
    return 0;
}
