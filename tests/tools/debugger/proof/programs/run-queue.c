/* Whose turn it is: threads of one level that yield, sleep to the same moment, and run for whole quanta; who ran when. */
#include <pthread.h>
#include <stdatomic.h>

#include "seen.h"

#define THREADS 5
#define TURNS 1500

static volatile unsigned char turns[TURNS];
static atomic_uint turn;
static volatile uint32_t quanta[THREADS];

static int take(unsigned self)
{
    unsigned at = turn++;
    if (at >= TURNS)
        return 0;
    turns[at] = (unsigned char)self;
    return 1;
}

static void *run(void *argument)
{
    unsigned self = (unsigned)(uintptr_t)argument;
    for (unsigned i = 0; take(self); i++) {
        if (i % 3 == 0)
            tocsin_thread_yield();
        else if (i % 3 == 1)
            tocsin_thread_sleep((now() / 4096 + 1) * 4096);
        else {
            /* To the next tick: until somebody else has had a turn. */
            unsigned last = turn;
            uint32_t spins = 0;
            while (turn == last && spins < 30000)
                spins++;
            quanta[self] += spins;
        }
    }
    return NULL;
}

int main(void)
{
    struct seen seen = {0};
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, run, (void *)i);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < TURNS; i++)
        see(&seen, turns[i]);
    for (int i = 0; i < 70; i++)
        putchar('0' + turns[i * 19]);
    putchar('\n');
    for (int i = 0; i < THREADS; i++)
        printf("thread %d waited %u spins for ticks\n", i, (unsigned)quanta[i]);
    say("turns", &seen);
    return 0;
}
